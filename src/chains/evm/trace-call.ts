/**
 * Simulation by `debug_traceCall`: one trace tells the calls and events, another what was written.
 *
 * @see https://geth.ethereum.org/docs/developers/evm-tracing/built-in-tracers
 */
import { type Address, type Hex, numberToHex, pad, zeroAddress } from 'viem';
import { z } from 'zod';
import { ReadError } from '../../errors.ts';
import { ask, type Node, parseAnswer } from './node.ts';
import { merge, overlay } from './overlay.ts';
import {
  type MadeCall,
  type Message,
  messageParam,
  type Premises,
  type Simulation,
} from './simulation.ts';
import {
  type AccountOverride,
  type Log,
  log,
  type Overrides,
  overridesParam,
  type State,
} from './state.ts';
import { address, bytes, quantity, word } from './values.ts';

const METHOD = 'debug_traceCall';
const MAX_FRAMES = 100_000;

/** Runs messages one after the other on top of `state`. */
export async function traceCall(
  node: Node,
  state: State,
  messages: readonly Message[],
  { pretended = {}, done = {} }: Premises,
): Promise<Simulation> {
  let writes = done;
  const traces: Trace[] = [];
  for (const message of messages) {
    const trace = await traceOne(node, state, message, merge(writes, pretended));
    traces.push(trace);
    writes = merge(writes, trace.changes);
  }
  const logs = traces.flatMap((trace) => trace.logs);
  const calls = traces.flatMap((trace) => trace.calls);
  return {
    method: METHOD,
    succeeded: traces.every(({ failure }) => failure === null),
    reason: traces.find(({ failure }) => failure !== null)?.failure ?? null,
    logs,
    transfers: calls
      .filter(({ kind, value }) => kind !== 'delegatecall' && value > 0n)
      .map(({ from, to, value }) => ({ from, to, amount: value, item: null })),
    calls,
    writes,
    after: overlay(state, writes, logs),
  };
}

/** Every storage word that a message reads or writes, as it was before: also where the message fails. */
export async function slotsRead(
  node: Node,
  state: State,
  message: Message,
  { pretended = {}, done = {} }: Premises,
): Promise<Readonly<Record<Address, Readonly<Record<Hex, Hex>>>>> {
  const stateOverrides = overridesParam(merge(done, pretended));
  const before = await ask(
    node,
    METHOD,
    [
      messageParam(message),
      numberToHex(state.block.number),
      { tracer: 'prestateTracer', tracerConfig: {}, stateOverrides },
    ],
    z.record(address, accountDiff),
  );
  return Object.fromEntries(
    Object.entries(before).map(([account, { storage }]) => [account, storage ?? {}]),
  );
}

/** What one message did. */
interface Trace {
  /** Why it failed; `null` where it did not. */
  readonly failure: string | null;
  readonly calls: readonly MadeCall[];
  readonly logs: readonly Log[];
  readonly changes: Overrides;
}

async function traceOne(
  node: Node,
  state: State,
  message: Message,
  overrides: Overrides,
): Promise<Trace> {
  const run = <T>(tracer: string, tracerConfig: object, schema: z.ZodType<T>): Promise<T> =>
    ask(
      node,
      METHOD,
      [
        messageParam(message),
        numberToHex(state.block.number),
        { tracer, tracerConfig, stateOverrides: overridesParam(overrides) },
      ],
      schema,
    );
  const [trace, diff] = await Promise.all([
    run('callTracer', { withLog: true }, z.unknown()),
    run('prestateTracer', { diffMode: true }, diffAnswer),
  ]);
  const root = parseAnswer(node, METHOD, trace, callFrame);
  const frames = framesIn(node, trace);
  return {
    failure: root.revertReason ?? root.error ?? null,
    calls: frames.map(madeCall),
    logs: frames.flatMap((frame) => frame.logs),
    changes: changesIn(diff),
  };
}

/** One call of a trace. The calls in it are parsed one by one: a transaction may nest a thousand. */
const callFrame = z.object({
  type: z.string(),
  from: address,
  to: address.optional(),
  input: bytes,
  value: quantity.optional(),
  error: z.string().optional(),
  revertReason: z.string().optional(),
  logs: z.array(log).default([]),
  calls: z.array(z.unknown()).default([]),
});

type CallFrame = z.infer<typeof callFrame>;

/** A call and all calls in it, in the order made, those undone by a failure left out. */
function framesIn(node: Node, trace: unknown): readonly CallFrame[] {
  const frames: CallFrame[] = [];
  const pending = [trace];
  while (pending.length > 0) {
    if (frames.length >= MAX_FRAMES) {
      throw new ReadError(`the transaction makes more than ${MAX_FRAMES} calls: not read`);
    }
    const frame = parseAnswer(node, METHOD, pending.pop(), callFrame);
    if (frame.error !== undefined) continue;
    frames.push(frame);
    for (const call of frame.calls.toReversed()) pending.push(call);
  }
  return frames;
}

const CALL_KINDS: Readonly<Record<string, MadeCall['kind']>> = {
  CALL: 'call',
  // CALLCODE runs foreign code on the caller's storage, as DELEGATECALL does.
  CALLCODE: 'delegatecall',
  DELEGATECALL: 'delegatecall',
  STATICCALL: 'staticcall',
  CREATE: 'create',
  CREATE2: 'create',
  SELFDESTRUCT: 'selfdestruct',
};

function madeCall({ type, from, to = zeroAddress, input: data, value = 0n }: CallFrame): MadeCall {
  const kind = CALL_KINDS[type];
  if (kind === undefined) throw new ReadError(`the node traced a call of unknown kind: ${type}`);
  return { kind, from, to, data, value };
}

const accountDiff = z.object({
  balance: quantity.optional(),
  nonce: z.union([z.int().nonnegative().transform(BigInt), quantity]).optional(),
  code: bytes.optional(),
  storage: z.record(word, word).optional(),
});

const diffAnswer = z.object({
  pre: z.record(address, accountDiff),
  post: z.record(address, accountDiff),
});

/**
 * A prestate diff as overrides. What `pre` names and `post` does not is gone: a slot set to zero, or
 * a whole account.
 */
function changesIn({ pre, post }: z.infer<typeof diffAnswer>): Overrides {
  const changes: Record<Address, AccountOverride> = {};
  for (const account of new Set([...Object.keys(pre), ...Object.keys(post)] as Address[])) {
    const was = pre[account];
    const is = post[account];
    const cleared = Object.keys(was?.storage ?? {}).map((slot) => [slot, ZERO_WORD]);
    const storage = { ...Object.fromEntries(cleared), ...is?.storage };
    const { balance, nonce, code } = is ?? GONE;
    changes[account] = {
      ...(balance === undefined ? {} : { balance }),
      ...(nonce === undefined ? {} : { nonce }),
      ...(code === undefined ? {} : { code }),
      ...(Object.keys(storage).length === 0 ? {} : { storage }),
    };
  }
  return changes;
}

const ZERO_WORD = pad('0x0');

const GONE: z.infer<typeof accountDiff> = { balance: 0n, nonce: 0n, code: '0x' };
