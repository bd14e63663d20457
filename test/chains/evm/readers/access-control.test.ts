import {
  type Address,
  encodeFunctionData,
  type Hex,
  keccak256,
  parseAbi,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Key } from '../../../../src/chains/evm/bytecode/guard.ts';
import { type Discovery, discover } from '../../../../src/chains/evm/discover.ts';
import { rpcNode } from '../../../../src/chains/evm/node.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { simulate } from '../../../../src/chains/evm/simulate.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { power, role } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { offering, REVERTS } from '../../../support/code.ts';
import { compile } from '../../../support/compile.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deploy, deployCompiled } from '../../../support/openzeppelin.ts';
import { discoverOn, holdersOf, key, kindsAt, stateOf } from '../../../support/read.ts';

const [DEPLOYER, ADMIN, MINTER, NEXT, STRANGER] = [0x41, 0x42, 0x43, 0x44, 0x45].map(account) as [
  Address,
  Address,
  Address,
  Address,
  Address,
];
const DAY = 86_400;
const hash = (name: string): Hex => keccak256(toHex(name));
const CUSTOM = hash('A role that no table knows');

const abi = parseAbi([
  'function grantRole(bytes32 role, address account)',
  'function revokeRole(bytes32 role, address account)',
  'function renounceRole(bytes32 role, address account)',
  'function setRoleAdmin(bytes32 role, bytes32 admin)',
  'function beginDefaultAdminTransfer(address newAdmin)',
  'function cancelDefaultAdminTransfer()',
  'function acceptDefaultAdminTransfer()',
]);

/** A contract that keeps its roles as one version of OpenZeppelin does. */
const vault = (from: string, base: string, setup = '_grantRole(DEFAULT_ADMIN_ROLE, admin);') =>
  compile(
    'Vault',
    `import '${from}/access/${base}.sol';
    contract Vault is ${base.split('/').pop()} {
      bytes32 public constant MINTER_ROLE = keccak256('MINTER_ROLE');
      constructor(address admin) ${setup.startsWith(':') ? `${setup.slice(1)} {` : `{ ${setup}`} }
      function setRoleAdmin(bytes32 role, bytes32 admin) external { _setRoleAdmin(role, admin); }
      function mint() external onlyRole(MINTER_ROLE) {}
    }`,
  );

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

const deployVault = (...args: Parameters<typeof vault>) =>
  deployCompiled(chain, DEPLOYER, vault(...args), [ADMIN]);

const call = (from: Address, to: Address, ...[functionName, args]: Call) =>
  send(chain, from, { to, data: encodeFunctionData({ abi, functionName, args } as never) });
type Call = readonly [(typeof abi)[number]['name'], readonly unknown[]];

/** Who can have a role of a contract, and when. */
const membersOf = (found: Pick<Discovery, 'rules'>, at: Address, name: string) =>
  holdersOf(found, role(`eip155:1:${at}`, name));

describe.each([
  ['5.7.0', '@openzeppelin/contracts', 'AccessControl'],
  ['5.7.0', '@openzeppelin/contracts', 'extensions/AccessControlEnumerable'],
  ['4.9.6', 'openzeppelin-4.9.6', 'AccessControl'],
  ['4.9.6', 'openzeppelin-4.9.6', 'AccessControlEnumerable'],
])('OpenZeppelin %s, %s/%s', (_, from, base) => {
  let at: Address;

  beforeAll(async () => {
    at = await deployVault(from, base);
  });

  test('a role that nobody was given is its admin’s', async () => {
    const found = await discoverOn(chain, at);
    expect(kindsAt(found, at)).toEqual(['AccessControl']);
    expect(membersOf(found, at, 'DEFAULT_ADMIN_ROLE')).toEqual([`${key(ADMIN)} after 0`]);
    expect(membersOf(found, at, 'MINTER_ROLE')).toEqual([`${key(ADMIN)} after 0`]);
  });

  test('members are read as they are now', async () => {
    await call(ADMIN, at, 'grantRole', [hash('MINTER_ROLE'), MINTER]);
    await call(ADMIN, at, 'grantRole', [hash('MINTER_ROLE'), NEXT]);
    await call(NEXT, at, 'renounceRole', [hash('MINTER_ROLE'), NEXT]);
    expect(membersOf(await discoverOn(chain, at), at, 'MINTER_ROLE')).toEqual(
      [`${key(ADMIN)} after 0`, `${key(MINTER)} after 0`].sort(),
    );
  });

  test('an admin role of its own, found from the logs, and the admin of that', async () => {
    await call(STRANGER, at, 'setRoleAdmin', [hash('MINTER_ROLE'), CUSTOM]);
    await call(ADMIN, at, 'grantRole', [CUSTOM, NEXT]);
    const found = await discoverOn(chain, at);
    expect(membersOf(found, at, CUSTOM)).toContain(`${key(NEXT)} after 0`);
    expect(membersOf(found, at, 'MINTER_ROLE')).toEqual(
      [ADMIN, MINTER, NEXT].map((each) => `${key(each)} after 0`).sort(),
    );
    // Without any admin of the admin, only the members are left.
    await call(ADMIN, at, 'renounceRole', [zeroHash, ADMIN]);
    expect(membersOf(await discoverOn(chain, at), at, 'MINTER_ROLE')).toEqual(
      [MINTER, NEXT].map((each) => `${key(each)} after 0`).sort(),
    );
  });
});

test('the zero address is no member', async () => {
  const at = await deployVault('@openzeppelin/contracts', 'AccessControl');
  await call(ADMIN, at, 'grantRole', [hash('MINTER_ROLE'), zeroAddress]);
  expect(membersOf(await discoverOn(chain, at), at, 'MINTER_ROLE')).toEqual([
    `${key(ADMIN)} after 0`,
  ]);
});

test('behind a proxy, the roles of the proxy', async () => {
  const implementation = await deployVault('@openzeppelin/contracts', 'AccessControl');
  const at = await deploy(chain, DEPLOYER, 'ERC1967Proxy', [
    implementation,
    encodeFunctionData({ abi, functionName: 'setRoleAdmin', args: [CUSTOM, CUSTOM] }),
  ]);
  const found = await discoverOn(chain, at);
  expect(kindsAt(found, at)).toEqual(['ERC-1967 proxy', 'AccessControl']);
  expect(membersOf(found, at, 'MINTER_ROLE')).toEqual([]);
});

test('a check of a role is explained wherever the mapping lies, and no other check', async () => {
  const at = await deployVault('@openzeppelin/contracts', 'AccessControl');
  const { found } = await discoverOn(chain, at);
  const { explains } = found
    .flatMap(({ readings }) => readings)
    .find(({ kind }) => kind === 'AccessControl') ?? { explains: undefined };
  const check = { type: 'member', mapping: slot(7n), mask: slot(255n) } as const;
  const member = (...keys: readonly Key[]) => explains?.({ ...check, keys, equals: null });
  expect(member(hash('MINTER_ROLE'), 'caller')).toEqual(role(`eip155:1:${at}`, 'MINTER_ROLE'));
  expect(member(zeroHash, 'caller')).toEqual(role(`eip155:1:${at}`, 'DEFAULT_ADMIN_ROLE'));
  expect(member(CUSTOM, 'caller')).toBeNull();
  expect(member(hash('MINTER_ROLE'), 'origin')).toBeNull();
  expect(member('caller')).toBeNull();
  const keys = [hash('MINTER_ROLE'), 'caller'] as const;
  expect(explains?.({ ...check, keys, equals: slot(0n) })).toBeNull();
});

test.each([
  ['as it runs', false],
  ['as it is compiled', true],
])(
  'what a role may do, and who gives it besides, where its place is hashed %s',
  async (_, viaIR) => {
    const source = `import '@openzeppelin/contracts/access/AccessControl.sol';
    contract Vault is AccessControl {
      bytes32 public constant MINTER_ROLE = keccak256('MINTER_ROLE');
      address owner = msg.sender;
      uint256 supply;
      constructor(address minter) { _grantRole(MINTER_ROLE, minter); }
      function setMinter(address to) external { require(msg.sender == owner); _grantRole(MINTER_ROLE, to); }
      function mint(address, uint256 amount) external onlyRole(MINTER_ROLE) { supply += amount; }
    }`;
    const vault = await deployCompiled(chain, DEPLOYER, compile('Vault', source, viaIR), [MINTER]);
    const found = await discoverOn(chain, vault);
    expect(found.unread).toEqual([]);
    expect(holdersOf(found, power(`eip155:1:${vault}`, 'mint'))).toEqual(
      [DEPLOYER, MINTER].map((each) => `${key(each)} after 0`).sort(),
    );
  },
);

describe('with AccessControlDefaultAdminRules', () => {
  const setup = `:AccessControlDefaultAdminRules(${2 * DAY}, admin)`;
  const rules: Parameters<typeof vault> = [
    '@openzeppelin/contracts',
    'extensions/AccessControlDefaultAdminRules',
    setup,
  ];

  test.each<[string, Parameters<typeof vault>]>([
    ['5.7.0', rules],
    ['4.9.6', ['openzeppelin-4.9.6', 'AccessControlDefaultAdminRules', setup]],
  ])('%s: the next default admin waits; the present one may stop it', async (_, version) => {
    const at = await deployVault(...version);
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual(['AccessControlDefaultAdminRules']);
    await call(ADMIN, at, 'beginDefaultAdminTransfer', [NEXT]);
    const found = await discoverOn(chain, at);
    const id = `eip155:1:${at}`;
    const admin = role(id, 'DEFAULT_ADMIN_ROLE');
    expect(holdersOf(found, admin)).toEqual(
      [`${key(ADMIN)} after 0`, `${key(NEXT)} after ${2 * DAY + 1}`].sort(),
    );
    expect(membersOf(found, at, 'MINTER_ROLE')).toContain(`${key(NEXT)} after ${2 * DAY + 1}`);
    expect(holdersOf(found, power(id, 'configure'))).toContain(`${key(ADMIN)} after 0`);
    const pending = found.rules.find(
      ({ functions }) => functions?.[0] === 'acceptDefaultAdminTransfer()',
    );
    expect(pending?.requires).toMatchObject({ vetoers: [admin] });

    await call(ADMIN, at, 'cancelDefaultAdminTransfer', []);
    expect(holdersOf(await discoverOn(chain, at), admin)).toEqual([`${key(ADMIN)} after 0`]);
  });

  test('once the schedule has passed, the next one needs no one any more', async () => {
    const at = await deployVault(...rules);
    await call(ADMIN, at, 'beginDefaultAdminTransfer', [NEXT]);
    await chain.request('evm_increaseTime', [2 * DAY + 2]);
    await chain.request('evm_mine', []);
    expect(membersOf(await discoverOn(chain, at), at, 'DEFAULT_ADMIN_ROLE')).toEqual(
      [`${key(ADMIN)} after 0`, `${key(NEXT)} after 0`].sort(),
    );
    await call(NEXT, at, 'acceptDefaultAdminTransfer', []);
    expect(membersOf(await discoverOn(chain, at), at, 'DEFAULT_ADMIN_ROLE')).toEqual([
      `${key(NEXT)} after 0`,
    ]);
  });

  test('a renounced role on its way is nobody’s', async () => {
    const at = await deployVault(...rules);
    await call(ADMIN, at, 'beginDefaultAdminTransfer', [zeroAddress]);
    expect(membersOf(await discoverOn(chain, at), at, 'DEFAULT_ADMIN_ROLE')).toEqual([
      `${key(ADMIN)} after 0`,
    ]);
  });
});

test('it is read on a state that is only simulated', async () => {
  const at = await deployVault('@openzeppelin/contracts', 'AccessControl');
  const state = await stateOf(chain);
  const args = [hash('MINTER_ROLE'), STRANGER] as const;
  const { after } = await simulate(rpcNode(chain.url), state, [
    {
      from: ADMIN,
      to: at,
      data: encodeFunctionData({ abi, functionName: 'grantRole', args }),
      value: 0n,
    },
  ]);
  const mayMint = `${key(STRANGER)} after 0`;
  expect(membersOf(await discover(state, [at], readers), at, 'MINTER_ROLE')).not.toContain(mayMint);
  expect(membersOf(await discover(after, [at], readers), at, 'MINTER_ROLE')).toContain(mayMint);
});

test('a role taken without an event is read as taken', async () => {
  const at = await deployVault('@openzeppelin/contracts', 'AccessControl');
  const inner = keccak256(`${zeroHash}${slot(0n).slice(2)}`);
  const entry = keccak256(`${slot(BigInt(ADMIN))}${inner.slice(2)}`);
  const silent = overlay(await stateOf(chain), { [at]: { storage: { [entry]: slot(0n) } } });
  expect(membersOf(await discover(silent, [at], readers), at, 'DEFAULT_ADMIN_ROLE')).toEqual([]);
});

test('one that invents ever new admin roles is unread, with the reason', async () => {
  const endless = compile(
    'Endless',
    `contract Endless {
      function hasRole(bytes32, address) external pure returns (bool) { return false; }
      function getRoleAdmin(bytes32 role) external pure returns (bytes32) {
        return keccak256(abi.encode(role));
      }
      function grantRole(bytes32, address) external {}
      function revokeRole(bytes32, address) external {}
      function renounceRole(bytes32, address) external {}
    }`,
  );
  const at = await deployCompiled(chain, DEPLOYER, endless, []);
  const { unread } = await discoverOn(chain, at);
  expect(unread[0]?.reason).toMatch(/more than 100 roles/);
});

describe('refuses', () => {
  test('a contract with hasRole() but without grantRole()', async () => {
    const at = account(0x46);
    await chain.set({ [at]: { code: offering(REVERTS, 'hasRole(bytes32,address)') } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('an AccessManager, which numbers its roles', async () => {
    const at = await deploy(chain, DEPLOYER, 'AccessManager', [ADMIN]);
    expect(kindsAt(await discoverOn(chain, at), at)).not.toContain('AccessControl');
  });
});
