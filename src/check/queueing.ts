/** How what is put into a queue would be executed. */
import { type Address, isAddress, zeroAddress } from 'viem';
import type { DecodedCall } from '../chains/evm/decode/decoded.ts';
import { merge } from '../chains/evm/overlay.ts';
import type { Message, Simulation } from '../chains/evm/simulation.ts';
import type { Overrides, State } from '../chains/evm/state.ts';
import { askAddress } from '../chains/evm/view-function.ts';
import { orReason, ReadError } from '../errors.ts';
import type { Execution } from './execution.ts';
import type { RunInput } from './facts.ts';
import { whileExecuting } from './governor.ts';

/**
 * The execution of the calls that `queueing` puts into a queue, after what was simulated: by whom the queue
 * belongs to, as if all waits and votes were over.
 *
 * @throws ReadError it cannot be simulated.
 */
export async function queuedExecution(
  input: RunInput,
  queueing: DecodedCall,
  { writes, after }: Simulation,
): Promise<Execution> {
  const { inner, problem } = queueing;
  if (inner === null || problem !== null) {
    throw new ReadError(`What it may queue cannot be read: ${problem}`);
  }
  if (writes === null) {
    throw new ReadError('What is queued is simulated only on a node with debug_traceCall');
  }
  const messages = await messagesOf(inner.calls, queueing, after);
  // It may well be paid in before it is executed.
  const funds = await fundsFor(messages, after);
  const premises = { pretended: funds, done: writes };
  const executing = await whileExecuting(
    { ...input, state: after },
    queueing.to,
    messages,
    premises,
  );
  return {
    messages,
    acting: messages.map(({ from }) => from),
    done: writes,
    pretended: merge(funds, executing),
  };
}

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
