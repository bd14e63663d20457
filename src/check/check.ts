/** `check`: what a transaction would do to power, before it is signed. */
import type { Address } from 'viem';
import type { Node } from '../chains/evm/node.ts';
import { findSafe, type SafeWallet } from '../chains/evm/readers/safe.ts';
import { type ExaminedSignature, examineSignature } from '../chains/evm/safe/signatures.ts';
import { type Proposal, type SafeHashes, safeHashes } from '../chains/evm/safe/transaction.ts';
import type { State } from '../chains/evm/state.ts';
import { ReadError } from '../errors.ts';
import { mapPower, type PowerMap, positionsOn } from '../map/map.ts';
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
  const { wallet, noWallet } = await readWallet(before, safe, state);
  const hashes =
    wallet === null ? null : safeHashes(proposal.transaction, wallet.version, state.chainId);
  const signatures =
    wallet === null || hashes === null ? [] : await examineAll(proposal, wallet, hashes, state);
  return {
    chainId: state.chainId,
    proposal,
    organisation,
    wallet,
    noWallet,
    hashes,
    signatures,
    before,
    outcome:
      wallet === null || hashes === null
        ? { simulated: false, reason: 'The wallet could not be read' }
        : await simulateOutcome(input, before, wallet, hashes, signatures),
  };
}

async function readWallet(
  { found }: PowerMap,
  safe: Address,
  state: State,
): Promise<Pick<Facts, 'wallet' | 'noWallet'>> {
  try {
    const frames = found.map(({ frame }) => frame);
    const wallet = await findSafe(frames, safe, state);
    const noWallet = wallet === null ? 'It does not run the published code of any Safe' : null;
    return { wallet, noWallet };
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return { wallet: null, noWallet: error.message };
  }
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
