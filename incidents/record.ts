/** Rebuilds what has a recording, checks it and maps its positions, and keeps what the node answered. */
import { writeFile } from 'node:fs/promises';
import { mapPower, openState, recordingNode, rpcNode } from '../src/index.ts';
import { positionsOn } from '../src/map/map.ts';
import { incident } from '../test/support/incident.ts';
import { recorded } from './recorded.ts';

for (const { folder, rebuild, transactions } of recorded) {
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
