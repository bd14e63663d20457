/** The checks that terms are: which identity is compared, and with what. */
import { numberToHex } from 'viem';
import { MAX_UINT256 } from '../values.ts';
import { addressFrom, wordOf } from './evaluate.ts';
import type { Assumption } from './execute.ts';
import type { Guard, Identity, Key, Place } from './guard.ts';
import {
  ADDRESS_MASK,
  isIdentity,
  isOp,
  isTerm,
  Mention,
  rests,
  type Term,
  type Word,
} from './terms.ts';

/** The check that a demand makes; `null` where it is of no known shape. */
export function guardOf({ term, isTrue }: Assumption): Guard | null {
  if (!isTrue) return null;
  const [a = 0n, b = 0n] = term.args;
  if (term.op === 'eq') {
    const who = identityOf(a);
    if (who !== null) {
      const at = placeOf(b);
      return at === null ? null : { type: 'is', who, at };
    }
    return isTerm(a) && !isTerm(b) ? memberOf(a, b) : null;
  }
  return askedOf(term) ?? memberOf(term, null);
}

function identityOf(word: Word): Identity | null {
  if (!isTerm(word) || !isIdentity(word)) return null;
  return word.op === 'caller' || word.op === 'origin' || word.op === 'signer' ? word.op : null;
}

/** Where an address comes from; `null` where that is not fixed. */
export function placeOf(word: Word): Place | null {
  if (!isTerm(word)) return { type: 'constant', account: addressFrom(word) };
  const [a = 0n, b = 0n] = word.args;
  switch (word.op) {
    case 'self':
      return { type: 'self' };
    case 'and':
      return b === ADDRESS_MASK ? placeOf(a) : null;
    case 'sload':
      return isTerm(a) ? null : { type: 'slot', slot: wordOf(a), shift: 0 };
    case 'shr': {
      const place = isTerm(a) ? null : placeOf(b);
      return place?.type === 'slot' ? { ...place, shift: place.shift + Number(a) } : null;
    }
    case 'answer': {
      const [index, of = 0n, selector = 0n, ...args] = word.args;
      const place = index === 0n ? placeOf(of) : null;
      if (place === null || isTerm(selector) || args.some(isTerm)) return null;
      const words = args.map((arg) => (isTerm(arg) ? '' : wordOf(arg).slice(2)));
      return {
        type: 'answer',
        of: place,
        data: `${numberToHex(selector & 0xffff_ffffn, { size: 4 })}${words.join('')}`,
      };
    }
    default:
      return null;
  }
}

/** The answer, or the refusal to give one, by which alone a term rests on an identity; `null` where it does so otherwise, too. */
function soleAnswer(term: Term): Term | null {
  const answers = new Map<number, Term>();
  const isBySole = (word: Word): boolean => {
    if (!isTerm(word) || !rests(word, Mention.identity)) return true;
    if (word.op !== 'answer' && word.op !== 'passes')
      return !isIdentity(word) && word.args.every(isBySole);
    answers.set(word.id, word);
    return true;
  };
  const [only, ...more] = isBySole(term) ? answers.values() : [];
  return only === undefined || more.length > 0 ? null : only;
}

/** A question to another contract, whatever is made of its answer. */
function askedOf(term: Term): Guard | null {
  const answer = soleAnswer(term);
  const [of = 0n, selector = 0n, ...args] =
    (answer?.op === 'answer' ? answer.args.slice(1) : answer?.args) ?? [];
  const place = placeOf(of);
  if (place === null || isTerm(selector) || of === 0n) return null;
  return {
    type: 'asked',
    of: place,
    selector: numberToHex(selector & 0xffff_ffffn, { size: 4 }),
    args: args.map((arg) => keyOf(arg) ?? (isOp(arg, 'self') ? 'self' : null)),
  };
}

/** A word of a mapping that is keyed by an identity. */
function memberOf(term: Term, equals: bigint | null): Guard | null {
  let mask = MAX_UINT256;
  let shift = 0n;
  let word: Word = term;
  while (isTerm(word) && (word.op === 'and' || word.op === 'shr')) {
    const [a = 0n, b = 0n]: readonly Word[] = word.args;
    if (word.op === 'and') {
      if (isTerm(b)) return null;
      mask &= b;
      word = a;
    } else {
      if (isTerm(a)) return null;
      mask = (mask << a) & MAX_UINT256;
      shift += a;
      word = b;
    }
  }
  if (!isOp(word, 'sload')) return null;
  const [at = 0n] = word.args;
  const found = entryOf(at);
  const keys = found?.keys.filter((key) => key !== null) ?? [];
  if (found === null || keys.length < found.keys.length) return null;
  return {
    type: 'member',
    mapping: wordOf(found.mapping),
    keys,
    ...(offsetOf(at) === 0n ? {} : { offset: wordOf(offsetOf(at)) }),
    mask: wordOf(mask),
    equals: equals === null ? null : wordOf(equals << shift),
  };
}

/** A mapping and its keys, from the outermost; `null` for a key that is neither fixed nor an identity. */
interface Entry {
  readonly mapping: bigint;
  readonly keys: readonly (Key | null)[];
}

/** The entry of a mapping that a slot is. */
export function entryOf(slot: Word): Entry | null {
  if (!isTerm(slot)) return { mapping: slot, keys: [] };
  // A field of what the mapping holds.
  if (slot.op === 'add') return slot.args[0] === undefined ? null : entryOf(slot.args[0]);
  const [length, first, second] = slot.args;
  if (slot.op !== 'keccak' || length !== 64n || first === undefined || second === undefined) {
    return null;
  }
  // Solidity hashes the key, then the slot; Vyper the other way round.
  const [key, base] = keyOf(second) !== null && isTerm(second) ? [second, first] : [first, second];
  const within = entryOf(base);
  return within === null ? null : { mapping: within.mapping, keys: [...within.keys, keyOf(key)] };
}

/** Which word of an entry of a mapping a slot is. */
export function offsetOf(slot: Word): bigint {
  const [, offset] = isOp(slot, 'add') ? slot.args : [];
  return typeof offset === 'bigint' ? offset : 0n;
}

function keyOf(word: Word): Key | null {
  return isTerm(word) ? identityOf(word) : wordOf(word);
}

/** A demand in words: "that the caller is the address in slot 0x0". */
export function describeDemand(demand: Assumption): string {
  const guard = guardOf(demand);
  if (guard === null)
    return `what is no known check: ${demand.isTrue ? '' : 'not '}${write(demand.term)}`;
  return describeGuard(guard);
}

/** A check in words. */
export function describeGuard(guard: Guard): string {
  switch (guard.type) {
    case 'is':
      return `that the ${guard.who} is ${describePlace(guard.at)}`;
    case 'member': {
      const keys = guard.keys.map((key) => `[${key.startsWith('0x') ? short(key) : key}]`).join('');
      return `for mapping ${short(guard.mapping)}${keys}`;
    }
    case 'asked':
      return `${describePlace(guard.of)} by ${guard.selector}(${guard.args.map((arg) => (arg?.startsWith('0x') ? short(arg) : arg)).join(', ')})`;
  }
}

function describePlace(place: Place): string {
  switch (place.type) {
    case 'constant':
      return place.account;
    case 'self':
      return 'the account itself';
    case 'slot':
      return `the address in slot ${short(place.slot)}${place.shift === 0 ? '' : ` from bit ${place.shift}`}`;
    case 'answer':
      return `what ${describePlace(place.of)} answers to ${place.data.slice(0, 10)}`;
  }
}

/** A word without its leading zeros. */
export const short = (word: string): string => `0x${BigInt(word).toString(16)}`;

const MAX_WRITTEN = 200;

/** A term as an expression, cut where it grows long. */
function write(word: Word, depth = 0): string {
  if (!isTerm(word)) return short(`0x${word.toString(16)}`);
  if (depth > 8) return '…';
  const written = `${word.op}(${word.args.map((arg) => write(arg, depth + 1)).join(', ')})`;
  return written.length > MAX_WRITTEN ? `${written.slice(0, MAX_WRITTEN)}…` : written;
}
