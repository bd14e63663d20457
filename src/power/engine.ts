/**
 * The engine: for each node of a graph the minimal sets of leaves that reach it, and when. A node follows
 * from those that its rules rest on; nodes on a cycle are worked out together, from nobody upwards, until
 * nothing changes.
 */
import { type Families, families, TooLargeError } from './families.ts';
import { type Graph, type Placed, placesIn } from './graph.ts';
import { type Leaf, nodeId } from './model.ts';
import {
  ALREADY_REACHED,
  atLeast,
  isSame,
  later,
  MAX_STEPS,
  NEVER_REACHED,
  type Staircase,
} from './staircase.ts';

/** Who reaches what, of sets of at most so many leaves. */
export interface Engine {
  readonly families: Families;
  /** The leaf that has a number in a family. */
  leafOf(number: number): Leaf | undefined;
  /** The number of a leaf; `null` where none was met. */
  numberOf(leaf: Leaf): number | null;
  /**
   * Who reaches a requirement.
   *
   * @throws TooLargeError the families need more room, or change more often than can be told.
   */
  reaches(graph: Graph, requirement: Placed): Staircase;
  /**
   * Works out again what was known of a node of which the rules have changed, and of those that rest on it
   * as far as anything changes for them; returns the places for which it did.
   *
   * @throws TooLargeError as above; the engine knows nothing of the graph then.
   */
  repair(graph: Graph, place: number): ReadonlySet<number>;
}

/** The group of a leaf that was added when another node was repaired: it comes before all. */
const ADDED = -1;

/** What is known of a graph. */
interface Known {
  /** By place. */
  readonly found: (Staircase | undefined)[];
  /** The nodes that were worked out together, each group after those that it rests on. */
  readonly groups: (readonly number[])[];
  /** By place. */
  readonly groupOf: number[];
}

/** Nodes of graphs whose families need too much room. */
export type Hopeless = WeakMap<Graph, Set<number>>;

interface Bounds {
  /** Sets of more leaves are left out. */
  readonly order: number;
  /** Nodes of all families together. */
  readonly nodes: number;
  /** What is found too large is put here, and is not tried again. */
  readonly hopeless: Hopeless;
}

/** An engine for any number of graphs. */
export function engine({ order, nodes, hopeless }: Bounds): Engine {
  const sets = families({ order, nodes });
  const leaves: Leaf[] = [];
  const numbers = new Map<string, number>();
  const known = new WeakMap<Graph, Known>();

  function numbered(leaf: Leaf): number {
    const id = nodeId(leaf);
    const number = numbers.get(id) ?? leaves.push(leaf) - 1;
    numbers.set(id, number);
    return number;
  }

  function knownOf(graph: Graph): Known {
    const now = known.get(graph) ?? { found: [], groups: [], groupOf: [] };
    known.set(graph, now);
    return now;
  }

  function reaches(graph: Graph, requirement: Placed): Staircase {
    const { found, groups, groupOf } = knownOf(graph);
    for (const place of placesIn(requirement)) {
      for (const component of componentsBehind(graph, place, (at) => found[at] !== undefined)) {
        solveOrGiveUp(graph, component, found);
        for (const each of component) groupOf[each] = groups.length;
        groups.push(component);
      }
    }
    return met(requirement, found);
  }

  function repair(graph: Graph, place: number): ReadonlySet<number> {
    const { found, groups, groupOf } = knownOf(graph);
    if (found[place] === undefined) return new Set();
    const own = groupOf[place] ?? ADDED;
    const rests = new Set(graph.grantsOf(place).flatMap(({ requires }) => [...placesIn(requires)]));
    for (const at of rests) {
      if (found[at] !== undefined || graph.grantsOf(at).length > 0) continue;
      found[at] = granted(graph, at, found);
      groupOf[at] = ADDED;
    }
    // What was worked out later, or not at all, may rest on the node itself.
    const isLater = (at: number): boolean => found[at] === undefined || (groupOf[at] ?? 0) > own;
    if (own === ADDED || [...rests].some(isLater)) return again(graph, place);
    const changed = new Set<number>();
    const pending = new Set([own]);
    while (pending.size > 0) {
      const group = Math.min(...pending);
      pending.delete(group);
      const members = (groups[group] ?? []).filter((member) => groupOf[member] === group);
      const before = members.map((member) => found[member]);
      solveOrForget(graph, members, found);
      for (const [index, member] of members.entries()) {
        if (isSame(before[index] ?? NEVER_REACHED, found[member] ?? NEVER_REACHED)) continue;
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
    const before = new Map([...above].map((each) => [each, found[each]]));
    for (const each of above) found[each] = undefined;
    const asked = [...above].filter((each) => before.get(each) !== undefined);
    for (const each of asked) reaches(graph, { type: 'node', place: each });
    return new Set(
      asked.filter(
        (each) => !isSame(before.get(each) ?? NEVER_REACHED, found[each] ?? NEVER_REACHED),
      ),
    );
  }

  function solveOrForget(graph: Graph, group: readonly number[], found: Known['found']): void {
    try {
      solve(graph, group, found);
    } catch (error) {
      known.delete(graph);
      throw error;
    }
  }

  function solveOrGiveUp(
    graph: Graph,
    component: readonly number[],
    found: (Staircase | undefined)[],
  ): void {
    const given = hopeless.get(graph) ?? new Set<number>();
    hopeless.set(graph, given);
    if (component.some((place) => given.has(place))) {
      throw new TooLargeError('It was too large before');
    }
    try {
      solve(graph, component, found);
    } catch (error) {
      if (error instanceof TooLargeError) for (const place of component) given.add(place);
      throw error;
    }
  }

  /** Works out nodes of which each rests on the others, once all else that they rest on is known. */
  function solve(
    graph: Graph,
    component: readonly number[],
    found: (Staircase | undefined)[],
  ): void {
    const [first] = component;
    for (const place of component) found[place] = NEVER_REACHED;
    for (let changed = true; changed; ) {
      changed = false;
      for (const place of component) {
        const before = found[place] ?? NEVER_REACHED;
        const now = granted(graph, place, found);
        if (now.length > MAX_STEPS) {
          throw new TooLargeError(`Who holds a power changes at more than ${MAX_STEPS} times`);
        }
        if (isSame(before, now)) continue;
        found[place] = now;
        changed = true;
      }
      // A node that does not rest on itself follows at once.
      if (component.length === 1 && first !== undefined && !restsOnItself(graph, first)) return;
    }
  }

  function granted(graph: Graph, place: number, found: Readonly<Known['found']>): Staircase {
    const node = graph.nodes[place];
    const rules = graph.grantsOf(place).map(({ requires }) => met(requires, found));
    if (node?.type !== 'leaf') return atLeast(sets, 1, rules);
    const itself = [{ seconds: 0, family: sets.single(numbered(node)) }];
    return atLeast(sets, 1, [itself, ...rules]);
  }

  function met(requirement: Placed, found: Readonly<Known['found']>): Staircase {
    switch (requirement.type) {
      case 'node':
        return found[requirement.place] ?? NEVER_REACHED;
      case 'atLeast':
        return atLeast(
          sets,
          requirement.count,
          requirement.of.map((part) => met(part, found)),
        );
      case 'after':
        return later(met(requirement.requirement, found), requirement.seconds);
      case 'given':
        return ALREADY_REACHED;
    }
  }

  return {
    families: sets,
    leafOf: (number) => leaves[number],
    numberOf: (leaf) => numbers.get(nodeId(leaf)) ?? null,
    reaches,
    repair,
  };
}

const restsOnItself = (graph: Graph, place: number): boolean =>
  graph.grantsOf(place).some(({ requires }) => [...placesIn(requires)].includes(place));

/**
 * The strongly connected components behind a node, each after those that it rests on; without what is known.
 *
 * @see Tarjan, "Depth-First Search and Linear Graph Algorithms" (1972)
 */
function* componentsBehind(
  graph: Graph,
  start: number,
  isKnown: (place: number) => boolean,
): Generator<readonly number[]> {
  const order = new Map<number, number>();
  const lowest = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();
  const walking: { readonly place: number; readonly next: Iterator<number> }[] = [];
  const enter = (place: number): void => {
    lowest.set(place, order.size);
    order.set(place, order.size);
    open.push(place);
    isOpen.add(place);
    walking.push({ place, next: nextOf(graph, place) });
  };
  const lower = (place: number, to: number): void => {
    lowest.set(place, Math.min(lowest.get(place) ?? to, to));
  };
  if (!isKnown(start)) enter(start);
  for (let at = walking.at(-1); at !== undefined; at = walking.at(-1)) {
    const { place, next } = at;
    const { value, done } = next.next();
    if (done !== true) {
      const met = order.get(value);
      if (met === undefined) {
        if (!isKnown(value)) enter(value);
      } else if (isOpen.has(value)) lower(place, met);
      continue;
    }
    walking.pop();
    const low = lowest.get(place) ?? 0;
    const above = walking.at(-1);
    if (above !== undefined) lower(above.place, low);
    if (low !== order.get(place)) continue;
    const component: number[] = [];
    for (let last = open.pop(); last !== undefined; last = open.pop()) {
      isOpen.delete(last);
      component.push(last);
      if (last === place) break;
    }
    yield component;
  }
}

function* nextOf(graph: Graph, place: number): Generator<number> {
  for (const { requires } of graph.grantsOf(place)) yield* placesIn(requires);
}
