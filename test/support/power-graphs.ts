/** Random graphs of power, and their meaning by brute force. */
import fc from 'fast-check';
import type { Coalition } from '../../src/power/coalitions.ts';
import {
  act,
  after,
  all,
  anyOf,
  atLeast,
  given,
  type Leaf,
  leaf,
  nodeId,
  type Requirement,
  type Rule,
} from '../../src/power/model.ts';

export const LEAVES: readonly Leaf[] = ['a', 'b', 'c', 'd', 'e'].map((id) => leaf('key', id));
const ACCOUNTS = ['v', 'w', 'x', 'y'];
/** The account whose power is asked for. */
export const GOAL = act('v');

const node = fc.oneof(fc.constantFrom(...LEAVES), fc.constantFrom(...ACCOUNTS).map(act));

const requirement: fc.Arbitrary<Requirement> = fc.letrec<{ any: Requirement }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'requirement' },
    { weight: 6, arbitrary: node },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.integer({ min: 1, max: 3 }), fc.array(tie('any'), { minLength: 1, maxLength: 4 }))
        .map(([count, of]) => atLeast(count, of)),
    },
    {
      weight: 1,
      arbitrary: fc.array(tie('any'), { minLength: 1, maxLength: 3 }).map((of) => all(...of)),
    },
    { weight: 1, arbitrary: fc.array(tie('any'), { maxLength: 3 }).map((of) => anyOf(...of)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(0, 1, 5), tie('any'), fc.array(node, { maxLength: 2 }))
        .map(([seconds, part, vetoers]) => after(seconds, part, vetoers)),
    },
    { weight: 1, arbitrary: fc.constant(given('test')) },
  ),
})).any;

/** Rules over five keys and four accounts, cycles, delays and keys granted by keys included. */
export const graph: fc.Arbitrary<readonly Rule[]> = fc.array(
  fc
    .tuple(
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...ACCOUNTS).map(act) },
        { weight: 1, arbitrary: fc.constantFrom(...LEAVES) },
      ),
      requirement,
    )
    .map(([grants, requires]): Rule => ({ grants, requires, reader: 'test', evidence: [] })),
  { maxLength: 7 },
);

/**
 * The definition, run: for every set of leaves, the least time of any proof whose depth is at most
 * the number of nodes; then the sets that no part of them equals in time.
 */
export function bruteForce(rules: readonly Rule[], goal: Requirement): readonly Coalition[] {
  const depth = LEAVES.length + ACCOUNTS.length;
  const timeOf = (held: ReadonlySet<string>): number => {
    const prove = (part: Requirement, left: number): number => {
      switch (part.type) {
        case 'given':
          return 0;
        case 'after':
          return prove(part.requirement, left) + part.seconds;
        case 'all':
          return Math.max(...part.of.map((each) => prove(each, left)));
        case 'any':
          return Math.min(Number.POSITIVE_INFINITY, ...part.of.map((each) => prove(each, left)));
        case 'atLeast': {
          const times = part.of.map((each) => prove(each, left)).sort((x, y) => x - y);
          return times[part.count - 1] ?? Number.POSITIVE_INFINITY;
        }
        case 'leaf':
        case 'power':
          return byDepth(nodeId(part), left);
      }
    };
    const known = new Map<string, number>();
    const byDepth = (id: string, left: number): number => {
      if (held.has(id)) return 0;
      if (left === 0) return Number.POSITIVE_INFINITY;
      const name = `${id} ${left}`;
      const before = known.get(name);
      if (before !== undefined) return before;
      const times = rules
        .filter(({ grants }) => nodeId(grants) === id)
        .map(({ requires }) => prove(requires, left - 1));
      const least = Math.min(Number.POSITIVE_INFINITY, ...times);
      known.set(name, least);
      return least;
    };
    return prove(goal, depth);
  };
  const sets = Array.from({ length: 2 ** LEAVES.length }, (_, bits) =>
    LEAVES.filter((_leaf, index) => Math.floor(bits / 2 ** index) % 2 === 1),
  ).map((leaves) => {
    const ids = new Set(leaves.map(nodeId));
    return { leaves, ids, seconds: timeOf(ids) };
  });
  return sets
    .filter(({ seconds }) => seconds < Number.POSITIVE_INFINITY)
    .filter(
      (set) =>
        !sets.some(
          (part) =>
            part.ids.size < set.ids.size &&
            [...part.ids].every((id) => set.ids.has(id)) &&
            part.seconds <= set.seconds,
        ),
    )
    .map(({ leaves, seconds }) => ({ leaves, seconds }));
}

/** A list of coalitions as one text, whatever its order. */
export const normal = (list: readonly Coalition[]): readonly string[] =>
  list.map(({ leaves, seconds }) => `${leaves.map(nodeId).sort().join('+')}@${seconds}`).sort();
