/**
 * The multisig wallet of Gavin Wood, as Mist and Parity deployed it: owners confirm the hash of an
 * operation, and each spends up to a daily limit alone. From 2017 on a wallet was a stub that runs a
 * library. In July 2017 anyone could make themselves owner of one by calling `initWallet` again; in
 * November 2017 someone did so with the next library itself, and destroyed it, with all wallets on it.
 *
 * @see https://github.com/openethereum/parity-ethereum/blob/v1.8.3/js/src/contracts/snippets/enhanced-wallet.sol
 * @see https://github.com/ethereum/dapp-bin/blob/master/wallet/wallet.sol
 */
import {
  type Address,
  encodeFunctionData,
  getAddress,
  type Hex,
  isAddressEqual,
  parseAbi,
  zeroAddress,
} from 'viem';
import { ReadError } from '../../../errors.ts';
import {
  act,
  anyOf,
  atLeast,
  type Evidence,
  given,
  power,
  type Requirement,
  type Rule,
} from '../../../power/model.ts';
import { pushes } from '../bytecode/instructions.ts';
import { observe } from '../evidence.ts';
import { announcement, type Frame, type Reader, type Reading } from '../reader.ts';
import { offers, selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId, addressOf, mappingSlot, slot, word } from '../values.ts';
import { askView } from '../view-function.ts';

const EXECUTE = 'execute(address,uint256,bytes)';
const CONFIRM = 'confirm(bytes32)';
const INIT = 'initWallet(address[],uint256,uint256)';
const FUNCTIONS: readonly string[] = [
  EXECUTE,
  CONFIRM,
  'revoke(bytes32)',
  'changeOwner(address,address)',
  'addOwner(address)',
  'removeOwner(address)',
  'changeRequirement(uint256)',
  'setDailyLimit(uint256)',
  'resetSpentToday()',
  'kill(address)',
];
/** What a stub answers itself; all else is for its library. */
const STUB_FUNCTIONS: readonly string[] = [
  'hasConfirmed(bytes32,address)',
  'isOwner(address)',
  'm_required()',
  'm_numOwners()',
  'm_dailyLimit()',
];

/** The library that was destroyed in November 2017. Its maker was a key, so that nothing comes back there. */
const DESTROYED: Address = '0x863DF6BFa4469f3ead0bE8f9F2AAE51c91A907b4';

const abi = parseAbi([
  'function execute(address to, uint256 value, bytes data) returns (bytes32)',
  'function initWallet(address[] owners, uint256 required, uint256 dailyLimit)',
  'function m_required() view returns (uint256)',
]);

/** Where the two kinds of wallet keep things: all in one contract, or in a library's layout. */
interface Layout {
  /** The list of owners begins one after this. */
  readonly owners: bigint;
  readonly ownerIndex: bigint;
  readonly dailyLimit: bigint;
}
const LAYOUTS: readonly Layout[] = [
  { owners: 2n, ownerIndex: 258n, dailyLimit: 261n },
  { owners: 5n, ownerIndex: 261n, dailyLimit: 2n },
];
const REQUIRED_SLOT = slot(0n);
const COUNT_SLOT = slot(1n);

/** An account without code, so that any call to it goes through. */
const NOBODY: Address = '0x000000000000000000000000000000000000dEaD';

/** The most owners that these wallets allow. */
const MAX_OWNERS = 250n;

export const parityWallet: Reader = {
  id: 'parity-wallet',
  refuses: [
    'Gnosis’s MultiSigWallet, which confirms by number',
    'a contract with the same functions that keeps its owners elsewhere: it is unread',
    'a stub whose code names more than one account',
  ],
  read: async (frame, state) => {
    if (offers(frame.code, ...FUNCTIONS)) return await readingOf(frame, state);
    return offers(frame.code, ...STUB_FUNCTIONS) ? await stubOf(frame, state) : null;
  },
};

/** A stub: whatever it does not answer itself its library does, on its storage. */
async function stubOf({ code }: Frame, state: State): Promise<Reading | null> {
  const [library, ...more] = pushes(code, 20).filter((constant) => !/^0xf+$/.test(constant));
  if (library === undefined || more.length > 0) return null;
  const codeAt = getAddress(library);
  const { value: runs, evidence } = await observe(state, (view) => view.code(codeAt));
  const isDestroyed = runs === '0x' && isAddressEqual(codeAt, DESTROYED);
  return {
    kind: isDestroyed
      ? 'Parity wallet whose library was destroyed'
      : 'Parity wallet that runs a library',
    rules: [],
    covers: selectorsOf(...STUB_FUNCTIONS),
    delegatesTo: isDestroyed ? [] : [{ codeAt, evidence }],
    announces: [],
    unread: [],
  };
}

async function readingOf(frame: Frame, state: State): Promise<Reading> {
  const { value, evidence } = await observe(state, (view) => readWallet(view, frame));
  return {
    kind: 'Parity multisig wallet',
    rules: rulesOf(frame.account, value, evidence, state.chainId),
    covers: selectorsOf(...FUNCTIONS),
    delegatesTo: [],
    announces,
    unread: [],
  };
}

/** What a wallet says about power over it. */
interface Wallet {
  readonly owners: readonly Address[];
  readonly required: bigint;
  /** Wei that the owners may spend one by one, every day. */
  readonly dailyLimit: bigint;
  /** Whether one owner alone makes it call anything, as long as no ether is sent: its first builds. */
  readonly callsForOne: boolean;
  /** Whether anyone may make themselves its owner. */
  readonly isOpen: boolean;
}

async function readWallet(state: State, frame: Frame): Promise<Wallet> {
  const { account } = frame;
  const [required, count] = await Promise.all([
    state.storage(account, REQUIRED_SLOT),
    state.storage(account, COUNT_SLOT),
    // Where this is answered, the node runs the code of a frame on an account as it is asked to.
    askView(state, frame, abi, 'm_required', []),
  ]);
  if (BigInt(count) > MAX_OWNERS) {
    throw new ReadError(`${account} has more than ${MAX_OWNERS} owners`);
  }
  const [read, isOpen] = await Promise.all([
    Promise.all(LAYOUTS.map((layout) => readOwners(state, account, Number(count), layout))),
    offers(frame.code, INIT) ? takesNewOwners(state, frame) : false,
  ]);
  const found = read.find((each) => each !== null);
  if (found === undefined || found === null) {
    throw new ReadError(`${account} keeps its owners where no such wallet does`);
  }
  const [first] = found.owners;
  return {
    ...found,
    required: BigInt(required),
    callsForOne: first !== undefined && (await callsFor(state, frame, first)),
    isOpen,
  };
}

/** The owners in this layout; `null` where the list and its index disagree, so that it is another. */
async function readOwners(
  state: State,
  account: Address,
  count: number,
  layout: Layout,
): Promise<Pick<Wallet, 'owners' | 'dailyLimit'> | null> {
  const places = Array.from({ length: count }, (_, index) => BigInt(index + 1));
  const [limit, ...words] = await Promise.all([
    state.storage(account, slot(layout.dailyLimit)),
    ...places.map((place) => state.storage(account, slot(layout.owners + place))),
  ]);
  const indices = await Promise.all(
    words.map((owner) => state.storage(account, mappingSlot(owner, slot(layout.ownerIndex)))),
  );
  const isIt = places.every((place, index) => BigInt(indices[index] ?? 0) === place);
  return isIt ? { owners: words.map(addressOf), dailyLimit: BigInt(limit) } : null;
}

const run = (state: State, { account, code }: Frame, data: Hex, from: Address): Promise<Hex> =>
  state.call({ to: account, data, from }, { [account]: { code } });

/** Whether one owner has a call without ether made at once: else the wallet answers with what to confirm. */
async function callsFor(state: State, frame: Frame, owner: Address): Promise<boolean> {
  const args = [NOBODY, 0n, '0x00'] as const;
  const data = encodeFunctionData({ abi, functionName: 'execute', args });
  const answer = word.safeParse(await run(state, frame, data, owner));
  if (!answer.success) throw new ReadError(`${frame.account} answers execute() with nonsense`);
  return BigInt(answer.data) === 0n;
}

/** Whether a stranger's `initWallet` goes through. */
async function takesNewOwners(state: State, frame: Frame): Promise<boolean> {
  const data = encodeFunctionData({ abi, functionName: 'initWallet', args: [[], 1n, 0n] });
  try {
    await run(state, frame, data, zeroAddress);
    return true;
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return false;
  }
}

function rulesOf(
  account: Address,
  { owners, required, dailyLimit, callsForOne, isOpen }: Wallet,
  evidence: readonly Evidence[],
  chainId: number,
): readonly Rule[] {
  const id = accountId(chainId, account);
  const holders = owners.map((owner) => act(accountId(chainId, owner)));
  const rule = (
    grants: Rule['grants'],
    requires: Requirement,
    functions: readonly string[],
  ): Rule => ({ grants, requires, reader: 'parity-wallet', functions, evidence });
  // It takes one owner also where none is required.
  const least = required > MAX_OWNERS ? MAX_OWNERS + 1n : required > 0n ? required : 1n;
  const enough = atLeast(Number(least), holders, 'owners');
  return [
    rule(act(id), enough, [EXECUTE, CONFIRM, 'kill(address)']),
    ...(callsForOne && least > 1n ? [rule(act(id), anyOf(...holders), [EXECUTE])] : []),
    ...(dailyLimit === 0n
      ? []
      : [
          rule(
            power(id, { spend: `eip155:${chainId}/slip44:60`, limit: dailyLimit }),
            anyOf(...holders),
            [EXECUTE],
          ),
        ]),
    ...(isOpen
      ? [rule(act(id), given('anyone may call initWallet() and become its owner'), [INIT])]
      : []),
  ];
}

const announces = [
  'OwnerChanged(address,address)',
  'OwnerAdded(address)',
  'OwnerRemoved(address)',
  'RequirementChanged(uint256)',
].map(announcement);
