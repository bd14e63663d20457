/** Turns: what is asked before anything is answered is asked together. */

/**
 * Collects items, and hands over those of a turn at once: when everything that can run without an
 * answer has run.
 */
export function perTurn<T>(work: (items: readonly T[]) => Promise<void>): (item: T) => void {
  let items: T[] = [];
  return (item) => {
    items.push(item);
    if (items.length > 1) return;
    setTimeout(() => {
      const turn = items;
      items = [];
      work(turn);
    });
  };
}

/** How something that was asked for ended. */
export type Outcome<T = unknown> = { readonly value: T } | { readonly error: unknown };

/** Waits for an answer or an error, and keeps either. */
export async function outcomeOf<T>(asked: T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await asked };
  } catch (error) {
    return { error };
  }
}

/** A list in pieces of at most `most` by weight, none empty. */
export function chunks<T>(
  list: readonly T[],
  most: number,
  weight: (item: T) => number = () => 1,
): readonly (readonly T[])[] {
  const pieces: T[][] = [];
  let room = 0;
  for (const item of list) {
    const last = pieces.at(-1);
    room -= weight(item);
    if (last !== undefined && room >= 0) {
      last.push(item);
    } else {
      pieces.push([item]);
      room = most - weight(item);
    }
  }
  return pieces;
}

/** The items of each key, in the order in which the keys were met. */
export function groupBy<K, T>(
  list: readonly T[],
  key: (item: T) => K,
): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of list) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
