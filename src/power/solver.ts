/**
 * Least fixed points over a graph: what holds of a node follows from what holds of those that its rules rest
 * on. Nodes on a cycle are worked out together, from the start upwards, until nothing changes, so that
 * nothing holds itself up.
 */
import { componentsBehind } from './components.ts';
import { type Graph, placesIn } from './graph.ts';

/** What is worked out, and how it follows. */
export interface Meaning<T> {
  /** What holds of a node as long as nothing is known. */
  readonly start: T;
  isSame(one: T, other: T): boolean;
  /** What holds of a node, given what holds of those that its rules rest on. */
  of(graph: Graph, place: number, at: (place: number) => T): T;
}

/** Nodes of which it was found that they cannot be worked out. */
export type Hopeless = WeakMap<Graph, Set<number>>;

export interface Solver<T> {
  /**
   * What holds of a node.
   *
   * @throws what the meaning throws; it is not tried again.
   */
  at(graph: Graph, place: number): T;
  /**
   * Works out again what was known of a node of which the rules have changed, and of those that rest on it
   * as far as anything changes for them; returns the places for which it did.
   *
   * @throws as above; nothing is known of the graph then.
   */
  repair(graph: Graph, place: number): ReadonlySet<number>;
}

/** What is known of a graph. */
interface Known<T> {
  /** By place. */
  readonly found: (T | undefined)[];
  /** The nodes that were worked out together, each group after those that it rests on. */
  readonly groups: (readonly number[])[];
  /** By place. */
  readonly groupOf: number[];
}

/** The group of a leaf that was added when another node was repaired: it comes before all. */
const ADDED = -1;

/** Works out one meaning, for any number of graphs. */
export function solver<T>(meaning: Meaning<T>, hopeless: Hopeless = new WeakMap()): Solver<T> {
  const known = new WeakMap<Graph, Known<T>>();

  function knownOf(graph: Graph): Known<T> {
    const now = known.get(graph) ?? { found: [], groups: [], groupOf: [] };
    known.set(graph, now);
    return now;
  }

  const valueIn =
    ({ found }: Known<T>) =>
    (place: number): T =>
      found[place] ?? meaning.start;

  function at(graph: Graph, place: number): T {
    const now = knownOf(graph);
    const { found, groups, groupOf } = now;
    for (const group of componentsBehind(
      place,
      (each) => nextOf(graph, each),
      (each) => found[each] !== undefined,
    )) {
      solve(graph, group, now);
      for (const each of group) groupOf[each] = groups.length;
      groups.push(group);
    }
    return valueIn(now)(place);
  }

  /** Works out nodes of which each rests on the others, once all else that they rest on is known. */
  function solve(graph: Graph, group: readonly number[], now: Known<T>): void {
    const given = hopeless.get(graph) ?? new Set<number>();
    hopeless.set(graph, given);
    try {
      if (group.some((place) => given.has(place))) throw new HopelessError('It was tried before');
      iterate(graph, group, now);
    } catch (error) {
      for (const place of group) given.add(place);
      known.delete(graph);
      throw error;
    }
  }

  function iterate(graph: Graph, group: readonly number[], now: Known<T>): void {
    const { found } = now;
    const value = valueIn(now);
    for (const place of group) found[place] = meaning.start;
    const resting = restingWithin(graph, group);
    const due = new Set(group);
    // What is put back while it is walked comes at its end.
    for (const place of due) {
      due.delete(place);
      const next = meaning.of(graph, place, value);
      if (meaning.isSame(value(place), next)) continue;
      found[place] = next;
      for (const above of resting.get(place) ?? []) due.add(above);
    }
  }

  function repair(graph: Graph, place: number): ReadonlySet<number> {
    const now = knownOf(graph);
    const { found, groups, groupOf } = now;
    const value = valueIn(now);
    if (found[place] === undefined) return new Set();
    const own = groupOf[place] ?? ADDED;
    const rests = new Set(graph.grantsOf(place).flatMap(({ requires }) => [...placesIn(requires)]));
    for (const each of rests) {
      if (found[each] !== undefined || graph.grantsOf(each).length > 0) continue;
      found[each] = meaning.of(graph, each, value);
      groupOf[each] = ADDED;
    }
    // What was worked out later, or not at all, may rest on the node itself.
    const isLater = (each: number): boolean =>
      found[each] === undefined || (groupOf[each] ?? 0) > own;
    if (own === ADDED || [...rests].some(isLater)) return again(graph, place);
    const changed = new Set<number>();
    const pending = new Set([own]);
    while (pending.size > 0) {
      const group = Math.min(...pending);
      pending.delete(group);
      const members = (groups[group] ?? []).filter((member) => groupOf[member] === group);
      const before = members.map(value);
      solve(graph, members, now);
      for (const [index, member] of members.entries()) {
        if (meaning.isSame(before[index] ?? meaning.start, value(member))) continue;
        changed.add(member);
        for (const above of graph.restingOn(member)) {
          const next = groupOf[above];
          if (found[above] !== undefined && next !== undefined && next !== group) pending.add(next);
        }
      }
    }
    return changed;
  }

  /** Works out a node, and all that rest on it, as if nothing were known of them. */
  function again(graph: Graph, place: number): ReadonlySet<number> {
    const { found } = knownOf(graph);
    const above = new Set([place]);
    for (const each of above) for (const next of graph.restingOn(each)) above.add(next);
    const before = new Map<number, T>();
    for (const each of above) {
      const value = found[each];
      if (value !== undefined) before.set(each, value);
      found[each] = undefined;
    }
    return new Set(
      [...before]
        .filter(([each, was]) => !meaning.isSame(was, at(graph, each)))
        .map(([each]) => each),
    );
  }

  return { at, repair };
}

/** What was found to be hopeless is not tried again. */
export class HopelessError extends Error {
  override readonly name = 'HopelessError';
}

/** By place: the nodes of a group that rest on it. */
function restingWithin(graph: Graph, group: readonly number[]): ReadonlyMap<number, Set<number>> {
  const resting = new Map(group.map((place) => [place, new Set<number>()]));
  for (const place of group) {
    for (const { requires } of graph.grantsOf(place)) {
      for (const on of placesIn(requires)) resting.get(on)?.add(place);
    }
  }
  return resting;
}

function* nextOf(graph: Graph, place: number): Generator<number> {
  for (const { requires } of graph.grantsOf(place)) yield* placesIn(requires);
}
