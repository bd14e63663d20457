import { type Address, encodeFunctionData, type Hex, parseAbi, toFunctionSelector } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Guard } from '../../../../src/chains/evm/bytecode/guard.ts';
import { type Discovery, discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { role } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { offering, REVERTS, STOPS } from '../../../support/code.ts';
import { compile } from '../../../support/compile.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deploy, deployCompiled } from '../../../support/openzeppelin.ts';
import { discoverOn, holdersOf, key, kindsAt, opaque, stateOf } from '../../../support/read.ts';

const [DEPLOYER, ADMIN, MEMBER, SLOW] = [0x61, 0x62, 0x63, 0x64].map(account) as [
  Address,
  Address,
  Address,
  Address,
];
const DAY = 86_400;
const MINT = toFunctionSelector('mint()');
const [ADMIN_ROLE, AUTHORITY] = [
  toFunctionSelector('ADMIN_ROLE()'),
  toFunctionSelector('authority()'),
];
const BURN = toFunctionSelector('burn()');

const abi = parseAbi([
  'function grantRole(uint64 role, address account, uint32 executionDelay)',
  'function revokeRole(uint64 role, address account)',
  'function setTargetFunctionRole(address target, bytes4[] selectors, uint64 role)',
  'function setTargetAdminDelay(address target, uint32 delay)',
  'function setGrantDelay(uint64 role, uint32 delay)',
  'function setTargetClosed(address target, bool closed)',
]);
type Call = readonly [(typeof abi)[number]['name'], ...(readonly unknown[])];

const target = compile(
  'Target',
  `import '@openzeppelin/contracts/access/manager/AccessManaged.sol';
  contract Target is AccessManaged {
    constructor(address authority) AccessManaged(authority) {}
    function mint() external restricted {}
    function burn() external restricted {}
  }`,
);

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

const managed = async () => {
  const manager = await deploy(chain, DEPLOYER, 'AccessManager', [ADMIN]);
  const at = await deployCompiled(chain, DEPLOYER, target, [manager]);
  const administer = async (...calls: readonly Call[]) => {
    for (const [functionName, ...args] of calls) {
      const data = encodeFunctionData({ abi, functionName, args } as never);
      await send(chain, ADMIN, { to: manager, data });
    }
  };
  return { manager, at, administer };
};

const asking = (selector: Hex, changes: Partial<Guard> = {}): Guard =>
  ({
    type: 'asked',
    of: { type: 'slot', slot: slot(0n), shift: 0 },
    selector: toFunctionSelector('canCall(address,address,bytes4)'),
    args: ['caller', 'self', `${selector}${'00'.repeat(28)}`],
    ...changes,
  }) as Guard;

/** Who passes a check, by what its reader says and what is known of the rest. */
function whoPasses(found: Discovery, at: Address, guard: Guard): readonly string[] | null {
  const reading = found.found
    .filter(({ frame }) => frame.account === at)
    .flatMap(({ readings }) => readings)
    .find(({ kind }) => kind === 'AccessManaged');
  const requirement = reading?.explains?.(guard) ?? null;
  return requirement === null ? null : holdersOf(found, requirement);
}

const authorityOf = (found: Discovery, at: Address) =>
  holdersOf(found, role(`eip155:1:${at}`, 'authority'));

test('a function that was given to no role is the admins’, as is the authority', async () => {
  const { at } = await managed();
  const found = await discoverOn(chain, at);
  expect(kindsAt(found, at)).toEqual(['AccessManaged']);
  expect(whoPasses(found, at, asking(MINT))).toEqual([`${key(ADMIN)} after 0`]);
  expect(authorityOf(found, at)).toEqual([`${key(ADMIN)} after 0`]);
});

test('a function of a role is that role’s, with its delay, and the admins’', async () => {
  const { at, administer } = await managed();
  await administer(
    ['grantRole', 5n, MEMBER, DAY],
    ['setTargetFunctionRole', at, [MINT], 5n],
    ['setTargetFunctionRole', at, [BURN], (1n << 64n) - 1n],
  );
  const found = await discoverOn(chain, at);
  expect(whoPasses(found, at, asking(MINT))).toEqual(
    [`${key(ADMIN)} after 0`, `${key(MEMBER)} after ${DAY}`].sort(),
  );
  expect(whoPasses(found, at, asking(BURN))).toEqual([' after 0']);
});

test('an admin waits for the longer of its own delay and the target’s', async () => {
  const { at, administer } = await managed();
  await administer(
    ['setTargetAdminDelay', at, 4 * DAY],
    ['grantRole', 5n, MEMBER, 0],
    ['grantRole', 0n, SLOW, 3 * DAY],
    ['setTargetFunctionRole', at, [MINT], 5n],
    ['setGrantDelay', 5n, 30 * DAY],
  );
  await chain.request('evm_increaseTime', [6 * DAY]);
  await chain.request('evm_mine', []);
  const found = await discoverOn(chain, at);
  const admins = [`${key(ADMIN)} after ${4 * DAY}`, `${key(SLOW)} after ${4 * DAY}`];
  expect(whoPasses(found, at, asking(MINT))).toEqual([...admins, `${key(MEMBER)} after 0`].sort());
  expect(authorityOf(found, at)).toEqual(admins.sort());
  // A function that is ADMIN_ROLE's already needs no change of the target.
  expect(whoPasses(found, at, asking(BURN))).toEqual(
    [`${key(ADMIN)} after 0`, `${key(SLOW)} after ${3 * DAY}`].sort(),
  );
});

test('a closed target is for the admins to open', async () => {
  const { at, administer } = await managed();
  await administer(
    ['grantRole', 5n, MEMBER, 0],
    ['setTargetFunctionRole', at, [MINT], 5n],
    ['setTargetClosed', at, true],
  );
  expect(whoPasses(await discoverOn(chain, at), at, asking(MINT))).toEqual([
    `${key(ADMIN)} after 0`,
  ]);
});

test('behind a proxy, and with its manager behind a proxy, too', async () => {
  const manager = await deploy(chain, DEPLOYER, 'AccessManager', [ADMIN]);
  const proxied = await deploy(chain, DEPLOYER, 'ERC1967Proxy', [manager, ADMIN_ROLE]);
  const implementation = await deployCompiled(chain, DEPLOYER, target, [proxied]);
  const proxy = await deploy(chain, DEPLOYER, 'ERC1967Proxy', [implementation, AUTHORITY]);
  await chain.set({ [proxy]: { storage: { [slot(0n)]: slot(BigInt(proxied)) } } });
  const found = await discoverOn(chain, proxy);
  expect(kindsAt(found, proxied)).toEqual(['ERC-1967 proxy', 'AccessManager']);
  // On the proxy's storage nobody is admin.
  expect(whoPasses(found, proxy, asking(MINT))).toEqual([]);
});

test('an authority without code admits no one, and may name the next', async () => {
  const at = await deployCompiled(chain, DEPLOYER, target, [MEMBER]);
  const found = await discoverOn(chain, at);
  expect(authorityOf(found, at)).toEqual([`${key(MEMBER)} after 0`]);
  expect(whoPasses(found, at, asking(MINT))).toEqual([`${key(MEMBER)} after 0`]);
});

test('other checks are not explained', async () => {
  const { at } = await managed();
  const found = await discoverOn(chain, at);
  for (const guard of [
    asking('0xdeadbeef'),
    asking(MINT, { selector: '0xdeadbeef' }),
    asking(MINT, { of: { type: 'constant', account: MEMBER } }),
    asking(MINT, { args: ['origin', 'self', `${MINT}${'00'.repeat(28)}`] }),
    asking(MINT, { args: ['caller', 'self', null] }),
    { type: 'is', who: 'caller', at: { type: 'self' } } as const,
  ]) {
    expect(whoPasses(found, at, guard)).toBeNull();
  }
});

test('it is read on a state that is only simulated', async () => {
  const { at } = await managed();
  const after = overlay(await stateOf(chain), {
    [at]: { storage: { [slot(0n)]: slot(BigInt(MEMBER)) } },
  });
  expect(authorityOf(await discover(after, [at], readers), at)).toEqual([`${key(MEMBER)} after 0`]);
});

test('an authority() that answers nothing is unread, with the reason', async () => {
  const at = account(0x66);
  const functions = ['authority()', 'setAuthority(address)', 'isConsumingScheduledOp()'];
  await chain.set({ [at]: { code: offering(STOPS, ...functions) } });
  const { unread } = await discoverOn(chain, at);
  expect(unread[0]?.reason).toMatch(/gives no answer that makes sense to authority/);
});

describe('refuses', () => {
  test('a contract with authority() that cannot tell whether it consumes a scheduled call', async () => {
    const at = account(0x65);
    await chain.set({
      [at]: { code: offering(REVERTS, 'authority()', 'setAuthority(address)') },
    });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('an authority that answers like an AccessManager but is none: whom it lets call stays opaque', async () => {
    const liar = compile(
      'Liar',
      `contract Liar {
        function canCall(address, address, bytes4) external pure returns (bool) { return true; }
        function getTargetFunctionRole(address, bytes4) external pure returns (uint64) { return 9; }
        function getTargetAdminDelay(address) external pure returns (uint32) { return 1 days; }
        function isTargetClosed(address) external pure returns (bool) { return true; }
      }`,
    );
    const authority = await deployCompiled(chain, DEPLOYER, liar, []);
    const at = await deployCompiled(chain, DEPLOYER, target, [authority]);
    const found = await discoverOn(chain, at);
    expect(whoPasses(found, at, asking(MINT))).toContain(`${opaque(authority)} after 0`);
    expect(found.unread).toContainEqual({
      account: `eip155:1:${authority}`,
      reason: `whom it lets call ${at} is not read`,
    });
  });
});
