/** What sits in an account, and what it is worth: the chain's own coin and the listed assets. */
import type { Address } from 'viem';
import { feedPrice, type Price, tokenBalance } from '../chains/evm/assets.ts';
import type { State } from '../chains/evm/state.ts';
import { addressIn, chainOf } from '../chains/evm/values.ts';
import { orReason } from '../errors.ts';
import type { Asset, Organisation } from '../org/org.ts';
import { isCoin } from '../org/references.ts';
import type { Holding } from '../power/model.ts';

/** Feeds tell a price at least once a day, and are late at times. */
const STALE_AFTER = 26 * 3_600;

/** Chains whose own coin is ether. */
const ETHER_CHAINS: ReadonlySet<number> = new Set([
  ...[1, 10, 130, 324, 480, 8453, 42161, 42170, 57073, 59144, 81457, 534352, 7777777],
  ...[11155111, 11155420, 84532, 421614],
]);

/**
 * What sits in an account.
 *
 * @throws ReadError the balance of the chain's own coin cannot be read. What else cannot be read is said
 * to be unread.
 */
export async function holdingsOf(
  state: State,
  account: Address,
  { assets }: Organisation,
): Promise<readonly Holding[]> {
  const here = assets.filter(({ asset }) => chainOf(asset) === state.chainId);
  const coin = here.find(({ asset }) => isCoin(asset)) ?? coinOf(state.chainId);
  return await Promise.all(
    [coin, ...here.filter((asset) => asset !== coin)].map((asset) =>
      holdingOf(state, account, asset),
    ),
  );
}

const coinOf = (chainId: number): Asset => ({
  asset: `eip155:${chainId}/slip44:60`,
  symbol: ETHER_CHAINS.has(chainId) ? 'ETH' : 'coin',
  decimals: 18,
});

async function holdingOf(state: State, account: Address, asset: Asset): Promise<Holding> {
  const [amount, price] = await Promise.all([
    isCoin(asset.asset)
      ? state.balance(account)
      : orReason(tokenBalance(state, tokenIn(asset.asset), account)),
    priceOf(state, asset),
  ]);
  const { symbol, decimals } = asset;
  const known = { asset: asset.asset, symbol, decimals, price: price.source };
  const reasons = [amount, price.value].filter((value) => typeof value === 'string');
  const unread = reasons.length === 0 ? null : reasons.join('; ');
  if (typeof amount === 'string') return { ...known, amount: null, usdCents: null, unread };
  const usdCents =
    price.value === null || typeof price.value === 'string'
      ? null
      : centsOf(amount, decimals, price.value);
  return { ...known, amount, usdCents, unread };
}

/** A price, the reason why it could not be read, or `null` where none is listed. */
interface Quote {
  readonly value: Price | string | null;
  readonly source: Holding['price'];
}

async function priceOf(state: State, { price, feed }: Asset): Promise<Quote> {
  if (price !== undefined) return { value: decimal(price.usd), source: 'declared' };
  const address = feed === undefined ? null : addressIn(state.chainId, feed);
  if (address === null) return { value: null, source: null };
  const value = await orReason(feedPrice(state, address));
  if (typeof value === 'string') return { value, source: null };
  return { value, source: value.age > STALE_AFTER ? 'stale feed' : 'feed' };
}

function decimal(text: string): Price {
  const [whole = '0', fraction = ''] = text.split('.');
  return { amount: BigInt(whole + fraction), decimals: fraction.length };
}

/** What an amount is worth, cut to whole cents. */
const centsOf = (amount: bigint, decimals: number, price: Price): bigint =>
  (amount * price.amount * 100n) / 10n ** BigInt(decimals + price.decimals);

/** The listed tokens of a chain, its own coin apart. */
export const tokensOn = (chainId: number, { assets }: Organisation): readonly Address[] =>
  assets
    .filter(({ asset }) => chainOf(asset) === chainId && !isCoin(asset))
    .map(({ asset }) => tokenIn(asset));

const tokenIn = (asset: string): Address => asset.slice(asset.indexOf(':0x') + 1) as Address;

/** What holdings are worth together, in US cents; `null` where nothing of them has a price. */
export function worthOf(holdings: readonly Holding[]): bigint | null {
  const held = holdings.filter(({ amount }) => amount !== 0n);
  const priced = held.map(({ usdCents }) => usdCents).filter((cents) => cents !== null);
  if (priced.length === 0 && held.length > 0) return null;
  return priced.reduce((sum, cents) => sum + cents, 0n);
}
