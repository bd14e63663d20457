import { expect, test } from 'vitest';
import { findingsIn } from '../../src/map/findings.ts';
import { analyse } from '../../src/power/analysis.ts';
import { act, after, all, anyOf, given, leaf, type Requirement } from '../../src/power/model.ts';

const SAFE = 'eip155:1:0x1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4';
const DAY = 86_400;
const [alice, bob] = [leaf('person', 'alice'), leaf('person', 'bob')];

/** What is found where a position needs this, after `seconds`. */
const found = (requires: Requirement): readonly string[] => {
  const { powers } = analyse({
    rules: [{ grants: act(SAFE), requires, reader: 'test', evidence: [] }],
    positions: [{ account: SAFE, name: null, holdings: [] }],
    unread: [],
  });
  const names = new Map([['person(alice)', 'Alice Example']]);
  return findingsIn({ powers, names }).map(({ id, title }) => `${id}: ${title}`);
};

test('a position that anyone can take', () => {
  expect(found(given('never set up'))).toEqual([
    "taken-by-anyone: anyone can take it, at once: nobody's consent is needed any more",
  ]);
});

test('a position that one holder takes within a day', () => {
  expect(found(anyOf(alice, bob))).toEqual([
    'taken-by-one: Alice Example alone can take it, at once; so can 1 other',
  ]);
  expect(found(after(DAY - 1, alice))).toHaveLength(1);
});

test.each([
  ['two holders', all(alice, bob)],
  ['one who has to wait a day', after(DAY, alice)],
  ['what could not be read, which is said elsewhere', leaf('opaque', SAFE)],
  ['no one', anyOf()],
])('nothing where it takes %s', (_, requires) => {
  expect(found(requires)).toEqual([]);
});
