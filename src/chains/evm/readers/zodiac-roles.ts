/**
 * Zodiac's Roles modifier, versions 1 and 2: a member of a role may have the account behind it call what
 * the role allows, which is a whole contract or single functions. Its owner gives roles and says what
 * they allow. A condition on the arguments of a function is not evaluated: the function is taken to be
 * callable with any.
 *
 * @see https://github.com/gnosisguild/zodiac-modifier-roles/blob/main/packages/evm/contracts/Roles.sol
 */
import {
  type Address,
  concat,
  decodeAbiParameters,
  type Hex,
  hexToString,
  pad,
  size,
  slice,
  toEventSelector,
  toFunctionSelector,
  trim,
  zeroHash,
} from 'viem';
import { ReadError, reasonOf } from '../../../errors.ts';
import {
  act,
  type Evidence,
  leaf,
  power,
  type Requirement,
  type Rule,
  role as roleOf,
  type Unread,
} from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import { announcement, type Frame, type Reader } from '../reader.ts';
import { offers, selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId, addressOf, MAX_UINT256, mappingSlot, slot } from '../values.ts';
import {
  holders,
  type Modifier,
  modifierAnnouncements,
  modifierFunctions,
  modifierRules,
  readModifier,
} from '../zodiac.ts';

/** How one version names a role, and where it keeps what a role is. */
interface Version {
  readonly name: string;
  readonly keyType: 'uint16' | 'bytes32';
  /** The mapping from a role's key to its members, targets and functions. */
  readonly rolesSlot: Hex;
  /** How far from its low end a function's entry has its execution options. */
  readonly optionsShift: bigint;
  /** The functions that only this modifier has. */
  readonly functions: readonly string[];
  /** The events that name a role and a contract, and perhaps a function, that it may call. */
  readonly allows: readonly string[];
  /** The code of the mastercopy, hashed from what the init code in @gnosis.pm/zodiac deploys. */
  readonly codeHash: Hex;
  /** Whether its makers list that code as faulty. */
  readonly isFaulty: boolean;
}

const VERSIONS: readonly Version[] = [
  {
    name: '1',
    keyType: 'uint16',
    rolesSlot: slot(107n),
    optionsShift: 254n,
    functions: [
      'assignRoles(address,uint16[],bool[])',
      'setDefaultRole(address,uint16)',
      'setMultisend(address)',
      'allowTarget(uint16,address,uint8)',
      'scopeTarget(uint16,address)',
      'revokeTarget(uint16,address)',
      'scopeAllowFunction(uint16,address,bytes4,uint8)',
      'scopeRevokeFunction(uint16,address,bytes4)',
      'scopeFunction(uint16,address,bytes4,bool[],uint8[],uint8[],bytes[],uint8)',
      'scopeFunctionExecutionOptions(uint16,address,bytes4,uint8)',
      'scopeParameter(uint16,address,bytes4,uint256,uint8,uint8,bytes)',
      'scopeParameterAsOneOf(uint16,address,bytes4,uint256,uint8,bytes[])',
      'unscopeParameter(uint16,address,bytes4,uint8)',
      'execTransactionWithRole(address,uint256,bytes,uint8,uint16,bool)',
      'execTransactionWithRoleReturnData(address,uint256,bytes,uint8,uint16,bool)',
    ],
    allows: [
      'AllowTarget(uint16,address,uint8)',
      'ScopeTarget(uint16,address)',
      'ScopeAllowFunction(uint16,address,bytes4,uint8,uint256)',
      'ScopeFunction(uint16,address,bytes4,bool[],uint8[],uint8[],bytes[],uint8,uint256)',
      'ScopeFunctionExecutionOptions(uint16,address,bytes4,uint8,uint256)',
      'ScopeParameter(uint16,address,bytes4,uint256,uint8,uint8,bytes,uint256)',
      'ScopeParameterAsOneOf(uint16,address,bytes4,uint256,uint8,bytes[],uint256)',
    ],
    codeHash: '0x2e480702d19fa0bc0c169605f516eededeadf148c765c7011912666cc41ef9cc',
    isFaulty: false,
  },
  {
    name: '2',
    keyType: 'bytes32',
    rolesSlot: slot(4n),
    optionsShift: 224n,
    functions: [
      'assignRoles(address,bytes32[],bool[])',
      'setDefaultRole(address,bytes32)',
      'setTransactionUnwrapper(address,bytes4,address)',
      'setAllowance(bytes32,uint128,uint128,uint128,uint64,uint64)',
      'allowTarget(bytes32,address,uint8)',
      'scopeTarget(bytes32,address)',
      'revokeTarget(bytes32,address)',
      'allowFunction(bytes32,address,bytes4,uint8)',
      'revokeFunction(bytes32,address,bytes4)',
      'scopeFunction(bytes32,address,bytes4,(uint8,uint8,uint8,bytes)[],uint8)',
      'execTransactionWithRole(address,uint256,bytes,uint8,bytes32,bool)',
      'execTransactionWithRoleReturnData(address,uint256,bytes,uint8,bytes32,bool)',
    ],
    allows: [
      'AllowTarget(bytes32,address,uint8)',
      'ScopeTarget(bytes32,address)',
      'AllowFunction(bytes32,address,bytes4,uint8)',
      'ScopeFunction(bytes32,address,bytes4,(uint8,uint8,uint8,bytes)[],uint8)',
    ],
    codeHash: '0x87911cbc6aa0496e6bcb07dab2462b9c76daea130dede6dcc57d0adf307fa7ec',
    isFaulty: true,
  },
];

/** Where a role keeps, from its own slot on: its members, its targets, its functions. */
const MEMBERS = 0n;
const TARGETS = 1n;
const SCOPES = 2n;

/** What a target's entry says: nothing, everything, or the functions that are allowed one by one. */
const WHOLE_TARGET = 1n;
const SINGLE_FUNCTIONS = 2n;

/** More members, targets or functions than this are refused. */
const MAX_ENTRIES = 2_000;

/** The functions of tokens that move, or let another move, what the caller holds. */
const MOVES_TOKENS: ReadonlySet<string> = new Set(
  [
    'transfer(address,uint256)',
    'transferFrom(address,address,uint256)',
    'approve(address,uint256)',
    'increaseAllowance(address,uint256)',
  ].map((signature) => toFunctionSelector(signature)),
);
const ANY_AMOUNT = MAX_UINT256;

/** Where a Safe keeps its modules. */
const SAFE_MODULES_SLOT = slot(1n);

export const zodiacRoles: Reader = {
  id: 'zodiac-roles',
  refuses: [
    'a contract that assigns roles but hands no transaction on',
    'the Delay modifier, whose modules have no roles',
  ],
  read: async (frame, state) => {
    const { account, code, codeHash } = frame;
    const version = VERSIONS.find(({ functions }) => offers(code, ...functions));
    if (version === undefined) return null;
    const { value, evidence } = await observe(state, (view) => readRoles(view, frame, version));
    const isKnown = codeHash === version.codeHash;
    return {
      kind: `Zodiac Roles modifier, version ${version.name}`,
      rules: [
        ...rulesOf(account, value, version, evidence, state.chainId),
        ...(isKnown && version.isFaulty ? [faulty(frame, state.chainId)] : []),
      ],
      covers:
        isKnown && !version.isFaulty
          ? 'all'
          : selectorsOf(...modifierFunctions, ...version.functions),
      delegatesTo: [],
      announces: [...modifierAnnouncements, ...announcesOf(version)],
      unread: unreadOf(account, value, isKnown && version.isFaulty, state.chainId),
    };
  },
};

/** What one role lets its members do. */
interface RoleEntry {
  readonly name: string;
  readonly members: readonly Address[];
  /** Contracts of which every function may be called. */
  readonly targets: readonly Address[];
  readonly functions: readonly Scope[];
}

/** One function that a role may call. */
interface Scope {
  readonly target: Address;
  readonly selector: Hex;
  /** Ether may be sent along. */
  readonly sends: boolean;
  /** The target's code may be run as the account's own. */
  readonly delegates: boolean;
}

interface Roles extends Modifier {
  readonly roles: readonly RoleEntry[];
  /** Whether the avatar, a Safe, lets it act, and nothing stands between them. */
  readonly actsOnSafe: boolean;
  /** Logs name a member whom storage does not know: the code keeps its roles somewhere else. */
  readonly isAtOdds: boolean;
}

async function readRoles(state: State, frame: Frame, version: Version): Promise<Roles> {
  const { account } = frame;
  const logsOf = (signature: string) =>
    state.logs({ account, topics: [toEventSelector(signature)], fromBlock: 0n });
  const [modifier, assigned, ...allowed] = await Promise.all([
    readModifier(state, frame),
    logsOf(assignEvent(version)),
    ...version.allows.map(logsOf),
  ]);
  const assignments = assigned.flatMap(({ data }) => assignmentsIn(data, version, account));
  const entries = allowed.flat().map(({ data }) => entryIn(data, account));
  const members = unique(assignments, ({ key, member }) => key + member);
  const targets = unique(entries, ({ key, target }) => key + target);
  const functions = unique(entries, ({ key, target, selector }) => key + target + selector);
  if (Math.max(members.length, targets.length, functions.length) > MAX_ENTRIES) {
    throw new ReadError(`${account} has more than ${MAX_ENTRIES} members, targets or functions`);
  }
  const wordAt = async (key: Hex, part: bigint, of: Hex): Promise<bigint> => {
    const start = BigInt(mappingSlot(key, version.rolesSlot));
    return BigInt(await state.storage(account, mappingSlot(of, slot(start + part))));
  };
  const [memberWords, targetWords, functionWords, enabled] = await Promise.all([
    Promise.all(members.map(({ key, member }) => wordAt(key, MEMBERS, member))),
    Promise.all(targets.map(({ key, target }) => wordAt(key, TARGETS, target))),
    Promise.all(
      functions.map(({ key, target, selector }) =>
        wordAt(key, SCOPES, pad(concat([target, selector]), { dir: 'right' })),
      ),
    ),
    state.storage(modifier.avatar, mappingSlot(account, SAFE_MODULES_SLOT)),
  ]);
  const isMember = members.filter((_, index) => memberWords[index] === 1n);
  const clearances = new Map(
    targets.map(({ key, target }, index) => [key + target, (targetWords[index] ?? 0n) & 0xffn]),
  );
  const scopes = functions
    .map((each, index) => ({ ...each, word: functionWords[index] ?? 0n }))
    .filter(({ word }) => word !== 0n)
    .filter(({ key, target }) => clearances.get(key + target) === SINGLE_FUNCTIONS)
    .map(({ word, ...each }) => {
      const options = word >> version.optionsShift;
      return { ...each, sends: (options & 1n) === 1n, delegates: (options & 2n) === 2n };
    });
  const keys = [...new Set([...members, ...targets].map(({ key }) => key))];
  return {
    ...modifier,
    roles: keys.map((key) => ({
      name: nameOf(key, version),
      members: isMember
        .filter((each) => each.key === key && modifier.modules.includes(each.member))
        .map(({ member }) => member),
      targets: targets
        .filter((each) => each.key === key && clearances.get(key + each.target) === WHOLE_TARGET)
        .map(({ target }) => target),
      functions: scopes.filter((each) => each.key === key),
    })),
    actsOnSafe: modifier.target === modifier.avatar && enabled !== zeroHash,
    isAtOdds: members.some(
      ({ key, member }, index) =>
        memberWords[index] !== 1n &&
        assignments.findLast((each) => each.key === key && each.member === member)?.isMember,
    ),
  };
}

/** A number in version 1; in version 2 a text where it is one, else its bytes. */
function nameOf(key: Hex, { keyType }: Version): string {
  if (keyType === 'uint16') return String(BigInt(key));
  const text = hexToString(trim(key, { dir: 'right' }));
  return /^[\w -]+$/.test(text) ? text : key;
}

const assignEvent = ({ keyType }: Version): string => `AssignRoles(address,${keyType}[],bool[])`;

function assignmentsIn(data: Hex, { keyType }: Version, account: Address) {
  try {
    // A uint16 is a word with its value at the low end, so that both read as 32 bytes.
    const [member, keys, given] = decodeAbiParameters(
      [{ type: 'address' }, { type: 'bytes32[]' }, { type: 'bool[]' }],
      data,
    );
    return keys.map((key, index) => ({ key, member, isMember: given[index] === true }));
  } catch (error) {
    throw new ReadError(`${account} logs ${keyType} roles that make no sense: ${reasonOf(error)}`);
  }
}

/** The role, contract and function with which an event begins. */
function entryIn(data: Hex, account: Address) {
  if (size(data) < 64) throw new ReadError(`${account} logs a permission that names no contract`);
  return {
    key: slice(data, 0, 32),
    target: addressOf(slice(data, 32, 64)),
    selector: size(data) < 96 ? '0x00000000' : slice(data, 64, 68),
  } as const;
}

/** Each thing once, by its name. */
const unique = <T>(things: readonly T[], nameOf: (thing: T) => string): readonly T[] => [
  ...new Map(things.map((thing) => [nameOf(thing), thing])).values(),
];

function rulesOf(
  account: Address,
  modifier: Roles,
  version: Version,
  evidence: readonly Evidence[],
  chainId: number,
): readonly Rule[] {
  const id = accountId(chainId, account);
  const assigns = `assignRoles(address,${version.keyType}[],bool[])`;
  const rule = (
    grants: Rule['grants'],
    requires: Requirement,
    functions: readonly string[],
  ): Rule => ({ grants, requires, reader: 'zodiac-roles', functions, evidence });
  return [
    ...modifierRules(modifier, account, chainId, rule, ['enableModule(address)']),
    ...modifier.roles.flatMap(({ name, members, targets, functions }) => {
      const role = roleOf(id, name);
      const grant = (grants: Rule['grants'], uses: readonly string[]): readonly Rule[] =>
        uses.length === 0 ? [] : [rule(grants, role, uses)];
      const spendOf = (asset: string, scopes: readonly Scope[]): readonly Rule[] =>
        grant(
          power(accountId(chainId, modifier.avatar), { spend: asset, limit: ANY_AMOUNT }),
          scopes.map(callOf),
        );
      const moves = functions.filter(({ selector }) => MOVES_TOKENS.has(selector));
      return [
        ...holders(members, chainId).map((each) => rule(role, each, [])),
        ...holders([modifier.owner], chainId).map((each) => rule(role, each, [assigns])),
        ...grant(act(id), [
          ...targets.map((target) => `any function of ${target}`),
          ...functions.filter(({ delegates }) => delegates).map(callOf),
        ]),
        ...grant(power(id, 'configure'), functions.map(callOf)),
        ...(modifier.actsOnSafe
          ? [
              ...spendOf(
                `eip155:${chainId}/slip44:60`,
                functions.filter(({ sends }) => sends),
              ),
              ...[...new Set(moves.map(({ target }) => target))].flatMap((token) =>
                spendOf(
                  `eip155:${chainId}/erc20:${token}`,
                  moves.filter(({ target }) => target === token),
                ),
              ),
            ]
          : []),
      ];
    }),
  ];
}

const callOf = ({ target, selector, delegates }: Scope): string =>
  `${selector} of ${target}${delegates ? ', by delegatecall' : ''}`;

/** What a build that its makers call faulty does is not for its source to say. */
const faulty = ({ account, codeAt }: Frame, chainId: number): Rule => ({
  grants: act(accountId(chainId, account)),
  requires: leaf('opaque', accountId(chainId, codeAt)),
  reader: 'zodiac-roles',
  evidence: [],
});

function unreadOf(
  account: Address,
  { roles, avatar, target, isAtOdds }: Roles,
  isFaulty: boolean,
  chainId: number,
): readonly Unread[] {
  const reasons = [
    ...(isAtOdds ? ['its logs name members whom its storage does not: roles are not read'] : []),
    ...(target !== avatar && roles.some(({ functions }) => functions.length > 0)
      ? [`what its roles may spend passes through ${target}: not followed`]
      : []),
    ...(isFaulty ? ['its makers list this build, Roles 2.1.0, as faulty'] : []),
  ];
  return reasons.map((reason) => ({ account: accountId(chainId, account), reason }));
}

const announcesOf = (version: Version) =>
  [
    assignEvent(version),
    ...version.allows,
    'RolesModSetup(address,address,address,address)',
    `SetDefaultRole(address,${version.keyType})`,
    `RevokeTarget(${version.keyType},address)`,
    ...(version.keyType === 'uint16'
      ? ['ScopeRevokeFunction(uint16,address,bytes4,uint256)']
      : ['RevokeFunction(bytes32,address,bytes4)']),
  ].map(announcement);
