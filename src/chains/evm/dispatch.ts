/** Has a node make many reads in one request, as far as it can. */
import { type Hex, numberToHex } from 'viem';
import { RefusedError } from '../../errors.ts';
import { type Changes, NEWEST } from './canonical.ts';
import { answersIn, type Dispatched, dispatchParams, type Item } from './multicall.ts';
import type { Node } from './node.ts';
import { outcomeOf } from './turns.ts';

/** An item, and what to do with its answer. */
export interface Job {
  readonly item: Item;
  readonly done: (answer: Hex, block: string) => void;
}

export interface Dispatcher {
  /** Why the node cannot make reads together; `null` as long as nothing says so. */
  refuses(): string | null;
  /**
   * Makes the reads of `jobs`, those of each list in one request where the node allows it. A job that has
   * no answer must be asked by itself.
   *
   * @param block a number, or `NEWEST`, of which each answer then says the number.
   * @throws RefusedError the node no longer has the state of the block.
   * @throws UnreachableError nobody answered.
   */
  run(lists: readonly (readonly Job[])[], block: string, changes: Changes): Promise<void>;
}

/** The words by which nodes say that they do not keep the state of a block. */
const GONE =
  /missing trie node|header not found|(unknown|no such|not find|missing) block|block .*not (found|available)|state .*not available|prun|archive|historical state/i;

/** The words of a refusal by a node that does not have the state that it was asked for, or `null`. */
export const goneReason = (error: unknown): string | null =>
  error instanceof RefusedError && GONE.test(error.answer.message) ? error.answer.message : null;

export function dispatcher(node: Node): Dispatcher {
  /** Whether the dispatcher answers at all; asked once, when first in doubt. */
  let works: Promise<boolean> | undefined;
  let reason: string | null = null;

  /** The answers as far as they came, or why there are none. */
  async function request(
    jobs: readonly Job[],
    block: string,
    changes: Changes,
  ): Promise<Dispatched | string> {
    const items = jobs.map(({ item }) => item);
    const output = await outcomeOf(node.request('eth_call', dispatchParams(items, block, changes)));
    if ('value' in output) {
      return answersIn(output.value, items.length) ?? 'it ignores them';
    }
    if (!(output.error instanceof RefusedError) || goneReason(output.error) !== null) {
      throw output.error;
    }
    return output.error.answer.message;
  }

  async function probe(block: string): Promise<boolean> {
    const answer = await request([], block, {});
    if (typeof answer === 'string') reason = answer;
    return reason === null;
  }

  async function runOne(jobs: readonly Job[], block: string, changes: Changes): Promise<void> {
    for (let at = 0; at < jobs.length && reason === null; ) {
      const left = jobs.slice(at);
      const dispatched = await request(left, block, changes);
      if (typeof dispatched === 'string') {
        works ??= probe(block);
        if (!(await works) || left.length === 1) return;
        const half = Math.ceil(left.length / 2);
        await Promise.all(
          [left.slice(0, half), left.slice(half)].map((some) => runOne(some, block, changes)),
        );
        return;
      }
      works = Promise.resolve(true);
      const { answers, number } = dispatched;
      const of = block === NEWEST ? numberToHex(number) : block;
      for (const [index, answer] of answers.entries()) {
        if (answer !== null) left[index]?.done(answer, of);
      }
      // Where not even the first could be made, it needs more than one request offers.
      at += Math.max(answers.length, 1);
    }
  }

  return {
    refuses: () => reason,
    run: async (lists, block, changes) => {
      await Promise.all(lists.map((jobs) => runOne(jobs, block, changes)));
    },
  };
}
