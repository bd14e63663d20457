import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Blocking, search } from '../../src/power/coalitions.ts';
import {
  act,
  after,
  all,
  anyOf,
  atLeast,
  given,
  type Leaf,
  leaf,
  type Node,
  nodeId,
  type Requirement,
  type Rule,
} from '../../src/power/model.ts';
import { earliest } from '../../src/power/reach.ts';
import { GOAL, graph, LEAVES } from '../support/power-graphs.ts';

const key = (id: string) => leaf('key', id);
const rule = (grants: Node, requires: Requirement): Rule => ({
  ...{ grants, requires, reader: 'test', evidence: [] },
});

const blocking = (rules: readonly Rule[], goal: Requirement, by: Blocking): readonly string[] =>
  search()
    .blocking(rules, goal, by)
    .list.map(({ leaves }) => leaves.map(nodeId).join('+'))
    .sort();

/** Every set of leaves, smallest first. */
const SETS = Array.from({ length: 2 ** LEAVES.length }, (_, bits) =>
  LEAVES.filter((_leaf, index) => Math.floor(bits / 2 ** index) % 2 === 1),
).sort((a, b) => a.length - b.length);

/** The definition: the smallest sets without which nobody gets there. */
function byDefinition(left: (held: readonly Leaf[]) => readonly Rule[]): readonly string[] {
  const found: (readonly Leaf[])[] = [];
  for (const set of SETS) {
    if (found.some((part) => part.every((each) => set.includes(each)))) continue;
    const others = LEAVES.filter((each) => !set.includes(each));
    if (earliest(left(set), others, GOAL) === null) found.push(set);
  }
  return found.map((set) => set.map(nodeId).sort().join('+')).sort();
}

/** The rules without the waits in which someone of `held` has a veto. */
function vetoed(
  rules: readonly Rule[],
  held: readonly Leaf[],
  taking: readonly Rule[],
): readonly Rule[] {
  const without = (requirement: Requirement): Requirement => {
    switch (requirement.type) {
      case 'after': {
        const { seconds, vetoers } = requirement;
        const isVetoed = vetoers.some((vetoer) => earliest(taking, held, vetoer) !== null);
        return isVetoed ? anyOf() : after(seconds, without(requirement.requirement));
      }
      case 'all':
        return all(...requirement.of.map(without));
      case 'any':
        return anyOf(...requirement.of.map(without));
      case 'atLeast':
        return atLeast(requirement.count, requirement.of.map(without));
      case 'power':
      case 'leaf':
      case 'given':
        return requirement;
    }
  };
  return rules.map((each) => ({ ...each, requires: without(each.requires) }));
}

/**
 * The rules by which leaves are had by those who keep them, and not taken from them: each needs the leaf
 * itself, and one of its keepers, if it has any.
 */
function kept(rules: readonly Rule[]): readonly Rule[] {
  const had = (requirement: Requirement): Requirement => {
    switch (requirement.type) {
      case 'leaf':
        return act(`kept ${nodeId(requirement)}`);
      case 'all':
        return all(...requirement.of.map(had));
      case 'any':
        return anyOf(...requirement.of.map(had));
      case 'atLeast':
        return atLeast(requirement.count, requirement.of.map(had));
      case 'after':
        return after(requirement.seconds, had(requirement.requirement), requirement.vetoers);
      case 'power':
      case 'given':
        return requirement;
    }
  };
  return [
    ...rules
      .filter(({ grants }) => grants.type === 'power')
      .map((each) => ({ ...each, requires: had(each.requires) })),
    ...LEAVES.flatMap((each) => {
      const name = act(`kept ${nodeId(each)}`);
      const grants = rules.filter((granted) => nodeId(granted.grants) === nodeId(each));
      const keepers = grants.map(({ requires }) => requires).filter(({ type }) => type !== 'given');
      const itself = keepers.length === 0 ? each : all(each, anyOf(...keepers.map(had)));
      return keepers.length === grants.length
        ? [rule(name, itself)]
        : [rule(name, itself), rule(name, given('collected'))];
    }),
  ];
}

describe('who blocks a goal', () => {
  test('by their loss, is as brute force finds', () => {
    fc.assert(
      fc.property(graph, (rules) => {
        expect(blocking(rules, GOAL, 'loss')).toEqual(byDefinition(() => kept(rules)));
      }),
      { numRuns: 2_000 },
    );
  });

  test('by refusing and vetoing, is as brute force finds', () => {
    fc.assert(
      fc.property(graph, (rules) => {
        expect(blocking(rules, GOAL, 'refusal')).toEqual(
          byDefinition((held) => vetoed(kept(rules), held, rules)),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test('of a 3-of-6 are any four of its owners', () => {
    const safe = rule(act('S'), atLeast(3, ['a', 'b', 'c', 'd', 'e', 'f'].map(key)));
    expect(search().blocking([safe], act('S'), 'loss')).toMatchObject({ fewest: 4, count: 15n });
  });

  test('of a timelock is its canceller alone, by a veto and not by a loss', () => {
    const timelock = rule(act('T'), after(172_800, anyOf(key('a'), key('b')), [key('guard')]));
    expect(blocking([timelock], act('T'), 'refusal')).toEqual(['key(a)+key(b)', 'key(guard)']);
    expect(blocking([timelock], act('T'), 'loss')).toEqual(['key(a)+key(b)']);
  });

  test('is whoever keeps the keys that it takes: their loss is that of the keys', () => {
    const rules = [
      rule(act('S'), atLeast(2, ['a', 'b', 'c'].map(key))),
      rule(key('a'), leaf('person', 'Ann')),
      rule(key('b'), leaf('person', 'Ann')),
    ];
    expect(blocking(rules, act('S'), 'loss')).toEqual([
      'key(a)+key(b)',
      'key(a)+key(c)',
      'key(b)+key(c)',
      'person(Ann)',
    ]);
  });

  test('is not whose signature is given already', () => {
    const rules = [rule(act('S'), key('a')), rule(key('a'), given('collected'))];
    expect(blocking(rules, act('S'), 'loss')).toEqual([]);
  });

  test('is nobody where all that is needed was given, and the empty set where nobody gets there', () => {
    expect(blocking([rule(act('S'), given('queued'))], act('S'), 'refusal')).toEqual([]);
    expect(blocking([], act('S'), 'loss')).toEqual(['']);
  });
});
