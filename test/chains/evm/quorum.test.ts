import fc from 'fast-check';
import { type Hex, numberToHex, pad } from 'viem';
import { describe, expect, test } from 'vitest';
import { type Node, refusal } from '../../../src/chains/evm/node.ts';
import { quorum } from '../../../src/chains/evm/quorum.ts';
import { openState } from '../../../src/chains/evm/state.ts';
import { slot } from '../../../src/chains/evm/values.ts';
import { ReadError, UnreachableError, UnsupportedMethodError } from '../../../src/errors.ts';
import { account } from '../../support/accounts.ts';

type Answer = (params: readonly unknown[]) => unknown;

const GENESIS = 1_700_000_000;
const BLOCK_SECONDS = 12;

const blockAt = (number: number) => ({
  number: numberToHex(number),
  hash: pad(numberToHex(number), { size: 32 }),
  timestamp: numberToHex(GENESIS + BLOCK_SECONDS * number),
});

/** A node of the one true chain, whose newest block is `head`, but for what is said. */
function nodeAt(source: string, head: number, lies: Readonly<Record<string, Answer>> = {}): Node {
  const truth: Readonly<Record<string, Answer>> = {
    eth_chainId: () => '0x1',
    eth_getBlockByNumber: ([tag]) => {
      const number = tag === 'latest' ? head : Number(tag);
      return number <= head ? blockAt(number) : null;
    },
    eth_getStorageAt: () => slot(7n),
    eth_getCode: () => '0x6001',
    eth_getBalance: () => '0x5',
    eth_getLogs: () => [{ address: account(1), topics: [slot(1n)], data: '0x' }],
  };
  return {
    source,
    request: async (method, params) => {
      const answer = lies[method] ?? truth[method];
      if (answer === undefined) throw refusal(source, method, -32601, 'no such method');
      return answer(params);
    },
  };
}

const storageOf = (node: Node): Promise<unknown> =>
  node.request('eth_getStorageAt', [account(1), slot(0n), '0x64']);

const fail = (error: Error) => (): never => {
  throw error;
};

describe('nodes that agree', () => {
  test('are as one, and nothing is amiss', async () => {
    const node = quorum([nodeAt('a', 100), nodeAt('b', 100)]);
    const state = await openState(node);
    expect(state.block.number).toBe(100n);
    expect(await state.storage(account(1), slot(0n))).toBe(slot(7n));
    expect(node.source).toBe('a, b');
    expect(node.disagreements?.()).toEqual([]);
  });

  test('may write it differently', async () => {
    const node = quorum([
      nodeAt('a', 100, { eth_getBalance: () => '0x0005', eth_getCode: () => '0xAB' }),
      nodeAt('b', 100, {
        eth_getCode: () => '0xab',
        eth_getLogs: () => [
          { address: account(1).toLowerCase(), topics: [slot(1n)], data: '0x', removed: false },
        ],
        eth_getBlockByNumber: ([tag]) => ({
          ...blockAt(tag === 'latest' ? 100 : Number(tag)),
          size: 1,
        }),
      }),
    ]);
    const state = await openState(node);
    await Promise.all([
      state.balance(account(1)),
      state.code(account(1)),
      state.logs({ account: account(1), topics: [], fromBlock: 0n }),
    ]);
    expect(node.disagreements?.()).toEqual([]);
  });

  test('may refuse in their own words', async () => {
    const refuse = (words: string) => fail(refusal('x', 'eth_call', 3, words));
    const node = quorum([
      nodeAt('a', 1, { eth_call: refuse('execution reverted') }),
      nodeAt('b', 1, { eth_call: refuse('VM Exception') }),
    ]);
    await expect(node.request('eth_call', [])).rejects.toThrow('execution reverted');
    expect(node.disagreements?.()).toEqual([]);
  });
});

describe('a node that lies', () => {
  const lie = { eth_getStorageAt: () => slot(8n) };

  test('is outvoted, and told of', async () => {
    const node = quorum([nodeAt('a', 100, lie), nodeAt('b', 100), nodeAt('c', 100)]);
    expect(await storageOf(node)).toBe(slot(7n));
    expect(node.disagreements?.()).toEqual([
      {
        read: `eth_getStorageAt ["${account(1)}","${slot(0n)}","0x64"]`,
        answers: [
          { source: 'a', value: `"${slot(8n)}"` },
          { source: 'b', value: `"${slot(7n)}"` },
          { source: 'c', value: `"${slot(7n)}"` },
        ],
      },
    ]);
  });

  test('against one other leaves the read undone', async () => {
    const node = quorum([nodeAt('a', 100, lie), nodeAt('b', 100)]);
    await expect(storageOf(node)).rejects.toThrow(ReadError);
    await expect(storageOf(node)).rejects.toThrow(/fewer than 2 nodes agree on eth_getStorageAt/);
  });

  test('about the block is asked no more', async () => {
    const forged: Answer = ([tag]) => ({
      ...blockAt(Number(tag === 'latest' ? 100 : tag)),
      hash: slot(666n),
    });
    const node = quorum([
      nodeAt('a', 100, { eth_getBlockByNumber: forged, ...lie }),
      nodeAt('b', 100),
      nodeAt('c', 100),
    ]);
    const state = await openState(node);
    expect(state.block.hash).toBe(blockAt(100).hash);
    expect(await state.storage(account(1), slot(0n))).toBe(slot(7n));
    expect(node.disagreements?.()).toHaveLength(1);
  });

  test('about the block, against one other, ends it in one line that names both', async () => {
    const forged: Answer = ([tag]) => ({
      ...blockAt(Number(tag === 'latest' ? 100 : tag)),
      hash: slot(666n),
    });
    const node = quorum([nodeAt('a', 100, { eth_getBlockByNumber: forged }), nodeAt('b', 100)]);
    const opened = openState(node);
    await expect(opened).rejects.toThrow(UnreachableError);
    await expect(opened).rejects.toThrow(
      /fewer than 2 nodes agree on eth_getBlockByNumber.*a: .*b: /,
    );
  });

  test('about its chain is asked no more', async () => {
    const node = quorum([
      nodeAt('a', 100, { eth_chainId: () => '0xa' }),
      nodeAt('b', 100),
      nodeAt('c', 100),
    ]);
    expect((await openState(node)).chainId).toBe(1);
    expect(node.disagreements?.()).toHaveLength(1);
  });

  test.each([
    ['nested without end', () => JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
    ['of megabytes', () => 'x'.repeat(1 << 22)],
    ['of the wrong kind', () => ({ toString: 'x' })],
  ])('with an answer %s is outvoted, and what is told of it is short', async (_, answer) => {
    for (const method of ['eth_getStorageAt', 'debug_traceCall']) {
      const honest = { [method]: () => slot(7n) };
      const node = quorum([
        nodeAt('a', 100, { [method]: answer }),
        nodeAt('b', 100, honest),
        nodeAt('c', 100, honest),
      ]);
      expect(await node.request(method, [])).toBe(slot(7n));
      expect(JSON.stringify(node.disagreements?.()).length).toBeLessThan(1_000);
    }
  });

  test('among a majority of honest ones changes no answer, whatever it says', async () => {
    const aLie = fc.oneof(
      fc.constant(null),
      fc.constantFrom<Hex>('0x', '0x00', '0x1', slot(8n), '0xffffffffffff'),
      fc.record({
        number: fc.nat({ max: 300 }).map((n) => numberToHex(n)),
        hash: fc.constantFrom(slot(1n), slot(2n)),
        timestamp: fc.nat({ max: GENESIS * 2 }).map((n) => numberToHex(n)),
      }),
      fc.constant(fail(new UnreachableError('gone'))),
      fc.constant(fail(refusal('x', 'x', -32000, 'header not found'))),
      fc.constant(fail(refusal('x', 'x', -32601, 'no such method'))),
    );
    const METHODS = ['eth_chainId', 'eth_getBlockByNumber', 'eth_getStorageAt', 'eth_getCode'];
    const lies = fc.dictionary(fc.constantFrom(...METHODS), aLie);
    await fc.assert(
      fc.asyncProperty(
        fc.array(lies, { minLength: 1, maxLength: 2 }),
        fc.nat({ max: 4 }),
        async (liars, at) => {
          const dishonest = liars.map((some, index) =>
            nodeAt(
              `liar ${index}`,
              100,
              Object.fromEntries(
                Object.entries(some).map(([method, answer]) => [
                  method,
                  typeof answer === 'function' ? answer : () => answer,
                ]),
              ),
            ),
          );
          const honest = Array.from({ length: liars.length + 1 }, (_, index) =>
            nodeAt(`honest ${index}`, 100 + (index % 2)),
          );
          const nodes = honest.toSpliced(at % honest.length, 0, ...dishonest);
          const state = await openState(quorum(nodes));
          expect(state.chainId).toBe(1);
          const { number } = state.block;
          expect(number).toBeGreaterThanOrEqual(95n);
          expect(state.block.hash).toBe(blockAt(Number(number)).hash);
          expect(await state.storage(account(1), slot(0n))).toBe(slot(7n));
          expect(await state.code(account(1))).toBe('0x6001');
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a node that lags', () => {
  test('a little has all read the block that it has, and nothing is amiss', async () => {
    const node = quorum([nodeAt('a', 100), nodeAt('b', 98), nodeAt('c', 100)]);
    expect((await openState(node)).block.number).toBe(98n);
    expect(node.disagreements?.()).toEqual([]);
  });

  test('much is told of, and asked no more', async () => {
    const node = quorum([nodeAt('a', 100), nodeAt('b', 50), nodeAt('c', 100)]);
    expect((await openState(node)).block.number).toBe(100n);
    expect(node.disagreements?.()).toMatchObject([{ read: 'eth_getBlockByNumber ["latest"]' }]);
  });

  test('and hides it behind a new date does not have all read the past', async () => {
    const past: Answer = ([tag]) =>
      tag === 'latest'
        ? { ...blockAt(10), timestamp: blockAt(100).timestamp }
        : blockAt(Number(tag));
    const node = quorum([
      nodeAt('a', 100, { eth_getBlockByNumber: past }),
      nodeAt('b', 100),
      nodeAt('c', 100),
    ]);
    expect((await openState(node)).block.number).toBe(100n);
    expect(node.disagreements?.()).not.toEqual([]);
  });

  test('behind the block that was named is told of', async () => {
    const node = quorum([nodeAt('a', 100), nodeAt('b', 50), nodeAt('c', 100)]);
    expect((await openState(node, 90n)).block.number).toBe(90n);
    expect(node.disagreements?.()).toHaveLength(1);
  });
});

describe('a node that falls silent', () => {
  const silent = { eth_getStorageAt: fail(new UnreachableError('gone')) };

  test('is told of once, and asked no more', async () => {
    let asked = 0;
    const dying = nodeAt('a', 100, {
      eth_getStorageAt: () => {
        asked += 1;
        throw new UnreachableError('gone');
      },
    });
    const node = quorum([dying, nodeAt('b', 100), nodeAt('c', 100)]);
    await Promise.all([storageOf(node), storageOf(node)]);
    expect(await storageOf(node)).toBe(slot(7n));
    expect(asked).toBe(2);
    expect(node.disagreements?.()).toHaveLength(1);
  });

  test('ends it where too few are left', async () => {
    const node = quorum([nodeAt('a', 100, silent), nodeAt('b', 100)]);
    await expect(storageOf(node)).rejects.toThrow(UnreachableError);
    await expect(storageOf(node)).rejects.toThrow(UnreachableError);
  });
});

test('a method that too few offer is one that is not offered', async () => {
  const node = quorum([nodeAt('a', 1, { debug_traceCall: () => ({}) }), nodeAt('b', 1)]);
  await expect(node.request('debug_traceCall', [])).rejects.toThrow(UnsupportedMethodError);
});

test('fewer may be enough, where that is asked for', async () => {
  const node = quorum([nodeAt('a', 1, { eth_getCode: () => '0x00' }), nodeAt('b', 1)], 1);
  expect(await node.request('eth_getCode', [account(1), '0x1'])).toBe('0x00');
  expect(node.disagreements?.()).toHaveLength(1);
});
