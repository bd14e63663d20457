/** A wallet as UXLINK's may have been, put onto a local EVM. What is real: README.md. */
import type { Address } from 'viem';
import { account } from '../../test/support/accounts.ts';
import { type LocalChain, startLocalChain } from '../../test/support/local-chain.ts';
import { safeCode } from '../../test/support/safe-contracts.ts';
import { safeStorage } from '../../test/support/safe-storage.ts';

const SINGLETON: Address = '0xd9Db270c1B5E3Bd161E8c8503c55cEABeE709552';
const MULTISEND: Address = '0x40A2aCCbd92BCA938b02010E17A5b8929b49130D';
/** Whom the wallet was given to. */
export const THIEF: Address = '0x2EF43c1D0c88C071d242B6c2D0430e1751607B87';

/** Nobody's: neither the wallet nor its owners are known. */
export const SAFE: Address = account(0x5afe);
export const OWNERS: readonly Address[] = [1, 2, 3].map(account);

/** A local chain that stands where Ethereum stood on that day, more or less. */
export async function rebuild(): Promise<LocalChain> {
  const chain = await startLocalChain({
    chainId: 1,
    number: 23_421_000,
    timestamp: 1_758_549_599,
  });
  await chain.set({
    [SINGLETON]: { code: await safeCode('singleton 1.3.0') },
    [MULTISEND]: { code: await safeCode('MultiSend 1.3.0') },
    [SAFE]: {
      code: await safeCode('proxy 1.3.0'),
      balance: 25_270_000_000_000_000_000n,
      storage: safeStorage({ singleton: SINGLETON, owners: OWNERS, threshold: 2 }),
    },
  });
  return chain;
}
