import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyse, diff, type PowerState, path } from '../../src/power/analysis.ts';
import {
  act,
  after,
  anyOf,
  atLeast,
  given,
  leaf,
  nodeId,
  type Requirement,
  type Rule,
} from '../../src/power/model.ts';
import { graph } from '../support/power-graphs.ts';

const key = (id: string) => leaf('key', id);
const rule = (account: string, requires: Requirement): Rule => ({
  grants: act(account),
  requires,
  reader: 'test',
  evidence: [{ read: `storage of ${account}`, value: '0x01' }],
});
const state = (...rules: readonly Rule[]): PowerState => ({
  rules,
  positions: [{ account: 'v', holdings: [] }],
  unread: [],
});

describe('analyse', () => {
  test('names the fewest and the soonest apart, since they need not be the same coalition', () => {
    const [power] = analyse(
      state(rule('v', anyOf(after(60, key('a')), atLeast(2, [key('b'), key('c')])))),
    );
    expect(power).toMatchObject({ fewest: 1, soonest: 0 });
  });

  test('has no number where no one can take the position', () => {
    expect(analyse(state())[0]).toMatchObject({ fewest: null, soonest: null });
  });
});

describe('diff', () => {
  test('is empty for equal states', () => {
    fc.assert(
      fc.property(graph, (rules) => {
        expect(diff(state(...rules), state(...rules))).toEqual([]);
      }),
    );
  });

  test('gains one way what it loses the other', () => {
    fc.assert(
      fc.property(graph, graph, (one, other) => {
        const there = diff(state(...one), state(...other));
        const back = diff(state(...other), state(...one));
        expect(back.map(({ gained, lost }) => [gained, lost])).toEqual(
          there.map(({ gained, lost }) => [lost, gained]),
        );
      }),
    );
  });

  test('tells newcomers from those who had a part before', () => {
    const before = state(rule('v', atLeast(2, [key('a'), key('b')])));
    const after = state(rule('v', anyOf(key('a'), leaf('opaque', 'x'))));
    const [change] = diff(before, after);
    expect(change?.gained.map(({ leaves }) => leaves.map(nodeId))).toEqual([
      ['key(a)'],
      ['opaque(x)'],
    ]);
    expect(change?.newcomers.map(({ leaves }) => leaves.map(nodeId))).toEqual([['opaque(x)']]);
  });

  test('counts a coalition that needs no one as a newcomer', () => {
    const [change] = diff(state(rule('v', key('a'))), state(rule('v', given('never set up'))));
    expect(change?.newcomers).toEqual([{ leaves: [], seconds: 0 }]);
  });

  test('sees a delay that was shortened', () => {
    const before = state(rule('v', after(172_800, key('a'))));
    const [change] = diff(before, state(rule('v', after(60, key('a')))));
    expect(change?.gained).toEqual([{ leaves: [key('a')], seconds: 60 }]);
    expect(change?.lost).toEqual([]);
  });

  test('refuses a state after that lost a position', () => {
    const before = state(rule('v', key('a')));
    expect(() => diff(before, { ...before, positions: [] })).toThrow('no position v');
  });
});

test('path opens a coalition down to its reads', () => {
  const before = state(rule('v', act('w')), rule('w', key('a')));
  const [power] = analyse(before);
  const [weakest] = power?.coalitions.list ?? [];
  if (weakest === undefined) throw new Error('no coalition');
  expect(path(before, 'v', weakest).flatMap(({ evidence }) => evidence)).toEqual([
    { read: 'storage of v', value: '0x01' },
    { read: 'storage of w', value: '0x01' },
  ]);
});
