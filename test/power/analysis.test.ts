import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnalysedState, analyse, diff, path } from '../../src/power/analysis.ts';
import { coalitions, search } from '../../src/power/coalitions.ts';
import {
  act,
  after,
  anyOf,
  atLeast,
  given,
  leaf,
  nodeId,
  power,
  type Requirement,
  type Rule,
  taking,
} from '../../src/power/model.ts';
import { graph } from '../support/power-graphs.ts';

const key = (id: string) => leaf('key', id);
const rule = (account: string, requires: Requirement): Rule => ({
  grants: act(account),
  requires,
  reader: 'test',
  evidence: [{ read: `storage of ${account}`, value: '0x01' }],
});
const state = (...rules: readonly Rule[]): AnalysedState =>
  analyse({ rules, positions: [{ account: 'v', name: null, holdings: [] }], unread: [] });

describe('analyse', () => {
  test('names the fewest and the soonest apart, since they need not be the same coalition', () => {
    const { powers } = state(
      rule('v', anyOf(after(60, key('a')), atLeast(2, [key('b'), key('c')]))),
    );
    expect(powers[0]).toMatchObject({ fewest: 1, soonest: 0 });
  });

  test('has no number where no one can take the position', () => {
    expect(state().powers[0]).toMatchObject({ fewest: null, soonest: null });
  });

  test('finds what a search finds, whatever was searched before', () => {
    const accounts = ['v', 'w', 'x', 'y'];
    const positions = accounts.map((account) => ({ account, name: null, holdings: [] }));
    // A leaf may be called after a position.
    const opaque = fc
      .subarray(accounts)
      .map((some) => some.map((account) => rule(account, leaf('opaque', account))));
    fc.assert(
      fc.property(fc.array(fc.tuple(graph, opaque), { maxLength: 4 }), (graphs) => {
        const by = search();
        for (const rules of graphs.map((parts) => parts.flat())) {
          const { powers } = analyse({ rules, positions, unread: [] }, by);
          expect(powers.map((each) => each.coalitions)).toEqual(
            accounts.map((account) => coalitions(rules, taking(rules, account))),
          );
        }
      }),
    );
  });

  test('searches once for what rests on the same', () => {
    const rules = ['v', 'w'].map((account) => rule(account, atLeast(2, [key('a'), key('b')])));
    const positions = ['v', 'w'].map((account) => ({ account, name: null, holdings: [] }));
    const [v, w] = analyse({ rules, positions, unread: [] }).powers;
    expect(v?.coalitions).toBe(w?.coalitions);
  });
});

describe('diff', () => {
  test('is not confused by whoever blocks what they take, being the same', () => {
    const owners = ['a', 'b', 'c'].map(key);
    const by = search();
    const positions = [{ account: 'v', name: null, holdings: [] }];
    const [before, after] = [2, 1].map((count) => {
      const rules = [rule('v', atLeast(count, owners))];
      const found = analyse({ rules, positions, unread: [] }, by);
      by.blocking(rules, taking(rules, 'v'), 'loss');
      return found;
    });
    const [change] = before && after ? diff(before, after) : [];
    expect(change?.gained.map(({ leaves }) => leaves.map(nodeId).join())).toEqual([
      'key(a)',
      'key(b)',
      'key(c)',
    ]);
  });

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

  test('finds strangers that an enumeration cut short would miss', () => {
    const many = (of: string) => Array.from({ length: 30 }, (_, index) => key(`${of}${index}`));
    const limits = { nodes: 16, listed: 100 };
    const positions = [{ account: 'v', name: null, holdings: [] }];
    const before = analyse({ rules: [rule('v', key('a'))], positions, unread: [] }, search(limits));
    const next = rule('v', atLeast(4, [key('a'), ...many('stranger')]));
    const [change] = diff(
      before,
      analyse({ rules: [next], positions, unread: [] }, search(limits)),
    );
    expect(change?.newcomers.map(({ leaves }) => leaves.length)).toEqual([30]);
  });

  test('sees who may veto apart from who may take', () => {
    const taker = rule('v', key('a'));
    const guard: Rule = { ...rule('v', leaf('opaque', 'guard')), grants: power('v', 'veto') };
    expect(diff(state(taker), state(taker, guard))).toEqual([
      {
        account: 'v',
        action: 'veto',
        gained: [{ leaves: [leaf('opaque', 'guard')], seconds: 0 }],
        lost: [],
        newcomers: [{ leaves: [leaf('opaque', 'guard')], seconds: 0 }],
      },
    ]);
    expect(diff(state(taker, guard), state(taker))[0]?.lost).toHaveLength(1);
  });

  test('refuses a state after that lost a position', () => {
    const before = state(rule('v', key('a')));
    expect(() => diff(before, { ...before, positions: [] })).toThrow('no position v');
  });
});

test('path opens a coalition down to its reads', () => {
  const before = state(rule('v', act('w')), rule('w', key('a')));
  const [weakest] = before.powers[0]?.coalitions.list ?? [];
  if (weakest === undefined) throw new Error('no coalition');
  expect(
    path(before, { account: 'v', action: 'take' }, weakest).flatMap(({ evidence }) => evidence),
  ).toEqual([
    { read: 'storage of v', value: '0x01' },
    { read: 'storage of w', value: '0x01' },
  ]);
});
