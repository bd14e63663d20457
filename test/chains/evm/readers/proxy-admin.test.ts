import { type Address, type Hex, pad, zeroAddress } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { account } from '../../../support/accounts.ts';
import { compile } from '../../../support/compile.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { deployPackaged, packaged, paths } from '../../../support/packages.ts';
import {
  discoverOn,
  holders,
  isReadInFull,
  key,
  kindsAt,
  stateOf,
  takers,
  ways,
} from '../../../support/read.ts';
import { SAFE, safeAccounts } from '../../../support/safes.ts';

const [DEPLOYER, OWNER, IMPLEMENTATION] = [0x71, 0x72, 0x73].map(account) as [
  Address,
  Address,
  Address,
];
const RENOUNCE: Hex = '0x715018a6';
const KIND = 'OpenZeppelin ProxyAdmin';

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({ [IMPLEMENTATION]: { code: '0x00' } });
});

afterAll(() => chain.stop());

const adminOf = (version: string): Promise<Address> =>
  deployPackaged(
    chain,
    DEPLOYER,
    paths.openZeppelin(`openzeppelin-${version}`, 'ProxyAdmin'),
    ...(version === '5.0' ? [DEPLOYER] : []),
  );

describe.each(['3.4', '4.1', '4.9', '5.0'])('%s', (version) => {
  test('the owner is the admin, and nobody else', async () => {
    const admin = await adminOf(version);
    const found = await discoverOn(chain, admin);
    expect(kindsAt(found, admin)).toContain(KIND);
    expect(isReadInFull(found, admin)).toBe(true);
    expect(takers(found, admin)).toEqual([key(DEPLOYER)]);
    expect(found.rules.find(({ reader }) => reader === 'proxy-admin')?.functions).toEqual([
      ...(version === '5.0' ? [] : ['upgrade(address,address)']),
      'upgradeAndCall(address,address,bytes)',
      ...(version === '5.0' ? [] : ['changeProxyAdmin(address,address)']),
      'transferOwnership(address)',
      'renounceOwnership()',
    ]);
  });

  test('one that was renounced is no one’s', async () => {
    const admin = await adminOf(version);
    await send(chain, DEPLOYER, { to: admin, data: RENOUNCE });
    expect(takers(await discoverOn(chain, admin), admin)).toEqual([]);
  });
});

test('a proxy is its owner’s, who may be a Safe', async () => {
  await chain.set(await safeAccounts('1.4.1'));
  const admin = await adminOf('4.9');
  await chain.set({ [admin]: { storage: { [slot(0n)]: pad(SAFE) } } });
  const path = paths.openZeppelin('openzeppelin-4.9', 'TransparentUpgradeableProxy');
  const proxy = await deployPackaged(chain, DEPLOYER, path, IMPLEMENTATION, admin, '0x01');
  expect(holders(await discoverOn(chain, proxy), proxy)).toEqual(
    ways(
      [key(account(1)), key(account(2))],
      [key(account(1)), key(account(3))],
      [key(account(2)), key(account(3))],
    ),
  );
});

test('an owner that is only simulated is read, too', async () => {
  const admin = await adminOf('4.9');
  const after = overlay(await stateOf(chain), {
    [admin]: { storage: { [slot(0n)]: pad(OWNER) } },
  });
  expect(takers(await discover(after, [admin], readers), admin)).toEqual([key(OWNER)]);
});

test('code that nobody published has an owner, and is opaque beside', async () => {
  const compiled = compile(
    'Ours',
    `import {ProxyAdmin} from "@openzeppelin/contracts/proxy/transparent/ProxyAdmin.sol";
    contract Ours is ProxyAdmin { constructor(address owner) ProxyAdmin(owner) {} function ours() external {} }`,
  );
  const admin = await deployCompiled(chain, DEPLOYER, compiled, [OWNER]);
  const found = await discoverOn(chain, admin);
  expect(kindsAt(found, admin)).toContain(KIND);
  expect(isReadInFull(found, admin)).toBe(false);
  expect(holders(found, admin)).toEqual([key(OWNER)]);
});

describe('refuses', () => {
  test('a contract with upgradeAndCall() but without an owner', async () => {
    const at = account(0x74);
    await chain.set({ [at]: { code: '0x60006000fd639623609d' } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('one whose owner() answers with another than its storage holds', async () => {
    const at = account(0x75);
    const { deployedBytecode } = await packaged(
      paths.openZeppelin('openzeppelin-4.9', 'ProxyAdmin'),
    );
    // Answers every call with OWNER, and has the selectors of a ProxyAdmin.
    const code: Hex = `0x73${OWNER.slice(2)}60005260206000f3${deployedBytecode.slice(2)}`;
    await chain.set({ [at]: { code, storage: { [slot(0n)]: pad(DEPLOYER) } } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual(['Ownable']);
    await chain.set({ [at]: { storage: { [slot(0n)]: pad(OWNER) } } });
    expect(kindsAt(await discoverOn(chain, at), at)).toContain(KIND);
    await chain.set({ [at]: { storage: { [slot(0n)]: pad(zeroAddress) } } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual(['Ownable']);
  });
});
