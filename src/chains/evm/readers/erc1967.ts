/**
 * ERC-1967 proxies: whoever is admin, or controls the beacon, may replace the code that runs. Newer code
 * has the admin or the beacon as an immutable, and the slot is no more than a mirror; Aave's and Radiant's
 * has not even that. Who may call an upgrade function of the implementation itself (UUPS) is for the
 * reader of that code to say.
 *
 * @see https://eips.ethereum.org/EIPS/eip-1967
 */
import { type Address, type Hex, toFunctionSelector, zeroAddress } from 'viem';
import { ReadError } from '../../../errors.ts';
import { power, type Rule } from '../../../power/model.ts';
import { storageHint } from '../ahead.ts';
import { callerConstants, delegates } from '../bytecode/instructions.ts';
import { type PublishedName, publishedCode } from '../bytecode/published.ts';
import { type Observed, observe, observeAddress } from '../evidence.ts';
import { ERC1967, mentions, proxyReading, upgradeFunctions } from '../proxy.ts';
import type { Reader } from '../reader.ts';
import type { State } from '../state.ts';
import { accountId, addressOf, word } from '../values.ts';

const IMPLEMENTATION = toFunctionSelector('implementation()');

/** Who may replace what runs, in published code. */
const UPGRADED_BY: Partial<Record<PublishedName, 'no one' | 'admin' | 'beacon'>> = {
  UpgradeableProxy: 'no one',
  ERC1967Proxy: 'no one',
  UpgradeabilityProxy: 'no one',
  InitializableUpgradeabilityProxy: 'no one',
  TransparentUpgradeableProxy: 'admin',
  AdminUpgradeabilityProxy: 'admin',
  InitializableAdminUpgradeabilityProxy: 'admin',
  InitializableImmutableAdminUpgradeabilityProxy: 'admin',
  OptimizedTransparentUpgradeableProxy: 'admin',
  EIP173Proxy: 'admin',
  EIP173ProxyWithReceive: 'admin',
  BeaconProxy: 'beacon',
};

export const erc1967: Reader = {
  id: 'erc1967',
  refuses: [
    'a contract with none of the three slots written',
    'a contract that writes the slots but delegates nothing',
    'a contract that writes the slots but runs code of its own: that code stays opaque',
    'an admin slot that published code does not read',
  ],
  readsAhead: (account) => Object.values(ERC1967).map(({ slot }) => storageHint(account, slot)),
  read: async ({ account, codeAt, code }, state) => {
    if (account !== codeAt || !delegates(code)) return null;
    const [named, admin, beacon] = await Promise.all([
      observeAddress(state, account, ERC1967.implementation.slot),
      observeAddress(state, account, ERC1967.admin.slot),
      observeAddress(state, account, ERC1967.beacon.slot),
    ]);
    const published = publishedCode(code);
    const upgradedBy = published === null ? undefined : UPGRADED_BY[published.name];
    const isWritten = [named, admin, beacon].some(({ value }) => value !== zeroAddress);
    if (upgradedBy === undefined && !isWritten) return null;

    const immutable = published?.immutable ?? null;
    const fixed = immutable === null ? null : inCode(immutable);
    const usesBeacon =
      upgradedBy === undefined
        ? beacon.value !== zeroAddress &&
          (named.value === zeroAddress || mentions(code, ERC1967.beacon))
        : upgradedBy === 'beacon';
    const owners = {
      'no one': [],
      admin: [fixed ?? admin],
      beacon: [fixed ?? beacon],
      unknown: [...adminsOf(code, admin), ...(usesBeacon ? [beacon] : [])],
    }[upgradedBy ?? 'unknown'];

    const [runs, byBeacon] = usesBeacon
      ? await Promise.all([
          runBy(fixed ?? beacon, account, state),
          upgradedAtBeacon(fixed ?? beacon, account, state),
        ])
      : [named, []];
    const reading = proxyReading({
      reader: 'erc1967',
      chainId: state.chainId,
      account,
      code,
      implementation: typeof runs === 'string' ? inCode(zeroAddress) : runs,
      owners,
      takesFirst: published?.name.startsWith('Initializable') === true,
    });
    return {
      ...reading,
      kind: usesBeacon ? 'ERC-1967 beacon proxy' : 'ERC-1967 proxy',
      rules: [...reading.rules, ...byBeacon],
      covers: upgradedBy === undefined || typeof runs === 'string' ? [] : 'all',
      unread:
        typeof runs === 'string'
          ? [{ account: accountId(state.chainId, account), reason: runs }]
          : [],
    };
  },
};

/** An address that is part of the code, whose hash is evidence already. */
const inCode = (value: Address): Observed<Address> => ({ value, evidence: [] });

/** The admins of code that nobody published: the slot, unless the code compares its caller itself. */
function adminsOf(code: Hex, admin: Observed<Address>): readonly Observed<Address>[] {
  const upgrades = mentions(code, ERC1967.implementation) && upgradeFunctions(code).length > 0;
  if (!upgrades) return [admin];
  const constants = callerConstants(code);
  const readsSlot = constants.length === 0 || mentions(code, ERC1967.admin);
  return [
    ...(readsSlot && !constants.includes(admin.value) ? [admin] : []),
    ...constants.map(inCode),
  ];
}

/** Whoever replaces what a beacon of its own make names replaces the code of every proxy that asks it. */
async function upgradedAtBeacon(
  beacon: Observed<Address>,
  account: Address,
  state: State,
): Promise<readonly Rule[]> {
  const { value: code, evidence } = await observe(state, (view) => view.code(beacon.value));
  if (publishedCode(code) !== null) return [];
  return [
    {
      grants: power(accountId(state.chainId, account), 'upgrade'),
      requires: power(accountId(state.chainId, beacon.value), 'upgrade'),
      reader: 'erc1967',
      evidence: [...beacon.evidence, ...evidence],
    },
  ];
}

/** What a beacon tells this proxy to run, or why that is not known. */
async function runBy(
  beacon: Observed<Address>,
  account: Address,
  state: State,
): Promise<Observed<Address> | string> {
  try {
    const { value, evidence } = await observe(state, (view) =>
      view.call({ to: beacon.value, data: IMPLEMENTATION, from: account }),
    );
    const answer = word.safeParse(value);
    if (!answer.success) return `the beacon ${beacon.value} names no implementation`;
    return { value: addressOf(answer.data), evidence: [...beacon.evidence, ...evidence] };
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return `the beacon ${beacon.value} could not be read: ${error.message}`;
  }
}
