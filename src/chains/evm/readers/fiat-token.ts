/**
 * Circle's FiatToken, versions 1 to 2.2: USDC, EURC, and the bridged USDC of many chains. Each power is
 * kept for one role, and the owner fills the roles. Minters mint up to an allowance that the master
 * minter gives them.
 *
 * @see https://github.com/circlefin/stablecoin-evm/tree/v2.2.0/contracts
 */
import { type Address, parseAbi, zeroAddress } from 'viem';
import { orReason } from '../../../errors.ts';
import {
  type AccountId,
  act,
  type Evidence,
  given,
  leaf,
  type Requirement,
  type Rule,
  role,
} from '../../../power/model.ts';
import { type Observed, observe } from '../evidence.ts';
import {
  functionsOf,
  type Holder,
  holderRules,
  powerRules,
  powersIn,
  type RolePower,
  readHolders,
} from '../held-roles.ts';
import { loggedAccounts } from '../logged-accounts.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { offers, selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId } from '../values.ts';
import { askView } from '../view-function.ts';

/** The roles that one account holds. The rescuer came with 1.1. */
const SINGLE_ROLES = ['owner', 'masterMinter', 'pauser', 'blacklister', 'rescuer'] as const;
type RoleName = (typeof SINGLE_ROLES)[number] | 'minter';

/** What each role may do, and by which functions. */
const POWERS: readonly RolePower<RoleName>[] = [
  ['minter', 'mint', 'mint(address,uint256)'],
  ['pauser', 'pause', 'pause()', 'unpause()'],
  ['blacklister', 'freeze', 'blacklist(address)', 'unBlacklist(address)'],
  ['rescuer', 'act', 'rescueERC20(address,address,uint256)'],
  ['masterMinter', { role: 'minter' }, 'configureMinter(address,uint256)'],
  ['masterMinter', 'configure', 'removeMinter(address)'],
  ['owner', { role: 'masterMinter' }, 'updateMasterMinter(address)'],
  ['owner', { role: 'pauser' }, 'updatePauser(address)'],
  ['owner', { role: 'blacklister' }, 'updateBlacklister(address)'],
  ['owner', { role: 'rescuer' }, 'updateRescuer(address)'],
  ['owner', 'configure', 'transferOwnership(address)'],
];
/** Minters burn only what is theirs. */
const BURN = 'burn(uint256)';
const INITIALIZE = 'initialize(string,string,string,uint8,address,address,address,address)';

const SIGNATURE_FUNCTIONS: readonly string[] = [
  'owner()',
  'masterMinter()',
  'pauser()',
  'blacklister()',
  'isMinter(address)',
  'minterAllowance(address)',
  'configureMinter(address,uint256)',
  'updateMasterMinter(address)',
];

const abi = parseAbi([
  'function isMinter(address account) view returns (bool)',
  'function minterAllowance(address minter) view returns (uint256)',
]);

const MINTER_CONFIGURED = 'MinterConfigured(address,uint256)';

export const fiatToken: Reader = {
  id: 'fiat-token',
  refuses: [
    "Circle's MasterMinter, which configures the minters of another contract",
    'a token whose minters have no master minter',
  ],
  read: async ({ account, code }, state) => {
    if (!offers(code, ...SIGNATURE_FUNCTIONS)) return null;
    const id = accountId(state.chainId, account);
    const powers = powersIn(code, POWERS);
    const [holders, minters] = await Promise.all([
      readHolders(state, account, code, SINGLE_ROLES),
      orReason(observe(state, (view) => readMinters(view, account))),
    ]);
    return {
      kind: 'Circle FiatToken',
      rules: [
        ...holderRules('fiat-token', state.chainId, account, holders),
        ...minterRules(id, minters, state.chainId),
        ...(offers(code, INITIALIZE) ? neverSetUp(id, holders) : []),
        ...powerRules('fiat-token', id, powers),
      ],
      covers: selectorsOf(...functionsOf(powers), BURN),
      delegatesTo: [],
      announces,
      unread:
        typeof minters === 'string'
          ? [{ account: id, reason: `its minters could not be read: ${minters}` }]
          : [],
    };
  },
};

/** No function but the first initialize() is content with an empty role of master minter. */
const neverSetUp = (id: AccountId, holders: readonly Holder<RoleName>[]): readonly Rule[] =>
  holders
    .filter(({ name, value }) => name === 'masterMinter' && value === zeroAddress)
    .map(({ evidence }) => ({
      grants: role(id, 'owner'),
      requires: given('it was never set up, so anyone may call initialize() and become its owner'),
      reader: 'fiat-token',
      functions: [INITIALIZE],
      evidence,
    }));

function minterRules(
  id: AccountId,
  minters: Observed<readonly Address[]> | string,
  chainId: number,
): readonly Rule[] {
  const rule = (requires: Requirement, evidence: readonly Evidence[]): Rule => ({
    grants: role(id, 'minter'),
    requires,
    reader: 'fiat-token',
    evidence,
  });
  return typeof minters === 'string'
    ? [rule(leaf('opaque', id), [])]
    : minters.value.map((each) => rule(act(accountId(chainId, each)), minters.evidence));
}

/** Everyone who may mint something now. */
async function readMinters(state: State, account: Address): Promise<readonly Address[]> {
  const candidates = await loggedAccounts(state, account, MINTER_CONFIGURED);
  const mayMint = await Promise.all(
    candidates.map(async (minter) => {
      const [isMinter, allowance] = await Promise.all([
        askView(state, account, abi, 'isMinter', [minter]),
        askView(state, account, abi, 'minterAllowance', [minter]),
      ]);
      return isMinter && allowance > 0n;
    }),
  );
  return candidates.filter((_, index) => mayMint[index] === true);
}

const announces: readonly Announcement[] = [
  MINTER_CONFIGURED,
  'MinterRemoved(address)',
  'MasterMinterChanged(address)',
  'PauserChanged(address)',
  'BlacklisterChanged(address)',
  'RescuerChanged(address)',
  'OwnershipTransferred(address,address)',
].map(announcement);
