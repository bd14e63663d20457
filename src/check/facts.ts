/** Everything that a finding may look at: gathered once, plain data. */
import type { Address } from 'viem';
import type { Node } from '../chains/evm/node.ts';
import type { ExaminedSignature } from '../chains/evm/safe/signatures.ts';
import type { Proposal, SafeHashes } from '../chains/evm/safe/transaction.ts';
import type { SafeWallet } from '../chains/evm/safe/wallet.ts';
import type { Simulation } from '../chains/evm/simulation.ts';
import type { State } from '../chains/evm/state.ts';
import type { PowerMap } from '../map/map.ts';
import type { Organisation } from '../org/org.ts';
import type { PowerChange } from '../power/analysis.ts';
import type { Evidence } from '../power/model.ts';

/** What to check, and against what. */
export interface CheckInput {
  readonly node: Node;
  readonly state: State;
  readonly organisation: Organisation;
  readonly proposal: Proposal;
}

/** What to do: sign it, hold it until what is said is confirmed, or never sign it. */
export type Decision = 'SIGN' | 'HOLD' | 'REJECT';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

/** The facts of one proposal in one state. */
export interface Facts {
  readonly chainId: number;
  readonly proposal: Proposal;
  readonly organisation: Organisation;
  /** The Safe as storage has it; `null` where it could not be read, for the reason beside it. */
  readonly wallet: SafeWallet | null;
  readonly noWallet: string | null;
  /** Recomputed; `null` where the version of the Safe is not known. */
  readonly hashes: SafeHashes | null;
  readonly signatures: readonly ExaminedSignature[];
  readonly before: PowerMap;
  /** What the transaction would do. */
  readonly outcome: Outcome | Unsimulated;
}

/** The transaction was simulated, and power read again after it. */
export interface Outcome {
  readonly simulated: true;
  readonly simulation: Simulation;
  /** Whether the call inside the Safe transaction succeeds, too. */
  readonly executes: boolean;
  readonly after: PowerMap;
  readonly changes: readonly PowerChange[];
  readonly payments: readonly Payment[];
  /** Calls by a position to code whose effect there is not known. */
  readonly unknownCalls: readonly CallToUnknown[];
  /** Code that is run on a position's storage, is neither its own nor MultiSend. */
  readonly foreignCode: readonly Address[];
}

/** The transaction could not be simulated. */
export interface Unsimulated {
  readonly simulated: false;
  readonly reason: string;
}

/** An amount that leaves or enters a position. */
export interface Payment {
  readonly from: Address;
  readonly to: Address;
  /** `null` is ether; else a token contract, which is the one that says so. */
  readonly token: Address | null;
  /** Base units. */
  readonly amount: bigint;
}

export interface CallToUnknown {
  readonly to: Address;
  /** The first four bytes of what it is called with. */
  readonly selector: string;
}

/** One thing found: what a person must know. */
export interface Found {
  readonly title: string;
  /** For the summary: one sentence. */
  readonly sentence: string;
  readonly detail: string;
  readonly evidence: readonly Evidence[];
}

/** The unit that finds one kind of thing. Its card is `docs/findings/ID.md`. */
export interface Finding {
  readonly id: string;
  readonly severity: Severity;
  /** What the verdict is at the least, where this is found. */
  readonly decision: Exclude<Decision, 'SIGN'>;
  find(facts: Facts): readonly Found[];
}
