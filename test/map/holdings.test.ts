import { decodeFunctionData, type Hex, pad, parseAbi, toFunctionSelector, toHex } from 'viem';
import { describe, expect, test } from 'vitest';
import type { State } from '../../src/chains/evm/state.ts';
import { ReadError } from '../../src/errors.ts';
import { holdingsOf, worthOf } from '../../src/map/holdings.ts';
import { type Asset, NO_ORGANISATION } from '../../src/org/org.ts';
import { account } from '../support/accounts.ts';
import { stateOfReads } from '../support/states.ts';

const [HOLDER, TOKEN, FEED] = [account(1), account(2), account(3)];
const ETHER = 10n ** 18n;
const NOW = 1_700_000_000;
const HOUR = 3_600;

const selector = {
  balanceOf: toFunctionSelector('balanceOf(address)'),
  decimals: toFunctionSelector('decimals()'),
  round: toFunctionSelector('latestRoundData()'),
};

const words = (...values: readonly bigint[]): Hex =>
  `0x${values.map((value) => toHex(BigInt.asUintN(256, value), { size: 32 }).slice(2)).join('')}`;

interface Answers {
  readonly balance?: Hex;
  readonly round?: Hex;
  readonly decimals?: Hex;
}

const priceOf = (answer: bigint, age: number): Hex => words(9n, answer, 0n, BigInt(NOW - age), 9n);

function stateWith(answers: Answers, more: Partial<State> = {}): State {
  const given: Readonly<Record<Hex, Hex | undefined>> = {
    [selector.balanceOf]: answers.balance,
    [selector.round]: answers.round,
    [selector.decimals]: answers.decimals ?? words(8n),
  };
  return stateOfReads({
    block: { number: 1n, hash: pad('0x0'), stateRoot: null, timestamp: NOW },
    balance: async () => 2n * ETHER,
    call: async ({ data }) => {
      const answer = given[data.slice(0, 10) as Hex];
      if (answer === undefined) throw new ReadError('the node refused eth_call: reverted');
      return answer;
    },
    ...more,
  });
}

const ETH: Asset = { asset: 'eip155:1/slip44:60', symbol: 'ETH', decimals: 18 };
const USDC: Asset = { asset: `eip155:1/erc20:${TOKEN}`, symbol: 'USDC', decimals: 6 };
const feed = `eip155:1:${FEED}`;

const holdings = (state: State, ...assets: readonly Asset[]) =>
  holdingsOf(state, HOLDER, { ...NO_ORGANISATION, assets });

test('without a list, the coin of the chain, and no price for it', async () => {
  const [eth, ...more] = await holdings(stateWith({}));
  expect(more).toEqual([]);
  expect(eth).toEqual({
    asset: 'eip155:1/slip44:60',
    symbol: 'ETH',
    decimals: 18,
    amount: 2n * ETHER,
    usdCents: null,
    price: null,
    unread: null,
  });
});

test('the coin is called ETH only where it is ether, or as castellan.yaml says', async () => {
  const [coin] = await holdings(stateWith({}, { chainId: 137 }));
  expect(coin?.symbol).toBe('coin');
  const POL: Asset = { asset: 'eip155:137/slip44:966', symbol: 'POL', decimals: 18 };
  const [pol] = await holdings(stateWith({}, { chainId: 137 }), ETH, POL);
  expect(pol).toMatchObject({ asset: 'eip155:137/slip44:966', symbol: 'POL' });
});

test('a token is asked for the balance of the account', async () => {
  const asked: unknown[] = [];
  const state = stateWith(
    {},
    {
      call: async ({ to, data }) => {
        const abi = parseAbi(['function balanceOf(address account) view returns (uint256)']);
        asked.push(to, decodeFunctionData({ abi, data }).args[0]);
        return words(1_500_000n);
      },
    },
  );
  const [, usdc] = await holdings(state, { ...USDC, price: { usd: '0.999' } });
  expect(asked).toEqual([TOKEN, HOLDER]);
  expect(usdc).toMatchObject({ amount: 1_500_000n, usdCents: 149n, price: 'declared' });
});

describe('by a feed', () => {
  test('that is fresh', async () => {
    const state = stateWith({ round: priceOf(2_500_12345678n, 26 * HOUR) });
    const [eth] = await holdings(state, { ...ETH, feed });
    expect(eth).toMatchObject({ usdCents: 500_024n, price: 'feed', unread: null });
  });

  test('that is old, and said to be', async () => {
    const state = stateWith({ round: priceOf(2_500_00000000n, 26 * HOUR + 1) });
    const [eth] = await holdings(state, { ...ETH, feed });
    expect(eth).toMatchObject({ usdCents: 500_000n, price: 'stale feed' });
  });

  test.each([
    ['that gives nothing', { round: priceOf(0n, 0) }, /gives no price: 0/],
    ['that gives less than nothing', { round: priceOf(-1n, 0) }, /gives no price: -1/],
    ['that never spoke', { round: words(9n, 1n, 0n, 0n, 9n) }, /gives no time/],
    ['from after the block', { round: priceOf(1n, -1) }, /gives no time/],
    ['that claims absurd decimals', { round: priceOf(1n, 0), decimals: words(77n) }, /77 decimals/],
    ['that answers too little', { round: words(1n) }, /does not answer 0xfeaf968c/],
    ['that reverts', {}, /reverted/],
  ] as const)('%s, unread', async (_, answers, reason) => {
    const [eth] = await holdings(stateWith(answers), { ...ETH, feed });
    expect(eth).toMatchObject({ amount: 2n * ETHER, usdCents: null, price: null });
    expect(eth?.unread).toMatch(reason);
  });
});

test('a token that does not answer is unread, not empty', async () => {
  for (const answers of [{}, { balance: '0x' as const }, { balance: '0x01' as const }]) {
    const [, usdc] = await holdings(stateWith(answers), { ...USDC, price: { usd: '1' } });
    expect(usdc).toMatchObject({ amount: null, usdCents: null });
    expect(usdc?.unread).not.toBeNull();
  }
});

test('worth: the sum of what has a price; nothing held is worth 0, nothing priced is no price', async () => {
  const state = stateWith({ balance: words(3_000_000n) });
  const priced = await holdings(state, ETH, { ...USDC, price: { usd: '1' } });
  expect(worthOf(priced)).toBe(300n);
  expect(worthOf(await holdings(state, ETH, USDC))).toBeNull();
  expect(worthOf(await holdings(stateWith({}, { balance: async () => 0n })))).toBe(0n);
});
