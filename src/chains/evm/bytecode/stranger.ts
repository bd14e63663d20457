/**
 * What a stranger's call computes: a caller, or a signer, whom no storage and no contract knows. Nothing is
 * stored under their address, and it equals no address but one that they name themselves.
 */
import {
  isIdentity,
  isOp,
  isTerm,
  Mention,
  type Op,
  rests,
  type Term,
  type Terms,
  type Word,
} from './terms.ts';

/** A term as it is for a stranger; the same term where it is no different. */
export function forStranger(term: Term, terms: Terms): Word {
  return rewrite(term, terms, new Map(), (each) => {
    if (each.op === 'sload' && rests(each.args[0] ?? 0n, Mention.identity)) return 0n;
    if (each.op === 'answer' || each.op === 'passes') return isAboutStranger(each) ? 0n : each;
    // Whether any other call goes through is no check of who makes it.
    if (each.op === 'succeeded') return each;
    // What was not followed, and may be an answer about them.
    if (each.op === 'unknown' && rests(each, Mention.identity)) return 0n;
    return each.op === 'eq' && isRefusal(each) ? 0n : null;
  });
}

/** A term as it is where nothing was staged before: nothing is stored under what the caller names. */
export function forUnstaged(term: Term, terms: Terms): Word {
  const known = unstaged.get(term);
  if (known !== undefined) return known;
  const word = rewrite(term, terms, new Map(), (each) => {
    if (!rests(each, Mention.calldata)) return each;
    return each.op === 'sload' && rests(each.args[0] ?? 0n, Mention.calldata) ? 0n : null;
  });
  unstaged.set(term, word);
  return word;
}

/** The same for every account that runs the code. */
const unstaged = new WeakMap<Term, Word>();

/** Whether a contract that the caller does not choose is asked about an identity. */
const isAboutStranger = (term: Term): boolean =>
  questionIn(term, ['answer', 'passes'])?.some((word) => rests(word, Mention.identity)) ?? false;

/** What a contract that the caller does not choose is asked. */
function questionIn({ op, args }: Term, ops: readonly Op[]): readonly Word[] | null {
  if (!ops.includes(op)) return null;
  const [of = 0n, ...data] = op === 'answer' ? args.slice(1) : args;
  return isChoosable(of) || isIdentity(of) ? null : data;
}

/**
 * Whether it rests on someone's word about what the caller sends: another contract's, or that of a signer
 * whom the caller names.
 */
export function isVouched(word: Word): boolean {
  if (!isTerm(word)) return false;
  const [a = 0n] = word.args;
  if (word.op === 'eq' && isOp(a, 'signer')) return true;
  const question = questionIn(word, ['answer', 'passes', 'succeeded']);
  return (
    (question?.some((each) => rests(each, Mention.calldata)) ?? false) || word.args.some(isVouched)
  );
}

/** Whether an equation can hold for no stranger. */
function isRefusal({ args: [a = 0n, b = 0n] }: Term): boolean {
  const [identity, other] = isIdentity(a) ? [a, b] : [b, a];
  if (isIdentity(identity)) return !isIdentity(other) && !isChoosable(other);
  return isCommitment(a, b) || isCommitment(b, a);
}

/** Whether a hash is matched by whoever knows what was hashed: a secret, or a proof of membership. */
const isCommitment = (word: Word, kept: Word): boolean =>
  isOp(word, 'keccak') &&
  rests(word, Mention.calldata) &&
  (!isTerm(kept) || rests(kept, Mention.storage | Mention.answer));

/** Whether a term compares what the caller sends with a hash in the code: often the name of a setting. */
export const isNamed = ({ op, args: [a = 0n, b = 0n] }: Term): boolean =>
  op === 'eq' && !isTerm(b) && isCommitment(a, b);

/** Whether the caller decides a word by what they send. */
const isChoosable = (word: Word): boolean =>
  rests(word, Mention.calldata) && !rests(word, Mention.storage | Mention.answer | Mention.hash);

/** Rebuilds a term with some of its parts replaced. */
export function rewrite(
  word: Word,
  terms: Terms,
  done: Map<number, Word>,
  replace: (term: Term) => Word | null,
): Word {
  if (!isTerm(word)) return word;
  const known = done.get(word.id);
  if (known !== undefined) return known;
  const replaced = replace(word);
  if (replaced !== null) {
    done.set(word.id, replaced);
    return replaced;
  }
  // Nearly all terms stay as they are: only where one does not is there anything to be made.
  let args: Word[] | null = null;
  for (const [index, arg] of word.args.entries()) {
    const rewritten = rewrite(arg, terms, done, replace);
    if (rewritten !== arg) args ??= word.args.slice(0, index);
    args?.push(rewritten);
  }
  const rebuilt = args === null ? word : terms.make(word.op, ...args);
  done.set(word.id, rebuilt);
  return rebuilt;
}
