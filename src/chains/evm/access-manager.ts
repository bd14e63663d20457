/**
 * What the readers of an AccessManager and of its targets share: how it is recognised, and what its
 * roles, which are numbers, are called.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/access/manager/AccessManager.sol
 */
import { type Hex, hexToBigInt, size, slice } from 'viem';
import { type AccountId, after, type Power, type Requirement, role } from '../../power/model.ts';
import { offers } from './selectors.ts';
import type { Log } from './state.ts';
import { seconds } from './values.ts';

/** Administers every role and every target. */
export const ADMIN = 0n;
/** Everyone has it. */
export const PUBLIC = (1n << 64n) - 1n;

/** Whether code is an AccessManager's. */
export const isAccessManager = (code: Hex): boolean =>
  offers(
    code,
    'canCall(address,address,bytes4)',
    'getAccess(uint64,address)',
    'getTargetFunctionRole(address,bytes4)',
    'getTargetAdminDelay(address)',
    'getRoleGuardian(uint64)',
    'grantRole(uint64,address,uint32)',
    'setTargetFunctionRole(address,bytes4[],uint64)',
    'updateAuthority(address,address)',
  );

/** Having a role of `manager`, its members' delay for each use over. */
export function managerRole(manager: AccountId, number: bigint): Power {
  if (number === ADMIN) return role(manager, 'ADMIN_ROLE');
  return role(manager, number === PUBLIC ? 'PUBLIC_ROLE' : `role ${number}`);
}

/** Being a member of the role that administers all: who may schedule as it, and then has to wait. */
export const adminMember = (manager: AccountId): Power => role(manager, 'ADMIN_ROLE member');

/** A delay that is to change, and from when. */
interface NextDelay {
  readonly delay: number;
  readonly since: number;
}

/** The change of a delay that the last of some events tells of, where it is still to come. */
export function nextDelay(logs: readonly Log[], now: number): NextDelay | null {
  const data = logs.at(-1)?.data;
  if (data === undefined || size(data) !== 64) return null;
  const [delay, since] = [hexToBigInt(slice(data, 0, 32)), hexToBigInt(slice(data, 32))];
  if (since <= now || since >= 1n << 48n) return null;
  return { delay: seconds(delay), since: Number(since) };
}

/** When a delay is over that starts in `wait` seconds at the earliest, or the next one, if that is sooner. */
export const soonestEnd = (
  now: number,
  wait: number,
  delay: number,
  next: NextDelay | null,
): number =>
  next === null
    ? wait + delay
    : Math.min(wait + delay, Math.max(wait, next.since - now) + next.delay);

/** `requirement`, and then a wait, if any. */
export const later = (
  wait: number,
  requirement: Requirement,
  vetoers: readonly Requirement[] = [],
): Requirement => (wait === 0 ? requirement : after(wait, requirement, vetoers));
