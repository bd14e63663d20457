/**
 * Roles as OpenZeppelin's AccessControl keeps them. Its logs say who may have been given a role; only
 * `hasRole` says who has it, so that a role that was revoked, or is only simulated, is read right.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/access/AccessControl.sol
 */
import {
  type Address,
  type Hex,
  keccak256,
  parseAbi,
  toEventSelector,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem';
import { ReadError } from '../../errors.ts';
import { type Observed, observe } from './evidence.ts';
import { type Announcement, announcement } from './reader.ts';
import { offers } from './selectors.ts';
import type { State } from './state.ts';
import { addressOf } from './values.ts';
import { askView } from './view-function.ts';

const abi = parseAbi([
  'function hasRole(bytes32 role, address account) view returns (bool)',
  'function getRoleAdmin(bytes32 role) view returns (bytes32)',
]);

/** The functions that every AccessControl has. */
const ROLE_FUNCTIONS: readonly string[] = [
  'hasRole(bytes32,address)',
  'getRoleAdmin(bytes32)',
  'grantRole(bytes32,address)',
  'revokeRole(bytes32,address)',
  'renounceRole(bytes32,address)',
];

const ROLE_GRANTED = 'RoleGranted(bytes32,address,address)';
const ROLE_ADMIN_CHANGED = 'RoleAdminChanged(bytes32,bytes32,bytes32)';

/** More roles, or more accounts that were ever given one, than this are refused. */
const MAX_ROLES = 100;
const MAX_GRANTS = 1_000;

/** The role that administers every other, unless they were given another admin. */
export const DEFAULT_ADMIN: Hex = zeroHash;

/** What projects call their roles; the name of a role is its hash on the chain. */
const KNOWN_ROLES: ReadonlyMap<Hex, string> = new Map([
  [DEFAULT_ADMIN, 'DEFAULT_ADMIN_ROLE'],
  ...[
    'ADMIN_ROLE',
    'ALLOCATOR_ROLE',
    'ASSET_LISTING_ADMIN',
    'BLACKLISTER_ROLE',
    'BLOCKLISTER_ROLE',
    'BRIDGE_ROLE',
    'BURNER_ROLE',
    'CANCELLER_ROLE',
    'COLLECTOR_ROLE',
    'CONFIGURATOR_ROLE',
    'CONTROLLER_ROLE',
    'DEPOSITOR_ROLE',
    'DEPOSIT_ROLE',
    'EMERGENCY_ADMIN',
    'EMERGENCY_ROLE',
    'EXECUTOR_ROLE',
    'FEE_MANAGER_ROLE',
    'FREEZER_ROLE',
    'GOVERNANCE_ROLE',
    'GOVERNOR_ROLE',
    'GUARDIAN_ROLE',
    'KEEPER_ROLE',
    'LIQUIDATOR_ROLE',
    'MANAGER_ROLE',
    'MESSAGE_LIB_ROLE',
    'MINTER_ADMIN_ROLE',
    'MINTER_ROLE',
    'OPERATOR_ROLE',
    'ORACLE_ROLE',
    'OWNER_ROLE',
    'PAUSER_ROLE',
    'PAUSE_ROLE',
    'POOL_ADMIN',
    'PREDICATE_ROLE',
    'PROPOSER_ROLE',
    'RECOVERER_ROLE',
    'RELAYER_ROLE',
    'RESUME_ROLE',
    'RISK_ADMIN',
    'SETTER_ROLE',
    'SNAPSHOT_ROLE',
    'STRATEGIST_ROLE',
    'STRATEGY_ROLE',
    'SUPPLY_CONTROLLER_ROLE',
    'TIMELOCK_ADMIN_ROLE',
    'TREASURER_ROLE',
    'TREASURY_ROLE',
    'UNPAUSER_ROLE',
    'UPDATER_ROLE',
    'UPGRADER_ROLE',
    'VALIDATOR_ROLE',
    'WHITELISTER_ROLE',
    'WITHDRAWER_ROLE',
    'WITHDRAW_ROLE',
  ].map((name): [Hex, string] => [keccak256(toHex(name)), name]),
]);

/** What projects call a role; its hash where that is not known. */
export const roleName = (role: Hex): string => KNOWN_ROLES.get(role) ?? role;

/** The events by which a change of roles is announced. */
export const roleAnnouncements: readonly Announcement[] = [
  ROLE_GRANTED,
  'RoleRevoked(bytes32,address,address)',
  ROLE_ADMIN_CHANGED,
].map(announcement);

/** Whether code offers what every AccessControl has. */
export const keepsRoles = (code: Hex): boolean => offers(code, ...ROLE_FUNCTIONS);

/** Whether `account` has a role of `contract`. */
export const hasRole = (
  state: State,
  contract: Address,
  role: Hex,
  account: Address,
): Promise<boolean> => askView(state, contract, abi, 'hasRole', [role, account]);

/** One role, as it is now. */
interface RoleState {
  readonly role: Hex;
  /** In the order in which they were first given it. */
  readonly members: readonly Address[];
  /** The role whose members give and take this one. */
  readonly admin: Hex;
}

/**
 * Every role of `contract` that its logs or its code name, and the roles that administer those.
 *
 * @throws ReadError also where there are more than 100 roles, or were more than 1,000 members.
 */
export async function readRoles(
  state: State,
  contract: Address,
  code: Hex,
): Promise<readonly Observed<RoleState>[]> {
  const logged = await observe(state, (view) => {
    const logsOf = (event: string) =>
      view.logs({ account: contract, topics: [toEventSelector(event)], fromBlock: 0n });
    return Promise.all([
      logsOf(ROLE_GRANTED),
      logsOf(ROLE_ADMIN_CHANGED),
      rolesInCode(view, contract, code),
    ]);
  });
  const [granted, changed, inCode] = logged.value;
  const candidates = new Map<Hex, Set<Address>>();
  for (const { topics } of granted) {
    const [, role, to] = topics;
    if (role === undefined || to === undefined) continue;
    candidates.set(role, (candidates.get(role) ?? new Set()).add(addressOf(to)));
  }
  const grants = [...candidates.values()].reduce((sum, { size }) => sum + size, 0);
  if (grants > MAX_GRANTS) {
    throw new ReadError(`roles of ${contract} were given more than ${MAX_GRANTS} times`);
  }
  const readRole = async (role: Hex): Promise<Observed<RoleState>> => {
    const members = [...(candidates.get(role) ?? [])].filter((each) => each !== zeroAddress);
    const { value, evidence } = await observe(state, (view) =>
      Promise.all([
        askView(view, contract, abi, 'getRoleAdmin', [role]),
        ...members.map((member) => hasRole(view, contract, role, member)),
      ] as const),
    );
    const [admin, ...has] = value;
    return {
      value: { role, admin, members: members.filter((_, index) => has[index] === true) },
      evidence: [...logged.evidence, ...evidence],
    };
  };
  const named = [
    ...inCode,
    ...candidates.keys(),
    ...changed.flatMap(({ topics: [, role] }) => (role === undefined ? [] : [role])),
  ];
  const found = new Map<Hex, Observed<RoleState>>();
  let next: readonly Hex[] = [...new Set([DEFAULT_ADMIN, ...named])];
  while (next.length > 0) {
    if (found.size + next.length > MAX_ROLES) {
      throw new ReadError(`${contract} has more than ${MAX_ROLES} roles`);
    }
    const read = await Promise.all(next.map(readRole));
    for (const each of read) found.set(each.value.role, each);
    next = [...new Set(read.map(({ value }) => value.admin))].filter((role) => !found.has(role));
  }
  return [...found.values()];
}

/**
 * The roles of known name in some code, by their hash or by what their getter answers: older compilers
 * leave the name to be hashed as the code runs, and some projects hash another.
 */
async function rolesInCode(state: State, contract: Address, code: Hex): Promise<readonly Hex[]> {
  const known = [...KNOWN_ROLES];
  const answers = await Promise.all(
    known.map(async ([role, name]) => {
      if (code.includes(role.slice(2))) return true;
      if (!offers(code, `${name}()`)) return false;
      const getter = parseAbi([`function ${name}() view returns (bytes32)`] as readonly string[]);
      return (await askView(state, contract, getter, name, [])) === role;
    }),
  );
  return known.filter((_, index) => answers[index] === true).map(([role]) => role);
}

/**
 * Everyone who has a role of `contract`, in the order in which they were first given it.
 *
 * @throws ReadError also where more than 1,000 accounts were ever given it.
 */
export async function roleMembers(
  state: State,
  contract: Address,
  role: Hex,
): Promise<readonly Address[]> {
  const granted = await state.logs({
    account: contract,
    topics: [toEventSelector(ROLE_GRANTED), role],
    fromBlock: 0n,
  });
  const candidates = [
    ...new Set(
      granted.flatMap(({ topics: [, , to] }) => (to === undefined ? [] : [addressOf(to)])),
    ),
  ];
  if (candidates.length > MAX_GRANTS) {
    throw new ReadError(`role ${role} of ${contract} was given more than ${MAX_GRANTS} times`);
  }
  const has = await Promise.all(candidates.map((each) => hasRole(state, contract, role, each)));
  return candidates.filter((_, index) => has[index] === true);
}
