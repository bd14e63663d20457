/**
 * Who can take what, how few it takes and how soon: the definition itself, run.
 *
 * Sets of leaves are tried in order of size, and the time at which each reaches the goal is the least
 * fixed point of the rules. Slow and obvious on purpose: it is the judge of any faster engine.
 */
import {
  checkRequirement,
  type Leaf,
  type Node,
  nodeId,
  nodesOf,
  type Requirement,
  type Rule,
} from './model.ts';

/** A minimal set of leaves that reaches a goal, and the earliest second at which it does. */
export interface Coalition {
  readonly leaves: readonly Leaf[];
  readonly seconds: number;
}

/**
 * Every minimal coalition for one goal.
 *
 * A set is listed when no smaller part of it gets there as soon: so for any time budget, the minimal
 * coalitions are the smallest of those listed within it.
 */
export interface Coalitions {
  /** Fewest leaves first, then soonest, then by name. */
  readonly list: readonly Coalition[];
  /** Every set of up to this many leaves was examined. */
  readonly examinedTo: number;
  /** False when the limit ended the search: larger coalitions may exist beyond `examinedTo`. */
  readonly complete: boolean;
}

/** How much work an analysis may do. */
export interface Limits {
  /** Sets of leaves tried per goal. */
  readonly sets: number;
}

export const DEFAULT_LIMITS: Limits = { sets: 200_000 };

const NEVER = Number.POSITIVE_INFINITY;

/** All minimal coalitions for `goal` under `rules`, within `limits`. */
export function coalitions(
  rules: readonly Rule[],
  goal: Requirement,
  limits: Limits = DEFAULT_LIMITS,
): Coalitions {
  const graph = cone(rules, goal);
  const soonestOfAll = graph.timeFor(graph.leaves);
  if (soonestOfAll === NEVER) {
    return { list: [], examinedTo: graph.leaves.length, complete: true };
  }
  const found: Coalition[] = [];
  let tried = 0;
  let candidates: Iterable<Candidate> = [{ set: [], best: NEVER }];
  for (let size = 0; ; size += 1) {
    const open = new Map<string, Candidate>();
    for (const { set, best } of candidates) {
      if (tried >= limits.sets) return result(found, size - 1, false);
      tried += 1;
      const leaves = set.flatMap((index) => graph.leaves[index] ?? []);
      const seconds = graph.timeFor(leaves);
      if (seconds < best) found.push({ leaves, seconds });
      const least = Math.min(seconds, best);
      // Nothing beats what every leaf together achieves: no larger set can improve on that.
      if (least > soonestOfAll) open.set(set.join(), { set, best: least });
    }
    if (open.size === 0 || size === graph.leaves.length) {
      return result(found, graph.leaves.length, true);
    }
    candidates = extensions(open, graph.leaves.length);
  }
}

/** A set of leaves to try, as ascending indices, and the best time of any smaller set within it. */
interface Candidate {
  readonly set: readonly number[];
  readonly best: number;
}

/** Every set, one leaf larger, of which all parts are open: any other contains one that is settled. */
function* extensions(open: ReadonlyMap<string, Candidate>, leaves: number): Generator<Candidate> {
  for (const { set } of open.values()) {
    for (let next = (set.at(-1) ?? -1) + 1; next < leaves; next += 1) {
      const larger = [...set, next];
      const parts = larger
        .map((_, index) => open.get(larger.toSpliced(index, 1).join()))
        .filter((part) => part !== undefined);
      if (parts.length < larger.length) continue;
      yield { set: larger, best: Math.min(...parts.map(({ best }) => best)) };
    }
  }
}

/** The earliest second at which `held` reaches `goal`; `null` where it never does. */
export function earliest(
  rules: readonly Rule[],
  held: readonly Leaf[],
  goal: Requirement,
): number | null {
  const seconds = cone(rules, goal).timeFor(held);
  return seconds === NEVER ? null : seconds;
}

/** Every leaf that `goal` rests on in any way, by name. */
export function leavesBehind(rules: readonly Rule[], goal: Requirement): readonly Leaf[] {
  return cone(rules, goal).leaves;
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
  return cone(rules, goal).proofFor(held);
}

/** How many more leaves the smallest coalition needs once `leaf` is in hostile hands. */
export interface Contribution {
  readonly leaf: Leaf;
  readonly remaining: number;
}

/**
 * What one vendor, device or person brings: for each that is part of a coalition, how many other
 * leaves are still needed with it. (The least set that wins together with a leaf is a minimal
 * coalition without that leaf, so the list of coalitions holds the answer.)
 */
export function contributions(found: Coalitions): readonly Contribution[] {
  const remaining = new Map<string, Contribution>();
  const fewest = found.list[0]?.leaves.length;
  if (fewest === undefined) return [];
  for (const { leaves } of found.list) {
    for (const member of leaves) {
      if (member.kind === 'key' || member.kind === 'opaque') continue;
      const id = nodeId(member);
      const others = leaves.length - 1;
      const least = Math.min(others, fewest, remaining.get(id)?.remaining ?? NEVER);
      remaining.set(id, { leaf: member, remaining: least });
    }
  }
  return [...remaining.values()].sort(
    (a, b) => a.remaining - b.remaining || byName(a.leaf, b.leaf),
  );
}

function result(found: readonly Coalition[], examinedTo: number, complete: boolean): Coalitions {
  const names = ({ leaves }: Coalition): string => leaves.map(nodeId).join();
  const list = found.toSorted(
    (a, b) =>
      a.leaves.length - b.leaves.length || a.seconds - b.seconds || compare(names(a), names(b)),
  );
  return { list, examinedTo, complete };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byName = (a: Node, b: Node): number => compare(nodeId(a), nodeId(b));

/** The part of a graph that a goal rests on. */
interface Cone {
  /** By name, so that the same graph is searched in the same order whatever the order of its rules. */
  readonly leaves: readonly Leaf[];
  timeFor(held: readonly Leaf[]): number;
  proofFor(held: readonly Leaf[]): readonly Rule[];
}

function cone(rules: readonly Rule[], goal: Requirement): Cone {
  const rulesFor = new Map<string, Rule[]>();
  for (const rule of rules) {
    const id = nodeId(rule.grants);
    rulesFor.set(id, [...(rulesFor.get(id) ?? []), rule]);
  }
  const nodes = new Map<string, Node>();
  const pending: Requirement[] = [goal];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    checkRequirement(next);
    for (const node of nodesOf(next)) {
      const id = nodeId(node);
      if (nodes.has(id)) continue;
      nodes.set(id, node);
      for (const rule of rulesFor.get(id) ?? []) pending.push(rule.requires);
    }
  }
  const leaves = [...nodes.values()].filter((node) => node.type === 'leaf').sort(byName);
  const granted = [...nodes.keys()].filter((id) => rulesFor.has(id));

  /**
   * When each node is held: times that fall from never, round by round, to the least fixed point.
   * `onFall` hears of every fall, with the times that the rule rested on.
   */
  function fixedPoint(
    held: readonly Leaf[],
    onFall: (id: string, rule: Rule, times: ReadonlyMap<string, number>) => void = () => undefined,
  ): ReadonlyMap<string, number> {
    const times = new Map(held.map((member) => [nodeId(member), 0]));
    for (let changed = true; changed; ) {
      changed = false;
      for (const id of granted) {
        for (const rule of rulesFor.get(id) ?? []) {
          const seconds = timeOf(rule.requires, times);
          if (seconds >= (times.get(id) ?? NEVER)) continue;
          onFall(id, rule, times);
          times.set(id, seconds);
          changed = true;
        }
      }
    }
    return times;
  }

  function proofFor(held: readonly Leaf[]): readonly Rule[] {
    // What a node needed is noted when its time falls, not looked up at the end: by then another node
    // may be held as soon, by the help of this one.
    const because = new Map<string, { readonly rule: Rule; readonly needs: readonly Node[] }>();
    const times = fixedPoint(held, (id, rule, before) => {
      because.set(id, { rule, needs: neededBy(rule.requires, before) });
    });
    const proof = new Set<Rule>();
    const walk = (needs: readonly Node[]): void => {
      for (const node of needs) {
        const step = because.get(nodeId(node));
        if (step === undefined || proof.has(step.rule)) continue;
        proof.add(step.rule);
        walk(step.needs);
      }
    };
    walk(neededBy(goal, times));
    return [...proof];
  }

  return { leaves, timeFor: (held) => timeOf(goal, fixedPoint(held)), proofFor };
}

/** When a requirement is met, given when each node is held. */
function timeOf(requirement: Requirement, times: ReadonlyMap<string, number>): number {
  switch (requirement.type) {
    case 'power':
    case 'leaf':
      return times.get(nodeId(requirement)) ?? NEVER;
    case 'all':
      return Math.max(...requirement.of.map((part) => timeOf(part, times)));
    case 'any':
      return Math.min(...requirement.of.map((part) => timeOf(part, times)));
    case 'atLeast':
      return soonest(requirement.count, requirement.of, times).at(-1)?.seconds ?? NEVER;
    case 'after':
      return timeOf(requirement.requirement, times) + requirement.seconds;
    case 'given':
      return 0;
  }
}

/** The nodes by which a requirement is met at its earliest; none where it never is. */
function neededBy(requirement: Requirement, times: ReadonlyMap<string, number>): readonly Node[] {
  if (timeOf(requirement, times) === NEVER) return [];
  switch (requirement.type) {
    case 'power':
    case 'leaf':
      return [requirement];
    case 'all':
      return requirement.of.flatMap((part) => neededBy(part, times));
    case 'any':
      return soonest(1, requirement.of, times).flatMap(({ part }) => neededBy(part, times));
    case 'atLeast':
      return soonest(requirement.count, requirement.of, times).flatMap(({ part }) =>
        neededBy(part, times),
      );
    case 'after':
      return neededBy(requirement.requirement, times);
    case 'given':
      return [];
  }
}

/** The `count` parts that are met first, soonest first; none where fewer than `count` ever are. */
function soonest(
  count: number,
  of: readonly Requirement[],
  times: ReadonlyMap<string, number>,
): readonly { readonly part: Requirement; readonly seconds: number }[] {
  const met = of
    .map((part) => ({ part, seconds: timeOf(part, times) }))
    .filter(({ seconds }) => seconds < NEVER)
    .sort((a, b) => a.seconds - b.seconds);
  return met.length < count ? [] : met.slice(0, count);
}
