import {
  type Address,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  keccak256,
  parseAbi,
  toFunctionSelector,
  toHex,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { coalitions } from '../../../../src/power/coalitions.ts';
import { act, nodeId, power } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { discoverOn, key, kindsAt, stateOf, takers, ways } from '../../../support/read.ts';
import { SAFE, safeAccounts } from '../../../support/safes.ts';
import { deployMastercopy, publishedAddress, setUpModifier } from '../../../support/zodiac.ts';

const DEPLOYER = account(0xde1);
const [OWNER, M1, M2, STRANGER] = [0xd1, 0xd2, 0xd3, 0xd4].map(account) as [
  Address,
  Address,
  Address,
  Address,
];
const DAY = 86_400;
/** Where Delay 1.0.1 keeps its cooldown. */
const COOLDOWN_SLOT = slot(0x69n);

const abi = parseAbi([
  'function enableModule(address module)',
  'function renounceOwnership()',
  'function setGuard(address guard)',
  'function setTxNonce(uint256 nonce)',
  'function execTransactionFromModule(address to, uint256 value, bytes data, uint8 operation)',
]);

let chain: LocalChain;
let mastercopy: Address;

beforeAll(async () => {
  chain = await startLocalChain();
  mastercopy = await deployMastercopy(chain, DEPLOYER, 'Delay 1.0.1');
});

afterAll(() => chain.stop());

/** A Delay that its own code set up, at `at`. */
async function setUp(
  at: Address,
  options: {
    readonly owner?: Address;
    readonly expiration?: number;
    readonly modules?: readonly Address[];
  } = {},
): Promise<void> {
  const { owner = OWNER, expiration = 0, modules = [M1, M2] } = options;
  const parameters = encodeAbiParameters(
    [
      { type: 'address' },
      { type: 'address' },
      { type: 'address' },
      { type: 'uint256' },
      { type: 'uint256' },
    ],
    [owner, SAFE, SAFE, BigInt(2 * DAY), BigInt(expiration)],
  );
  await setUpModifier(chain, DEPLOYER, at, mastercopy, parameters);
  for (const module of modules) {
    const data = encodeFunctionData({ abi, functionName: 'enableModule', args: [module] });
    await send(chain, owner, { to: at, data });
  }
}

const queue = (at: Address, from: Address) =>
  send(chain, from, {
    to: at,
    data: encodeFunctionData({
      abi,
      functionName: 'execTransactionFromModule',
      args: [STRANGER, 1n, '0x', 0],
    }),
  });

const timesOf = ({ rules }: Awaited<ReturnType<typeof discoverOn>>, at: Address) =>
  coalitions(rules, act(`eip155:1:${at}`))
    .list.map(({ leaves, seconds }) => `${leaves.map(nodeId).sort().join(' + ')} after ${seconds}`)
    .sort();

const unreadAt = ({ unread }: Awaited<ReturnType<typeof discoverOn>>, at: Address) =>
  unread.filter((each) => each.account === `eip155:1:${at}`).map(({ reason }) => reason);

test('the init code that is deployed here is the published one', async () => {
  expect(await publishedAddress('Delay 1.0.1')).toBe('0xd54895B1121A2eE3f37b502F507631FA1331BED6');
});

test('a module acts after the cooldown, the owner at once', async () => {
  const at = account(0xd100);
  await setUp(at);
  const found = await discoverOn(chain, at);
  expect(kindsAt(found, at)).toContain('Zodiac Delay modifier');
  expect(timesOf(found, at)).toEqual(
    [`${key(OWNER)} after 0`, `${key(M1)} after ${2 * DAY}`, `${key(M2)} after ${2 * DAY}`].sort(),
  );
  expect(found.unread).toEqual([]);
});

test('the owner may veto what waits', async () => {
  const at = account(0xd101);
  await setUp(at);
  const { rules } = await discoverOn(chain, at);
  const vetoes = coalitions(rules, power(`eip155:1:${at}`, 'veto')).list;
  expect(vetoes.map(({ leaves }) => leaves.map(nodeId))).toEqual([[key(OWNER)]]);
  expect(rules.find(({ requires }) => requires.type === 'after')?.requires).toMatchObject({
    vetoers: [act(`eip155:1:${OWNER}`)],
  });
});

test('where the owner is the Safe that it guards, the cycle gives nobody anything', async () => {
  const at = account(0xd102);
  await setUp(at, { owner: SAFE, modules: [M1] });
  await chain.set(await safeAccounts('1.4.1', { modules: [at] }));
  const [A, B, C] = [account(1), account(2), account(3)];
  expect(takers(await discoverOn(chain, SAFE), SAFE)).toEqual(
    ways([key(M1)], [key(A), key(B)], [key(A), key(C)], [key(B), key(C)]),
  );
});

test('after the owner renounced, only modules act', async () => {
  const at = account(0xd103);
  await setUp(at, { modules: [M1] });
  await send(chain, OWNER, {
    to: at,
    data: encodeFunctionData({ abi, functionName: 'renounceOwnership' }),
  });
  expect(timesOf(await discoverOn(chain, at), at)).toEqual([`${key(M1)} after ${2 * DAY}`]);
});

test('one without modules is the owner’s alone', async () => {
  const at = account(0xd104);
  await setUp(at, { modules: [] });
  expect(timesOf(await discoverOn(chain, at), at)).toEqual([`${key(OWNER)} after 0`]);
});

test('one that was never set up belongs to anyone', async () => {
  const at = account(0xd105);
  await chain.set({
    [at]: { code: (await chain.request('eth_getCode', [account(0xd100), 'latest'])) as Hex },
  });
  expect(takers(await discoverOn(chain, at), at)).toEqual(['']);
});

describe('what is queued is unread', () => {
  test('until it is skipped', async () => {
    const at = account(0xd106);
    await setUp(at);
    await queue(at, M1);
    await queue(at, M2);
    expect(unreadAt(await discoverOn(chain, at), at)).toEqual([
      '2 queued: anyone may carry them out after the cooldown; what they do is not read',
    ]);
    const data = encodeFunctionData({ abi, functionName: 'setTxNonce', args: [2n] });
    await send(chain, OWNER, { to: at, data });
    expect(unreadAt(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('until it expires', async () => {
    const at = account(0xd107);
    await setUp(at, { expiration: DAY });
    await queue(at, M1);
    expect(unreadAt(await discoverOn(chain, at), at)).toHaveLength(1);
    await chain.request('evm_increaseTime', [toHex(3 * DAY + 10)]);
    await chain.request('evm_mine', []);
    expect(unreadAt(await discoverOn(chain, at), at)).toEqual([]);
  });
});

test('a cooldown that is only simulated is read, too', async () => {
  const at = account(0xd108);
  await setUp(at, { modules: [M1] });
  const after = overlay(await stateOf(chain), {
    [at]: { storage: { [COOLDOWN_SLOT]: slot(60n) } },
  });
  expect(timesOf(await discover(after, [at], readers), at)).toContain(`${key(M1)} after 60`);
});

test('a proxy that answers in the place of the code is passed over', async () => {
  const at = account(0xd109);
  await setUp(at, { modules: [M1] });
  // Now it answers every call with the stranger's address.
  await chain.set({ [at]: { code: `0x73${STRANGER.slice(2)}60005260206000f3` } });
  const state = await stateOf(chain);
  const code = await state.code(mastercopy);
  const delay = readers.find(({ id }) => id === 'zodiac-delay');
  const frame = { account: at, codeAt: mastercopy, code, codeHash: keccak256(code) };
  const reading = await delay?.read(frame, state);
  expect(reading?.covers).toBe('all');
  expect(reading?.rules.map(({ requires }) => requires)).toContainEqual(act(`eip155:1:${OWNER}`));
});

describe('refuses', () => {
  const dispatching = (...signatures: readonly string[]): Hex =>
    `0x60006000fd${signatures.map((each) => `63${toFunctionSelector(each).slice(2)}`).join('')}`;

  test.each([
    [
      'a contract with txCooldown() and txNonce() but without a queue',
      ['txCooldown()', 'txNonce()', 'setTxCooldown(uint256)', 'enableModule(address)'],
    ],
    [
      'a modifier of Zodiac that delays nothing',
      [
        'execTransactionFromModule(address,uint256,bytes,uint8)',
        'enableModule(address)',
        'getModulesPaginated(address,uint256)',
      ],
    ],
  ])('%s', async (_, signatures) => {
    const at = account(0xd10b);
    await chain.set({ [at]: { code: dispatching(...signatures) } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });
});

test('one whose answers make no sense is unread, with the reason', async () => {
  const at = account(0xd10c);
  const code = await (await stateOf(chain)).code(mastercopy);
  // Stops at once, so that every answer is empty.
  await chain.set({ [at]: { code: `0x00${code.slice(2)}` } });
  expect(unreadAt(await discoverOn(chain, at), at)[0]).toMatch(/gives no answer that makes sense/);
});
