import { type Address, encodeFunctionData, parseAbi } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_ORGANISATION } from '../../src/org/org.ts';
import { account, OWNERS } from '../support/accounts.ts';
import { checkOn, foundIn } from '../support/check.ts';
import { type LocalChain, startLocalChain } from '../support/local-chain.ts';
import { SAFE, safeAccounts } from '../support/safes.ts';
import { tokenOf } from '../support/tokens.ts';

const NEW_OWNER = account(0x0e);
const POOL = account(0x9001);
const TOKEN = account(0x70);
const [A] = OWNERS as [Address];

const abi = parseAbi([
  'function addOwnerWithThreshold(address owner, uint256 threshold)',
  'function enableModule(address module)',
  'function approve(address spender, uint256 amount)',
]);

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({
    ...(await safeAccounts('1.4.1')),
    [TOKEN]: await tokenOf({ [SAFE]: 1_000n * 10n ** 18n }),
  });
});

afterAll(() => chain.stop());

const id = (address: Address): string => `eip155:1:${address}`;
const call = (to: Address, data: string) => ({
  safe: SAFE,
  to,
  value: '0',
  data,
  operation: 0,
  nonce: 0,
});

describe('a change that castellan.yaml expects', () => {
  const addOwner = (threshold: bigint) =>
    call(
      SAFE,
      encodeFunctionData({
        abi,
        functionName: 'addOwnerWithThreshold',
        args: [NEW_OWNER, threshold],
      }),
    );
  const expecting = (holders: readonly Address[], fewest: number, soonest = 0) => ({
    ...NO_ORGANISATION,
    policy: {
      checkers: 1,
      changes: [{ account: id(SAFE), holders: holders.map(id), fewest, soonest }],
    },
  });

  test('is signed, and not said to be none', async () => {
    const organisation = expecting([NEW_OWNER], 2);
    const verdict = await checkOn(chain, addOwner(2n), { organisation });
    expect(verdict).toMatchObject({
      decision: 'SIGN',
      deciding: {
        reason: 'power changes as castellan.yaml expects, and everything needed was read',
      },
    });
    expect(verdict.summary).toMatch(
      / changes from 2 of its 3 owners to 2 of its 4 owners, as castellan\.yaml expects\.$/,
    );
    expect(verdict.power.gained).toHaveLength(3);
  });

  test.each([
    ['by somebody else', expecting([POOL], 2), addOwner(2n)],
    ['by fewer', expecting([NEW_OWNER], 2), addOwner(1n)],
    ['sooner', expecting([NEW_OWNER], 2, 86_400), addOwner(2n)],
    ['where none is expected', NO_ORGANISATION, addOwner(2n)],
  ])('is held %s', async (_, organisation, document) => {
    expect((await checkOn(chain, document, { organisation })).decision).not.toBe('SIGN');
  });
});

describe('an allowance to a contract that is listed', () => {
  const asset = `eip155:1/erc20:${TOKEN}`;
  const listing = (amount: string) => ({
    ...NO_ORGANISATION,
    contracts: [{ account: id(POOL), name: 'Pool', allowances: [{ asset, amount }] }],
    assets: [{ asset, symbol: 'TKN', decimals: 18 }],
  });
  const approve = (units: bigint) =>
    call(
      TOKEN,
      encodeFunctionData({ abi, functionName: 'approve', args: [POOL, units * 10n ** 18n] }),
    );

  test.each([
    ['within what is listed', '10', 10n, []],
    ['over it', '10', 11n, ['approval']],
    ['of all, where that is listed', 'unlimited', 1_000n, []],
    ['of all, where less is listed', '999', 1_000n, ['control-passes', 'approval']],
  ])('%s', async (_, amount, units, found) => {
    const organisation = listing(amount);
    const verdict = await checkOn(chain, approve(units), { organisation });
    expect(foundIn(verdict)).toEqual(found);
    expect(verdict.approvals).toMatchObject([{ isExpected: found.length === 0 }]);
    expect(verdict.names).toEqual({ [POOL]: 'Pool' });
  });
});

test('several checkers are wanted: one alone is held', async () => {
  const organisation = { ...NO_ORGANISATION, policy: { checkers: 2, changes: [] } };
  const toItself = call(SAFE, '0x');
  expect((await checkOn(chain, toItself)).decision).toBe('SIGN');
  expect(foundIn(await checkOn(chain, toItself, { organisation }))).toEqual(['few-checkers']);
});

test('accounts are called what castellan.yaml calls them', async () => {
  const organisation = { ...NO_ORGANISATION, accounts: [{ account: id(A), name: 'Alice' }] };
  expect((await checkOn(chain, call(A, '0x'), { organisation })).names).toEqual({ [A]: 'Alice' });
});
