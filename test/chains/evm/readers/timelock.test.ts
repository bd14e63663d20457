import {
  type Address,
  encodeFunctionData,
  type Hex,
  keccak256,
  parseAbi,
  toHex,
  zeroAddress,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Discovery, discover } from '../../../../src/chains/evm/discover.ts';
import { rpcNode } from '../../../../src/chains/evm/node.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { simulate } from '../../../../src/chains/evm/simulate.ts';
import { act, power } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deploy } from '../../../support/openzeppelin.ts';
import { discoverOn, holdersOf, key, kindsAt, stateOf } from '../../../support/read.ts';

const DEPLOYER = account(0x31);
const [P1, P2, EXECUTOR, ADMIN, STRANGER] = [0x32, 0x33, 0x34, 0x35, 0x36].map(account) as [
  Address,
  Address,
  Address,
  Address,
  Address,
];
const DAY = 86_400;
const PROPOSER_ROLE = keccak256(toHex('PROPOSER_ROLE'));
const CANCELLER_ROLE = keccak256(toHex('CANCELLER_ROLE'));

const abi = parseAbi([
  'function grantRole(bytes32 role, address account)',
  'function revokeRole(bytes32 role, address account)',
]);

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

const deployTimelock = (
  delay: number,
  proposers: readonly Address[],
  executors: readonly Address[],
  admin: Address = zeroAddress,
) => deploy(chain, DEPLOYER, 'TimelockController', [BigInt(delay), proposers, executors, admin]);

/** Who takes a timelock, and when. */
const takersOf = (found: Pick<Discovery, 'rules'>, at: Address) =>
  holdersOf(found, act(`eip155:1:${at}`));

describe('power belongs to the proposers, after the delay', () => {
  test('where anyone may execute, one proposer suffices', async () => {
    const at = await deployTimelock(2 * DAY, [P1, P2], [zeroAddress]);
    const found = await discoverOn(chain, at);
    expect(kindsAt(found, at)).toEqual(['OpenZeppelin TimelockController', 'AccessControl']);
    expect(takersOf(found, at)).toEqual(
      [`${key(P1)} after ${2 * DAY}`, `${key(P2)} after ${2 * DAY}`].sort(),
    );
  });

  test('where executors are named, one of them is needed, too', async () => {
    const at = await deployTimelock(DAY, [P1], [EXECUTOR]);
    expect(takersOf(await discoverOn(chain, at), at)).toEqual([
      `${[key(P1), key(EXECUTOR)].sort().join(' + ')} after ${DAY}`,
    ]);
  });

  test('an executor alone takes nothing', async () => {
    const at = await deployTimelock(DAY, [], [EXECUTOR]);
    expect(takersOf(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('proposers cancel, and so may veto', async () => {
    const at = await deployTimelock(DAY, [P1], [zeroAddress]);
    expect(holdersOf(await discoverOn(chain, at), power(`eip155:1:${at}`, 'veto'))).toContain(
      `${key(P1)} after 0`,
    );
  });
});

test('an admin makes itself proposer, and still has to wait', async () => {
  const at = await deployTimelock(DAY, [P1], [EXECUTOR], ADMIN);
  expect(takersOf(await discoverOn(chain, at), at)).toContain(`${key(ADMIN)} after ${DAY}`);
});

test('a shorter delay is set by the timelock itself, and so has to wait once', async () => {
  const at = await deployTimelock(DAY, [P1], [zeroAddress]);
  expect(holdersOf(await discoverOn(chain, at), power(`eip155:1:${at}`, 'configure'))).toEqual([
    `${key(P1)} after ${DAY}`,
  ]);
});

test('one of version 4', async () => {
  const at = await deploy(
    chain,
    DEPLOYER,
    'TimelockController',
    [BigInt(DAY), [P1], [zeroAddress], ADMIN],
    '4.9.6',
  );
  const found = await discoverOn(chain, at);
  expect(takersOf(found, at)).toEqual(
    [`${key(ADMIN)} after ${DAY}`, `${key(P1)} after ${DAY}`].sort(),
  );
});

test('roles that were given and taken are read as they are now', async () => {
  const at = await deployTimelock(DAY, [P1], [zeroAddress], ADMIN);
  const call = (functionName: 'grantRole' | 'revokeRole', role: Hex, to: Address) =>
    send(chain, ADMIN, {
      to: at,
      data: encodeFunctionData({ abi, functionName, args: [role, to] }),
    });
  await call('grantRole', PROPOSER_ROLE, P2);
  await call('revokeRole', PROPOSER_ROLE, P1);
  await call('revokeRole', CANCELLER_ROLE, P1);
  const found = await discoverOn(chain, at);
  expect(takersOf(found, at)).toEqual(
    [`${key(ADMIN)} after ${DAY}`, `${key(P2)} after ${DAY}`].sort(),
  );
  const vetoers = holdersOf(found, power(`eip155:1:${at}`, 'veto'));
  expect(vetoers).toContain(`${key(ADMIN)} after 0`);
  expect(vetoers).not.toContain(`${key(P1)} after 0`);
});

test('a role that is only simulated is read, too', async () => {
  const at = await deployTimelock(DAY, [P1], [zeroAddress], ADMIN);
  const state = await stateOf(chain);
  const args = [PROPOSER_ROLE, STRANGER] as const;
  const { after } = await simulate(rpcNode(chain.url), state, [
    {
      from: ADMIN,
      to: at,
      data: encodeFunctionData({ abi, functionName: 'grantRole', args }),
      value: 0n,
    },
  ]);
  expect(takersOf(await discover(state, [at], readers), at)).not.toContain(
    `${key(STRANGER)} after ${DAY}`,
  );
  expect(takersOf(await discover(after, [at], readers), at)).toContain(
    `${key(STRANGER)} after ${DAY}`,
  );
});

describe('refuses', () => {
  const dispatching = (...signatures: readonly string[]): Hex =>
    `0x60006000fd${signatures.map((signature) => `63${keccak256(toHex(signature)).slice(2, 10)}`).join('')}`;

  test.each([
    [
      'a contract with getMinDelay() but without roles',
      ['getMinDelay()', 'schedule(address,uint256,bytes,bytes32,bytes32,uint256)'],
    ],
    [
      'a Compound timelock, which has an admin in place of roles',
      ['delay()', 'admin()', 'queueTransaction(address,uint256,string,bytes,uint256)'],
    ],
  ])('%s', async (_, signatures) => {
    const at = account(0x37);
    await chain.set({ [at]: { code: dispatching(...signatures) } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });
});

test('one whose answers make no sense is unread, with the reason', async () => {
  const at = account(0x38);
  const functions = [
    'getMinDelay()',
    'PROPOSER_ROLE()',
    'EXECUTOR_ROLE()',
    'schedule(address,uint256,bytes,bytes32,bytes32,uint256)',
    'hasRole(bytes32,address)',
    'getRoleAdmin(bytes32)',
    'grantRole(bytes32,address)',
    'revokeRole(bytes32,address)',
    'renounceRole(bytes32,address)',
  ].map((signature) => `63${keccak256(toHex(signature)).slice(2, 10)}`);
  // Answers every call with nothing.
  await chain.set({ [at]: { code: `0x00${functions.join('')}` } });
  const { unread } = await discoverOn(chain, at);
  expect(unread[0]?.reason).toMatch(/gives no answer that makes sense to/);
});
