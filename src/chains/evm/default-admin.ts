/**
 * Roles of OpenZeppelin's AccessControlDefaultAdminRules: one default admin gives every role, and hands
 * itself on in two steps with a wait between them.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/access/extensions/AccessControlDefaultAdminRules.sol
 */
import {
  type Address,
  decodeAbiParameters,
  type Hex,
  keccak256,
  parseAbiParameters,
  size,
  toFunctionSelector,
  toHex,
  zeroAddress,
} from 'viem';
import { ReadError } from '../../errors.ts';
import { act, after, type Requirement, type Rule, role } from '../../power/model.ts';
import { observe } from './evidence.ts';
import { addressFrom } from './getters.ts';
import { type Announcement, announcement } from './reader.ts';
import { roleAnnouncements, roleMembers } from './roles.ts';
import type { State } from './state.ts';
import { accountId } from './values.ts';

export const DEFAULT_ADMIN = 'DEFAULT_ADMIN_ROLE';

/** Every function by which code says that it has a default admin. */
export const DEFAULT_ADMIN_FUNCTIONS: readonly string[] = [
  'defaultAdmin()',
  'pendingDefaultAdmin()',
  'beginDefaultAdminTransfer(address)',
  'hasRole(bytes32,address)',
];
const DEFAULT_ADMIN_GETTER = toFunctionSelector('defaultAdmin()');
const PENDING_DEFAULT_ADMIN = toFunctionSelector('pendingDefaultAdmin()');

/** A schedule is a `uint48`: seconds since 1970, zero where nothing is scheduled. */
const SCHEDULE_END = 1n << 48n;

/** The hash by which a contract knows a role. */
export const roleHash = (name: string): Hex => keccak256(toHex(name));

export const defaultAdminAnnouncements: readonly Announcement[] = [
  ...roleAnnouncements,
  announcement('DefaultAdminTransferScheduled(address,uint48)'),
];

/** Who is default admin, who will be, and who is a member of the roles of these names. */
export async function defaultAdminRules(
  reader: string,
  state: State,
  account: Address,
  names: readonly string[],
): Promise<readonly Rule[]> {
  const id = accountId(state.chainId, account);
  const holder = (each: Address): Requirement => act(accountId(state.chainId, each));
  const admin = role(id, DEFAULT_ADMIN);
  const [now, next, ...members] = await Promise.all([
    observe(state, (view) => addressFrom(view, account, DEFAULT_ADMIN_GETTER)),
    observe(state, (view) => pendingDefaultAdmin(view, account)),
    ...names.map((name) => observe(state, (view) => roleMembers(view, account, roleHash(name)))),
  ]);
  const wait = Math.max(0, next.value.schedule - state.block.timestamp);
  return [
    ...(now.value === zeroAddress
      ? []
      : [{ grants: admin, requires: holder(now.value), reader, evidence: now.evidence }]),
    ...(next.value.schedule === 0 || next.value.admin === zeroAddress
      ? []
      : [
          {
            grants: admin,
            requires: after(wait, holder(next.value.admin), [admin]),
            reader,
            functions: ['acceptDefaultAdminTransfer()'],
            evidence: next.evidence,
          },
        ]),
    ...names.flatMap((name, index): readonly Rule[] => [
      {
        grants: role(id, name),
        requires: admin,
        reader,
        functions: ['grantRole(bytes32,address)'],
        evidence: [],
      },
      ...(members[index]?.value ?? []).map((member) => ({
        grants: role(id, name),
        requires: holder(member),
        reader,
        evidence: members[index]?.evidence ?? [],
      })),
    ]),
  ];
}

async function pendingDefaultAdmin(
  state: State,
  account: Address,
): Promise<{ readonly admin: Address; readonly schedule: number }> {
  const answer = await state.call({ to: account, data: PENDING_DEFAULT_ADMIN });
  const [admin, schedule] =
    size(answer) === 64
      ? decodeAbiParameters(parseAbiParameters('address, uint256'), answer)
      : [zeroAddress, SCHEDULE_END];
  if (schedule < SCHEDULE_END) return { admin, schedule: Number(schedule) };
  throw new ReadError(`${account} does not answer pendingDefaultAdmin() as OpenZeppelin's does`);
}
