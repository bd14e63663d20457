/** `check`: what a transaction would do to power, before it is signed. */
import type { Node } from '../chains/evm/node.ts';
import { findSafe, type SafeWallet } from '../chains/evm/readers/safe.ts';
import { type ExaminedSignature, examineSignature } from '../chains/evm/safe/signatures.ts';
import { type Proposal, type SafeHashes, safeHashes } from '../chains/evm/safe/transaction.ts';
import type { State } from '../chains/evm/state.ts';
import { mapPower, positionsOn } from '../map/map.ts';
import type { Organisation } from '../org/org.ts';
import { simulateOutcome } from './execution.ts';
import type { Facts } from './facts.ts';

/** What to check, and against what. */
export interface CheckInput {
  readonly node: Node;
  readonly state: State;
  readonly organisation: Organisation;
  readonly proposal: Proposal;
}

/**
 * Gathers the facts of a Safe transaction: its hashes, who signed it, who holds power before and after.
 *
 * @throws UnreachableError the node does not answer.
 */
export async function gatherFacts(input: CheckInput): Promise<Facts> {
  const { state, organisation, proposal } = input;
  const { safe } = proposal.transaction;
  const positions = new Set([safe, ...positionsOn(state.chainId, organisation)]);
  const before = await mapPower(state, [...positions], organisation);
  const wallet = await findSafe(
    before.found.map(({ frame }) => frame),
    safe,
    state,
  );
  const hashes =
    wallet === null ? null : safeHashes(proposal.transaction, wallet.version, state.chainId);
  const signatures =
    wallet === null || hashes === null ? [] : await examineAll(proposal, wallet, hashes, state);
  return {
    chainId: state.chainId,
    proposal,
    organisation,
    wallet,
    hashes,
    signatures,
    before,
    outcome:
      wallet === null || hashes === null
        ? { simulated: false, reason: 'The wallet is not a known Safe' }
        : await simulateOutcome(input, before, wallet, hashes, signatures),
  };
}

async function examineAll(
  { signatures, transaction }: Proposal,
  { owners }: SafeWallet,
  { safeTxHash }: SafeHashes,
  state: State,
): Promise<readonly ExaminedSignature[]> {
  const wallet = { safe: transaction.safe, owners: owners.value };
  return await Promise.all(
    signatures.map((filed) => examineSignature(filed, safeTxHash, wallet, state)),
  );
}
