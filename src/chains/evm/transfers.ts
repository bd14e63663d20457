/** Transfers of tokens, as logs claim them and as calldata orders them. */
import { type Address, decodeFunctionData, type Hex, parseAbi, size, toEventSelector } from 'viem';
import type { Log } from './state.ts';
import { addressOf } from './values.ts';

/** An amount that moved between two accounts, in base units. */
export interface Transfer {
  readonly from: Address;
  readonly to: Address;
  readonly amount: bigint;
}

const TRANSFER_TOPIC = toEventSelector('Transfer(address,address,uint256)');

/**
 * The transfer that a log claims, if it is one of ERC-20; `null` otherwise. Any contract may log
 * whatever it likes: it is the emitter's word.
 */
export function transferIn({ topics, data }: Log): Transfer | null {
  const [topic, from, to] = topics;
  if (topic !== TRANSFER_TOPIC || from === undefined || to === undefined) return null;
  if (topics.length !== 3 || size(data) !== 32) return null;
  return { from: addressOf(from), to: addressOf(to), amount: BigInt(data) };
}

const transferAbi = parseAbi(['function transfer(address to, uint256 amount)']);
const TRANSFER_SELECTOR = '0xa9059cbb';
const TRANSFER_SIZE = 4 + 32 + 32;

/** What ERC-20 `transfer(to, amount)` is told to move by this calldata; `null` for any other. */
export function transferOrderIn(
  data: Hex,
): { readonly to: Address; readonly amount: bigint } | null {
  if (!data.startsWith(TRANSFER_SELECTOR) || size(data) !== TRANSFER_SIZE) return null;
  const [to, amount] = decodeFunctionData({ abi: transferAbi, data }).args;
  return { to, amount };
}
