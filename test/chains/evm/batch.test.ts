import fc from 'fast-check';
import { type Address, concat, type Hex, keccak256, numberToHex, pad, toHex } from 'viem';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countingNode } from '../../../bench/map/count.ts';
import { storageHint } from '../../../src/chains/evm/ahead.ts';
import { type BatchOptions, batched } from '../../../src/chains/evm/batch.ts';
import { discover } from '../../../src/chains/evm/discover.ts';
import { type Node, refusal, rpcNode } from '../../../src/chains/evm/node.ts';
import { readers, readsAhead } from '../../../src/chains/evm/readers/index.ts';
import { openState } from '../../../src/chains/evm/state.ts';
import { slot } from '../../../src/chains/evm/values.ts';
import { ReadError, UnreachableError } from '../../../src/errors.ts';
import { account } from '../../support/accounts.ts';
import { type LocalChain, send, startLocalChain } from '../../support/local-chain.ts';
import { SAFE, safeAccounts } from '../../support/safes.ts';

/** Contracts that answer in every way that a contract can. */
const CODES: Readonly<Record<string, Hex>> = {
  nothing: '0x00',
  'its calldata': '0x366000600037366000f3',
  'the word in slot 0': '0x60005460005260206000f3',
  '200 bytes': '0x60c86000f3',
  'the most that is read together': '0x620100006000f3',
  'one byte more': '0x620100016000f3',
  'a megabyte': '0x621000006000f3',
  'a revert without data': '0x60006000fd',
  'a revert with data': '0x60206000fd',
  'an invalid instruction': '0xfe',
  'an endless loop': '0x5b600056',
  'endless memory': '0x5b6000355960005260005b600056',
  'destroys itself': '0x33ff',
  'writes storage, then answers': '0x600160005560206000f3',
  'logs, then answers': '0x60006000a060206000f3',
  'logs its caller': '0x33600760006000a2',
  'a delegation': concat(['0xef0100', account(0xd00)]),
  'the longest code': pad('0x00', { size: 24_576 }),
  'longer code than is read together': pad('0x00', { size: 70_000 }),
};

const ACCOUNTS: readonly Address[] = [
  ...Object.keys(CODES).map((_, index) => account(0xc0de00 + index)),
  // Nothing, ether alone, the zero address, and every precompile.
  account(0xe0),
  account(0xe1),
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 17, 256].map((index) => toHex(index, { size: 20 })),
  // The dispatcher itself.
  '0x00000000000000000000000000ca57e11A00D15B',
];
const at = (name: keyof typeof CODES): Address =>
  account(0xc0de00 + Object.keys(CODES).indexOf(name));

const SLOTS = [0n, 1n, 2n, 7n, 1n << 255n].map(slot);

let chain: LocalChain;
let live: Node;
let asked: { method: string; params: readonly unknown[] }[] = [];
let height: Hex;

beforeAll(async () => {
  chain = await startLocalChain();
  for (const [index, code] of Object.values(CODES).entries()) {
    const storage = index % 2 === 0 ? { [slot(0n)]: slot(7n), [slot(7n)]: slot(1n) } : {};
    await chain.set({ [account(0xc0de00 + index)]: { code, storage, balance: BigInt(index) } });
  }
  await chain.set({ [account(0xe1)]: { balance: 10n ** 30n } });
  for (const index of [1, 2, 2, 3]) {
    await send(chain, account(index), { to: at('logs, then answers'), data: '0x' });
    await send(chain, account(index), { to: at('logs its caller'), data: '0x' });
  }
  const node = rpcNode(chain.url);
  live = {
    source: node.source,
    request: (method, params) => {
      asked.push({ method, params });
      return node.request(method, params);
    },
  };
  const state = await openState(node);
  height = numberToHex(state.block.number);
});

beforeEach(() => {
  asked = [];
});

afterAll(() => chain.stop());

type Request = readonly [method: string, params: readonly unknown[]];

/** What a node says to some requests that are made in one turn. */
const answersOf = (node: Node, requests: readonly Request[]): Promise<readonly unknown[]> =>
  Promise.all(
    requests.map(async ([method, params]) => {
      try {
        return await node.request(method, params);
      } catch (error) {
        if (!(error instanceof ReadError)) throw error;
        return error;
      }
    }),
  );

const anAccount = fc.constantFrom(...ACCOUNTS);
const aRequest: fc.Arbitrary<Request> = fc.oneof(
  fc
    .record({ of: anAccount, at: fc.constantFrom(...SLOTS) })
    .map(({ of, at }): Request => ['eth_getStorageAt', [of, at, height]]),
  anAccount.map((of): Request => ['eth_getCode', [of, height]]),
  anAccount.map((of): Request => ['eth_getBalance', [of, height]]),
  fc
    .record({ to: anAccount, data: fc.uint8Array({ maxLength: 100 }).map((data) => toHex(data)) })
    .map((call): Request => ['eth_call', [call, height]]),
  fc
    .record({
      of: fc.oneof(anAccount, fc.constant(at('logs its caller'))),
      from: fc.constantFrom('0x0', '0x2'),
      topics: fc.constantFrom<readonly (Hex | null)[]>(
        [],
        [slot(7n)],
        [null, pad(account(1)).toLowerCase() as Hex],
        ...[1, 2, 9].map((caller) => [slot(7n), pad(account(caller)).toLowerCase() as Hex]),
      ),
    })
    .map(
      ({ of, from, topics }): Request => [
        'eth_getLogs',
        [{ address: of, topics, fromBlock: from, toBlock: height }],
      ],
    ),
  fc.constantFrom<Request>(
    ['eth_chainId', []],
    ['eth_getBlockByNumber', ['latest', false]],
    ['eth_nothing', []],
    ['eth_getCode', ['0x12', '0x0']],
  ),
);

test('every mix of reads is answered as the node answers each by itself', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aRequest, { maxLength: 100 }), async (requests) => {
      expect(await answersOf(batched(live), requests)).toEqual(await answersOf(live, requests));
    }),
    { numRuns: 60 },
  );
});

const codeOf = (of: Address): Request => ['eth_getCode', [of, height]];
const storageOf = (of: Address, index: bigint): Request => [
  'eth_getStorageAt',
  [of, slot(index), height],
];
const callTo = (to: Address): Request => ['eth_call', [{ to, data: '0x' }, height]];
const logsOf = (of: Address): Request => [
  'eth_getLogs',
  [{ address: of, topics: [], fromBlock: '0x0', toBlock: height }],
];

const many = <T>(count: number, item: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => item(index));

describe('reads of one turn', () => {
  test('of storage are one request, of everything else another, of logs a third', async () => {
    await answersOf(
      batched(live),
      ACCOUNTS.slice(0, 4).flatMap((of) => [
        ...SLOTS.map((_, index) => storageOf(of, BigInt(index))),
        codeOf(of),
        ['eth_getBalance', [of, height]] as const,
        callTo(of),
        logsOf(of),
      ]),
    );
    expect(asked.map(({ method }) => method)).toEqual(['eth_call', 'eth_call', 'eth_getLogs']);
  });

  test('are answered all at once, however they are read', async () => {
    const order: string[] = [];
    const slow: Node = {
      source: 'test',
      request: async (method, params) => {
        const answer = await live.request(method, params);
        if (method === 'eth_chainId') await new Promise((resolve) => setTimeout(resolve, 50));
        order.push('answered');
        return answer;
      },
    };
    const node = batched(slow);
    const requests: readonly Request[] = [codeOf(at('nothing')), ['eth_chainId', []]];
    await Promise.all(
      requests.map(async ([method, params]) => {
        await node.request(method, params);
        order.push('settled');
      }),
    );
    expect(order).toEqual(['answered', 'answered', 'settled', 'settled']);
  });

  test('on changed state travel with those on the same, and are answered on it', async () => {
    const node = batched(live);
    const state = await openState(node);
    const word = at('the word in slot 0');
    const changedTo = (value: bigint) => ({ [word]: { storage: { [slot(0n)]: slot(value) } } });
    const call = { to: word, data: '0x' } as const;
    asked = [];
    const answers = await Promise.all([
      state.call(call),
      state.call({ to: at('200 bytes'), data: '0x' }),
      ...[5n, 6n].flatMap((value) => [
        state.call(call, changedTo(value)),
        state.call({ to: at('200 bytes'), data: '0x' }, changedTo(value)),
      ]),
    ]);
    expect(asked).toHaveLength(3);
    expect([answers[2], answers[4]]).toEqual([slot(5n), slot(6n)]);
    const plain = await openState(live);
    expect(answers[0]).toBe(await plain.call(call));
  });

  test('of the past are looked up one by one, with nothing ahead', async () => {
    const node = batched(live, { readsAhead: (of) => [storageHint(of, slot(0n))] });
    await Promise.all([
      node.request('eth_getCode', [at('nothing'), height]),
      node.request('eth_getCode', [at('200 bytes'), height]),
    ]);
    asked = [];
    const past = numberToHex(BigInt(height) - 1n);
    await Promise.all(
      [at('nothing'), at('200 bytes')].map((of) => node.request('eth_getCode', [of, past])),
    );
    expect(asked.map(({ method }) => method)).toEqual(['eth_getCode', 'eth_getCode']);
  });

  test('of 20,000 slots are a few requests', async () => {
    const requests = many(20_000, (index) => storageOf(at('nothing'), BigInt(index)));
    const answers = await answersOf(batched(live), requests);
    expect(asked.length).toBeLessThanOrEqual(7);
    expect(answers[0]).toBe(slot(7n));
    expect(answers.slice(8).every((answer) => answer === slot(0n))).toBe(true);
  });

  test('a piece of code that many accounts run is fetched once', async () => {
    const code = concat(['0x00', pad('0x77', { size: 20_000 })]);
    const accounts = many(300, (index) => account(0xabc000 + index));
    for (const each of accounts) await chain.set({ [each]: { code } });
    const answers = await answersOf(batched(live), accounts.map(codeOf));
    expect(answers.every((answer) => answer === code)).toBe(true);
    // One for all the hashes, one for the code.
    expect(asked).toHaveLength(2);
  });
});

describe('a hostile contract', () => {
  const honest = () =>
    many(50, (index) => callTo(at(index % 2 === 0 ? '200 bytes' : 'its calldata')));

  test.each(['an endless loop', 'endless memory', 'an invalid instruction', 'a megabyte'])(
    'with %s costs its own share: one request more',
    async (name) => {
      const answers = await answersOf(batched(live), [callTo(at(name)), ...honest()]);
      expect(asked).toHaveLength(2);
      expect(answers.slice(1)).toEqual(await answersOf(live, honest()));
    },
  );

  test('does not use up what others need: each request makes what it can', async () => {
    const bombs = many(40, () => callTo(at('an endless loop')));
    const answers = await answersOf(batched(live), [...bombs, ...honest()]);
    expect(answers.slice(40)).toEqual(await answersOf(live, honest()));
    // Fourteen bombs burn the gas of a request.
    expect(asked.filter(({ params }) => params.length === 3).length).toBeLessThanOrEqual(4);
  });

  test('that fills its answers takes no more than its share of requests', async () => {
    const long = many(60, () => callTo(at('the most that is read together')));
    const answers = await answersOf(batched(live), [...long, ...honest()]);
    expect(asked.length).toBeLessThanOrEqual(4);
    expect(answers.slice(60)).toEqual(await answersOf(live, honest()));
  });
});

describe('a node that does not run calls on changed state', () => {
  const requests = (): readonly Request[] => [
    codeOf(at('200 bytes')),
    storageOf(at('nothing'), 0n),
    callTo(at('200 bytes')),
  ];

  test.each([
    ['and says so', (): never => fail('too many arguments, want at most 2', -32602)],
    [
      'and leaves it out',
      (params: readonly unknown[]) => live.request('eth_call', params.slice(0, 2)),
    ],
    ['and answers nonsense', () => Promise.resolve({ result: '0x' })],
  ])('%s is asked for each read, which is told', async (_, onOverride) => {
    const node = batched(overriding(onOverride));
    expect(await answersOf(node, requests())).toEqual(await answersOf(live, requests()));
    expect(node.degraded?.()).toEqual([
      expect.stringMatching(
        /^127\.0\.0\.1:\d+ runs no calls on changed state \(.+\): it is asked for each read$/,
      ),
    ]);
    asked = [];
    await answersOf(node, requests());
    expect(asked.map(({ method }) => method)).toEqual([
      'eth_getCode',
      'eth_getStorageAt',
      'eth_call',
    ]);
  });

  const fail = (message: string, code = -32000, method = 'eth_call'): never => {
    throw refusal(live.source, method, code, message);
  };

  /** The live node, but for calls on changed state. */
  const overriding = (onOverride: (params: readonly unknown[]) => Promise<unknown>): Node => ({
    source: live.source,
    request: async (method, params) =>
      method === 'eth_call' && params.length === 3
        ? await onOverride(params)
        : await live.request(method, params),
  });

  test('longer than some length is asked in halves, and nothing is said to be amiss', async () => {
    const limited = overriding(async (params) =>
      JSON.stringify(params).length > 6_000
        ? fail('request too large')
        : await live.request('eth_call', params),
    );
    const node = batched(limited);
    const slots = many(200, (index) => storageOf(at('nothing'), BigInt(index)));
    const accounts = ACCOUNTS.map((of) => codeOf(of));
    expect(await answersOf(node, [...slots, ...accounts])).toEqual(
      await answersOf(live, [...slots, ...accounts]),
    );
    expect(node.degraded?.()).toEqual([]);
  });

  test('that is gone says so in one line, and each read fails in its own words', async () => {
    const pruned: Node = {
      ...live,
      request: async (method) => fail('missing trie node 12ab (path )', -32000, method),
    };
    const node = batched(pruned);
    const answers = await answersOf(node, requests());
    expect(answers.map(String)).toEqual([
      expect.stringMatching(/^ReadError.* refused eth_getCode: missing trie node 12ab/),
      expect.stringMatching(/refused eth_getStorageAt: missing trie node 12ab/),
      expect.stringMatching(/refused eth_call: missing trie node 12ab/),
    ]);
    expect(node.degraded?.()).toEqual([
      `${live.source} does not keep the state of this block (missing trie node 12ab (path )): name a newer one, or use an archive node`,
    ]);
  });

  test('silence is passed on', async () => {
    const dead: Node = {
      source: 'test',
      request: () => Promise.reject(new UnreachableError('gone')),
    };
    await expect(answersOf(batched(dead), requests())).rejects.toThrow(UnreachableError);
  });
});

describe('logs', () => {
  const LOGGER = 'logs, then answers';
  const accounts = [at(LOGGER), account(0xe0), at('nothing')];
  const refusing = (isRefused: (span: number, accounts: number) => string | null): Node => ({
    source: 'test',
    request: async (method, params) => {
      const [{ address, fromBlock, toBlock }] = params as [Record<string, string & string[]>];
      const span = Number(toBlock) - Number(fromBlock) + 1;
      const reason = isRefused(span, Array.isArray(address) ? address.length : 1);
      asked.push({ method, params });
      if (reason !== null) throw refusal('test', method, -32000, reason);
      return await live.request(method, params);
    },
  });

  test.each([
    ['blocks', (span: number) => (span > 1 ? 'block range too wide' : null)],
    ['accounts', (_: number, count: number) => (count > 1 ? 'more than 10000 results' : null)],
  ])('of too many %s are read in pieces, in the order of the chain', async (_, isRefused) => {
    const requests = accounts.map(logsOf);
    expect(await answersOf(batched(refusing(isRefused)), requests)).toEqual(
      await answersOf(live, requests),
    );
  });

  test('that differ in their second topic travel together', async () => {
    const by = [1, 2, 9].map((caller) => pad(account(caller)).toLowerCase());
    const requests = [at('logs its caller'), at('nothing')].flatMap((address) =>
      by.map(
        (caller): Request => [
          'eth_getLogs',
          [{ address, topics: [slot(7n), caller], fromBlock: '0x0', toBlock: height }],
        ],
      ),
    );
    const expected = await answersOf(live, requests);
    expect(expected.map((logs) => (logs as unknown[]).length)).toEqual([1, 2, 0, 0, 0, 0]);
    asked = [];
    expect(await answersOf(batched(live), requests)).toEqual(expected);
    expect(asked).toHaveLength(1);
    const pieces = refusing((_, count) => (count > 1 ? 'more than 10000 results' : null));
    expect(await answersOf(batched(pieces), requests)).toEqual(expected);
  });

  test('that stay refused are a failed read, after so many pieces', async () => {
    const always = refusing(() => 'query returned more than 10000 results');
    const endless = [
      'eth_getLogs',
      [{ address: account(1), topics: [], fromBlock: '0x0', toBlock: '0xffffffff' }],
    ] as const;
    const [answer] = await answersOf(batched(always), [endless]);
    expect(String(answer)).toMatch(/refused eth_getLogs: query returned more than 10000 results/);
    expect(asked.length).toBeLessThanOrEqual(128);
  });

  test('of one account that are too many cost the others nothing', async () => {
    const flooded: Node = {
      source: 'test',
      request: async (method, params) => {
        if (JSON.stringify(params).includes(account(0xbad).toLowerCase())) {
          throw refusal('test', method, -32005, 'query returned more than 10000 results');
        }
        return await live.request(method, params);
      },
    };
    const [bad, ...rest] = await answersOf(
      batched(flooded),
      [account(0xbad), ...accounts].map(logsOf),
    );
    expect(bad).toBeInstanceOf(ReadError);
    expect(rest).toEqual(await answersOf(live, accounts.map(logsOf)));
  });

  test('of an account that was not asked for are refused', async () => {
    const lying: Node = {
      source: 'test',
      request: (method) => live.request(method, logsOf(at(LOGGER))[1]),
    };
    const [answer] = await answersOf(batched(lying), [logsOf(account(0xe0))]);
    expect(String(answer)).toMatch(/gave a log of 0x.*, which was not asked for/);
  });
});

describe('reading ahead', () => {
  const aHint = fc.record({
    kind: fc.constantFrom('storage' as const, 'code' as const, 'call' as const),
    account: anAccount,
    data: fc.constantFrom(...SLOTS),
  });

  test('changes no answer, whatever is hinted at', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(aRequest, { maxLength: 20 }), { maxLength: 4 }),
        fc.array(aHint, { maxLength: 20 }),
        fc.array(aHint, { maxLength: 20 }),
        async (turns, first, second) => {
          const [hint, ...hints] = first;
          const lead = hint === undefined ? [] : [{ ...hint, leadsTo: () => second }];
          const node = batched(live, { readsAhead: () => [...lead, ...hints] });
          for (const turn of turns) {
            expect(await answersOf(node, turn)).toEqual(await answersOf(live, turn));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('a Safe of many owners and modules is read in five turns, and as it is without', async () => {
    const owners = many(120, (index) => account(0x0e0000 + index));
    const modules = many(5, (index) => account(0x0d0000 + index));
    const handler = at('nothing');
    await chain.set(await safeAccounts('1.4.1', { owners, modules, handler, threshold: 60 }));
    const { node, count } = countingNode(live);
    const state = await openState(batched(node, { readsAhead }));
    const found = await discover(state, [SAFE], readers);
    // The block; the proxy; its singleton and lists; the owners, of whom there are many: hashes first.
    expect(count().roundTrips).toBeLessThanOrEqual(5);
    expect(count().calls).toBeLessThanOrEqual(12);
    expect(found).toEqual(await discover(await openState(live), [SAFE], readers));
  });

  describe('with the question for the newest block', () => {
    const word = at('the word in slot 0');
    const options: BatchOptions = {
      readsAhead: (of) => [storageHint(of, slot(7n))],
      first: [word],
    };

    const wordsBy = async (node: Node): Promise<readonly unknown[]> => {
      const state = await openState(batched(node, options));
      asked = [];
      return await Promise.all([state.code(word), state.storage(word, slot(7n))]);
    };

    test('accounts are read that are sure to be', async () => {
      expect(await wordsBy(live)).toEqual([CODES['the word in slot 0'], slot(1n)]);
      expect(asked).toEqual([]);
    });

    test('counts for nothing where that is another by now', async () => {
      const before = numberToHex(BigInt(height) - 1n);
      const late: Node = {
        source: live.source,
        request: (method, params) =>
          live.request(method, method === 'eth_getBlockByNumber' ? [before, false] : params),
      };
      expect(await wordsBy(late)).toEqual([CODES['the word in slot 0'], slot(1n)]);
      expect(asked.length).toBeGreaterThan(0);
      for (const { params } of asked) expect(params).toContain(before);
    });

    test('is given up where the node makes no calls on changed state', async () => {
      const plain: Node = {
        source: live.source,
        request: async (method, params) => {
          if (method === 'eth_call' && params.length > 2)
            throw refusal(live.source, method, -32602, 'too many arguments');
          return await live.request(method, params);
        },
      };
      expect(await wordsBy(plain)).toEqual([CODES['the word in slot 0'], slot(1n)]);
    });
  });

  test('is forgotten with the block', async () => {
    const node = batched(live, { readsAhead: (of) => [storageHint(of, slot(7n))] });
    const of = at('nothing');
    const read = (block: Hex): Request => ['eth_getStorageAt', [of, slot(7n), block]];
    const code = (block: Hex): Request => ['eth_getCode', [of, block]];
    await answersOf(node, [code(height)]);
    asked = [];
    expect(await answersOf(node, [read(height)])).toEqual([slot(1n)]);
    expect(asked).toEqual([]);
    expect(await answersOf(node, [code('0x1'), read('0x1')])).toEqual(
      await answersOf(live, [code('0x1'), read('0x1')]),
    );
  });
});

describe('a cache of code', () => {
  const accounts = many(70, (index) => account(0xcac4e0 + index));
  const code = pad('0x0c', { size: 100 });
  const hash = keccak256(code);

  beforeAll(async () => {
    for (const each of accounts) await chain.set({ [each]: { code } });
  });

  test('saves the fetching', async () => {
    const kept = new Map<Hex, Hex>();
    const cache = {
      get: async (name: Hex) => kept.get(name) ?? null,
      put: async (name: Hex, of: Hex) => void kept.set(name, of),
    };
    await answersOf(batched(live, { cache }), accounts.map(codeOf));
    expect([...kept]).toEqual([[hash, code]]);
    asked = [];
    expect(new Set(await answersOf(batched(live, { cache }), accounts.map(codeOf)))).toEqual(
      new Set([code]),
    );
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['is dead', () => Promise.reject(new Error('EIO'))],
    ['lies', async () => '0x6001' as const],
  ])('that %s changes nothing', async (_, get) => {
    const cache = { get, put: () => Promise.reject(new Error('ENOSPC')) };
    const answers = await answersOf(batched(live, { cache }), accounts.map(codeOf));
    expect(new Set(answers)).toEqual(new Set([code]));
  });
});
