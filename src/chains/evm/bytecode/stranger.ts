/**
 * What a stranger's call computes: a caller, or a signer, whom no storage and no contract knows. Nothing is
 * stored under their address, and it equals no address but one that they name themselves.
 */
import {
  isIdentity,
  isOp,
  isTerm,
  Mention,
  rests,
  type Term,
  type Terms,
  type Word,
} from './terms.ts';

/** A term as it is for a stranger; the same term where it is no different. */
export function forStranger(term: Term, terms: Terms): Word {
  return rewrite(term, terms, new Map(), (each) => {
    if (each.op === 'sload' && rests(each.args[0] ?? 0n, Mention.identity)) return 0n;
    if (each.op === 'answer') return isAboutStranger(each.args.slice(1)) ? 0n : each;
    if (each.op === 'passes') return isAboutStranger(each.args) ? 0n : each;
    // Whether any other call goes through is no check of who makes it.
    if (each.op === 'succeeded') return each;
    // What was not followed, and may be an answer about them.
    if (each.op === 'unknown' && rests(each, Mention.identity)) return 0n;
    return each.op === 'eq' && isRefusal(each) ? 0n : null;
  });
}

/** A term as it is where nothing was staged before: nothing is stored under what the caller names. */
export function forUnstaged(term: Term, terms: Terms): Word {
  return rewrite(term, terms, new Map(), (each) =>
    each.op === 'sload' && rests(each.args[0] ?? 0n, Mention.calldata) ? 0n : null,
  );
}

/** Whether a contract that the caller does not choose is asked about an identity. */
const isAboutStranger = ([of = 0n, ...data]: readonly Word[]): boolean =>
  !isChoosable(of) && !isIdentity(of) && data.some((word) => rests(word, Mention.identity));

/** Whether an equation can hold for no stranger. */
function isRefusal({ args: [a = 0n, b = 0n] }: Term): boolean {
  const [identity, other] = isIdentity(a) ? [a, b] : [b, a];
  if (isIdentity(identity)) return !isIdentity(other) && !isChoosable(other);
  // A stored hash is matched by whoever knows what was hashed: a secret, or a proof of membership.
  const isCommitment = (word: Word, stored: Word): boolean =>
    isOp(word, 'keccak') && rests(word, Mention.calldata) && rests(stored, Mention.storage);
  return isCommitment(a, b) || isCommitment(b, a);
}

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
  const args = word.args.map((arg) => rewrite(arg, terms, done, replace));
  const rebuilt = args.every((arg, index) => arg === word.args[index])
    ? word
    : terms.make(word.op, ...args);
  done.set(word.id, rebuilt);
  return rebuilt;
}
