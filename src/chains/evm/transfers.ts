/**
 * Transfers of tokens, as logs claim them and as calldata orders them.
 *
 * @see https://eips.ethereum.org/EIPS/eip-20
 * @see https://eips.ethereum.org/EIPS/eip-721
 * @see https://eips.ethereum.org/EIPS/eip-1155
 */
import {
  type Address,
  decodeAbiParameters,
  decodeFunctionData,
  type Hex,
  parseAbi,
  parseAbiParameters,
  toEventSelector,
  toFunctionSelector,
} from 'viem';
import type { Log } from './state.ts';
import { addressOf } from './values.ts';

/** An amount that moved between two accounts, in base units. */
export interface Transfer {
  readonly from: Address;
  readonly to: Address;
  readonly amount: bigint;
  /** Of an NFT; `null` for what has no items. */
  readonly item: bigint | null;
}

const TRANSFER = toEventSelector('Transfer(address,address,uint256)');
const TRANSFER_SINGLE = toEventSelector('TransferSingle(address,address,address,uint256,uint256)');
const TRANSFER_BATCH = toEventSelector(
  'TransferBatch(address,address,address,uint256[],uint256[])',
);

/** The transfers that a log claims. Any contract may log whatever it likes: it is the emitter's word. */
export function transfersIn({ topics, data }: Log): readonly Transfer[] {
  const [topic, first, second, third] = topics;
  if (first === undefined || second === undefined) return [];
  if (topic === TRANSFER) {
    const parties = { from: addressOf(first), to: addressOf(second) };
    if (third !== undefined) return [{ ...parties, amount: 1n, item: BigInt(third) }];
    const [amount] = decoded(() => decodeAbiParameters(parseAbiParameters('uint256'), data)) ?? [];
    return amount === undefined ? [] : [{ ...parties, amount, item: null }];
  }
  if (third === undefined) return [];
  const parties = { from: addressOf(second), to: addressOf(third) };
  if (topic === TRANSFER_SINGLE) {
    const single = decoded(() => decodeAbiParameters(parseAbiParameters('uint256, uint256'), data));
    return single === null ? [] : [{ ...parties, item: single[0], amount: single[1] }];
  }
  if (topic !== TRANSFER_BATCH) return [];
  const batch = decoded(() =>
    decodeAbiParameters(parseAbiParameters('uint256[], uint256[]'), data),
  );
  return (batch?.[0] ?? []).map((item, index) => ({
    ...parties,
    item,
    amount: batch?.[1][index] ?? 0n,
  }));
}

const orderAbi = parseAbi([
  'function transfer(address to, uint256 amount)',
  'function transferFrom(address from, address to, uint256 amount)',
  'function safeTransferFrom(address from, address to, uint256 id)',
  'function safeTransferFrom(address from, address to, uint256 id, bytes data)',
  'function safeTransferFrom(address from, address to, uint256 id, uint256 amount, bytes data)',
]);

const ORDERS: ReadonlySet<string> = new Set(orderAbi.map((item) => toFunctionSelector(item)));

/**
 * What a token is told to move by this calldata, called by `caller`; `null` for any other. Whether the
 * number of a `transferFrom` is an amount or an item only the token knows.
 */
export function transferOrderIn(data: Hex, caller: Address): Transfer | null {
  if (!ORDERS.has(data.slice(0, 10))) return null;
  const order = decoded(() => decodeFunctionData({ abi: orderAbi, data }));
  if (order === null) return null;
  if (order.functionName === 'transfer') {
    const [to, amount] = order.args;
    return { from: caller, to, amount, item: null };
  }
  const [from, to, number, more] = order.args;
  if (order.functionName === 'transferFrom') return { from, to, amount: number, item: null };
  return { from, to, item: number, amount: typeof more === 'bigint' ? more : 1n };
}

/** What `decode` gives; `null` where the bytes are not what they claim to be. */
function decoded<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}
