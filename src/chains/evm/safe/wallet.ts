/** A Safe as its storage has it: owners, threshold, modules, guards, fallback handler, nonce. */
import {
  type Address,
  encodeFunctionData,
  type Hex,
  keccak256,
  parseAbi,
  toFunctionSelector,
  toHex,
  zeroAddress,
} from 'viem';
import { ReadError } from '../../../errors.ts';
import { callHint, codeHint, type ReadsAhead, storageHint } from '../ahead.ts';
import { hashOfCode } from '../code-cache.ts';
import { type Observed, observe, observeAddress } from '../evidence.ts';
import type { Frame } from '../reader.ts';
import type { State } from '../state.ts';
import { addressOf, mappingSlot, slot } from '../values.ts';
import { askView } from '../view-function.ts';
import {
  atLeastVersion,
  isKnownHandler,
  isSafeProxy,
  type SafeVersion,
  singletonVersion,
  versionCalled,
} from './code.ts';

/** The storage of a Safe; one layout from 1.0.0 on. */
const SINGLETON_SLOT = slot(0n);
const MODULES_SLOT = 1n;
const OWNERS_SLOT = 2n;
const OWNER_COUNT_SLOT = slot(3n);
const THRESHOLD_SLOT = slot(4n);
export const NONCE_SLOT: Hex = slot(5n);
const APPROVED_HASHES_SLOT = 8n;
const HANDLER_SLOT = keccak256(toHex('fallback_manager.handler.address'));
const GUARD_SLOT = keccak256(toHex('guard_manager.guard.address'));
const MODULE_GUARD_SLOT = keccak256(toHex('module_manager.module_guard.address'));

/** The head of Safe's linked lists. */
const SENTINEL: Address = '0x0000000000000000000000000000000000000001';
const GET_OWNERS = toFunctionSelector('getOwners()');
/** Its first page, which is all of them in practice. */
const GET_MODULES = encodeFunctionData({
  abi: parseAbi(['function getModulesPaginated(address start, uint256 pageSize) view']),
  args: [SENTINEL, 50n],
});

/** Longer lists are refused: no real Safe comes near, and an endless one must end. */
const MAX_LIST = 200;

/** What a Safe's storage says about power over it. */
export interface SafeWallet {
  readonly version: SafeVersion;
  readonly owners: Observed<readonly Address[]>;
  readonly threshold: Observed<number>;
  readonly modules: Observed<readonly Address[]>;
  readonly nonce: Observed<bigint>;
  readonly guard: Observed<Address>;
  readonly moduleGuard: Observed<Address>;
  readonly handler: Observed<Address>;
  readonly handlerIsKnown: Observed<boolean>;
}

/**
 * Reads a Safe's storage.
 *
 * @throws ReadError also where a list of owners or modules is broken or longer than 200.
 */
export async function readSafe(
  account: Address,
  version: SafeVersion,
  state: State,
): Promise<SafeWallet> {
  const addressAt = (at: Hex) => observeAddress(state, account, at);
  const numberAt = (at: Hex) =>
    observe(state, async (view) => BigInt(await view.storage(account, at)));
  const listAt = (at: bigint) => observe(state, (view) => linkedList(view, account, at));
  const [owners, modules, threshold, nonce, handler, guard, moduleGuard] = await Promise.all([
    listAt(OWNERS_SLOT),
    listAt(MODULES_SLOT),
    numberAt(THRESHOLD_SLOT),
    numberAt(NONCE_SLOT),
    atLeastVersion(version, '1.1.1') ? addressAt(HANDLER_SLOT) : absent,
    atLeastVersion(version, '1.3.0') ? addressAt(GUARD_SLOT) : absent,
    atLeastVersion(version, '1.5.0') ? addressAt(MODULE_GUARD_SLOT) : absent,
  ]);
  const handlerIsKnown = await observe(state, async (view) => {
    if (handler.value === zeroAddress) return true;
    // An account without code is not known, either: code may come to stand there.
    return isKnownHandler(await view.code(handler.value));
  });
  return {
    version,
    owners,
    modules,
    threshold: { ...threshold, value: countable(threshold.value) },
    nonce,
    handler,
    handlerIsKnown,
    guard,
    moduleGuard,
  };
}

/**
 * What runs at each module that a Safe has enabled, of those whose code `isMeant`; none where the frame
 * is no Safe. Many Safes share a module of the kinds that are read so: only a Safe says whose it is.
 */
export async function modulesOfSafe(
  { account, codeHash }: Frame,
  state: State,
  isMeant: (code: Hex) => boolean,
): Promise<readonly Frame[]> {
  if (singletonVersion(codeHash) === undefined) return [];
  const modules = await linkedList(state, account, MODULES_SLOT);
  const codes = await Promise.all(modules.map((module) => state.code(module)));
  return modules
    .map((module, index) => ({ module, code: codes[index] ?? '0x' }))
    .filter(({ code }) => isMeant(code))
    .map(({ module, code }) => ({
      account: module,
      codeAt: module,
      code,
      codeHash: keccak256(code),
    }));
}

/**
 * What is likely to be read of a Safe. Its lists are walked one by one; what its getters say of them
 * only says which slots to read ahead.
 */
export const safeReadsAhead: ReadsAhead = (account) => {
  const membersAhead = (mapping: bigint) => (answer: Hex) =>
    wordsOf(answer).map((word) =>
      storageHint(account, mappingSlot(addressOf(word), slot(mapping))),
    );
  return [
    ...[THRESHOLD_SLOT, NONCE_SLOT, GUARD_SLOT, MODULE_GUARD_SLOT].map((at) =>
      storageHint(account, at),
    ),
    storageHint(account, HANDLER_SLOT, (handler) => [codeHint(addressOf(handler))]),
    storageHint(account, mappingSlot(SENTINEL, slot(OWNERS_SLOT))),
    storageHint(account, mappingSlot(SENTINEL, slot(MODULES_SLOT))),
    ...['VERSION()', 'getThreshold()', 'nonce()'].map((getter) =>
      callHint(account, toFunctionSelector(getter)),
    ),
    callHint(account, GET_OWNERS, membersAhead(OWNERS_SLOT)),
    callHint(account, GET_MODULES, membersAhead(MODULES_SLOT)),
  ];
};

/** The words of an answer that could be members of a list. */
const wordsOf = (answer: Hex): readonly Hex[] =>
  (answer.slice(2).match(/.{64}/g) ?? [])
    .slice(0, MAX_LIST)
    .filter((word) => /^0{24}(?!0{32})/.test(word))
    .map((word): Hex => `0x${word}`);

/** A threshold as a number: any that is larger than the longest list is as far out of reach. */
const countable = (threshold: bigint): number =>
  threshold > BigInt(MAX_LIST) ? MAX_LIST + 1 : Number(threshold);

/** Finds the Safe that runs at an account, in the frames that discovery read; `null` where none does. */
export async function findSafe(
  frames: readonly Frame[],
  account: Address,
  state: State,
): Promise<SafeWallet | null> {
  for (const frame of frames) {
    const version = singletonVersion(frame.codeHash);
    if (frame.account === account && version !== undefined) {
      return await readSafe(account, version, state);
    }
  }
  return null;
}

/** What a Safe's own getters say. */
export interface LikelySafe {
  readonly version: SafeVersion;
  readonly owners: readonly Address[];
  readonly threshold: number;
  readonly nonce: bigint;
}

const getters = parseAbi([
  'function VERSION() view returns (string)',
  'function getOwners() view returns (address[])',
  'function getThreshold() view returns (uint256)',
  'function nonce() view returns (uint256)',
]);

/**
 * What an account says of itself as a Safe does. That is no more than likely, since any code may say so.
 *
 * @throws ReadError it does not answer as a Safe does.
 */
export async function likelySafe(account: Address, state: State): Promise<LikelySafe> {
  const [name, owners, threshold, nonce] = await Promise.all([
    askView(state, account, getters, 'VERSION', []),
    askView(state, account, getters, 'getOwners', []),
    askView(state, account, getters, 'getThreshold', []),
    askView(state, account, getters, 'nonce', []),
  ]);
  const version = versionCalled(name);
  if (version === undefined || owners.length > MAX_LIST) {
    throw new ReadError(`${account} does not say that it is a Safe`);
  }
  return { version, owners, threshold: countable(threshold), nonce };
}

/** Reads the Safe that runs behind Safe's own proxy, as nearly all do; `null` where none does. */
export async function safeBehindProxy(account: Address, state: State): Promise<SafeWallet | null> {
  if (!isSafeProxy(hashOfCode(await state.code(account)))) return null;
  const singleton = addressOf(await state.storage(account, SINGLETON_SLOT));
  const version = singletonVersion(hashOfCode(await state.code(singleton)));
  return version === undefined ? null : await readSafe(account, version, state);
}

/** The words of a Safe that are read by themselves, or follow from what is read. */
export const KNOWN_SLOTS: ReadonlySet<Hex> = new Set([
  OWNER_COUNT_SLOT,
  NONCE_SLOT,
  HANDLER_SLOT,
  GUARD_SLOT,
  MODULE_GUARD_SLOT,
]);

/** Where a Safe keeps that someone is an owner or a module of it. */
export const ownEntries = (
  members: readonly Address[],
): readonly (readonly [slot: Hex, entry: OwnEntry])[] =>
  members.flatMap((member) => [
    [mappingSlot(member, slot(OWNERS_SLOT)), { member, as: 'owner' }] as const,
    [mappingSlot(member, slot(MODULES_SLOT)), { member, as: 'module' }] as const,
  ]);

/** Whom a Safe has as what. */
export interface OwnEntry {
  readonly member: Address;
  readonly as: 'owner' | 'module';
}

/** The slot that says whether `owner` approved `hash` on chain. */
export function approvedHashSlot(owner: Address, hash: Hex): Hex {
  return mappingSlot(hash, mappingSlot(owner, slot(APPROVED_HASHES_SLOT)));
}

/** Functions of a Safe that name other code for it to run, and where they write which. */
const OWN_CODE_SLOTS: ReadonlyMap<string, Hex> = new Map([
  [toFunctionSelector('setFallbackHandler(address)'), HANDLER_SLOT],
  [toFunctionSelector('changeMasterCopy(address)'), SINGLETON_SLOT],
]);

/** The word that a Safe writes where it calls itself with `data` to run other code; `null` for all else. */
export const ownCodeSlot = (data: Hex): Hex | null => OWN_CODE_SLOTS.get(data.slice(0, 10)) ?? null;

/**
 * The functions by which a Safe changes who acts for it and who may veto. Its code and its handler are
 * not among them: what a new one does differently does not show in that.
 */
const OWN_POWER_SELECTORS: ReadonlySet<string> = new Set(
  [
    'addOwnerWithThreshold(address,uint256)',
    'removeOwner(address,address,uint256)',
    'swapOwner(address,address,address)',
    'changeThreshold(uint256)',
    'enableModule(address)',
    'disableModule(address,address)',
    'setGuard(address)',
    'setModuleGuard(address)',
  ].map((signature) => toFunctionSelector(signature)),
);

/** Whether a Safe that calls itself with `data` does no more than change who acts for it, or may veto. */
export const changesOwnPower = (data: Hex): boolean => OWN_POWER_SELECTORS.has(data.slice(0, 10));

const absent: Observed<Address> = { value: zeroAddress, evidence: [] };

/** A mapping from each member to the next, from the sentinel round to the sentinel. */
async function linkedList(
  state: State,
  account: Address,
  mapping: bigint,
): Promise<readonly Address[]> {
  const members: Address[] = [];
  let next = SENTINEL;
  do {
    next = addressOf(await state.storage(account, mappingSlot(next, slot(mapping))));
    // Before 1.1.0 a Safe without modules had no list at all.
    if (next === SENTINEL || (next === zeroAddress && members.length === 0)) return members;
    if (next === zeroAddress || members.includes(next)) {
      throw new ReadError(`the list in slot ${mapping} of ${account} does not close`);
    }
    members.push(next);
  } while (members.length <= MAX_LIST);
  throw new ReadError(`the list in slot ${mapping} of ${account} is longer than ${MAX_LIST}`);
}
