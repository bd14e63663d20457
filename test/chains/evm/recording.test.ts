import { expect, test } from 'vitest';
import { type Node, refusal } from '../../../src/chains/evm/node.ts';
import { parseRecording, recordedNode, recordingNode } from '../../../src/chains/evm/recording.ts';
import { InputError, ReadError, UnsupportedMethodError } from '../../../src/errors.ts';

const node: Node = {
  source: 'test',
  request: async (method, params) => ({ method, params }),
};

test('answers what was recorded, and nothing else', async () => {
  const recorder = recordingNode(node);
  await recorder.node.request('eth_getCode', ['0x1', '0x2']);
  const written: unknown = JSON.parse(JSON.stringify(recorder.recording()));
  const replay = recordedNode('file', parseRecording('file', written));
  expect(await replay.request('eth_getCode', ['0x1', '0x2'])).toEqual({
    method: 'eth_getCode',
    params: ['0x1', '0x2'],
  });
  await expect(replay.request('eth_getCode', ['0x1', '0x3'])).rejects.toThrow(ReadError);
});

test('is the same whatever the order of the requests', async () => {
  const record = async (...params: readonly string[]) => {
    const recorder = recordingNode(node);
    for (const each of params) await recorder.node.request('m', [each]);
    return recorder.recording();
  };
  expect(await record('a', 'b')).toEqual(await record('b', 'a'));
});

test('keeps refusals, so that what a node lacks is lacking in its recording, too', async () => {
  const refusing: Node = {
    source: 'test',
    request: async (method) => {
      throw refusal('test', method, -32601, 'no such method');
    },
  };
  const recorder = recordingNode(refusing);
  await expect(recorder.node.request('debug_traceCall', [])).rejects.toThrow(ReadError);
  const written: unknown = JSON.parse(JSON.stringify(recorder.recording()));
  const replay = recordedNode('file', parseRecording('file', written));
  const asked = replay.request('debug_traceCall', []);
  await expect(asked).rejects.toThrow(UnsupportedMethodError);
  await expect(asked).rejects.toThrow('file refused debug_traceCall: no such method (code -32601)');
});

test('replays refusals as the node gave them', async () => {
  const replay = recordedNode(
    'file',
    parseRecording('file', {
      schema: 'castellan.recording/1',
      entries: [
        {
          method: 'debug_traceCall',
          params: [],
          answer: { error: { code: -32601, message: 'no such method' } },
        },
      ],
    }),
  );
  await expect(replay.request('debug_traceCall', [])).rejects.toThrow(UnsupportedMethodError);
});

test('refuses requests that are nested without end', () => {
  let params: unknown[] = [];
  for (let level = 0; level < 50_000; level += 1) params = [params];
  const entry = { method: 'm', params, answer: { result: null } };
  const document = { schema: 'castellan.recording/1', entries: [entry] };
  expect(() => parseRecording('file', document)).toThrow('entries.0.params: nested too deeply');
});

test.each([
  null,
  [],
  {},
  { schema: 'castellan.recording/2', entries: [] },
  { schema: 'castellan.recording/1', entries: [{}] },
])('refuses %j', (document) => {
  expect(() => parseRecording('file', document)).toThrow(InputError);
});
