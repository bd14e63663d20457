/** Every read of a state, kept as evidence. */
import { type Address, type Hex, trim } from 'viem';
import type { Evidence } from '../../power/model.ts';
import { hashOfCode } from './code-cache.ts';
import type { State } from './state.ts';
import { addressOf } from './values.ts';

/** A value, and the reads that it rests on. */
export interface Observed<T> {
  readonly value: T;
  readonly evidence: readonly Evidence[];
}

/** Runs `reading` on a view of `state` that keeps every read it makes, in the order it made them. */
export async function observe<T>(
  state: State,
  reading: (state: State) => Promise<T>,
): Promise<Observed<T>> {
  const kept: { read: string; value: string }[] = [];
  const keep = async <A>(read: string, answer: Promise<A>, show: (answer: A) => string) => {
    const entry = { read, value: '' };
    kept.push(entry);
    const given = await answer;
    entry.value = show(given);
    return given;
  };
  const value = await reading({
    chainId: state.chainId,
    block: state.block,
    storage: (account, slot) =>
      keep(storageRead(account, slot), state.storage(account, slot), (word) => word),
    code: (account) => keep(`code hash ${account}`, state.code(account), codeHash),
    balance: (account) => keep(`balance ${account}`, state.balance(account), (wei) => `${wei} wei`),
    call: (call, overrides) =>
      keep(`call ${call.to} ${call.data}`, state.call(call, overrides), (data) => data),
    logs: (filter) =>
      keep(
        `logs ${filter.account} ${filter.topics.map((topic) => topic ?? '*').join(' ')}`,
        state.logs(filter),
        (logs) => `${logs.length} logs`,
      ),
  });
  return { value, evidence: kept };
}

/** How a read of storage is named. */
export const storageRead = (account: Address, slot: Hex): string =>
  `storage ${account} slot ${trim(slot)}`;

/** The address that a storage slot of an account holds. */
export const observeAddress = (
  state: State,
  account: Address,
  slot: Hex,
): Promise<Observed<Address>> =>
  observe(state, async (view) => addressOf(await view.storage(account, slot)));

/** Code is named by its hash: the bytes would fill pages. */
const codeHash = (code: Hex): string => (code === '0x' ? 'no code' : hashOfCode(code));
