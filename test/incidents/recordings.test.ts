import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recorded } from '../../incidents/recorded.ts';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { recordingNode } from '../../src/chains/evm/recording.ts';
import { RefusedError } from '../../src/errors.ts';
import { incident } from '../support/incident.ts';
import type { LocalChain } from '../support/local-chain.ts';

describe.each(recorded)('$folder', ({ folder, rebuild, transactions }) => {
  const { recording, verdict } = incident(folder);
  let chain: LocalChain;

  beforeAll(async () => {
    chain = await rebuild();
  });

  afterAll(() => chain.stop());

  test.each(transactions)(
    'the verdict on %s is the same on a live node, but for the source of the reads',
    async (name) => {
      const live = await verdict(name, rpcNode(chain.url));
      expect(JSON.stringify({ ...live, source: 'recording' })).toBe(
        JSON.stringify(await verdict(name)),
      );
    },
  );

  test('the recording holds what this node answers: npm run record:incidents', async () => {
    const { entries } = await recording();
    const live = recordingNode(rpcNode(chain.url));
    for (const { method, params } of entries) {
      // What the node refuses is recorded as refused.
      await live.node.request(method, params).catch((error: unknown) => {
        expect(error).toBeInstanceOf(RefusedError);
      });
    }
    expect(live.recording().entries).toEqual(entries);
  });
});
