/** Short cuts of the tests into `check`. */

import { type Node, rpcNode } from '../../src/chains/evm/node.ts';
import type { SigningRequest } from '../../src/chains/evm/requests/request.ts';
import { parseProposal } from '../../src/chains/evm/safe/exports.ts';
import { openState } from '../../src/chains/evm/state.ts';
import { gatherFacts } from '../../src/check/check.ts';
import { judge, type Verdict } from '../../src/check/verdict.ts';
import { NO_ORGANISATION, type Organisation } from '../../src/org/org.ts';
import type { LocalChain } from './local-chain.ts';

interface Options {
  readonly node?: Node;
  readonly organisation?: Organisation;
}

/** Checks a Safe transaction, as its service writes it, against a chain as it is now. */
export const checkOn = (chain: LocalChain, document: object, options?: Options): Promise<Verdict> =>
  checkRequest(chain, { kind: 'safe', proposal: parseProposal('test', document) }, options);

/** Checks anything that may be signed against a chain as it is now. */
export async function checkRequest(
  chain: LocalChain,
  request: SigningRequest,
  { node = rpcNode(chain.url), organisation = NO_ORGANISATION }: Options = {},
): Promise<Verdict> {
  return await verdictBy(node, organisation, request);
}

/** Checks anything that may be signed by what a node answers. */
export async function verdictBy(
  node: Node,
  organisation: Organisation,
  request: SigningRequest,
): Promise<Verdict> {
  const state = await openState(node);
  return judge(node.source, state, await gatherFacts({ node, state, organisation, request }));
}

/** The ids of what was found, the strictest first; of what is only to be known, none. */
export const foundIn = ({ findings }: Verdict): readonly string[] =>
  findings.filter(({ decision }) => decision !== 'SIGN').map(({ id }) => id);
