/** The requests that a state makes, as its own code writes them: what may travel with others is told by its form. */
import type { Address } from 'viem';
import { z } from 'zod';
import { ONE_OF, type SharedFilter } from './log-batch.ts';
import type { Item } from './multicall.ts';

/** A call with more data than this is asked by itself. */
const MAX_CALL_BYTES = 10_000;

/** A read at a block. */
export interface BlockRead {
  readonly item: Item;
  readonly block: string;
  /** The state overrides under it, as the request has them; calls alone have any. */
  readonly changes: Changes;
}

/** What nodes call the newest block. */
export const NEWEST = 'latest';

export type Changes = Readonly<Record<string, unknown>>;

const NONE: Changes = {};

/** A read of the logs of one account: those whose second topic is this word, if it is one. */
export interface LogRead {
  readonly account: string;
  readonly second: string | null;
  /** What it has in common with others. */
  readonly filter: SharedFilter;
}

const hex = (digits: string) =>
  z.templateLiteral(['0x', z.string()]).refine((text) => new RegExp(`^0x${digits}$`).test(text));
const account = hex('[0-9a-fA-F]{40}').transform((text) => text.toLowerCase() as Address);
/** A block by its number: what is asked of the newest may not travel with the rest. */
const height = hex('[0-9a-f]+');

const storage = z.tuple([account, hex('[0-9a-f]{64}'), height]).transform(
  ([of, data, block]): BlockRead => ({
    ...{ item: { kind: 'storage', account: of, data }, block, changes: NONE },
  }),
);

const ofAccount = (kind: 'code' | 'balance') =>
  z.tuple([account, height]).transform(
    ([of, block]): BlockRead => ({
      ...{ item: { kind, account: of, data: '0x' }, block, changes: NONE },
    }),
  );

/** Without a sender. */
const call = z
  .tuple([
    z.strictObject({ to: account, data: hex(`(?:[0-9a-f]{2}){0,${MAX_CALL_BYTES}}`) }),
    height,
    z.record(z.string(), z.unknown()).optional(),
  ])
  .transform(
    ([{ to, data }, block, changes = NONE]): BlockRead => ({
      ...{ item: { kind: 'call', account: to, data }, block, changes },
    }),
  );

const READS: ReadonlyMap<string, z.ZodType<BlockRead>> = new Map<string, z.ZodType<BlockRead>>([
  ['eth_getStorageAt', storage],
  ['eth_getCode', ofAccount('code')],
  ['eth_getBalance', ofAccount('balance')],
  ['eth_call', call],
]);

/** What a request reads, where it may travel with other reads of the block. */
export const readOf = (method: string, params: readonly unknown[]): BlockRead | null =>
  READS.get(method)?.safeParse(params).data ?? null;

/** Whether a request is for the newest block. */
export const isForNewest = ({
  method,
  params: [block],
}: {
  readonly method: string;
  readonly params: readonly unknown[];
}): boolean => method === 'eth_getBlockByNumber' && block === NEWEST;

const word = hex('[0-9a-f]{64}');

const logRead = z
  .tuple([
    z.strictObject({
      address: account,
      topics: z.array(z.unknown()),
      fromBlock: height,
      toBlock: height,
    }),
  ])
  .transform(
    ([
      {
        address,
        topics: [first, second, ...rest],
        ...range
      },
    ]): LogRead => {
      const isWord = word.safeParse(second).success;
      return {
        account: address,
        second: isWord ? String(second) : null,
        filter: { ...range, first, second: isWord ? ONE_OF : second, rest },
      };
    },
  );

/** The logs that a request reads, where it may travel with requests for those of other accounts. */
export const logReadOf = (method: string, params: readonly unknown[]): LogRead | null =>
  method === 'eth_getLogs' ? (logRead.safeParse(params).data ?? null) : null;
