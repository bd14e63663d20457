import { concat, pad } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { slot } from '../../../../src/chains/evm/values.ts';
import { account } from '../../../support/accounts.ts';
import { cloneOf } from '../../../support/clone.ts';
import { type LocalChain, startLocalChain } from '../../../support/local-chain.ts';
import { OPAQUE_CODE } from '../../../support/opaque.ts';
import { discoverOn, key, kindsAt, opaque, takers, ways } from '../../../support/read.ts';
import { SAFE, SINGLETON, safeAccounts } from '../../../support/safes.ts';

const IMPLEMENTATION = account(0x1167);

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({ [IMPLEMENTATION]: { code: OPAQUE_CODE } });
});

afterAll(() => chain.stop());

test('what it runs is opaque unless a reader knows it', async () => {
  const clone = account(0x21);
  await chain.set({ [clone]: { code: cloneOf(IMPLEMENTATION) } });
  const found = await discoverOn(chain, clone);
  expect(kindsAt(found, clone)).toEqual(['EIP-1167 minimal proxy']);
  expect(takers(found, clone)).toEqual([opaque(IMPLEMENTATION)]);
});

test('what it runs is read on its own storage: a clone of a Safe is a Safe', async () => {
  const clone = account(0x22);
  const { [SAFE]: safe, ...singleton } = await safeAccounts('1.4.1');
  await chain.set({ ...singleton, [clone]: { ...safe, code: cloneOf(SINGLETON) } });
  const found = await discoverOn(chain, clone);
  expect(kindsAt(found, clone)).toEqual(['EIP-1167 minimal proxy', 'Safe 1.4.1']);
  expect(takers(found, clone)).toEqual(
    ways(
      [key(account(1)), key(account(2))],
      [key(account(1)), key(account(3))],
      [key(account(2)), key(account(3))],
    ),
  );
});

test('refuses code that begins like a minimal proxy and goes on', async () => {
  const longer = account(0x23);
  await chain.set({ [longer]: { code: concat([cloneOf(IMPLEMENTATION), '0x00']) } });
  const found = await discoverOn(chain, longer);
  expect(kindsAt(found, longer)).toEqual([]);
  expect(takers(found, longer)).toEqual([opaque(IMPLEMENTATION)]);
});

test('refuses a minimal proxy run by another: it is read as code on that storage, or not at all', async () => {
  const [outer, inner] = [account(0x24), account(0x25)];
  await chain.set({
    [outer]: { code: cloneOf(inner), storage: { [slot(0n)]: pad(IMPLEMENTATION) } },
    [inner]: { code: cloneOf(IMPLEMENTATION) },
  });
  const found = await discoverOn(chain, outer);
  expect(kindsAt(found, outer)).toEqual(['EIP-1167 minimal proxy']);
  expect(takers(found, outer)).toEqual([opaque(IMPLEMENTATION)]);
});
