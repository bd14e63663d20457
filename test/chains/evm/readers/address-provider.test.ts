import { type Address, type Hex, pad, toFunctionSelector } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { addressOf, slot } from '../../../../src/chains/evm/values.ts';
import { account } from '../../../support/accounts.ts';
import { type LocalChain, startLocalChain } from '../../../support/local-chain.ts';
import { deployPackaged, packaged, paths, sendPackaged } from '../../../support/packages.ts';
import {
  codeRunBy,
  discoverOn,
  holders,
  key,
  kindsAt,
  stateOf,
  takers,
} from '../../../support/read.ts';

const [DEPLOYER, OWNER, IMPLEMENTATION] = [0x91, 0x92, 0x93].map(account) as [
  Address,
  Address,
  Address,
];
const KIND = 'Aave address provider';

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({ [IMPLEMENTATION]: { code: '0x00' } });
});

afterAll(() => chain.stop());

const MAKES = [
  {
    version: 'v2',
    path: paths.aaveV2Provider,
    args: ['market'],
    setPool: 'setLendingPoolImpl',
    getPool: 'getLendingPool',
  },
  {
    version: 'v3',
    path: paths.aaveV3Provider,
    args: ['market', DEPLOYER],
    setPool: 'setPoolImpl',
    getPool: 'getPool',
  },
];

describe.each(MAKES)('$version', ({ path, args, setPool, getPool }) => {
  /** A provider, and the pool that it made of IMPLEMENTATION. */
  async function deployPool() {
    const provider = await deployPackaged(chain, DEPLOYER, path, ...args);
    await sendPackaged(chain, DEPLOYER, provider, path, setPool, IMPLEMENTATION);
    const state = await stateOf(chain);
    const data = toFunctionSelector(`${getPool}()`);
    return { provider, pool: addressOf(await state.call({ to: provider, data })) };
  }

  test('the owner replaces the code of the pool', async () => {
    const { provider, pool } = await deployPool();
    const found = await discoverOn(chain, pool);
    expect(kindsAt(found, provider)).toContain(KIND);
    expect(takers(found, provider)).toEqual([key(DEPLOYER)]);
    expect(codeRunBy(found, pool)).toEqual([IMPLEMENTATION]);
    expect(holders(found, pool)).toEqual([key(DEPLOYER)]);
    expect(found.rules.find(({ reader }) => reader === 'address-provider')?.functions).toContain(
      `${setPool}(address)`,
    );
  });

  test('a new owner has it at once, as Radiant’s had', async () => {
    const { provider, pool } = await deployPool();
    await sendPackaged(chain, DEPLOYER, provider, path, 'transferOwnership', OWNER);
    expect(takers(await discoverOn(chain, pool), pool)).toContain(key(OWNER));
    await sendPackaged(chain, OWNER, provider, path, 'renounceOwnership');
    expect(holders(await discoverOn(chain, pool), pool)).toEqual([]);
  });

  test('an owner that is only simulated is read, too', async () => {
    const { provider, pool } = await deployPool();
    const storage = { [slot(0n)]: pad(OWNER) };
    const after = overlay(await stateOf(chain), { [provider]: { storage } });
    expect(takers(await discover(after, [pool], readers), pool)).toContain(key(OWNER));
  });

  test('one that was compiled in another way is read from its bytecode, too', async () => {
    const { provider } = await deployPool();
    const code = String(await chain.request('eth_getCode', [provider, 'latest']));
    await chain.set({ [provider]: { code: `${code.slice(0, -2)}00` as Hex } });
    const found = await discoverOn(chain, provider);
    expect(holders(found, provider)).toEqual([key(DEPLOYER)]);
  });

  test('refuses one whose owner() answers with another than its storage holds', async () => {
    const at = account(0x94);
    const { deployedBytecode } = await packaged(path);
    // Answers every call with OWNER, and has the selectors of a provider.
    const answers: Hex = `0x73${OWNER.slice(2)}60005260206000f3${deployedBytecode.slice(2)}`;
    await chain.set({ [at]: { code: answers, storage: { [slot(0n)]: pad(DEPLOYER) } } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual(['Ownable']);
  });
});

test('refuses a registry of addresses that sets no implementations', async () => {
  const at = account(0x95);
  const functions = ['owner()', 'transferOwnership(address)', 'setAddress(bytes32,address)'];
  const pushes = functions.map((signature) => `63${toFunctionSelector(signature).slice(2)}`);
  await chain.set({ [at]: { code: `0x60206000f3${pushes.join('')}` } });
  expect(kindsAt(await discoverOn(chain, at), at)).toEqual(['Ownable']);
});
