/**
 * What a call says that it does, and the calls that it says are to be made in it: read from its bytes
 * alone. Whether that happens only a simulation tells.
 */
import {
  type AbiFunction,
  type AbiParameter,
  type Address,
  decodeFunctionData,
  encodeFunctionData,
  type Hex,
  size,
  slice,
  toFunctionSignature,
} from 'viem';
import { decodeOrNull } from './attempt.ts';
import { innerCalls } from './containers.ts';
import type { DecodedArgument, DecodedCall } from './decoded.ts';
import { namedFunction } from './signatures.ts';

/** A call that is to be decoded. */
export interface UndecodedCall {
  readonly kind: DecodedCall['kind'];
  readonly from: Address | null;
  readonly to: Address | null;
  readonly value: bigint;
  readonly data: Hex;
}

const MAX_DEPTH = 20;
const MAX_CALLS = 1_000;
const MAX_VALUE = 4_000;

/**
 * Decodes a call and, as far as they are known, the calls in it: at most 1,000, nested at most 20 deep.
 * Never throws: what is not as it should be is a `problem`.
 */
export const decodeCall = (call: UndecodedCall): DecodedCall =>
  decodeWithin(call, MAX_DEPTH, { left: MAX_CALLS });

function decodeWithin(call: UndecodedCall, depth: number, budget: { left: number }): DecodedCall {
  budget.left -= 1;
  const plain = { ...call, signature: null, args: [], inner: null, problem: null };
  if (call.kind === 'create' || call.data === '0x') return plain;
  if (size(call.data) < 4) return { ...plain, problem: 'fewer than 4 bytes: it names no function' };
  const selector = slice(call.data, 0, 4);
  const item = namedFunction(selector);
  if (item === null) return plain;
  const signature = toFunctionSignature(item);
  const args = argumentsIn(item, call.data);
  if (args === null) {
    return { ...plain, signature, problem: 'its bytes are not the arguments of this function' };
  }
  const decoded = { ...plain, signature, args: describeAll(item.inputs, args) };
  const problem = excess(item, args, call.data);
  const within = innerCalls(selector, args, call);
  if (within === null) return { ...decoded, problem };
  if (within.calls === null) {
    return { ...decoded, problem: problem ?? 'the calls in it cannot be told apart' };
  }
  if (depth === 0 || budget.left < within.calls.length) {
    return { ...decoded, problem: problem ?? 'it nests more calls than are looked at' };
  }
  const { made, seconds } = within;
  const calls = within.calls.map((inner) => decodeWithin(inner, depth - 1, budget));
  return { ...decoded, problem, inner: { made, seconds, calls } };
}

const argumentsIn = (item: AbiFunction, data: Hex): readonly unknown[] | null =>
  decodeOrNull(() => decodeFunctionData({ abi: [item], data }).args ?? []);

/** Whether the bytes are more, or otherwise, than the arguments need: something may be hidden there. */
function excess(item: AbiFunction, args: readonly unknown[], data: Hex): string | null {
  const plain = decodeOrNull(() =>
    encodeFunctionData({ abi: [item], functionName: item.name, args }),
  );
  if (plain === data) return null;
  return plain !== null && data.startsWith(plain)
    ? `${size(data) - size(plain)} bytes stand after its arguments`
    : 'its arguments are laid out in a way that no library does';
}

const describeAll = (
  inputs: readonly AbiParameter[],
  values: readonly unknown[],
): readonly DecodedArgument[] =>
  inputs.map(({ name, type }, index) => ({
    name: name ?? `arg${index}`,
    type,
    value: describe(values[index]).slice(0, MAX_VALUE),
  }));

/** A value as people write it; a list in brackets, a tuple with its names. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(describe).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const parts = Object.entries(value).map(([name, part]) => `${name} ${describe(part)}`);
  return `(${parts.join(', ')})`;
}

/** A call of a tree, and where in it. */
export interface PlacedCall extends DecodedCall {
  readonly depth: number;
  /** `later` where it, or a call that it is made in, is put into a queue. */
  readonly made: 'now' | 'later';
}

/** A call and all calls in it, in the order made. */
export function* flatten(
  call: DecodedCall,
  depth = 0,
  made: PlacedCall['made'] = 'now',
): Generator<PlacedCall> {
  yield { ...call, depth, made };
  for (const inner of call.inner?.calls ?? []) {
    yield* flatten(inner, depth + 1, made === 'later' ? made : (call.inner?.made ?? made));
  }
}
