/**
 * Who reaches something, over time: the family of minimal sets that reach it by then, at each second from
 * which on there are others. No set of an earlier step is lost; a later set may take its place.
 */
import { type Families, type Family, GIVEN, NOTHING } from './families.ts';

/** The sets that reach something at `seconds`, until the next step. */
interface Step {
  readonly seconds: number;
  readonly family: Family;
}

/** By ascending seconds; each family is another than the one before. */
export type Staircase = readonly Step[];

export const NEVER_REACHED: Staircase = [];
export const ALREADY_REACHED: Staircase = [{ seconds: 0, family: GIVEN }];

/** Steps past this many are taken together with the last. */
export const MAX_STEPS = 64;

/** The family that reaches it by `seconds`. */
export function familyAt(staircase: Staircase, seconds: number): Family {
  let family = NOTHING;
  for (const step of staircase) {
    if (step.seconds > seconds) break;
    family = step.family;
  }
  return family;
}

/** All sets, however long they take. */
export const inTheEnd = (staircase: Staircase): Family => staircase.at(-1)?.family ?? NOTHING;

/** The same, so many seconds later. */
export const later = (staircase: Staircase, seconds: number): Staircase =>
  seconds === 0
    ? staircase
    : staircase.map((step) => ({ seconds: step.seconds + seconds, family: step.family }));

/** Where `count` of several things are reached. */
export function atLeast(
  { atLeast: join }: Families,
  count: number,
  of: readonly Staircase[],
): Staircase {
  const [only] = of;
  if (only !== undefined && of.length === 1 && count === 1) return only;
  const times = [...new Set(of.flatMap((part) => part.map(({ seconds }) => seconds)))];
  const steps: Step[] = [];
  for (const seconds of times.sort((a, b) => a - b)) {
    const family = join(
      count,
      of.map((part) => familyAt(part, seconds)).filter((part) => part !== NOTHING),
    );
    if (family !== (steps.at(-1)?.family ?? NOTHING)) steps.push({ seconds, family });
  }
  return steps;
}

/** Whether two are the same, step by step. */
export const isSame = (one: Staircase, other: Staircase): boolean =>
  one.length === other.length &&
  one.every(({ seconds, family }, index) => {
    const step = other[index];
    return step?.seconds === seconds && step.family === family;
  });
