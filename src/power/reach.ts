/**
 * When a set of leaves reaches a goal, and how: the definition itself, run. The time at which each node is
 * held falls from never, round by round, to the least fixed point of the rules, so that nothing holds
 * itself up.
 */
import { type Grant, graphOf, type Placed, placesBehind, placesIn } from './graph.ts';
import { type Leaf, nodeId, type Requirement, type Rule } from './model.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** The earliest second at which `held` reaches `goal`; `null` where it never does. */
export function earliest(
  rules: readonly Rule[],
  held: readonly Leaf[],
  goal: Requirement,
): number | null {
  const { times, wanted } = fixedPoint(rules, held, goal);
  const seconds = timeOf(wanted, times);
  return seconds === NEVER ? null : seconds;
}

/**
 * The rules by which `held` reaches `goal` at its earliest, each before those that it rests on.
 * Empty where `held` never reaches it.
 */
export function explain(
  rules: readonly Rule[],
  held: readonly Leaf[],
  goal: Requirement,
): readonly Rule[] {
  // What a node needed is noted when its time falls, not looked up at the end: by then another node
  // may be held as soon, by the help of this one.
  const because = new Map<number, { readonly rule: Rule; readonly needs: readonly number[] }>();
  const { times, wanted } = fixedPoint(rules, held, goal, (place, { rule, requires }, before) => {
    because.set(place, { rule, needs: neededBy(requires, before) });
  });
  const proof = new Set<Rule>();
  const walk = (needs: readonly number[]): void => {
    for (const place of needs) {
      const step = because.get(place);
      if (step === undefined || proof.has(step.rule)) continue;
      proof.add(step.rule);
      walk(step.needs);
    }
  };
  walk(neededBy(wanted, times));
  return [...proof];
}

/** When each node is held, by its place; never where there is none. */
type Times = ReadonlyMap<number, number>;

/**
 * When each node behind `goal` is held. A rule is looked at again where a node that it rests on has
 * fallen. `onFall` hears of every fall, with the times that the rule rested on.
 */
function fixedPoint(
  rules: readonly Rule[],
  held: readonly Leaf[],
  goal: Requirement,
  onFall: (place: number, grant: Grant, times: Times) => void = () => undefined,
): { readonly times: Times; readonly wanted: Placed } {
  const graph = graphOf(rules);
  const wanted = graph.placed(goal);
  const behind = placesBehind(graph, wanted);
  const grants = [...behind].flatMap((place) =>
    graph.grantsOf(place).map((grant) => ({ place, grant })),
  );
  const resting = new Map<number, number[]>();
  for (const [index, { grant }] of grants.entries()) {
    for (const place of placesIn(grant.requires)) {
      const others = resting.get(place);
      if (others === undefined) resting.set(place, [index]);
      else others.push(index);
    }
  }
  const times = new Map<number, number>();
  const pending = new Set(grants.keys());
  const fall = (place: number, seconds: number): void => {
    times.set(place, seconds);
    for (const index of resting.get(place) ?? []) pending.add(index);
  };
  const names = new Set(held.map(nodeId));
  for (const place of behind) {
    const node = graph.nodes[place];
    if (node?.type === 'leaf' && names.has(nodeId(node))) fall(place, 0);
  }
  for (const index of pending) {
    pending.delete(index);
    const next = grants[index];
    if (next === undefined) continue;
    const seconds = timeOf(next.grant.requires, times);
    if (seconds >= (times.get(next.place) ?? NEVER)) continue;
    onFall(next.place, next.grant, times);
    fall(next.place, seconds);
  }
  return { times, wanted };
}

/** When a requirement is met, given when each node is held. */
function timeOf(requirement: Placed, times: Times): number {
  switch (requirement.type) {
    case 'node':
      return times.get(requirement.place) ?? NEVER;
    case 'atLeast': {
      const met: number[] = [];
      for (const part of requirement.of) {
        const seconds = timeOf(part, times);
        if (seconds < NEVER) met.push(seconds);
      }
      return met.sort((a, b) => a - b)[requirement.count - 1] ?? NEVER;
    }
    case 'after':
      return timeOf(requirement.requirement, times) + requirement.seconds;
    case 'given':
      return 0;
  }
}

/** The nodes by which a requirement is met at its earliest; none where it never is. */
function neededBy(requirement: Placed, times: Times): readonly number[] {
  if (timeOf(requirement, times) === NEVER) return [];
  switch (requirement.type) {
    case 'node':
      return [requirement.place];
    case 'atLeast':
      return requirement.of
        .toSorted((a, b) => timeOf(a, times) - timeOf(b, times))
        .slice(0, requirement.count)
        .flatMap((part) => neededBy(part, times));
    case 'after':
      return neededBy(requirement.requirement, times);
    case 'given':
      return [];
  }
}
