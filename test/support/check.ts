/** Short cuts of the tests into `check`. */

import { type Node, rpcNode } from '../../src/chains/evm/node.ts';
import { parseProposal } from '../../src/chains/evm/safe/exports.ts';
import { openState } from '../../src/chains/evm/state.ts';
import { gatherFacts } from '../../src/check/check.ts';
import { judge, type Verdict } from '../../src/check/verdict.ts';
import { NO_ORGANISATION, type Organisation } from '../../src/org/org.ts';
import type { LocalChain } from './local-chain.ts';

/** Checks a proposal against a chain as it is now. */
export async function checkOn(
  chain: LocalChain,
  document: object,
  options: { readonly node?: Node; readonly organisation?: Organisation } = {},
): Promise<Verdict> {
  const { node = rpcNode(chain.url), organisation = NO_ORGANISATION } = options;
  const state = await openState(node);
  const proposal = parseProposal('test', document);
  return judge(node.source, state, await gatherFacts({ node, state, organisation, proposal }));
}

/** The ids of what was found, the strictest first. */
export const foundIn = ({ findings }: Verdict): readonly string[] => findings.map(({ id }) => id);
