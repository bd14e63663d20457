/** What is put into a queue does nothing yet: what it would do when it is executed. */
import { type Address, isAddress, zeroAddress } from 'viem';
import { decodeCall, hidesCalls } from '../chains/evm/decode/decode.ts';
import type { DecodedCall } from '../chains/evm/decode/decoded.ts';
import { merge } from '../chains/evm/overlay.ts';
import type { Message } from '../chains/evm/simulation.ts';
import type { Overrides, State } from '../chains/evm/state.ts';
import { askAddress } from '../chains/evm/view-function.ts';
import { orReason, ReadError } from '../errors.ts';
import type { Outcome, Queued, RunInput } from './facts.ts';
import { whileExecuting } from './governor.ts';
import { ordersIn } from './orders.ts';
import { orUnsimulated, run } from './outcome.ts';

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
  const { inner, problem } = call;
  if (inner === null || problem !== null) {
    return unread(queueing, `What it may queue cannot be read: ${problem}`);
  }
  const { simulation, after, waited } = during;
  return {
    call,
    calls: inner.calls,
    seconds: waited === null || inner.seconds === null ? null : waited + inner.seconds,
    before: after,
    outcome: await orUnsimulated(async () => {
      if (simulation.writes === null) {
        throw new ReadError('What is queued is simulated only on a node with debug_traceCall');
      }
      const messages = await messagesOf(inner.calls, call, simulation.after);
      const orders = messages.flatMap(ordersIn);
      // It may well be paid in before it is executed.
      const funds = await fundsFor(messages, simulation.after);
      const later = { ...input, state: simulation.after };
      const premises = { pretended: funds, done: simulation.writes };
      const pretended = merge(funds, await whileExecuting(later, call.to, messages, premises));
      const acting = messages.map(({ from }) => from);
      return await run(
        later,
        Promise.resolve(after),
        { ...premises, messages, acting, pretended },
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

/** The calls as the messages of whoever makes them: a governor's are made by its timelock, if it has one. */
async function messagesOf(
  calls: readonly DecodedCall[],
  queueing: DecodedCall,
  state: State,
): Promise<readonly Message[]> {
  const executor = await executorOf(queueing, state);
  return calls.map(({ kind, from, to, value, data }) => {
    if (kind !== 'call') throw new ReadError(`What a queued ${kind} would do cannot be simulated`);
    const maker = executor ?? from ?? queueing.to;
    if (maker === null || to === null)
      throw new ReadError('Who would make the queued calls is not known');
    return { from: maker, to, value, data };
  });
}

/** What those who make the calls need for them, on top of what they have. */
async function fundsFor(messages: readonly Message[], state: State): Promise<Overrides> {
  const needed = new Map<Address, bigint>();
  for (const { from, value } of messages) needed.set(from, (needed.get(from) ?? 0n) + value);
  const funded = await Promise.all(
    [...needed]
      .filter(([, value]) => value > 0n)
      .map(
        async ([from, value]) => [from, { balance: (await state.balance(from)) + value }] as const,
      ),
  );
  return Object.fromEntries(funded);
}

/** The account that a queue has its calls made by, where it is another; `null` where it makes them. */
async function executorOf({ to, signature }: DecodedCall, state: State): Promise<Address | null> {
  const getter = EXECUTORS.get(signature?.split('(')[0] ?? '');
  if (to === null || getter === undefined) return null;
  const executor = await orReason(askAddress(state, to, getter));
  // A governor without a timelock has no such getter.
  return executor === zeroAddress || !isAddress(executor) ? null : executor;
}

/** The getter of whom a queue acts through, by the name of the function that queues. */
const EXECUTORS: ReadonlyMap<string, string> = new Map([
  ['propose', 'timelock'],
  ['execTransactionFromModule', 'avatar'],
  ['execTransactionFromModuleReturnData', 'avatar'],
]);
