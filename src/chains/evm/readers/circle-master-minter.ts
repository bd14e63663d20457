/**
 * Circle's MasterMinter, the master minter of USDC: its owner pairs controllers with workers, and a
 * controller sets how much its worker may mint.
 *
 * @see https://github.com/circlefin/stablecoin-evm/tree/v2.2.0/contracts/minting
 */
import { type Address, parseAbi, zeroAddress } from 'viem';
import { act, all, power, type Rule, role } from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import { loggedAccounts } from '../logged-accounts.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { offers, selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId } from '../values.ts';
import { askAddress, askView } from '../view-function.ts';

const OWNER_FUNCTIONS: readonly string[] = [
  'setMinterManager(address)',
  'configureController(address,address)',
  'removeController(address)',
  'transferOwnership(address)',
];
const MINTING: readonly string[] = [
  'configureMinter(uint256)',
  'incrementMinterAllowance(uint256)',
];
const LIMITING: readonly string[] = ['removeMinter()', 'decrementMinterAllowance(uint256)'];

const abi = parseAbi(['function getWorker(address controller) view returns (address)']);
const CONTROLLER_CONFIGURED = 'ControllerConfigured(address,address)';

const SIGNATURE_FUNCTIONS: readonly string[] = [
  'owner()',
  'getMinterManager()',
  'getWorker(address)',
  ...OWNER_FUNCTIONS,
  ...MINTING,
  ...LIMITING,
];

export const circleMasterMinter: Reader = {
  id: 'circle-master-minter',
  refuses: ['a FiatToken, whose master minter it is'],
  read: async ({ account, code }, state) => {
    if (!offers(code, ...SIGNATURE_FUNCTIONS)) return null;
    const holder = (each: Address) => act(accountId(state.chainId, each));
    const id = accountId(state.chainId, account);
    const { value, evidence } = await observe(state, (view) => readMasterMinter(view, account));
    const { owner, token, pairs } = value;
    const rule = (
      grants: Rule['grants'],
      requires: Rule['requires'],
      functions: readonly string[],
    ): Rule => ({ grants, requires, reader: 'circle-master-minter', functions, evidence });
    return {
      kind: "Circle's MasterMinter",
      rules: [
        ...(owner === zeroAddress ? [] : [rule(role(id, 'owner'), holder(owner), [])]),
        // Nothing that it ever calls is out of the owner's reach.
        rule(act(id), role(id, 'owner'), OWNER_FUNCTIONS),
        ...pairs.flatMap(({ controller, worker }) => [
          rule(power(id, 'configure'), holder(controller), LIMITING),
          ...(token === null
            ? []
            : [
                rule(
                  role(accountId(state.chainId, token), 'minter'),
                  all(holder(controller), holder(worker)),
                  MINTING,
                ),
              ]),
        ]),
      ],
      covers: selectorsOf(...OWNER_FUNCTIONS, ...MINTING, ...LIMITING),
      delegatesTo: [],
      announces,
      unread: [],
    };
  },
};

/** What a MasterMinter says about power over it. */
interface MasterMinter {
  readonly owner: Address;
  /** The token whose minters it configures; `null` where its calls would be refused. */
  readonly token: Address | null;
  readonly pairs: readonly { readonly controller: Address; readonly worker: Address }[];
}

async function readMasterMinter(state: State, account: Address): Promise<MasterMinter> {
  const [owner, manager, controllers] = await Promise.all([
    askAddress(state, account, 'owner'),
    askAddress(state, account, 'getMinterManager'),
    loggedAccounts(state, account, CONTROLLER_CONFIGURED),
  ]);
  const [serves, ...workers] = await Promise.all([
    isMasterMinterOf(state, account, manager),
    ...controllers.map((each) => askView(state, account, abi, 'getWorker', [each])),
  ]);
  return {
    owner,
    token: serves ? manager : null,
    pairs: controllers.flatMap((controller, index) => {
      const worker = workers[index] ?? zeroAddress;
      return worker === zeroAddress ? [] : [{ controller, worker }];
    }),
  };
}

/** Whether a token takes orders from this MasterMinter. */
async function isMasterMinterOf(state: State, account: Address, token: Address): Promise<boolean> {
  if (token === zeroAddress) return false;
  return (await askAddress(state, token, 'masterMinter')) === account;
}

const announces: readonly Announcement[] = [
  CONTROLLER_CONFIGURED,
  'ControllerRemoved(address)',
  'MinterManagerSet(address,address)',
  'OwnershipTransferred(address,address)',
].map(announcement);
