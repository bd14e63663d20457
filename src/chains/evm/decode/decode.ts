/** Calldata as a tree of calls, from the bytes alone: nothing is asked of anyone. */
import type { AbiParameter, Hex } from 'viem';
import { size, slice } from 'viem';
import { decodeArguments, namedArgument } from './arguments.ts';
import type { Call, DecodedArgument, DecodedCall, InnerCalls } from './decoded.ts';
import { namedFunction } from './names.ts';
import type { Executors, Order, Orders } from './orders.ts';

/** Calls that lie deeper within others are not looked into. */
const MAX_DEPTH = 20;
/** In the whole tree. */
const MAX_CALLS = 1_000;
/** Nodes pass on no transaction that is longer. */
const MAX_BYTES = 1 << 17;
const SELECTOR_BYTES = 4;

/**
 * Decodes a call, and every call that its data says is to be made in it. A function is known by its
 * selector, which any contract may use for anything: what is decoded is what the data says, not what comes
 * of it. Never throws; what is not as it should be is each call's `problem`.
 *
 * @param executors by whom the calls of modifiers, governors and the like are made, where that is known.
 */
export function decodeCall(call: Call, executors: Executors = new Map()): DecodedCall {
  let left = MAX_CALLS - 1;

  function decode(order: Order, depth: number): DecodedCall {
    const { signature, args, orders, problems } = readCall(order, executors);
    const { kind, from, to, value, data } = order;
    const read = { kind, from, to, value, data, signature, args };
    if (orders === null) return { ...read, inner: null, problem: said(problems) };
    if (depth === MAX_DEPTH && orders.calls.length > 0) {
      return { ...read, inner: null, problem: said([...problems, TOO_DEEP]) };
    }
    const calls: DecodedCall[] = [];
    for (const each of orders.calls) {
      if (left === 0) break;
      left -= 1;
      calls.push(decode(each, depth + 1));
    }
    const isCut = calls.length < orders.calls.length;
    const { made, seconds, notBefore } = orders;
    const inner: InnerCalls = { made, seconds, notBefore, calls };
    return { ...read, inner, problem: said(isCut ? [...problems, TOO_MANY] : problems) };
  }

  return decode({ ...call, data: call.data.toLowerCase() as Hex }, 0);
}

/** Whether calls lie in a call by what its function is, and cannot be read. */
export const hidesCalls = ({ data, inner, problem }: DecodedCall): boolean =>
  inner === null &&
  problem !== null &&
  size(data) >= SELECTOR_BYTES &&
  (namedFunction(slice(data, 0, SELECTOR_BYTES))?.orders ?? null) !== null;

const TOO_DEEP = `calls lie more than ${MAX_DEPTH} deep: what is within is not decoded`;
const TOO_MANY = `there are more than ${MAX_CALLS} calls: the rest is not decoded`;

const said = (problems: readonly (string | null | undefined)[]): string | null =>
  problems.filter((problem) => problem).join('; ') || null;

interface ReadCall {
  readonly signature: string | null;
  readonly args: readonly DecodedArgument[];
  readonly orders: Orders | null;
  readonly problems: readonly (string | null | undefined)[];
}

/** A call without what is within the calls that it orders. */
function readCall(order: Order, executors: Executors): ReadCall {
  const { kind, data, problem } = order;
  const unknown = { signature: null, args: [], orders: null };
  if (size(data) > MAX_BYTES) {
    return {
      ...unknown,
      problems: [problem, 'its data is longer than 128 KiB: it is not decoded'],
    };
  }
  if (kind === 'create' || data === '0x') return { ...unknown, problems: [problem] };
  if (size(data) < SELECTOR_BYTES) {
    return { ...unknown, problems: [problem, 'its data is too short to name a function'] };
  }
  const found = namedFunction(slice(data, 0, SELECTOR_BYTES));
  if (found === null) return { ...unknown, problems: [problem] };
  const { signature, parameters } = found;
  const decoded = decodeArguments(
    parameters.map(asBytes),
    `0x${data.slice(2 + 2 * SELECTOR_BYTES)}`,
  );
  const { values } = decoded;
  const orders =
    values === null || found.orders === null ? null : found.orders(values, order, executors);
  return {
    signature,
    args:
      values === null
        ? []
        : parameters.map((each, index) => namedArgument(each, index, values[index])),
    orders,
    problems: [problem, decoded.problem, orders?.problem],
  };
}

/** Strings as their bytes, which need not be text. */
const asBytes = (parameter: AbiParameter): AbiParameter => ({
  ...parameter,
  type: parameter.type.replace(/^string/, 'bytes'),
  ...('components' in parameter ? { components: parameter.components.map(asBytes) } : {}),
});
