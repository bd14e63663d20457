import {
  type Address,
  concat,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  pad,
  parseAbi,
  parseAbiParameters,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { slot } from '../../src/chains/evm/values.ts';
import type { Verdict } from '../../src/check/verdict.ts';
import { NO_ORGANISATION } from '../../src/org/org.ts';
import { account } from '../support/accounts.ts';
import { checkOn, foundIn } from '../support/check.ts';
import { type LocalChain, send, startLocalChain } from '../support/local-chain.ts';
import { deploy } from '../support/openzeppelin.ts';
import { ETHER, SAFE, safeAccounts } from '../support/safes.ts';
import { deployMastercopy, setUpModifier } from '../support/zodiac.ts';

const STRANGER = account(0xbad);
const DEPLOYER = account(9);
/** Writes its second argument to the slot in its first. */
const WRITER = account(0x57);
const DELAY = account(0xde1);
/** Whose module the Delay is. */
const OTHER = account(0x5afe1);
const WAIT = 100n;

const abi = parseAbi([
  'function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)',
  'function scheduleBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt, uint256 delay)',
  'function execTransactionFromModule(address to, uint256 value, bytes data, uint8 operation)',
  'function enableModule(address module)',
  'function write(bytes32 slot, bytes32 value)',
]);

let chain: LocalChain;
let timelock: Address;
/** Its only proposer is the other one. */
let second: Address;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({
    ...(await safeAccounts('1.3.0')),
    ...(await safeAccounts('1.3.0', { modules: [DELAY] }, OTHER)),
    [WRITER]: { code: '0x60243560043555' },
  });
  const newTimelock = (proposer: Address) =>
    deploy(chain, DEPLOYER, 'TimelockController', [WAIT, [proposer], [zeroAddress], zeroAddress]);
  timelock = await newTimelock(SAFE);
  second = await newTimelock(timelock);
  await chain.set({ [timelock]: { balance: ETHER }, [second]: { balance: ETHER } });
  const delay = await deployMastercopy(chain, DEPLOYER, 'Delay 1.0.1');
  const parameters = encodeAbiParameters(
    parseAbiParameters('address, address, address, uint256, uint256'),
    [SAFE, OTHER, OTHER, WAIT, 0n],
  );
  await setUpModifier(chain, DEPLOYER, DELAY, delay, parameters);
  const data = encodeFunctionData({ abi, functionName: 'enableModule', args: [SAFE] });
  await send(chain, SAFE, { to: DELAY, data });
});

afterAll(() => chain.stop());

const named = (name: string, at: Address) => ({ account: `eip155:1:${at}`, name });

/** Checks a call by the Safe, which uses the queues and the writer, whatever for. */
const check = (to: Address, data: Hex): Promise<Verdict> =>
  checkOn(
    chain,
    { safe: SAFE, to, value: '0', data, operation: 0, nonce: 0 },
    {
      organisation: {
        ...NO_ORGANISATION,
        positions: [named('Second', second), named('Other', OTHER)],
        contracts: [
          { ...named('Timelock', timelock) },
          { ...named('Delay', DELAY) },
          { ...named('Writer', WRITER), functions: ['write(bytes32,bytes32)'] },
        ],
      },
    },
  );

const batch = (count: number, to: Address, payload: Hex = '0x'): Hex =>
  encodeFunctionData({
    abi,
    functionName: 'scheduleBatch',
    args: [
      Array<Address>(count).fill(to),
      Array<bigint>(count).fill(1n),
      Array<Hex>(count).fill(payload),
      ...([zeroHash, zeroHash, WAIT] as const),
    ],
  });

/** Two payments whose payloads are one and the same empty bytes: the timelock takes it. */
const shared: Hex = concat([
  '0x8f2a0bb0',
  ...[192n, 288n, 384n, 0n, 0n, WAIT].map((word) => toHex(word, { size: 32 })),
  ...[pad('0x02'), pad(STRANGER), pad(STRANGER)],
  ...[2n, 1n, 1n, 2n, 64n, 64n, 0n].map((word) => toHex(word, { size: 32 })),
]);

test('what is queued is judged as it will be executed', async () => {
  expect((await check(timelock, batch(1, second))).decision).toBe('SIGN');
  const verdict = await check(timelock, batch(1, STRANGER));
  expect(foundIn(verdict)).toEqual(['unknown-payee']);
  expect(verdict.queued).toMatchObject([{ seconds: '100' }]);
});

test.each([
  ['more calls than are looked at', batch(1_001, STRANGER)],
  ['more bytes than are looked at', batch(1, STRANGER, `0x${'00'.repeat(1 << 17)}`)],
  ['calls that share their bytes', shared],
  ['something behind it', concat([batch(1, STRANGER), '0x00'])],
])('what is queued and cannot be read is held: %s', async (_, data) => {
  const verdict = await check(timelock, data);
  expect(verdict.simulation).toMatchObject({ succeeded: true });
  expect(foundIn(verdict)).toContain('unread');
  expect(verdict.decision).toBe('HOLD');
});

describe('what is queued by what is queued', () => {
  const scheduled = (to: Address, value: bigint, data: Hex): Hex =>
    encodeFunctionData({
      abi,
      functionName: 'schedule',
      args: [to, value, data, zeroHash, zeroHash, WAIT],
    });

  test.each([
    ['to an account of the same organisation', OTHER, []],
    ['to an account that is not listed', STRANGER, ['unknown-payee']],
  ])('a payment %s', async (_, to, found) => {
    const verdict = await check(timelock, scheduled(second, 0n, scheduled(to, 1n, '0x')));
    expect(foundIn(verdict)).toEqual(found);
    expect(verdict.queued).toMatchObject([
      { queue: `eip155:1:${timelock}`, seconds: '100' },
      { queue: `eip155:1:${second}`, seconds: '200' },
    ]);
  });
});

describe('what a Delay is handed', () => {
  const handed = (operation: number): Hex => {
    const args = [slot(0n), pad(STRANGER)] as const;
    const data = encodeFunctionData({ abi, functionName: 'write', args });
    return encodeFunctionData({
      abi,
      functionName: 'execTransactionFromModule',
      args: [WRITER, 0n, data, operation],
    });
  };

  test('is run as the call that it is', async () => {
    expect((await check(DELAY, handed(0))).queued).toHaveLength(1);
  });

  test('is held where it is a delegatecall, which would write to the Safe', async () => {
    const verdict = await check(DELAY, handed(1));
    expect(verdict.simulation).toMatchObject({ succeeded: true });
    expect(foundIn(verdict)).toContain('unread');
    const { detail } = verdict.findings.find(({ id }) => id === 'unread') ?? {};
    expect(detail).toContain('What a queued delegatecall would do cannot be simulated');
  });
});
