import {
  type Address,
  encodeFunctionData,
  type Hex,
  parseAbi,
  toFunctionSelector,
  toHex,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../../../src/chains/evm/discover.ts';
import { rpcNode } from '../../../../src/chains/evm/node.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { simulate } from '../../../../src/chains/evm/simulate.ts';
import { coalitions } from '../../../../src/power/coalitions.ts';
import { act, nodeId } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { discoverOn, key, kindsAt, stateOf } from '../../../support/read.ts';
import { socialRecoveryModule } from '../../../support/safe-modules.ts';
import { safeAccounts } from '../../../support/safes.ts';

const DEPLOYER = account(0xde1);
const [G1, G2, G3, THIEF] = [0xb1, 0xb2, 0xb3, 0xb4].map(account) as [
  Address,
  Address,
  Address,
  Address,
];
const DAY = 86_400;
const PERIOD = 3 * DAY;

const abi = parseAbi([
  'function addGuardianWithThreshold(address guardian, uint256 threshold)',
  'function cancelRecovery()',
  'function confirmRecovery(address wallet, address[] newOwners, uint256 newThreshold, bool execute)',
]);

let chain: LocalChain;
let module: Address;

beforeAll(async () => {
  chain = await startLocalChain();
  module = await deployCompiled(chain, DEPLOYER, socialRecoveryModule(), [BigInt(PERIOD)]);
});

afterAll(() => chain.stop());

let next = 0xb000;

/** A Safe with guardians, any two of whom suffice. */
async function safeWith(
  guardians: readonly Address[],
  modules: readonly Address[] = [module],
): Promise<Address> {
  next += 1;
  const at = account(next);
  await chain.set(await safeAccounts('1.4.1', { modules: [...modules] }, at));
  for (const guardian of guardians) await say(at, addGuardian(guardian));
  return at;
}

const addGuardian = (guardian: Address): Hex =>
  encodeFunctionData({ abi, functionName: 'addGuardianWithThreshold', args: [guardian, 2n] });

const say = (from: Address, data: Hex) => send(chain, from, { to: module, data });

const confirm = (safe: Address, execute: boolean): Hex =>
  encodeFunctionData({
    abi,
    functionName: 'confirmRecovery',
    args: [safe, [THIEF], 1n, execute],
  });

/** Who takes a Safe but its owners, and when. */
const othersOf = ({ rules }: Awaited<ReturnType<typeof discoverOn>>, safe: Address) =>
  coalitions(
    rules.filter(({ reader }) => !['safe', 'opaque'].includes(reader)),
    act(`eip155:1:${safe}`),
  )
    .list.map(({ leaves, seconds }) => `${leaves.map(nodeId).sort().join(' + ')} after ${seconds}`)
    .sort();

test('enough guardians act after the recovery period', async () => {
  const safe = await safeWith([G1, G2, G3]);
  const found = await discoverOn(chain, safe);
  expect(kindsAt(found, safe)).toEqual(['Safe proxy', 'Safe 1.4.1', 'Safe with guardians']);
  expect(kindsAt(found, module)).toEqual(['SocialRecoveryModule']);
  expect(othersOf(found, safe)).toEqual(
    [
      [G1, G2],
      [G1, G3],
      [G2, G3],
    ]
      .map((pair) => `${pair.map(key).sort().join(' + ')} after ${PERIOD}`)
      .sort(),
  );
  expect(found.rules.find(({ reader }) => reader === 'social-recovery')?.requires).toMatchObject({
    vetoers: [act(`eip155:1:${safe}`)],
  });
});

test('a period of nothing is read as nothing', async () => {
  const none = await deployCompiled(chain, DEPLOYER, socialRecoveryModule(), [0n]);
  const safe = await safeWith([], [none]);
  for (const guardian of [G1, G2])
    await send(chain, safe, { to: none, data: addGuardian(guardian) });
  const found = await discoverOn(chain, safe);
  expect(othersOf(found, safe)).toEqual([`${[key(G1), key(G2)].sort().join(' + ')} after 0`]);
  expect(found.unread.filter((each) => each.account === `eip155:1:${safe}`)).toEqual([]);
});

test('a recovery that was begun gives its new owners what is left of the period', async () => {
  const safe = await safeWith([G1, G2]);
  await say(G1, confirm(safe, false));
  await say(G2, confirm(safe, true));
  await chain.request('evm_increaseTime', [toHex(DAY)]);
  await chain.request('evm_mine', []);
  const [thief = ''] = othersOf(await discoverOn(chain, safe), safe).filter((each) =>
    each.startsWith(key(THIEF)),
  );
  const seconds = Number(thief.split(' ').at(-1));
  expect(seconds).toBeGreaterThan(2 * DAY - 60);
  expect(seconds).toBeLessThanOrEqual(2 * DAY);
  await chain.request('evm_increaseTime', [toHex(3 * DAY)]);
  await chain.request('evm_mine', []);
  expect(othersOf(await discoverOn(chain, safe), safe)).toContain(`${key(THIEF)} after 0`);
});

test('a recovery that was cancelled gives nothing', async () => {
  const safe = await safeWith([G1, G2]);
  await say(G1, confirm(safe, false));
  await say(G2, confirm(safe, true));
  await say(safe, encodeFunctionData({ abi, functionName: 'cancelRecovery' }));
  expect(othersOf(await discoverOn(chain, safe), safe)).toHaveLength(1);
});

test('a Safe without guardians is its owners’ alone', async () => {
  const safe = await safeWith([]);
  expect(othersOf(await discoverOn(chain, safe), safe)).toEqual([]);
});

test('a Safe that does not have the module enabled has no guardians', async () => {
  const safe = await safeWith([G1, G2], []);
  expect(othersOf(await discoverOn(chain, safe, module), safe)).toEqual([]);
});

test('a guardian that is only simulated is read, too', async () => {
  const safe = await safeWith([G1, G2]);
  const state = await stateOf(chain);
  const { after } = await simulate(rpcNode(chain.url), state, [
    {
      from: safe,
      to: module,
      data: addGuardian(G3),
      value: 0n,
    },
  ]);
  expect(othersOf(await discover(state, [safe], readers), safe)).toHaveLength(1);
  expect(othersOf(await discover(after, [safe], readers), safe)).toHaveLength(3);
});

test('a period that the code does not say is unread, and taken for none', async () => {
  const code = await (await stateOf(chain)).code(module);
  const odd = account(0xb0b);
  // A second small number in 32 bytes, where nothing runs.
  await chain.set({ [odd]: { code: `${code}7f${toHex(7, { size: 32 }).slice(2)}` } });
  const safe = await safeWith([], [odd]);
  for (const guardian of [G1, G2])
    await send(chain, safe, { to: odd, data: addGuardian(guardian) });
  const found = await discoverOn(chain, safe);
  expect(othersOf(found, safe)).toEqual([`${[key(G1), key(G2)].sort().join(' + ')} after 0`]);
  expect(found.unread.map(({ reason }) => reason)).toContain(
    'how long its guardians have to wait is not read: taken to be not at all',
  );
});

describe('refuses', () => {
  test('a module with guardians that lacks one of the functions', async () => {
    const at = account(0xb0c);
    const selectors = ['getGuardians(address)', 'finalizeRecovery(address)'].map((signature) =>
      toFunctionSelector(signature).slice(2),
    );
    await chain.set({
      [at]: { code: `0x60006000fd${selectors.map((each) => `63${each}`).join('')}` },
    });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('a module that a wallet other than a Safe uses: its guardians are not looked up', async () => {
    const wallet = account(0xb0d);
    await chain.set({ [wallet]: { code: toHex('no Safe') } });
    await say(wallet, addGuardian(G1));
    expect(othersOf(await discoverOn(chain, wallet, module), wallet)).toEqual([]);
  });
});
