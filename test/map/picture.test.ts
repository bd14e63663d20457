import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { powerText } from '../../src/cli/power-text.ts';
import type { PowerDocument } from '../../src/map/document.ts';
import { powerDot } from '../../src/map/dot.ts';
import { powerMarkdown } from '../../src/map/markdown.ts';
import { toPicture } from '../../src/map/picture.ts';
import { powerSvg } from '../../src/map/svg.ts';
import {
  act,
  after,
  anyOf,
  atLeast,
  given,
  leaf,
  power,
  type Requirement,
  role,
} from '../../src/power/model.ts';
import { account } from '../support/accounts.ts';
import { exampleMap } from '../support/example.ts';
import { documentOf, ether, rule } from '../support/power-document.ts';

const id = (index: number) => `eip155:1:${account(index)}`;
const SAFE = id(1);
const OWNERS = [2, 3, 4].map(id);
const keys = OWNERS.map((owner) => rule(act(owner), leaf('key', owner)));
const position = { account: SAFE, name: 'Treasury', holdings: [ether(2n, 500_000n)] };

const drawn = (...rules: Parameters<typeof documentOf>[0]['rules']) =>
  toPicture(documentOf({ rules, positions: [position] }));

/** The edges of a picture, by the titles of their ends. */
function edgesOf({ vertices, edges }: ReturnType<typeof toPicture>): readonly string[] {
  const title = (vertex: string) => vertices.find((each) => each.id === vertex)?.title ?? vertex;
  return edges.map(({ from, to, label, takes, isInferred }) => {
    const marks = `${takes ? '' : ' (other)'}${isInferred ? ' (inferred)' : ''}`;
    return `${title(from)} -> ${title(to)}${label === '' ? '' : `: ${label}`}${marks}`;
  });
}

const shown = (index: number) => `${account(index).slice(0, 10)}…${account(index).slice(-5)}`;

describe('a picture', () => {
  test('says "2 of 3" once, between the account and its owners', () => {
    const picture = drawn(rule(act(SAFE), atLeast(2, OWNERS.map(act), 'owners')), ...keys);
    expect(edgesOf(picture)).toEqual([
      `${shown(2)} -> 2 of 3 owners`,
      `${shown(3)} -> 2 of 3 owners`,
      `${shown(4)} -> 2 of 3 owners`,
      '2 of 3 owners -> Treasury',
    ]);
    expect(picture.vertices.map(({ type }) => type)).toEqual([
      'position',
      'gate',
      'key',
      'key',
      'key',
    ]);
    expect(picture.vertices[0]?.lines).toEqual([
      shown(1),
      'code that no reader knows',
      '$5k',
      '2 keys, at once',
    ]);
  });

  test('tells a wait, and powers that take nothing from those that do', () => {
    const [a, b] = OWNERS as [string, string];
    const picture = drawn(
      rule(power(SAFE, 'upgrade'), after(172_800, act(a))),
      rule(act(SAFE), power(SAFE, 'upgrade')),
      rule(power(SAFE, 'pause'), act(b)),
      rule(role(SAFE, 'GUARDIAN'), act(b), { inferred: true }),
      rule(role(SAFE, 'OWNER'), act(a), { inferred: true }),
      rule(act(SAFE), role(SAFE, 'OWNER')),
      ...keys,
    );
    expect(edgesOf(picture)).toEqual([
      `${shown(2)} -> Treasury: upgrade after 2 d, OWNER`,
      `${shown(3)} -> Treasury: pause, GUARDIAN (other)`,
    ]);
  });

  test('marks what the bytecode alone says', () => {
    const requires = anyOf(...OWNERS.map(act));
    expect(edgesOf(drawn(rule(act(SAFE), requires, { inferred: true }), ...keys))).toContain(
      '1 of 3 -> Treasury (inferred)',
    );
  });

  test('follows keys to the people who have them', () => {
    const [a] = OWNERS as [string];
    const picture = toPicture(
      documentOf({
        rules: [
          rule(act(SAFE), act(a)),
          ...keys,
          rule(leaf('key', a), leaf('device', 'ledger')),
          rule(leaf('device', 'ledger'), leaf('person', 'alice')),
        ],
        positions: [position],
        names: { 'person(alice)': 'Alice Example' },
      }),
    );
    expect(edgesOf(picture)).toEqual([
      `${shown(2)} -> Treasury`,
      `ledger -> ${shown(2)}`,
      'Alice Example -> ledger',
    ]);
  });

  test.each<[string, Requirement, string]>([
    ['what could not be read', leaf('opaque', SAFE), 'not read'],
    ['what anyone may do', given('never set up'), 'code that no reader knows'],
  ])('shows %s', (_, requires, line) => {
    const { vertices, warning } = toPicture(
      documentOf({
        rules: [rule(act(SAFE), requires)],
        positions: [position],
        unread: requires.type === 'leaf' ? [{ account: SAFE, reason: 'no reader' }] : [],
      }),
    );
    expect(vertices[0]?.lines).toContain(line);
    expect(vertices[0]?.isUnread).toBe(requires.type === 'leaf');
    expect(warning).toBe(
      requires.type === 'leaf' ? '1 could not be read: more may hold power' : null,
    );
  });

  test('is bounded, and says what it leaves out', () => {
    const many = Array.from({ length: 400 }, (_, index) => id(1_000 + index));
    const { vertices, warning } = drawn(
      rule(act(SAFE), leaf('key', SAFE)),
      ...many.map((each) => rule(power(SAFE, 'pause'), leaf('key', each))),
    );
    expect(vertices).toHaveLength(300);
    expect(warning).toBe('only 300 of 401 are drawn');
  });
});

const HOSTILE = '</text><script>alert(1)</script>"\\N | `x` @team \u202e www.evil.example http://e';

const hostile = (): PowerDocument =>
  documentOf({
    rules: [
      rule(role(SAFE, HOSTILE), leaf('person', 'x')),
      rule(act(SAFE), given(HOSTILE)),
      rule(act(SAFE), leaf('opaque', id(9))),
    ],
    positions: [
      { ...position, name: HOSTILE, holdings: [{ ...ether(1n, null), symbol: HOSTILE }] },
    ],
    names: { [SAFE]: HOSTILE, 'person(x)': HOSTILE },
    unread: [{ account: id(9), reason: HOSTILE }],
  });

describe('what an attacker wrote', () => {
  test('stays text in a picture', () => {
    const svg = powerSvg(hostile());
    const tags = new Set(svg.match(/(?<=<\/?)\w+/g));
    expect([...tags].sort()).toEqual(['g', 'path', 'rect', 'svg', 'text', 'title', 'tspan']);
    expect(svg).toContain('&lt;script&gt;');
    expect(svg.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('ends no string of a Graphviz file', () => {
    const dot = powerDot(hostile());
    const outside = dot.replace(/"(?:[^"\\]|\\.)*"/g, '""');
    expect(outside).not.toMatch(/script|alert/);
    expect(dot).toContain('\\\\N');
    expect(dot.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('is neither markup nor a link nor a cell in a report', () => {
    const markdown = powerMarkdown(hostile());
    expect(markdown).not.toMatch(/(?<!\\)[<>`]script|(?<!\\)`x|http:\/\/|www\.evil|[^\\]@team/);
    const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
    expect(rows.map((row) => row.match(/(?<!\\)\|/g)?.length)).toEqual([5, 5, 5]);
    expect(markdown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('the documentation', () => {
  test('shows the picture of its example as it is drawn: npm run pictures', async () => {
    expect(await readFile('docs/images/map.svg', 'utf8')).toBe(powerSvg(await exampleMap()));
  });

  test('shows the text of its example as it is printed', async () => {
    const text = powerText(await exampleMap());
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    const shown = text.split('\n\n').slice(0, 4).join('\n\n');
    expect(await readFile('docs/map.md', 'utf8')).toContain(shown.trimEnd());
  });
});
