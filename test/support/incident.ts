/** The incidents in `incidents/`: their transactions, and the verdicts on them. */
import { readFile } from 'node:fs/promises';
import { type Node, rpcNode } from '../../src/chains/evm/node.ts';
import { parseRecording, type Recording, recordedNode } from '../../src/chains/evm/recording.ts';
import type { SigningRequest } from '../../src/chains/evm/requests/request.ts';
import { parseCall } from '../../src/chains/evm/requests/transaction.ts';
import { parseProposal } from '../../src/chains/evm/safe/exports.ts';
import type { Verdict } from '../../src/check/verdict.ts';
import { type Organisation, parseOrganisation } from '../../src/org/org.ts';
import { verdictBy } from './check.ts';
import type { LocalChain } from './local-chain.ts';

export interface Incident {
  /** What the victim could have declared. */
  organisation(): Promise<Organisation>;
  /** One of its transactions. */
  transaction(name: string): Promise<object>;
  recording(): Promise<Recording>;
  /** The verdict on one of its transactions, by the recording unless another node is given. */
  verdict(name: string, node?: Node): Promise<Verdict>;
  /** The verdict on one of its transactions with these fields instead, and nothing signed yet. */
  mutated(chain: LocalChain, name: string, fields: object): Promise<Verdict>;
}

/** The incident of a folder: `bybit-2025-02`. */
export function incident(folder: string): Incident {
  const read = (name: string) => readFile(`incidents/${folder}/${name}`, 'utf8');
  const readJson = async (name: string): Promise<unknown> => JSON.parse(await read(name));
  const organisation = async () =>
    parseOrganisation('castellan.yaml', await read('castellan.yaml'));
  const transaction = async (name: string) => (await readJson(`${name}.json`)) as object;
  const recording = async () => parseRecording('recording', await readJson('recording.json'));
  return {
    organisation,
    transaction,
    recording,
    verdict: async (name, node) =>
      await verdictBy(
        node ?? recordedNode('recording', await recording()),
        await organisation(),
        await requestOf(await transaction(name)),
      ),
    mutated: async (chain, name, fields) =>
      await verdictBy(
        rpcNode(chain.url),
        await organisation(),
        await requestOf({
          ...(await transaction(name)),
          confirmations: [],
          safeTxHash: null,
          ...fields,
        }),
      ),
  };
}

/** A transaction of a Safe, or else the call of an account. */
async function requestOf(document: object): Promise<SigningRequest> {
  return 'safe' in document
    ? { kind: 'safe', proposal: parseProposal('test', document) }
    : { kind: 'transaction', transaction: await parseCall('test', document) };
}
