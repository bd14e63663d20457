/**
 * Traces that are likely to be wanted, made while it is still being found out whether they are. Nothing rests
 * on them; but the node of a check is asked each thing once, so that what is wanted is there already.
 */
import { decodeCall } from '../chains/evm/decode/decode.ts';
import { likelySafe } from '../chains/evm/safe/wallet.ts';
import { simulate } from '../chains/evm/simulate.ts';
import type { MadeCall, Simulation } from '../chains/evm/simulation.ts';
import { orReason } from '../errors.ts';
import { type Execution, safeExecution, signedFor } from './execution.ts';
import type { Proposed, RunInput } from './facts.ts';
import { queuedExecution } from './queueing.ts';

/** More calls that queue others are not rehearsed. */
const MAX_QUEUED = 5;

/** Traces a Safe transaction as the Safe's own getters say that it would be executed. */
export async function rehearse(input: RunInput, request: Proposed): Promise<void> {
  if (request.kind !== 'safe') return;
  const { proposal } = request;
  const { transaction } = proposal;
  await trace(input, async () => {
    const likely = await likelySafe(transaction.safe, input.state);
    return safeExecution(transaction, likely, await signedFor(proposal, likely, input.state));
  });
}

/** Traces what is put into queues by the positions, without asking who else acts for them. */
export async function rehearseQueued(
  input: RunInput,
  simulation: Simulation,
  calls: readonly MadeCall[],
): Promise<void> {
  const queueing = calls
    .flatMap(({ kind, ...call }) =>
      kind === 'call' && input.positions.includes(call.from) ? [decodeCall({ kind, ...call })] : [],
    )
    .filter(({ inner }) => inner?.made === 'later')
    .slice(0, MAX_QUEUED);
  const later = { ...input, state: simulation.after };
  await Promise.all(
    queueing.map((call) => trace(later, () => queuedExecution(input, call, simulation))),
  );
}

async function trace({ node, state }: RunInput, likely: () => Promise<Execution>): Promise<void> {
  // What cannot be traced is said where it is wanted.
  await orReason(
    likely().then((execution) => simulate(node, state, execution.messages, execution)),
  );
}
