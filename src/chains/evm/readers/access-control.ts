/**
 * OpenZeppelin's AccessControl: whoever administers a role can give it to themselves. What a role may
 * do is for the code that asks for it to say. With AccessControlDefaultAdminRules there is one default
 * admin, and the next one has to wait.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/access/extensions/AccessControlDefaultAdminRules.sol
 */
import { type Address, type Hex, parseAbi, zeroAddress } from 'viem';
import {
  type AccountId,
  act,
  after,
  anyOf,
  power,
  type Requirement,
  type Rule,
  role,
} from '../../../power/model.ts';
import type { Guard } from '../bytecode/guard.ts';
import { observe } from '../evidence.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { DEFAULT_ADMIN, keepsRoles, readRoles, roleAnnouncements, roleName } from '../roles.ts';
import { offers, selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId } from '../values.ts';
import { askView } from '../view-function.ts';

const abi = parseAbi([
  'function pendingDefaultAdmin() view returns (address newAdmin, uint48 schedule)',
]);

const GRANT = 'grantRole(bytes32,address)';
const ACCEPT = 'acceptDefaultAdminTransfer()';
const ROLE_FUNCTIONS = [GRANT, 'revokeRole(bytes32,address)', 'renounceRole(bytes32,address)'];
/** LayerZero's DVN, which keeps no admins of roles: it gives them itself, as its signers say. */
const OF_DVN = 'quorumChangeAdmin((uint32,address,bytes,uint256,bytes))';
/** What the default admin alone may do, where there is only one. */
const DEFAULT_ADMIN_FUNCTIONS = [
  'beginDefaultAdminTransfer(address)',
  'cancelDefaultAdminTransfer()',
  'changeDefaultAdminDelay(uint48)',
  'rollbackDefaultAdminDelay()',
];

export const accessControl: Reader = {
  id: 'access-control',
  refuses: [
    'a contract with hasRole() but without grantRole()',
    'an AccessManager, which numbers its roles',
  ],
  read: async ({ account, code }, state) => {
    if (!keepsRoles(code)) return null;
    const hasOneAdmin = offers(code, 'pendingDefaultAdmin()', ACCEPT, ...DEFAULT_ADMIN_FUNCTIONS);
    const id = accountId(state.chainId, account);
    const [roles, oneAdmin] = await Promise.all([
      readRoles(state, account, code),
      hasOneAdmin ? defaultAdminRules(account, id, state) : [],
    ]);
    const givenBy = (admin: Hex): Requirement =>
      offers(code, OF_DVN) ? act(id) : role(id, roleName(admin));
    const named = new Set(roles.map(({ value }) => value.role));
    return {
      kind: hasOneAdmin ? 'AccessControlDefaultAdminRules' : 'AccessControl',
      rules: [
        ...roles.flatMap(({ value: { role: each, members, admin }, evidence }): readonly Rule[] => {
          const held = {
            grants: role(id, roleName(each)),
            reader: 'access-control',
            evidence,
          };
          return [
            ...(members.length === 0
              ? []
              : [{ ...held, requires: anyOf(...members.map(holder(state.chainId))) }]),
            ...(admin === each ? [] : [{ ...held, requires: givenBy(admin), functions: [GRANT] }]),
          ];
        }),
        ...oneAdmin,
      ],
      covers: selectorsOf(
        ...ROLE_FUNCTIONS,
        ...(hasOneAdmin ? [ACCEPT, ...DEFAULT_ADMIN_FUNCTIONS] : []),
      ),
      explains: (guard) => whoPasses(guard, id, named),
      delegatesTo: [],
      announces: hasOneAdmin ? [...roleAnnouncements, ...transferAnnouncements] : roleAnnouncements,
      unread: [],
    };
  },
};

const holder =
  (chainId: number) =>
  (account: Address): Requirement =>
    act(accountId(chainId, account));

/** The mapping may lie anywhere; that it is keyed by a role that the contract has tells it from others. */
function whoPasses(guard: Guard, id: AccountId, named: ReadonlySet<Hex>): Requirement | null {
  if (guard.type !== 'member' || guard.keys.length !== 2 || guard.keys[1] !== 'caller') return null;
  // Some checks are passed by those who do not have a role.
  if (guard.equals !== null && BigInt(guard.equals) === 0n) return null;
  const asked = [...named].find((each) => each === guard.keys[0]);
  return asked === undefined ? null : role(id, roleName(asked));
}

/**
 * The next default admin accepts once the schedule has passed; until then the present one may cancel.
 * Changing the delay brings no one anything sooner: it is the present default admin who begins.
 */
async function defaultAdminRules(
  account: Address,
  id: AccountId,
  state: State,
): Promise<readonly Rule[]> {
  const { value, evidence } = await observe(state, (view) =>
    askView(view, account, abi, 'pendingDefaultAdmin', []),
  );
  const [next, schedule] = value;
  const admin = role(id, roleName(DEFAULT_ADMIN));
  const rule = { reader: 'access-control', evidence };
  const wait = Math.max(0, schedule + 1 - state.block.timestamp);
  return [
    {
      ...rule,
      grants: power(id, 'configure'),
      requires: admin,
      functions: DEFAULT_ADMIN_FUNCTIONS,
    },
    ...(next === zeroAddress
      ? []
      : [
          {
            ...rule,
            grants: admin,
            requires: after(wait, holder(state.chainId)(next), [admin]),
            functions: [ACCEPT],
          },
        ]),
  ];
}

const transferAnnouncements: readonly Announcement[] = [
  'DefaultAdminTransferScheduled(address,uint48)',
  'DefaultAdminTransferCanceled()',
  'DefaultAdminDelayChangeScheduled(uint48,uint48)',
  'DefaultAdminDelayChangeCanceled()',
].map(announcement);
