/** Logs of many accounts, and of many second topics, by one filter: in as few requests as the node allows. */
import { type Hex, numberToHex } from 'viem';
import { z } from 'zod';
import { ReadError, RefusedError, UnsupportedMethodError } from '../../errors.ts';
import { ask, type Node } from './node.ts';
import { chunks, type Outcome } from './turns.ts';

const METHOD = 'eth_getLogs';
const MAX_READS = 200;
/** In place of a second topic that each read names for itself. */
export const ONE_OF = 'one of';
/** A range that the node refuses is halved; this often for all reads of one request. */
const MAX_HALVINGS = 63;

/** The words by which nodes say that a filter spans or finds too much. */
const TOO_MUCH = /range|limit|too (many|large|big|wide)|more than|exceed|results|size|blocks|time/i;

/** Which logs, of whichever account. */
export interface SharedFilter {
  readonly first: unknown;
  /** `one of` where each read names its own. */
  readonly second: unknown;
  readonly rest: readonly unknown[];
  readonly fromBlock: Hex;
  readonly toBlock: Hex;
}

/** Logs of one account, whose second topic is this word, if it is one; both in lower case. */
interface Read {
  readonly account: string;
  readonly second: string | null;
}

/** The name of a read, of those by one filter. */
export const nameOf = ({ account, second }: Read): string => `${account} ${second}`;

const logList = z.array(
  z.looseObject({ address: z.string(), topics: z.array(z.string()).default([]) }),
);

/** The logs of each read, by its name, as the node gives them, in the order of the chain; or why there are none. */
export async function logsOfEach(
  node: Node,
  filter: SharedFilter,
  reads: readonly Read[],
): Promise<ReadonlyMap<string, Outcome>> {
  const once = [...new Map(reads.map((read) => [nameOf(read), read])).values()];
  const pieces = await Promise.all(
    chunks(once, MAX_READS).map((some) => logsOfSome(node, filter, some)),
  );
  return new Map(pieces.flatMap((piece) => [...piece]));
}

async function logsOfSome(
  node: Node,
  filter: SharedFilter,
  reads: readonly Read[],
): Promise<ReadonlyMap<string, Outcome>> {
  const found = new Map<string, unknown[]>(reads.map((read) => [nameOf(read), []]));
  const failed = new Map<string, unknown>();
  let halvings = 0;
  const read = async (some: readonly Read[], from: bigint, to: bigint): Promise<void> => {
    const accounts = new Set(some.map(({ account }) => account));
    const logs = await ask(
      node,
      METHOD,
      [
        {
          address: alone([...accounts]),
          topics: topicsOf(filter, some),
          fromBlock: numberToHex(from),
          toBlock: numberToHex(to),
        },
      ],
      logList,
    );
    for (const log of logs) {
      const account = log.address.toLowerCase();
      if (!accounts.has(account)) {
        throw new ReadError(`${node.source} gave a log of ${log.address}, which was not asked for`);
      }
      const [, second = ''] = log.topics;
      const isNamed = filter.second === ONE_OF;
      found.get(nameOf({ account, second: isNamed ? second.toLowerCase() : null }))?.push(log);
    }
  };
  // One piece after the other: a read whose logs are too many is left out of those that follow.
  const readAll = async (some: readonly Read[], from: bigint, to: bigint): Promise<void> => {
    const asked = some.filter((each) => !failed.has(nameOf(each)));
    if (asked.length === 0) return;
    try {
      await read(asked, from, to);
    } catch (error) {
      const half = Math.ceil(asked.length / 2);
      if (!isTooMuch(error)) {
        for (const each of asked) failed.set(nameOf(each), error);
      } else if (from < to && halvings < MAX_HALVINGS) {
        halvings += 1;
        const middle = (from + to) / 2n;
        await readAll(asked, from, middle);
        await readAll(asked, middle + 1n, to);
      } else if (asked.length > 1) {
        await readAll(asked.slice(0, half), from, to);
        await readAll(asked.slice(half), from, to);
      } else {
        for (const each of asked) failed.set(nameOf(each), error);
      }
    }
  };
  await readAll(reads, BigInt(filter.fromBlock), BigInt(filter.toBlock));
  return new Map(
    reads
      .map(nameOf)
      .map((name): [string, Outcome] => [
        name,
        failed.has(name) ? { error: failed.get(name) } : { value: found.get(name) },
      ]),
  );
}

/** The topics of a filter without those at its end that are not named. */
function topicsOf(
  { first, second, rest }: SharedFilter,
  reads: readonly Read[],
): readonly unknown[] {
  const seconds = [...new Set(reads.map((read) => read.second))];
  const topics = [first, second === ONE_OF ? alone(seconds) : second, ...rest];
  return topics.slice(0, topics.findLastIndex((topic) => topic !== undefined) + 1);
}

/** A single one by itself, as it would be asked for. */
const alone = <T>(of: readonly T[]): T | readonly T[] => {
  const [only, ...more] = of;
  return only !== undefined && more.length === 0 ? only : of;
};

const isTooMuch = (error: unknown): boolean =>
  error instanceof RefusedError &&
  !(error instanceof UnsupportedMethodError) &&
  TOO_MUCH.test(error.answer.message);
