/**
 * Tether's TetherToken, the USDT of Ethereum. Its owner issues, pauses, blacklists and wipes, and may
 * deprecate it: from then on every balance is what another contract says.
 *
 * @see https://etherscan.io/address/0xdac17f958d2ee523a2206206994597c13d831ec7#code
 */
import { type Address, parseAbi } from 'viem';
import {
  type AccountId,
  act,
  type Evidence,
  type Power,
  power,
  type Rule,
  type SimpleAction,
} from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import {
  functionsOf,
  holderRules,
  powerRules,
  type RolePower,
  readHolders,
} from '../held-roles.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { offers, selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId } from '../values.ts';
import { askAddress, askView } from '../view-function.ts';

const POWERS: readonly RolePower<'owner'>[] = [
  ['owner', 'mint', 'issue(uint256)'],
  ['owner', 'pause', 'pause()', 'unpause()'],
  [
    'owner',
    'freeze',
    ...['addBlackList(address)', 'removeBlackList(address)', 'destroyBlackFunds(address)'],
  ],
  ['owner', 'upgrade', 'deprecate(address)'],
  [
    'owner',
    'configure',
    // It redeems what is its own.
    ...['setParams(uint256,uint256)', 'redeem(uint256)', 'transferOwnership(address)'],
  ],
];

const abi = parseAbi(['function deprecated() view returns (bool)']);

const SIGNATURE_FUNCTIONS: readonly string[] = [
  'owner()',
  'deprecated()',
  'upgradedAddress()',
  ...functionsOf(POWERS),
];

/**
 * What a contract that says what the balances are can do with them. Not `act`: the token calls it only
 * to ask for balances and to move them.
 */
const LEDGER_ACTIONS: readonly SimpleAction[] = ['mint', 'pause', 'freeze'];

export const tether: Reader = {
  id: 'tether',
  refuses: ['a token with a blacklist, which cannot be deprecated'],
  read: async ({ account, code }, state) => {
    if (!offers(code, ...SIGNATURE_FUNCTIONS)) return null;
    const id = accountId(state.chainId, account);
    const [holders, successor] = await Promise.all([
      readHolders(state, account, code, ['owner']),
      observe(state, (view) => successorOf(view, account)),
    ]);
    return {
      kind: 'TetherToken',
      rules: [
        ...holderRules('tether', state.chainId, account, holders),
        ...powerRules('tether', id, POWERS),
        ...LEDGER_ACTIONS.map((action) => rule(id, action, power(id, 'upgrade'), [])),
        ...(successor.value === null
          ? []
          : successorRules(id, accountId(state.chainId, successor.value), successor.evidence)),
      ],
      covers: selectorsOf(...functionsOf(POWERS)),
      delegatesTo: [],
      announces,
      unread: [],
    };
  },
};

const rule = (
  id: AccountId,
  action: SimpleAction,
  requires: Power,
  evidence: readonly Evidence[],
): Rule => ({ grants: power(id, action), requires, reader: 'tether', evidence });

/** Who holds power over the successor's balances holds it over those of the token. */
const successorRules = (
  id: AccountId,
  successor: AccountId,
  evidence: readonly Evidence[],
): readonly Rule[] =>
  LEDGER_ACTIONS.flatMap((action) => [
    rule(id, action, act(successor), evidence),
    rule(id, action, power(successor, action), evidence),
  ]);

/** The contract that the token hands every balance to; `null` while it keeps them itself. */
async function successorOf(state: State, account: Address): Promise<Address | null> {
  const [isDeprecated, successor] = await Promise.all([
    askView(state, account, abi, 'deprecated', []),
    askAddress(state, account, 'upgradedAddress'),
  ]);
  return isDeprecated ? successor : null;
}

/** A new owner is announced by no event. */
const announces: readonly Announcement[] = ['Deprecate(address)'].map(announcement);
