/** Who can take what, how few it takes and how soon. */
import { type Engine, engine } from './engine.ts';
import { NOTHING, TooLargeError } from './families.ts';
import { byName, graphOf, leavesBehind } from './graph.ts';
import { type Leaf, nodeId, type Requirement, type Rule } from './model.ts';
import { earliest } from './reach.ts';
import { type Hopeless, HopelessError } from './solver.ts';
import { familyAt, inTheEnd, NEVER_REACHED, type Staircase } from './staircase.ts';

/** A minimal set of leaves that reaches a goal, and the earliest second at which it does. */
export interface Coalition {
  readonly leaves: readonly Leaf[];
  readonly seconds: number;
}

/**
 * The minimal coalitions for one goal.
 *
 * A set counts when no smaller part of it gets there as soon: so for any time budget, the minimal
 * coalitions are the smallest of those within it.
 */
export interface Coalitions {
  /** Fewest leaves first, then soonest, then by name; the first of them where there are many. */
  readonly list: readonly Coalition[];
  /** How many there are, of those of up to `examinedTo` leaves. */
  readonly count: bigint;
  /** The leaves of the smallest; `null` where there is none. */
  readonly fewest: number | null;
  /** The earliest second at which any gets there; `null` where none does. */
  readonly soonest: number | null;
  /** Every set of up to this many leaves was examined. */
  readonly examinedTo: number;
  /** False where larger coalitions than `examinedTo` may exist. */
  readonly complete: boolean;
}

/** How much work an analysis may do. */
export interface Limits {
  /** Nodes of the families that are worked out, for each order in turn. */
  readonly nodes: number;
  /** Coalitions that are listed. */
  readonly listed: number;
}

const DEFAULT_LIMITS: Limits = { nodes: 1 << 18, listed: 10_000 };

/** Where families of any size need too much room, those of up to so many leaves are asked for. */
const ORDERS = [Number.POSITIVE_INFINITY, 8, 6, 4, 3, 2, 1] as const;

/** Finds coalitions in any number of graphs, of which it remembers what they have in common. */
export interface Search {
  /** What follows from the same is the same object. */
  coalitions(rules: readonly Rule[], goal: Requirement): Coalitions;
  /** The smallest sets of leaves that leave nobody who reaches `goal`. */
  blocking(rules: readonly Rule[], goal: Requirement, by: Blocking): Coalitions;
  /** What vendors, devices and people bring to coalitions that this search found. */
  contributions(found: Coalitions): readonly Contribution[];
  /** How `now` differs from `before`, both found by this search. */
  gained(before: Coalitions, now: Coalitions, insiders: ReadonlySet<string>): Gained;
}

/**
 * How leaves block a goal: `loss` where nobody has them any more, as keys that are destroyed; `refusal`
 * where whoever holds them does not help, and vetoes all that they can.
 */
export type Blocking = 'loss' | 'refusal';

/** Coalitions that hold a power now, or sooner than they or some of their members did. */
interface Gained {
  readonly list: readonly Coalition[];
  /** Those of them that no insider is part of. */
  readonly newcomers: readonly Coalition[];
}

/** All minimal coalitions for `goal` under `rules`, within `limits`. */
export const coalitions = (
  rules: readonly Rule[],
  goal: Requirement,
  limits: Limits = DEFAULT_LIMITS,
): Coalitions => search(limits).coalitions(rules, goal);

/** An engine for one order, and what it answered. */
interface Level {
  readonly order: number;
  engine: Engine;
  /** By the steps of their staircase. */
  readonly answers: Map<string, Coalitions>;
  readonly hopeless: Hopeless;
}

/** A search that remembers nothing yet. */
export function search({ nodes, listed }: Limits = DEFAULT_LIMITS): Search {
  const levels = ORDERS.map((order): Level => {
    const hopeless: Hopeless = new WeakMap();
    return { order, engine: engine({ order, nodes, hopeless }), answers: new Map(), hopeless };
  });
  const origins = new WeakMap<
    Coalitions,
    {
      readonly rules: readonly Rule[];
      readonly goal: Requirement;
      readonly by: Blocking | null;
      readonly depth: number;
    }
  >();
  const asked = new WeakMap<readonly Rule[], Map<string, Coalitions>>();

  /** Who reaches or blocks a goal, at the first level from `depth` on that has the room; `null` where none has. */
  function staircase(
    rules: readonly Rule[],
    goal: Requirement,
    by: Blocking | null,
    depth = 0,
  ): { readonly level: Level; readonly depth: number; readonly found: Staircase } | null {
    const level = levels[depth];
    if (level === undefined) return null;
    const graph = graphOf(rules);
    try {
      const placed = graph.placed(goal);
      if (by === null) return { level, depth, found: level.engine.reaches(graph, placed) };
      const family = level.engine.blocks(graph, placed, by === 'refusal');
      return { level, depth, found: family === NOTHING ? NEVER_REACHED : [{ seconds: 0, family }] };
    } catch (error) {
      if (!(error instanceof TooLargeError || error instanceof HopelessError)) throw error;
      const { order, hopeless } = level;
      level.engine = engine({ order, nodes, hopeless });
      level.answers.clear();
      return staircase(rules, goal, by, depth + 1);
    }
  }

  function find(rules: readonly Rule[], goal: Requirement, by: Blocking | null): Coalitions {
    const reached = staircase(rules, goal, by);
    if (reached === null)
      return { ...UNKNOWN, soonest: by === null ? soonestOfAll(rules, goal) : 0 };
    const { level, depth, found } = reached;
    const complete = level.order === Number.POSITIVE_INFINITY;
    // Whoever it takes in larger sets than were looked for, all together are the soonest.
    const isShort = !complete && by === null;
    const soonest = isShort ? soonestOfAll(rules, goal) : (found[0]?.seconds ?? null);
    const name = `${soonest} ${found.map(({ seconds, family }) => `${seconds}:${family}`).join()}`;
    const { families } = level.engine;
    const family = inTheEnd(found);
    const answer = level.answers.get(name) ?? {
      list: listOf(level.engine, found, NEVER_REACHED, listed),
      count: found
        .map((step, index) => families.outside(step.family, found[index - 1]?.family ?? NOTHING))
        .reduce((sum, each) => sum + families.count(each), 0n),
      fewest: family === NOTHING ? null : families.fewest(family),
      soonest,
      examinedTo: complete
        ? Math.max(0, ...found.map((step) => families.most(step.family)))
        : level.order,
      complete,
    };
    level.answers.set(name, answer);
    origins.set(answer, { rules, goal, by, depth });
    return answer;
  }

  function remembered(rules: readonly Rule[], goal: Requirement, by: Blocking | null): Coalitions {
    const known = asked.get(rules) ?? new Map<string, Coalitions>();
    asked.set(rules, known);
    const name = `${by} ${words(goal)}`;
    const answer = known.get(name) ?? find(rules, goal, by);
    known.set(name, answer);
    return answer;
  }

  return {
    coalitions: (rules, goal) => remembered(rules, goal, null),
    blocking: remembered,
    contributions: (coalitions) => {
      const origin = origins.get(coalitions);
      if (origin === undefined) return [];
      const reached = staircase(origin.rules, origin.goal, origin.by, origin.depth);
      if (reached === null) return [];
      const { engine: at } = reached.level;
      const family = inTheEnd(reached.found);
      return leavesBehind(origin.rules, origin.goal)
        .filter(({ kind }) => kind !== 'key' && kind !== 'opaque')
        .map((leaf) => ({ leaf, with: at.families.given(family, at.numberOf(leaf)) }))
        .filter((each) => each.with !== family && each.with !== NOTHING)
        .map((each) => ({ leaf: each.leaf, remaining: at.families.fewest(each.with) }))
        .sort((a, b) => a.remaining - b.remaining || byName(a.leaf, b.leaf));
    },
    gained: (before, now, insiders) => {
      const [was, is] = [origins.get(before), origins.get(now)];
      // Nothing is known of what cannot be searched at all.
      if (was === undefined || is === undefined) return NOTHING_GAINED;
      // Sets of more leaves than one of them was searched for cannot be compared.
      for (let depth = Math.max(was.depth, is.depth); ; depth += 1) {
        const [from, to] = [
          staircase(was.rules, was.goal, was.by, depth),
          staircase(is.rules, is.goal, is.by, depth),
        ];
        if (from === null || to === null) return NOTHING_GAINED;
        if (from.depth !== depth || to.depth !== depth) continue;
        const { engine: at } = to.level;
        const isInsider = (number: number): boolean => {
          const leaf = at.leafOf(number);
          return leaf !== undefined && insiders.has(nodeId(leaf));
        };
        const outsiders = to.found.map(({ seconds, family }) => ({
          seconds,
          family: at.families.avoiding(family, isInsider),
        }));
        return {
          list: listOf(at, to.found, from.found, listed),
          newcomers: listOf(at, outsiders, from.found, listed),
        };
      }
    },
  };
}

const NOTHING_GAINED: Gained = { list: [], newcomers: [] };

/** Of what cannot be searched at all. */
const UNKNOWN = { list: [], count: 0n, fewest: null, examinedTo: 0, complete: false };

const soonestOfAll = (rules: readonly Rule[], goal: Requirement): number | null =>
  earliest(rules, leavesBehind(rules, goal), goal);

/** The sets of a staircase of which no part is as soon in another, fewest leaves first. */
function listOf(
  { families, leafOf }: Engine,
  staircase: Staircase,
  other: Staircase,
  most: number,
): readonly Coalition[] {
  const steps = staircase.map(({ seconds, family }, index) => {
    const before = staircase[index - 1]?.family ?? NOTHING;
    const added = families.outside(family, before);
    return { seconds, family: families.outside(added, familyAt(other, seconds)) };
  });
  const list: Coalition[] = [];
  const largest = Math.max(0, ...steps.map(({ family }) => families.most(family)));
  for (let size = 0; size <= largest && list.length < most; size += 1) {
    for (const { seconds, family } of steps) {
      for (const set of families.setsOf(family, size)) {
        if (list.length === most) break;
        list.push({ leaves: set.flatMap((number) => leafOf(number) ?? []).sort(byName), seconds });
      }
    }
  }
  const named = list.map((each) => ({ each, names: each.leaves.map(nodeId).join() }));
  return named
    .sort(
      (a, b) =>
        a.each.leaves.length - b.each.leaves.length ||
        a.each.seconds - b.each.seconds ||
        (a.names < b.names ? -1 : 1),
    )
    .map(({ each }) => each);
}

const words = (value: unknown): string =>
  JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part));

/**
 * What one vendor, device or person brings: how many more leaves the smallest coalition needs once `leaf` is
 * in hostile hands.
 */
export interface Contribution {
  readonly leaf: Leaf;
  readonly remaining: number;
}
