import { type Address, encodeFunctionData, type Hex, keccak256, pad, parseAbi, toHex } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { account } from '../../../support/accounts.ts';
import { compile } from '../../../support/compile.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { deployPackaged, packaged, paths } from '../../../support/packages.ts';
import {
  codeRunBy,
  discoverOn,
  holders,
  isReadInFull,
  key,
  kindsAt,
  stateOf,
  takers,
  ways,
} from '../../../support/read.ts';

const [DEPLOYER, ADMIN, OTHER, IMPLEMENTATION] = [0xa1, 0xa2, 0xa3, 0xa4].map(account) as [
  Address,
  Address,
  Address,
  Address,
];
const ZOS_ADMIN = keccak256(toHex('org.zeppelinos.proxy.admin'));

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({ [IMPLEMENTATION]: { code: '0x00' } });
});

afterAll(() => chain.stop());

describe('ZeppelinOS', () => {
  const path = paths.openZeppelinSdk('ZosAdminUpgradeabilityProxy');
  const deployProxy = () => deployPackaged(chain, DEPLOYER, path, IMPLEMENTATION, ADMIN, '0x');

  test('the admin upgrades, and nobody else', async () => {
    const proxy = await deployProxy();
    const found = await discoverOn(chain, proxy);
    expect(kindsAt(found, proxy)).toEqual(['ZeppelinOS proxy']);
    expect(isReadInFull(found, proxy)).toBe(true);
    expect(codeRunBy(found, proxy)).toEqual([IMPLEMENTATION]);
    expect(holders(found, proxy)).toEqual([key(ADMIN)]);
    expect(found.rules.find(({ reader }) => reader === 'older-proxy')?.functions).toEqual([
      'upgradeTo(address)',
      'upgradeToAndCall(address,bytes)',
      'changeAdmin(address)',
    ]);
  });

  test('an admin that is only simulated is read, too', async () => {
    const proxy = await deployProxy();
    const after = overlay(await stateOf(chain), {
      [proxy]: { storage: { [ZOS_ADMIN]: pad(OTHER) } },
    });
    expect(takers(await discover(after, [proxy], readers), proxy)).toContain(key(OTHER));
  });

  test('no admin is no one', async () => {
    const proxy = await deployProxy();
    await chain.set({ [proxy]: { storage: { [ZOS_ADMIN]: '0x00' } } });
    expect(holders(await discoverOn(chain, proxy), proxy)).toEqual([]);
  });

  test('one that was never set up is anyone’s, until it is', async () => {
    const initialisable = paths.openZeppelinSdk('ZosInitializableAdminUpgradeabilityProxy');
    const proxy = await deployPackaged(chain, DEPLOYER, initialisable);
    expect(takers(await discoverOn(chain, proxy), proxy)).toEqual(['']);
    const data = encodeFunctionData({
      abi: parseAbi(['function initialize(address logic, address admin, bytes data)']),
      args: [IMPLEMENTATION, ADMIN, '0x'],
    });
    await send(chain, OTHER, { to: proxy, data });
    expect(holders(await discoverOn(chain, proxy), proxy)).toEqual([key(ADMIN)]);
  });
});

/**
 * A proxy with named slots, as small as it can be: no package holds those of Polygon, TrueUSD and
 * EIP-1822. Its owner replaces the implementation, and may be pending.
 */
const small = (implementation: string, owners: readonly string[]) =>
  compile(
    'Small',
    `contract Small {
      bytes32 constant IMPLEMENTATION = keccak256("${implementation}");
      constructor(address code${owners.map((_, index) => `, address owner${index}`).join('')}) {
        set(IMPLEMENTATION, code);
        ${owners.map((owner, index) => `set(keccak256("${owner}"), owner${index});`).join('\n')}
      }
      function set(bytes32 at, address value) internal { assembly { sstore(at, value) } }
      function get(bytes32 at) internal view returns (address value) { assembly { value := sload(at) } }
      ${owners
        .map(
          (owner, index) =>
            `function use${index}(address code) external {
            require(msg.sender == get(keccak256("${owner}")));
            set(IMPLEMENTATION, code);
          }`,
        )
        .join('\n')}
      fallback() external payable {
        address code = get(IMPLEMENTATION);
        assembly {
          calldatacopy(0, 0, calldatasize())
          let done := delegatecall(gas(), code, 0, calldatasize(), 0, 0)
          returndatacopy(0, 0, returndatasize())
          switch done case 0 { revert(0, returndatasize()) } default { return(0, returndatasize()) }
        }
      }
    }`,
  );

test.each([
  ['EIP-1822 proxy', 'PROXIABLE', []],
  ['ZeppelinOS proxy', 'org.zeppelinos.proxy.implementation', ['org.zeppelinos.proxy.owner']],
  ['Polygon proxy', 'matic.network.proxy.implementation', ['matic.network.proxy.owner']],
  [
    'TrueUSD proxy',
    'trueUSD.proxy.implementation',
    ['trueUSD.proxy.owner', 'trueUSD.pending.proxy.owner'],
  ],
] as const)('%s: each owner upgrades, and its code stays opaque', async (kind, slot, owners) => {
  const given = [ADMIN, OTHER].slice(0, owners.length);
  const args = [IMPLEMENTATION, ...given];
  const proxy = await deployCompiled(chain, DEPLOYER, small(slot, owners), args);
  const found = await discoverOn(chain, proxy);
  expect(kindsAt(found, proxy)).toEqual([kind]);
  expect(isReadInFull(found, proxy)).toBe(false);
  expect(codeRunBy(found, proxy)).toEqual([IMPLEMENTATION]);
  expect(holders(found, proxy)).toEqual(ways(...given.map((owner) => [key(owner)])));
});

test('a compiler that leaves the name to be hashed as the code runs is understood', async () => {
  const name = 'matic.network.proxy.implementation';
  const [proxy, slot] = [account(0xa5), keccak256(toHex(name))];
  const code: Hex = `0x600060006000600060006000f4${toHex(name).slice(2)}`;
  await chain.set({ [proxy]: { code, storage: { [slot]: pad(IMPLEMENTATION) } } });
  expect(kindsAt(await discoverOn(chain, proxy), proxy)).toEqual(['Polygon proxy']);
});

describe('refuses', () => {
  test('a contract that holds the name of such a slot but delegates nothing', async () => {
    const [at, slot] = [account(0xa6), keccak256(toHex('PROXIABLE'))];
    const code: Hex = `0x7f${slot.slice(2)}00`;
    await chain.set({ [at]: { code, storage: { [slot]: pad(IMPLEMENTATION) } } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('a proxy of unknown code whose slot was never written', async () => {
    const { deployedBytecode } = await packaged(
      paths.openZeppelinSdk('ZosAdminUpgradeabilityProxy'),
    );
    const at = account(0xa7);
    await chain.set({ [at]: { code: `${deployedBytecode.slice(0, -2)}00` as Hex } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });
});
