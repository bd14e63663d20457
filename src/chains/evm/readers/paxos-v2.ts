/**
 * The tokens of Paxos in their second version: USDG, PYUSD, USDP, PAXG. Who mints is for a contract of
 * its own to say, the SupplyControl; who pauses and who freezes are roles that a default admin gives.
 *
 * @see https://github.com/paxosglobal/paxos-token-contracts/blob/main/contracts/PaxosTokenV2.sol
 */
import { toFunctionSelector } from 'viem';
import { act, power, type Requirement, type Rule, role } from '../../../power/model.ts';
import {
  DEFAULT_ADMIN,
  DEFAULT_ADMIN_FUNCTIONS,
  defaultAdminAnnouncements,
  defaultAdminRules,
} from '../default-admin.ts';
import { observe } from '../evidence.ts';
import { addressFrom } from '../getters.ts';
import { offers, powerRules, powersIn, type RolePower, selectorsOf } from '../held-roles.ts';
import { announcement, type Reader } from '../reader.ts';
import { accountId, MAX_UINT256, tokenId } from '../values.ts';

const ROLES = ['PAUSE_ROLE', 'ASSET_PROTECTION_ROLE'] as const;

const POWERS: readonly RolePower<(typeof ROLES)[number]>[] = [
  ['PAUSE_ROLE', 'pause', 'pause()', 'unpause()'],
  [
    'ASSET_PROTECTION_ROLE',
    'freeze',
    ...['freeze(address)', 'freezeBatch(address[])', 'wipeFrozenAddress(address)'],
    ...['unfreeze(address)', 'unfreezeBatch(address[])'],
  ],
];

const SUPPLY_CONTROL = toFunctionSelector('supplyControl()');
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
  ...DEFAULT_ADMIN_FUNCTIONS,
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
    if (!offers(code, ...SIGNATURE_FUNCTIONS)) return null;
    const id = accountId(state.chainId, account);
    const [roleRules, control] = await Promise.all([
      defaultAdminRules('paxos-v2', state, account, ROLES),
      observe(state, (view) => addressFrom(view, account, SUPPLY_CONTROL)),
    ]);
    const controlId = accountId(state.chainId, control.value);
    const powers = powersIn(code, POWERS);
    const rule = (
      grants: Rule['grants'],
      requires: Requirement,
      functions: readonly string[],
    ): Rule => ({ grants, requires, reader: 'paxos-v2', functions, evidence: control.evidence });
    const admin = role(id, DEFAULT_ADMIN);
    const own = tokenId(state.chainId, 'erc20', account);
    return {
      kind: 'Paxos token, version 2',
      rules: [
        ...roleRules,
        ...powerRules('paxos-v2', id, powers),
        rule(power(id, 'mint'), role(controlId, 'SUPPLY_CONTROLLER_ROLE'), MINTING),
        rule(power(id, 'freeze'), role(controlId, 'burner of any account'), BURNING),
        // The SupplyControl answers for every caller, and the admin picks it.
        rule(power(id, 'mint'), act(controlId), MINTING),
        rule(power(id, 'freeze'), act(controlId), BURNING),
        rule(power(id, 'mint'), admin, [SET_SUPPLY_CONTROL]),
        rule(power(id, 'freeze'), admin, [SET_SUPPLY_CONTROL]),
        ...(offers(code, RECLAIM)
          ? [rule(power(id, { spend: own, limit: MAX_UINT256 }), admin, [RECLAIM])]
          : []),
      ],
      covers: [
        ...selectorsOf(powers),
        ...[SET_SUPPLY_CONTROL, RECLAIM, ...MINTING, ...BURNING].map((each) =>
          toFunctionSelector(each),
        ),
      ],
      delegatesTo: [],
      announces: [...defaultAdminAnnouncements, announcement('SupplyControlSet(address)')],
      unread: [],
    };
  },
};
