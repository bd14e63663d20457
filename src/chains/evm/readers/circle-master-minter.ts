/**
 * Circle's MasterMinter, the master minter of USDC: its owner pairs controllers with workers, and a
 * controller sets how much its worker may mint.
 *
 * @see https://github.com/circlefin/stablecoin-evm/tree/v2.2.0/contracts/minting
 */
import {
  type Address,
  encodeFunctionData,
  parseAbi,
  toEventSelector,
  toFunctionSelector,
  zeroAddress,
} from 'viem';
import { ReadError } from '../../../errors.ts';
import { act, all, power, type Rule, role } from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import { addressFrom } from '../getters.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { dispatches } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId, addressOf } from '../values.ts';

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

const OWNER = toFunctionSelector('owner()');
const MINTER_MANAGER = toFunctionSelector('getMinterManager()');
const MASTER_MINTER = toFunctionSelector('masterMinter()');
const abi = parseAbi(['function getWorker(address controller) view returns (address)']);
const CONTROLLER_CONFIGURED = 'ControllerConfigured(address,address)';
const CONTROLLER_CONFIGURED_TOPIC = toEventSelector(CONTROLLER_CONFIGURED);

const SIGNATURE_FUNCTIONS: readonly string[] = [
  'owner()',
  'getMinterManager()',
  'getWorker(address)',
  ...OWNER_FUNCTIONS,
  ...MINTING,
  ...LIMITING,
];

/** More accounts that were ever made a controller than this are refused. */
const MAX_CANDIDATES = 500;

export const circleMasterMinter: Reader = {
  id: 'circle-master-minter',
  refuses: ['a FiatToken, whose master minter it is'],
  read: async ({ account, code }, state) => {
    const offers = (signature: string) => dispatches(code, toFunctionSelector(signature));
    if (!SIGNATURE_FUNCTIONS.every(offers)) return null;
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
      covers: [...OWNER_FUNCTIONS, ...MINTING, ...LIMITING].map(toFunctionSelector),
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
  const [owner, manager, configured] = await Promise.all([
    addressFrom(state, account, OWNER),
    addressFrom(state, account, MINTER_MANAGER),
    state.logs({ account, topics: [CONTROLLER_CONFIGURED_TOPIC], fromBlock: 0n }),
  ]);
  const controllers = [
    ...new Set(
      configured.flatMap(({ topics: [, controller] }) =>
        controller === undefined ? [] : [addressOf(controller)],
      ),
    ),
  ];
  if (controllers.length > MAX_CANDIDATES) {
    throw new ReadError(`more than ${MAX_CANDIDATES} accounts were made controller of ${account}`);
  }
  const [serves, ...workers] = await Promise.all([
    isMasterMinterOf(state, account, manager),
    ...controllers.map((controller) => {
      const data = encodeFunctionData({ abi, functionName: 'getWorker', args: [controller] });
      return addressFrom(state, account, data);
    }),
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
  return (await addressFrom(state, token, MASTER_MINTER)) === account;
}

const announces: readonly Announcement[] = [
  CONTROLLER_CONFIGURED,
  'ControllerRemoved(address)',
  'MinterManagerSet(address,address)',
  'OwnershipTransferred(address,address)',
].map(announcement);
