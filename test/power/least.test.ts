import fc from 'fast-check';
import { expect, test } from 'vitest';
import { integerProgramme } from '../../src/map/integer-programme.ts';
import { search } from '../../src/power/coalitions.ts';
import { least } from '../../src/power/least.ts';
import {
  act,
  all,
  anyOf,
  atLeast,
  given,
  leaf,
  type Node,
  nodeId,
  type Requirement,
  type Rule,
} from '../../src/power/model.ts';
import { earliest } from '../../src/power/reach.ts';
import { GOAL, graph } from '../support/power-graphs.ts';

const solve = await integerProgramme();
const key = (id: string) => leaf('key', id);
const rule = (grants: Node, requires: Requirement): Rule => ({
  ...{ grants, requires, reader: 'test', evidence: [] },
});

test('the least set is as small as the smallest coalition, with cycles and without', () => {
  fc.assert(
    fc.property(graph, (rules) => {
      const found = least(rules, GOAL, solve);
      expect(found?.leaves.length ?? null).toBe(search().coalitions(rules, GOAL).fewest);
      if (found !== null) expect(earliest(rules, found.leaves, GOAL)).toBe(found.seconds);
    }),
    { numRuns: 1_000 },
  );
});

test('nothing holds itself up', () => {
  const loop = [rule(act('v'), act('w')), rule(act('w'), anyOf(act('v'), all(key('a'), key('b'))))];
  expect(least(loop, act('v'), solve)?.leaves.map(nodeId)).toEqual(['key(a)', 'key(b)']);
  expect(least([rule(act('v'), act('v'))], act('v'), solve)).toBeNull();
});

test('what is given needs nobody', () => {
  const collected = atLeast(2, [given('signed'), given('signed'), key('c')]);
  expect(least([rule(act('v'), collected)], act('v'), solve)).toEqual({ leaves: [], seconds: 0 });
});

test('a vault of many wallets with shared signers has a least set, where families have no room', () => {
  const people = Array.from({ length: 40 }, (_, index) => key(`p${index}`));
  const wallets = Array.from({ length: 12 }, (_, wallet) => ({
    wallet: act(`w${wallet}`),
    owners: people.filter((_, index) => (index * 7 + wallet * 3) % 4 !== 0),
  }));
  const rules = [
    rule(act('vault'), all(...wallets.map(({ wallet }) => wallet))),
    ...wallets.map(({ wallet, owners }, index) => rule(wallet, atLeast(9 + (index % 5), owners))),
  ];
  const cut = search({ nodes: 1 << 12, listed: 10 }).coalitions(rules, act('vault'));
  expect(cut).toMatchObject({ complete: false, fewest: null });
  const found = least(rules, act('vault'), solve);
  expect(earliest(rules, found?.leaves ?? [], act('vault'))).toBe(0);
  for (const left of found?.leaves ?? []) {
    const without = (found?.leaves ?? []).filter((each) => each !== left);
    expect(earliest(rules, without, act('vault'))).toBeNull();
  }
});
