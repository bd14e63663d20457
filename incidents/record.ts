/** Rebuilds the incidents that have a recording, and keeps what the node answers to their checks. */
import { writeFile } from 'node:fs/promises';
import { recordingNode } from '../src/chains/evm/recording.ts';
import { mapPower, openState, rpcNode } from '../src/index.ts';
import { positionsOn } from '../src/map/map.ts';
import { incident } from '../test/support/incident.ts';
import { rebuild as bybit } from './bybit-2025-02/rebuild.ts';

/** How each is rebuilt, and which of its transactions are checked. */
const RECORDED = {
  'bybit-2025-02': { rebuild: bybit, transactions: ['malicious', 'shown', 'transfer'] },
};

for (const [folder, { rebuild, transactions }] of Object.entries(RECORDED)) {
  const { organisation, verdict } = incident(folder);
  const chain = await rebuild();
  try {
    const { node, recording } = recordingNode(rpcNode(chain.url));
    for (const name of transactions) await verdict(name, node);
    const state = await openState(node);
    await mapPower(state, positionsOn(state.chainId, await organisation()));
    const file = `incidents/${folder}/recording.json`;
    await writeFile(file, `${JSON.stringify(recording(), null, 1)}\n`);
  } finally {
    await chain.stop();
  }
}
