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
  const origins = new WeakMap<Coalitions, Origin>();
  const asked = new WeakMap<readonly Rule[], Map<string, Coalitions>>();

  /** What `work` gives at the first level from `depth` on that has the room; `null` where none has. */
  function within<T>(depth: number, work: (level: Level, depth: number) => T): T | null {
    const level = levels[depth];
    if (level === undefined) return null;
    try {
      return work(level, depth);
    } catch (error) {
      if (!(error instanceof TooLargeError || error instanceof HopelessError)) throw error;
      const { order, hopeless } = level;
      level.engine = engine({ order, nodes, hopeless });
      level.answers.clear();
      return within(depth + 1, work);
    }
  }

  /** Those who reach or block a goal. */
  function staircase({ engine: at }: Level, { rules, goal, by }: Asked): Staircase {
    const graph = graphOf(rules);
    const placed = graph.placed(goal);
    if (by === null) return at.reaches(graph, placed);
    const family = at.blocks(graph, placed, by === 'refusal');
    return family === NOTHING ? NEVER_REACHED : [{ seconds: 0, family }];
  }

  function find(of: Asked): Coalitions {
    const found = within(0, (level, depth) => {
      const steps = staircase(level, of);
      const name = [of.by, ...steps.map(({ seconds, family }) => `${seconds}:${family}`)].join();
      const answer = level.answers.get(name) ?? answerOf(level, of, steps);
      level.answers.set(name, answer);
      origins.set(answer, { ...of, depth });
      return answer;
    });
    return found ?? { ...UNKNOWN, soonest: soonestOf(of) };
  }

  function answerOf({ order, engine: at }: Level, of: Asked, steps: Staircase): Coalitions {
    const { families } = at;
    const complete = order === Number.POSITIVE_INFINITY;
    const family = inTheEnd(steps);
    return {
      list: listOf(at, steps, NEVER_REACHED, listed),
      count: addedBy(at, steps).reduce((sum, each) => sum + families.count(each.family), 0n),
      fewest: family === NOTHING ? null : families.fewest(family),
      // Whoever it takes in larger sets than were looked for, all together are the soonest.
      soonest: complete ? (steps[0]?.seconds ?? null) : soonestOf(of),
      examinedTo: complete
        ? Math.max(0, ...steps.map((step) => families.most(step.family)))
        : order,
      complete,
    };
  }

  function remembered(of: Asked): Coalitions {
    const known = asked.get(of.rules) ?? new Map<string, Coalitions>();
    asked.set(of.rules, known);
    const name = `${of.by} ${words(of.goal)}`;
    const answer = known.get(name) ?? find(of);
    known.set(name, answer);
    return answer;
  }

  return {
    coalitions: (rules, goal) => remembered({ rules, goal, by: null }),
    blocking: (rules, goal, by) => remembered({ rules, goal, by }),
    contributions: (coalitions) => {
      const origin = origins.get(coalitions);
      if (origin === undefined) return [];
      const brought = within(origin.depth, (level) => {
        const { families, numberOf } = level.engine;
        const family = inTheEnd(staircase(level, origin));
        return leavesBehind(origin.rules, origin.goal)
          .filter(({ kind }) => kind !== 'key' && kind !== 'opaque')
          .map((leaf) => ({ leaf, left: families.given(family, numberOf(leaf)) }))
          .filter(({ left }) => left !== family && left !== NOTHING)
          .map(({ leaf, left }) => ({ leaf, remaining: families.fewest(left) }));
      });
      return (brought ?? []).sort((a, b) => a.remaining - b.remaining || byName(a.leaf, b.leaf));
    },
    gained: (before, now, insiders) => {
      const [was, is] = [origins.get(before), origins.get(now)];
      // Nothing is known of what cannot be searched at all.
      if (was === undefined || is === undefined) return NOTHING_GAINED;
      // Sets of more leaves than one of them was searched for cannot be compared.
      const gained = within(Math.max(was.depth, is.depth), (level) => {
        const { engine: at } = level;
        const [from, to] = [staircase(level, was), staircase(level, is)];
        const isInsider = (number: number): boolean => {
          const leaf = at.leafOf(number);
          return leaf !== undefined && insiders.has(nodeId(leaf));
        };
        const outsiders = to.map(({ seconds, family }) => ({
          ...{ seconds, family: at.families.avoiding(family, isInsider) },
        }));
        return {
          list: listOf(at, to, from, listed),
          newcomers: listOf(at, outsiders, from, listed),
        };
      });
      return gained ?? NOTHING_GAINED;
    },
  };
}

/** What is asked of a search: who reaches a goal, or who blocks it. */
interface Asked {
  readonly rules: readonly Rule[];
  readonly goal: Requirement;
  readonly by: Blocking | null;
}

/** What coalitions were found for, and at which level. */
interface Origin extends Asked {
  readonly depth: number;
}

const NOTHING_GAINED: Gained = { list: [], newcomers: [] };

/** Of what cannot be searched at all. */
const UNKNOWN = { list: [], count: 0n, fewest: null, examinedTo: 0, complete: false };

/** When all leaves together get there; to block takes no time. */
const soonestOf = ({ rules, goal, by }: Asked): number | null =>
  by === null ? earliest(rules, leavesBehind(rules, goal), goal) : 0;

/** The sets that each step has more than those before. */
const addedBy = ({ families }: Engine, steps: Staircase): Staircase =>
  steps.map(({ seconds, family }, index) => ({
    ...{ seconds, family: families.outside(family, steps[index - 1]?.family ?? NOTHING) },
  }));

/** The sets of a staircase of which no part is as soon in another, fewest leaves first. */
function listOf(
  at: Engine,
  staircase: Staircase,
  other: Staircase,
  most: number,
): readonly Coalition[] {
  const { families, leafOf } = at;
  const steps = addedBy(at, staircase).map(({ seconds, family }) => ({
    ...{ seconds, family: families.outside(family, familyAt(other, seconds)) },
  }));
  const sets: { readonly members: readonly number[]; readonly seconds: number }[] = [];
  const largest = Math.max(0, ...steps.map(({ family }) => families.most(family)));
  for (let size = 0; size <= largest && sets.length < most; size += 1) {
    for (const { seconds, family } of steps) {
      for (const members of families.setsOf(family, size)) {
        if (sets.length === most) break;
        sets.push({ members, seconds });
      }
    }
  }
  // Sets have their leaves in common: these are put in order once.
  const numbers = new Set<number>();
  for (const { members } of sets) for (const number of members) numbers.add(number);
  const leaves = [...numbers]
    .flatMap((number) => {
      const leaf = leafOf(number);
      return leaf === undefined ? [] : [{ number, leaf, name: nodeId(leaf) }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const ranks = new Map(leaves.map(({ number }, rank) => [number, rank]));
  return sets
    .map(({ members, seconds }) => ({
      ranks: members.map((number) => ranks.get(number) ?? 0).sort((a, b) => a - b),
      seconds,
    }))
    .sort(
      (a, b) =>
        a.ranks.length - b.ranks.length || a.seconds - b.seconds || firstApart(a.ranks, b.ranks),
    )
    .map((each) => {
      const named: Leaf[] = [];
      for (const rank of each.ranks) {
        const ranked = leaves[rank];
        if (ranked !== undefined) named.push(ranked.leaf);
      }
      return { leaves: named, seconds: each.seconds };
    });
}

/** How the first two numbers differ that do. */
function firstApart(one: readonly number[], other: readonly number[]): number {
  for (let index = 0; index < one.length; index += 1) {
    const apart = (one[index] ?? 0) - (other[index] ?? 0);
    if (apart !== 0) return apart;
  }
  return 0;
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
