/** Safes on a local chain. */
import type { Address } from 'viem';
import type { AccountOverride } from '../../src/chains/evm/state.ts';
import { account, OWNERS } from './accounts.ts';
import { type SafeContract, safeCode } from './safe-contracts.ts';
import { type SafeSetup, safeStorage } from './safe-storage.ts';

export const SAFE: Address = account(0x5afe);
export const SINGLETON: Address = account(0x51);

export const ETHER = 10n ** 18n;

/** A Safe of 2 of 3 owners, with 100 ether, unless said otherwise; its singleton beside it. */
export async function safeAccounts(
  version: '1.1.1' | '1.3.0' | '1.4.1' | '1.5.0',
  setup: Partial<SafeSetup> = {},
  at: Address = SAFE,
): Promise<Record<Address, AccountOverride>> {
  const proxy: SafeContract = `proxy ${version}`;
  const singleton: SafeContract = `singleton ${version}`;
  return {
    [SINGLETON]: { code: await safeCode(singleton) },
    [at]: {
      code: await safeCode(proxy),
      balance: 100n * ETHER,
      storage: safeStorage({
        singleton: SINGLETON,
        owners: OWNERS.slice(0, 3),
        threshold: 2,
        ...setup,
      }),
    },
  };
}
