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

/** What was read ahead, and what is to be: of a block, until a later one is read. */
export interface Lookahead {
  /** The answer to a read, where it was read ahead. */
  find(read: Named, block: string): Hex | null;
  /** What to read beside `reads`, each hint once. */
  hints(reads: readonly Named[], block: string): readonly Hint[];
  keep(hint: Hint, answer: Hex, block: string): void;
}

/** Of one block. */
interface Ahead {
  readonly answers: Map<string, Hex>;
  /** What was read, or is being read. */
  readonly met: Set<string>;
  /** What answers lead to, and nobody read yet. */
  next: Hint[];
}

/** Blocks that are read at the same time: the one that is, and the newest while it is asked for. */
const MAX_BLOCKS = 2;

export function lookahead(readsAhead: ReadsAhead): Lookahead {
  const blocks = new Map<string, Ahead>();
  const aheadAt = (block: string): Ahead => {
    const known = blocks.get(block) ?? { answers: new Map(), met: new Set(), next: [] };
    blocks.set(block, known);
    const [oldest] = blocks.keys();
    if (blocks.size > MAX_BLOCKS && oldest !== undefined) blocks.delete(oldest);
    return known;
  };
  const isNew = ({ met }: Ahead, read: Named): boolean => {
    const name = nameOf(read);
    if (met.has(name)) return false;
    met.add(name);
    return true;
  };
  return {
    find: (read, block) => blocks.get(block)?.answers.get(nameOf(read)) ?? null,
    hints: (reads, block) => {
      const ahead = aheadAt(block);
      const fresh = reads.filter((read) => isNew(ahead, read));
      const hints = [
        ...ahead.next,
        ...fresh.flatMap(({ kind, account }) => (kind === 'code' ? readsAhead(account) : [])),
      ];
      ahead.next = [];
      return hints.filter((hint) => ahead.met.size < MAX_HINTS && isNew(ahead, hint));
    },
    keep: (hint, answer, block) => {
      const ahead = aheadAt(block);
      ahead.met.add(nameOf(hint));
      ahead.answers.set(nameOf(hint), answer);
      ahead.next.push(...(hint.leadsTo?.(answer) ?? []));
    },
  };
}
