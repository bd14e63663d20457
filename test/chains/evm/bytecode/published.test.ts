import { type Address, concat, type Hex, zeroAddress } from 'viem';
import { describe, expect, test } from 'vitest';
import { publishedCode } from '../../../../src/chains/evm/bytecode/published.ts';
import { account } from '../../../support/accounts.ts';
import { packaged, paths } from '../../../support/packages.ts';

const ADMIN = account(1);

const OPENZEPPELIN = ['3.4', '4.1', '4.9', '5.0', '5.7'].map((version) => ({
  version,
  folder: version === '5.7' ? '@openzeppelin/contracts' : `openzeppelin-${version}`,
}));
const OPENZEPPELIN_NAMES = [
  'TransparentUpgradeableProxy',
  'BeaconProxy',
  'UpgradeableBeacon',
  'ProxyAdmin',
] as const;
const SDK_NAMES = [
  'UpgradeabilityProxy',
  'AdminUpgradeabilityProxy',
  'InitializableUpgradeabilityProxy',
  'InitializableAdminUpgradeabilityProxy',
  'ZosUpgradeabilityProxy',
  'ZosAdminUpgradeabilityProxy',
  'ZosInitializableUpgradeabilityProxy',
  'ZosInitializableAdminUpgradeabilityProxy',
  'ProxyAdmin',
] as const;
const HARDHAT_DEPLOY_NAMES = [
  'ERC1967Proxy',
  'TransparentUpgradeableProxy',
  'OptimizedTransparentUpgradeableProxy',
  'EIP173Proxy',
  'EIP173ProxyWithReceive',
  'ProxyAdmin',
  'Diamond',
  'DiamondCutFacet',
] as const;

const PUBLISHED: readonly (readonly [name: string, path: string])[] = [
  ...OPENZEPPELIN.flatMap(({ folder }) =>
    OPENZEPPELIN_NAMES.map((name) => [name, paths.openZeppelin(folder, name)] as const),
  ),
  ['UpgradeableProxy', paths.openZeppelin('openzeppelin-3.4', 'UpgradeableProxy')],
  ...OPENZEPPELIN.slice(1).map(
    ({ folder }) => ['ERC1967Proxy', paths.openZeppelin(folder, 'ERC1967Proxy')] as const,
  ),
  ...SDK_NAMES.map((name) => [name, paths.openZeppelinSdk(name)] as const),
  ...HARDHAT_DEPLOY_NAMES.map((name) => [name, paths.hardhatDeploy(name)] as const),
  ...['AppProxyUpgradeable', 'AppProxyPinned', 'KernelProxy'].map(
    (name) => [name, paths.aragon(name)] as const,
  ),
  ['InitializableImmutableAdminUpgradeabilityProxy', paths.aaveV2Proxy],
  ['InitializableImmutableAdminUpgradeabilityProxy', paths.aaveV3Proxy],
  ['LendingPoolAddressesProvider', paths.aaveV2Provider],
  ['PoolAddressesProvider', paths.aaveV3Provider],
];

test.each(PUBLISHED)('knows %s of %s', async (name, path) => {
  const { deployedBytecode } = await packaged(path);
  expect(publishedCode(deployedBytecode)?.name).toBe(name);
});

/** The metadata of solc, and its length. */
const METADATA_SIZE = 53;

const BEFORE_ADDRESS = `7f${'0'.repeat(24)}`;

/** Published code as a constructor leaves it, with `immutable` in the place of its immutables. */
const codeWith = async (path: string, immutable: Address): Promise<Hex> => {
  const { deployedBytecode } = await packaged(path);
  const filled = `${BEFORE_ADDRESS}${immutable.slice(2).toLowerCase()}`;
  return deployedBytecode.replaceAll(`7f${'0'.repeat(64)}`, filled) as Hex;
};

describe.each([
  [
    'OpenZeppelin 5.7',
    paths.openZeppelin('@openzeppelin/contracts', 'TransparentUpgradeableProxy'),
  ],
  ['Aave v2', paths.aaveV2Proxy],
])('the admin in the code of %s', (_, path) => {
  test('is read from there', async () => {
    expect(publishedCode(await codeWith(path, ADMIN))?.immutable).toBe(ADMIN);
    expect(publishedCode(await codeWith(path, zeroAddress))?.immutable).toBe(zeroAddress);
  });

  test('is an address, or the code is not known', async () => {
    const code = await codeWith(path, ADMIN);
    expect(
      publishedCode(code.replaceAll(BEFORE_ADDRESS, `7f01${'0'.repeat(22)}`) as Hex),
    ).toBeNull();
  });
});

test('where an immutable is not the same everywhere, the code is not known', async () => {
  const code = await codeWith(paths.aaveV2Proxy, ADMIN);
  const other = account(2).slice(2).toLowerCase();
  expect(publishedCode(code.replace(ADMIN.slice(2).toLowerCase(), other) as Hex)).toBeNull();
});

test('the same code from another compilation is known; code with another byte is not', async () => {
  const { deployedBytecode } = await packaged(
    paths.openZeppelin('@openzeppelin/contracts', 'ProxyAdmin'),
  );
  const body = deployedBytecode.slice(0, -2 * METADATA_SIZE) as Hex;
  expect(publishedCode(concat([body, '0xdead', '0x0002']))?.name).toBe('ProxyAdmin');
  expect(publishedCode(concat([body, '0xdead', '0x0001']))).toBeNull();
  expect(publishedCode(body.replace('33', '32') as Hex)).toBeNull();
});

test.each(['0x', '0x00', '0xffff', '0x0000'] as const)(
  'code as short as %s is not known',
  (code) => {
    expect(publishedCode(code)).toBeNull();
  },
);
