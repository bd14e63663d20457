import { describe, expect, test } from 'vitest';
import {
  act,
  after,
  all,
  anyOf,
  atLeast,
  checkRequirement,
  given,
  leaf,
  nodeId,
  nodesOf,
  power,
  type Rule,
  taking,
} from '../../src/power/model.ts';

const key = (id: string) => leaf('key', id);

describe('nodeId', () => {
  test('names powers and leaves as a person would', () => {
    expect(nodeId(act('eip155:1:0xA'))).toBe('act(eip155:1:0xA)');
    expect(nodeId(leaf('opaque', 'eip155:1:0xB'))).toBe('opaque(eip155:1:0xB)');
    expect(nodeId(power('a', { spend: 'usdc', limit: 5n }))).toBe('spend(a, 5 of usdc)');
  });

  test('tells spends of another limit apart', () => {
    const five = power('a', { spend: 'usdc', limit: 5n });
    const six = power('a', { spend: 'usdc', limit: 6n });
    expect(nodeId(five)).not.toBe(nodeId(six));
  });
});

describe('nodesOf', () => {
  test('finds the nodes in every kind of requirement, vetoers apart', () => {
    const requirement = all(
      anyOf(key('a'), act('x')),
      atLeast(1, [key('b')]),
      after(10, key('c'), [key('vetoer')]),
      given('it was signed'),
    );
    expect([...nodesOf(requirement)].map(nodeId)).toEqual(['key(a)', 'act(x)', 'key(b)', 'key(c)']);
  });
});

describe('checkRequirement', () => {
  test.each([
    ['a count of zero', atLeast(0, [key('a')])],
    ['a count that is no whole number', atLeast(1.5, [key('a')])],
    ['an empty all', all()],
    ['a negative wait', after(-1, key('a'))],
    ['a wait of part of a second', after(0.5, key('a'))],
    ['a bad part of a good whole', anyOf(key('a'), all(atLeast(0, [])))],
    ['a bad vetoer', after(1, key('a'), [all()])],
  ])('refuses %s', (_, requirement) => {
    expect(() => checkRequirement(requirement)).toThrow(RangeError);
  });

  test('accepts what no one can meet: more owners needed than there are', () => {
    expect(() => checkRequirement(atLeast(3, [key('a')]))).not.toThrow();
  });
});

describe('taking', () => {
  test('is full control, or any power to spend from the account itself', () => {
    const spend = power('vault', { spend: 'usdc', limit: 5n });
    const rules: Rule[] = [
      { grants: spend, requires: key('a'), reader: 'test', evidence: [] },
      {
        grants: power('other', { spend: 'usdc', limit: 5n }),
        requires: key('a'),
        reader: 'test',
        evidence: [],
      },
      { grants: power('vault', 'pause'), requires: key('a'), reader: 'test', evidence: [] },
    ];
    expect(taking(rules, 'vault').of.map((node) => node.type === 'power' && nodeId(node))).toEqual([
      'act(vault)',
      'spend(vault, 5 of usdc)',
    ]);
  });
});
