import { concat, zeroAddress } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { account } from '../../../support/accounts.ts';
import { type LocalChain, startLocalChain } from '../../../support/local-chain.ts';
import { OPAQUE_CODE } from '../../../support/opaque.ts';
import { discoverOn, key, kindsAt, opaque, stateOf, takers } from '../../../support/read.ts';

const [PLAIN, DELEGATED, CONTRACT, ALMOST] = [account(1), account(2), account(3), account(4)];
const PRECOMPILE = '0x0000000000000000000000000000000000000004';

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({
    [CONTRACT]: { code: OPAQUE_CODE },
    [DELEGATED]: { code: concat(['0xef0100', CONTRACT]) },
  });
});

afterAll(() => chain.stop());

test('an account without code belongs to its key', async () => {
  const found = await discoverOn(chain, PLAIN);
  expect(takers(found, PLAIN)).toEqual([key(PLAIN)]);
  expect(found.unread).toEqual([]);
  expect(found.rules[0]?.evidence).toEqual([{ read: `code hash ${PLAIN}`, value: 'no code' }]);
});

test('an EIP-7702 delegation gives its code power beside the key', async () => {
  const found = await discoverOn(chain, DELEGATED);
  expect(takers(found, DELEGATED)).toEqual([key(DELEGATED), opaque(CONTRACT)]);
});

test.each([
  ['the zero address', zeroAddress],
  ['a precompile', PRECOMPILE],
] as const)('%s belongs to no one', async (_, reserved) => {
  const found = await discoverOn(chain, reserved);
  expect(takers(found, reserved)).toEqual([]);
  expect(kindsAt(found, reserved)).toEqual(['reserved address']);
});

test('refuses a contract', async () => {
  const found = await discoverOn(chain, CONTRACT);
  expect(kindsAt(found, CONTRACT)).toEqual([]);
  expect(takers(found, CONTRACT)).toEqual([opaque(CONTRACT)]);
  expect(found.unread).toEqual([
    { account: `eip155:1:${CONTRACT}`, reason: 'the fallback could not be followed to its ends' },
  ]);
});

test('refuses a contract whose code only begins like a delegation', async () => {
  const longer = concat(['0xef0100', CONTRACT, '0x00']);
  const state = overlay(await stateOf(chain), { [ALMOST]: { code: longer } });
  const found = await discover(state, [ALMOST], readers);
  expect(kindsAt(found, ALMOST)).toEqual([]);
  expect(takers(found, ALMOST)).toEqual([]);
});
