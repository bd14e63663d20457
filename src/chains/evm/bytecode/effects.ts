/** What the effects of a function come to. */

import { MAX_UINT256 } from '../values.ts';
import type { Effect } from './execute.ts';
import { isIdentity, isOp, isTerm, Mention, rests, type Word } from './terms.ts';

/** What the caller decides: by what they send, or by who they are. */
export const BY_CALLER = Mention.calldata | Mention.identity;

/** Whether the caller names a word outright: not one that is stored, and not their own address. */
export const chooses = (word: Word): boolean =>
  rests(word, BY_CALLER) && !rests(word, Mention.storage | Mention.answer) && !isIdentity(word);

/** Functions by which an account uses what it holds: tokens, and power over other contracts. */
const TAKING_SELECTORS: ReadonlySet<Word> = new Set([
  0xa9059cbbn, // transfer(address,uint256)
  0x23b872ddn, // transferFrom(address,address,uint256)
  0x095ea7b3n, // approve(address,uint256)
  0x39509351n, // increaseAllowance(address,uint256)
  0xa22cb465n, // setApprovalForAll(address,bool)
  0x42842e0en, // safeTransferFrom(address,address,uint256)
  0xb88d4fden, // safeTransferFrom(address,address,uint256,bytes)
  0xf242432an, // safeTransferFrom(address,address,uint256,uint256,bytes)
  0x2eb2c2d6n, // safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)
  0x40c10f19n, // mint(address,uint256)
  0x3659cfe6n, // upgradeTo(address)
  0x4f1ef286n, // upgradeToAndCall(address,bytes)
  0x99a88ec4n, // upgrade(address,address)
  0x9623609dn, // upgradeAndCall(address,address,bytes)
  0x8f283970n, // changeAdmin(address)
  0xf2fde38bn, // transferOwnership(address)
  0x2f2ff15dn, // grantRole(bytes32,address)
]);

/** Those that name first from whom something is taken. */
const NAMES_HOLDER: ReadonlySet<Word> = new Set([
  0x23b872ddn,
  0x42842e0en,
  0xb88d4fden,
  0xf242432an,
  0x2eb2c2d6n,
]);

/** Whether an effect makes the account call whatever the caller says. */
export function callsAnything(effect: Effect): boolean {
  if (effect.type === 'selfdestruct') return true;
  if (effect.type !== 'call' && effect.type !== 'delegatecall') return false;
  if (!chooses(effect.to)) return false;
  if (effect.type === 'delegatecall') return true;
  const [selector] = effect.data ?? [];
  return effect.data === null || (selector !== undefined && isTerm(selector));
}

/**
 * Whether an effect uses what the account holds as the caller says, or lets the caller speak in its name
 * to a contract of their choice.
 */
export function takes(effect: Effect, theirs: readonly Word[] = []): boolean {
  if (callsAnything(effect)) return true;
  if (effect.type !== 'call') return false;
  if (chooses(effect.to)) return true;
  const sends = effect.value !== 0n && !isOwnValue(effect.value);
  if (sends && (effect.data === null || effect.data.length === 0)) return true;
  const [selector, ...args] = effect.data ?? [];
  // What is the caller's own is not taken from the account.
  const [from] = args;
  if (
    selector !== undefined &&
    NAMES_HOLDER.has(selector) &&
    from !== undefined &&
    isIdentity(from)
  ) {
    return false;
  }
  return (
    selector !== undefined &&
    (sends || TAKING_SELECTORS.has(selector)) &&
    args.some((word) => rests(word, BY_CALLER) || theirs.includes(word))
  );
}

/** Who is sent ether, where it is not for the caller to say. */
export const paid = (effect: Effect): Word | null =>
  effect.type === 'call' && effect.data?.length === 0 && !rests(effect.to, BY_CALLER)
    ? effect.to
    : null;

/** The ether that came with the call itself. */
const isOwnValue = (value: Word): boolean =>
  isOp(value, 'unknown') && value.args[0] === BigInt(CALLVALUE);

const CALLVALUE = 0x34;

/** What a write puts into the bits of a field: nothing where it keeps or clears them. */
export const written = (value: Word, slot: Word, bits: bigint): readonly Word[] =>
  parts(value, bits).filter((part) => part !== 0n && !isKept(part, slot));

/** Whether a word is what a slot held before. */
export const isKept = (part: Word, slot: Word): boolean =>
  isOp(part, 'sload') && part.args[0] === slot;

/** Whether a write to a slot changes the bits of a field in it. */
export function changes(value: Word, slot: Word, field: bigint): boolean {
  const [only, more] = parts(value, field);
  return only === undefined || more !== undefined || !isKept(only, slot);
}

/** The bytes of a slot that a write puts anything into, and does not only clear or keep, as a mask. */
export function bytesSet(value: Word, slot: Word): bigint {
  let set = 0n;
  for (let byte = 0xffn; byte < MAX_UINT256; byte <<= 8n) {
    if (parts(value, byte).some((part) => !isKept(part, slot))) set |= byte;
  }
  return set;
}

/** A part of a slot. */
interface Field {
  readonly slot: Word;
  readonly bits: bigint;
}

/** The parts of slots that a word rests on. */
export function fieldsIn(word: Word, bits = MAX_UINT256): readonly Field[] {
  if (!isTerm(word)) return [];
  const [a = 0n, b = 0n] = word.args;
  if (word.op === 'sload') return [{ slot: a, bits }, ...fieldsIn(a)];
  if (word.op === 'and' && !isTerm(b)) return fieldsIn(a, bits & b);
  if (word.op === 'shr' && !isTerm(a)) return fieldsIn(b, (bits << a) & MAX_UINT256);
  return word.args.flatMap((arg) => fieldsIn(arg));
}

/** The parts of a word that reach the bits of a field, what was there before apart. */
function parts(word: Word, field: bigint): readonly Word[] {
  if (!isTerm(word)) return (word & field) === 0n ? [] : [word];
  const [a = 0n, b = 0n] = word.args;
  if (field === 0n) return [];
  switch (word.op) {
    case 'or':
      return [...parts(a, field), ...parts(b, field)];
    case 'and': {
      if (isTerm(b)) return [word];
      return (b & field) === 0n ? [] : parts(a, field & b);
    }
    case 'shl': {
      if (isTerm(a)) return [word];
      // Shifted down and up again: cleared below.
      const isBack = isOp(b, 'shr') && b.args[0] === a;
      return isBack ? parts(b.args[1] ?? 0n, (field >> a) << a) : parts(b, field >> a);
    }
    case 'shr':
      return isTerm(a) || parts(b, field << a).length > 0 ? [word] : [];
    case 'iszero':
    case 'eq':
    case 'lt':
    case 'slt':
      return (field & 1n) === 0n ? [] : [word];
    default:
      return [word];
  }
}
