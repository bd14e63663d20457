/** What a call orders: the calls within it, before they are decoded themselves. */
import { type Address, type Hex, size, zeroAddress } from 'viem';
import { addressOf } from '../values.ts';
import type { Call, InnerCalls } from './decoded.ts';

/** A call within another, and what is wrong with how it is written there. */
export interface Order extends Call {
  readonly problem?: string | null;
}

export interface Orders extends Omit<InnerCalls, 'calls'> {
  readonly calls: readonly Order[];
  /** What is wrong with how they are written. */
  readonly problem: string | null;
}

/** Who makes the calls that an account is told to make, where that is not the account itself. */
export interface Executor {
  readonly account: Address;
  /** How long they wait in a queue first; `null` where there is none. */
  readonly seconds: bigint | null;
}

/** Executors, by the checksummed address of the account that is told. */
export type Executors = ReadonlyMap<Address, Executor>;

/** The account as which the code that is called runs. */
export const self = ({ kind, from, to }: Call): Address | null => (kind === 'call' ? to : from);

export const now = (calls: readonly Order[], problem: string | null = null): Orders => ({
  made: 'now',
  seconds: null,
  notBefore: null,
  calls,
  problem,
});

export const later = (
  orders: Orders,
  named: Partial<Pick<Orders, 'seconds' | 'notBefore'>> = {},
): Orders => ({ ...orders, made: 'later', ...named });

export const callTo = (
  from: Address | null,
  to: Address | null,
  value: bigint,
  data: Hex,
): Order => ({
  kind: 'call',
  from,
  to,
  value,
  data,
});

export const delegateTo = (from: Address | null, to: Address, data: Hex): Order => ({
  ...callTo(from, to, 0n, data),
  kind: 'delegatecall',
});

/** A call whose kind is a number: 0 is a call, 1 a delegatecall. */
export function byOperation(
  from: Address | null,
  to: Address,
  value: bigint,
  data: Hex,
  operation: number,
): Order {
  if (operation === 0) return callTo(from, to, value, data);
  const problem = `operation ${operation} is neither a call (0) nor a delegatecall (1)`;
  return { ...delegateTo(from, to, data), problem: operation === 1 ? null : problem };
}

/** One call for each target. Without values, or with an empty list of them, no ether moves. */
export function zip(
  from: Address | null,
  targets: readonly Address[],
  values: readonly bigint[],
  payloads: readonly Hex[],
): Orders {
  const calls = targets.flatMap((to, index) => {
    const data = payloads[index];
    return data === undefined ? [] : [callTo(from, to, values[index] ?? 0n, data)];
  });
  const lengths = [payloads.length, ...(values.length === 0 ? [] : [values.length])];
  const isEven = lengths.every((length) => length === targets.length);
  return now(calls, isEven ? null : 'its lists differ in length');
}

/** Calls of a function of the caller's own choice, on the same contract: no more ether moves. */
export const onItself = (call: Call, payloads: readonly Hex[]): Orders =>
  now(payloads.map((data) => ({ kind: call.kind, from: call.from, to: call.to, value: 0n, data })));

/** A call by an account whose newer code takes the zero address for the account itself. */
export const orSelf = (order: Order): Order =>
  order.to === zeroAddress ? { ...order, to: order.from, problem: order.problem ?? ITSELF } : order;

const ITSELF = 'it names the zero address, which newer code takes for the account itself';

/**
 * The transactions of MultiSend: for each its operation, target, value, the length of its data, and the
 * data, without padding.
 *
 * @see https://github.com/safe-global/safe-smart-account/blob/main/contracts/libraries/MultiSend.sol
 */
export function packedTransactions(from: Address | null, packed: Hex): Orders {
  const calls: Order[] = [];
  for (let at = 0; at < size(packed); ) {
    const start = at + 85;
    if (start > size(packed)) return now(calls, CUT);
    const length = BigInt(bytesAt(packed, at + 53, 32));
    if (length > BigInt(size(packed) - start)) return now(calls, CUT);
    const data = bytesAt(packed, start, Number(length));
    const to = addressOf(bytesAt(packed, at + 1, 20));
    const value = BigInt(bytesAt(packed, at + 21, 32));
    calls.push(orSelf(byOperation(from, to, value, data, Number(bytesAt(packed, at, 1)))));
    at = start + Number(length);
  }
  return now(calls);
}

/**
 * The calls of an Aragon script, version 1: for each its target, the length of its data, and the data.
 *
 * @see https://github.com/aragon/aragonOS/blob/main/contracts/evmscript/executors/CallsScript.sol
 */
export function scriptCalls(from: Address | null, script: Hex): Orders | null {
  if (!script.startsWith('0x00000001')) return null;
  const calls: Order[] = [];
  for (let at = 4; at < size(script); ) {
    const start = at + 24;
    if (start > size(script)) return now(calls, CUT);
    const length = Number(bytesAt(script, at + 20, 4));
    if (length > size(script) - start) return now(calls, CUT);
    calls.push(
      callTo(from, addressOf(bytesAt(script, at, 20)), 0n, bytesAt(script, start, length)),
    );
    at = start + length;
  }
  return now(calls);
}

const CUT = 'the last of its packed calls is cut short';

/** Like viem's `slice`, which refuses to begin at the end. */
export const bytesAt = (data: Hex, start: number, length: number): Hex =>
  `0x${data.slice(2 + 2 * start, 2 + 2 * (start + length))}`;
