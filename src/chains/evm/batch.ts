/**
 * A node that is asked little: the reads of one turn travel as a few requests, whatever their number.
 * Every answer is what the node would have given to the read by itself: what cannot be read together (a
 * call that fails, an answer that is too long, a node without state overrides) is asked by itself.
 */
import type { Address } from 'viem';
import { RefusedError } from '../../errors.ts';
import { codeHint, type Hint, lookahead, type ReadsAhead } from './ahead.ts';
import {
  type BlockRead,
  isForNewest,
  type LogRead,
  logReadOf,
  NEWEST,
  readOf,
} from './canonical.ts';
import { type CodeCache, knownCode } from './code-cache.ts';
import { dispatcher, goneReason, type Job } from './dispatch.ts';
import { logsOfEach, nameOf } from './log-batch.ts';
import { DISPATCHER } from './multicall.ts';
import { type Node, refusal } from './node.ts';
import { readTogether } from './read-together.ts';
import { groupBy, type Outcome, outcomeOf, perTurn } from './turns.ts';

export interface BatchOptions {
  /** Code that was met before. */
  readonly cache?: CodeCache;
  /** What is worth reading ahead. */
  readonly readsAhead?: ReadsAhead;
  /** Accounts that are sure to be read: the first 100, of the newest block, while that is asked for. */
  readonly first?: readonly Address[];
}

/** A request that waits for its outcome. */
interface Asked {
  readonly method: string;
  readonly params: readonly unknown[];
  /** What it reads, where it may travel with others. */
  readonly read: BlockRead | null;
  readonly logRead: LogRead | null;
  outcome: Outcome | null;
  readonly settle: (outcome: Outcome) => void;
}

/** A node that answers as `node` does. */
export function batched(
  node: Node,
  { cache, readsAhead = () => [], first = [] }: BatchOptions = {},
): Node {
  const code = knownCode(cache);
  const ahead = lookahead(readsAhead);
  const together = dispatcher(node);
  let gone: string | null = null;
  let newest = 0n;

  const enqueue = perTurn<Asked>(async (turn) => {
    const known = turn.filter(isKnown);
    // What follows from an answer that is here already belongs to this turn, too.
    if (known.length > 0) {
      for (const asked of turn) if (asked.outcome === null) enqueue(asked);
      settleAll(known);
      return;
    }
    const end = await outcomeOf(answerAll(turn));
    // All at once, so that what follows from the answers is one turn again.
    settleAll(turn, end);
  });

  function isKnown(asked: Asked): boolean {
    const { read } = asked;
    const value = read === null || !isAsItIs(read) ? null : ahead.find(read.item, read.block);
    if (value !== null) asked.outcome = { value };
    return value !== null;
  }

  async function answerAll(turn: readonly Asked[]): Promise<void> {
    const byState = groupBy(turn, ({ read }) => read && JSON.stringify([read.block, read.changes]));
    const byFilter = groupBy(turn, ({ logRead }) => logRead && JSON.stringify(logRead.filter));
    await Promise.all([
      ...[...byState].map(([state, some]) => (state === null ? null : readSome(some))),
      ...[...byFilter].map(([filter, some]) => (filter === null ? null : readLogs(some))),
      ...turn.filter(({ read, logRead }) => read === null && logRead === null).map(askAlone),
      turn.some(isForNewest) ? readFirst() : null,
    ]);
  }

  /** What counts where the newest block is the one that is then read, and is dropped otherwise. */
  async function readFirst(): Promise<void> {
    const codes = [...new Set(first)].slice(0, MAX_FIRST).map(codeHint);
    const jobs = [...codes, ...ahead.hints(codes, NEWEST)].map(hintJob);
    if (jobs.length === 0) return;
    const end = await outcomeOf(readTogether(together, code, jobs, NEWEST, {}));
    if ('error' in end) gone = goneReason(end.error) ?? gone;
  }

  async function askAlone(asked: Asked): Promise<void> {
    asked.outcome = await outcomeOf(node.request(asked.method, asked.params));
    if ('error' in asked.outcome) gone = goneReason(asked.outcome.error) ?? gone;
  }

  async function askOfPast(asked: Asked): Promise<void> {
    asked.outcome = await outcomeOf(node.request(asked.method, asked.params));
  }

  async function readLogs(some: readonly Asked[]): Promise<void> {
    const reads = some.flatMap(({ logRead }) => logRead ?? []);
    const [first] = reads;
    if (first === undefined) return;
    const outcomes = await logsOfEach(node, first.filter, reads);
    for (const asked of some) {
      asked.outcome = asked.logRead === null ? null : (outcomes.get(nameOf(asked.logRead)) ?? null);
    }
  }

  /** Reads that are all of one state. */
  async function readSome(some: readonly Asked[]): Promise<void> {
    const [read] = some.flatMap((asked) => asked.read ?? []);
    if (read === undefined) return;
    const { block, changes } = read;
    // Of the past, single things are looked up, and a node need not keep it.
    if (BigInt(block) < newest) {
      await Promise.all(some.map(askOfPast));
      return;
    }
    newest = BigInt(block);
    const jobs = some.flatMap(jobOf);
    const hints =
      together.refuses() === null && isAsItIs(read)
        ? ahead.hints(
            jobs.map(({ item }) => item),
            block,
          )
        : [];
    if (jobs.length + hints.length > 1) {
      const all = [...jobs, ...hints.map(hintJob)];
      const end = await outcomeOf(readTogether(together, code, all, block, changes));
      if ('error' in end) {
        gone = goneReason(end.error) ?? gone;
        for (const asked of some) asked.outcome ??= { error: asIfAlone(end.error, asked) };
      }
    }
    await Promise.all(some.filter(({ outcome }) => outcome === null).map(askAlone));
  }

  const hintJob = (hint: Hint): Job => ({
    item: { ...hint, isHint: true },
    done: (answer, at) => ahead.keep(hint, answer, at),
  });

  /** An error of a request for many reads, in the words of the request for one of them. */
  const asIfAlone = (error: unknown, { method }: Asked): unknown =>
    error instanceof RefusedError
      ? refusal(node.source, method, error.answer.code, error.answer.message)
      : error;

  return {
    source: node.source,
    request: (method, params) =>
      new Promise((resolve, reject) => {
        const settle = (outcome: Outcome): void => {
          if ('value' in outcome) resolve(outcome.value);
          else reject(outcome.error);
        };
        const [read, logRead] = [readOf(method, params), logReadOf(method, params)];
        enqueue({ method, params, read, logRead, outcome: null, settle });
      }),
    degraded: () => [
      ...(node.degraded?.() ?? []),
      ...noteOf(
        together.refuses(),
        (why) =>
          `${node.source} runs no calls on changed state (${why}): it is asked for each read`,
      ),
      ...noteOf(
        gone,
        (why) =>
          `${node.source} does not keep the state of this block (${why}): name a newer one, or use an archive node`,
      ),
    ],
  };
}

/** Whether nothing is changed under it: only then is anything read ahead. */
const isAsItIs = ({ changes }: BlockRead): boolean => Object.keys(changes).length === 0;

const noteOf = (reason: string | null, note: (reason: string) => string): readonly string[] =>
  reason === null ? [] : [note(reason.split('\n', 1).join('').slice(0, MAX_REASON))];

const MAX_REASON = 200;
const MAX_FIRST = 100;

function settleAll(turn: readonly Asked[], end?: Outcome): void {
  for (const { settle, outcome } of turn) settle(outcome ?? end ?? UNANSWERED);
}

const UNANSWERED: Outcome = { error: new Error('a request was left without an answer') };

/** The dispatcher stands in its own way: what is asked of its address is asked by itself. */
const jobOf = (asked: Asked): readonly Job[] =>
  asked.read === null || asked.read.item.account === DISPATCHER.toLowerCase()
    ? []
    : [
        {
          item: asked.read.item,
          done: (value) => {
            asked.outcome = { value };
          },
        },
      ];
