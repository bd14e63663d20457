/** The values of terms in a state: what its storage holds and its contracts answer. */
import { type Address, getAddress, type Hex, numberToHex, size, slice } from 'viem';
import { ReadError, RefusedError } from '../../../errors.ts';
import { wasReverted } from '../node.ts';
import type { State } from '../state.ts';
import { rewrite } from './stranger.ts';
import { isTerm, type Term, type Terms, type Word } from './terms.ts';

/** Whose call it is. */
export interface Setting {
  readonly state: State;
  readonly account: Address;
  /** Who calls, sends and signs; `null` where nobody in particular does. */
  readonly identity: Address | null;
  /** Whether it is at the end of time, when every wait is over. */
  readonly isLater?: boolean;
}

const TIMESTAMP = 0x42n;
/** The last second, or block, that code which keeps few bits of it can tell. */
const END = (1n << 32n) - 1n;

/** A word may rest on what a word rests on, and so on: real code stays far below. */
const MAX_DEPTH = 8;

/**
 * The values of words, as far as the state decides them; a word that rests on more (what the caller
 * sends) stays a term, and one that rests on a contract that does not answer is `null`.
 *
 * @throws ReadError the state could not be read.
 */
export async function evaluate(
  words: readonly Word[],
  terms: Terms,
  { state, account, identity, isLater = false }: Setting,
): Promise<readonly (Word | null)[]> {
  const read = new Map<number, bigint | null>();
  const replace = (term: Term): Word | null => {
    const known = read.get(term.id);
    if (known !== undefined && known !== null) return known;
    if (term.op === 'self') return BigInt(account);
    if (term.op === 'now') {
      if (isLater) return END;
      return term.args[0] === TIMESTAMP ? BigInt(state.block.timestamp) : state.block.number;
    }
    const isIdentity = term.op === 'caller' || term.op === 'origin' || term.op === 'signer';
    return isIdentity && identity !== null ? BigInt(identity) : null;
  };
  let current = words;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const done = new Map<number, Word>();
    current = current.map((word) => rewrite(word, terms, done, replace));
    const waiting = current.map((word) => [...readsIn(word, new Set())]);
    const wanted = [...new Set(waiting.flat())].filter(({ id }) => !read.has(id));
    if (wanted.length === 0) {
      return current.map((word, index) => (waiting[index]?.length === 0 ? word : null));
    }
    const answers = await Promise.all(wanted.map((term) => readTerm(term, state, account)));
    wanted.forEach((term, index) => {
      read.set(term.id, answers[index] ?? null);
    });
  }
  throw new ReadError(`what ${account} compares rests on more than ${MAX_DEPTH} reads in a row`);
}

/** The reads that a word waits for: those whose own parts are known. */
function* readsIn(word: Word, seen: Set<number>): Generator<Term> {
  if (!isTerm(word) || seen.has(word.id)) return;
  seen.add(word.id);
  const isRead = word.op === 'sload' || word.op === 'answer' || word.op === 'passes';
  if (isRead && word.args.every((arg) => !isTerm(arg))) yield word;
  else for (const arg of word.args) yield* readsIn(arg, seen);
}

async function readTerm(
  { op, args }: Term,
  state: State,
  account: Address,
): Promise<bigint | null> {
  const values = args.map((arg) => (isTerm(arg) ? 0n : arg));
  if (op === 'sload') {
    return BigInt(await state.storage(account, numberToHex(values[0] ?? 0n, { size: 32 })));
  }
  const index = op === 'answer' ? (values[0] ?? 0n) : 0n;
  const [of = 0n, selector = 0n, ...data] = op === 'answer' ? values.slice(1) : values;
  const answer = await answerTo(state, account, {
    to: addressFrom(of),
    data: `${numberToHex(selector & 0xffff_ffffn, { size: 4 })}${data
      .map((each) => numberToHex(each, { size: 32 }).slice(2))
      .join('')}`,
  });
  if (op === 'passes') return answer === null ? 0n : 1n;
  const at = Number(index);
  if (answer === null || !Number.isSafeInteger(at) || at + 32 > size(answer)) return null;
  return BigInt(slice(answer, at, at + 32));
}

/** What a contract answers; `null` where it refuses to. */
async function answerTo(
  state: State,
  from: Address,
  call: { readonly to: Address; readonly data: Hex },
): Promise<Hex | null> {
  try {
    return await state.call({ ...call, from });
  } catch (error) {
    if (error instanceof RefusedError && wasReverted(error)) return null;
    throw error;
  }
}

/** The address in the low bytes of a word. */
export const addressFrom = (word: bigint): Address =>
  getAddress(numberToHex(word & ((1n << 160n) - 1n), { size: 20 }));

/** A word in full. */
export const wordOf = (value: bigint): Hex => numberToHex(value, { size: 32 });
