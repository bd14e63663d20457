import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { engine } from '../../src/power/engine.ts';
import { build } from '../../src/power/graph.ts';
import {
  act,
  all,
  anyOf,
  atLeast,
  leaf,
  type Node,
  nodeId,
  type Requirement,
  type Rule,
} from '../../src/power/model.ts';
import { graph } from '../support/power-graphs.ts';

const key = (id: string) => leaf('key', id);
const rule = (grants: Node, requires: Requirement): Rule => ({
  ...{ grants, requires, reader: 'test', evidence: [] },
});
const NODES: readonly Node[] = [
  ...['v', 'w', 'x', 'y'].map(act),
  ...['a', 'b', 'c', 'd', 'e'].map(key),
];
const newEngine = () =>
  engine({ order: Number.POSITIVE_INFINITY, nodes: 1 << 18, hopeless: new WeakMap() });

/** Rules that grant one node in place of those that did. */
const change = fc.tuple(fc.constantFrom(...NODES), graph).map(([node, rules]) => ({
  node,
  rules: rules.slice(0, 2).map((each) => ({ ...each, grants: node })),
}));

describe('a graph whose rules change', () => {
  test('is repaired to what it is from scratch, after any changes', () => {
    fc.assert(
      fc.property(graph, fc.array(change, { minLength: 1, maxLength: 6 }), (first, changes) => {
        const by = newEngine();
        const changing = build(first);
        const reached = (of: typeof changing) =>
          NODES.map((node) => by.reaches(of, of.placed(node)));
        let rules = first;
        let before = reached(changing);
        for (const { node, rules: now } of changes) {
          const isOther = ({ grants }: Rule): boolean => nodeId(grants) !== nodeId(node);
          rules = [...rules.filter(isOther), ...now];
          const changed = by.repair(changing, changing.regrant(node, now));
          const after = reached(changing);
          expect(after).toEqual(reached(build(rules)));
          const places = NODES.map((each) => {
            const placed = changing.placed(each);
            return placed.type === 'node' ? placed.place : null;
          });
          const different = places.filter(
            (_, index) => JSON.stringify(before[index]) !== JSON.stringify(after[index]),
          );
          expect([...changed].sort()).toEqual(different.sort());
          before = after;
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test('costs nothing above where nothing changes', () => {
    const keys = Array.from({ length: 5 }, (_, index) => key(`k${index}`));
    const by = newEngine();
    const changing = build([
      rule(act('v'), all(act('w'), key('a'))),
      rule(act('w'), atLeast(2, keys)),
    ]);
    by.reaches(changing, changing.placed(act('v')));
    // Whoever has the two has a third who changes nothing.
    const same = [rule(act('w'), anyOf(atLeast(2, keys), all(...keys.slice(0, 3))))];
    expect(by.repair(changing, changing.regrant(act('w'), same)).size).toBe(0);
    const other = [rule(act('w'), atLeast(3, keys))];
    expect(by.repair(changing, changing.regrant(act('w'), other)).size).toBe(2);
  });
});
