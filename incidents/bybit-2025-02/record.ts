/** Rebuilds the wallet, checks each transaction and maps the wallet, and keeps what the node answered. */
import { readFile, writeFile } from 'node:fs/promises';
import {
  gatherFacts,
  mapPower,
  openState,
  parseOrganisation,
  parseProposal,
  recordingNode,
  rpcNode,
} from '../../src/index.ts';
import { rebuild, WALLET } from './rebuild.ts';

const here = new URL('./', import.meta.url);
const read = (name: string) => readFile(new URL(name, here), 'utf8');

const chain = await rebuild();
try {
  const { node, recording } = recordingNode(rpcNode(chain.url));
  const state = await openState(node);
  const organisation = parseOrganisation('castellan.yaml', await read('castellan.yaml'));
  for (const name of ['malicious.json', 'shown.json', 'transfer.json']) {
    const proposal = parseProposal(name, JSON.parse(await read(name)));
    await gatherFacts({ node, state, organisation, request: { kind: 'safe', proposal } });
  }
  await mapPower(state, [WALLET]);
  await writeFile(new URL('recording.json', here), `${JSON.stringify(recording(), null, 1)}\n`);
} finally {
  await chain.stop();
}
