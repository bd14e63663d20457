import {
  type Address,
  concat,
  encodeFunctionData,
  type Hex,
  pad,
  parseAbi,
  zeroAddress,
} from 'viem';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { account } from '../../../support/accounts.ts';
import { compile } from '../../../support/compile.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deploy, deployCompiled } from '../../../support/openzeppelin.ts';
import { deployPackaged, paths } from '../../../support/packages.ts';
import {
  codeRunBy,
  discoverOn,
  holders,
  isReadInFull,
  key,
  kindsAt,
  stateOf,
  takers,
} from '../../../support/read.ts';

const [DEPLOYER, IMPLEMENTATION, OWNER, ADMIN, OTHER] = [0x61, 0x62, 0x63, 0x64, 0x65].map(
  account,
) as [Address, Address, Address, Address, Address];
/** OpenZeppelin's proxies refuse to stand without a first call to what they run. */
const ANY_CALL = '0x01';
const IMPLEMENTATION_SLOT = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc';
const ADMIN_SLOT = '0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103';
const BEACON_SLOT = '0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50';
/** Code that delegates and does nothing else that is known. */
const DELEGATES: Hex = '0x600060006000600060006000f4';

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

beforeEach(() => chain.set({ [IMPLEMENTATION]: { code: '0x00' } }));

afterAll(() => chain.stop());

const addressAt = async (proxy: Address, slot: Hex): Promise<string> =>
  `0x${String(await chain.request('eth_getStorageAt', [proxy, slot, 'latest'])).slice(-40)}`;

/** Who may upgrade a proxy, by its own reader. */
const upgraders = ({ rules }: Awaited<ReturnType<typeof discoverOn>>, proxy: Address) =>
  rules
    .filter(({ reader }) => reader === 'erc1967')
    .filter(({ grants }) => grants.type === 'power' && grants.action === 'upgrade')
    .filter(({ grants }) => grants.type === 'power' && grants.account === `eip155:1:${proxy}`)
    .map(({ requires }) =>
      requires.type === 'power' ? requires.account.slice('eip155:1:'.length) : requires.type,
    );

describe('UUPS', () => {
  test.each(['4.1', '4.9', '5.0'])('a proxy of %s is what it runs', async (version) => {
    const path = paths.openZeppelin(`openzeppelin-${version}`, 'ERC1967Proxy');
    const proxy = await deployPackaged(chain, DEPLOYER, path, IMPLEMENTATION, ANY_CALL);
    const found = await discoverOn(chain, proxy);
    expect(kindsAt(found, proxy)).toEqual(['ERC-1967 proxy']);
    expect(isReadInFull(found, proxy)).toBe(true);
    expect(codeRunBy(found, proxy)).toEqual([IMPLEMENTATION]);
    expect(holders(found, proxy)).toEqual([]);
  });

  test('refuses an admin slot that published code does not read', async () => {
    const proxy = await deploy(chain, DEPLOYER, 'ERC1967Proxy', [IMPLEMENTATION, ANY_CALL]);
    await chain.set({ [proxy]: { storage: { [ADMIN_SLOT]: pad(OWNER) } } });
    expect(upgraders(await discoverOn(chain, proxy), proxy)).toEqual([]);
  });
});

describe('transparent', () => {
  test.each(['3.4', '4.1', '4.9'])('the admin of %s is in its slot', async (version) => {
    const path = paths.openZeppelin(`openzeppelin-${version}`, 'TransparentUpgradeableProxy');
    const proxy = await deployPackaged(chain, DEPLOYER, path, IMPLEMENTATION, ADMIN, ANY_CALL);
    const found = await discoverOn(chain, proxy);
    expect(isReadInFull(found, proxy)).toBe(true);
    expect(codeRunBy(found, proxy)).toEqual([IMPLEMENTATION]);
    expect(holders(found, proxy)).toEqual([key(ADMIN)]);
    expect(found.rules.find(({ reader }) => reader === 'erc1967')?.functions).toEqual([
      'upgradeTo(address)',
      'upgradeToAndCall(address,bytes)',
      'changeAdmin(address)',
    ]);
  });

  test('the admin of 5.7 is a ProxyAdmin in its code, whatever its slot says', async () => {
    const args = [IMPLEMENTATION, OWNER, ANY_CALL];
    const proxy = await deploy(chain, DEPLOYER, 'TransparentUpgradeableProxy', args);
    const mirrored = await addressAt(proxy, ADMIN_SLOT);
    await chain.set({ [proxy]: { storage: { [ADMIN_SLOT]: pad(OTHER) } } });
    const found = await discoverOn(chain, proxy);
    expect(upgraders(found, proxy).map((admin) => admin.toLowerCase())).toEqual([mirrored]);
    expect(isReadInFull(found, proxy)).toBe(true);
    expect(codeRunBy(found, proxy)).toEqual([IMPLEMENTATION]);
    expect(holders(found, proxy)).toEqual([key(OWNER)]);
    expect(found.rules.find(({ reader }) => reader === 'erc1967')?.functions).toEqual([
      'upgradeToAndCall(address,bytes)',
    ]);
  });

  test('an admin that is in the code of what nobody published is found beside the comparison', async () => {
    const { abi, bytecode } = compile(
      'Ours',
      `import {TransparentUpgradeableProxy} from "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol";
      contract Ours is TransparentUpgradeableProxy {
        uint256 private immutable seed = 7;
        constructor(address logic, address owner) TransparentUpgradeableProxy(logic, owner, hex"01") {}
        function _fallback() internal override { if (msg.value == seed) revert(); super._fallback(); }
      }`,
    );
    const proxy = await deployCompiled(chain, DEPLOYER, { abi, bytecode }, [IMPLEMENTATION, OWNER]);
    const mirrored = await addressAt(proxy, ADMIN_SLOT);
    await chain.set({ [proxy]: { storage: { [ADMIN_SLOT]: pad(OTHER) } } });
    const found = await discoverOn(chain, proxy);
    expect(upgraders(found, proxy).map((admin) => admin.toLowerCase())).toEqual([mirrored]);
    expect(isReadInFull(found, proxy)).toBe(false);
  });

  test('an address that code compares its caller with, but upgrades by no function, is no admin', async () => {
    const proxy = account(0x6d);
    const compares: Hex = `0x3373${OTHER.slice(2)}14507f${IMPLEMENTATION_SLOT.slice(2)}50`;
    const code = concat([compares, DELEGATES]);
    const storage = { [IMPLEMENTATION_SLOT]: pad(IMPLEMENTATION) };
    await chain.set({ [proxy]: { code, storage } });
    expect(upgraders(await discoverOn(chain, proxy), proxy)).toEqual([]);
    await chain.set({ [proxy]: { code: concat([code, '0x633659cfe6']) } });
    expect(upgraders(await discoverOn(chain, proxy), proxy)).toEqual([OTHER]);
  });

  test('no admin is no one', async () => {
    const path = paths.openZeppelin('openzeppelin-4.9', 'TransparentUpgradeableProxy');
    const proxy = await deployPackaged(chain, DEPLOYER, path, IMPLEMENTATION, ADMIN, ANY_CALL);
    await chain.set({ [proxy]: { storage: { [ADMIN_SLOT]: pad(zeroAddress) } } });
    expect(holders(await discoverOn(chain, proxy), proxy)).toEqual([]);
  });

  test('an admin that is only simulated is read, too', async () => {
    const path = paths.openZeppelin('openzeppelin-4.9', 'TransparentUpgradeableProxy');
    const proxy = await deployPackaged(chain, DEPLOYER, path, IMPLEMENTATION, ADMIN, ANY_CALL);
    const storage = { [ADMIN_SLOT]: pad(OTHER) };
    const after = overlay(await stateOf(chain), { [proxy]: { storage } });
    expect(upgraders(await discover(after, [proxy], readers), proxy)).toEqual([OTHER]);
  });

  test.each(['OptimizedTransparentUpgradeableProxy', 'EIP173Proxy'])(
    'the admin of hardhat-deploy in %s',
    async (name) => {
      const path = paths.hardhatDeploy(name);
      const proxy = await deployPackaged(chain, DEPLOYER, path, IMPLEMENTATION, ADMIN, '0x');
      expect(upgraders(await discoverOn(chain, proxy), proxy)).toEqual([ADMIN]);
    },
  );
});

describe.each([
  ['v2', paths.aaveV2Proxy],
  ['v3', paths.aaveV3Proxy],
])('Aave %s and Radiant: the admin is in the code, and its slot is empty', (_, path) => {
  const initialise = encodeFunctionData({
    abi: parseAbi(['function initialize(address logic, bytes data)']),
    args: [IMPLEMENTATION, '0x'],
  });

  test('it may upgrade', async () => {
    const proxy = await deployPackaged(chain, DEPLOYER, path, ADMIN);
    await send(chain, OTHER, { to: proxy, data: initialise });
    expect(BigInt(await addressAt(proxy, ADMIN_SLOT))).toBe(0n);
    const found = await discoverOn(chain, proxy);
    expect(isReadInFull(found, proxy)).toBe(true);
    expect(codeRunBy(found, proxy)).toEqual([IMPLEMENTATION]);
    expect(holders(found, proxy)).toEqual([key(ADMIN)]);
  });

  test('also where the code was compiled in another way', async () => {
    const proxy = await deployPackaged(chain, DEPLOYER, path, ADMIN);
    await send(chain, OTHER, { to: proxy, data: initialise });
    const code = String(await chain.request('eth_getCode', [proxy, 'latest']));
    // A letter of a reason to revert.
    const letter = Buffer.from('not').toString('hex');
    expect(code).toContain(letter);
    await chain.set({
      [proxy]: { code: code.replace(letter, Buffer.from('no!').toString('hex')) as Hex },
    });
    const found = await discoverOn(chain, proxy);
    expect(isReadInFull(found, proxy)).toBe(false);
    expect(codeRunBy(found, proxy)).toEqual([IMPLEMENTATION]);
    expect(holders(found, proxy)).toEqual([key(ADMIN)]);
  });

  test('one that was never set up is anyone’s', async () => {
    const proxy = await deployPackaged(chain, DEPLOYER, path, ADMIN);
    expect(takers(await discoverOn(chain, proxy), proxy)).toEqual(['']);
  });
});

describe('beacon', () => {
  test.each(['3.4', '4.9', '5.0'])(
    'whoever controls the beacon of %s controls the proxy',
    async (version) => {
      const folder = `openzeppelin-${version}`;
      const args = version === '5.0' ? [IMPLEMENTATION, DEPLOYER] : [IMPLEMENTATION];
      const beacon = await deployPackaged(
        chain,
        DEPLOYER,
        paths.openZeppelin(folder, 'UpgradeableBeacon'),
        ...args,
      );
      const path = paths.openZeppelin(folder, 'BeaconProxy');
      const proxy = await deployPackaged(chain, DEPLOYER, path, beacon, ANY_CALL);
      const found = await discoverOn(chain, proxy);
      expect(kindsAt(found, proxy)).toEqual(['ERC-1967 beacon proxy']);
      expect(isReadInFull(found, proxy)).toBe(true);
      expect(codeRunBy(found, proxy)).toEqual([IMPLEMENTATION]);
      expect(holders(found, proxy)).toEqual([key(DEPLOYER)]);
    },
  );

  test('whoever upgrades a beacon of its own make upgrades the proxy', async () => {
    const keeper = compile(
      'Keeper',
      `contract Keeper { address public implementation; address keeper;
        constructor(address code, address by) { implementation = code; keeper = by; }
        function point(address to) external { require(msg.sender == keeper); implementation = to; }
        function upgradeTo(address to) external { require(msg.sender == keeper); implementation = to; } }`,
    );
    const beacon = await deployCompiled(chain, DEPLOYER, keeper, [IMPLEMENTATION, OWNER]);
    const proxy = await deploy(chain, DEPLOYER, 'BeaconProxy', [beacon, ANY_CALL]);
    expect(holders(await discoverOn(chain, proxy), proxy)).toEqual([key(OWNER)]);
  });

  test('a beacon that is in the code counts, whatever the slot says', async () => {
    const beacon = await deploy(chain, DEPLOYER, 'UpgradeableBeacon', [IMPLEMENTATION, OWNER]);
    const proxy = await deploy(chain, DEPLOYER, 'BeaconProxy', [beacon, ANY_CALL]);
    await chain.set({ [proxy]: { storage: { [BEACON_SLOT]: pad(OTHER) } } });
    expect(upgraders(await discoverOn(chain, proxy), proxy)).toEqual([beacon]);
  });

  test.each([
    ['that names no implementation', '0x00', /^the beacon 0x\w+ names no implementation$/],
    ['that reverts', '0x60006000fd', /^the beacon 0x\w+ could not be read: /],
  ] satisfies [string, Hex, RegExp][])(
    'a beacon %s is unread, and may still upgrade',
    async (_, code, reason) => {
      const mute = account(0x66);
      const proxy = account(0x67);
      await chain.set({
        [mute]: { code },
        [proxy]: { code: DELEGATES, storage: { [BEACON_SLOT]: pad(mute) } },
      });
      const found = await discoverOn(chain, proxy);
      expect(found.unread).toContainEqual({
        account: `eip155:1:${proxy}`,
        reason: expect.stringMatching(reason),
      });
      expect([...new Set(upgraders(found, proxy))]).toEqual([mute]);
    },
  );
});

describe('a proxy that runs itself, or one that runs it, is read once', () => {
  test.each([
    ['itself', (a: Address) => ({ [a]: a })],
    ['another', (a: Address) => ({ [a]: account(0x69), [account(0x69)]: a })],
  ])('%s', async (_, implementations) => {
    const proxy = account(0x68);
    const code = (await deploy(chain, DEPLOYER, 'ERC1967Proxy', [IMPLEMENTATION, ANY_CALL]).then(
      (real) => chain.request('eth_getCode', [real, 'latest']),
    )) as Hex;
    for (const [at, runs] of Object.entries(implementations(proxy)) as [Address, Address][]) {
      await chain.set({ [at]: { code, storage: { [IMPLEMENTATION_SLOT]: pad(runs) } } });
    }
    expect((await discoverOn(chain, proxy)).found.length).toBeLessThanOrEqual(2);
  });
});

describe('refuses', () => {
  test('a contract with none of the three slots written', async () => {
    const at = account(0x6a);
    await chain.set({ [at]: { code: DELEGATES } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('a contract that writes the slots but delegates nothing', async () => {
    const at = account(0x6b);
    await chain.set({ [at]: { code: '0x00', storage: { [ADMIN_SLOT]: pad(OWNER) } } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('to vouch for a contract that writes the slots but runs code of its own', async () => {
    const at = account(0x6c);
    await chain.set({ [at]: { code: DELEGATES, storage: { [ADMIN_SLOT]: pad(OWNER) } } });
    const found = await discoverOn(chain, at);
    expect(isReadInFull(found, at)).toBe(false);
    expect(holders(found, at)).toEqual([key(OWNER)]);
  });
});
