/**
 * Reading ahead: reads that are likely to be wanted travel with those that are, so that a chain of
 * questions takes fewer round trips. Nothing rests on a hint: what is not wanted after all is dropped.
 */
import type { Address, Hex } from 'viem';

/** A read that is likely to be wanted. */
export interface Hint {
  readonly kind: 'storage' | 'code' | 'call';
  readonly account: Address;
  /** A slot, or what is passed to a call; empty for code. */
  readonly data: Hex;
  /** What its answer, which an attacker may have written, makes likely in turn. */
  readonly leadsTo?: (answer: Hex) => readonly Hint[];
}

/** What is likely to be wanted of an account whose code is wanted. */
export type ReadsAhead = (account: Address) => readonly Hint[];

type LeadsTo = Hint['leadsTo'];

export const storageHint = (account: Address, slot: Hex, leadsTo?: LeadsTo): Hint => ({
  kind: 'storage',
  account,
  data: slot,
  ...(leadsTo === undefined ? {} : { leadsTo }),
});

export const callHint = (account: Address, data: Hex, leadsTo?: LeadsTo): Hint => ({
  kind: 'call',
  account,
  data,
  ...(leadsTo === undefined ? {} : { leadsTo }),
});

export const codeHint = (account: Address): Hint => ({ kind: 'code', account, data: '0x' });

/** For one block at most. */
const MAX_HINTS = 500_000;

/** The part of a hint, or of a read, by which the two are found to be the same. */
type Named = Pick<Hint, 'account' | 'data'> & { readonly kind: string };

const nameOf = ({ kind, account, data }: Named): string =>
  `${kind} ${account.toLowerCase()} ${data}`;

/** What was read ahead at one block, and what is to be. */
export interface Lookahead {
  /** The answer to a read, where it was read ahead. */
  find(read: Named, block: string): Hex | null;
  /** What to read beside `reads`, each hint once. */
  hints(reads: readonly Named[], block: string): readonly Hint[];
  keep(hint: Hint, answer: Hex): void;
}

export function lookahead(readsAhead: ReadsAhead): Lookahead {
  const answers = new Map<string, Hex>();
  const met = new Set<string>();
  let current = '';
  let next: readonly Hint[] = [];
  const isNew = (read: Named): boolean => {
    const name = nameOf(read);
    if (met.has(name)) return false;
    met.add(name);
    return true;
  };
  return {
    find: (read, block) => (block === current ? (answers.get(nameOf(read)) ?? null) : null),
    hints: (reads, block) => {
      if (block !== current) {
        answers.clear();
        met.clear();
        next = [];
        current = block;
      }
      const fresh = reads.filter(isNew);
      const hints = [
        ...next,
        ...fresh.flatMap(({ kind, account }) => (kind === 'code' ? readsAhead(account) : [])),
      ];
      next = [];
      return hints.filter((hint) => met.size < MAX_HINTS && isNew(hint));
    },
    keep: (hint, answer) => {
      answers.set(nameOf(hint), answer);
      next = [...next, ...(hint.leadsTo?.(answer) ?? [])];
    },
  };
}
