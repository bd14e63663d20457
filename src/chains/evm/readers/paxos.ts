/**
 * The tokens of Paxos before their second version: BUSD, and USDP and PYUSD as they were. One supply
 * controller mints, one asset protection role freezes and wipes, and the owner pauses and fills both.
 *
 * @see https://github.com/paxosglobal/paxos-token-contracts/blob/main/contracts/archive/XYZImplementation.sol
 */
import { power, type Rule, role } from '../../../power/model.ts';
import {
  functionsOf,
  holderRules,
  powerRules,
  powersIn,
  type RolePower,
  readHolders,
} from '../held-roles.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { offers, selectorsOf } from '../selectors.ts';
import { accountId, MAX_UINT256, tokenId } from '../values.ts';

const ROLES = [
  'owner',
  'proposedOwner',
  'supplyController',
  'assetProtectionRole',
  'betaDelegateWhitelister',
] as const;

const POWERS: readonly RolePower<(typeof ROLES)[number]>[] = [
  ['supplyController', 'mint', 'increaseSupply(uint256)'],
  ['owner', { role: 'supplyController' }, 'setSupplyController(address)'],
  [
    'assetProtectionRole',
    'freeze',
    ...['freeze(address)', 'unfreeze(address)', 'wipeFrozenAddress(address)'],
  ],
  ['owner', { role: 'assetProtectionRole' }, 'setAssetProtectionRole(address)'],
  ['owner', 'pause', 'pause()', 'unpause()'],
  ['proposedOwner', { role: 'owner' }, 'claimOwnership()'],
  ['owner', { role: 'proposedOwner' }, 'proposeOwner(address)'],
  ['proposedOwner', 'configure', 'disregardProposeOwner()'],
  ['owner', { role: 'betaDelegateWhitelister' }, 'setBetaDelegateWhitelister(address)'],
  // The first of them, PAX, had one step.
  ['owner', 'configure', 'transferOwnership(address)'],
  // Delegates hand in transfers that a holder has signed.
  [
    'betaDelegateWhitelister',
    'configure',
    ...['whitelistBetaDelegate(address)', 'unwhitelistBetaDelegate(address)'],
  ],
];
/** The owner takes what of the token itself was sent to it. Each token gives this another name. */
const RECLAIMING: readonly string[] = [
  'reclaimPAX()',
  'reclaimUSDP()',
  'reclaimBUSD()',
  'reclaimPYUSD()',
  'reclaimToken()',
];
/** What a supply controller burns is its own. */
const DECREASE_SUPPLY = 'decreaseSupply(uint256)';

const SIGNATURE_FUNCTIONS: readonly string[] = [
  'owner()',
  'supplyController()',
  'assetProtectionRole()',
  'setSupplyController(address)',
  'setAssetProtectionRole(address)',
  'increaseSupply(uint256)',
  DECREASE_SUPPLY,
  'wipeFrozenAddress(address)',
];

export const paxos: Reader = {
  id: 'paxos',
  refuses: ['the second version, whose supply another contract controls'],
  read: async ({ account, code }, state) => {
    if (!offers(code, ...SIGNATURE_FUNCTIONS)) return null;
    const id = accountId(state.chainId, account);
    const powers = powersIn(code, POWERS);
    const reclaiming = RECLAIMING.filter((each) => offers(code, each));
    const reclaim: Rule = {
      grants: power(id, { spend: tokenId(state.chainId, 'erc20', account), limit: MAX_UINT256 }),
      requires: role(id, 'owner'),
      reader: 'paxos',
      functions: reclaiming,
      evidence: [],
    };
    return {
      kind: 'Paxos token',
      rules: [
        ...holderRules(
          'paxos',
          state.chainId,
          account,
          await readHolders(state, account, code, ROLES),
        ),
        ...powerRules('paxos', id, powers),
        ...(reclaiming.length === 0 ? [] : [reclaim]),
      ],
      covers: selectorsOf(...functionsOf(powers), ...reclaiming, DECREASE_SUPPLY),
      delegatesTo: [],
      announces,
      unread: [],
    };
  },
};

const announces: readonly Announcement[] = [
  'OwnershipTransferProposed(address,address)',
  'OwnershipTransferDisregarded(address)',
  'OwnershipTransferred(address,address)',
  'AssetProtectionRoleSet(address,address)',
  'SupplyControllerSet(address,address)',
  'BetaDelegateWhitelisterSet(address,address)',
].map(announcement);
