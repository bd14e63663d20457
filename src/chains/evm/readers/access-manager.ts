/**
 * OpenZeppelin's AccessManager: roles with numbers, whose members wait for a delay of their own at each
 * use, and whose guardians may cancel in that time. It calls its targets in the name of its roles; who may
 * call a target is for the reader of that target to say.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/access/manager/AccessManager.sol
 */
import { type Address, type Hex, hexToBigInt, parseAbi, slice, toEventSelector } from 'viem';
import { ReadError } from '../../../errors.ts';
import {
  type AccountId,
  act,
  anyOf,
  given,
  power,
  type Requirement,
  type Rule,
  type Unread,
} from '../../../power/model.ts';
import {
  ADMIN,
  adminMember,
  isAccessManager,
  later,
  managerRole,
  nextDelay,
  PUBLIC,
  soonestEnd,
} from '../access-manager.ts';
import { type Observed, observe } from '../evidence.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { selectorsOf } from '../selectors.ts';
import type { Log, State } from '../state.ts';
import { accountId, addressOf } from '../values.ts';
import { askAddress, askView } from '../view-function.ts';

const abi = parseAbi([
  'function getRoleAdmin(uint64 role) view returns (uint64)',
  'function getRoleGuardian(uint64 role) view returns (uint64)',
  'function getRoleGrantDelay(uint64 role) view returns (uint32)',
  'function getAccess(uint64 role, address account) view returns (uint48 since, uint32 delay, uint32 pendingDelay, uint48 effect)',
  'function getTargetFunctionRole(address target, bytes4 selector) view returns (uint64)',
]);

const GRANTED = 'RoleGranted(uint64,address,uint32,uint48,bool)';
const ADMIN_CHANGED = 'RoleAdminChanged(uint64,uint64)';
const GUARDIAN_CHANGED = 'RoleGuardianChanged(uint64,uint64)';
const GRANT_DELAY_CHANGED = 'RoleGrantDelayChanged(uint64,uint32,uint48)';
const FUNCTION_ROLE_UPDATED = 'TargetFunctionRoleUpdated(address,bytes4,uint64)';

/** More than this of anything that a manager keeps is refused. */
const MAX_ENTRIES = 1_000;

const GRANT = 'grantRole(uint64,address,uint32)';
const SET_ROLE_ADMIN = 'setRoleAdmin(uint64,uint64)';
const EXECUTE = 'execute(address,bytes)';
const CANCEL = 'cancel(address,address,bytes)';
/** What only ADMIN_ROLE may do. */
const ADMIN_FUNCTIONS = [
  'labelRole(uint64,string)',
  SET_ROLE_ADMIN,
  'setRoleGuardian(uint64,uint64)',
  'setGrantDelay(uint64,uint32)',
  'setTargetFunctionRole(address,bytes4[],uint64)',
  'setTargetAdminDelay(address,uint32)',
  'setTargetClosed(address,bool)',
  'updateAuthority(address,address)',
];

export const accessManager: Reader = {
  id: 'access-manager',
  refuses: [
    'an authority that answers canCall() but keeps no roles',
    'an AccessControl, whose roles are hashes',
  ],
  read: async ({ account, code }, state) => {
    if (!isAccessManager(code)) return null;
    const id = accountId(state.chainId, account);
    const logs = await readLogs(state, account);
    const [roles, unread] = await Promise.all([
      readRoles(state, account, logs),
      readCallsOfOthers(state, account, logs.value.functionRoles),
    ]);
    return {
      kind: 'AccessManager',
      rules: rulesOf(id, roles, state),
      covers: selectorsOf(
        ...ADMIN_FUNCTIONS,
        ...[GRANT, 'revokeRole(uint64,address)', 'renounceRole(uint64,address)'],
        ...['schedule(address,bytes,uint48)', EXECUTE, CANCEL, 'multicall(bytes[])'],
        'consumeScheduledOp(address,bytes)',
      ),
      delegatesTo: [],
      announces,
      unread,
    };
  },
};

interface ManagerLogs {
  readonly granted: readonly Log[];
  readonly admins: readonly Log[];
  readonly guardians: readonly Log[];
  readonly grantDelays: readonly Log[];
  readonly functionRoles: readonly Log[];
}

async function readLogs(state: State, account: Address): Promise<Observed<ManagerLogs>> {
  return await observe(state, async (view) => {
    const logsOf = async (event: string): Promise<readonly Log[]> => {
      const topics = [toEventSelector(event)];
      const logs = await view.logs({ account, topics, fromBlock: 0n });
      if (logs.length > MAX_ENTRIES) {
        throw new ReadError(`${account} has more than ${MAX_ENTRIES} events ${event}`);
      }
      return logs;
    };
    const [granted, admins, guardians, grantDelays, functionRoles] = await Promise.all([
      logsOf(GRANTED),
      logsOf(ADMIN_CHANGED),
      logsOf(GUARDIAN_CHANGED),
      logsOf(GRANT_DELAY_CHANGED),
      logsOf(FUNCTION_ROLE_UPDATED),
    ]);
    return { granted, admins, guardians, grantDelays, functionRoles };
  });
}

/** A member, and the seconds until it has the role and until its first use of it. */
interface Member {
  readonly account: Address;
  readonly wait: number;
  readonly use: number;
}

interface ManagedRole {
  readonly number: bigint;
  readonly members: readonly Member[];
  readonly admin: bigint;
  readonly guardian: bigint;
  /** Seconds until a new member has the role. */
  readonly grantDelay: number;
}

type Roles = ReadonlyMap<bigint, Observed<ManagedRole>>;

/** Every role that the logs name, and those that administer or guard them. */
async function readRoles(
  state: State,
  manager: Address,
  { value: logs, evidence: because }: Observed<ManagerLogs>,
): Promise<Roles> {
  const numbers = [...logs.granted, ...logs.admins, ...logs.guardians, ...logs.grantDelays].flatMap(
    ({ topics: [, number] }) => (number === undefined ? [] : [hexToBigInt(number)]),
  );
  const ofFunctions = logs.functionRoles.flatMap(({ topics: [, , number] }) =>
    number === undefined ? [] : [hexToBigInt(number)],
  );
  const found = new Map<bigint, Observed<ManagedRole>>();
  let next = unmet([ADMIN, ...numbers, ...ofFunctions], found);
  while (next.length > 0) {
    if (found.size + next.length > MAX_ENTRIES) {
      throw new ReadError(`${manager} has more than ${MAX_ENTRIES} roles`);
    }
    const read = await Promise.all(next.map((number) => readRole(state, manager, number, logs)));
    for (const { value, evidence } of read) {
      found.set(value.number, { value, evidence: [...because, ...evidence] });
    }
    next = unmet(
      read.flatMap(({ value: { admin, guardian } }) => [admin, guardian]),
      found,
    );
  }
  return found;
}

const unmet = (numbers: readonly bigint[], found: Roles): readonly bigint[] =>
  [...new Set(numbers)].filter((number) => number !== PUBLIC && !found.has(number));

const readRole = (
  state: State,
  manager: Address,
  number: bigint,
  logs: ManagerLogs,
): Promise<Observed<ManagedRole>> =>
  observe(state, async (view) => {
    const ofRole = ({ topics: [, of] }: Log): boolean =>
      of !== undefined && hexToBigInt(of) === number;
    const candidates = new Set(
      logs.granted.filter(ofRole).flatMap(({ topics: [, , to] }) => (to ? [addressOf(to)] : [])),
    );
    const now = state.block.timestamp;
    const [admin, guardian, grantDelay, members] = await Promise.all([
      askView(view, manager, abi, 'getRoleAdmin', [number]),
      askView(view, manager, abi, 'getRoleGuardian', [number]),
      askView(view, manager, abi, 'getRoleGrantDelay', [number]),
      Promise.all([...candidates].map((each) => readMember(view, manager, number, each))),
    ]);
    return {
      number,
      admin,
      guardian,
      grantDelay: soonestEnd(now, 0, grantDelay, nextDelay(logs.grantDelays.filter(ofRole), now)),
      members: members.filter((each) => each !== null),
    };
  });

async function readMember(
  state: State,
  manager: Address,
  number: bigint,
  account: Address,
): Promise<Member | null> {
  const now = state.block.timestamp;
  const [since, delay, pendingDelay, effect] = await askView(state, manager, abi, 'getAccess', [
    number,
    account,
  ]);
  if (since === 0) return null;
  const wait = Math.max(0, since - now);
  const pending = effect === 0 ? null : { delay: pendingDelay, since: effect };
  return { account, wait, use: soonestEnd(now, wait, delay, pending) };
}

function rulesOf(id: AccountId, roles: Roles, { chainId }: State): readonly Rule[] {
  const holder = (account: Address): Requirement => act(accountId(chainId, account));
  const membersAtOnce = (number: bigint): readonly Requirement[] =>
    (roles.get(number)?.value.members ?? []).map(({ account, wait }) =>
      later(wait, holder(account)),
    );
  const admin = managerRole(id, ADMIN);
  const admins = roles.get(ADMIN)?.value;
  const evidence = roles.get(ADMIN)?.evidence ?? [];
  const ofAdmins = { reader: 'access-manager', evidence };
  // ADMIN_ROLE, twice in a row: its members wait again, or give the role to one who need not.
  const adminsTwice = anyOf(
    ...(admins?.members ?? []).map(({ account, wait, use }) =>
      later(use + Math.min(use - wait, admins?.grantDelay ?? 0), holder(account)),
    ),
  );
  const guards = new Set([ADMIN, ...[...roles.values()].map(({ value }) => value.guardian)]);
  return [
    { ...ofAdmins, grants: act(id), requires: admin, functions: [EXECUTE] },
    { ...ofAdmins, grants: power(id, 'configure'), requires: admin, functions: ADMIN_FUNCTIONS },
    {
      ...ofAdmins,
      grants: managerRole(id, PUBLIC),
      requires: given('PUBLIC_ROLE is a role of everyone'),
    },
    { ...ofAdmins, grants: adminMember(id), requires: anyOf(...membersAtOnce(ADMIN)) },
    ...[...roles.values()].flatMap(({ value, evidence }): readonly Rule[] => {
      const grants = managerRole(id, value.number);
      const rule = { grants, reader: 'access-manager', evidence };
      const vetoers = [...new Set([value.guardian, ADMIN])].map((each) => managerRole(id, each));
      const granted = (by: Requirement) => later(value.grantDelay, by);
      return [
        ...value.members.map(({ account, use }) => ({
          ...rule,
          requires: later(use, holder(account), vetoers),
        })),
        ...(value.admin === value.number
          ? []
          : [
              {
                ...rule,
                requires: granted(managerRole(id, value.admin)),
                functions: [GRANT],
              },
            ]),
        ...(value.number === ADMIN || value.admin === ADMIN
          ? []
          : [{ ...rule, requires: granted(adminsTwice), functions: [SET_ROLE_ADMIN, GRANT] }]),
      ];
    }),
    // Guardians cancel at once, whatever their delay.
    ...[...guards].map((number) => ({
      reader: 'access-manager',
      evidence: roles.get(number)?.evidence ?? evidence,
      grants: power(id, 'veto'),
      requires: anyOf(managerRole(id, number), ...membersAtOnce(number)),
      functions: [CANCEL],
    })),
  ];
}

/**
 * Where the manager is not a target's authority but its owner, say, a role may have it call single
 * functions there. What that gives is not read.
 */
async function readCallsOfOthers(
  state: State,
  manager: Address,
  functionRoles: readonly Log[],
): Promise<readonly Unread[]> {
  const calls = new Map<string, { readonly target: Address; readonly selector: Hex }>();
  for (const { topics, data } of functionRoles) {
    if (topics[1] === undefined || data.length < 10) continue;
    const call = { target: addressOf(topics[1]), selector: slice(data, 0, 4) };
    calls.set(`${call.target} ${call.selector}`, call);
  }
  const targets = [...new Set([...calls.values()].map(({ target }) => target))];
  const [numbers, managed] = await Promise.all([
    Promise.all(
      [...calls.values()].map(({ target, selector }) =>
        askView(state, manager, abi, 'getTargetFunctionRole', [target, selector]),
      ),
    ),
    Promise.all(targets.map((target) => isAuthorityOf(state, manager, target))),
  ]);
  const others = targets.filter((_, index) => managed[index] === false);
  return [...calls.values()].flatMap(({ target, selector }, index) => {
    const number = numbers[index] ?? ADMIN;
    if (number === ADMIN || !others.includes(target)) return [];
    const holders = number === PUBLIC ? 'anyone' : `role ${number} of ${manager}`;
    return [
      {
        account: accountId(state.chainId, target),
        reason: `${holders} may have ${manager} call ${selector} of it`,
      },
    ];
  });
}

async function isAuthorityOf(state: State, manager: Address, target: Address): Promise<boolean> {
  if (target === manager) return true;
  try {
    return (await askAddress(state, target, 'authority')) === manager;
  } catch (error) {
    if (error instanceof ReadError) return false;
    throw error;
  }
}

const announces: readonly Announcement[] = [
  GRANTED,
  'RoleRevoked(uint64,address)',
  ADMIN_CHANGED,
  GUARDIAN_CHANGED,
  GRANT_DELAY_CHANGED,
  FUNCTION_ROLE_UPDATED,
  'TargetAdminDelayUpdated(address,uint32,uint48)',
  'TargetClosed(address,bool)',
].map(announcement);
