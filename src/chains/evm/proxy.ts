/**
 * What proxies have in common: the slots, named by a hash, in which they keep what they run and who may
 * replace it, and the rules that follow.
 */
import { type Address, type Hex, keccak256, toFunctionSelector, toHex, zeroAddress } from 'viem';
import {
  act,
  type Evidence,
  given,
  power,
  type Requirement,
  type Rule,
} from '../../power/model.ts';
import type { Observed } from './evidence.ts';
import { type Announcement, announcement, type Reading } from './reader.ts';
import { dispatches } from './selectors.ts';
import type { State } from './state.ts';
import { accountId, addressOf, slot } from './values.ts';

/** A make of proxy from before ERC-1967. Whoever is in one of `owners` may replace what it runs. */
interface OlderProxy {
  readonly kind: string;
  readonly implementation: NamedSlot;
  readonly owners: readonly NamedSlot[];
}

interface NamedSlot {
  readonly name: string;
  readonly slot: Hex;
}

const named = (name: string): NamedSlot => ({ name, slot: keccak256(toHex(name)) });

/** ERC-1967 puts each slot one below a hash, so that no mapping can reach it. */
const below = (name: string): NamedSlot => ({
  name,
  slot: slot(BigInt(keccak256(toHex(name))) - 1n),
});

export const ERC1967 = {
  implementation: below('eip1967.proxy.implementation'),
  admin: below('eip1967.proxy.admin'),
  beacon: below('eip1967.proxy.beacon'),
} as const;

/** What an account runs: code of a kind that is known (its own, or behind a proxy of ERC-1967), or other. */
export async function codeKind(
  state: State,
  account: Address,
  isKnown: (code: Hex) => boolean,
): Promise<'known' | 'other' | 'none'> {
  const [code, implementation] = await Promise.all([
    state.code(account),
    state.storage(account, ERC1967.implementation.slot),
  ]);
  if (code === '0x') return 'none';
  return isKnown(code) || isKnown(await state.code(addressOf(implementation))) ? 'known' : 'other';
}

/** A pending owner is an owner: the power is theirs by one call of their own. */
export const OLDER_PROXIES: readonly OlderProxy[] = [
  { kind: 'EIP-1822 proxy', implementation: named('PROXIABLE'), owners: [] },
  {
    kind: 'ZeppelinOS proxy',
    implementation: named('org.zeppelinos.proxy.implementation'),
    owners: [named('org.zeppelinos.proxy.admin'), named('org.zeppelinos.proxy.owner')],
  },
  {
    kind: 'Polygon proxy',
    implementation: named('matic.network.proxy.implementation'),
    owners: [named('matic.network.proxy.owner')],
  },
  {
    kind: 'TrueUSD proxy',
    implementation: named('trueUSD.proxy.implementation'),
    owners: [named('trueUSD.proxy.owner'), named('trueUSD.pending.proxy.owner')],
  },
];

/**
 * Whether code holds a slot, or the name that some compilers leave to be hashed as the code runs, at most
 * a word of it in one piece. Code that holds neither does not use the slot.
 */
export const mentions = (code: Hex, { name, slot }: NamedSlot): boolean =>
  code.includes(slot.slice(2)) || code.includes(toHex(name.slice(0, 32)).slice(2));

/** Whether code uses one of the slots in which proxies keep what they run. */
export const hasNamedSlot = (code: Hex): boolean =>
  [ERC1967, ...OLDER_PROXIES].some(({ implementation }) => mentions(code, implementation));

/** A proxy, as one reader found it. */
interface Proxy {
  readonly reader: string;
  readonly chainId: number;
  readonly account: Address;
  readonly code: Hex;
  readonly implementation: Observed<Address>;
  /** Who may replace the implementation; nobody where that is the zero address. */
  readonly owners: readonly Observed<Address>[];
  /** Whether anyone may name the implementation while there is none. */
  readonly takesFirst: boolean;
}

/** The rules of a proxy, and the code that it runs. */
export function proxyReading({
  reader,
  chainId,
  account,
  code,
  implementation,
  owners,
  takesFirst,
}: Proxy): Pick<Reading, 'rules' | 'delegatesTo' | 'announces' | 'unread'> {
  const id = accountId(chainId, account);
  const functions = upgradeFunctions(code);
  const upgradedBy = (requires: Requirement, evidence: readonly Evidence[]): Rule => ({
    grants: power(id, 'upgrade'),
    requires,
    reader,
    ...(functions.length === 0 ? {} : { functions }),
    evidence,
  });
  const isBare = implementation.value === zeroAddress;
  return {
    rules: [
      ...owners
        .filter(({ value }) => value !== zeroAddress)
        .map(({ value, evidence }) => upgradedBy(act(accountId(chainId, value)), evidence)),
      ...(isBare && takesFirst ? [upgradedBy(given(NEVER_SET_UP), implementation.evidence)] : []),
      {
        grants: act(id),
        requires: power(id, 'upgrade'),
        reader,
        evidence: implementation.evidence,
      },
    ],
    delegatesTo: isBare
      ? []
      : [{ codeAt: implementation.value, evidence: implementation.evidence }],
    announces,
    unread: [],
  };
}

const NEVER_SET_UP = 'the proxy was never set up: whoever calls it first names its code';

const UPGRADE_FUNCTIONS: readonly string[] = [
  'upgradeTo(address)',
  'upgradeToAndCall(address,bytes)',
  'changeAdmin(address)',
  'updateImplementation(address)',
  'updateAndCall(address,bytes)',
  'transferProxyOwnership(address)',
  'claimProxyOwnership()',
];

/** The functions that code offers, by any caller or some, to replace what it runs or who may. */
export const upgradeFunctions = (code: Hex): readonly string[] =>
  UPGRADE_FUNCTIONS.filter((signature) => compares(code, signature));

/**
 * Whether code compares a selector: in a dispatch, or as `msg.sig`, which is shifted to the left and
 * sometimes subtracted.
 */
function compares(code: Hex, signature: string): boolean {
  const selector = toFunctionSelector(signature);
  return (
    dispatches(code, selector) ||
    [BigInt(selector), (1n << 32n) - BigInt(selector)].some((value) =>
      code.includes(shifted(value)),
    )
  );
}

/** PUSH, PUSH1 and SHL, as compilers write four bytes at the high end of a word. */
function shifted(value: bigint): string {
  const zeros = /0*$/.exec(value.toString(2))?.[0].length ?? 0;
  const pushed = toHex(value >> BigInt(zeros)).slice(2);
  const digits = pushed.padStart(pushed.length + (pushed.length % 2), '0');
  return `${(0x5f + digits.length / 2).toString(16)}${digits}60${(0xe0 + zeros).toString(16)}1b`;
}

const announces: readonly Announcement[] = [
  'Upgraded(address)',
  'AdminChanged(address,address)',
  'BeaconUpgraded(address)',
  'ProxyUpdated(address,address)',
  'ProxyOwnerUpdate(address,address)',
  'ProxyOwnershipTransferred(address,address)',
].map(announcement);
