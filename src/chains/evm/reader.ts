/** What a reader is: the unit that recognises one kind of authority. */
import { type Address, type Hex, toEventSelector } from 'viem';
import type { Evidence, Requirement, Rule, Unread } from '../../power/model.ts';
import type { ReadsAhead } from './ahead.ts';
import type { Guard } from './bytecode/guard.ts';
import type { State } from './state.ts';

/**
 * Code that runs on an account's storage: the account's own code, or code that it delegates to. The
 * second is how a proxy is read: by the reader of the code that it runs.
 */
export interface Frame {
  readonly account: Address;
  readonly codeAt: Address;
  readonly code: Hex;
  readonly codeHash: Hex;
  /** The selectors that calls reach this code with; any where there is none. */
  readonly reaches?: readonly Hex[];
}

/** An event by which an account announces that power over it changes. */
export interface Announcement {
  readonly topic: Hex;
  readonly signature: string;
}

export const announcement = (signature: string): Announcement => ({
  topic: toEventSelector(signature),
  signature,
});

/** What one reader found in one frame. */
export interface Reading {
  /** What the account is, in the field's words: "Safe 1.1.1". */
  readonly kind: string;
  readonly rules: readonly Rule[];
  /**
   * `all` where the code is known to the byte and the rules are all that it can do. Otherwise the
   * selectors of the functions whose callers the rules tell in full; the bytecode says the rest.
   */
  readonly covers: 'all' | readonly Hex[];
  /**
   * Who passes a check that this code makes of its caller, in the reader's words (a role, an owner);
   * `null` where that is not the reader's to say.
   */
  readonly explains?: (guard: Guard) => Requirement | null;
  /** Code that this code runs on the account's storage. */
  readonly delegatesTo: readonly {
    readonly codeAt: Address;
    /** The selectors that are sent on to it, where not every call is. */
    readonly reaches?: readonly Hex[];
    readonly evidence: readonly Evidence[];
  }[];
  /** Events that an honest change of these rules emits. */
  readonly announces: readonly Announcement[];
  readonly unread: readonly Unread[];
}

export interface Reader {
  readonly id: string;
  /** Look-alikes that it must refuse: each has a test. */
  readonly refuses: readonly string[];
  /** Reads that it makes of most accounts of its kind, so that they can travel with the code. */
  readonly readsAhead?: ReadsAhead;
  /** What it reads in a frame; `null` where the frame is not of its kind. */
  read(frame: Frame, state: State): Promise<Reading | null>;
}
