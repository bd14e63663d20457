/**
 * ERC-1967 proxies: whoever is admin, or controls the beacon, may replace the code that runs. Who may
 * call an upgrade function of the implementation itself (UUPS) is for the reader of that code to say.
 *
 * @see https://eips.ethereum.org/EIPS/eip-1967
 */
import { type Address, type Hex, keccak256, toHex, zeroAddress } from 'viem';
import { ReadError } from '../../../errors.ts';
import { act, power, type Rule } from '../../../power/model.ts';
import { storageHint } from '../ahead.ts';
import { type Observed, observe, observeAddress } from '../evidence.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import type { State } from '../state.ts';
import { accountId, addressOf, slot, word } from '../values.ts';

/** ERC-1967 puts each slot one below a hash, so that no mapping can reach it. */
const slotNamed = (name: string): Hex => slot(BigInt(keccak256(toHex(name))) - 1n);

const IMPLEMENTATION_SLOT = slotNamed('eip1967.proxy.implementation');
const ADMIN_SLOT = slotNamed('eip1967.proxy.admin');
const BEACON_SLOT = slotNamed('eip1967.proxy.beacon');

/** `implementation()` of a beacon. */
const IMPLEMENTATION_SELECTOR: Hex = '0x5c60da1b';

export const erc1967: Reader = {
  id: 'erc1967',
  refuses: [
    'a contract with none of the three slots written',
    'a contract that writes the slots but runs code of its own: that code stays opaque',
  ],
  readsAhead: (account) =>
    [IMPLEMENTATION_SLOT, ADMIN_SLOT, BEACON_SLOT].map((each) => storageHint(account, each)),
  read: async ({ account, codeAt, code }, state) => {
    if (account !== codeAt || code === '0x') return null;
    const [implementation, admin, beacon] = await Promise.all([
      observeAddress(state, account, IMPLEMENTATION_SLOT),
      observeAddress(state, account, ADMIN_SLOT),
      observeAddress(state, account, BEACON_SLOT),
    ]);
    const written = [implementation, admin, beacon].filter(({ value }) => value !== zeroAddress);
    if (written.length === 0) return null;
    const id = accountId(state.chainId, account);
    const upgradedBy = ({ value, evidence }: Observed<Address>): Rule => ({
      grants: power(id, 'upgrade'),
      requires: act(accountId(state.chainId, value)),
      reader: 'erc1967',
      evidence,
    });
    const runs =
      beacon.value === zeroAddress ? implementation : await implementationOf(beacon, state);
    return {
      kind: beacon.value === zeroAddress ? 'ERC-1967 proxy' : 'ERC-1967 beacon proxy',
      rules: [
        ...[admin, beacon].filter(({ value }) => value !== zeroAddress).map(upgradedBy),
        {
          grants: act(id),
          requires: power(id, 'upgrade'),
          reader: 'erc1967',
          evidence: written.flatMap(({ evidence }) => evidence),
        },
      ],
      covers: [],
      delegatesTo:
        runs.value === zeroAddress ? [] : [{ codeAt: runs.value, evidence: runs.evidence }],
      announces,
      unread: [],
    };
  },
};

async function implementationOf(
  beacon: Observed<Address>,
  state: State,
): Promise<Observed<Address>> {
  const { value, evidence } = await observe(state, (view) =>
    view.call({ to: beacon.value, data: IMPLEMENTATION_SELECTOR }),
  );
  const answer = word.safeParse(value);
  if (!answer.success) throw new ReadError(`the beacon ${beacon.value} names no implementation`);
  return { value: addressOf(answer.data), evidence: [...beacon.evidence, ...evidence] };
}

const announces: readonly Announcement[] = [
  'Upgraded(address)',
  'AdminChanged(address,address)',
  'BeaconUpgraded(address)',
].map(announcement);
