/**
 * Roles as OpenZeppelin's AccessControl keeps them. Its logs say who may have been given a role; only
 * `hasRole` says who has it, so that a role that was revoked, or is only simulated, is read right.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/access/AccessControl.sol
 */
import { type Address, encodeFunctionData, type Hex, parseAbi, toEventSelector } from 'viem';
import { ReadError } from '../../errors.ts';
import { type Announcement, announcement } from './reader.ts';
import type { State } from './state.ts';
import { addressOf, word } from './values.ts';

const abi = parseAbi([
  'function hasRole(bytes32 role, address account) view returns (bool)',
  'function getRoleAdmin(bytes32 role) view returns (bytes32)',
]);

const ROLE_GRANTED = 'RoleGranted(bytes32,address,address)';
const ROLE_GRANTED_TOPIC = toEventSelector(ROLE_GRANTED);

/** More accounts that were ever given one role than this are refused. */
const MAX_CANDIDATES = 500;
/** Each role has an admin role; a line of them that is longer is refused. */
const MAX_ADMIN_ROLES = 20;

/** The events by which a change of roles is announced. */
export const roleAnnouncements: readonly Announcement[] = [
  ROLE_GRANTED,
  'RoleRevoked(bytes32,address,address)',
  'RoleAdminChanged(bytes32,bytes32,bytes32)',
].map(announcement);

/** Whether `account` has a role of `contract`. */
export async function hasRole(
  state: State,
  contract: Address,
  role: Hex,
  account: Address,
): Promise<boolean> {
  const data = encodeFunctionData({ abi, functionName: 'hasRole', args: [role, account] });
  return BigInt(await answer(state, contract, data)) === 1n;
}

/**
 * Everyone who has a role of `contract`, in the order in which they were first given it.
 *
 * @throws ReadError also where more than 500 accounts were ever given it.
 */
export async function roleMembers(
  state: State,
  contract: Address,
  role: Hex,
): Promise<readonly Address[]> {
  const granted = await state.logs({
    account: contract,
    topics: [ROLE_GRANTED_TOPIC, role],
    fromBlock: 0n,
  });
  const candidates = [
    ...new Set(
      granted.flatMap(({ topics: [, , to] }) => (to === undefined ? [] : [addressOf(to)])),
    ),
  ];
  if (candidates.length > MAX_CANDIDATES) {
    throw new ReadError(
      `more than ${MAX_CANDIDATES} accounts were given role ${role} of ${contract}`,
    );
  }
  const has = await Promise.all(
    candidates.map((account) => hasRole(state, contract, role, account)),
  );
  return candidates.filter((_, index) => has[index] === true);
}

/** Everyone who may give and take a role, or make themselves one of those: its admins, and theirs. */
export async function roleAdmins(
  state: State,
  contract: Address,
  role: Hex,
): Promise<readonly Address[]> {
  const roles: Hex[] = [];
  let admin = await roleAdmin(state, contract, role);
  while (!roles.includes(admin)) {
    if (roles.length === MAX_ADMIN_ROLES) {
      throw new ReadError(`role ${role} of ${contract} has too long a line of admin roles`);
    }
    roles.push(admin);
    admin = await roleAdmin(state, contract, admin);
  }
  const members = await Promise.all(roles.map((each) => roleMembers(state, contract, each)));
  return [...new Set(members.flat())];
}

async function roleAdmin(state: State, contract: Address, role: Hex): Promise<Hex> {
  const data = encodeFunctionData({ abi, functionName: 'getRoleAdmin', args: [role] });
  return await answer(state, contract, data);
}

async function answer(state: State, contract: Address, data: Hex): Promise<Hex> {
  const parsed = word.safeParse(await state.call({ to: contract, data }));
  if (parsed.success) return parsed.data;
  throw new ReadError(`${contract} does not answer ${data.slice(0, 10)} as AccessControl does`);
}
