import { getAddress, pad } from 'viem';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { account } from '../../../support/accounts.ts';
import { type LocalChain, startLocalChain } from '../../../support/local-chain.ts';
import { OPAQUE_CODE } from '../../../support/opaque.ts';
import { deploy } from '../../../support/openzeppelin.ts';
import { discoverOn, kindsAt, opaque, takers } from '../../../support/read.ts';

const DEPLOYER = account(1);
const IMPLEMENTATION = account(2);
const OWNER = account(3);
/** OpenZeppelin's proxies refuse to stand without a first call to what they run. */
const ANY_CALL = '0x01';
const ADMIN_SLOT = '0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103';

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

beforeEach(() => chain.set({ [IMPLEMENTATION]: { code: OPAQUE_CODE } }));

afterAll(() => chain.stop());

test('a UUPS proxy is what its implementation makes of it', async () => {
  const proxy = await deploy(chain, DEPLOYER, 'ERC1967Proxy', [IMPLEMENTATION, ANY_CALL]);
  const found = await discoverOn(chain, proxy);
  expect(kindsAt(found, proxy)).toEqual(['ERC-1967 proxy']);
  expect([...takers(found, proxy)].sort()).toEqual([opaque(IMPLEMENTATION), opaque(proxy)].sort());
});

test('the admin of a transparent proxy may upgrade it, and so act as it', async () => {
  const proxy = await deploy(chain, DEPLOYER, 'TransparentUpgradeableProxy', [
    IMPLEMENTATION,
    OWNER,
    ANY_CALL,
  ]);
  const admin = getAddress(
    `0x${String(await chain.request('eth_getStorageAt', [proxy, ADMIN_SLOT, 'latest'])).slice(-40)}`,
  );
  const found = await discoverOn(chain, proxy);
  expect(found.rules).toContainEqual(
    expect.objectContaining({
      grants: { type: 'power', account: `eip155:1:${proxy}`, action: 'upgrade' },
      requires: { type: 'power', account: `eip155:1:${admin}`, action: 'act' },
    }),
  );
  expect(takers(found, proxy)).toContain(opaque(admin));
});

test('whoever controls the beacon controls the proxy', async () => {
  const beacon = await deploy(chain, DEPLOYER, 'UpgradeableBeacon', [IMPLEMENTATION, OWNER]);
  const proxy = await deploy(chain, DEPLOYER, 'BeaconProxy', [beacon, ANY_CALL]);
  const found = await discoverOn(chain, proxy);
  expect(kindsAt(found, proxy)).toEqual(['ERC-1967 beacon proxy']);
  expect([...takers(found, proxy)].sort()).toEqual(
    expect.arrayContaining([opaque(IMPLEMENTATION), opaque(beacon), opaque(proxy)].sort()),
  );
});

test('a beacon that names no implementation is unread', async () => {
  const mute = account(4);
  const proxy = account(5);
  await chain.set({
    [mute]: { code: '0x00' },
    [proxy]: {
      code: '0x00',
      storage: {
        '0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50': pad(mute),
      },
    },
  });
  const { unread } = await discoverOn(chain, proxy);
  expect(unread).toContainEqual({
    account: `eip155:1:${proxy}`,
    reason: `the beacon ${mute} names no implementation`,
  });
});

test('refuses a contract with none of the three slots written', async () => {
  expect(kindsAt(await discoverOn(chain, IMPLEMENTATION), IMPLEMENTATION)).toEqual([]);
});

test('refuses to vouch for a contract that writes the slots but runs code of its own', async () => {
  const pretender = account(6);
  await chain.set({
    [pretender]: { code: OPAQUE_CODE, storage: { [ADMIN_SLOT]: pad(OWNER) } },
  });
  expect(takers(await discoverOn(chain, pretender), pretender)).toContain(opaque(pretender));
});
