/**
 * What every modifier of Zodiac keeps: an owner who may change all of it, the modules that it listens
 * to, and the account that it calls.
 *
 * @see https://github.com/gnosisguild/zodiac/blob/master/contracts/core/Modifier.sol
 */
import { type Address, parseAbi, zeroAddress } from 'viem';
import { ReadError } from '../../errors.ts';
import { act, given, power, type Requirement, type Rule } from '../../power/model.ts';
import { type Announcement, announcement, type Frame } from './reader.ts';
import { offers } from './selectors.ts';
import type { State } from './state.ts';
import { accountId } from './values.ts';
import { askAddress, askView } from './view-function.ts';

/** A modifier, as its own code reads its storage. */
export interface Modifier {
  /** Whether `setUp` was called; until then anyone may call it, and become the owner. */
  readonly isSetUp: boolean;
  readonly owner: Address;
  /** The account that it is there for. */
  readonly avatar: Address;
  /** The account that it calls: the avatar, or another modifier before it. */
  readonly target: Address;
  /** Who may hand it a transaction. */
  readonly modules: readonly Address[];
  /** May refuse what it calls; the zero address where there is none. */
  readonly guard: Address;
}

const abi = parseAbi([
  'function getModulesPaginated(address start, uint256 pageSize) view returns (address[], address)',
]);

/** The head of Zodiac's linked lists, which are Safe's. */
const SENTINEL: Address = '0x0000000000000000000000000000000000000001';
/** More modules than this are refused. */
const MAX_MODULES = 200;

/** The functions of every modifier that change its state. */
export const modifierFunctions: readonly string[] = [
  'setUp(bytes)',
  'enableModule(address)',
  'disableModule(address,address)',
  'setAvatar(address)',
  'setTarget(address)',
  'setGuard(address)',
  'transferOwnership(address)',
  'renounceOwnership()',
  'invalidate(bytes32)',
  'execTransactionFromModule(address,uint256,bytes,uint8)',
  'execTransactionFromModuleReturnData(address,uint256,bytes,uint8)',
];

/** The events by which a modifier announces that it changes. */
export const modifierAnnouncements: readonly Announcement[] = [
  'EnabledModule(address)',
  'DisabledModule(address)',
  'OwnershipTransferred(address,address)',
  'AvatarSet(address,address)',
  'TargetSet(address,address)',
  'ChangedGuard(address)',
].map(announcement);

/** @throws ReadError also where it has more than 200 modules. */
export async function readModifier(state: State, frame: Frame): Promise<Modifier> {
  const [owner, avatar, target, guard] = await Promise.all([
    askAddress(state, frame, 'owner'),
    askAddress(state, frame, 'avatar'),
    askAddress(state, frame, 'target'),
    offers(frame.code, 'getGuard()') ? askAddress(state, frame, 'getGuard') : zeroAddress,
  ]);
  const isSetUp = [owner, avatar, target].some((each) => each !== zeroAddress);
  const modules = isSetUp ? await modulesOf(state, frame) : [];
  return { isSetUp, owner, avatar, target, modules, guard };
}

/**
 * What holds of every modifier: its owner is in full control, its guard may refuse, and one that was never
 * set up is anyone's.
 */
export function modifierRules(
  { isSetUp, owner, guard }: Modifier,
  account: Address,
  chainId: number,
  rule: (grants: Rule['grants'], requires: Requirement, functions: readonly string[]) => Rule,
  usedByOwner: readonly string[],
): readonly Rule[] {
  const id = accountId(chainId, account);
  if (!isSetUp) {
    const because = 'it was never set up, so anyone may call setUp() and become its owner';
    return [rule(act(id), given(because), ['setUp(bytes)'])];
  }
  return [
    ...holders([owner], chainId).map((each) => rule(act(id), each, usedByOwner)),
    ...holders([guard], chainId).map((each) => rule(power(id, 'veto'), each, [])),
  ];
}

/** Control of each account, the zero address left out. */
export const holders = (accounts: readonly Address[], chainId: number): readonly Requirement[] =>
  accounts.filter((each) => each !== zeroAddress).map((each) => act(accountId(chainId, each)));

async function modulesOf(state: State, frame: Frame): Promise<readonly Address[]> {
  const [modules, next] = await askView(state, frame, abi, 'getModulesPaginated', [
    SENTINEL,
    BigInt(MAX_MODULES),
  ]);
  if (next === SENTINEL) return modules;
  throw new ReadError(`${frame.account} has more than ${MAX_MODULES} modules`);
}
