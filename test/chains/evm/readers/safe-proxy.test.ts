import { type Hex, keccak256, pad } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isSafeProxy } from '../../../../src/chains/evm/safe/code.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { account } from '../../../support/accounts.ts';
import { type LocalChain, startLocalChain } from '../../../support/local-chain.ts';
import { OPAQUE_CODE } from '../../../support/opaque.ts';
import { discoverOn, kindsAt, opaque, takers } from '../../../support/read.ts';
import { type SafeContract, safeCode } from '../../../support/safe-contracts.ts';

const PROXY = account(1);
const IMPLEMENTATION = account(2);

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

test.each([
  'proxy 1.0.0',
  'proxy 1.1.1',
  'proxy 1.2.0',
  'proxy 1.3.0',
  'proxy 1.4.1',
  'proxy 1.5.0',
] satisfies SafeContract[])('the published code of %s is known', async (name) => {
  expect(isSafeProxy(keccak256(await safeCode(name)))).toBe(true);
});

test('the code that it runs is read on its own storage', async () => {
  await chain.set({
    [PROXY]: {
      code: await safeCode('proxy 1.4.1'),
      storage: { [slot(0n)]: pad(IMPLEMENTATION) },
    },
    [IMPLEMENTATION]: { code: OPAQUE_CODE },
  });
  const found = await discoverOn(chain, PROXY);
  expect(kindsAt(found, PROXY)).toEqual(['Safe proxy']);
  expect(takers(found, PROXY)).toEqual([opaque(IMPLEMENTATION)]);
});

test('refuses a proxy of another make that also keeps its implementation in slot 0', async () => {
  // Delegates to slot 0 as Safe's does, after a back door: CALLER is compared with a constant.
  const other: Hex = '0x3373000000000000000000000000000000000000dead14600057600080';
  await chain.set({ [PROXY]: { code: other, storage: { [slot(0n)]: pad(IMPLEMENTATION) } } });
  const found = await discoverOn(chain, PROXY);
  expect(kindsAt(found, PROXY)).toEqual([]);
});
