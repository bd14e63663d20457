/** What a transaction would do, as the node itself runs it. */
import { type Address, type Hex, numberToHex, pad, zeroAddress } from 'viem';
import { z } from 'zod';
import { ReadError, UnsupportedMethodError } from '../../errors.ts';
import { ask, type Node } from './node.ts';
import { overlay } from './overlay.ts';
import {
  type AccountOverride,
  type Log,
  log,
  type Overrides,
  overridesParam,
  type State,
} from './state.ts';
import { type Transfer, transferIn } from './transfers.ts';
import { address, bytes, quantity, word } from './values.ts';

/** A message to run as if it were the next transaction. */
export interface Message {
  readonly from: Address;
  readonly to: Address;
  readonly data: Hex;
  readonly value: bigint;
}

/** A call that was made along the way and was not undone. */
export interface MadeCall {
  readonly kind: 'call' | 'delegatecall' | 'staticcall' | 'create' | 'selfdestruct';
  readonly from: Address;
  readonly to: Address;
  readonly data: Hex;
  readonly value: bigint;
}

/** What came of it. */
export interface Simulation {
  readonly method: 'debug_traceCall' | 'eth_simulateV1';
  readonly succeeded: boolean;
  /** Why it failed, in the node's words: untrusted text. */
  readonly reason: string | null;
  /** Events that it would emit. */
  readonly logs: readonly Log[];
  /** Ether that moved, in wei. */
  readonly transfers: readonly Transfer[];
  /** Every call, in the order made; `null` where the node does not tell. */
  readonly calls: readonly MadeCall[] | null;
  /** The state that it would leave. */
  readonly after: State;
}

/**
 * Runs `message` on top of `state`, with `overrides` under it, by `debug_traceCall` where the node
 * offers it and by `eth_simulateV1` otherwise.
 *
 * @throws UnsupportedMethodError the node offers neither.
 */
export async function simulate(
  node: Node,
  state: State,
  message: Message,
  overrides: Overrides = {},
): Promise<Simulation> {
  try {
    return await trace(node, state, message, overrides);
  } catch (error) {
    if (!(error instanceof UnsupportedMethodError)) throw error;
    return await simulateBlocks(node, state, message, overrides);
  }
}

/** The parameter of every simulating method that names the message. */
const messageParam = ({ from, to, data, value }: Message) => ({
  from,
  to,
  data,
  value: numberToHex(value),
});

// debug_traceCall: https://geth.ethereum.org/docs/developers/evm-tracing/built-in-tracers

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

interface CallTrace {
  readonly type: string;
  readonly from: Address;
  readonly to?: Address | undefined;
  readonly input: Hex;
  readonly value?: bigint | undefined;
  readonly error?: string | undefined;
  readonly revertReason?: string | undefined;
  readonly logs?: readonly Log[] | undefined;
  readonly calls?: readonly CallTrace[] | undefined;
}

const callTrace: z.ZodType<CallTrace> = z.lazy(() =>
  z.object({
    type: z.string(),
    from: address,
    to: address.optional(),
    input: bytes,
    value: quantity.optional(),
    error: z.string().optional(),
    revertReason: z.string().optional(),
    logs: z.array(log).optional(),
    calls: z.array(callTrace).optional(),
  }),
);

async function trace(
  node: Node,
  state: State,
  message: Message,
  overrides: Overrides,
): Promise<Simulation> {
  const run = <T>(tracer: string, tracerConfig: object, schema: z.ZodType<T>): Promise<T> =>
    ask(
      node,
      'debug_traceCall',
      [
        messageParam(message),
        numberToHex(state.block.number),
        { tracer, tracerConfig, stateOverrides: overridesParam(overrides) },
      ],
      schema,
    );
  const [call, diff] = await Promise.all([
    run('callTracer', { withLog: true }, callTrace),
    run('prestateTracer', { diffMode: true }, diffAnswer),
  ]);
  const calls = callsIn(call);
  return {
    method: 'debug_traceCall',
    succeeded: call.error === undefined,
    reason: call.revertReason ?? call.error ?? null,
    logs: logsOf(call),
    transfers: calls
      .filter(({ kind, value }) => kind !== 'delegatecall' && value > 0n)
      .map(({ from, to, value }) => ({ from, to, amount: value })),
    calls,
    after: overlay(state, changesIn(diff)),
  };
}

/** Events of a call and of all calls in it, those undone by a failure left out. */
function logsOf(call: CallTrace): readonly Log[] {
  if (call.error !== undefined) return [];
  return [...(call.logs ?? []), ...(call.calls ?? []).flatMap(logsOf)];
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

/** A call and all calls in it, those undone by a failure left out. */
function callsIn(call: CallTrace): readonly MadeCall[] {
  const kind = CALL_KINDS[call.type];
  if (kind === undefined) throw new ReadError(`the node traced an unknown call: ${call.type}`);
  if (call.error !== undefined) return [];
  const { from, to = zeroAddress, input: data, value = 0n } = call;
  return [{ kind, from, to, data, value }, ...(call.calls ?? []).flatMap(callsIn)];
}

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

// eth_simulateV1: https://github.com/ethereum/execution-apis/blob/main/src/eth/execute.yaml

const simulatedCall = z.object({
  status: quantity,
  returnData: bytes,
  logs: z.array(log).default([]),
  error: z.object({ message: z.string() }).nullish(),
});

const simulatedBlocks = z.array(z.object({ calls: z.tuple([simulatedCall]) }));

/** Where `traceTransfers` has ether log its moves, in the form of ERC-20 transfers. */
const ETHER: Address = '0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE';

/** Code that returns the storage word named by its calldata. */
const RETURN_SLOT: Hex = '0x6000355460005260206000f3';
/** Code that returns its account's balance. */
const RETURN_BALANCE: Hex = '0x4760005260206000f3';
/** Code that returns the code of the account named by its calldata. */
const RETURN_CODE: Hex = '0x600035803b8060006000843c6000f3';
/** Where code that reads other accounts is put; nobody holds a key to it. */
const PROBE: Address = '0x00000000000000000000000000000000Ca57e11A';

async function simulateBlocks(
  node: Node,
  state: State,
  message: Message,
  overrides: Overrides,
): Promise<Simulation> {
  const first = { stateOverrides: overridesParam(overrides), calls: [messageParam(message)] };
  const run = (blocks: readonly object[]) =>
    ask(
      node,
      'eth_simulateV1',
      [
        { blockStateCalls: [first, ...blocks], traceTransfers: true },
        numberToHex(state.block.number),
      ],
      simulatedBlocks,
    );
  /** What a call returns when it comes after the message. */
  const afterwards = async <T>(
    call: object,
    changes: Overrides,
    schema: z.ZodType<T>,
  ): Promise<T> => {
    const answers = await run([{ stateOverrides: overridesParam(changes), calls: [call] }]);
    const [answer] = answers.at(1)?.calls ?? [];
    const parsed = schema.safeParse(answer?.status === 1n ? answer.returnData : null);
    if (parsed.success) return parsed.data;
    throw new ReadError(
      `${node.source} could not read the state after the transaction: ${answer?.error?.message ?? 'malformed answer'}`,
    );
  };
  const [block] = await run([]);
  const [result] = block?.calls ?? [];
  if (result === undefined) throw new ReadError(`${node.source} simulated nothing`);
  const succeeded = result.status === 1n;
  // Some nodes leave what a failed call would have emitted in its answer.
  const logs = succeeded ? result.logs : [];
  return {
    method: 'eth_simulateV1',
    succeeded,
    reason: result.error?.message ?? null,
    logs: logs.filter(({ account }) => account !== ETHER),
    transfers: logs
      .filter(({ account }) => account === ETHER)
      .map(transferIn)
      .filter((transfer) => transfer !== null),
    calls: null,
    after: {
      chainId: state.chainId,
      block: state.block,
      storage: (account, slot) =>
        afterwards({ to: account, data: slot }, { [account]: { code: RETURN_SLOT } }, word),
      code: (account) =>
        afterwards({ to: PROBE, data: pad(account) }, { [PROBE]: { code: RETURN_CODE } }, bytes),
      balance: (account) =>
        afterwards({ to: account, data: '0x' }, { [account]: { code: RETURN_BALANCE } }, quantity),
      call: ({ to, data, from }, changes = {}) =>
        afterwards(from === undefined ? { to, data } : { from, to, data }, changes, bytes),
      logs: (filter) => state.logs(filter),
    },
  };
}
