/** Logs of many accounts by one filter, in as few requests as the node allows. */
import { type Hex, numberToHex } from 'viem';
import { z } from 'zod';
import { ReadError, RefusedError, UnsupportedMethodError } from '../../errors.ts';
import { ask, type Node } from './node.ts';
import { chunks, type Outcome } from './turns.ts';

const METHOD = 'eth_getLogs';
const MAX_ACCOUNTS = 200;
/** A range that the node refuses is halved; this often for all accounts of one request. */
const MAX_HALVINGS = 63;

/** The words by which nodes say that a filter spans or finds too much. */
const TOO_MUCH = /range|limit|too (many|large|big|wide)|more than|exceed|results|size|blocks|time/i;

/** Which logs, of whichever account. */
export interface SharedFilter {
  readonly topics: readonly unknown[];
  readonly fromBlock: Hex;
  readonly toBlock: Hex;
}

const logList = z.array(z.looseObject({ address: z.string() }));

/** The logs of each account, named in lower case, as the node gives them, in the order of the chain; or why there are none. */
export async function logsOfEach(
  node: Node,
  filter: SharedFilter,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, Outcome>> {
  const pieces = await Promise.all(
    chunks([...new Set(accounts)], MAX_ACCOUNTS).map((some) => logsOfSome(node, filter, some)),
  );
  return new Map(pieces.flatMap((piece) => [...piece]));
}

async function logsOfSome(
  node: Node,
  { topics, fromBlock, toBlock }: SharedFilter,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, Outcome>> {
  const found = new Map<string, unknown[]>(accounts.map((account) => [account, []]));
  const failed = new Map<string, unknown>();
  let halvings = 0;
  const read = async (some: readonly string[], from: bigint, to: bigint): Promise<void> => {
    const [only, ...more] = some;
    const logs = await ask(
      node,
      METHOD,
      [
        {
          address: more.length === 0 ? only : some,
          topics,
          fromBlock: numberToHex(from),
          toBlock: numberToHex(to),
        },
      ],
      logList,
    );
    for (const log of logs) {
      const list = found.get(log.address.toLowerCase());
      if (list === undefined) {
        throw new ReadError(`${node.source} gave a log of ${log.address}, which was not asked for`);
      }
      list.push(log);
    }
  };
  // One piece after the other: an account whose logs are too many is left out of those that follow.
  const readAll = async (some: readonly string[], from: bigint, to: bigint): Promise<void> => {
    const asked = some.filter((account) => !failed.has(account));
    if (asked.length === 0) return;
    try {
      await read(asked, from, to);
    } catch (error) {
      const half = Math.ceil(asked.length / 2);
      if (!isTooMuch(error)) {
        for (const account of asked) failed.set(account, error);
      } else if (from < to && halvings < MAX_HALVINGS) {
        halvings += 1;
        const middle = (from + to) / 2n;
        await readAll(asked, from, middle);
        await readAll(asked, middle + 1n, to);
      } else if (asked.length > 1) {
        await readAll(asked.slice(0, half), from, to);
        await readAll(asked.slice(half), from, to);
      } else {
        for (const account of asked) failed.set(account, error);
      }
    }
  };
  await readAll(accounts, BigInt(fromBlock), BigInt(toBlock));
  return new Map(
    accounts.map((account): [string, Outcome] => [
      account,
      failed.has(account) ? { error: failed.get(account) } : { value: found.get(account) },
    ]),
  );
}

const isTooMuch = (error: unknown): boolean =>
  error instanceof RefusedError &&
  !(error instanceof UnsupportedMethodError) &&
  TOO_MUCH.test(error.answer.message);
