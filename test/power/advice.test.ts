import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adviser } from '../../src/power/advice.ts';
import { search } from '../../src/power/coalitions.ts';
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
  type Requirement,
  type Rule,
  taking,
} from '../../src/power/model.ts';
import { graph } from '../support/power-graphs.ts';

const key = (id: string) => leaf('key', id);
const rule = (grants: Node, requires: Requirement): Rule => ({
  ...{ grants, requires, reader: 'test', evidence: [] },
});
const FIVE = ['a', 'b', 'c', 'd', 'e'].map(key);
const SIX = [...FIVE, key('f')];

const advice = (rules: readonly Rule[], account: string) =>
  adviser(rules)(account)?.map(
    ({ node, addition, fewest, soonest }) => `${addition} ${nodeId(node)}: ${fewest}, ${soonest} s`,
  );

describe('advice', () => {
  test("on a council like Drift's, 2 of 5 at once, is one more to sign, or a wait", () => {
    const rules = [rule(act('program'), act('council')), rule(act('council'), atLeast(2, FIVE))];
    expect(advice(rules, 'program')).toEqual([
      'check act(program): 3, 0 s',
      'signer act(council): 3, 0 s',
      'delay act(program): 2, 86400 s',
    ]);
  });

  test("on a wallet like Bybit's, with one screen for all, is no signer more, who would trust it too", () => {
    const rules = [
      rule(act('wallet'), atLeast(3, SIX)),
      ...SIX.map((each) => rule(each, leaf('vendor', 'screen'))),
    ];
    expect(advice(rules, 'wallet')).toEqual([
      'check act(wallet): 2, 0 s',
      'delay act(wallet): 1, 86400 s',
    ]);
  });

  test('is not to guard one of two ways', () => {
    const rules = [
      rule(act('v'), anyOf(act('w'), act('x'))),
      rule(act('w'), atLeast(2, FIVE)),
      rule(act('x'), all(key('x'), key('y'))),
    ];
    expect(advice(rules, 'v')?.map((line) => line.split(':')[0])).toEqual([
      'check act(v)',
      'delay act(v)',
    ]);
  });

  test('is none where anybody takes it, and where nobody does', () => {
    expect(advice([rule(act('v'), given('never set up'))], 'v')).toEqual([]);
    expect(advice([], 'v')).toEqual([]);
  });

  test('brings what it says, by a search of the rules with the addition', () => {
    fc.assert(
      fc.property(graph, (rules) => {
        const now = search().coalitions(rules, taking(rules, 'v'));
        for (const { node, addition, fewest, soonest } of adviser(rules)('v') ?? []) {
          if (addition === 'signer') continue;
          const added = rules.map((each) => {
            if (nodeId(each.grants) !== nodeId(node)) return each;
            return addition === 'delay'
              ? { ...each, requires: after(86_400, each.requires) }
              : { ...each, requires: all(each.requires, key('nobody yet')) };
          });
          const then = search().coalitions(added, taking(added, 'v'));
          expect(then).toMatchObject({ fewest, soonest });
          expect(fewest > (now.fewest ?? 0) || soonest > (now.soonest ?? 0)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
