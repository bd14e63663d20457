/** What is put into a queue does nothing yet: what it would do when it is executed. */
import { type Address, isAddress, zeroAddress } from 'viem';
import { decodeCall } from '../chains/evm/decode/decode.ts';
import type { DecodedCall } from '../chains/evm/decode/decoded.ts';
import type { Message } from '../chains/evm/simulation.ts';
import type { Overrides, State } from '../chains/evm/state.ts';
import { askAddress } from '../chains/evm/view-function.ts';
import { orReason, ReadError } from '../errors.ts';
import type { Outcome, Queued, RunInput } from './facts.ts';
import { ordersIn } from './orders.ts';
import { orUnsimulated, run } from './outcome.ts';

/** What Zodiac's Delay is called: what it is handed as a module it queues. */
const DELAY = 'Zodiac Delay modifier';

/** Whether a Delay is handed a transaction, as the module of an account is. */
const isHanded = ({ to, signature }: DecodedCall, delays: ReadonlySet<Address>): boolean =>
  to !== null && delays.has(to) && signature?.startsWith('execTransactionFromModule') === true;

/** More calls that queue calls than anyone means to make at once. */
const MAX_QUEUED = 20;

/**
 * Every call by an actor that queues other calls, and what these would do after it: executed by whom the
 * queue belongs to, as if all waits and votes were over.
 */
export async function queuedOutcomes(
  input: RunInput,
  { simulation, actors, calls, after, touched }: Outcome,
): Promise<readonly Queued[]> {
  const delays = new Set(
    [...after.found, ...touched.after.found]
      .filter(({ readings }) => readings.some(({ kind }) => kind === DELAY))
      .map(({ frame }) => frame.account),
  );
  const queueing = calls
    .filter(({ kind, from }) => kind === 'call' && actors.includes(from))
    .flatMap(({ from, to, value, data }) => {
      const call = decodeCall({ kind: 'call', from, to, value, data });
      return call.inner !== null && (call.inner.made === 'later' || isHanded(call, delays))
        ? [{ call, inner: call.inner }]
        : [];
    });
  if (queueing.length > MAX_QUEUED) {
    const reason = `It queues more than ${MAX_QUEUED} times`;
    return queueing.slice(0, 1).map(({ call, inner }) => ({
      ...{ call, ...inner, before: after },
      outcome: { simulated: false, reason },
    }));
  }
  const later = { ...input, state: simulation.after };
  return await Promise.all(
    queueing.map(async ({ call, inner }) => ({
      call,
      calls: inner.calls,
      seconds: inner.seconds,
      before: after,
      outcome: await orUnsimulated(async () => {
        if (simulation.writes === null) {
          throw new ReadError('What is queued is simulated only on a node with debug_traceCall');
        }
        const messages = await messagesOf(inner.calls, call, simulation.after);
        const orders = messages.flatMap(ordersIn);
        // It may well be paid in before it is executed.
        const pretended = await fundsFor(messages, simulation.after);
        return await run(later, after, { messages, pretended, done: simulation.writes }, orders);
      }),
    })),
  );
}

/** The calls as the messages of whoever makes them: a governor's are made by its timelock, if it has one. */
async function messagesOf(
  calls: readonly DecodedCall[],
  queueing: DecodedCall,
  state: State,
): Promise<readonly Message[]> {
  const executor = await executorOf(queueing, state);
  return calls.map(({ from, to, value, data }) => {
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
