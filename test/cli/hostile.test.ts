import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  type Address,
  concat,
  encodeErrorResult,
  type Hex,
  keccak256,
  numberToHex,
  pad,
  parseAbi,
  size,
  stringToHex,
  toHex,
} from 'viem';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { slot } from '../../src/chains/evm/values.ts';
import { account } from '../support/accounts.ts';
import { runCli } from '../support/cli.ts';
import { listen } from '../support/listen.ts';
import { type LocalChain, startLocalChain } from '../support/local-chain.ts';
import { SAFE, SINGLETON, safeAccounts } from '../support/safes.ts';

const MAX_SECONDS = 30_000;

let chain: LocalChain;
const servers: Server[] = [];

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set(await safeAccounts('1.4.1'));
});

afterAll(() => chain.stop());

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

const map = (urls: readonly string[], ...accounts: readonly Address[]) =>
  runCli(['map', '--no-cache', ...urls.flatMap((url) => ['--rpc', url]), ...accounts]);

const mapJson = async (urls: readonly string[], ...accounts: readonly Address[]) => {
  const { code, stdout, stderr } = await runCli([
    ...['map', '--no-cache', '--json', ...urls.flatMap((url) => ['--rpc', url])],
    ...accounts,
  ]);
  return { code, stderr, document: JSON.parse(stdout) };
};

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A node before the real one, which does with each HTTP request what it is told. */
async function nodeThat(
  serve: (
    calls: readonly Call[],
    response: ServerResponse,
    forward: () => Promise<string>,
  ) => unknown,
): Promise<string> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const headers = { 'content-type': 'application/json' };
    const forward = async () => (await fetch(chain.url, { method: 'POST', headers, body })).text();
    await serve([JSON.parse(body) as Call | Call[]].flat(), response, forward);
  });
  servers.push(server);
  return `http://127.0.0.1:${await listen(server)}`;
}

/** A node that answers as the real one does, but for what `lie` makes of it. */
const lyingNode = (lie: (call: Call, answer: Answer) => Answer): Promise<string> =>
  nodeThat(async (calls, response, forward) => {
    const answers = [JSON.parse(await forward()) as Answer | Answer[]].flat();
    const lies = answers.map((answer) => {
      const call = calls.find(({ id }) => id === answer.id);
      return call === undefined ? answer : lie(call, answer);
    });
    response.end(JSON.stringify(calls.length === 1 ? lies[0] : lies));
  });

/** Says of every wallet that one owner suffices: 4 is where a Safe keeps its threshold. */
const poisonedNode = () =>
  lyingNode(({ method }, answer) =>
    method === 'eth_call' && typeof answer.result === 'string'
      ? { ...answer, result: answer.result.replaceAll(slot(2n).slice(2), slot(1n).slice(2)) }
      : answer,
  );

describe('nodes that do not agree', () => {
  test('a lie that is outvoted changes nothing, is shown first, and ends in 1', async () => {
    const alone = await mapJson([chain.url], SAFE);
    const liar = await poisonedNode();
    const honest = await lyingNode((_, answer) => answer);
    const { code, document } = await mapJson([liar, chain.url, honest], SAFE);
    expect(code).toBe(1);
    expect(document.rules).toEqual(alone.document.rules);
    expect(document.disagreements).toEqual([
      expect.objectContaining({ read: expect.stringMatching(/^eth_getStorageAt .*04","0x/) }),
    ]);
    const { stdout } = await map([liar, chain.url, honest], SAFE);
    const [, first] = stdout.split('\n\n');
    expect(first).toMatch(/^The nodes disagree on 1 read; one of them may be lying:\n/);
    const report = await runCli([
      ...['map', '--no-cache', '--format', 'md', SAFE],
      ...[liar, chain.url, honest].flatMap((url) => ['--rpc', url]),
    ]);
    expect(report.stdout).toContain('**The nodes disagree; one of them may be lying:**');
  });

  test('of two, neither is believed: what they disagree on is unread', async () => {
    const { code, document } = await mapJson([await poisonedNode(), chain.url], SAFE);
    expect(code).toBe(3);
    expect(document.disagreements).toHaveLength(1);
    expect(document.unread).toEqual([
      {
        account: `eip155:1:${SINGLETON}`,
        reason: expect.stringMatching(/^fewer than 2 nodes agree on eth_getStorageAt/),
      },
    ]);
  });

  test('of two, that are at different blocks, no map can be made', async () => {
    const forked = await lyingNode(({ method }, answer) =>
      method === 'eth_getBlockByNumber'
        ? { ...answer, result: { ...Object(answer.result), hash: slot(666n) } }
        : answer,
    );
    const { code, stderr } = await map([forked, chain.url], SAFE);
    expect(code).toBe(69);
    expect(stderr).toMatch(/^castellan: fewer than 2 nodes agree on eth_getBlockByNumber.*\n$/);
  });

  test('one that is down is told of, where enough are left', async () => {
    const down = await nodeThat(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const { code, document } = await mapJson([down, chain.url, `${chain.url}/`], SAFE);
    expect(code).toBe(1);
    expect(document.disagreements).toHaveLength(1);
    expect(JSON.stringify(document.disagreements)).toContain('ECONNREFUSED');
    expect(document.unread).toEqual([]);
  });

  test('more must not agree than there are', async () => {
    const { code, stderr } = await runCli(['map', SAFE, '--rpc', chain.url, '--quorum', '2']);
    expect(code).toBe(64);
    expect(stderr).toMatch(/^castellan: --quorum: expected a number from 1 to 1/);
  });
});

describe('a node that is broken or worse ends in one clear line', () => {
  const error = (message: string, code = -32000) => ({ code, message });

  test.each([
    [
      'answers without end',
      (_: readonly Call[], response: ServerResponse) => {
        const more = (): void => {
          if (!response.destroyed) response.write(' '.repeat(1 << 20), more);
        };
        more();
      },
      /it answers with more than 67108864 bytes/,
    ],
    [
      'answers nonsense',
      (_: readonly Call[], response: ServerResponse) => response.end('<html>'),
      /it answers with no JSON/,
    ],
    [
      'stops halfway',
      async (_: readonly Call[], response: ServerResponse, forward: () => Promise<string>) =>
        response.end((await forward()).slice(0, 50)),
      /it answers with JSON that breaks off/,
    ],
    [
      'answers what was not asked',
      async (_: readonly Call[], response: ServerResponse, forward: () => Promise<string>) =>
        response.end((await forward()).replaceAll('"id":', '"id":1')),
      /it answers requests that were not made/,
    ],
    [
      'wants to be left alone',
      (_: readonly Call[], response: ServerResponse) =>
        response.writeHead(429, { 'retry-after': '86400' }).end(),
      /it asks to be left alone for 86400 s/,
    ],
    [
      'moves the cursor',
      (calls: readonly Call[], response: ServerResponse) =>
        response.end(
          JSON.stringify(calls.map(({ id }) => ({ id, error: error('\u001b[2J\u202e\u0007no') }))),
        ),
      /refused eth_\w+: \\u\{1b\}\[2J\\u\{202e\}\\u\{7\}no/,
    ],
  ])(
    'because it %s',
    async (_, serve, message) => {
      const { code, stdout, stderr } = await map([await nodeThat(serve)], SAFE);
      expect(stderr).toMatch(/^castellan: [^\n]*\n$/);
      expect(stderr).toMatch(message);
      expect(stdout).toBe('');
      expect(code).toBe(69);
    },
    MAX_SECONDS,
  );

  test('a node that is busy for a moment is waited for', async () => {
    let attempts = 0;
    const busy = await nodeThat(async (_, response, forward) => {
      attempts += 1;
      if (attempts % 2 === 1) response.writeHead(429, { 'retry-after': '0' }).end();
      else response.end(await forward());
    });
    expect((await map([busy], SAFE)).code).toBe(0);
  });

  test('a node without state overrides is asked for each read, which is told', async () => {
    const plain = await lyingNode(({ method, params }, { id, ...answer }) =>
      method === 'eth_call' && params.length > 2
        ? { id, error: error('too many arguments, want at most 2', -32602) }
        : { id, ...answer },
    );
    const { code, document } = await mapJson([plain], SAFE);
    const alone = await mapJson([chain.url], SAFE);
    expect(code).toBe(0);
    expect(document.rules).toEqual(alone.document.rules);
    expect(document.degraded).toEqual([
      expect.stringMatching(
        /runs no calls on changed state \(too many arguments, want at most 2\)/,
      ),
    ]);
    expect((await map([plain], SAFE)).stdout.replaceAll('\n', ' ')).toContain(
      'runs no calls on changed state',
    );
  });

  test('a node that no longer has the state says so', async () => {
    const pruned = await lyingNode(({ method }, answer) =>
      /^eth_(call|get(Code|Balance|StorageAt))$/.test(method)
        ? { id: answer.id, error: error('missing trie node 12ab') }
        : answer,
    );
    const { code, stderr } = await map([pruned], SAFE);
    expect(code).toBe(69);
    expect(stderr).toMatch(
      /^castellan: \S+ refused eth_getBalance: missing trie node 12ab \(code -32000\)\n$/,
    );
  });
});

describe('a hostile contract', () => {
  const HOSTILE = account(0x666);
  /**
   * `owner()` and `transferOwnership(address)`, so that the code looks like an Ownable. After as many
   * instructions as a text before them can swallow.
   */
  const LOOKS_OWNED: Hex = `0x${'5b'.repeat(32)}638da5cb5b63f2fde38b`;

  /** Reverts with what a contract writes as the reason. */
  const revertsWith = (reason: Hex): Hex =>
    concat(['0x61', numberToHex(size(reason), { size: 2 }), '0x80600d6000396000fd5b5b', reason]);

  const abi = parseAbi(['error Error(string reason)']);
  const withText = (reason: string): Hex =>
    revertsWith(encodeErrorResult({ abi, errorName: 'Error', args: [reason] }));

  test.each([
    ['burns all gas', '0x5b600056'],
    ['uses endless memory', '0x5b59600052600056'],
    ['returns megabytes', '0x624000006000f3'],
    ['reverts with what moves the cursor', withText('\u001b[2J\u202egood')],
    ['reverts with a megabyte', withText('x'.repeat(20_000))],
    [
      'reverts with what is no text',
      revertsWith(concat(['0x08c379a0', pad('0xfffe', { size: 200 })])),
    ],
    ['reverts with words in no encoding', withText('\u0000\ufffd\uffff')],
  ] as const)(
    'that %s is unread, and everything else is read',
    async (_, code) => {
      await chain.set({ [HOSTILE]: { code: concat([code, LOOKS_OWNED]) } });
      const { code: exit, document, stderr } = await mapJson([chain.url], HOSTILE, SAFE);
      expect(stderr).toBe('');
      expect(exit).toBe(2);
      expect(document.positions[1]).toMatchObject({ fewest: 2 });
      expect(document.unread).not.toEqual([]);
      for (const { account: of } of document.unread) expect(of).toBe(`eip155:1:${HOSTILE}`);
      const { stdout } = await map([chain.url], HOSTILE);
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(stdout.length).toBeLessThan(10_000);
    },
    MAX_SECONDS,
  );

  test(
    'with 10,000 owners is unread, in one line',
    async () => {
      const owners = Array.from({ length: 10_000 }, (_, index) => account(0x0e0000 + index));
      const at = account(0x5afe2);
      await chain.set(await safeAccounts('1.4.1', { owners, threshold: 1 }, at));
      const { code, document } = await mapJson([chain.url], at);
      expect(code).toBe(2);
      expect(document.unread).toEqual([
        {
          account: `eip155:1:${SINGLETON}`,
          reason: `the list in slot 2 of ${at} is longer than 200`,
        },
      ]);
    },
    MAX_SECONDS,
  );

  test('with owners in an endless ring is unread, in one line', async () => {
    const at = account(0x5afe3);
    const [a, b] = [account(0xa), account(0xb)];
    const ownerSlot = (of: Address) => keccak256(concat([pad(of), slot(2n)]));
    const [safe] = Object.values(await safeAccounts('1.4.1', { owners: [a, b] }, at)).slice(-1);
    await chain.set({ [at]: { ...safe, storage: { ...safe?.storage, [ownerSlot(b)]: pad(a) } } });
    const { code, document } = await mapJson([chain.url], at);
    expect(code).toBe(2);
    expect(document.unread).toMatchObject([
      { reason: `the list in slot 2 of ${at} does not close` },
    ]);
  });

  /** OpenZeppelin's, which delegates all calls to the implementation that its slot names. */
  const proxyCode = async (): Promise<Hex> => {
    const folder = 'node_modules/@openzeppelin/contracts/build/contracts';
    return JSON.parse(await readFile(`${folder}/ERC1967Proxy.json`, 'utf8')).deployedBytecode;
  };

  test.each([
    // Its calls run on themselves until the gas is gone: nobody can do anything, which is all read.
    ['runs itself', 0, (self: Address) => ({ implementation: self })],
    ['is its own admin', 2, (self: Address) => ({ implementation: account(0x70), admin: self })],
    ['is its own beacon', 2, (self: Address) => ({ beacon: self })],
  ])('that %s ends', async (_, exit, slots) => {
    const named = (name: string) =>
      toHex(BigInt(keccak256(stringToHex(`eip1967.proxy.${name}`))) - 1n, { size: 32 });
    const storage = Object.fromEntries(
      Object.entries(slots(HOSTILE)).map(([name, value]) => [named(name), pad(value)]),
    );
    await chain.set({ [HOSTILE]: { code: await proxyCode(), storage } });
    const { code, stderr } = await map([chain.url], HOSTILE);
    expect(stderr).toBe('');
    expect(code).toBe(exit);
  });
});
