import { type Address, concat, type Hex, pad } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { slot } from '../../../../src/chains/evm/values.ts';
import { account } from '../../../support/accounts.ts';
import { type LocalChain, startLocalChain } from '../../../support/local-chain.ts';
import { OPAQUE_CODE } from '../../../support/opaque.ts';
import {
  codeRunBy,
  discoverOn,
  isReadInFull,
  key,
  kindsAt,
  opaque,
  stateOf,
  takers,
  ways,
} from '../../../support/read.ts';
import { SAFE, SINGLETON, safeAccounts } from '../../../support/safes.ts';

const IMPLEMENTATION = account(0x1167);

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({ [IMPLEMENTATION]: { code: OPAQUE_CODE } });
});

afterAll(() => chain.stop());

/** As `Clones` of OpenZeppelin and everyone else deploys it. */
const cloneOf = (implementation: Address): Hex =>
  concat(['0x363d3d373d3d3d363d73', implementation, '0x5af43d82803e903d91602b57fd5bf3']);

describe.each([
  ['EIP-1167 minimal proxy', '363d3d373d3d3d363d73', '5af43d82803e903d91602b57fd5bf3'],
  ['EIP-7511 minimal proxy', '365f5f375f5f365f73', '5af43d5f5f3e5f3d91602a57fd5bf3'],
  ['Solady minimal proxy', '3d3d3d3d363d3d37363d73', '5af43d3d93803e602a57fd5bf3'],
  ['Solady minimal proxy', '5f5f365f5f37365f73', '5af43d5f5f3e6029573d5ffd5b3d5ff3'],
  ['Vyper forwarder', '366000600037611000600036600073', '5af4602c57600080fd5b6110006000f3'],
])('%s', (kind, before, after) => {
  const clone = account(0x26);
  const cloned = (implementation: Address): Hex =>
    concat([`0x${before}`, implementation, `0x${after}`]);

  test('is known', async () => {
    await chain.set({ [clone]: { code: cloned(IMPLEMENTATION) } });
    const found = await discoverOn(chain, clone);
    expect(kindsAt(found, clone)).toEqual([kind]);
    expect(isReadInFull(found, clone)).toBe(true);
    expect(codeRunBy(found, clone)).toEqual([IMPLEMENTATION]);
  });

  test('does what it is said to do', async () => {
    const [echo, reverts] = [account(0x27), account(0x28)];
    await chain.set({
      // Returns its address, then what it was called with.
      [echo]: { code: '0x30600052366000602037366020016000f3' },
      [reverts]: { code: '0x60006000fd' },
    });
    await chain.set({ [clone]: { code: cloned(echo) } });
    const call = async () => await (await stateOf(chain)).call({ to: clone, data: '0xabcdef' });
    expect(await call()).toMatch(new RegExp(`^${pad(clone).toLowerCase()}abcdef`));
    await chain.set({ [clone]: { code: cloned(reverts) } });
    await expect(call()).rejects.toThrow(/revert/);
  });
});

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
  expect(takers(found, outer)).toEqual([opaque(IMPLEMENTATION)]);
});
