/**
 * Families of sets of leaves, as zero-suppressed decision diagrams: each node of a diagram splits the sets
 * of a family into those without a leaf and those with it, and equal families are the same node. All
 * families here are minimal: no set is a part of another.
 *
 * @see Minato, "Zero-Suppressed BDDs for Set Manipulation in Combinatorial Problems" (1993)
 * @see Rauzy, "Mathematical Foundations of Minimal Cutsets" (2001)
 */

/** A family; equal families are the same number. */
export type Family = number;

/** No set at all. */
export const NOTHING: Family = 0;
/** The empty set alone. */
export const GIVEN: Family = 1;

/** The families hold more than they were given room for. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/** Operations on families of sets of at most `order` leaves, which are numbers from zero. */
export interface Families {
  readonly order: number;
  /** The family of the one set that holds one leaf. */
  single(leaf: number): Family;
  /** The sets of either family. */
  either(one: Family, other: Family): Family;
  /** Every set of one family together with every set of the other. */
  both(one: Family, other: Family): Family;
  /** Every union of sets of `count` of the families. */
  atLeast(count: number, of: readonly Family[]): Family;
  /** The sets of which no part is a set of `other`. */
  outside(family: Family, other: Family): Family;
  /** The sets without any leaf that is `named`. */
  avoiding(family: Family, named: (leaf: number) => boolean): Family;
  /** What is left to be had of the sets once one leaf is. */
  given(family: Family, leaf: number): Family;
  /** The size of the smallest set; infinite where there is none. */
  fewest(family: Family): number;
  /** The size of the largest set; zero where there is none. */
  most(family: Family): number;
  /** How many sets there are. */
  count(family: Family): bigint;
  /** How many sets there are of no leaf, of one, of two, ... */
  counts(family: Family): readonly bigint[];
  /** The sets of one size, their leaves ascending. */
  setsOf(family: Family, size: number): Generator<readonly number[]>;
  /** How many nodes there are, of all families. */
  size(): number;
}

/** How much room families have. */
export interface Room {
  /** Sets of more leaves are left out. */
  readonly order?: number;
  /** Nodes of all diagrams; a power of two. */
  readonly nodes?: number;
}

/** Below every leaf of a diagram. */
const END = 0x7fffffff;
/** More than any set has leaves. */
const UNBOUNDED = 1 << 22;
const NEVER = Number.POSITIVE_INFINITY;

const EITHER = 1;
const OUTSIDE = 2;
const BOTH = 3;
const UP_TO = 4;
const OPERATIONS = 8;

const MAX_CACHE = 1 << 20;

/** Operations on families that share their nodes, and what was worked out before. */
export function families({ order = NEVER, nodes = 1 << 20 }: Room = {}): Families {
  const bound = Math.min(order, UNBOUNDED);
  let room = 1 << 4;
  let size = 2;
  // By node: its leaf, the sets without the leaf, those with it, and the sizes of its sets.
  let leafOf = new Int32Array(room).fill(END, 0, 2);
  let lacking = new Int32Array(room);
  let having = new Int32Array(room);
  let least = new Int32Array(room).fill(UNBOUNDED, 0, 1);
  let largest = new Int32Array(room);
  /** Nodes by their contents. */
  let table = new Int32Array(2 * room);
  /** Operations with their results: the operation, both families, the result. */
  let cache = new Int32Array(4 * room);

  function grow(): void {
    if (room >= nodes) throw new TooLargeError(`families of more than ${nodes} nodes`);
    room *= 2;
    const larger = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(room);
      grown.set(old);
      return grown;
    };
    [leafOf, lacking, having] = [larger(leafOf), larger(lacking), larger(having)];
    [least, largest] = [larger(least), larger(largest)];
    table = new Int32Array(2 * room);
    for (let node = 2; node < size; node += 1) {
      table[placeOf(leafOf[node] ?? 0, lacking[node] ?? 0, having[node] ?? 0)] = node;
    }
    if (cache.length < 4 * MAX_CACHE) {
      // What is forgotten would be worked out again, and what that rests on.
      const old = cache;
      cache = new Int32Array(4 * room);
      for (let entry = 0; entry < old.length; entry += 4) {
        const operation = old[entry] ?? 0;
        if (operation === 0) continue;
        remember(operation, old[entry + 1] ?? 0, old[entry + 2] ?? 0, old[entry + 3] ?? 0);
      }
    }
  }

  /** Where in the table a node is, or is to be put. */
  function placeOf(leaf: number, without: Family, within: Family): number {
    const mask = table.length - 1;
    let place = mix(leaf, without, within) & mask;
    for (;;) {
      const node = table[place] ?? 0;
      if (node === 0) return place;
      if (leafOf[node] === leaf && lacking[node] === without && having[node] === within) {
        return place;
      }
      place = (place + 1) & mask;
    }
  }

  function node(leaf: number, without: Family, within: Family): Family {
    if (within === NOTHING) return without;
    let place = placeOf(leaf, without, within);
    const known = table[place] ?? 0;
    if (known !== 0) return known;
    if (size === room) {
      grow();
      place = placeOf(leaf, without, within);
    }
    leafOf[size] = leaf;
    lacking[size] = without;
    having[size] = within;
    least[size] = Math.min(least[without] ?? 0, 1 + (least[within] ?? 0));
    largest[size] = Math.max(largest[without] ?? 0, 1 + (largest[within] ?? 0));
    table[place] = size;
    size += 1;
    return size - 1;
  }

  const entryOf = (operation: number, one: Family, other: Family): number =>
    4 * (mix(operation, one, other) & (cache.length / 4 - 1));

  /** The result of an operation that was made before; `-1` where it is not remembered. */
  function remembered(operation: number, one: Family, other: Family): Family {
    const entry = entryOf(operation, one, other);
    return cache[entry] === operation && cache[entry + 1] === one && cache[entry + 2] === other
      ? (cache[entry + 3] ?? -1)
      : -1;
  }

  function remember(operation: number, one: Family, other: Family, result: Family): Family {
    const entry = entryOf(operation, one, other);
    cache[entry] = operation;
    cache[entry + 1] = one;
    cache[entry + 2] = other;
    cache[entry + 3] = result;
    return result;
  }

  function either(first: Family, second: Family): Family {
    const one = Math.min(first, second);
    const other = Math.max(first, second);
    if (one === NOTHING || one === other) return other;
    if (one === GIVEN) return GIVEN;
    const known = remembered(EITHER, one, other);
    if (known >= 0) return known;
    const leaf = Math.min(leafOf[one] ?? END, leafOf[other] ?? END);
    const [one0, other0] = [lackingOf(one, leaf), lackingOf(other, leaf)];
    // Of what is minimal by itself, only the other family can hold a part.
    const within = either(
      outside(havingOf(one, leaf), other0),
      outside(havingOf(other, leaf), one0),
    );
    return remember(EITHER, one, other, node(leaf, either(one0, other0), within));
  }

  function outside(family: Family, other: Family): Family {
    if (family === NOTHING || other === GIVEN || family === other) return NOTHING;
    if (other === NOTHING || family === GIVEN) return family;
    // A part of a set is no larger than the set.
    if ((least[other] ?? 0) > (largest[family] ?? 0)) return family;
    const leaf = leafOf[family] ?? END;
    const otherLeaf = leafOf[other] ?? END;
    if (otherLeaf < leaf) return outside(family, lacking[other] ?? 0);
    const known = remembered(OUTSIDE, family, other);
    if (known >= 0) return known;
    const unlike = lackingOf(other, leaf);
    const without = outside(lacking[family] ?? 0, unlike);
    const within = outside(outside(having[family] ?? 0, unlike), havingOf(other, leaf));
    return remember(OUTSIDE, family, other, node(leaf, without, within));
  }

  function bothUpTo(first: Family, second: Family, wanted: number): Family {
    const one = Math.min(first, second);
    const other = Math.max(first, second);
    if (one === NOTHING || wanted < Math.max(least[one] ?? 0, least[other] ?? 0)) return NOTHING;
    if (one === GIVEN || one === other) return upTo(other, wanted);
    const most = (largest[one] ?? 0) + (largest[other] ?? 0) <= wanted ? UNBOUNDED : wanted;
    const operation = BOTH + OPERATIONS * most;
    const known = remembered(operation, one, other);
    if (known >= 0) return known;
    const leaf = Math.min(leafOf[one] ?? END, leafOf[other] ?? END);
    const [one0, one1] = [lackingOf(one, leaf), havingOf(one, leaf)];
    const [other0, other1] = [lackingOf(other, leaf), havingOf(other, leaf)];
    const rest = most === UNBOUNDED ? UNBOUNDED : most - 1;
    const without = bothUpTo(one0, other0, most);
    const within = either(
      bothUpTo(one1, either(other0, other1), rest),
      bothUpTo(one0, other1, rest),
    );
    return remember(operation, one, other, node(leaf, without, outside(within, without)));
  }

  function upTo(family: Family, most: number): Family {
    if ((largest[family] ?? 0) <= most) return family;
    if ((least[family] ?? 0) > most) return NOTHING;
    const operation = UP_TO + OPERATIONS * most;
    const known = remembered(operation, family, NOTHING);
    if (known >= 0) return known;
    const without = upTo(lacking[family] ?? 0, most);
    const within = upTo(having[family] ?? 0, most - 1);
    return remember(operation, family, NOTHING, node(leafOf[family] ?? END, without, within));
  }

  const lackingOf = (family: Family, leaf: number): Family =>
    leafOf[family] === leaf ? (lacking[family] ?? 0) : family;

  const havingOf = (family: Family, leaf: number): Family =>
    leafOf[family] === leaf ? (having[family] ?? 0) : NOTHING;

  const both = (one: Family, other: Family): Family => bothUpTo(one, other, bound);

  function atLeast(count: number, of: readonly Family[]): Family {
    if (count > of.length) return NOTHING;
    // The last leaves first, so that each next family is put on top of what is there.
    const parts = of.toSorted((a, b) => (leafOf[b] ?? END) - (leafOf[a] ?? END));
    /** By how many of the families so far. */
    const by: Family[] = Array.from({ length: count + 1 }, (_, met) =>
      met === 0 ? GIVEN : NOTHING,
    );
    for (const [index, part] of parts.entries()) {
      const left = parts.length - index - 1;
      for (let met = Math.min(count, index + 1); met >= Math.max(1, count - left); met -= 1) {
        by[met] = either(by[met] ?? NOTHING, both(by[met - 1] ?? NOTHING, part));
      }
    }
    return by[count] ?? NOTHING;
  }

  function avoiding(family: Family, named: (leaf: number) => boolean): Family {
    const known = new Map<Family, Family>();
    const avoid = (of: Family): Family => {
      if (of <= GIVEN) return of;
      const before = known.get(of);
      if (before !== undefined) return before;
      const leaf = leafOf[of] ?? END;
      const within = named(leaf) ? NOTHING : avoid(having[of] ?? 0);
      const kept = node(leaf, avoid(lacking[of] ?? 0), within);
      known.set(of, kept);
      return kept;
    };
    return avoid(family);
  }

  function given(family: Family, leaf: number): Family {
    const known = new Map<Family, Family>();
    const give = (of: Family): Family => {
      const at = leafOf[of] ?? END;
      if (at > leaf) return of;
      if (at === leaf) return either(lacking[of] ?? 0, having[of] ?? 0);
      const before = known.get(of);
      if (before !== undefined) return before;
      const without = give(lacking[of] ?? 0);
      const left = node(at, without, outside(give(having[of] ?? 0), without));
      known.set(of, left);
      return left;
    };
    return give(family);
  }

  function count(family: Family): bigint {
    const known = new Map<Family, bigint>([
      [NOTHING, 0n],
      [GIVEN, 1n],
    ]);
    const countOf = (of: Family): bigint => {
      const before = known.get(of);
      if (before !== undefined) return before;
      const counted = countOf(lacking[of] ?? 0) + countOf(having[of] ?? 0);
      known.set(of, counted);
      return counted;
    };
    return countOf(family);
  }

  function counts(family: Family): readonly bigint[] {
    const known = new Map<Family, readonly bigint[]>([
      [NOTHING, []],
      [GIVEN, [1n]],
    ]);
    const countsOf = (of: Family): readonly bigint[] => {
      const before = known.get(of);
      if (before !== undefined) return before;
      const without = countsOf(lacking[of] ?? 0);
      const within = countsOf(having[of] ?? 0);
      const counted = Array.from(
        { length: Math.max(without.length, within.length + 1) },
        (_, leaves) => (without[leaves] ?? 0n) + (within[leaves - 1] ?? 0n),
      );
      known.set(of, counted);
      return counted;
    };
    return countsOf(family);
  }

  function* setsOf(family: Family, wanted: number): Generator<readonly number[]> {
    const set: number[] = [];
    /** Families that are still to be looked at, each with how many leaves of the set stand before it. */
    const waiting = [{ of: family, before: 0 }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { of, before } = next;
      const left = wanted - before;
      if (left < (least[of] ?? 0) || left > (largest[of] ?? 0)) continue;
      set.length = before;
      if (of === GIVEN) {
        yield [...set];
        continue;
      }
      waiting.push({ of: lacking[of] ?? 0, before });
      waiting.push({ of: having[of] ?? 0, before: before + 1 });
      set.push(leafOf[of] ?? END);
    }
  }

  return {
    order: bound === UNBOUNDED ? NEVER : bound,
    single: (leaf) => node(leaf, NOTHING, GIVEN),
    either,
    both,
    atLeast,
    outside,
    avoiding,
    given,
    fewest: (family) => (family === NOTHING ? NEVER : (least[family] ?? 0)),
    most: (family) => largest[family] ?? 0,
    count,
    counts,
    setsOf,
    size: () => size,
  };
}

/** A number that differs for most triples of numbers. */
function mix(a: number, b: number, c: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
