import type { Address, Hex } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Discovery, discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { coalitions } from '../../../../src/power/coalitions.ts';
import { nodeId, power, role } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { compile } from '../../../support/compile.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { discoverOn, key, kindsAt, stateOf, ways } from '../../../support/read.ts';
import { SAFE, safeAccounts } from '../../../support/safes.ts';

const [DEPLOYER, OWNER, NEXT] = [account(11), account(12), account(13)];

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

/** OpenZeppelin's Ownable, with one function for the owner. */
const ownedBy = (owner: Address) =>
  deployCompiled(
    chain,
    DEPLOYER,
    compile(
      'Owned',
      `import '@openzeppelin/contracts/access/Ownable.sol';
      contract Owned is Ownable { uint256 public fee; constructor(address owner) Ownable(owner) {}
      function setFee(uint256 to) external onlyOwner { fee = to; } }`,
    ),
    [owner],
  );

const roleOf = (contract: Address, name: string) => role(`eip155:1:${contract}`, name);

const holders = (found: Discovery, contract: Address) =>
  ways(...coalitions(found.rules, roleOf(contract, 'owner')).list.map((c) => c.leaves.map(nodeId)));

test('the owner is the owner, and the bytecode says of what', async () => {
  const contract = await ownedBy(OWNER);
  const found = await discoverOn(chain, contract);
  expect(kindsAt(found, contract)).toEqual(['Ownable']);
  expect(found.unread).toEqual([]);
  expect(holders(found, contract)).toEqual([key(OWNER)]);
  const rule = found.rules.find(({ reader }) => reader === 'ownable');
  expect(rule?.evidence.map(({ read }) => read)).toEqual([
    `code hash ${contract}`,
    `call ${contract} 0x8da5cb5b`,
  ]);
  expect(found.rules).toContainEqual(
    expect.objectContaining({
      grants: power(`eip155:1:${contract}`, 'configure'),
      requires: roleOf(contract, 'owner'),
      functions: ['setFee(uint256)', 'renounceOwnership()'],
    }),
  );
});

test('an owner that is a Safe is opened', async () => {
  await chain.set(await safeAccounts('1.4.1'));
  const contract = await ownedBy(SAFE);
  expect(holders(await discoverOn(chain, contract), contract)).toEqual(
    ways(
      [key(account(1)), key(account(2))],
      [key(account(1)), key(account(3))],
      [key(account(2)), key(account(3))],
    ),
  );
});

test('a new owner is read, and a renounced one is no one', async () => {
  const contract = await ownedBy(OWNER);
  await send(chain, OWNER, { to: contract, data: `0xf2fde38b${slot(BigInt(NEXT)).slice(2)}` });
  expect(holders(await discoverOn(chain, contract), contract)).toEqual([key(NEXT)]);
  await send(chain, NEXT, { to: contract, data: '0x715018a6' });
  expect(holders(await discoverOn(chain, contract), contract)).toEqual([]);
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
  expect(holders(await discoverOn(chain, contract), contract)).toEqual(
    ways([key(OWNER)], [key(NEXT)]),
  );
  await send(chain, NEXT, { to: contract, data: '0x79ba5097' });
  expect(holders(await discoverOn(chain, contract), contract)).toEqual([key(NEXT)]);
});

test('it is read on a state that is only simulated', async () => {
  const contract = await ownedBy(OWNER);
  const after = overlay(await stateOf(chain), {
    [contract]: { storage: { [slot(0n)]: slot(BigInt(NEXT)) } },
  });
  expect(holders(await discover(after, [contract], readers), contract)).toEqual([key(NEXT)]);
});

describe('an owner() that is unread, with the reason', () => {
  test('reverts', async () => {
    const at = account(20);
    await chain.set({ [at]: { code: '0x60006000fd638da5cb5b63f2fde38b' } });
    const { unread } = await discoverOn(chain, at);
    expect(unread[0]?.reason).toMatch(/^its owner could not be read: .*revert/);
  });

  test('answers with something that is no address', async () => {
    const at = account(22);
    const code = returning(`0x${'ff'.repeat(32)}`, '8da5cb5b', 'f2fde38b');
    await chain.set({ [at]: { code } });
    const found = await discoverOn(chain, at);
    expect(found.unread[0]?.reason).toMatch(
      /^its owner could not be read: .* makes sense to owner/,
    );
    expect(holders(found, at)).toEqual([]);
  });
});

/** Returns one word for every call; then the two selectors, as data that is never run. */
const returning = (word: Hex, ...selectors: readonly string[]): Hex =>
  `0x7f${word.slice(2)}60005260206000f3${selectors.map((each) => `63${each}`).join('')}`;

test('refuses a contract with owner() but without transferOwnership()', async () => {
  const at = account(21);
  await chain.set({ [at]: { code: returning(slot(BigInt(OWNER)), '8da5cb5b') } });
  expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
});
