/** Everything that a finding may look at: gathered once, plain data. */
import type { Address, Hex } from 'viem';
import type { Allowance } from '../chains/evm/allowances.ts';
import type { DecodedCall } from '../chains/evm/decode/decoded.ts';
import type { Node } from '../chains/evm/node.ts';
import type { SigningRequest } from '../chains/evm/requests/request.ts';
import type { ExaminedSignature } from '../chains/evm/safe/signatures.ts';
import type { Proposal, SafeHashes } from '../chains/evm/safe/transaction.ts';
import type { OwnEntry, SafeWallet } from '../chains/evm/safe/wallet.ts';
import type { MadeCall, Simulation } from '../chains/evm/simulation.ts';
import type { State } from '../chains/evm/state.ts';
import type { Met, PowerMap } from '../map/map.ts';
import type { Organisation } from '../org/org.ts';
import type { PowerChange } from '../power/analysis.ts';
import type { Evidence } from '../power/model.ts';

/** What to check, and against what. */
export interface CheckInput {
  readonly node: Node;
  readonly state: State;
  readonly organisation: Organisation;
  readonly request: SigningRequest;
}

/** Where to run what. */
export interface RunInput extends Omit<CheckInput, 'request'> {
  /** Power over these is looked at. */
  readonly positions: readonly Address[];
  readonly met: Met;
}

/** What to check, once it is a request that can be signed. */
export interface ProposedInput extends RunInput {
  readonly request: Proposed;
}

/** A request, once a draft has its nonce. */
export type Proposed = Exclude<SigningRequest, { readonly kind: 'draft' }>;

/** What to do: sign it, hold it until what is said is confirmed, or never sign it. */
export type Decision = 'SIGN' | 'HOLD' | 'REJECT';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

/** The facts of one request in one state. */
export interface Facts {
  readonly chainId: number;
  readonly request: Proposed;
  /** Whether it was not proposed yet: then it is taken to have the next nonce. */
  readonly isDraft: boolean;
  readonly organisation: Organisation;
  /** In whose name it would act: the Safe, the sender, the signer; `null` where nobody says. */
  readonly actor: Address | null;
  /** Of a Safe transaction alone. */
  readonly safe: SafeFacts | null;
  readonly before: PowerMap;
  /** What it would do. */
  readonly outcome: Outcome | Unsimulated;
  /** What it puts into queues would do when it is executed. */
  readonly queued: readonly Queued[];
}

/** What is known of a Safe transaction before it is run. */
export interface SafeFacts {
  readonly proposal: Proposal;
  /** The Safe as storage has it; `null` where it could not be read, for the reason beside it. */
  readonly wallet: SafeWallet | null;
  readonly noWallet: string | null;
  /** Recomputed; `null` where the version of the Safe is not known. */
  readonly hashes: SafeHashes | null;
  readonly signatures: readonly ExaminedSignature[];
}

/** It was simulated, and power read again after it. */
export interface Outcome {
  readonly simulated: true;
  readonly simulation: Simulation;
  /** Whether the call inside a Safe transaction succeeds, too. */
  readonly executes: boolean;
  readonly after: PowerMap;
  /** Power over accounts that it writes to and that are no positions. */
  readonly touched: { readonly before: PowerMap; readonly after: PowerMap };
  /** Over positions, and over what it touches. */
  readonly changes: readonly ChangeSeen[];
  /** Every call that is made; of a node that does not trace, those that the request itself names. */
  readonly calls: readonly MadeCall[];
  /** Who is asked to act: the positions, and accounts of known kinds that they give orders to. */
  readonly actors: readonly Address[];
  readonly payments: readonly Payment[];
  readonly approvals: readonly Approval[];
  /** Calls by an actor to code whose effect there is not known. */
  readonly unknownCalls: readonly CallToUnknown[];
  /** Code that is run on an actor's storage, is neither its own nor MultiSend. */
  readonly foreignCode: readonly Address[];
  readonly unexplained: readonly UnexplainedWrite[];
  /** Accounts with code that had none a while ago, and are not listed. */
  readonly young: readonly YoungCode[];
}

/** A change of power, and the maps that differ by it. */
export interface ChangeSeen extends PowerChange {
  readonly before: PowerMap;
  readonly after: PowerMap;
}

/** It could not be simulated. */
export interface Unsimulated {
  readonly simulated: false;
  readonly reason: string;
}

/** Calls that are put into a queue, and what they would do from there. */
export interface Queued {
  readonly call: DecodedCall;
  readonly calls: readonly DecodedCall[];
  /** The wait that the call names. */
  readonly seconds: bigint | null;
  /** The state that it is compared with. */
  readonly before: PowerMap;
  readonly outcome: Outcome | Unsimulated;
}

/** An amount that leaves or enters an actor. */
export interface Payment {
  readonly from: Address;
  readonly to: Address;
  /** `null` is ether; else a token contract, which is the one that says so. */
  readonly token: Address | null;
  /** Base units. */
  readonly amount: bigint;
  /** Of an NFT. */
  readonly item: bigint | null;
  /** Who had it moved: `from` itself, or others by what they are allowed. Empty where nobody tells. */
  readonly by: readonly Address[];
}

/** An allowance that is larger than it was. */
export interface Approval {
  readonly allowance: Allowance;
  readonly before: bigint;
  /** Whether it covers all that the owner has of the token. */
  readonly isWhole: boolean;
  /** Whether castellan.yaml lets the spender have it. */
  readonly isExpected: boolean;
}

export interface CallToUnknown {
  /** `null` creates a contract. */
  readonly to: Address | null;
  /** The first four bytes of what it is called with. */
  readonly selector: string;
  /** What the field knows the function as. */
  readonly signature: string | null;
}

/** A word in the storage of an account with power that no reader accounts for. */
export interface UnexplainedWrite {
  readonly account: Address;
  readonly slot: Hex;
  readonly value: Hex;
  /** Whom it makes an owner or a module of a Safe, beside its list; `null` where it is something else. */
  readonly enters: OwnEntry | null;
}

export interface YoungCode {
  readonly account: Address;
  /** There was none this many blocks ago. */
  readonly blocks: number;
}

/** One thing found: what a person must know. */
export interface Found {
  readonly title: string;
  /** For the summary: one sentence. */
  readonly sentence: string;
  readonly detail: string;
  /** What would make it no objection. */
  readonly toSign: string;
  readonly evidence: readonly Evidence[];
}

/** The unit that finds one kind of thing. Its card is `docs/findings/ID.md`. */
export interface Finding {
  readonly id: string;
  readonly severity: Severity;
  /** What the verdict is at the least, where this is found; SIGN for what is only to be known. */
  readonly decision: Decision;
  /** Whether it looks at what is signed, or at what that would do: that is asked of queued calls, too. */
  readonly about: 'request' | 'effects';
  find(facts: Facts): readonly Found[];
}
