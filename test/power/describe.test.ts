import { expect, test } from 'vitest';
import { describeHolders, describeSeconds, describeWhen } from '../../src/power/describe.ts';
import {
  act,
  after,
  all,
  anyOf,
  atLeast,
  given,
  leaf,
  power,
  type Rule,
  role,
} from '../../src/power/model.ts';

const name = (id: string) => id.toUpperCase();
const rule = (requires: Rule['requires']): Rule => ({
  grants: act('s'),
  requires,
  reader: 'test',
  evidence: [],
});

test.each([
  [
    'owners by their number',
    [rule(atLeast(2, [act('a'), act('b')], 'owners'))],
    '2 of its 2 owners',
  ],
  ['opaque code by who controls it', [rule(leaf('opaque', 'x'))], 'whoever controls X'],
  ['a key', [rule(leaf('key', 'k'))], 'the key K'],
  ['a wait', [rule(after(90_000, act('t')))], 'T after 1 d 1 h'],
  ['all of several', [rule(all(act('a'), power('b', 'upgrade')))], 'A and whoever may upgrade B'],
  ['anyone', [rule(given('never set up'))], 'anyone (never set up)'],
  ['several ways', [rule(act('a')), rule(act('b'))], 'A or B'],
  ['one way found twice', [rule(act('a')), rule(act('a'))], 'A'],
  ['no way at all', [], 'no one'],
  ['ways of which one is nobody’s', [rule(anyOf()), rule(act('a'))], 'A'],
  ['ways that are all nobody’s', [rule(anyOf()), rule(anyOf(anyOf()))], 'no one'],
  [
    'a role that has no name',
    [rule(role('b', 'the address in slot 0x1'))],
    'the address in slot 0x1 of B',
  ],
])('describeHolders names %s', (_, rules, words) => {
  expect(describeHolders(rules, 's', name)).toBe(words);
});

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [3_600, '1 h'],
  [3_661, '1 h 1 min'],
  [86_400, '1 d'],
  [694_861, '8 d 1 h'],
])('describeSeconds says %i as %s', (seconds, words) => {
  expect(describeSeconds(seconds)).toBe(words);
});

test('describeWhen says zero as at once', () => {
  expect(describeWhen(0)).toBe('at once');
  expect(describeWhen(60)).toBe('in 1 min');
});
