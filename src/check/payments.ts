/** Payments: who moves them, and how they are told. */
import { type Address, zeroAddress } from 'viem';
import type { Organisation } from '../org/org.ts';
import { formatAmount } from '../words.ts';
import type { Payment } from './facts.ts';
import { isListed } from './listed.ts';

/**
 * Whether only listed contracts move it, by what they are allowed: whether enough comes back for it is
 * asked of the whole, not of its payee.
 */
export function isMovedByOthers(
  { from, to, token, by }: Payment,
  organisation: Organisation,
  chainId: number,
): boolean {
  const isOurs = (mover: Address): boolean =>
    mover !== from && isListed(organisation, chainId, mover);
  // A vault burns the shares that are handed in to it.
  if (to === zeroAddress && token !== null && isOurs(token)) return true;
  return by.length > 0 && by.every(isOurs);
}

/** "5 ETH leave for 0x…". */
export function describePayment({ token, amount, item, to }: Payment, coin: string): string {
  const whither = to === zeroAddress ? 'are burnt' : `leave for ${to}`;
  if (token === null) return `${formatAmount(amount, 18)} ${coin} ${whither}`;
  if (item !== null) return `${amount} of item ${item} of token ${token} ${whither}`;
  return `${amount} base units of token ${token} ${whither}`;
}

/** The payments out of an account that nothing comes back for into the same account. */
export const unreturned = (
  payments: readonly Payment[],
  actors: readonly Address[],
): readonly Payment[] =>
  payments.filter(({ from }) => actors.includes(from) && !payments.some(({ to }) => to === from));
