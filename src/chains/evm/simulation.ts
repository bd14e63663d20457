/** What a simulation is asked and what it answers, whichever way the node runs it. */
import { type Address, type Hex, numberToHex } from 'viem';
import type { Log, Overrides, State } from './state.ts';
import type { Transfer } from './transfers.ts';

/** A message to run as if it were the next transaction. */
export interface Message {
  readonly from: Address;
  /** `null` creates a contract. */
  readonly to: Address | null;
  readonly data: Hex;
  readonly value: bigint;
}

/** What holds besides the state when messages are run. */
export interface Premises {
  /** For the run alone: it is no part of the state after. */
  readonly pretended?: Overrides;
  /** As if it had been done before: it is a part of the state after. */
  readonly done?: Overrides;
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
  /** What is different in the state after; `null` where the node does not tell. */
  readonly writes: Overrides | null;
  /** The state that it would leave. */
  readonly after: State;
}

/** The parameter of every simulating method that names the message. */
export const messageParam = ({ from, to, data, value }: Message) => ({
  from,
  ...(to === null ? {} : { to }),
  data,
  value: numberToHex(value),
});
