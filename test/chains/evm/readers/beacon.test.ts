import { type Address, type Hex, pad } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { account } from '../../../support/accounts.ts';
import { compile } from '../../../support/compile.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deploy, deployCompiled } from '../../../support/openzeppelin.ts';
import { deployPackaged, packaged, paths } from '../../../support/packages.ts';
import {
  discoverOn,
  holders,
  isReadInFull,
  key,
  kindsAt,
  stateOf,
  takers,
} from '../../../support/read.ts';

const [DEPLOYER, OWNER, IMPLEMENTATION] = [0x81, 0x82, 0x83].map(account) as [
  Address,
  Address,
  Address,
];
const KIND = 'OpenZeppelin UpgradeableBeacon';

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({ [IMPLEMENTATION]: { code: '0x00' } });
});

afterAll(() => chain.stop());

test.each(['3.4', '4.1', '4.9', '5.0'])('%s is its owner’s, and nobody else’s', async (version) => {
  const path = paths.openZeppelin(`openzeppelin-${version}`, 'UpgradeableBeacon');
  const args = version === '5.0' ? [IMPLEMENTATION, DEPLOYER] : [IMPLEMENTATION];
  const beacon = await deployPackaged(chain, DEPLOYER, path, ...args);
  const found = await discoverOn(chain, beacon);
  expect(kindsAt(found, beacon)).toContain(KIND);
  expect(takers(found, beacon)).toEqual([key(DEPLOYER)]);
  await send(chain, DEPLOYER, { to: beacon, data: '0x715018a6' });
  expect(takers(await discoverOn(chain, beacon), beacon)).toEqual([]);
});

test('an owner that is only simulated is read, too', async () => {
  const beacon = await deploy(chain, DEPLOYER, 'UpgradeableBeacon', [IMPLEMENTATION, DEPLOYER]);
  const storage = { [slot(0n)]: pad(OWNER) };
  const after = overlay(await stateOf(chain), { [beacon]: { storage } });
  expect(takers(await discover(after, [beacon], readers), beacon)).toEqual([key(OWNER)]);
});

test('code that nobody published has an owner, and is opaque beside', async () => {
  const compiled = compile(
    'Ours',
    `import {UpgradeableBeacon} from "@openzeppelin/contracts/proxy/beacon/UpgradeableBeacon.sol";
    contract Ours is UpgradeableBeacon {
      constructor(address code, address owner) UpgradeableBeacon(code, owner) {}
      function ours() external {}
    }`,
  );
  const beacon = await deployCompiled(chain, DEPLOYER, compiled, [IMPLEMENTATION, OWNER]);
  const found = await discoverOn(chain, beacon);
  expect(kindsAt(found, beacon)).toContain(KIND);
  expect(isReadInFull(found, beacon)).toBe(false);
  expect(holders(found, beacon)).toEqual([key(OWNER)]);
});

describe('refuses', () => {
  test('a proxy that offers the functions of a beacon', async () => {
    const path = paths.hardhatDeploy('EIP173Proxy');
    const proxy = await deployPackaged(chain, DEPLOYER, path, IMPLEMENTATION, OWNER, '0x');
    expect(kindsAt(await discoverOn(chain, proxy), proxy)).not.toContain(KIND);
  });

  test('a beacon that nobody may upgrade: one with implementation() alone', async () => {
    const at = account(0x84);
    await chain.set({ [at]: { code: '0x60006000fd635c60da1b' } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('one whose owner() answers with another than its storage holds', async () => {
    const at = account(0x85);
    const path = paths.openZeppelin('@openzeppelin/contracts', 'UpgradeableBeacon');
    const { deployedBytecode } = await packaged(path);
    // Answers every call with OWNER, and has the selectors of a beacon.
    const code: Hex = `0x73${OWNER.slice(2)}60005260206000f3${deployedBytecode.slice(2)}`;
    await chain.set({ [at]: { code, storage: { [slot(0n)]: pad(DEPLOYER) } } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual(['Ownable']);
  });
});
