/** `check`: what a signature would do to power, before it is given. */
import type { Address } from 'viem';
import { type Allowances, readAllowances } from '../chains/evm/allowances.ts';
import { askedOnce } from '../chains/evm/node.ts';
import type { SigningRequest } from '../chains/evm/requests/request.ts';
import { type Proposal, proposalAt } from '../chains/evm/safe/transaction.ts';
import {
  findSafe,
  NONCE_SLOT,
  type SafeWallet,
  safeBehindProxy,
} from '../chains/evm/safe/wallet.ts';
import type { State } from '../chains/evm/state.ts';
import { InputError, ReadError } from '../errors.ts';
import { tokensOn } from '../map/holdings.ts';
import { mapPower, nothingMet, type PowerMap, positionsOn } from '../map/map.ts';
import type { Organisation } from '../org/org.ts';
import { signedFor } from './execution.ts';
import type { CheckInput, Facts, Proposed, RunInput, SafeFacts } from './facts.ts';
import { isAllowed } from './listed.ts';
import { transactionsIn } from './orders.ts';
import { outcomeOf } from './outcome.ts';
import { queuedOutcomes } from './queued.ts';
import { rehearse } from './rehearsal.ts';

/**
 * Gathers the facts of a request: its hashes, who signed it, who holds power before and after.
 *
 * @throws InputError it is for another chain.
 * @throws UnreachableError the node does not answer.
 * @throws ReadError not even a position's balance can be read.
 */
export async function gatherFacts(input: CheckInput): Promise<Facts> {
  const { state, organisation } = input;
  const { chainId } = state;
  expectChain(input.request, chainId);
  const request = await propose(input.request, state);
  const actor = actorOf(request);
  const positions = [...new Set([...accountsOf(request), ...positionsOn(chainId, organisation)])];
  const node = askedOnce(input.node);
  const where: RunInput = { node, state, organisation, positions, met: nothingMet() };
  // Each goes on as soon as it can: what is asked meanwhile travels together.
  const reading = mapPower(state, positions, organisation, {
    known: unexpectedAllowances(state, positions, organisation),
    met: where.met,
  });
  const proposed =
    request.kind === 'safe'
      ? readProposal(request.proposal, reading, state)
      : Promise.resolve(null);
  const [before, safe, outcome] = await Promise.all([
    ...([reading, proposed] as const),
    outcomeOf({ ...where, request }, reading, proposed),
    rehearse(where, request),
  ]);
  const queued = outcome.simulated ? await queuedOutcomes(where, outcome) : [];
  const isDraft = input.request.kind === 'draft';
  return { chainId, request, isDraft, organisation, actor, safe, before, outcome, queued };
}

/** What others may take already, but for what castellan.yaml lets them have. */
async function unexpectedAllowances(
  state: State,
  positions: readonly Address[],
  organisation: Organisation,
): Promise<Allowances> {
  const { chainId } = state;
  const { allowances, unread } = await readAllowances(
    state,
    positions,
    tokensOn(chainId, organisation),
  );
  return {
    allowances: allowances.filter((each) => !isAllowed(organisation, chainId, each)),
    unread,
  };
}

/** What is signed for one chain does nothing on another. */
function expectChain(request: SigningRequest, chainId: number): void {
  for (const named of chainsOf(request)) {
    if (named === null || named === chainId) continue;
    throw new InputError('the request', `it is for chain ${named}, and the node serves ${chainId}`);
  }
}

function chainsOf(request: SigningRequest): readonly (number | null)[] {
  switch (request.kind) {
    case 'safe':
      // Its hash says: one for another chain is not the one that is claimed.
      return [];
    case 'draft':
      return [request.draft.chainId];
    case 'transaction':
      return transactionsIn(request).map((each) => each.chainId);
    case 'message':
      return [request.message.chainId];
  }
}

/** A request as it would be proposed now: a draft with the next nonce of its Safe. */
async function propose(request: SigningRequest, state: State): Promise<Proposed> {
  if (request.kind !== 'draft') return request;
  const nonce = await state.storage(request.draft.transaction.safe, NONCE_SLOT);
  return { kind: 'safe', proposal: proposalAt(request.draft, BigInt(nonce)) };
}

function actorOf(request: SigningRequest): Address | null {
  switch (request.kind) {
    case 'safe':
      return request.proposal.transaction.safe;
    case 'draft':
      return request.draft.transaction.safe;
    case 'transaction':
      return request.transaction.from;
    case 'message':
      return request.message.signer;
  }
}

/** The accounts that a request itself says are the signer's own. */
export function accountsOf(request: SigningRequest): readonly Address[] {
  const actor = actorOf(request);
  const delegating =
    request.kind === 'transaction'
      ? transactionsIn(request).flatMap(({ from, authorizations }) => [
          ...(from === null ? [] : [from]),
          ...authorizations.flatMap(({ authority }) => authority ?? []),
        ])
      : [];
  return [...(actor === null ? [] : [actor]), ...delegating];
}

async function readProposal(
  proposal: Proposal,
  before: Promise<PowerMap>,
  state: State,
): Promise<SafeFacts> {
  const { wallet, noWallet } = await readWallet(before, proposal.transaction.safe, state);
  if (wallet === null) return { proposal, wallet, noWallet, hashes: null, signatures: [] };
  const { owners, version } = wallet;
  const signed = await signedFor(proposal, { owners: owners.value, version }, state);
  return { proposal, wallet, noWallet, ...signed };
}

async function readWallet(
  before: Promise<PowerMap>,
  safe: Address,
  state: State,
): Promise<{ readonly wallet: SafeWallet | null; readonly noWallet: string | null }> {
  try {
    const wallet =
      (await safeBehindProxy(safe, state)) ??
      (await findSafe(
        (await before).found.map(({ frame }) => frame),
        safe,
        state,
      ));
    const noWallet = wallet === null ? 'It does not run the published code of any Safe' : null;
    return { wallet, noWallet };
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return { wallet: null, noWallet: error.message };
  }
}
