/** Amounts as people are told of them: in the units of what castellan.yaml counts, else in base units. */
import type { Address } from 'viem';
import type { PowerMap } from '../map/map.ts';
import { coinIn } from '../map/wording.ts';
import { formatAmount } from '../words.ts';

interface Amount {
  /** `null` is ether. */
  readonly token: Address | null;
  readonly amount: bigint;
  /** Of an NFT. */
  readonly item: bigint | null;
}

/** "2,500 USDC"; "100 base units of token 0x…"; "item 7 of token 0x…". */
export function describeAmount(
  { token, amount, item }: Amount,
  { positions }: PowerMap,
  name: (token: Address) => string = (token) => token,
): string {
  if (token === null) return `${formatAmount(amount, 18)} ${coinIn(positions)}`;
  const holding = positions
    .flatMap(({ holdings }) => holdings)
    .find(({ asset }) => asset.endsWith(`/erc20:${token}`));
  if (holding !== undefined) return `${formatAmount(amount, holding.decimals)} ${holding.symbol}`;
  if (item === null) return `${amount} base units of token ${name(token)}`;
  return `${amount === 1n ? '' : `${amount} of `}item ${item} of token ${name(token)}`;
}
