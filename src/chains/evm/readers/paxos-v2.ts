/**
 * The tokens of Paxos in their second version: USDG, PYUSD, USDP, PAXG. Who mints is for a contract of
 * its own to say, the SupplyControl; who pauses and who freezes are roles that a default admin gives.
 *
 * @see https://github.com/paxosglobal/paxos-token-contracts/blob/main/contracts/PaxosTokenV2.sol
 */
import {
  act,
  anyOf,
  leaf,
  power,
  type Requirement,
  type Rule,
  role,
} from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import { functionsOf, powerRules, powersIn, type RolePower } from '../held-roles.ts';
import { codeKind } from '../proxy.ts';
import { announcement, type Reader } from '../reader.ts';
import { DEFAULT_ADMIN, keepsRoles, roleName } from '../roles.ts';
import { offers, selectorsOf } from '../selectors.ts';
import { burner, isSupplyControl, minter } from '../supply-control.ts';
import { accountId, MAX_UINT256, tokenId } from '../values.ts';
import { askAddress } from '../view-function.ts';

const POWERS: readonly RolePower<'PAUSE_ROLE' | 'ASSET_PROTECTION_ROLE'>[] = [
  ['PAUSE_ROLE', 'pause', 'pause()', 'unpause()'],
  [
    'ASSET_PROTECTION_ROLE',
    'freeze',
    ...['freeze(address)', 'freezeBatch(address[])', 'wipeFrozenAddress(address)'],
    ...['unfreeze(address)', 'unfreezeBatch(address[])'],
  ],
];

const SET_SUPPLY_CONTROL = 'setSupplyControl(address)';
const RECLAIM = 'reclaimToken()';
/** What the SupplyControl allows or refuses. */
const MINTING: readonly string[] = [
  'increaseSupply(uint256)',
  'increaseSupplyToAddress(uint256,address)',
  'mint(address,uint256)',
];
const BURNING: readonly string[] = [
  'decreaseSupply(uint256)',
  'decreaseSupplyFromAddress(uint256,address)',
  'burn(uint256)',
];

const SIGNATURE_FUNCTIONS: readonly string[] = [
  'supplyControl()',
  SET_SUPPLY_CONTROL,
  'wipeFrozenAddress(address)',
  'increaseSupplyToAddress(uint256,address)',
  'decreaseSupplyFromAddress(uint256,address)',
];

export const paxosV2: Reader = {
  id: 'paxos-v2',
  refuses: ['the first version, whose supply one account controls'],
  read: async ({ account, code }, state) => {
    if (!keepsRoles(code) || !offers(code, ...SIGNATURE_FUNCTIONS)) return null;
    const id = accountId(state.chainId, account);
    const { value, evidence } = await observe(state, async (view) => {
      const control = await askAddress(view, account, 'supplyControl');
      return { control, kind: await codeKind(view, control, isSupplyControl) };
    });
    const control = accountId(state.chainId, value.control);
    // Without code, it refuses everyone.
    const opaque = value.kind === 'other' ? [leaf('opaque', control)] : [];
    const powers = powersIn(code, POWERS);
    const rule = (
      grants: Rule['grants'],
      requires: Requirement,
      functions: readonly string[],
    ): Rule => ({ grants, requires, reader: 'paxos-v2', functions, evidence });
    const admin = role(id, roleName(DEFAULT_ADMIN));
    const own = tokenId(state.chainId, 'erc20', account);
    return {
      kind: 'Paxos token, version 2',
      rules: [
        ...powerRules('paxos-v2', id, powers),
        rule(power(id, 'mint'), anyOf(minter(control), act(control), ...opaque), MINTING),
        rule(power(id, 'freeze'), anyOf(burner(control), act(control), ...opaque), BURNING),
        // The SupplyControl answers for every caller, and the admin picks it.
        rule(power(id, 'mint'), admin, [SET_SUPPLY_CONTROL]),
        rule(power(id, 'freeze'), admin, [SET_SUPPLY_CONTROL]),
        ...(offers(code, RECLAIM)
          ? [rule(power(id, { spend: own, limit: MAX_UINT256 }), admin, [RECLAIM])]
          : []),
      ],
      covers: selectorsOf(
        ...functionsOf(powers),
        ...[SET_SUPPLY_CONTROL, RECLAIM, ...MINTING, ...BURNING],
      ),
      delegatesTo: [],
      announces: [announcement('SupplyControlSet(address)')],
      unread: opaque.map(() => ({
        account: control,
        reason: `whom it lets mint and burn ${account} is not read`,
      })),
    };
  },
};
