/** Numbers that look random, and are the same for the same seed. */
export interface Random {
  /** A whole number from zero up to, not including, `below`. */
  below(below: number): number;
  /** True that often. */
  chance(probability: number): boolean;
  /** One of them. */
  of<T>(values: readonly [T, ...(readonly T[])]): T;
}

/** @see Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators" (2014); in 32 bits. */
export function random(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    of: (values) => values[below(values.length)] ?? values[0],
  };
}
