/** What is written, and which of it the readers account for. */
import { type Address, type Hex, pad, zeroAddress } from 'viem';
import { storageRead } from '../chains/evm/evidence.ts';
import type { Frame } from '../chains/evm/reader.ts';
import { singletonVersion } from '../chains/evm/safe/code.ts';
import {
  approvedHashSlot,
  KNOWN_SLOTS,
  NONCE_SLOT,
  ownEntries,
} from '../chains/evm/safe/wallet.ts';
import type { MadeCall, Simulation } from '../chains/evm/simulation.ts';
import type { Overrides } from '../chains/evm/state.ts';
import { transfersIn } from '../chains/evm/transfers.ts';
import { addressOf, mappingSlot, slot } from '../chains/evm/values.ts';
import type { PowerMap } from '../map/map.ts';
import type { UnexplainedWrite } from './facts.ts';

/**
 * The accounts whose storage is written and that are not among `known`, but for tokens of which only
 * balances change: power over them may change.
 */
export function touchedAccounts(
  { writes, logs }: Simulation,
  calls: readonly MadeCall[],
  known: readonly Address[],
): readonly Address[] {
  // A node that does not tell what is written: whatever is called may be written to.
  const written =
    writes === null
      ? calls.filter(({ kind, data }) => kind === 'call' && data !== '0x').map(({ to }) => to)
      : Object.entries(writes)
          // Code that is new was nobody's before.
          .filter(([, { code, storage }]) => code === undefined && storage !== undefined)
          .map(([account]) => account as Address);
  return [...new Set(written)]
    .filter((account) => !known.includes(account))
    .filter((account) => !onlyMovesBalances(account, writes?.[account]?.storage ?? null, logs));
}

/** Where Solidity keeps balances: one of the first slots, behind the gaps of upgradeable contracts too. */
const BALANCE_MAPPINGS: readonly Hex[] = [
  ...Array.from({ length: 16 }, (_, index) => slot(BigInt(index))),
  slot(51n),
  slot(101n),
  slot(151n),
  // OpenZeppelin 5, upgradeable (ERC-7201: openzeppelin.storage.ERC20).
  '0x52c63247e1f47db19d5ce0460030c497f067ca4cebf71ba98eeadabe20bace00',
];

/** Of a token with more of them, power is looked at all the same. */
const MAX_PARTIES = 500;

/** Whether all that is written in a token are the balances of those between whom it logs transfers. */
function onlyMovesBalances(
  token: Address,
  storage: Readonly<Record<Hex, Hex>> | null,
  logs: Simulation['logs'],
): boolean {
  if (storage === null) return false;
  const written = Object.keys(storage);
  const parties = new Set(
    logs
      .filter(({ account }) => account === token)
      .flatMap(transfersIn)
      .flatMap(({ from, to }) => [from, to])
      .filter((party) => party !== zeroAddress),
  );
  if (parties.size > MAX_PARTIES) return false;
  return BALANCE_MAPPINGS.some((mapping) => {
    const balances = new Set<string>([...parties].map((party) => mappingSlot(party, mapping)));
    return written.every((each) => balances.has(each));
  });
}

/**
 * The words written in accounts that hold power, or that power is over, which no rule rests on: those
 * that are addresses, and in a Safe, whose storage is known, all of them. What code that is read in full
 * writes to its own storage is left out: all of it that power rests on was read again.
 */
export function unexplainedWrites(
  { writes }: Simulation,
  pretended: Overrides,
  calls: readonly MadeCall[],
  maps: readonly PowerMap[],
): readonly UnexplainedWrite[] {
  const reads = new Set(
    maps.flatMap(({ rules }) => rules).flatMap(({ evidence }) => evidence.map(({ read }) => read)),
  );
  const frames = maps.flatMap(({ found }) => found).map(({ frame }) => frame);
  const accounts = [...new Set(frames.map(({ account }) => account))].filter(
    (account) => isWrittenByOthers(account, calls, frames) || isPartlyUnread(account, maps),
  );
  const approved = new Set<string>(
    calls
      .filter(({ data }) => data.startsWith(APPROVE_HASH))
      .map(({ from, data }) => approvedHashSlot(from, `0x${data.slice(10, 74)}`)),
  );
  return accounts.flatMap((account) => {
    const isSafe = frames.some(
      (frame) => frame.account === account && singletonVersion(frame.codeHash) !== undefined,
    );
    const entries = new Map(isSafe ? ownEntries(addressesIn(calls)) : []);
    const under = pretended[account]?.storage ?? {};
    return (
      Object.entries(writes?.[account]?.storage ?? {})
        .map(([at, value]) => ({ account, slot: at as Hex, value: value as Hex }))
        // Some nodes tell of what was only pretended as if it were cleared.
        .filter(({ slot: at, value }) => !(at in under && BigInt(value) === 0n))
        .filter(({ slot: at }) => !reads.has(storageRead(account, at)))
        .filter(({ slot: at, value }) =>
          isSafe ? !KNOWN_SLOTS.has(at) && !approved.has(at) : isAddressWord(value),
        )
        .map((write) => ({
          ...write,
          enters: BigInt(write.value) === 0n ? null : (entries.get(write.slot) ?? null),
        }))
    );
  });
}

/** The accounts on whose storage other code than their own ran. */
export const writtenByOthers = (
  calls: readonly MadeCall[],
  { found }: PowerMap,
): readonly Address[] => {
  const frames = found.map(({ frame }) => frame);
  return [...new Set(frames.map(({ account }) => account))].filter((account) =>
    isWrittenByOthers(account, calls, frames),
  );
};

/** Whether other code than an account's own ran on its storage. */
const isWrittenByOthers = (
  account: Address,
  calls: readonly MadeCall[],
  frames: readonly Frame[],
): boolean =>
  calls.some(
    ({ kind, from, to }) =>
      kind === 'delegatecall' &&
      from === account &&
      !frames.some((frame) => frame.account === account && frame.codeAt === to),
  );

const isPartlyUnread = (account: Address, maps: readonly PowerMap[]): boolean =>
  maps.some(({ unread }) => unread.some((each) => each.account.endsWith(account)));

/** Whether anything in a Safe is written besides its nonce; also where the node does not tell. */
export const isRewritten = (safe: Address, { writes }: Simulation, pretended: Overrides): boolean =>
  writes === null ||
  Object.keys(writes[safe]?.storage ?? {}).some(
    (at) => at !== NONCE_SLOT && pretended[safe]?.storage?.[at as Hex] === undefined,
  );

/** Words of calldata that may be addresses. */
function addressesIn(calls: readonly MadeCall[]): readonly Address[] {
  const words = calls.flatMap(({ data }) => data.slice(10).match(/.{64}/g) ?? []);
  const addresses = words.filter((word) => /^0{24}(?!0{24})/.test(word));
  return [...new Set(addresses)].slice(0, MAX_ADDRESSES).map((word) => addressOf(`0x${word}`));
}

/** So many addresses of calldata are looked for where a Safe keeps its owners and modules. */
const MAX_ADDRESSES = 500;

/** `approveHash(bytes32)`. */
const APPROVE_HASH = '0xd4d9bdcd';

/** An address in a word of its own; small numbers are none that anyone has. */
const isAddressWord = (value: Hex): boolean =>
  pad(addressOf(value)).toLowerCase() === value && BigInt(value) >= 1n << 64n;
