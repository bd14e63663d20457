import { encodeFunctionData, erc20Abi, type Hex, parseAbi } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseProposal } from '../../src/chains/evm/safe/exports.ts';
import { account } from '../support/accounts.ts';
import type { LocalChain } from '../support/local-chain.ts';
import { ETHER, SAFE } from '../support/safes.ts';
import { effectsOf } from './effects.ts';
import { fuzzSigning } from './signing.ts';
import { LIMITED, MOST_TOKENS, ORIGINALS, PAYEE, startTreasury, TOKEN } from './treasury.ts';

const SEED = Math.floor(Date.now() / 86_400_000);
/** Of a run that is bounded by time: `npm run fuzz` makes thousands. */
const SECONDS = 15;
const STRANGER = account(0xbad);

let chain: LocalChain;

beforeAll(async () => {
  chain = await startTreasury();
});
afterAll(() => chain.stop());

test('what is signed every day is signed, and does what it says', async () => {
  const { decided, failures } = await fuzzSigning(chain, {
    ...{ seed: SEED, from: 0, runs: ORIGINALS.length },
  });
  expect(failures).toEqual([]);
  expect(decided).toEqual({ SIGN: ORIGINALS.length, HOLD: 0, REJECT: 0, refused: 0 });
});

test('whatever is still signed after it was changed pays listed payees within their limits, and does nothing else', async () => {
  const { decided, failures } = await fuzzSigning(chain, {
    ...{ seed: SEED, from: ORIGINALS.length, runs: 10_000, until: Date.now() + SECONDS * 1_000 },
  });
  expect(failures, `npm run fuzz -- --seed ${SEED}`).toEqual([]);
  expect(decided.SIGN).toBeGreaterThan(0);
  expect(decided.HOLD + decided.REJECT).toBeGreaterThan(decided.SIGN);
});

describe('the oracle that executes it notices', () => {
  const abi = parseAbi(['function enableModule(address module)', 'function burn(uint256 amount)']);
  const token = (data: Hex) => ({ to: TOKEN, value: '0', data });
  const itself = (data: Hex) => ({ to: SAFE, value: '0', data });
  const transfer = (to: Hex, amount: bigint) =>
    token(encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [to, amount] }));

  test.each([
    ['ether for a stranger', { to: STRANGER, value: '1' }, '-1 wei come or go elsewhere'],
    ['ether over a limit', { to: LIMITED, value: String(ETHER + 1n) }, 'wei more'],
    ['tokens for a stranger', transfer(STRANGER, 1n), '-1 tokens come or go elsewhere'],
    ['tokens over a limit', transfer(LIMITED, MOST_TOKENS + 1n), 'tokens more'],
    [
      'an allowance',
      token(encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [STRANGER, 1n] })),
      'became 0x1',
    ],
    [
      'burnt tokens',
      token(encodeFunctionData({ abi, functionName: 'burn', args: [1n] })),
      'became',
    ],
    [
      'a module',
      itself(encodeFunctionData({ abi, functionName: 'enableModule', args: [STRANGER] })),
      'became',
    ],
    ['a new account', { to: account(0x9999), value: '1' }, '0x1'],
    [
      'a refund',
      { to: PAYEE, value: '1', gasPrice: String(10n ** 9n), baseGas: '21000', safeTxGas: '1' },
      'the executor has',
    ],
    ['what fails', { to: PAYEE, value: String(1_000n * ETHER) }, 'it fails'],
  ])('%s', async (_, fields, found) => {
    const proposal = parseProposal('test', { safe: SAFE, operation: 0, nonce: 0, ...fields });
    const { beyond } = await effectsOf(chain, { kind: 'safe', proposal });
    expect(beyond.join('\n')).toContain(found);
  });
});
