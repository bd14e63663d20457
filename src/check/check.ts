/** `check`: what a transaction would do to power, before it is signed. */
import type { Address } from 'viem';
import { type ExaminedSignature, examineSignature } from '../chains/evm/safe/signatures.ts';
import { type Proposal, type SafeHashes, safeHashes } from '../chains/evm/safe/transaction.ts';
import { findSafe, type SafeWallet } from '../chains/evm/safe/wallet.ts';
import type { State } from '../chains/evm/state.ts';
import { ReadError } from '../errors.ts';
import { mapPower, type PowerMap, positionsOn } from '../map/map.ts';
import { simulateOutcome } from './execution.ts';
import type { CheckInput, Facts } from './facts.ts';

/**
 * Gathers the facts of a Safe transaction: its hashes, who signed it, who holds power before and after.
 *
 * @throws UnreachableError the node does not answer.
 * @throws ReadError not even a position's balance can be read.
 */
export async function gatherFacts(input: CheckInput): Promise<Facts> {
  const { state, organisation, proposal } = input;
  const { safe } = proposal.transaction;
  const positions = new Set([safe, ...positionsOn(state.chainId, organisation)]);
  const before = await mapPower(state, [...positions], organisation);
  const { chainId } = state;
  const { wallet, noWallet } = await readWallet(before, safe, state);
  const known = { chainId, proposal, organisation, before, wallet, noWallet };
  if (wallet === null) {
    const reason = 'The wallet could not be read';
    return { ...known, hashes: null, signatures: [], outcome: { simulated: false, reason } };
  }
  const hashes = safeHashes(proposal.transaction, wallet.version, chainId);
  const signatures = await examineAll(proposal, wallet, hashes, state);
  const outcome = await simulateOutcome(input, { before, wallet, hashes, signatures });
  return { ...known, hashes, signatures, outcome };
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
  { owners, version }: SafeWallet,
  hashes: SafeHashes,
  state: State,
): Promise<readonly ExaminedSignature[]> {
  const wallet = { safe: transaction.safe, owners: owners.value, version };
  return await Promise.all(
    signatures.map((filed) => examineSignature(filed, hashes, wallet, state)),
  );
}
