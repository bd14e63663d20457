/** A state with changes on top: what the chain would hold after a transaction. */
import type { Address, Hex } from 'viem';
import type { AccountOverride, Log, LogFilter, Overrides, State } from './state.ts';

/**
 * `base` with `changes` on top, and `logs` after its own. Accounts and slots that the changes do not
 * name are read from `base`; calls run on `base` with the changes as state overrides, which the node
 * must offer.
 */
export function overlay(base: State, changes: Overrides, logs: readonly Log[] = []): State {
  return {
    chainId: base.chainId,
    block: base.block,
    storage: async (account, slot) =>
      changes[account]?.storage?.[slot] ?? (await base.storage(account, slot)),
    code: async (account) => changes[account]?.code ?? (await base.code(account)),
    balance: async (account) => changes[account]?.balance ?? (await base.balance(account)),
    call: (call, overrides = {}) => base.call(call, merge(changes, overrides)),
    logs: (filter) => withLogs(base, logs, filter),
  };
}

/** The logs of `base`, then those of `later`, that a filter asks for. */
export async function withLogs(
  base: State,
  later: readonly Log[],
  filter: LogFilter,
): Promise<readonly Log[]> {
  const isAsked = ({ account, topics }: Log): boolean =>
    account === filter.account &&
    filter.topics.every((topic, index) => topic === null || topic === topics[index]);
  return [...(await base.logs(filter)), ...later.filter(isAsked)];
}

/** Two sets of changes as one; `over` wins. */
export function merge(under: Overrides, over: Overrides): Overrides {
  const accounts = new Set([...Object.keys(under), ...Object.keys(over)] as Address[]);
  return Object.fromEntries(
    [...accounts].map((account): [Address, AccountOverride] => {
      const storage: Record<Hex, Hex> = { ...under[account]?.storage, ...over[account]?.storage };
      const merged = { ...under[account], ...over[account] };
      return [account, Object.keys(storage).length === 0 ? merged : { ...merged, storage }];
    }),
  );
}
