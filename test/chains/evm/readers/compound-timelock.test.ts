import {
  type Address,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  parseAbi,
  zeroAddress,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Discovery, discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { act, power, role } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { offering, REVERTS } from '../../../support/code.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deploy } from '../../../support/openzeppelin.ts';
import { discoverOn, holdersOf, key, kindsAt, stateOf } from '../../../support/read.ts';
import { deployGovernance } from '../../../support/uniswap.ts';

const [DEPLOYER, ADMIN, NEXT] = [0xa1, 0xa2, 0xa3].map(account) as [Address, Address, Address];
const DAY = 86_400;

const abi = parseAbi([
  'function queueTransaction(address target, uint256 value, string signature, bytes data, uint256 eta)',
  'function executeTransaction(address target, uint256 value, string signature, bytes data, uint256 eta)',
  'function acceptAdmin()',
]);

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

const deployTimelock = () => deployGovernance(chain, DEPLOYER, 'Timelock', [ADMIN, 2n * 86_400n]);

const holders = (found: Discovery, at: Address) => {
  const id = `eip155:1:${at}`;
  return {
    act: holdersOf(found, act(id)),
    admin: holdersOf(found, role(id, 'admin')),
    veto: holdersOf(found, power(id, 'veto')),
    configure: holdersOf(found, power(id, 'configure')),
  };
};

/** Has the timelock call a function of its own, once its delay is over. */
async function makeTimelock(at: Address, signature: string, argument: Hex): Promise<void> {
  const eta = BigInt((await stateOf(chain)).block.timestamp + 2 * DAY + 60);
  const args = [at, 0n, signature, argument, eta] as const;
  const call = (functionName: 'queueTransaction' | 'executeTransaction') =>
    send(chain, ADMIN, { to: at, data: encodeFunctionData({ abi, functionName, args }) });
  await call('queueTransaction');
  await chain.request('evm_increaseTime', [2 * DAY + 120]);
  await call('executeTransaction');
}

test('the admin acts after the delay, and may cancel', async () => {
  const at = await deployTimelock();
  const found = await discoverOn(chain, at);
  expect(kindsAt(found, at)).toEqual(['Compound Timelock']);
  expect(holders(found, at)).toEqual({
    act: [`${key(ADMIN)} after ${2 * DAY}`],
    admin: [`${key(ADMIN)} after 0`],
    veto: [`${key(ADMIN)} after 0`],
    // To shorten the delay one has to wait for it once.
    configure: [`${key(ADMIN)} after ${2 * DAY}`],
  });
});

test('whoever is offered to be the next admin has that power already', async () => {
  const at = await deployTimelock();
  await makeTimelock(at, 'setPendingAdmin(address)', slot(BigInt(NEXT)));
  expect(holders(await discoverOn(chain, at), at).act).toEqual(
    [ADMIN, NEXT].map((each) => `${key(each)} after ${2 * DAY}`).sort(),
  );
  await send(chain, NEXT, {
    to: at,
    data: encodeFunctionData({ abi, functionName: 'acceptAdmin' }),
  });
  expect(holders(await discoverOn(chain, at), at).act).toEqual([`${key(NEXT)} after ${2 * DAY}`]);
});

test('a new delay is read', async () => {
  const at = await deployTimelock();
  const tenDays = encodeAbiParameters([{ type: 'uint256' }], [BigInt(10 * DAY)]);
  await makeTimelock(at, 'setDelay(uint256)', tenDays);
  expect(holders(await discoverOn(chain, at), at).act).toEqual([`${key(ADMIN)} after ${10 * DAY}`]);
});

test('it is read on a state that is only simulated; without an admin it is no one’s', async () => {
  const at = await deployTimelock();
  const state = await stateOf(chain);
  const withAdmin = async (admin: bigint) => {
    const after = overlay(state, { [at]: { storage: { [slot(0n)]: slot(admin) } } });
    return holders(await discover(after, [at], readers), at).act;
  };
  expect(await withAdmin(BigInt(NEXT))).toEqual([`${key(NEXT)} after ${2 * DAY}`]);
  expect(await withAdmin(0n)).toEqual([]);
});

test('a delay beyond all reason is read as a thousand years', async () => {
  const at = await deployTimelock();
  const after = overlay(await stateOf(chain), {
    [at]: { storage: { [slot(2n)]: `0x${'ff'.repeat(32)}` } },
  });
  expect(holders(await discover(after, [at], readers), at).act).toEqual([
    `${key(ADMIN)} after ${1_000 * 365 * DAY}`,
  ]);
});

describe('refuses', () => {
  test('an OpenZeppelin TimelockController, which has roles in place of an admin', async () => {
    const args = [1n, [ADMIN], [zeroAddress], zeroAddress];
    const at = await deploy(chain, DEPLOYER, 'TimelockController', args);
    expect(kindsAt(await discoverOn(chain, at), at)).not.toContain('Compound Timelock');
  });

  test('a contract with admin() and delay() that queues nothing', async () => {
    const at = account(0xa4);
    const functions = ['admin()', 'pendingAdmin()', 'delay()', 'acceptAdmin()'];
    await chain.set({ [at]: { code: offering(REVERTS, ...functions) } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });
});
