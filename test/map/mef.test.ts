import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import type { PowerDocument } from '../../src/map/document.ts';
import { powerMef } from '../../src/map/mef.ts';
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
  role,
} from '../../src/power/model.ts';
import { account } from '../support/accounts.ts';
import { exampleMap } from '../support/example.ts';
import {
  coalitionsOf,
  cutSets,
  cutSetsByScram,
  hasScram,
  named,
  nameOf,
  parseXml,
  setsOf,
} from '../support/fault-trees.ts';
import { documentOf, rule } from '../support/power-document.ts';
import { GOAL, graph } from '../support/power-graphs.ts';

const id = (index: number) => `eip155:1:${account(index)}`;
const SAFE = id(1);
const key = (index: number) => leaf('key', id(index));
const at = (where: string) => ({ account: where, name: null, holdings: [] });

const treesOf = (rules: readonly Rule[], ...positions: readonly string[]) =>
  powerMef(documentOf({ rules, positions: positions.map(at) }));

describe('the fault tree of a position', () => {
  test('has the coalitions of any graph as its minimal cut sets', () => {
    fc.assert(
      fc.property(graph, (rules) => {
        expect(cutSets(treesOf(rules, 'v'))).toEqual([coalitionsOf(rules, GOAL)]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('keeps them apart from those of others, and shares what they share', () => {
    fc.assert(
      fc.property(graph, (rules) => {
        expect(cutSets(treesOf(rules, 'v', 'w', 'x'))).toEqual(
          ['v', 'w', 'x'].map((each) => coalitionsOf(rules, act(each))),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('counts powers to spend, and a signer of two wallets once at each', () => {
    const rules = [
      rule(power(SAFE, { spend: 'eip155:1/slip44:60', limit: 5n }), key(9)),
      rule(act(SAFE), all(act(id(2)), act(id(3)))),
      rule(act(id(2)), atLeast(2, [key(4), key(5), key(6)], 'owners')),
      rule(act(id(3)), atLeast(2, [key(5), key(6), key(7)], 'owners')),
    ];
    const goal = anyOf(act(SAFE), key(9));
    expect(cutSets(treesOf(rules, SAFE))).toEqual([coalitionsOf(rules, goal)]);
    expect(treesOf(rules, SAFE)).toContain(`act ${account(2)}: 2 of 3 owners</label>`);
  });

  test('counts an owner for as many as its key has', () => {
    // Two of the three are one key: 2 of 3 is that key, and 3 of 3 both.
    const owners = [2, 3, 4].map((each) => act(id(each)));
    const keys = [rule(act(id(2)), key(8)), rule(act(id(3)), key(8)), rule(act(id(4)), key(9))];
    const needing = (count: number) => [rule(act(SAFE), atLeast(count, owners)), ...keys];
    expect(cutSets(treesOf(needing(2), SAFE))).toEqual([setsOf([[nodeId(key(8))]])]);
    expect(cutSets(treesOf(needing(3), SAFE))).toEqual([
      setsOf([[nodeId(key(8)), nodeId(key(9))]]),
    ]);
  });

  test.each<[string, Requirement, readonly string[], string]>([
    ['given', given('never set up'), [''], 'true'],
    ['impossible', anyOf(), [], 'false'],
  ])('is a house event where all is %s', (name, requires, sets, value) => {
    const text = treesOf([rule(act(SAFE), requires)], SAFE);
    expect(cutSets(text)).toEqual([sets]);
    expect(text).toContain(`<house-event name="${name}"/>`);
    expect(text).toContain(`<constant value="${value}"/>`);
  });

  test('says which waits it leaves out, and what was not read', () => {
    const labelOf = (document: PowerDocument) =>
      named(parseXml(powerMef(document)), 'label')[0]?.textContent;
    const unread = [{ account: id(3), reason: 'no reader' }];
    const rules = [rule(act(SAFE), anyOf(after(60, key(2)), leaf('opaque', id(3))))];
    expect(labelOf(documentOf({ rules, positions: [at(SAFE)], unread }))).toBe(
      'Who can take what. Chain 1, block 20000000, 2024-06-01T22:36:47.000Z. ' +
        'The waits of 1 rule are left out. ' +
        'Cycles are unrolled, and what is met already is worked out. ' +
        '1 could not be read: more may hold power than is said here.',
    );
    expect(labelOf(documentOf({ rules: [], positions: [] }))).toContain('No rule asks for a wait.');
  });

  test('of a long cycle is found in time; of one that needs too much room, not at all', () => {
    // Who takes it is not asked of our own analysis, which may take longer.
    const treeOf = (rules: readonly Rule[]) => {
      const { positions } = documentOf({ rules: [], positions: [at(SAFE)] });
      return powerMef({ ...documentOf({ rules, positions: [] }), positions });
    };
    const ring = (size: number, more: (index: number) => Requirement) =>
      Array.from({ length: size }, (_, index) =>
        rule(act(id(index + 1)), anyOf(more(index), act(id(((index + 1) % size) + 1)))),
      );
    const long = ring(5_000, (index) => (index === 4_999 ? key(1) : anyOf()));
    expect(cutSets(treeOf(long))).toEqual([setsOf([[nodeId(key(1))]])]);

    const others = Array.from({ length: 200 }, (_, index) => act(id(index + 1)));
    const knot = others.map((each, index) => rule(each, anyOf(key(index), atLeast(2, others))));
    expect(() => treeOf(knot)).toThrow(
      new InputError('--format mef', 'the map needs more than 500000 inputs of gates'),
    );
  });
});

describe('a name', () => {
  test('is one that the format allows, and no other has, whatever an attacker wrote', () => {
    const hostile = '"/><evil a="\u202e\u0000\ufffe]]>&amp;<!-- -. \ud800';
    const roles = [hostile, `${hostile}!`, 'A', 'a', 'a.', '-a', 'é', 'x'.repeat(10_000)];
    const people = roles.map((_, index) => leaf('person', `p${index}`));
    const document = documentOf({
      rules: [
        rule(
          act(SAFE),
          atLeast(
            3,
            roles.map((name) => role(SAFE, name)),
            hostile,
          ),
        ),
        ...roles.map((name, index) =>
          rule(role(SAFE, name), atLeast(2, people.slice(0, index + 2))),
        ),
      ],
      positions: [{ ...at(SAFE), name: hostile }],
      names: { 'person(p1)': hostile },
    });
    const text = powerMef(document);
    const root = parseXml(text);
    const tags = new Set(named(root, '*').map(({ tagName }) => tagName));
    expect([...tags].sort()).toEqual([
      'and',
      'atleast',
      'attribute',
      'attributes',
      'basic-event',
      'define-basic-event',
      'define-fault-tree',
      'define-gate',
      'float',
      'gate',
      'label',
      'model-data',
      'or',
    ]);
    const defined = ['define-gate', 'define-basic-event'].flatMap((tag) =>
      named(root, tag).map(nameOf),
    );
    expect(new Set(defined.map((name) => name.toLowerCase())).size).toBe(defined.length);
    for (const name of defined) expect(name).toMatch(/^[A-Za-z]\w{0,130}$/);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{NChar}]/u);
    expect(text).toContain('&quot;/&gt;&lt;evil');
  });
});

/** The same node of one of many graphs. */
const moved = (node: Node, graphNumber: number): Node =>
  node.type === 'leaf'
    ? { ...node, id: `${node.id}${graphNumber}` }
    : { ...node, account: `${node.account}${graphNumber}` };

function within(requirement: Requirement, graphNumber: number): Requirement {
  switch (requirement.type) {
    case 'power':
    case 'leaf':
      return moved(requirement, graphNumber);
    case 'given':
      return requirement;
    case 'after':
      return { ...requirement, requirement: within(requirement.requirement, graphNumber) };
    default:
      return { ...requirement, of: requirement.of.map((part) => within(part, graphNumber)) };
  }
}

describe.skipIf(!hasScram())('SCRAM, where it is installed, reads the fault trees', () => {
  test('of a real map, and finds the same coalitions', async () => {
    const document = await exampleMap();
    const expected = document.positions.map(({ coalitions: { list } }) =>
      setsOf(list.map(({ leaves }) => leaves)),
    );
    expect(expected.map(({ length }) => length)).toEqual([9, 21, 3]);
    expect(cutSetsByScram(powerMef(document))).toEqual(expected);
  });

  test('where two of three owners come down to one key', () => {
    const [a, b, e] = [key(2), key(3), key(4)];
    const rules = [rule(act(SAFE), atLeast(2, [e, all(e, anyOf(b, e)), anyOf(e, a)]))];
    expect(cutSetsByScram(treesOf(rules, SAFE))).toEqual([[nodeId(e)]]);
  });

  test('of any graph, and finds the same coalitions', () => {
    fc.assert(
      fc.property(fc.array(graph, { minLength: 40, maxLength: 40 }), (graphs) => {
        // Many in one document: starting SCRAM is what takes long.
        const apart = graphs.flatMap((rules, index) =>
          rules.map(({ grants, requires, ...rest }): Rule => {
            return { ...rest, grants: moved(grants, index), requires: within(requires, index) };
          }),
        );
        const text = treesOf(apart, ...graphs.map((_, index) => `v${index}`));
        expect(cutSetsByScram(text)).toEqual(
          graphs.map((_, index) => coalitionsOf(apart, act(`v${index}`))),
        );
      }),
      { numRuns: 10 },
    );
  });
});
