/** Reads that are kept with their answers, to be made of another state: what rests on them may hold there, too. */
import { reasonOf } from '../../errors.ts';
import type { State } from './state.ts';
import { outcomeOf } from './turns.ts';

/** The reads that something makes of a state. */
export interface Reads {
  /** Hears of each, of those to come as soon as they are made. */
  follow(hear: (read: KeptRead) => void): void;
}

interface KeptRead {
  make(state: State): Promise<unknown>;
  /** What it gave, or why it gave nothing. */
  readonly answer: Promise<string>;
}

/** A view of `state` that keeps every read that is made of it. */
export function remembering(state: State): { readonly view: State; readonly reads: Reads } {
  const kept: KeptRead[] = [];
  const followers: ((read: KeptRead) => void)[] = [];
  const keep = <T>(make: (state: State) => Promise<T>): Promise<T> => {
    const given = make(state);
    const read: KeptRead = { make, answer: wordsOf(given) };
    kept.push(read);
    for (const hear of followers) hear(read);
    return given;
  };
  return {
    reads: {
      follow: (hear) => {
        followers.push(hear);
        kept.forEach(hear);
      },
    },
    view: {
      chainId: state.chainId,
      block: state.block,
      storage: (account, slot) => keep((of) => of.storage(account, slot)),
      code: (account) => keep((of) => of.code(account)),
      balance: (account) => keep((of) => of.balance(account)),
      call: (call, overrides) => keep((of) => of.call(call, overrides)),
      logs: (filter) => keep((of) => of.logs(filter)),
    },
  };
}

/** Whether `state` answers all reads that are made `until` then as they were answered. */
export async function answersAlike(
  state: State,
  reads: Reads,
  until: Promise<unknown>,
): Promise<boolean> {
  const checks: Promise<boolean>[] = [];
  reads.follow(({ make, answer }) => {
    checks.push(Promise.all([answer, wordsOf(make(state))]).then(([then, now]) => then === now));
  });
  await until;
  return (await Promise.all(checks)).every((isAlike) => isAlike);
}

async function wordsOf(reading: Promise<unknown>): Promise<string> {
  const outcome = await outcomeOf(reading);
  if ('error' in outcome) return `error: ${reasonOf(outcome.error)}`;
  const { value } = outcome;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
