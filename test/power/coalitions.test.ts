import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coalitions, search } from '../../src/power/coalitions.ts';
import { leavesBehind } from '../../src/power/graph.ts';
import {
  act,
  after,
  all,
  anyOf,
  atLeast,
  given,
  leaf,
  type Node,
  nodeId,
  power,
  type Requirement,
  type Rule,
} from '../../src/power/model.ts';
import { earliest, explain } from '../../src/power/reach.ts';
import { ALL_OF_SEVERAL } from '../support/multisigs.ts';
import { bruteForce, GOAL, graph, normal } from '../support/power-graphs.ts';

const RUNS = 10_000;
const key = (id: string) => leaf('key', id);
const rule = (grants: Node, requires: Requirement): Rule => ({
  grants,
  requires,
  reader: 'test',
  evidence: [],
});
const found = (rules: readonly Rule[], goal: Requirement) => normal(coalitions(rules, goal).list);

describe('coalitions', () => {
  test('of a 2-of-3 multisig are its three pairs', () => {
    const safe = rule(act('S'), atLeast(2, [key('a'), key('b'), key('c')]));
    expect(found([safe], act('S'))).toEqual([
      'key(a)+key(b)@0',
      'key(a)+key(c)@0',
      'key(b)+key(c)@0',
    ]);
  });

  test('count a signer of two multisigs once', () => {
    const rules = [
      rule(act('S'), all(act('A'), act('B'))),
      rule(act('A'), atLeast(2, [key('a'), key('b'), key('c')])),
      rule(act('B'), atLeast(2, [key('b'), key('c'), key('d')])),
    ];
    expect(coalitions(rules, act('S')).list[0]?.leaves.map(nodeId)).toEqual(['key(b)', 'key(c)']);
  });

  test('end on a cycle, in which nothing holds itself up', () => {
    const loop = [rule(act('A'), act('B')), rule(act('B'), act('A'))];
    expect(found(loop, act('A'))).toEqual([]);
    expect(found([...loop, rule(act('B'), key('b'))], act('A'))).toEqual(['key(b)@0']);
  });

  test('of a timelock wait for it, and those who can skip it do not', () => {
    const rules = [
      rule(act('T'), after(172_800, anyOf(key('proposer')), [key('canceller')])),
      rule(act('T'), all(key('proposer'), key('delay admin'))),
    ];
    expect(found(rules, act('T'))).toEqual([
      'key(delay admin)+key(proposer)@0',
      'key(proposer)@172800',
    ]);
  });

  test('through a person or a vendor are smaller than through their keys', () => {
    const rules = [
      rule(act('S'), atLeast(2, [key('a'), key('b'), key('c')])),
      ...['a', 'b', 'c'].map((id) => rule(key(id), leaf('vendor', 'screen'))),
    ];
    expect(coalitions(rules, act('S')).list[0]?.leaves.map(nodeId)).toEqual(['vendor(screen)']);
  });

  test('are empty sets where all that is needed was given already', () => {
    const collected = atLeast(2, [given('signed by a'), given('signed by b'), key('c')]);
    expect(found([rule(act('S'), collected)], act('S'))).toEqual(['@0']);
  });

  test('are none where more owners are needed than there are', () => {
    const result = coalitions([rule(act('S'), atLeast(2, [key('a')]))], act('S'));
    expect(result).toMatchObject({ list: [], count: 0n, fewest: null, complete: true });
  });

  test('include those who may spend without full control', () => {
    const allowance = power('S', { spend: 'usdc', limit: 1n });
    expect(found([rule(allowance, key('a'))], anyOf(act('S'), allowance))).toEqual(['key(a)@0']);
  });

  test('of more leaves than there is room for are left out, and the answer says so', () => {
    const owners = Array.from({ length: 12 }, (_, index) => key(`k${index}`));
    const either = anyOf(atLeast(6, owners), all(key('a'), key('b'), key('c')), key('d'));
    const cut = coalitions([rule(act('S'), either)], act('S'), { nodes: 64, listed: 100 });
    expect(cut).toMatchObject({ complete: false, fewest: 1, examinedTo: 3, count: 2n });
    expect(normal(cut.list)).toEqual(['key(a)+key(b)+key(c)@0', 'key(d)@0']);
    const whole = coalitions([rule(act('S'), either)], act('S'));
    expect(whole).toMatchObject({ complete: true, count: 926n });
  });

  test('are counted where they are too many to be listed', () => {
    const owners = Array.from({ length: 100 }, (_, index) => key(`k${index}`));
    const found = coalitions([rule(act('S'), atLeast(50, owners))], act('S'));
    expect(found).toMatchObject({ complete: true, fewest: 50, soonest: 0 });
    expect(found.count).toBe(100_891_344_545_564_193_334_812_497_256n);
    expect(found.list).toHaveLength(10_000);
  });

  test.each(ALL_OF_SEVERAL)('of $name are counted', ({ rules, goal, count }) => {
    expect(coalitions(rules, goal)).toMatchObject({ complete: true, count });
  });

  test('of two multisigs with two common owners are those two, or one of them with both others', () => {
    const [, , shared] = ALL_OF_SEVERAL;
    expect(found(shared?.rules ?? [], shared?.goal ?? anyOf())).toEqual([
      'key(a)+key(b)+key(d)@0',
      'key(a)+key(c)+key(d)@0',
      'key(b)+key(c)@0',
    ]);
  });

  test('equal brute force over every set of leaves', () => {
    fc.assert(
      fc.property(graph, (rules) => {
        expect(normal(coalitions(rules, GOAL).list)).toEqual(normal(bruteForce(rules, GOAL)));
      }),
      { numRuns: RUNS },
    );
  });

  test('do not depend on the order of the rules', () => {
    fc.assert(
      fc.property(graph, (rules) => {
        expect(coalitions([...rules].reverse(), GOAL)).toEqual(coalitions(rules, GOAL));
      }),
    );
  });

  test('are never fewer leaves after a threshold was raised', () => {
    fc.assert(
      fc.property(graph, (rules) => {
        const raised = rules.map((each) => rule(each.grants, raise(each.requires)));
        expect(fewest(raised)).toBeGreaterThanOrEqual(fewest(rules));
      }),
    );
  });

  test('are never sooner after a delay was added', () => {
    fc.assert(
      fc.property(graph, fc.integer({ min: 0, max: 100 }), (rules, seconds) => {
        const delayed = rules.map((each) => rule(each.grants, after(seconds, each.requires)));
        expect(soonest(delayed)).toBeGreaterThanOrEqual(soonest(rules));
      }),
    );
  });

  test('are never more leaves after a leaf was given', () => {
    fc.assert(
      fc.property(graph, fc.constantFrom('a', 'b', 'c', 'd', 'e'), (rules, id) => {
        const helped = [...rules, rule(key(id), given('collected'))];
        expect(fewest(helped)).toBeLessThanOrEqual(fewest(rules));
      }),
    );
  });
});

describe('earliest', () => {
  test('is the time that the coalition is listed with', () => {
    fc.assert(
      fc.property(graph, (rules) => {
        for (const { leaves, seconds } of coalitions(rules, GOAL).list) {
          expect(earliest(rules, leaves, GOAL)).toBe(seconds);
        }
      }),
    );
  });

  test('is null for those who never get there', () => {
    expect(earliest([rule(act('S'), all(key('a'), key('b')))], [key('a')], act('S'))).toBeNull();
  });
});

describe('explain', () => {
  test('does not rest a power on itself where something else is held as soon', () => {
    const rules = [rule(act('w'), given('test')), rule(act('v'), atLeast(1, [act('v'), act('w')]))];
    expect(explain(rules, [], act('v')).map(({ grants }) => nodeId(grants))).toEqual([
      'act(v)',
      'act(w)',
    ]);
  });

  test('gives rules that suffice on their own', () => {
    fc.assert(
      fc.property(graph, (rules) => {
        for (const { leaves, seconds } of coalitions(rules, GOAL).list) {
          const proof = explain(rules, leaves, GOAL);
          expect(earliest(proof, leaves, GOAL)).toBe(seconds);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('is empty for those who never get there', () => {
    expect(explain([rule(act('S'), key('a'))], [key('b')], act('S'))).toEqual([]);
  });
});

test('leavesBehind finds leaves in no coalition, too', () => {
  const rules = [rule(act('S'), anyOf(key('a'), all(key('a'), key('b'))))];
  expect(leavesBehind(rules, act('S')).map(nodeId)).toEqual(['key(a)', 'key(b)']);
  expect(found(rules, act('S'))).toEqual(['key(a)@0']);
});

describe('contributions', () => {
  test('say how many more holders are needed with one vendor, device or person', () => {
    const rules = [
      rule(act('S'), atLeast(3, [key('a'), key('b'), key('c'), key('d')])),
      rule(key('a'), leaf('person', 'Ann')),
      rule(key('b'), leaf('person', 'Ann')),
      rule(key('c'), leaf('device', 'laptop')),
    ];
    const by = search();
    const brought = by.contributions(by.coalitions(rules, act('S')));
    expect(brought.map(({ leaf: who, remaining }) => [nodeId(who), remaining])).toEqual([
      ['device(laptop)', 1],
      ['person(Ann)', 1],
    ]);
  });
});

function raise(requirement: Requirement): Requirement {
  switch (requirement.type) {
    case 'atLeast':
      return atLeast(requirement.count + 1, requirement.of.map(raise));
    case 'all':
      return all(...requirement.of.map(raise));
    case 'any':
      return anyOf(...requirement.of.map(raise));
    case 'after':
      return after(requirement.seconds, raise(requirement.requirement));
    case 'power':
    case 'leaf':
    case 'given':
      return requirement;
  }
}

const fewest = (rules: readonly Rule[]): number =>
  coalitions(rules, GOAL).list[0]?.leaves.length ?? Number.POSITIVE_INFINITY;

const soonest = (rules: readonly Rule[]): number =>
  Math.min(Number.POSITIVE_INFINITY, ...coalitions(rules, GOAL).list.map(({ seconds }) => seconds));
