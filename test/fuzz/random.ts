/** Numbers that look random and are the same again for the same seed. */

export interface Random {
  /** From 0, below `end`. */
  below(end: number): number;
  /** True once in `times`. */
  once(times: number): boolean;
  pick<T>(items: readonly T[]): T;
}

/**
 * The numbers of one input: they depend on the seed and on its place alone, so that any input can be made
 * again by itself.
 *
 * @see https://pracrand.sourceforge.net sfc32
 */
export function randomAt(seed: number, place: number): Random {
  let [a, b, c, counter] = [seed | 0, place | 0, 0x9e3779b9 | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) next();
  const below = (end: number): number => Math.floor((next() / 2 ** 32) * end);
  return {
    below,
    once: (times) => below(times) === 0,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
  };
}
