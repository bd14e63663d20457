/**
 * Who can take what, how few it takes and how soon: the definition itself, run.
 *
 * Sets of leaves are tried in order of size, and the time at which each reaches the goal is the least
 * fixed point of the rules. Slow and obvious on purpose: it is the judge of any faster engine.
 */
import {
  type AccountId,
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
  const graph = reachOf(rules, goal);
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
  const seconds = reachOf(rules, goal).timeFor(held);
  return seconds === NEVER ? null : seconds;
}

/** Every leaf that `goal` rests on in any way, by name. */
export function leavesBehind(rules: readonly Rule[], goal: Requirement): readonly Leaf[] {
  return groundOf(rules, goal).leaves;
}

/**
 * All that who reaches `goal` follows from: goals of the same footing have the same coalitions. What the
 * account itself is called makes no difference, unless a leaf is called after it.
 */
export function footing(rules: readonly Rule[], goal: Requirement, account: AccountId): string {
  const { nodes, leaves, rulesFor } = groundOf(rules, goal);
  const behind = [...nodes.keys()].flatMap((id) => rulesFor.get(id) ?? []);
  const isNamed = leaves.some(({ id }) => id === account);
  // No JSON has this character in it.
  const nameless = (line: string): string =>
    isNamed ? line : line.replaceAll(`"${account}"`, '"\0"');
  return [nameless(words(goal)), ...behind.map(statement).map(nameless).sort()].join('\n');
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
  return reachOf(rules, goal).proofFor(held);
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
interface Ground {
  /** Every node in it, by name. */
  readonly nodes: ReadonlyMap<string, Node>;
  /** By name, so that the same graph is searched in the same order whatever the order of its rules. */
  readonly leaves: readonly Leaf[];
  /** Its rules, by what they grant. */
  readonly rulesFor: ReadonlyMap<string, readonly Rule[]>;
}

const grounds = new WeakMap<readonly Rule[], Map<string, Ground>>();

/** What `goal` rests on, walked once for the same rules. */
function groundOf(rules: readonly Rule[], goal: Requirement): Ground {
  const known = grounds.get(rules) ?? new Map<string, Ground>();
  grounds.set(rules, known);
  const name = words(goal);
  const ground = known.get(name) ?? walkFrom(rules, goal);
  known.set(name, ground);
  return ground;
}

function walkFrom(rules: readonly Rule[], goal: Requirement): Ground {
  const rulesFor = rulesByGrant(rules);
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
  return { nodes, leaves, rulesFor };
}

/** How soon sets of leaves reach a goal, and how. */
interface Reach {
  readonly leaves: readonly Leaf[];
  timeFor(held: readonly Leaf[]): number;
  proofFor(held: readonly Leaf[]): readonly Rule[];
}

function reachOf(rules: readonly Rule[], goal: Requirement): Reach {
  const { nodes, leaves, rulesFor } = groundOf(rules, goal);
  const places = new Map([...nodes.keys()].map((id, place) => [id, place]));
  const placed = placing(places);
  const granted = [...nodes.keys()]
    .flatMap((id, place) => (rulesFor.get(id) ?? []).map((rule) => ({ place, rule })))
    .map((grant, index) => ({ ...grant, index, requires: placed(grant.rule.requires) }));
  const wanted = placed(goal);
  const nobody = Array.from(nodes, () => NEVER);
  /** The rules that are met without anyone, and those that rest on each node, by its place. */
  const met = granted.map(({ requires }) => timeOf(requires, nobody) < NEVER);
  const resting = [...nodes.keys()].map((): number[] => []);
  for (const { index, rule } of granted) {
    for (const node of nodesOf(rule.requires)) {
      resting[places.get(nodeId(node)) ?? -1]?.push(index);
    }
  }

  /**
   * When each node is held: times that fall from never, round by round, to the least fixed point. A rule
   * is looked at again where a node that it rests on has fallen. `onFall` hears of every fall, with the
   * times that the rule rested on.
   */
  function fixedPoint(
    held: readonly Leaf[],
    onFall: (grant: (typeof granted)[number], times: Times) => void = () => undefined,
  ): Times {
    const times = [...nobody];
    const pending = [...met];
    const fall = (place: number, seconds: number): void => {
      times[place] = seconds;
      for (const index of resting[place] ?? []) pending[index] = true;
    };
    for (const member of held) {
      const place = places.get(nodeId(member));
      if (place !== undefined) fall(place, 0);
    }
    for (let changed = true; changed; ) {
      changed = false;
      for (const grant of granted) {
        if (pending[grant.index] !== true) continue;
        pending[grant.index] = false;
        const seconds = timeOf(grant.requires, times);
        if (seconds >= (times[grant.place] ?? NEVER)) continue;
        onFall(grant, times);
        fall(grant.place, seconds);
        changed = true;
      }
    }
    return times;
  }

  function proofFor(held: readonly Leaf[]): readonly Rule[] {
    // What a node needed is noted when its time falls, not looked up at the end: by then another node
    // may be held as soon, by the help of this one.
    const because = new Map<number, { readonly rule: Rule; readonly needs: readonly number[] }>();
    const times = fixedPoint(held, ({ place, rule, requires }, before) => {
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

  return {
    leaves,
    timeFor: (held) => timeOf(wanted, fixedPoint(held)),
    proofFor,
  };
}

const statements = new WeakMap<Rule, string>();

/** What a rule says, whatever it rests on. */
function statement(rule: Rule): string {
  const known = statements.get(rule) ?? words([rule.grants, rule.requires]);
  statements.set(rule, known);
  return known;
}

const words = (value: unknown): string =>
  JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part));

const indices = new WeakMap<readonly Rule[], ReadonlyMap<string, readonly Rule[]>>();

/** The rules that grant each node, by its name: the same for every goal under these rules. */
function rulesByGrant(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const known = indices.get(rules);
  if (known !== undefined) return known;
  const index = new Map<string, Rule[]>();
  for (const rule of rules) {
    const id = nodeId(rule.grants);
    const others = index.get(id);
    if (others === undefined) index.set(id, [rule]);
    else others.push(rule);
  }
  indices.set(rules, index);
  return index;
}

/** When each node is held, by its place. */
type Times = readonly number[];

/** A requirement whose nodes are named by their place: it is looked at very often. */
type Placed =
  | { readonly type: 'node'; readonly place: number }
  | { readonly type: 'all' | 'any'; readonly of: readonly Placed[] }
  | { readonly type: 'atLeast'; readonly count: number; readonly of: readonly Placed[] }
  | { readonly type: 'after'; readonly requirement: Placed; readonly seconds: number }
  | { readonly type: 'given' };

function placing(places: ReadonlyMap<string, number>): (requirement: Requirement) => Placed {
  const placed = (requirement: Requirement): Placed => {
    switch (requirement.type) {
      case 'power':
      case 'leaf':
        return { type: 'node', place: places.get(nodeId(requirement)) ?? -1 };
      case 'all':
      case 'any':
        return { type: requirement.type, of: requirement.of.map(placed) };
      case 'atLeast':
        return { type: 'atLeast', count: requirement.count, of: requirement.of.map(placed) };
      case 'after':
        return {
          type: 'after',
          requirement: placed(requirement.requirement),
          seconds: requirement.seconds,
        };
      case 'given':
        return { type: 'given' };
    }
  };
  return placed;
}

/** When a requirement is met, given when each node is held. */
function timeOf(requirement: Placed, times: Times): number {
  switch (requirement.type) {
    case 'node':
      return times[requirement.place] ?? NEVER;
    case 'all': {
      let last = 0;
      for (const part of requirement.of) last = Math.max(last, timeOf(part, times));
      return last;
    }
    case 'any': {
      let first = NEVER;
      for (const part of requirement.of) first = Math.min(first, timeOf(part, times));
      return first;
    }
    case 'atLeast': {
      const met: number[] = [];
      for (const part of requirement.of) {
        const seconds = timeOf(part, times);
        if (seconds < NEVER) met.push(seconds);
      }
      if (met.length < requirement.count) return NEVER;
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
    case 'all':
      return requirement.of.flatMap((part) => neededBy(part, times));
    case 'any':
      return soonest(1, requirement.of, times).flatMap((part) => neededBy(part, times));
    case 'atLeast':
      return soonest(requirement.count, requirement.of, times).flatMap((part) =>
        neededBy(part, times),
      );
    case 'after':
      return neededBy(requirement.requirement, times);
    case 'given':
      return [];
  }
}

/** The `count` parts that are met first, soonest first. */
const soonest = (count: number, of: readonly Placed[], times: Times): readonly Placed[] =>
  of.toSorted((a, b) => timeOf(a, times) - timeOf(b, times)).slice(0, count);
