import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Families,
  type Family,
  families,
  GIVEN,
  NOTHING,
  TooLargeError,
} from '../../src/power/families.ts';

const LEAVES = 7;

/** A set of leaves as the bits of a number. */
type Bits = number;

const aSet = fc.nat({ max: 2 ** LEAVES - 1 });
const someSets = fc.array(aSet, { maxLength: 8 });

const isPart = (part: Bits, whole: Bits): boolean => (part & whole) === part;
const sizeOf = (set: Bits): number => [...set.toString(2)].filter((bit) => bit === '1').length;
const minimal = (sets: readonly Bits[]): readonly Bits[] =>
  [...new Set(sets)]
    .filter((set) => !sets.some((other) => other !== set && isPart(other, set)))
    .sort((a, b) => a - b);
const pairs = (one: readonly Bits[], other: readonly Bits[]): readonly Bits[] =>
  minimal(one.flatMap((a) => other.map((b) => a | b)));

function familyOf(by: Families, sets: readonly Bits[]): Family {
  const leavesOf = (set: Bits): readonly number[] =>
    Array.from({ length: LEAVES }, (_, leaf) => leaf).filter((leaf) => (set >> leaf) % 2 === 1);
  return sets
    .map((set) => leavesOf(set).map(by.single).reduce(by.both, GIVEN))
    .reduce(by.either, NOTHING);
}

const setsIn = (by: Families, family: Family): readonly Bits[] =>
  Array.from({ length: LEAVES + 1 }, (_, size) => [...by.setsOf(family, size)])
    .flat()
    .map((set) => set.reduce((bits, leaf) => bits | (1 << leaf), 0))
    .sort((a, b) => a - b);

describe('families of sets are what they are by definition', () => {
  test.each<
    [
      string,
      (by: Families, f: Family, g: Family) => Family,
      (a: Bits[], b: Bits[]) => readonly Bits[],
    ]
  >([
    ['the sets of either', ({ either }, f, g) => either(f, g), (a, b) => minimal([...a, ...b])],
    ['both', ({ both }, f, g) => both(f, g), pairs],
    [
      'outside another',
      ({ outside }, f, g) => outside(f, g),
      (a, b) => minimal(a).filter((set) => !b.some((part) => isPart(part, set))),
    ],
    [
      'avoiding some leaves',
      ({ avoiding }, f) => avoiding(f, (leaf) => leaf < 3),
      (a) => minimal(a).filter((set) => (set & 7) === 0),
    ],
    [
      'with one leaf given',
      ({ given }, f) => given(f, 2),
      (a) => minimal(a.map((set) => set & ~4)),
    ],
    [
      'two of three',
      ({ atLeast, single }, f, g) => atLeast(2, [f, g, single(0)]),
      (a, b) => minimal([...pairs(a, b), ...pairs(a, [1]), ...pairs(b, [1])]),
    ],
  ])('%s', (_, family, sets) => {
    fc.assert(
      fc.property(someSets, someSets, (a, b) => {
        const by = families();
        const found = family(by, familyOf(by, a), familyOf(by, b));
        expect(setsIn(by, found)).toEqual(sets(a, b));
      }),
      { numRuns: 500 },
    );
  });

  test('the same sets are the same number, whatever the order they came in', () => {
    fc.assert(
      fc.property(someSets, (sets) => {
        const by = families();
        expect(familyOf(by, sets)).toBe(familyOf(by, minimal(sets).toReversed()));
      }),
    );
  });

  test('counts and sizes', () => {
    fc.assert(
      fc.property(someSets, (sets) => {
        const by = families();
        const family = familyOf(by, sets);
        const sizes = minimal(sets).map(sizeOf);
        expect(by.count(family)).toBe(BigInt(sizes.length));
        const counts = Array.from({ length: 1 + Math.max(-1, ...sizes) }, (_, leaves) =>
          BigInt(sizes.filter((size) => size === leaves).length),
        );
        expect(by.counts(family)).toEqual(counts);
        expect(by.fewest(family)).toBe(Math.min(Number.POSITIVE_INFINITY, ...sizes));
        expect(by.most(family)).toBe(Math.max(0, ...sizes));
      }),
    );
  });

  test('of sets of a few leaves, they are the small ones of all', () => {
    fc.assert(
      fc.property(someSets, someSets, fc.integer({ min: 1, max: 4 }), (a, b, order) => {
        const by = families({ order });
        const small = (sets: readonly Bits[]) => sets.filter((set) => sizeOf(set) <= order);
        const [f, g] = [familyOf(by, small(minimal(a))), familyOf(by, small(minimal(b)))];
        expect(setsIn(by, by.both(f, g))).toEqual(small(pairs(minimal(a), minimal(b))));
      }),
    );
  });
});

test('half of a hundred owners are counted without being listed', () => {
  const by = families();
  const owners = Array.from({ length: 100 }, (_, leaf) => by.single(leaf));
  expect(by.count(by.atLeast(50, owners))).toBe(100_891_344_545_564_193_334_812_497_256n);
  expect(by.size()).toBeLessThan(10_000);
});

test('more nodes than there is room for are refused', () => {
  const by = families({ nodes: 64 });
  const owners = Array.from({ length: 30 }, (_, leaf) => by.single(leaf));
  expect(() => by.atLeast(15, owners)).toThrow(TooLargeError);
});
