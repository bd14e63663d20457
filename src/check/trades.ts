/** Trades that a signature permits. */
import type { Address } from 'viem';
import type { Amount, PermittedTrade } from '../chains/evm/requests/request.ts';
import type { PowerMap } from '../map/map.ts';
import { list } from '../words.ts';
import { describeAmount } from './amounts.ts';
import type { Proposed } from './facts.ts';

/** Every trade that a request permits. */
export const tradesIn = (request: Proposed): readonly PermittedTrade[] =>
  request.kind === 'message'
    ? request.message.permits.flatMap((each) => (each.kind === 'trade' ? [each] : []))
    : [];

/** What comes back to whoever signs: more than nothing, to nobody else. */
export const returnsOf = ({ gets }: PermittedTrade, signer: Address | null): readonly Amount[] =>
  gets.filter(({ to, amount }) => amount > 0n && (to === null || to === signer));

/** "2,500 USDC and item 7 of token 0x…". */
export const describeAmounts = (amounts: readonly Amount[], before: PowerMap): string =>
  amounts.length === 0 ? 'nothing' : list(amounts.map((each) => describeAmount(each, before)));
