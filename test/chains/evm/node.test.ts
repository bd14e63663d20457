import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { ask, rpcNode } from '../../../src/chains/evm/node.ts';
import { ReadError, UnreachableError, UnsupportedMethodError } from '../../../src/errors.ts';
import { listen } from '../../support/listen.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A node that answers each request of a batch with `answer`; counts the batches. */
async function serve(answer: (method: string) => object) {
  const batches: number[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const calls = JSON.parse(body) as { id: number; method: string }[];
      batches.push(calls.length);
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify(calls.map(({ id, method }) => ({ jsonrpc: '2.0', id, ...answer(method) }))),
      );
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
