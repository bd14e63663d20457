import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { powerOpenGraph } from '../../src/map/opengraph.ts';
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
import { exampleMap } from '../support/example.ts';
import { documentOf, ether, rule } from '../support/power-document.ts';

/** What BloodHound takes, and what its manual asks for besides. */
const endpoint = {
  type: 'object',
  properties: { match_by: { const: 'id' }, value: { type: 'string', pattern: '^[^:]+$' } },
  required: ['match_by', 'value'],
  additionalProperties: false,
};
const properties = {
  type: 'object',
  propertyNames: { pattern: '^[a-z]+$', not: { enum: ['objectid', 'ref'] } },
  additionalProperties: {
    anyOf: [
      { type: ['string', 'number', 'boolean'] },
      { type: 'array', minItems: 1, items: { type: 'string' } },
    ],
  },
};
const kind = { type: 'string', pattern: '^Castellan[A-Z][A-Za-z]+$' };
const ajv = new Ajv2020({ allowUnionTypes: true });
const validate = ajv.compile({
  type: 'object',
  properties: {
    metadata: { type: 'object', properties: { source_kind: { type: 'string' } } },
    graph: {
      type: 'object',
      properties: {
        nodes: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              id: { type: 'string', pattern: '^[^:]+$' },
              kinds: { type: 'array', items: kind, minItems: 1, maxItems: 3 },
              properties,
            },
            required: ['id', 'kinds', 'properties'],
            additionalProperties: false,
          },
        },
        edges: {
          type: 'array',
          items: {
            type: 'object',
            properties: { kind, start: endpoint, end: endpoint, properties },
            required: ['kind', 'start', 'end', 'properties'],
            additionalProperties: false,
          },
        },
      },
      required: ['nodes', 'edges'],
      additionalProperties: false,
    },
  },
  required: ['graph'],
  additionalProperties: false,
});

interface Payload {
  readonly graph: {
    readonly nodes: readonly {
      readonly id: string;
      readonly kinds: readonly string[];
      readonly properties: Readonly<Record<string, unknown>>;
    }[];
    readonly edges: readonly {
      readonly kind: string;
      readonly start: { readonly value: string };
      readonly end: { readonly value: string };
      readonly properties: Readonly<Record<string, unknown>>;
    }[];
  };
}

/** A payload of the right shape, whose edges have both ends. */
function sound(text: string): Payload['graph'] {
  const payload: Payload = JSON.parse(text);
  expect(validate(payload), ajv.errorsText(validate.errors)).toBe(true);
  const { nodes, edges } = payload.graph;
  const ids = new Set(nodes.map(({ id }) => id.toUpperCase()));
  expect(ids.size).toBe(nodes.length);
  for (const { start, end } of edges) {
    expect(nodes.map(({ id }) => id)).toEqual(expect.arrayContaining([start.value, end.value]));
  }
  const ends = edges.map(({ kind: of, start, end }) => `${of} ${start.value} ${end.value}`);
  expect(new Set(ends).size).toBe(edges.length);
  return payload.graph;
}

const SAFE = 'S';
const key = (id: string) => leaf('key', id);
const position = { account: SAFE, name: null, holdings: [] };

/** The edges of some rules: "CastellanControls key(a) act(S)", and their properties. */
const edgesOf = (...rules: readonly Rule[]) =>
  Object.fromEntries(
    sound(powerOpenGraph(documentOf({ rules, positions: [position] }))).edges.map(
      ({ kind: of, start, end, properties: { inferred, reader, ...rest } }) => [
        `${of} ${start.value} ${end.value}`,
        rest,
      ],
    ),
  );

describe('an OpenGraph payload', () => {
  test('of a real map has the shape that BloodHound takes', async () => {
    const { nodes, edges } = sound(powerOpenGraph(await exampleMap()));
    expect([...new Set(nodes.flatMap(({ kinds }) => kinds))].sort()).toEqual([
      'CastellanAccount',
      'CastellanDevice',
      'CastellanKey',
      'CastellanPerson',
      'CastellanVendor',
    ]);
    expect(nodes[0]?.properties).toMatchObject({
      name: expect.stringMatching(/^act 0x.* \(Treasury\)$/),
      position: true,
      usd: 40_250_000,
      fewest: 1,
      soonest: 0,
    });
    expect(edges).toContainEqual({
      kind: 'CastellanControls',
      start: { match_by: 'id', value: 'person(bob)' },
      end: {
        match_by: 'id',
        value: expect.stringMatching(/^key\(eip155\/1\/0x/),
      },
      properties: { delay: 0, reader: ['organisation'], inferred: false },
    });
  });

  test('tells who suffices alone from who needs others', () => {
    expect(
      edgesOf(
        rule(act(SAFE), atLeast(2, [key('a'), anyOf(key('b'), key('c'))], 'owners')),
        rule(act(SAFE), after(60, anyOf(key('a'), all(key('b'), after(5, key('d')))))),
      ),
    ).toEqual({
      'CastellanPartIn key(a) act(S)': { delay: 0, quorum: ['2 of 2 owners'] },
      'CastellanPartIn key(b) act(S)': {
        delay: 0,
        quorum: ['2 of 2 owners, of these 1 of 2', '1 of 2, of these 2 of 2'],
      },
      'CastellanPartIn key(c) act(S)': { delay: 0, quorum: ['2 of 2 owners, of these 1 of 2'] },
      'CastellanControls key(a) act(S)': { delay: 60, quorum: ['1 of 2'] },
      'CastellanPartIn key(d) act(S)': { delay: 65, quorum: ['1 of 2, of these 2 of 2'] },
    });
  });

  test('counts what was given already', () => {
    expect(edgesOf(rule(act(SAFE), atLeast(2, [given('signed'), key('a'), key('b')])))).toEqual({
      'CastellanControls key(a) act(S)': { delay: 0, quorum: ['2 of 3'] },
      'CastellanControls key(b) act(S)': { delay: 0, quorum: ['2 of 3'] },
    });
    expect(edgesOf(rule(act(SAFE), anyOf(after(9, given('queued')), key('a'))))).toEqual({
      'CastellanControls castellan anyone act(S)': { delay: 9 },
    });
  });

  test('says of each node what it is, and what could not be read', () => {
    const { nodes } = sound(
      powerOpenGraph(
        documentOf({
          rules: [
            rule(act(SAFE), leaf('opaque', SAFE)),
            rule(power(SAFE, 'pause'), role(SAFE, 'GUARDIAN')),
            rule(power(SAFE, { spend: 'usdc', limit: 5n }), key('a')),
          ],
          positions: [{ ...position, holdings: [ether(1n, 250_050n)] }],
          unread: [{ account: SAFE, reason: 'no reader' }],
        }),
      ),
    );
    const unread = ['no reader'];
    expect(nodes.map(({ kinds, properties: { name, ...rest } }) => [kinds, rest])).toEqual([
      [
        ['CastellanAccount'],
        { node: 'act(S)', unread, position: true, usd: 2500.5, fewest: 1, soonest: 0 },
      ],
      [['CastellanUnread'], { node: 'opaque(S)', unread }],
      [['CastellanPower'], { node: 'pause(S)', unread }],
      [['CastellanRole'], { node: 'role(S, GUARDIAN)', unread }],
      [
        ['CastellanPower'],
        {
          node: 'spend(S, 5 of usdc)',
          unread,
          position: true,
          usd: 2500.5,
          fewest: 1,
          soonest: 0,
        },
      ],
      [['CastellanKey'], { node: 'key(a)' }],
    ]);
  });

  test('keeps apart what BloodHound would not, and shows nothing raw', () => {
    const rules = [
      rule(act(SAFE), all(leaf('person', 'Alice'), leaf('person', 'alice'))),
      rule(role(SAFE, 'a:\u202e"'), role(SAFE, 'A/\u202e"')),
    ];
    const text = powerOpenGraph(documentOf({ rules, positions: [position] }));
    expect(sound(text).nodes.map(({ id }) => id)).toEqual([
      'act(S)',
      'person(Alice)',
      'person(alice)_2',
      'role(S, a/\\u{202e}")',
      'role(S, A/\\u{202e}")_2',
    ]);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('of another shape is noticed', () => {
    const node = { id: 'a', kinds: ['CastellanKey'], properties: {} };
    const graph = (more: object) => ({ graph: { nodes: [{ ...node, ...more }], edges: [] } });
    expect(validate(graph({}))).toBe(true);
    expect(validate(graph({ id: 'a:b' }))).toBe(false);
    expect(validate(graph({ properties: { objectid: 'a' } }))).toBe(false);
    expect(validate(graph({ properties: { name: null } }))).toBe(false);
    expect(validate(graph({ properties: { name: {} } }))).toBe(false);
  });
});
