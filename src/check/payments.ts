/** Payments: who moves them, and how they are told. */
import { type Address, zeroAddress } from 'viem';
import type { PowerMap } from '../map/map.ts';
import type { Organisation } from '../org/org.ts';
import { describeAmount } from './amounts.ts';
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
export const describePayment = (payment: Payment, before: PowerMap): string =>
  `${describeAmount(payment, before)} ${payment.to === zeroAddress ? 'are burnt' : `leave for ${payment.to}`}`;

/** The payments out of an account that nothing comes back for into the same account. */
export const unreturned = (
  payments: readonly Payment[],
  actors: readonly Address[],
): readonly Payment[] =>
  payments.filter(({ from }) => actors.includes(from) && !payments.some(({ to }) => to === from));
