/** What is put into a queue does nothing yet: what it would do when it is executed. */
import type { Address } from 'viem';
import { decodeCall, hidesCalls } from '../chains/evm/decode/decode.ts';
import type { DecodedCall } from '../chains/evm/decode/decoded.ts';
import type { Outcome, Queued, RunInput } from './facts.ts';
import { ordersIn } from './orders.ts';
import { orUnsimulated, run } from './outcome.ts';
import { queuedExecution } from './queueing.ts';

/** What Zodiac's Delay is called: what it is handed as a module it queues. */
const DELAY = 'Zodiac Delay modifier';

/** Whether a Delay is handed a transaction, as the module of an account is. */
const isHanded = ({ to, signature }: DecodedCall, delays: ReadonlySet<Address>): boolean =>
  to !== null && delays.has(to) && signature?.startsWith('execTransactionFromModule') === true;

/** More calls that queue calls than anyone means to make at once. */
const MAX_QUEUED = 20;

/** What was run, and how long after the signature that is; `null` where the contracts know it. */
interface Ran extends Outcome {
  readonly waited: bigint | null;
}

/** A call that puts others into a queue, made in what was run. */
interface Queueing {
  readonly call: DecodedCall;
  readonly during: Ran;
}

/**
 * Every call by an actor that queues other calls, and what these would do after it: executed by whom the
 * queue belongs to, as if all waits and votes were over. What they queue in turn comes after them.
 */
export const queuedOutcomes = async (
  input: RunInput,
  outcome: Outcome,
): Promise<readonly Queued[]> => await queuedIn(input, [{ ...outcome, waited: 0n }], MAX_QUEUED);

async function queuedIn(
  input: RunInput,
  ran: readonly Ran[],
  left: number,
): Promise<readonly Queued[]> {
  const queueing = ran.flatMap(queueingIn);
  const [first] = queueing;
  if (first === undefined) return [];
  if (queueing.length > left) return [unread(first, `It queues more than ${MAX_QUEUED} times`)];
  const queued = await Promise.all(queueing.map((each) => execute(input, each)));
  const next = queued.flatMap(({ outcome, seconds }) =>
    outcome.simulated ? [{ ...outcome, waited: seconds }] : [],
  );
  return [...queued, ...(await queuedIn(input, next, left - queued.length))];
}

function queueingIn(during: Ran): readonly Queueing[] {
  const { actors, calls, after, touched } = during;
  const delays = new Set(
    [...after.found, ...touched.after.found]
      .filter(({ readings }) => readings.some(({ kind }) => kind === DELAY))
      .map(({ frame }) => frame.account),
  );
  return calls
    .filter(({ kind, from }) => kind === 'call' && actors.includes(from))
    .map(({ from, to, value, data }) => decodeCall({ kind: 'call', from, to, value, data }))
    .filter(
      (call) =>
        call.inner?.made === 'later' ||
        (call.inner !== null && isHanded(call, delays)) ||
        hidesCalls(call),
    )
    .map((call) => ({ call, during }));
}

async function execute(input: RunInput, queueing: Queueing): Promise<Queued> {
  const { call, during } = queueing;
  const { inner } = call;
  const { simulation, after, waited } = during;
  return {
    call,
    calls: inner?.calls ?? [],
    seconds: waited === null || inner?.seconds == null ? null : waited + inner.seconds,
    before: after,
    outcome: await orUnsimulated(async () => {
      const execution = await queuedExecution(input, call, simulation);
      const orders = execution.messages.flatMap(ordersIn);
      return await run(
        { ...input, state: simulation.after },
        Promise.resolve(after),
        execution,
        orders,
      );
    }),
  };
}

const unread = ({ call, during }: Queueing, reason: string): Queued => ({
  call,
  calls: call.inner?.calls ?? [],
  seconds: null,
  before: during.after,
  outcome: { simulated: false, reason },
});
