/**
 * Applications on LayerZero's EndpointV2: OApp, OFT, OFTAdapter. A message that enough verifiers (DVNs) of
 * a path vouch for is believed, whatever it says; so whoever controls them, or may choose them, mints or
 * releases. The owner chooses peers and delegate, the delegate chooses libraries and verifiers; what an
 * application has not chosen, LayerZero may change.
 *
 * @see https://github.com/LayerZero-Labs/LayerZero-v2/tree/main/packages/layerzero-v2/evm
 */
import { type Address, parseAbi, size, slice, toEventSelector } from 'viem';
import { orReason, ReadError } from '../../../errors.ts';
import {
  type AccountId,
  act,
  all,
  anyOf,
  atLeast,
  type Evidence,
  leaf,
  type Power,
  power,
  type Requirement,
  type Rule,
  role,
  type Unread,
} from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import { holderRules, powerRules, type RolePower } from '../held-roles.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { offers, selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId } from '../values.ts';
import { askAddress, askView } from '../view-function.ts';

const LZ_RECEIVE = 'lzReceive((uint32,bytes32,uint64),bytes32,bytes,address,bytes)';
const SET_PEER = 'setPeer(uint32,bytes32)';
const SET_DELEGATE = 'setDelegate(address)';
const SET_OPTIONS = 'setEnforcedOptions((uint32,uint16,bytes)[])';
/** Of an OFT: everyone sends what is theirs. */
const SEND = 'send((uint32,bytes32,uint256,uint256,bytes,bytes,bytes),(uint256,uint256),address)';
/** Of the endpoint. */
const CHOOSING: readonly string[] = [
  'setReceiveLibrary(address,uint32,address,uint256)',
  'setConfig(address,address,(uint32,uint32,bytes)[])',
];

/** Of the endpoint, for its own owner. */
const REPLACING: readonly string[] = ['setDefaultReceiveLibrary(uint32,address,uint256)'];
/** Of the library. */
const VERIFYING: readonly string[] = ['verify(bytes,bytes32,uint64)'];

const SIGNATURE_FUNCTIONS: readonly string[] = [
  'endpoint()',
  'peers(uint32)',
  SET_PEER,
  'allowInitializePath((uint32,bytes32,uint64))',
  LZ_RECEIVE,
];
/** What ReceiveUln302 offers: the library whose settings say who verifies. */
const ULN_FUNCTIONS: readonly string[] = [
  'getUlnConfig(address,uint32)',
  'getAppUlnConfig(address,uint32)',
  'commitVerification(bytes,bytes32)',
  'verify(bytes,bytes32,uint64)',
];

const abi = parseAbi([
  'function peers(uint32 eid) view returns (bytes32)',
  'function delegates(address oapp) view returns (address)',
  'function getReceiveLibrary(address oapp, uint32 eid) view returns (address lib, bool isDefault)',
  'function receiveLibraryTimeout(address oapp, uint32 eid) view returns (address lib, uint256 expiry)',
  'function defaultReceiveLibraryTimeout(uint32 eid) view returns (address lib, uint256 expiry)',
]);
const ulnAbi = parseAbi([
  'struct UlnConfig { uint64 confirmations; uint8 requiredDVNCount; uint8 optionalDVNCount; uint8 optionalDVNThreshold; address[] requiredDVNs; address[] optionalDVNs; }',
  'function getUlnConfig(address oapp, uint32 eid) view returns (UlnConfig)',
  'function getAppUlnConfig(address oapp, uint32 eid) view returns (UlnConfig)',
]);

const PEER_SET = 'PeerSet(uint32,bytes32)';
const PEER_SET_TOPIC = toEventSelector(PEER_SET);
/** More remote chains than this are refused. */
const MAX_PATHS = 500;

/** A count of zero in the settings of an application stands for LayerZero's own choice. */
const DEFAULT = 0;

const DELEGATE_POWERS: readonly RolePower<'owner' | 'delegate'>[] = [
  ['delegate', 'configure', ...CHOOSING],
];
const POWERS: readonly RolePower<'owner' | 'delegate'>[] = [
  ...DELEGATE_POWERS,
  ['owner', { role: 'delegate' }, SET_DELEGATE],
  ['owner', 'configure', SET_PEER, SET_DELEGATE, SET_OPTIONS],
];

export const layerzeroOApp: Reader = {
  id: 'layerzero-oapp',
  refuses: [
    'an application of the first LayerZero, which trusts remotes',
    'a receiver of messages that has no peers',
  ],
  read: async ({ account, code }, state) => {
    if (!offers(code, ...SIGNATURE_FUNCTIONS)) return null;
    const id = accountId(state.chainId, account);
    const hasOwner = offers(code, 'owner()');
    const ask = (getter: string) => observe(state, (view) => askAddress(view, account, getter));
    const [endpoint, owner, token, eids] = await Promise.all([
      ask('endpoint'),
      hasOwner ? ask('owner') : null,
      offers(code, 'token()', 'approvalRequired()') ? ask('token') : null,
      orReason(observe(state, (view) => eidsOf(view, account))),
    ]);
    const app: App = {
      id,
      account,
      endpoint: endpoint.value,
      forged: power(id, token?.value === account ? 'mint' : 'act'),
    };
    const [delegate, paths] = await Promise.all([
      observe(state, (view) => delegateOf(view, app)),
      typeof eids === 'string'
        ? []
        : Promise.all(eids.value.map((eid) => readPath(state, app, eid, eids.evidence))),
    ]);
    return {
      kind: kindOf(token?.value ?? null, account),
      rules: [
        rule(app.forged, act(accountId(state.chainId, endpoint.value)), endpoint.evidence, [
          LZ_RECEIVE,
        ]),
        ...holderRules('layerzero-oapp', state.chainId, account, [
          ...(owner === null ? [] : [{ name: 'owner', ...owner }]),
          { name: 'delegate', ...delegate },
        ]),
        ...powerRules('layerzero-oapp', id, hasOwner ? POWERS : DELEGATE_POWERS),
        ...(hasOwner ? [rule(app.forged, role(id, 'owner'), [], [SET_PEER])] : []),
        ...paths.flatMap(({ rules }) => rules),
        ...(typeof eids === 'string' || !hasOwner
          ? [rule(app.forged, leaf('opaque', id), [])]
          : []),
      ],
      covers: selectorsOf(
        LZ_RECEIVE,
        ...(hasOwner ? [SET_PEER, SET_DELEGATE, SET_OPTIONS] : []),
        ...(token === null ? [] : [SEND]),
      ),
      delegatesTo: [],
      announces,
      unread: [
        ...(typeof eids === 'string'
          ? [{ account: id, reason: `its peers could not be read: ${eids}` }]
          : []),
        ...(hasOwner ? [] : [{ account: id, reason: 'it has no owner() who sets its peers' }]),
        ...paths.flatMap(({ unread }) => unread),
      ],
    };
  },
};

/** An application, and what whoever forges a message to it has. */
interface App {
  readonly id: AccountId;
  readonly account: Address;
  readonly endpoint: Address;
  readonly forged: Power;
}

const rule = (
  grants: Rule['grants'],
  requires: Requirement,
  evidence: readonly Evidence[],
  functions: readonly string[] = [],
): Rule => ({ grants, requires, reader: 'layerzero-oapp', functions, evidence });

function kindOf(token: Address | null, account: Address): string {
  if (token === null) return 'LayerZero OApp';
  return token === account ? 'LayerZero OFT' : 'LayerZero OFTAdapter';
}

/** Every remote chain that was ever given a peer. */
async function eidsOf(state: State, account: Address): Promise<readonly number[]> {
  const logs = await state.logs({ account, topics: [PEER_SET_TOPIC], fromBlock: 0n });
  const eids = logs.map(({ data }) => {
    if (size(data) !== 64) throw new ReadError(`${account} logs peers in a way of its own`);
    return Number(BigInt(slice(data, 28, 32)));
  });
  const distinct = [...new Set(eids)];
  if (distinct.length <= MAX_PATHS) return distinct;
  throw new ReadError(`${account} had peers on more than ${MAX_PATHS} chains`);
}

const delegateOf = (state: State, { account, endpoint }: App): Promise<Address> =>
  askView(state, endpoint, abi, 'delegates', [account]);

/** What one path gives: nothing, where its peer was taken away. */
async function readPath(
  state: State,
  app: App,
  eid: number,
  because: readonly Evidence[],
): Promise<{ readonly rules: readonly Rule[]; readonly unread: readonly Unread[] }> {
  const read = await orReason(observe(state, (view) => pathOf(view, app, eid)));
  const verifiers = role(app.id, `verifiers of ${eid}`);
  if (typeof read === 'string') {
    const reason = `who verifies messages from ${eid} could not be read: ${read}`;
    return {
      rules: [rule(app.forged, leaf('opaque', app.id), because, [LZ_RECEIVE])],
      unread: [{ account: app.id, reason }],
    };
  }
  if (read.value === null) return { rules: [], unread: [] };
  const { isDefault, endpointOwner, libraries } = read.value;
  const evidence = [...because, ...read.evidence];
  const holder = (account: Address) => act(accountId(state.chainId, account));
  return {
    rules: [
      rule(app.forged, verifiers, evidence, [LZ_RECEIVE]),
      rule(verifiers, role(app.id, 'delegate'), [], CHOOSING),
      ...(isDefault ? [rule(verifiers, holder(endpointOwner), evidence, REPLACING)] : []),
      ...libraries.flatMap(({ library, settings }) =>
        settings === null
          ? [rule(verifiers, leaf('opaque', accountId(state.chainId, library)), evidence)]
          : [
              rule(verifiers, enough(settings, holder), evidence, VERIFYING),
              rule(verifiers, holder(library), evidence),
            ],
      ),
    ],
    unread: libraries
      .filter(({ settings }) => settings === null)
      .map(({ library }) => ({
        account: accountId(state.chainId, library),
        reason: `it verifies messages from ${eid} to ${app.account}, and is no library that is known`,
      })),
  };
}

/** The verifiers that suffice. LayerZero may change what the application has not chosen itself. */
function enough(settings: Settings, holder: (account: Address) => Requirement): Requirement {
  const { required, optional, threshold, owner } = settings;
  const orOwner = (isDefault: boolean, part: Requirement) =>
    isDefault ? anyOf(part, holder(owner)) : part;
  return all(
    ...(required.length === 0
      ? []
      : [orOwner(settings.requiredIsDefault, all(...required.map(holder)))]),
    ...(optional.length === 0
      ? []
      : [
          orOwner(
            settings.optionalIsDefault,
            atLeast(threshold, optional.map(holder), 'optional DVNs'),
          ),
        ]),
  );
}

/** How messages from one remote chain are verified. */
interface Path {
  /** Whether the endpoint's owner chooses the library. */
  readonly isDefault: boolean;
  readonly endpointOwner: Address;
  /** The library, and the one before it while its time of grace lasts. */
  readonly libraries: readonly {
    readonly library: Address;
    /** `null` where the library is not known. */
    readonly settings: Settings | null;
  }[];
}

/** Who verifies, as ReceiveUln302 has it for one application and one remote chain. */
interface Settings {
  readonly required: readonly Address[];
  readonly optional: readonly Address[];
  readonly threshold: number;
  readonly requiredIsDefault: boolean;
  readonly optionalIsDefault: boolean;
  /** Who sets the library's defaults. */
  readonly owner: Address;
}

async function pathOf(state: State, { account, endpoint }: App, eid: number): Promise<Path | null> {
  const ofPath = [account, eid] as const;
  const [peer, [library, isDefault], own, general, blocked, endpointOwner] = await Promise.all([
    askView(state, account, abi, 'peers', [eid]),
    askView(state, endpoint, abi, 'getReceiveLibrary', ofPath),
    askView(state, endpoint, abi, 'receiveLibraryTimeout', ofPath),
    askView(state, endpoint, abi, 'defaultReceiveLibraryTimeout', [eid]),
    askAddress(state, endpoint, 'blockedLibrary'),
    askAddress(state, endpoint, 'owner'),
  ]);
  if (BigInt(peer) === 0n) return null;
  const [before, expiry] = isDefault ? general : own;
  const libraries = [library, ...(expiry > state.block.number ? [before] : [])];
  return {
    isDefault,
    endpointOwner,
    libraries: await Promise.all(
      libraries
        .filter((each) => each !== blocked)
        .map(async (each) => ({
          library: each,
          settings: await settingsOf(state, each, ofPath),
        })),
    ),
  };
}

type OfPath = readonly [application: Address, eid: number];

async function settingsOf(state: State, library: Address, args: OfPath): Promise<Settings | null> {
  if (!offers(await state.code(library), ...ULN_FUNCTIONS)) return null;
  const [whole, chosen, owner] = await Promise.all([
    askView(state, library, ulnAbi, 'getUlnConfig', args),
    askView(state, library, ulnAbi, 'getAppUlnConfig', args),
    askAddress(state, library, 'owner'),
  ]);
  const { requiredDVNs: required, optionalDVNs: optional, optionalDVNThreshold: threshold } = whole;
  const asksForSome = optional.length === 0 ? required.length > 0 : threshold > 0;
  if (!asksForSome || threshold > optional.length) {
    throw new ReadError(`${library} asks for ${threshold} of ${optional.length} optional DVNs`);
  }
  return {
    required,
    optional,
    threshold,
    requiredIsDefault: chosen.requiredDVNCount === DEFAULT,
    optionalIsDefault: chosen.optionalDVNCount === DEFAULT,
    owner,
  };
}

/** Who may be delegate and who verifies is logged by the endpoint and the library, not by it. */
const announces: readonly Announcement[] = [PEER_SET, 'OwnershipTransferred(address,address)'].map(
  announcement,
);
