/** The state of an EVM chain at one block, read account by account. */
import { type Address, type Hex, numberToHex } from 'viem';
import { z } from 'zod';
import { memo } from './memo.ts';
import { ask, askedOnce, type Node } from './node.ts';
import { address, bytes, quantity, word } from './values.ts';

/** The block that a state belongs to. */
interface Block {
  readonly number: bigint;
  readonly hash: Hex;
  /** `null` where the node does not tell. */
  readonly stateRoot: Hex | null;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

/** A message call that changes nothing. */
interface Call {
  readonly to: Address;
  readonly data: Hex;
  readonly from?: Address;
}

/** Which logs to read: of one account, from a block up to the state's own. */
export interface LogFilter {
  readonly account: Address;
  readonly topics: readonly (Hex | null)[];
  readonly fromBlock: bigint;
}

/** An event that an account emitted. */
export interface Log {
  readonly account: Address;
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

/** Changes to single accounts, on top of what a state holds. */
export type Overrides = Readonly<Record<Address, AccountOverride>>;

/** What is different about one account. Storage slots that are not named stay as they are. */
export interface AccountOverride {
  readonly balance?: bigint;
  readonly nonce?: bigint;
  readonly code?: Hex;
  readonly storage?: Readonly<Record<Hex, Hex>>;
}

/**
 * Reads at one block. Reads made in the same turn travel together. A state of a node makes each read once;
 * one that is simulated by `eth_simulateV1` simulates again for each.
 *
 * Every method throws `ReadError` where the node refuses or answers nonsense, and `UnreachableError`
 * where it does not answer.
 */
export interface State {
  readonly chainId: number;
  readonly block: Block;
  /** A storage word; zero where nothing was written. */
  storage(account: Address, slot: Hex): Promise<Hex>;
  /** Runtime code; `0x` where there is none. */
  code(account: Address): Promise<Hex>;
  /** Wei. */
  balance(account: Address): Promise<bigint>;
  /** What a call returns. A revert is a `ReadError`. */
  call(call: Call, overrides?: Overrides): Promise<Hex>;
  logs(filter: LogFilter): Promise<readonly Log[]>;
}

/** The same code as one text in memory: it is long, and is looked up by itself again and again. */
const oneOf = memo(2_000, (code: Hex) => code);

/** The last second of the year 9999, the last that a date can be written for. */
const MAX_TIMESTAMP = 253_402_300_799n;

const block = z.object(
  {
    number: quantity,
    hash: word,
    stateRoot: word.nullish().transform((root) => root ?? null),
    timestamp: quantity.refine(
      (time) => time <= MAX_TIMESTAMP,
      'expected a time before the year 10000',
    ),
  },
  'no such block',
);

const chainIdentifier = quantity
  .transform(Number)
  .refine(Number.isSafeInteger, 'expected a chain id below 2^53');

/** A log as nodes write it. */
export const log = z
  .object({ address, topics: z.array(word).max(4), data: bytes })
  .transform(({ address: account, topics, data }): Log => ({ account, topics, data }));

/** The state that a node holds at a block; the newest where no block is named. */
export async function openState(node: Node, blockNumber?: bigint): Promise<State> {
  const tag = blockNumber === undefined ? 'latest' : numberToHex(blockNumber);
  const [chainId, at] = await Promise.all([
    ask(node, 'eth_chainId', [], chainIdentifier),
    ask(node, 'eth_getBlockByNumber', [tag, false], block),
  ]);
  const height = numberToHex(at.number);
  const reader = askedOnce(node);
  return {
    chainId,
    block: { ...at, timestamp: Number(at.timestamp) },
    storage: (account, slot) => ask(reader, 'eth_getStorageAt', [account, slot, height], word),
    code: async (account) => oneOf(await ask(reader, 'eth_getCode', [account, height], bytes)),
    balance: (account) => ask(reader, 'eth_getBalance', [account, height], quantity),
    call: ({ to, data, from }, overrides) =>
      ask(
        reader,
        'eth_call',
        [
          from === undefined ? { to, data } : { from, to, data },
          height,
          ...(overrides === undefined ? [] : [overridesParam(overrides)]),
        ],
        bytes,
      ),
    logs: ({ account, topics, fromBlock }) =>
      ask(
        reader,
        'eth_getLogs',
        [{ address: account, topics, fromBlock: numberToHex(fromBlock), toBlock: height }],
        z.array(log),
      ),
  };
}

/** Overrides as `eth_call`, `debug_traceCall` and `eth_simulateV1` take them. */
export function overridesParam(overrides: Overrides): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(overrides).map(([account, { balance, nonce, code, storage }]) => [
      account,
      {
        ...(balance === undefined ? {} : { balance: numberToHex(balance) }),
        ...(nonce === undefined ? {} : { nonce: numberToHex(nonce) }),
        ...(code === undefined ? {} : { code }),
        ...(storage === undefined ? {} : { stateDiff: storage }),
      },
    ]),
  );
}
