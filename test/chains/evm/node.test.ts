import { createServer, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ask, type Node, rpcNode } from '../../../src/chains/evm/node.ts';
import { ReadError, UnreachableError, UnsupportedMethodError } from '../../../src/errors.ts';
import { listen } from '../../support/listen.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

interface Call {
  readonly id: number;
  readonly method: string;
}

/** A node that answers each request with `answer`; counts the batches. */
async function serve(answer: (method: string) => object) {
  const batches: number[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const asked = JSON.parse(body) as Call | Call[];
      batches.push([asked].flat().length);
      const answerTo = ({ id, method }: Call) => ({ jsonrpc: '2.0', id, ...answer(method) });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(Array.isArray(asked) ? asked.map(answerTo) : answerTo(asked)));
    });
  });
  servers.push(server);
  const port = await listen(server);
  return { url: `http://user:secret@127.0.0.1:${port}/key`, batches };
}

test('requests of one turn travel as one batch', async () => {
  const { url, batches } = await serve((method) => ({ result: method }));
  const node = rpcNode(url);
  const answers = await Promise.all(['a', 'b', 'c'].map((method) => node.request(method, [])));
  expect(answers).toEqual(['a', 'b', 'c']);
  expect(batches).toEqual([3]);
});

test('the source shows no secret of the URL', async () => {
  expect(rpcNode('https://user:secret@node.example/key?token=1').source).toBe('node.example');
});

test.each([
  ['by its code', { code: -32601, message: 'what?' }],
  ['by its words', { code: -32000, message: 'the method debug_traceCall does not exist' }],
])('a method that is not offered is told apart, %s', async (_, error) => {
  const { url } = await serve(() => ({ error }));
  await expect(rpcNode(url).request('debug_traceCall', [])).rejects.toThrow(UnsupportedMethodError);
});

test('a refusal is a failed read, in the words of the node', async () => {
  const { url } = await serve(() => ({ error: { code: -32000, message: 'missing trie node' } }));
  const refused = rpcNode(url).request('eth_getCode', []);
  await expect(refused).rejects.toThrow(ReadError);
  await expect(refused).rejects.toThrow(/refused eth_getCode: missing trie node \(code -32000\)/);
});

test('an answer of the wrong shape is a failed read', async () => {
  const { url } = await serve(() => ({ result: 7 }));
  await expect(ask(rpcNode(url), 'eth_chainId', [], z.string())).rejects.toThrow(
    /malformed answer to eth_chainId/,
  );
});

test('a node that sends on to another host is not followed', async () => {
  const { url: elsewhere, batches } = await serve((method) => ({ result: method }));
  const server = createServer((_, response) => {
    response.writeHead(307, { location: elsewhere });
    response.end();
  });
  servers.push(server);
  const port = await listen(server);
  const asked = rpcNode(`http://127.0.0.1:${port}`).request('eth_chainId', []);
  await expect(asked).rejects.toThrow(UnreachableError);
  expect(batches).toEqual([]);
});

test.each([
  ['no JSON', '<html>'],
  ['nothing', ''],
  ['null', 'null'],
  ['an empty list', '[]'],
  ['a list of nulls', '[null]'],
  ['an error without a message', '{"error":{}}'],
])('%s in place of an answer is no answer', async (_, body) => {
  const server = createServer((_request, response) => response.end(body));
  servers.push(server);
  const port = await listen(server);
  const asked = rpcNode(`http://127.0.0.1:${port}`).request('eth_chainId', []);
  await expect(asked).rejects.toThrow(/eth_chainId/);
});

test('silence is unreachable', async () => {
  const { url } = await serve((method) => ({ result: method }));
  await new Promise((resolve) => servers.pop()?.close(resolve));
  const asked = rpcNode(url).request('eth_chainId', []);
  await expect(asked).rejects.toThrow(UnreachableError);
  await expect(asked).rejects.toThrow(/does not answer eth_chainId: connect ECONNREFUSED/);
});

describe('a hostile or broken server', () => {
  interface Served {
    readonly calls: readonly Call[];
    readonly response: ServerResponse;
    /** How many came before. */
    readonly attempt: number;
  }
  const reply = ({ id, method }: Call, result: unknown = method) => ({
    jsonrpc: '2.0',
    id,
    result,
  });
  const LIMITS = { timeoutMs: 300, maxBytes: 10_000, firstWaitMs: 1 };

  /** A node behind a server that does as it is told, and how often it was asked. */
  async function node(serve: (served: Served) => void) {
    const asked: number[] = [];
    const server = createServer(async (request, response) => {
      const calls = [JSON.parse(await text(request)) as Call | Call[]].flat();
      asked.push(calls.length);
      serve({ calls, response, attempt: asked.length - 1 });
    });
    servers.push(server);
    const port = await listen(server);
    return { node: rpcNode(`http://127.0.0.1:${port}`, LIMITS), asked };
  }

  const answersOf = (from: Node, ...methods: readonly string[]) =>
    Promise.all(methods.map((method) => from.request(method, [])));

  test('answers in any order find their requests', async () => {
    const { node: shuffled } = await node(({ calls, response }) => {
      response.end(JSON.stringify(calls.map((call) => reply(call)).reverse()));
    });
    expect(await answersOf(shuffled, 'a', 'b', 'c')).toEqual(['a', 'b', 'c']);
  });

  test.each([
    [
      'wrong ids',
      (calls: readonly Call[]) => calls.map((call) => reply({ ...call, id: call.id + 1 })),
      /requests that were not made/,
    ],
    [
      'ids as text',
      (calls: readonly Call[]) => calls.map((call) => ({ ...reply(call), id: `${call.id}` })),
      /requests that were not made/,
    ],
    [
      'one answer left out',
      (calls: readonly Call[]) => calls.slice(1).map((call) => reply(call)),
      /answers 2 of 3 requests/,
    ],
    [
      'one answer twice',
      (calls: readonly Call[]) => [...calls, ...calls].map((call) => reply(call)),
      /one request twice/,
    ],
    [
      'one answer for all',
      ([call]: readonly Call[]) => (call === undefined ? [] : reply(call)),
      /a batch as one request/,
    ],
    ['a list of nothing', () => [null, null, null], /no JSON-RPC answer/],
    ['a number', () => 7, /no JSON-RPC answer/],
  ])('%s is no answer to any', async (_, answer, message) => {
    const { node: lying } = await node(({ calls, response }) => {
      response.end(JSON.stringify(answer(calls)));
    });
    const asked = answersOf(lying, 'a', 'b', 'c');
    await expect(asked).rejects.toThrow(UnreachableError);
    await expect(asked).rejects.toThrow(message);
  });

  test('an endless answer is read no further than the limit', async () => {
    let sent = 0;
    const { node: endless } = await node(({ response }) => {
      const more = (): void => {
        sent += 1 << 16;
        if (!response.destroyed) response.write(' '.repeat(1 << 16), more);
      };
      more();
    });
    await expect(answersOf(endless, 'a')).rejects.toThrow(
      /does not answer a: it answers with more than 10000 bytes/,
    );
    expect(sent).toBeLessThan(64 << 20);
  });

  test.each([
    ['silence', () => undefined],
    ['an answer that stalls', ({ response }: Served) => void response.write('{"jsonrpc"')],
  ])('%s is given up after a time, and a few times', async (_, serve) => {
    const { node: slow, asked } = await node(serve);
    await expect(answersOf(slow, 'a')).rejects.toThrow(/does not answer a: nothing came for 0.3 s/);
    expect(asked).toEqual([1, 1, 1]);
  });

  test.each([
    ['JSON that breaks off', '{"jsonrpc": "2.0", "id": 1, "resu', /JSON that breaks off/],
    ['a page', '<html>', /no JSON but text\/html/],
    ['nothing', '', /answers with nothing/],
  ])('%s is told as what it is', async (_, body, message) => {
    const { node: broken } = await node(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(body);
    });
    await expect(answersOf(broken, 'a')).rejects.toThrow(message);
  });

  test('a busy server is asked again, after as long as it says', async () => {
    const { node: busy, asked } = await node(({ calls, response, attempt }) => {
      if (attempt < 2) response.writeHead(429, { 'retry-after': '0' }).end('{}');
      else response.end(JSON.stringify(calls.map((call) => reply(call))));
    });
    expect(await answersOf(busy, 'a', 'b')).toEqual(['a', 'b']);
    expect(asked).toEqual([2, 2, 2]);
  });

  test.each([
    ['for ever', '0', /HTTP 429/, 5],
    ['for an hour', '3600', /asks to be left alone for 3600 s/, 1],
    ['until a date', 'Fri, 31 Dec 9999 23:59:59 GMT', /asks to be left alone for/, 1],
  ])('a server that is busy %s is given up', async (_, wait, message, attempts) => {
    const { node: busy, asked } = await node(({ response }) => {
      response.writeHead(429, { 'retry-after': wait }).end();
    });
    await expect(answersOf(busy, 'a')).rejects.toThrow(message);
    expect(asked).toHaveLength(attempts);
  });

  test('only what was refused for haste is asked again', async () => {
    const { node: busy, asked } = await node(({ calls, response, attempt }) => {
      const answers = calls.map((call) =>
        attempt === 0 && call.method !== 'a'
          ? { id: call.id, error: { code: -32005, message: 'rate limit exceeded' } }
          : reply(call),
      );
      response.end(JSON.stringify(calls.length === 1 ? answers[0] : answers));
    });
    expect(await answersOf(busy, 'a', 'b', 'c')).toEqual(['a', 'b', 'c']);
    expect(asked).toEqual([3, 2]);
  });

  test.each([
    ['says so', 200, { id: null, error: { code: -32600, message: 'batch not supported' } }],
    ['finds it too long', 413, 'too long'],
  ])(
    'a server that takes no batch, and %s, is asked one by one from then on',
    async (_, status, body) => {
      const { node: single, asked } = await node(({ calls: [call, ...more], response }) => {
        if (call === undefined || more.length > 0)
          response.writeHead(status).end(JSON.stringify(body));
        else response.end(JSON.stringify(reply(call)));
      });
      expect(await answersOf(single, 'a', 'b', 'c')).toEqual(['a', 'b', 'c']);
      asked.length = 0;
      expect(await answersOf(single, 'a', 'b')).toEqual(['a', 'b']);
      expect(asked).toEqual([1, 1]);
    },
  );

  test('a request that is too long by itself is refused, not silence', async () => {
    const { node: short } = await node(({ response }) => void response.writeHead(413).end());
    await expect(answersOf(short, 'a')).rejects.toThrow(/refused a: the request is too long/);
  });

  test('an error under a status of failure is the answer that it is', async () => {
    const { node: odd, asked } = await node(({ calls: [call], response }) => {
      const error = { code: 3, message: 'execution reverted' };
      response.writeHead(500).end(JSON.stringify({ jsonrpc: '2.0', id: call?.id, error }));
    });
    await expect(answersOf(odd, 'a')).rejects.toThrow(/refused a: execution reverted \(code 3\)/);
    expect(asked).toHaveLength(1);
  });

  test('a server that fails is asked again', async () => {
    const { node: failing, asked } = await node(({ calls: [call], response, attempt }) => {
      if (call === undefined || attempt === 0) response.writeHead(502).end('<html>');
      else response.end(JSON.stringify(reply(call)));
    });
    expect(await answersOf(failing, 'a')).toEqual(['a']);
    expect(asked).toHaveLength(2);
  });
});
