/** Bybit's wallet as it stood at block 21895237, put onto a local EVM. What is real: README.md. */
import type { Address } from 'viem';
import { type LocalChain, startLocalChain } from '../../test/support/local-chain.ts';
import { safeCode } from '../../test/support/safe-contracts.ts';
import { safeStorage } from '../../test/support/safe-storage.ts';
import { paysFor, WRITES_SLOT_0 } from '../../test/support/stand-ins.ts';

export const WALLET: Address = '0x1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4';
const SINGLETON: Address = '0x34CfAC646f301356fAa8B21e94227e3583Fe3F5F';
const TROJAN: Address = '0x96221423681A6d52E184D440a8eFCEbB105C7242';
export const BACKDOOR: Address = '0xbDd077f651EBe7f7b3cE16fe5F2b025BE2969516';

/** The set is proven; the order of the last three is not. */
export const OWNERS: readonly Address[] = [
  '0x1F4EB0a903619ac168b19A82F1a6e2e426522211',
  '0x828424517F9F04015db02169f4026D57B2B07229',
  '0x3Cc3A225769900e003E264dd4CB43E90896BC21A',
  '0x2cDD560058D5ac32dc416AAa09Eaf93230c0B7B3',
  '0xD367f8322b64F29faF71dDB5c1877dC9ED6EC644',
  '0xe3dF2cCEAc61B1aFA311372ecC5B40A3A6585a9E',
];

const BALANCE = 401_346_768_858_404_671_846_374n;

/** The account that is written into the real backdoor, three times. */
export const THIEF: Address = '0x0fa09C3A328792253f8dee7116848723b72a6d2e';

/** A local chain that stands where Ethereum stood 12 seconds before the seizure. */
export async function rebuild(): Promise<LocalChain> {
  const chain = await startLocalChain({
    chainId: 1,
    number: 21_895_237,
    timestamp: 1_740_147_203,
  });
  await chain.set({
    [SINGLETON]: { code: await safeCode('singleton 1.1.1') },
    [WALLET]: {
      code: await safeCode('proxy 1.1.1'),
      balance: BALANCE,
      storage: safeStorage({
        singleton: SINGLETON,
        owners: OWNERS,
        threshold: 3,
        nonce: 71,
        domainSeparator: '0xb3ded2bdbff5db1a87f6d551fa256e9f2bd6517a3bb84f4c2ea863fb3a559622',
      }),
    },
    [TROJAN]: { code: WRITES_SLOT_0 },
    [BACKDOOR]: { code: paysFor(THIEF) },
  });
  return chain;
}
