/**
 * What code computes with: numbers where they are known, terms where they are not. Terms simplify as they
 * are built, so that one thing has one form however a compiler wrote it.
 */
import { keccak256, numberToHex } from 'viem';
import { MAX_UINT256 } from '../values.ts';

/** A word of the EVM: its value, or how it comes about. */
export type Word = bigint | Term;

/** A value that only a state, a caller or a transaction decides. Equal terms of one analysis are identical. */
export interface Term {
  readonly id: number;
  readonly op: Op;
  readonly args: readonly Word[];
  /** Which of the outer things it rests on: a set of {@link Mention}s. */
  readonly mentions: number;
  /** How deeply its parts are nested. */
  readonly depth: number;
}

export type Op = Source | Operation;

/** Where values come from. */
type Source =
  | 'caller'
  | 'origin'
  | 'self'
  /** An address recovered from a signature; its arguments are what was signed, and the signature. */
  | 'signer'
  /** The word of the call's data at an offset. */
  | 'calldata'
  /** The word in a slot. */
  | 'sload'
  /** The hash of the first `args[0]` bytes of the words after it. */
  | 'keccak'
  /** Word `args[0]` of what contract `args[1]` answers to the bytes of `args[2…]`; the first has 4. */
  | 'answer'
  /** Whether contract `args[0]` did not refuse a question to which it has nothing to answer. */
  | 'passes'
  /** Whether a call succeeded, and how many bytes it answered. */
  | 'succeeded'
  | 'answerSize'
  /** The time or the number of the block. */
  | 'now'
  /** Anything else: gas, balances, code of others, memory that was not followed. */
  | 'unknown';

type Operation =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'sdiv'
  | 'mod'
  | 'smod'
  | 'addmod'
  | 'mulmod'
  | 'exp'
  | 'signextend'
  | 'lt'
  | 'gt'
  | 'slt'
  | 'sgt'
  | 'eq'
  | 'iszero'
  | 'and'
  | 'or'
  | 'xor'
  | 'not'
  | 'byte'
  | 'shl'
  | 'shr'
  | 'sar';

/** What a term can rest on. */
export const Mention = {
  identity: 1,
  calldata: 2,
  storage: 4,
  answer: 8,
  now: 16,
  unknown: 32,
  hash: 64,
  /** Something that was too deep to be kept: it may be anything. */
  lost: 128,
} as const;

/** What compilers write is far below; deeper terms are not kept. */
const MAX_DEPTH = 256;

const OWN_MENTION: Partial<Record<Op, number>> = {
  caller: Mention.identity,
  origin: Mention.identity,
  signer: Mention.identity,
  calldata: Mention.calldata,
  sload: Mention.storage,
  answer: Mention.answer,
  passes: Mention.unknown,
  succeeded: Mention.unknown,
  answerSize: Mention.unknown,
  now: Mention.now,
  unknown: Mention.unknown,
  keccak: Mention.hash,
};

const IDENTITIES: ReadonlySet<Op> = new Set(['caller', 'origin', 'signer']);
const BOOLEANS: ReadonlySet<Op> = new Set([
  ...(['lt', 'gt', 'slt', 'sgt', 'eq', 'iszero', 'passes', 'succeeded'] as const),
]);

const SIZE = MAX_UINT256 + 1n;
export const ADDRESS_MASK = (1n << 160n) - 1n;

export const isTerm = (word: Word): word is Term => typeof word !== 'bigint';

/** Whether a word rests on any of these. */
export const rests = (word: Word, on: number): boolean =>
  isTerm(word) && (word.mentions & on) !== 0;

/** Whether a term is the caller, the origin or a signer itself. */
export const isIdentity = (word: Word): boolean => isTerm(word) && IDENTITIES.has(word.op);

/** The callers, origins and signers that a word rests on. */
export function identitiesIn(word: Word, found: Set<Term> = new Set()): ReadonlySet<Term> {
  if (!rests(word, Mention.identity) || !isTerm(word)) return found;
  if (isIdentity(word)) found.add(word);
  else for (const arg of word.args) identitiesIn(arg, found);
  return found;
}

/** Whether a term is an operation with this name; narrows to a term. */
export const isOp = (word: Word, op: Op): word is Term => isTerm(word) && word.op === op;

/** Whether a word is 0 or 1. */
export const isBoolean = (word: Word): boolean =>
  isTerm(word)
    ? BOOLEANS.has(word.op) ||
      ((word.op === 'and' || word.op === 'or') && word.args.every(isBoolean))
    : word <= 1n;

/** Whether a term has no more than an address's 160 bits. */
const isAddressSized = (word: Word): boolean => {
  if (!isTerm(word)) return word <= ADDRESS_MASK;
  const [first, second] = word.args;
  if (IDENTITIES.has(word.op) || word.op === 'self') return true;
  if (word.op === 'and')
    return [first, second].some((arg) => arg !== undefined && isAddressSized(arg));
  return word.op === 'shr' && typeof first === 'bigint' && first >= 96n;
};

/** The bits that a word has at most. */
function bitsOf(word: Word): number {
  if (!isTerm(word)) return word === 0n ? 0 : word.toString(2).length;
  if (isBoolean(word)) return 1;
  if (isAddressSized(word)) return 160;
  const [a = 0n, b = 0n] = word.args;
  if (word.op === 'and') return Math.min(bitsOf(a), bitsOf(b));
  if (word.op === 'shr' && !isTerm(a)) return Math.max(0, bitsOf(b) - Number(a));
  return 256;
}

/** Terms of one analysis. */
export interface Terms {
  /** A term or its value. */
  make(op: Op, ...args: readonly Word[]): Word;
  /** Something of which nothing is known but what it rests on. */
  unknown(mentions?: number): Word;
  /** Hashes of two words that were worked out: mostly the places of keys in mappings. */
  readonly hashed: ReadonlyMap<bigint, readonly [bigint, bigint]>;
}

/** `selector`: the first four bytes of the call's data, where they are known. */
export function createTerms(selector: bigint | null = null): Terms {
  const known = new Map<string, Term>();
  const hashed = new Map<bigint, readonly [bigint, bigint]>();
  let unknowns = 0n;
  const intern = (op: Op, args: readonly Word[], more = 0): Term => {
    const name = `${op} ${args.map((arg) => (isTerm(arg) ? `#${arg.id}` : arg)).join()}`;
    const existing = known.get(name);
    if (existing !== undefined) return existing;
    const mentions = args.reduce<number>(
      (union, arg) => union | (isTerm(arg) ? arg.mentions : 0),
      (OWN_MENTION[op] ?? 0) | more,
    );
    const depth = 1 + Math.max(0, ...args.map((arg) => (isTerm(arg) ? arg.depth : 0)));
    if (depth > MAX_DEPTH) return unknown(mentions | Mention.lost);
    const term: Term = { id: known.size, op, args, mentions, depth };
    known.set(name, term);
    return term;
  };
  const folded = (op: Op, args: readonly Word[]): bigint | null => {
    const value = fold(op, args);
    const [length, first = 0n, second = 0n] = args;
    const isPair = op === 'keccak' && length === 64n && !isTerm(first) && !isTerm(second);
    if (value !== null && isPair) hashed.set(value, [first, second]);
    return value;
  };
  const make = (op: Op, ...args: readonly Word[]): Word =>
    folded(op, args) ??
    (selector === null ? null : selectorIn(op, args, selector)) ??
    simplify(op, args, make) ??
    intern(op, args);
  const unknown = (mentions = 0): Term => {
    unknowns += 1n;
    return intern('unknown', [unknowns], mentions);
  };
  return {
    make,
    unknown,
    hashed,
  };
}

/** What an operation takes from the first word of the call's data, where that is within the selector. */
function selectorIn(op: Op, [a = 0n, b = 0n]: readonly Word[], selector: bigint): bigint | null {
  const isFirstWord = (word: Word): boolean => isOp(word, 'calldata') && word.args[0] === 0n;
  const first = selector << 224n;
  if (isTerm(a)) return op === 'and' && !isTerm(b) && isFirstWord(a) ? masked(first, b) : null;
  if (!isFirstWord(b)) return null;
  if (op === 'shr' && a >= 224n) return first >> a;
  if (op === 'byte' && a < 4n) return fold('byte', [a, first]);
  return op === 'and' ? masked(first, a) : null;
}

/** The bits of a selector that a mask leaves; `null` where it leaves other bits, too. */
const masked = (first: bigint, mask: bigint): bigint | null =>
  (mask & ((1n << 224n) - 1n)) === 0n ? first & mask : null;

const wrap = (value: bigint): bigint => ((value % SIZE) + SIZE) % SIZE;
const signed = (value: bigint): bigint => BigInt.asIntN(256, value);
const bit = (truth: boolean): bigint => (truth ? 1n : 0n);

/** The value of an operation on values. */
function fold(op: Op, args: readonly Word[]): bigint | null {
  const values: bigint[] = [];
  for (const arg of args) {
    if (isTerm(arg)) return null;
    values.push(arg);
  }
  const [a = 0n, b = 0n, c = 0n] = values;
  switch (op) {
    case 'add':
      return wrap(a + b);
    case 'sub':
      return wrap(a - b);
    case 'mul':
      return wrap(a * b);
    case 'div':
      return b === 0n ? 0n : a / b;
    case 'sdiv':
      return b === 0n ? 0n : wrap(signed(a) / signed(b));
    case 'mod':
      return b === 0n ? 0n : a % b;
    case 'smod':
      return b === 0n ? 0n : wrap(signed(a) % signed(b));
    case 'addmod':
      return c === 0n ? 0n : (a + b) % c;
    case 'mulmod':
      return c === 0n ? 0n : (a * b) % c;
    case 'exp':
      return power(a, b);
    case 'signextend':
      return a >= 31n ? b : wrap(BigInt.asIntN(Number(8n * (a + 1n)), b));
    case 'lt':
      return bit(a < b);
    case 'gt':
      return bit(a > b);
    case 'slt':
      return bit(signed(a) < signed(b));
    case 'sgt':
      return bit(signed(a) > signed(b));
    case 'eq':
      return bit(a === b);
    case 'iszero':
      return bit(a === 0n);
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'not':
      return MAX_UINT256 - a;
    case 'byte':
      return a >= 32n ? 0n : (b >> (8n * (31n - a))) & 0xffn;
    case 'shl':
      return a >= 256n ? 0n : wrap(b << a);
    case 'shr':
      return a >= 256n ? 0n : b >> a;
    case 'sar':
      return wrap(signed(b) >> (a >= 256n ? 256n : a));
    case 'keccak':
      return hashOf(values);
    default:
      return null;
  }
}

function hashOf([length = 0n, ...words]: readonly bigint[]): bigint {
  const bytes = words.map((word) => numberToHex(word, { size: 32 }).slice(2)).join('');
  return BigInt(keccak256(`0x${bytes.slice(0, 2 * Number(length))}`));
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = wrap(result * square);
    square = wrap(square * square);
  }
  return result;
}

/** The exponent of a power of two; `null` for any other word. */
function exponentOf(word: Word): bigint | null {
  if (isTerm(word) || word === 0n || (word & (word - 1n)) !== 0n) return null;
  return BigInt(word.toString(2).length - 1);
}

/** A simpler form of an operation on terms; `null` where there is none. */
function simplify(op: Op, args: readonly Word[], make: Terms['make']): Word | null {
  const [a = 0n, b = 0n] = args;
  switch (op) {
    case 'add':
      if (a === 0n) return b;
      if (b === 0n) return a;
      // A sum keeps its known part last: offsets of memory compare by it.
      if (!isTerm(a)) return make('add', b, a);
      if (!isTerm(b) && a.op === 'add' && !isTerm(a.args[1] ?? a)) {
        return make('add', a.args[0] ?? 0n, make('add', a.args[1] ?? 0n, b));
      }
      return null;
    case 'sub':
      if (a === b) return 0n;
      if (b === 0n) return a;
      return isTerm(b) ? distance(a, b) : make('add', a, wrap(-b));
    case 'mul': {
      if (a === 0n || b === 0n) return 0n;
      const shift = exponentOf(a);
      if (shift !== null) return make('shl', shift, b);
      const other = exponentOf(b);
      return other === null ? null : make('shl', other, a);
    }
    case 'div': {
      const shift = exponentOf(b);
      return shift === null ? null : make('shr', shift, a);
    }
    case 'and':
      return simplifyAnd(a, b, make);
    case 'or':
      if (a === 0n) return b;
      if (b === 0n) return a;
      return a === b ? a : joined(a, b, make);
    case 'xor':
      if (a === 0n) return b;
      if (b === 0n) return a;
      return a === b ? 0n : null;
    case 'shl':
    case 'shr':
      if (a === 0n) return b;
      if (b === 0n || (!isTerm(a) && a >= 256n)) return 0n;
      if (op === 'shr' && !isTerm(a) && BigInt(bitsOf(b)) <= a) return 0n;
      // The selector of a call's data, whatever argument follows it in its word.
      if (op === 'shr' && !isTerm(a) && isOp(b, 'or')) {
        return make('or', ...b.args.map((arg) => make('shr', a, arg)));
      }
      if (op === 'shr' && !isTerm(a) && isOp(b, 'shr') && !isTerm(b.args[0] ?? b)) {
        return make('shr', make('add', a, b.args[0] ?? 0n), b.args[1] ?? 0n);
      }
      if (op === 'shl' && !isTerm(a) && isOp(b, 'shr') && b.args[0] === a) {
        return make('and', b.args[1] ?? 0n, MAX_UINT256 - ((1n << a) - 1n));
      }
      // Shifting an address up and down again is how some compilers clean it.
      if (op === 'shr' && isOp(b, 'shl') && b.args[0] === a && a === 96n) {
        return make('and', b.args[1] ?? 0n, ADDRESS_MASK);
      }
      return null;
    case 'eq':
      return simplifyEq(a, b, make);
    case 'iszero':
      if (isOp(a, 'iszero')) return isBoolean(a.args[0] ?? 0n) ? (a.args[0] ?? 0n) : null;
      if (isOp(a, 'add') && !isTerm(a.args[1] ?? a)) {
        return make('eq', a.args[0] ?? 0n, make('sub', 0n, a.args[1] ?? 0n));
      }
      if (isOp(a, 'xor') || isOp(a, 'sub')) return make('eq', a.args[0] ?? 0n, a.args[1] ?? 0n);
      return null;
    case 'gt':
      // One order for comparisons, and "more than nothing" for what it is.
      if (b === 0n) return make('iszero', make('iszero', a));
      return make('lt', b, a);
    case 'sgt':
      return make('slt', b, a);
    case 'lt':
      if (a === b || b === 0n) return 0n;
      if (a === 0n) return make('iszero', make('iszero', b));
      return b === 1n ? make('iszero', a) : null;
    default:
      return null;
  }
}

/** Two parts of one word, put together again. */
function joined(a: Word, b: Word, make: Terms['make']): Word | null {
  if (!isOp(a, 'and') || !isOp(b, 'and') || a.args[0] !== b.args[0]) return null;
  const [whole = 0n, mask = 0n] = a.args;
  const [, other = 0n] = b.args;
  return isTerm(mask) || isTerm(other) ? null : make('and', whole, mask | other);
}

/** How far apart two offsets from the same term are: the length of what lies between them in memory. */
function distance(a: Word, b: Word): bigint | null {
  const from = (word: Word): readonly [Word, bigint] => {
    const [base = 0n, offset] = isOp(word, 'add') ? word.args : [];
    return typeof offset === 'bigint' ? [base, offset] : [word, 0n];
  };
  const [[first, left], [second, right]] = [from(a), from(b)];
  return first === second ? wrap(left - right) : null;
}

function simplifyAnd(a: Word, b: Word, make: Terms['make']): Word | null {
  if (a === b) return a;
  if (isTerm(a) && isTerm(b)) return null;
  const [mask, term] = isTerm(a) ? [b, a] : [a, b];
  if (isTerm(mask) || !isTerm(term)) return null;
  if (mask === 0n) return 0n;
  if (mask === MAX_UINT256) return term;
  if ((mask & ADDRESS_MASK) === ADDRESS_MASK && isAddressSized(term)) return term;
  if ((mask & ((1n << BigInt(bitsOf(term))) - 1n)) === (1n << BigInt(bitsOf(term))) - 1n)
    return term;
  if (term.op === 'and') {
    const [first = 0n, second = 0n] = term.args;
    if (!isTerm(first)) return make('and', second, first & mask);
    if (!isTerm(second)) return make('and', first, second & mask);
  }
  if (term.op === 'or') {
    const parts = term.args.map((part) => make('and', part, mask));
    if (parts.some((part) => !isTerm(part))) return make('or', ...parts);
  }
  // One order: the mask last.
  return isTerm(a) ? null : make('and', term, mask);
}

function simplifyEq(a: Word, b: Word, make: Terms['make']): Word | null {
  if (a === b) return 1n;
  if (a === 0n) return make('iszero', b);
  if (b === 0n) return make('iszero', a);
  if (!isTerm(a)) return make('eq', b, a);
  if (!isTerm(b)) {
    if (b === 1n && isBoolean(a)) return a;
    // What has the bits of an address only is never more.
    if (isAddressSized(a) && b > ADDRESS_MASK) return 0n;
  }
  // Both moved to the upper end of the word: compare what was moved.
  if (a.op === 'shl' && a.args[0] === 96n) {
    const moved = (word: Word): Word | null => {
      if (isOp(word, 'shl') && word.args[0] === 96n) return word.args[1] ?? 0n;
      if (!isTerm(word)) return word & ((1n << 96n) - 1n) ? null : word >> 96n;
      return null;
    };
    const other = moved(b);
    if (other !== null) {
      return make(
        'eq',
        make('and', a.args[1] ?? 0n, ADDRESS_MASK),
        make('and', other, ADDRESS_MASK),
      );
    }
  }
  if (isTerm(b)) {
    if (b.op === 'shl' && b.args[0] === 96n && a.op !== 'shl') return null;
    // The identity first, else the older term: one order for equal comparisons.
    if (isIdentity(b) && !isIdentity(a)) return make('eq', b, a);
    if (!isIdentity(a) && a.id > b.id) return make('eq', b, a);
  }
  return null;
}
