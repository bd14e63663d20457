/**
 * The MultiSigWallet of ConsenSys and Gnosis, and what was built on it: with a daily limit that each owner
 * may spend alone, or with a time lock (0x). Nobody compiled it the same way twice, so that it is known by
 * its functions, and its owners by where all of the family keep them.
 *
 * @see https://github.com/gnosis/MultiSigWallet/blob/master/contracts/MultiSigWallet.sol
 * @see https://www.npmjs.com/package/@0x/contracts-multisig
 */
import { type Address, keccak256, parseAbi, toEventSelector, zeroAddress } from 'viem';
import { ReadError } from '../../../errors.ts';
import {
  act,
  after,
  anyOf,
  atLeast,
  type Evidence,
  power,
  type Rule,
} from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import { announcement, type Frame, type Reader } from '../reader.ts';
import { offers, selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId, addressOf, mappingSlot, slot } from '../values.ts';
import { askView } from '../view-function.ts';

const IS_OWNER_SLOT = slot(2n);
const OWNERS_SLOT = slot(3n);
const REQUIRED_SLOT = slot(4n);

const CONFIRMS: readonly string[] = [
  'submitTransaction(address,uint256,bytes)',
  'confirmTransaction(uint256)',
  'executeTransaction(uint256)',
];
const FUNCTIONS: readonly string[] = [
  ...CONFIRMS,
  'revokeConfirmation(uint256)',
  'addOwner(address)',
  'removeOwner(address)',
  'replaceOwner(address,address)',
  'changeRequirement(uint256)',
];
const REGISTER_FUNCTION_CALL = 'registerFunctionCall(bool,bytes4,address,uint128)';
/** The functions that only some of the family have. */
const MORE_FUNCTIONS: readonly string[] = [
  'withdraw(address,uint256)',
  'changeDailyLimit(uint256)',
  'changeTimeLock(uint256)',
  REGISTER_FUNCTION_CALL,
];
const abi = parseAbi([
  'function dailyLimit() view returns (uint256)',
  'function secondsTimeLocked() view returns (uint256)',
]);
const REGISTRATION_TOPIC = toEventSelector(
  'FunctionCallTimeLockRegistration(bytes4,address,bool,uint128)',
);

/** Four times as many owners as the family allows. */
const MAX_OWNERS = 200n;
/** No time lock that anyone means is longer than a thousand years. */
const MAX_SECONDS = 1_000n * 365n * 86_400n;

export const multisigWallet: Reader = {
  id: 'multisig-wallet',
  refuses: [
    'a multisig wallet that confirms by the hash of an operation, as Parity’s does',
    'a contract with the same functions that keeps its owners elsewhere: it is unread',
  ],
  read: async (frame, state) => {
    const { account, code } = frame;
    if (!offers(code, ...FUNCTIONS)) return null;
    const { value, evidence } = await observe(state, (view) => readWallet(view, frame));
    const id = accountId(state.chainId, account);
    return {
      kind: kindOf(value),
      rules: rulesOf(account, value, evidence, state.chainId),
      covers: selectorsOf(...FUNCTIONS, ...MORE_FUNCTIONS),
      delegatesTo: [],
      announces,
      unread: value.hasOwnTimes
        ? [{ account: id, reason: 'some functions have a time lock of their own: not read' }]
        : [],
    };
  },
};

/** What a wallet says about power over it. */
interface Wallet {
  readonly owners: readonly Address[];
  readonly required: number;
  /** Wei that each owner may spend alone, every day; `null` where the wallet knows no such thing. */
  readonly dailyLimit: bigint | null;
  /** Seconds from enough confirmations to execution; `null` where the wallet knows no such thing. */
  readonly timeLock: number | null;
  /** Whether single functions wait for another time. */
  readonly hasOwnTimes: boolean;
}

async function readWallet(state: State, frame: Frame): Promise<Wallet> {
  const { account, code } = frame;
  const [owners, required, dailyLimit, timeLock, registrations] = await Promise.all([
    ownersOf(state, account),
    state.storage(account, REQUIRED_SLOT),
    offers(code, 'dailyLimit()') ? askView(state, frame, abi, 'dailyLimit', []) : null,
    offers(code, 'secondsTimeLocked()')
      ? askView(state, frame, abi, 'secondsTimeLocked', [])
      : null,
    offers(code, REGISTER_FUNCTION_CALL)
      ? state.logs({ account, topics: [REGISTRATION_TOPIC], fromBlock: 0n })
      : [],
  ]);
  const count = BigInt(required);
  if (count === 0n || count > BigInt(owners.length)) {
    throw new ReadError(`${account} requires ${count} of ${owners.length} owners`);
  }
  return {
    owners,
    required: Number(count),
    dailyLimit,
    timeLock: timeLock === null ? null : Number(timeLock < MAX_SECONDS ? timeLock : MAX_SECONDS),
    hasOwnTimes: registrations.length > 0,
  };
}

/** @throws ReadError where the list and the mapping of owners disagree: then they are kept elsewhere. */
async function ownersOf(state: State, account: Address): Promise<readonly Address[]> {
  const length = BigInt(await state.storage(account, OWNERS_SLOT));
  if (length > MAX_OWNERS) throw new ReadError(`${account} has more than ${MAX_OWNERS} owners`);
  const start = BigInt(keccak256(OWNERS_SLOT));
  const words = await Promise.all(
    Array.from({ length: Number(length) }, (_, index) =>
      state.storage(account, slot(start + BigInt(index))),
    ),
  );
  const owners = words.map(addressOf);
  const isOwner = await Promise.all(
    owners.map((owner) => state.storage(account, mappingSlot(owner, IS_OWNER_SLOT))),
  );
  if (owners.includes(zeroAddress) || isOwner.some((word) => BigInt(word) !== 1n)) {
    throw new ReadError(`${account} keeps its owners where no MultiSigWallet does`);
  }
  return owners;
}

function kindOf({ dailyLimit, timeLock }: Wallet): string {
  if (timeLock !== null) return 'MultiSigWallet with a time lock';
  return dailyLimit === null ? 'MultiSigWallet' : 'MultiSigWallet with a daily limit';
}

function rulesOf(
  account: Address,
  { owners, required, dailyLimit, timeLock }: Wallet,
  evidence: readonly Evidence[],
  chainId: number,
): readonly Rule[] {
  const id = accountId(chainId, account);
  const holders = owners.map((owner) => act(accountId(chainId, owner)));
  const enough = atLeast(required, holders, 'owners');
  const by = { reader: 'multisig-wallet', evidence };
  return [
    {
      ...by,
      grants: act(id),
      requires: timeLock === null ? enough : after(timeLock, enough),
      functions: CONFIRMS,
    },
    ...(dailyLimit === null || dailyLimit === 0n
      ? []
      : [
          {
            ...by,
            grants: power(id, { spend: `eip155:${chainId}/slip44:60`, limit: dailyLimit }),
            requires: anyOf(...holders),
            functions: [...CONFIRMS, 'withdraw(address,uint256)'],
          },
        ]),
  ];
}

const announces = [
  'OwnerAddition(address)',
  'OwnerRemoval(address)',
  'RequirementChange(uint256)',
  'DailyLimitChange(uint256)',
  'TimeLockChange(uint256)',
  'FunctionCallTimeLockRegistration(bytes4,address,bool,uint128)',
].map(announcement);
