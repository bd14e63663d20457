/**
 * What a token says an account has (ERC-20), and what a Chainlink feed says an asset is worth. Both are
 * contracts' words, taken as words: an answer that makes no sense is a `ReadError`.
 *
 * @see https://eips.ethereum.org/EIPS/eip-20
 * @see https://docs.chain.link/data-feeds/api-reference#aggregatorv3interface
 */
import { type Address, encodeFunctionData, type Hex, parseAbi, size, slice } from 'viem';
import { ReadError } from '../../errors.ts';
import type { State } from './state.ts';

const abi = parseAbi([
  'function balanceOf(address account) view returns (uint256)',
  'function decimals() view returns (uint8)',
  'function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)',
]);

const MAX_DECIMALS = 36n;

/** What a token says an account has, in base units. */
export async function tokenBalance(
  state: State,
  token: Address,
  account: Address,
): Promise<bigint> {
  const data = encodeFunctionData({ abi, functionName: 'balanceOf', args: [account] });
  const [balance] = await wordsOf(state, token, data, 1);
  return BigInt(balance ?? 0);
}

/** A price, in units of ten to the minus `decimals`. */
export interface Price {
  readonly amount: bigint;
  readonly decimals: number;
}

/** What a feed says, and how many seconds before the block it was told. */
export async function feedPrice(
  state: State,
  feed: Address,
): Promise<Price & { readonly age: number }> {
  const [round, digits] = await Promise.all([
    wordsOf(state, feed, encodeFunctionData({ abi, functionName: 'latestRoundData' }), 5),
    wordsOf(state, feed, encodeFunctionData({ abi, functionName: 'decimals' }), 1),
  ]);
  const [, answer = '0x0', , updatedAt = '0x0'] = round;
  const amount = BigInt.asIntN(256, BigInt(answer));
  const age = BigInt(state.block.timestamp) - BigInt(updatedAt);
  const decimals = BigInt(digits[0] ?? 0);
  if (amount <= 0n) throw new ReadError(`the feed ${feed} gives no price: ${amount}`);
  if (BigInt(updatedAt) === 0n || age < 0n) {
    throw new ReadError(`the feed ${feed} gives no time that its price is from`);
  }
  if (decimals > MAX_DECIMALS) throw new ReadError(`the feed ${feed} claims ${decimals} decimals`);
  return { amount, decimals: Number(decimals), age: Number(age) };
}

/** The first words of what a call returns. */
async function wordsOf(
  state: State,
  to: Address,
  data: Hex,
  count: number,
): Promise<readonly Hex[]> {
  const answer = await state.call({ to, data });
  if (size(answer) < 32 * count) {
    throw new ReadError(`${to} does not answer ${data.slice(0, 10)} as it should`);
  }
  return Array.from({ length: count }, (_, index) => slice(answer, 32 * index, 32 * (index + 1)));
}
