/** WazirX's wallet as it stood at block 20331564, put onto a local EVM. What is real: README.md. */
import type { Address } from 'viem';
import { type LocalChain, startLocalChain } from '../../test/support/local-chain.ts';
import { safeCode } from '../../test/support/safe-contracts.ts';
import { safeStorage } from '../../test/support/safe-storage.ts';
import { paysFor, WRITES_SLOT_0 } from '../../test/support/stand-ins.ts';
import { tokenOf } from '../../test/support/tokens.ts';

export const WALLET: Address = '0x27fD43BABfbe83a81d14665b1a6fB8030A60C9b4';
export const SINGLETON: Address = '0xd9Db270c1B5E3Bd161E8c8503c55cEABeE709552';
export const TROJAN: Address = '0xfbfFEF83b1C172fE3BC86C1CCB036AB9F3efCAF2';
export const BACKDOOR: Address = '0xEf279c2aB14960Aa319008cbEa384b9f8aC35fC6';
const USDT: Address = '0xdAC17F958D2ee523a2206206994597C13D831ec7';

export const LIMINAL: Address = '0xd967113224C354600B3151E27Aaba53e3034f372';
/** In the order of the list: five from its creation on, and one who was added in front. */
export const OWNERS: readonly Address[] = [
  LIMINAL,
  '0xfA54B4085811aef6ACf47D51B05FdA188DEAe28b',
  '0x9AF78003CecC2383d9D576A49c0C6b17fc34Ae34',
  '0xD83b89E261D02B0f2f9E384B44907f8d380E9AF0',
  '0x10F16CdE93f1bC9C38a9e31C8DB0eEb89a744824',
  '0xaE648f68823bc164CA3ad1f5f5dC0057d9d515aD',
];

/** Who deployed the trojan and the backdoor. */
export const THIEF: Address = '0x6EeDF92Fb92Dd68a270c3205e96DCCc527728066';

/** A local chain that stands where Ethereum stood one block before the seizure. */
export async function rebuild(): Promise<LocalChain> {
  const chain = await startLocalChain({
    chainId: 1,
    number: 20_331_564,
    timestamp: 1_721_283_539,
  });
  await chain.set({
    [SINGLETON]: { code: await safeCode('singleton 1.3.0') },
    [WALLET]: {
      code: await safeCode('proxy 1.3.0'),
      balance: 15_298n * 10n ** 18n,
      storage: safeStorage({ singleton: SINGLETON, owners: OWNERS, threshold: 4, nonce: 1718 }),
    },
    [USDT]: await tokenOf({ [WALLET]: 5_700_000n * 10n ** 6n }),
    [TROJAN]: { code: WRITES_SLOT_0 },
    [BACKDOOR]: { code: paysFor(THIEF) },
  });
  return chain;
}
