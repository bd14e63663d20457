/** Verdicts on Bybit's transactions, from the recording. */
import { readFile } from 'node:fs/promises';
import type { Node } from '../../src/chains/evm/node.ts';
import { parseRecording, recordedNode } from '../../src/chains/evm/recording.ts';
import { parseProposal } from '../../src/chains/evm/safe/exports.ts';
import { openState } from '../../src/chains/evm/state.ts';
import { gatherFacts } from '../../src/check/check.ts';
import { judge, type Verdict } from '../../src/check/verdict.ts';
import { parseOrganisation } from '../../src/org/org.ts';

const FOLDER = 'incidents/bybit-2025-02';

const read = (name: string) => readFile(`${FOLDER}/${name}`, 'utf8');

const readJson = async (name: string): Promise<unknown> => JSON.parse(await read(name));

export type BybitTransaction = 'malicious' | 'shown' | 'transfer';

export const bybitTransaction = async (name: BybitTransaction): Promise<object> =>
  (await readJson(`${name}.json`)) as object;

export const bybitRecording = async () =>
  parseRecording('recording', await readJson('recording.json'));

/** The verdict on one of the three, by the recording unless another node is given. */
export async function bybitVerdict(name: BybitTransaction, live?: Node): Promise<Verdict> {
  const node = live ?? recordedNode('recording', await bybitRecording());
  const state = await openState(node);
  const organisation = parseOrganisation('castellan.yaml', await read('castellan.yaml'));
  const proposal = parseProposal(name, await bybitTransaction(name));
  return judge(node.source, state, await gatherFacts({ node, state, organisation, proposal }));
}
