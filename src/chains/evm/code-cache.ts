/** Code that was met before, by its keccak-256 hash: the one name by which it cannot be another. */
import { type Hex, keccak256, zeroHash } from 'viem';
import { memo } from './memo.ts';
import { outcomeOf } from './turns.ts';

/** Where code is kept for the next time. What it gives is not trusted, and it may fail. */
export interface CodeCache {
  get(hash: Hex): Promise<Hex | null>;
  put(hash: Hex, code: Hex): Promise<void>;
}

/** Codes that are kept in memory, at most. */
const MAX_CODES = 2_000;

/** The keccak-256 hash of code, worked out once: the same code stands at many accounts, and is long. */
export const hashOfCode = memo(MAX_CODES, (code: Hex) => keccak256(code));

/** Code in memory, and in a cache behind it. */
export interface KnownCode {
  /** The code of a hash, as the EVM gives it: zero stands for no account. */
  find(hash: Hex): Promise<Hex | null>;
  /** Keeps codes. */
  add(codes: Iterable<Hex>): Promise<void>;
}

export function knownCode(cache?: CodeCache): KnownCode {
  const known = new Map<Hex, Hex>();
  const keep = (hash: Hex, code: Hex): void => {
    if (known.size >= MAX_CODES) known.clear();
    known.set(hash, code);
  };
  return {
    find: async (hash) => {
      if (hash === zeroHash || hash === NO_CODE) return '0x';
      const code = known.get(hash);
      if (code !== undefined || cache === undefined) return code ?? null;
      const kept = await outcomeOf(cache.get(hash));
      // A cache that fails or lies is one that knows nothing.
      if (!('value' in kept) || kept.value === null || hashOfCode(kept.value) !== hash) return null;
      keep(hash, kept.value);
      return kept.value;
    },
    add: async (codes) => {
      const fresh = [...new Set(codes)]
        .map((code) => ({ hash: hashOfCode(code), code }))
        .filter(({ hash }) => hash !== NO_CODE && !known.has(hash));
      for (const { hash, code } of fresh) keep(hash, code);
      await Promise.all(fresh.map(({ hash, code }) => outcomeOf(cache?.put(hash, code))));
    },
  };
}

const NO_CODE = keccak256('0x');
