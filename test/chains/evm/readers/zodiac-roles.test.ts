import {
  type Address,
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  pad,
  parseAbi,
  toFunctionSelector,
  toHex,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { mappingSlot, slot } from '../../../../src/chains/evm/values.ts';
import { coalitions } from '../../../../src/power/coalitions.ts';
import { act, type Node, nodeId, power, role } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { discoverOn, key, kindsAt, opaque, stateOf, ways } from '../../../support/read.ts';
import { safeAccounts } from '../../../support/safes.ts';
import { deployMastercopy, publishedAddress, setUpModifier } from '../../../support/zodiac.ts';

const DEPLOYER = account(0xde1);
const [OWNER, MEMBER, OTHER, TOKEN, POOL] = [0xe1, 0xe2, 0xe3, 0xe4, 0xe5].map(account) as [
  Address,
  Address,
  Address,
  Address,
  Address,
];
const TRANSFER = toFunctionSelector('transfer(address,uint256)');
const SUPPLY = toFunctionSelector('supply(uint256)');
const ANY_AMOUNT = (1n << 256n) - 1n;

const v1 = parseAbi([
  'function assignRoles(address module, uint16[] roles, bool[] memberOf)',
  'function allowTarget(uint16 role, address target, uint8 options)',
  'function scopeTarget(uint16 role, address target)',
  'function scopeAllowFunction(uint16 role, address target, bytes4 selector, uint8 options)',
  'function scopeRevokeFunction(uint16 role, address target, bytes4 selector)',
  'function scopeFunction(uint16 role, address target, bytes4 selector, bool[] isScoped, uint8[] types, uint8[] comparisons, bytes[] values, uint8 options)',
]);
const v2 = parseAbi([
  'function assignRoles(address module, bytes32[] roles, bool[] memberOf)',
  'function allowTarget(bytes32 role, address target, uint8 options)',
  'function scopeTarget(bytes32 role, address target)',
  'function allowFunction(bytes32 role, address target, bytes4 selector, uint8 options)',
  'function revokeFunction(bytes32 role, address target, bytes4 selector)',
]);
const modules = parseAbi(['function disableModule(address previous, address module)']);

const MANAGER = pad(toHex('manager'), { dir: 'right' });
const SENTINEL: Address = '0x0000000000000000000000000000000000000001';

/** How the owner of each version says the same things. */
const VERSIONS = [
  {
    version: '1.1.0',
    name: '7',
    rolesSlot: slot(107n),
    roleKey: slot(7n),
    assign: (to: Address, isMember = true) =>
      encodeFunctionData({ abi: v1, functionName: 'assignRoles', args: [to, [7], [isMember]] }),
    allowTarget: (target: Address) =>
      encodeFunctionData({ abi: v1, functionName: 'allowTarget', args: [7, target, 0] }),
    scopeTarget: (target: Address) =>
      encodeFunctionData({ abi: v1, functionName: 'scopeTarget', args: [7, target] }),
    allowFunction: (target: Address, selector: Hex, options = 0) =>
      encodeFunctionData({
        abi: v1,
        functionName: 'scopeAllowFunction',
        args: [7, target, selector, options],
      }),
    revokeFunction: (target: Address, selector: Hex) =>
      encodeFunctionData({
        abi: v1,
        functionName: 'scopeRevokeFunction',
        args: [7, target, selector],
      }),
  },
  {
    version: '2.1.0',
    name: 'manager',
    rolesSlot: slot(4n),
    roleKey: MANAGER,
    assign: (to: Address, isMember = true) =>
      encodeFunctionData({
        abi: v2,
        functionName: 'assignRoles',
        args: [to, [MANAGER], [isMember]],
      }),
    allowTarget: (target: Address) =>
      encodeFunctionData({ abi: v2, functionName: 'allowTarget', args: [MANAGER, target, 0] }),
    scopeTarget: (target: Address) =>
      encodeFunctionData({ abi: v2, functionName: 'scopeTarget', args: [MANAGER, target] }),
    allowFunction: (target: Address, selector: Hex, options = 0) =>
      encodeFunctionData({
        abi: v2,
        functionName: 'allowFunction',
        args: [MANAGER, target, selector, options],
      }),
    revokeFunction: (target: Address, selector: Hex) =>
      encodeFunctionData({
        abi: v2,
        functionName: 'revokeFunction',
        args: [MANAGER, target, selector],
      }),
  },
] as const;

let chain: LocalChain;
const mastercopies: Partial<Record<string, Address>> = {};

beforeAll(async () => {
  chain = await startLocalChain();
  for (const { version } of VERSIONS) {
    mastercopies[version] = await deployMastercopy(chain, DEPLOYER, `Roles ${version}`);
  }
  // Version 1 calls its library where that was published.
  const permissions = await deployMastercopy(chain, DEPLOYER, 'Permissions 1.0.0');
  const code = await (await stateOf(chain)).code(permissions);
  await chain.set({ [await publishedAddress('Permissions 1.0.0')]: { code } });
});

afterAll(() => chain.stop());

const idOf = (at: Address) => `eip155:1:${at}`;

/** The sets of keys that reach a power, what is opaque left out. */
function reach({ rules }: Awaited<ReturnType<typeof discoverOn>>, goal: Node): readonly string[] {
  const sets = coalitions(rules, goal).list.map(({ leaves }) => leaves.map(nodeId));
  return ways(...sets).filter((each) => !each.includes('opaque('));
}

const unreadAt = ({ unread }: Awaited<ReturnType<typeof discoverOn>>, at: Address) =>
  unread.filter((each) => each.account === idOf(at)).map(({ reason }) => reason);

let next = 0xe000;

/** A Roles modifier that its own code set up for a Safe of its own, which lets it act. */
async function setUp(
  version: string,
  options: { readonly isEnabled?: boolean; readonly target?: Address } = {},
): Promise<{ readonly at: Address; readonly safe: Address }> {
  const [at, safe] = [account(next), account(next + 1)];
  next += 2;
  const { isEnabled = true, target = safe } = options;
  await chain.set(await safeAccounts('1.4.1', { modules: isEnabled ? [at] : [] }, safe));
  const parameters = encodeAbiParameters(
    [{ type: 'address' }, { type: 'address' }, { type: 'address' }],
    [OWNER, safe, target],
  );
  await setUpModifier(chain, DEPLOYER, at, mastercopies[version] ?? DEPLOYER, parameters);
  return { at, safe };
}

test.each([
  ['Roles 1.1.0', '0xD8DfC1d938D7D163C5231688341e9635E9011889'],
  ['Roles 2.1.0', '0x9646fDAD06d3e24444381f44362a3B0eB343D337'],
  ['Permissions 1.0.0', '0x33D1C5A5B6a7f3885c7467e829aaa21698937597'],
] as const)('the init code of %s is the published one', async (name, address) => {
  expect(await publishedAddress(name)).toBe(address);
});

describe.each(VERSIONS)('Roles $version', (its) => {
  const { version, name } = its;
  const say = async (at: Address, ...calls: readonly Hex[]) => {
    for (const data of calls) await send(chain, OWNER, { to: at, data });
  };

  test('a member of a role has that role, and so has the owner', async () => {
    const { at } = await setUp(version);
    await say(at, its.assign(MEMBER), its.assign(OTHER), its.assign(OTHER, false));
    const found = await discoverOn(chain, at);
    expect(kindsAt(found, at)).toContain(`Zodiac Roles modifier, version ${version[0]}`);
    expect(reach(found, role(idOf(at), name))).toEqual(ways([key(MEMBER)], [key(OWNER)]));
    expect(reach(found, act(idOf(at)))).toEqual([key(OWNER)]);
  });

  test('a member that is no longer a module has nothing', async () => {
    const { at } = await setUp(version);
    const data = encodeFunctionData({
      abi: modules,
      functionName: 'disableModule',
      args: [SENTINEL, MEMBER],
    });
    await say(at, its.assign(MEMBER), data);
    expect(reach(await discoverOn(chain, at), role(idOf(at), name))).toEqual([key(OWNER)]);
  });

  test('a role that may call all of a contract acts', async () => {
    const { at, safe } = await setUp(version);
    await say(at, its.assign(MEMBER), its.allowTarget(POOL));
    const found = await discoverOn(chain, safe);
    expect(reach(found, act(idOf(at)))).toEqual(ways([key(MEMBER)], [key(OWNER)]));
    expect(reach(found, act(idOf(safe)))).toContain(key(MEMBER));
    const rule = found.rules.find(
      ({ requires }) => requires.type === 'power' && nodeId(requires).startsWith('role'),
    );
    expect(rule?.functions).toEqual([`any function of ${POOL}`]);
  });

  test('a role that may call single functions configures, and names them', async () => {
    const { at, safe } = await setUp(version);
    await say(at, its.assign(MEMBER), its.scopeTarget(POOL), its.allowFunction(POOL, SUPPLY));
    const found = await discoverOn(chain, safe);
    expect(reach(found, power(idOf(at), 'configure'))).toEqual(ways([key(MEMBER)], [key(OWNER)]));
    expect(reach(found, act(idOf(safe)))).not.toContain(key(MEMBER));
    const rule = found.rules.find(({ grants }) => nodeId(grants).startsWith('configure'));
    expect(rule?.functions).toEqual([`${SUPPLY} of ${POOL}`]);
  });

  test('a role that may transfer a token spends it', async () => {
    const { at, safe } = await setUp(version);
    await say(at, its.assign(MEMBER), its.scopeTarget(TOKEN), its.allowFunction(TOKEN, TRANSFER));
    const spend = power(idOf(safe), { spend: `eip155:1/erc20:${TOKEN}`, limit: ANY_AMOUNT });
    expect(reach(await discoverOn(chain, safe), spend)).toEqual(ways([key(MEMBER)], [key(OWNER)]));
  });

  test('a role that may send ether along spends ether', async () => {
    const { at, safe } = await setUp(version);
    await say(at, its.assign(MEMBER), its.scopeTarget(POOL), its.allowFunction(POOL, SUPPLY, 1));
    const spend = power(idOf(safe), { spend: 'eip155:1/slip44:60', limit: ANY_AMOUNT });
    const found = await discoverOn(chain, safe);
    expect(reach(found, spend)).toEqual(ways([key(MEMBER)], [key(OWNER)]));
    expect(reach(found, act(idOf(safe)))).not.toContain(key(MEMBER));
  });

  test('a role that may run a contract’s code as the Safe’s own acts', async () => {
    const { at, safe } = await setUp(version);
    await say(at, its.assign(MEMBER), its.scopeTarget(POOL), its.allowFunction(POOL, SUPPLY, 2));
    const found = await discoverOn(chain, safe);
    expect(reach(found, act(idOf(safe)))).toContain(key(MEMBER));
  });

  test('what was revoked gives nothing', async () => {
    const { at, safe } = await setUp(version);
    await say(at, its.assign(MEMBER), its.allowTarget(POOL), its.scopeTarget(POOL));
    await say(at, its.allowFunction(POOL, SUPPLY), its.revokeFunction(POOL, SUPPLY));
    const { rules } = await discoverOn(chain, safe);
    const uses = rules.filter(({ requires }) => requires.type === 'power');
    expect(uses.filter(({ requires }) => nodeId(requires as Node).startsWith('role'))).toEqual([]);
  });

  test('one that its Safe does not let act spends nothing of the Safe', async () => {
    const { at } = await setUp(version, { isEnabled: false });
    await say(at, its.assign(MEMBER), its.scopeTarget(TOKEN), its.allowFunction(TOKEN, TRANSFER));
    const { rules } = await discoverOn(chain, at);
    expect(rules.filter(({ grants }) => nodeId(grants).startsWith('spend'))).toEqual([]);
  });

  test('what stands between it and the Safe is not followed, and that is said', async () => {
    const { at } = await setUp(version, { target: OTHER });
    await say(at, its.assign(MEMBER), its.scopeTarget(TOKEN), its.allowFunction(TOKEN, TRANSFER));
    expect(unreadAt(await discoverOn(chain, at), at)).toContain(
      `what its roles may spend passes through ${OTHER}: not followed`,
    );
  });

  test('a member whom logs name and storage does not know is unread', async () => {
    const { at } = await setUp(version);
    await say(at, its.assign(MEMBER));
    const isMember = mappingSlot(MEMBER, mappingSlot(its.roleKey, its.rolesSlot));
    const state = overlay(await stateOf(chain), { [at]: { storage: { [isMember]: slot(0n) } } });
    const found = await discover(state, [at], readers);
    expect(reach(found, role(idOf(at), name))).toEqual([key(OWNER)]);
    expect(unreadAt(found, at)).toContain(
      'its logs name members whom its storage does not: roles are not read',
    );
  });

  test('one that was never set up belongs to anyone', async () => {
    const at = account(next);
    next += 1;
    const { at: other } = await setUp(version);
    await chain.set({ [at]: { code: await (await stateOf(chain)).code(other) } });
    expect(reach(await discoverOn(chain, at), act(idOf(at)))).toEqual(['']);
  });
});

test('version 1.1.0 is read in full, 2.1.0 is said to be faulty', async () => {
  const [first, second] = [await setUp('1.1.0'), await setUp('2.1.0')];
  const found = await discoverOn(chain, first.at, second.at);
  expect(unreadAt(found, first.at)).toEqual([]);
  expect(reach(found, act(idOf(first.at)))).toEqual([key(OWNER)]);
  expect(unreadAt(found, second.at)).toEqual([
    'its makers list this build, Roles 2.1.0, as faulty',
  ]);
  const all = coalitions(found.rules, act(idOf(second.at))).list.flatMap(({ leaves }) => leaves);
  expect(all.map(nodeId)).toContain(opaque(mastercopies['2.1.0'] ?? DEPLOYER));
});

test('a condition is not evaluated: the function is taken to be callable', async () => {
  const { at, safe } = await setUp('1.1.0');
  const scope = encodeFunctionData({
    abi: v1,
    functionName: 'scopeFunction',
    args: [7, TOKEN, TRANSFER, [true], [0], [0], [pad(OTHER)], 0],
  });
  const [{ assign, scopeTarget }] = VERSIONS;
  for (const data of [assign(MEMBER), scopeTarget(TOKEN), scope]) {
    await send(chain, OWNER, { to: at, data });
  }
  const spend = power(idOf(safe), { spend: `eip155:1/erc20:${TOKEN}`, limit: ANY_AMOUNT });
  expect(reach(await discoverOn(chain, safe), spend)).toContain(key(MEMBER));
});

describe('refuses', () => {
  const dispatching = (...signatures: readonly string[]): Hex =>
    `0x60006000fd${signatures.map((each) => `63${toFunctionSelector(each).slice(2)}`).join('')}`;

  test('a contract that assigns roles but hands no transaction on', async () => {
    const at = account(0xef1);
    await chain.set({
      [at]: {
        code: dispatching(
          'assignRoles(address,bytes32[],bool[])',
          'allowTarget(bytes32,address,uint8)',
        ),
      },
    });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('the Delay modifier, whose modules have no roles', async () => {
    const delay = await deployMastercopy(chain, DEPLOYER, 'Delay 1.0.1');
    const kinds = kindsAt(await discoverOn(chain, delay), delay);
    expect(kinds.filter((kind) => kind.includes('Roles'))).toEqual([]);
  });
});
