import { type Address, encodeFunctionData, parseAbi } from 'viem';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { discover } from '../../../../src/chains/evm/discover.ts';
import { rpcNode } from '../../../../src/chains/evm/node.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { simulate } from '../../../../src/chains/evm/simulate.ts';
import { act, power, role } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { compile } from '../../../support/compile.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deploy, deployCompiled } from '../../../support/openzeppelin.ts';
import { discoverOn, holdersOf, key, kindsAt, stateOf } from '../../../support/read.ts';

const [DEPLOYER, ADMIN, MEMBER, ROLE_ADMIN, GUARDIAN, SLOW] = [
  0x51, 0x52, 0x53, 0x54, 0x55, 0x56,
].map(account) as [Address, Address, Address, Address, Address, Address];
const DAY = 86_400;
const PUBLIC = (1n << 64n) - 1n;

const abi = parseAbi([
  'function grantRole(uint64 role, address account, uint32 executionDelay)',
  'function revokeRole(uint64 role, address account)',
  'function setRoleAdmin(uint64 role, uint64 admin)',
  'function setRoleGuardian(uint64 role, uint64 guardian)',
  'function setGrantDelay(uint64 role, uint32 delay)',
  'function setTargetFunctionRole(address target, bytes4[] selectors, uint64 role)',
]);
type Call = readonly [(typeof abi)[number]['name'], ...(readonly unknown[])];

let chain: LocalChain;
let at: Address;
let id: string;

beforeAll(async () => {
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

beforeEach(async () => {
  at = await deploy(chain, DEPLOYER, 'AccessManager', [ADMIN]);
  id = `eip155:1:${at}`;
});

const encode = (...[functionName, ...args]: Call) =>
  encodeFunctionData({ abi, functionName, args } as never);

const administer = async (...calls: readonly Call[]) => {
  for (const call of calls) await send(chain, ADMIN, { to: at, data: encode(...call) });
};

const pass = async (seconds: number) => {
  await chain.request('evm_increaseTime', [seconds]);
  await chain.request('evm_mine', []);
};

const membersOf = async (name: string) => holdersOf(await discoverOn(chain, at), role(id, name));

test('the admins act at once, and give any role to themselves', async () => {
  await administer(['setRoleAdmin', 5n, 6n]);
  const found = await discoverOn(chain, at);
  expect(kindsAt(found, at)).toEqual(['AccessManager']);
  for (const goal of [
    act(id),
    power(id, 'configure'),
    role(id, 'ADMIN_ROLE'),
    role(id, 'role 5'),
  ]) {
    expect(holdersOf(found, goal)).toEqual([`${key(ADMIN)} after 0`]);
  }
});

test('everyone has PUBLIC_ROLE', async () => {
  expect(await membersOf('PUBLIC_ROLE')).toEqual([' after 0']);
  await administer(['setRoleAdmin', 5n, PUBLIC]);
  expect(await membersOf('role 5')).toEqual([' after 0']);
});

test('a member waits for its own delay, in which guardians and admins may cancel', async () => {
  await administer(
    ['grantRole', 5n, MEMBER, 2 * DAY],
    ['setRoleGuardian', 5n, 7n],
    ['grantRole', 7n, GUARDIAN, DAY],
  );
  const found = await discoverOn(chain, at);
  expect(holdersOf(found, role(id, 'role 5'))).toEqual(
    [`${key(ADMIN)} after 0`, `${key(MEMBER)} after ${2 * DAY}`].sort(),
  );
  const rule = found.rules.find(({ requires }) => requires.type === 'after');
  expect(rule?.requires).toMatchObject({ vetoers: [role(id, 'role 7'), role(id, 'ADMIN_ROLE')] });
  // A guardian cancels at once, whatever its delay.
  expect(holdersOf(found, power(id, 'veto'))).toEqual(
    [`${key(ADMIN)} after 0`, `${key(GUARDIAN)} after 0`].sort(),
  );
});

test('an admin of a role gives it, and the new member waits for the grant delay', async () => {
  await administer(
    ['setRoleAdmin', 5n, 6n],
    ['grantRole', 6n, ROLE_ADMIN, 0],
    ['setGrantDelay', 5n, 10 * DAY],
  );
  // The grant delay itself takes five days to change.
  expect(await membersOf('role 5')).toContain(`${key(ROLE_ADMIN)} after 0`);
  await pass(6 * DAY);
  expect(await membersOf('role 5')).toEqual(
    [ADMIN, ROLE_ADMIN].map((each) => `${key(each)} after ${10 * DAY}`).sort(),
  );
  await send(chain, ROLE_ADMIN, { to: at, data: encode('grantRole', 5n, MEMBER, DAY) });
  expect(await membersOf('role 5')).toContain(`${key(MEMBER)} after ${11 * DAY}`);
});

test('a grant delay on its way down is over sooner than it says', async () => {
  await administer(['setGrantDelay', 5n, 10 * DAY]);
  await pass(6 * DAY);
  await administer(['setGrantDelay', 5n, 0]);
  const { timestamp } = (await stateOf(chain)).block;
  await pass(9 * DAY);
  const passed = (await stateOf(chain)).block.timestamp - timestamp;
  expect(await membersOf('role 5')).toEqual([`${key(ADMIN)} after ${10 * DAY - passed}`]);
});

describe('an admin with a delay', () => {
  beforeEach(() => administer(['grantRole', 0n, SLOW, 3 * DAY], ['revokeRole', 0n, ADMIN]));

  test('waits before each step, or gives the role to one who need not', async () => {
    const found = await discoverOn(chain, at);
    expect(holdersOf(found, role(id, 'ADMIN_ROLE'))).toEqual([`${key(SLOW)} after ${3 * DAY}`]);
    expect(holdersOf(found, role(id, 'ADMIN_ROLE member'))).toEqual([`${key(SLOW)} after 0`]);
  });

  test('a delay that is being shortened is over when the shorter one is', async () => {
    at = await deploy(chain, DEPLOYER, 'AccessManager', [ADMIN]);
    id = `eip155:1:${at}`;
    await administer(['grantRole', 5n, MEMBER, 10 * DAY], ['grantRole', 5n, MEMBER, DAY]);
    const { timestamp } = (await stateOf(chain)).block;
    await pass(8 * DAY);
    const passed = (await stateOf(chain)).block.timestamp - timestamp;
    expect(await membersOf('role 5')).toContain(`${key(MEMBER)} after ${10 * DAY - passed}`);
  });
});

test('an admin becomes admin of a role first, where that is the shorter way', async () => {
  await administer(
    ['setRoleAdmin', 5n, 6n],
    ['setGrantDelay', 6n, 30 * DAY],
    ['setGrantDelay', 0n, 40 * DAY],
    ['grantRole', 0n, SLOW, 3 * DAY],
  );
  await pass(6 * DAY);
  await administer(['revokeRole', 0n, ADMIN]);
  expect(await membersOf('role 6')).toEqual([`${key(SLOW)} after ${33 * DAY}`]);
  expect(await membersOf('role 5')).toEqual([`${key(SLOW)} after ${6 * DAY}`]);
});

test('calls to what is not its target, but its property, are told as unread', async () => {
  const owned = await deploy(chain, DEPLOYER, 'AccessManager', [at]);
  await administer(
    ['setTargetFunctionRole', owned, ['0x12345678', '0x9abcdef0'], 5n],
    ['setTargetFunctionRole', owned, ['0x9abcdef0'], 0n],
  );
  const { unread } = await discoverOn(chain, at);
  expect(unread).toContainEqual({
    account: `eip155:1:${owned}`,
    reason: `role 5 of ${at} may have ${at} call 0x12345678 of it`,
  });
  expect(unread.filter(({ reason }) => reason.includes('0x9abcdef0'))).toEqual([]);
});

test('it is read on a state that is only simulated', async () => {
  const state = await stateOf(chain);
  const { after } = await simulate(rpcNode(chain.url), state, [
    {
      from: ADMIN,
      to: at,
      data: encode('grantRole', 5n, MEMBER, 60),
      value: 0n,
    },
  ]);
  expect(holdersOf(await discover(after, [at], readers), role(id, 'role 5'))).toContain(
    `${key(MEMBER)} after 60`,
  );
});

test('one whose answers make no sense is unread, with the reason', async () => {
  const fake = account(0x57);
  const state = await stateOf(chain);
  const code = await state.code(at);
  // The manager's code, behind a stop: it answers every call with nothing.
  await chain.set({ [fake]: { code: `0x00${code.slice(2)}` } });
  const { unread } = await discoverOn(chain, fake);
  expect(unread[0]?.reason).toMatch(/gives no answer that makes sense to/);
});

describe('refuses', () => {
  test('an authority that answers canCall() but keeps no roles', async () => {
    const yes = compile(
      'Yes',
      `contract Yes {
        function canCall(address, address, bytes4) external pure returns (bool) { return true; }
      }`,
    );
    const there = await deployCompiled(chain, DEPLOYER, yes, []);
    expect(kindsAt(await discoverOn(chain, there), there)).toEqual([]);
  });

  test('an AccessControl, whose roles are hashes', async () => {
    const args = [1n, [], [], ADMIN];
    const there = await deploy(chain, DEPLOYER, 'TimelockController', args);
    expect(kindsAt(await discoverOn(chain, there), there)).not.toContain('AccessManager');
  });
});
