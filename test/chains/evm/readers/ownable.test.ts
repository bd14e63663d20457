import type { Hex } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { account } from '../../../support/accounts.ts';
import { compile } from '../../../support/compile.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { discoverOn, key, kindsAt, opaque, stateOf, takers, ways } from '../../../support/read.ts';
import { SAFE, safeAccounts } from '../../../support/safes.ts';

const [DEPLOYER, OWNER, NEXT, IMPLEMENTATION] = [
  account(11),
  account(12),
  account(13),
  account(14),
];

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({ [IMPLEMENTATION]: { code: '0x00' } });
});

afterAll(() => chain.stop());

/** OpenZeppelin's Ownable, with nothing else to it. */
const ownedBy = (owner: `0x${string}`) =>
  deployCompiled(
    chain,
    DEPLOYER,
    compile(
      'Owned',
      `import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
      contract Owned is Ownable { constructor(address owner) Ownable(owner) {} }`,
    ),
    [owner],
  );

test('the owner acts, and the rest of the code stays opaque', async () => {
  const contract = await ownedBy(OWNER);
  const found = await discoverOn(chain, contract);
  expect(kindsAt(found, contract)).toEqual(['Ownable']);
  expect(takers(found, contract)).toEqual(ways([key(OWNER)], [opaque(contract)]));
  expect(found.unread).toEqual([
    { account: `eip155:1:${contract}`, reason: 'read only in part, as Ownable' },
  ]);
  const rule = found.rules.find(({ reader }) => reader === 'ownable');
  expect(rule?.evidence.map(({ read }) => read)).toEqual([
    `code hash ${contract}`,
    `call ${contract} 0x8da5cb5b`,
  ]);
});

test('an owner that is a Safe is opened', async () => {
  await chain.set(await safeAccounts('1.4.1'));
  const contract = await ownedBy(SAFE);
  expect(takers(await discoverOn(chain, contract), contract)).toEqual(
    ways(
      [opaque(contract)],
      [key(account(1)), key(account(2))],
      [key(account(1)), key(account(3))],
      [key(account(2)), key(account(3))],
    ),
  );
});

test('a new owner is read, and a renounced one is no one', async () => {
  const contract = await ownedBy(OWNER);
  await send(chain, OWNER, { to: contract, data: `0xf2fde38b${slot(BigInt(NEXT)).slice(2)}` });
  expect(takers(await discoverOn(chain, contract), contract)).toContain(key(NEXT));
  await send(chain, NEXT, { to: contract, data: '0x715018a6' });
  const renounced = await discoverOn(chain, contract);
  expect(takers(renounced, contract)).toEqual([opaque(contract)]);
});

test('whoever was offered the ownership in two steps has its power already', async () => {
  const twoStep = compile(
    'Treasury',
    `import '@openzeppelin/contracts/access/Ownable2Step.sol';
    contract Treasury is Ownable2Step { constructor(address owner) Ownable(owner) {} }`,
  );
  const contract = await deployCompiled(chain, DEPLOYER, twoStep, [OWNER]);
  expect(kindsAt(await discoverOn(chain, contract), contract)).toEqual(['Ownable2Step']);
  await send(chain, OWNER, { to: contract, data: `0xf2fde38b${slot(BigInt(NEXT)).slice(2)}` });
  expect(takers(await discoverOn(chain, contract), contract)).toEqual(
    ways([opaque(contract)], [key(OWNER)], [key(NEXT)]),
  );
  await send(chain, NEXT, { to: contract, data: '0x79ba5097' });
  expect(takers(await discoverOn(chain, contract), contract)).toEqual(
    ways([opaque(contract)], [key(NEXT)]),
  );
});

test('it is read on a state that is only simulated', async () => {
  const contract = await ownedBy(OWNER);
  const after = overlay(await stateOf(chain), {
    [contract]: { storage: { [slot(0n)]: slot(BigInt(NEXT)) } },
  });
  expect(takers(await discover(after, [contract], readers), contract)).toContain(key(NEXT));
});

test('an owner() that reverts is unread, with the reason', async () => {
  const at = account(20);
  await chain.set({ [at]: { code: '0x60006000fd638da5cb5b63f2fde38b' } });
  const found = await discoverOn(chain, at);
  expect(takers(found, at)).toEqual([opaque(at)]);
  expect(found.unread[0]?.reason).toMatch(/^its owner could not be read: .*revert/);
});

describe('refuses', () => {
  /** Returns one word for every call; then the two selectors, as data that is never run. */
  const returning = (word: Hex, ...selectors: readonly string[]): Hex =>
    `0x7f${word.slice(2)}60005260206000f3${selectors.map((each) => `63${each}`).join('')}`;

  test('a contract with owner() but without transferOwnership()', async () => {
    const at = account(21);
    await chain.set({ [at]: { code: returning(slot(BigInt(OWNER)), '8da5cb5b') } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('a contract whose owner() answers with something that is no address', async () => {
    const at = account(22);
    const noAddress: Hex = `0x${'ff'.repeat(32)}`;
    await chain.set({ [at]: { code: returning(noAddress, '8da5cb5b', 'f2fde38b') } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });
});
