/** A state with changes on top: what the chain would hold after a transaction. */
import type { Address, Hex } from 'viem';
import type { AccountOverride, Overrides, State } from './state.ts';

/**
 * `base` with `changes` on top. Accounts and slots that the changes do not name are read from `base`;
 * calls run on `base` with the changes as state overrides, which the node must offer. Logs are those
 * of `base`: what the changes would emit is not a read of the chain.
 */
export function overlay(base: State, changes: Overrides): State {
  return {
    chainId: base.chainId,
    block: base.block,
    storage: async (account, slot) =>
      changes[account]?.storage?.[slot] ?? (await base.storage(account, slot)),
    code: async (account) => changes[account]?.code ?? (await base.code(account)),
    balance: async (account) => changes[account]?.balance ?? (await base.balance(account)),
    call: (call, overrides = {}) => base.call(call, merge(changes, overrides)),
    logs: (filter) => base.logs(filter),
  };
}

/** Two sets of changes as one; `over` wins. */
function merge(under: Overrides, over: Overrides): Overrides {
  const accounts = new Set([...Object.keys(under), ...Object.keys(over)] as Address[]);
  return Object.fromEntries(
    [...accounts].map((account): [Address, AccountOverride] => {
      const storage: Record<Hex, Hex> = { ...under[account]?.storage, ...over[account]?.storage };
      const merged = { ...under[account], ...over[account] };
      return [account, Object.keys(storage).length === 0 ? merged : { ...merged, storage }];
    }),
  );
}
