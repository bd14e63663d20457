/** Rules as a graph whose nodes have numbers, since it is walked very often. */
import {
  checkRequirement,
  type Leaf,
  type Node,
  nodeId,
  type Requirement,
  type Rule,
} from './model.ts';

/** A requirement whose nodes are named by their place. */
export type Placed =
  | { readonly type: 'node'; readonly place: number }
  | { readonly type: 'atLeast'; readonly count: number; readonly of: readonly Placed[] }
  | {
      readonly type: 'after';
      readonly requirement: Placed;
      readonly seconds: number;
      readonly vetoers: readonly Placed[];
    }
  | { readonly type: 'given' };

/** What a rule asks for. */
export interface Grant {
  readonly rule: Rule;
  readonly requires: Placed;
}

export interface Graph {
  /** Every node that is named, by its place. */
  readonly nodes: readonly Node[];
  /** The rules that grant a node; none for most leaves. */
  grantsOf(place: number): readonly Grant[];
  /** The nodes of which a rule rests on this one. */
  restingOn(place: number): ReadonlySet<number>;
  /** Where the nodes of a requirement are. Those that no rule names are added. */
  placed(requirement: Requirement): Placed;
}

/** A graph whose rules can be changed: who worked on it must be told. */
export interface ChangingGraph extends Graph {
  /** Has other rules grant a node; returns its place. */
  regrant(node: Node, rules: readonly Rule[]): number;
}

const graphs = new WeakMap<readonly Rule[], Graph>();

/**
 * The graph of some rules, built once for them.
 *
 * @throws RangeError a requirement has no meaning.
 */
export function graphOf(rules: readonly Rule[]): Graph {
  const known = graphs.get(rules) ?? build(rules);
  graphs.set(rules, known);
  return known;
}

const NO_GRANTS: readonly Grant[] = [];
const NO_PLACES: ReadonlySet<number> = new Set();

/**
 * A graph of some rules, for one owner.
 *
 * @throws RangeError a requirement has no meaning.
 */
export function build(rules: readonly Rule[]): ChangingGraph {
  const nodes: Node[] = [];
  const places = new Map<string, number>();
  const grants: Grant[][] = [];
  const placeOf = (node: Node): number => {
    const id = nodeId(node);
    const known = places.get(id);
    if (known !== undefined) return known;
    places.set(id, nodes.length);
    return nodes.push(node) - 1;
  };
  const place = (requirement: Requirement): Placed => {
    switch (requirement.type) {
      case 'power':
      case 'leaf':
        return { type: 'node', place: placeOf(requirement) };
      case 'all':
        return { type: 'atLeast', count: requirement.of.length, of: requirement.of.map(place) };
      case 'any':
        return { type: 'atLeast', count: 1, of: requirement.of.map(place) };
      case 'atLeast':
        return { type: 'atLeast', count: requirement.count, of: requirement.of.map(place) };
      case 'after': {
        const { seconds, vetoers } = requirement;
        const placed = place(requirement.requirement);
        return { type: 'after', seconds, requirement: placed, vetoers: vetoers.map(place) };
      }
      case 'given':
        return { type: 'given' };
    }
  };
  const placed = (requirement: Requirement): Placed => {
    checkRequirement(requirement);
    return place(requirement);
  };
  for (const rule of rules) {
    const granted = placeOf(rule.grants);
    const grant = { rule, requires: placed(rule.requires) };
    const others = grants[granted];
    if (others === undefined) grants[granted] = [grant];
    else others.push(grant);
  }
  /** By place: the nodes that rest on it. Worked out when it is first asked for. */
  let resting: Map<number, Set<number>> | undefined;
  const rest = (of: Map<number, Set<number>>, place: number): void => {
    for (const { requires } of grants[place] ?? NO_GRANTS) {
      for (const on of placesIn(requires)) {
        const others = of.get(on);
        if (others === undefined) of.set(on, new Set([place]));
        else others.add(place);
      }
    }
  };
  const restingNow = (): Map<number, Set<number>> => {
    if (resting !== undefined) return resting;
    resting = new Map();
    for (const place of grants.keys()) rest(resting, place);
    return resting;
  };
  return {
    nodes,
    placed,
    grantsOf: (at) => grants[at] ?? NO_GRANTS,
    restingOn: (at) => restingNow().get(at) ?? NO_PLACES,
    regrant: (node, by) => {
      const place = placeOf(node);
      const known = restingNow();
      for (const { requires } of grants[place] ?? NO_GRANTS) {
        for (const on of placesIn(requires)) known.get(on)?.delete(place);
      }
      grants[place] = by.map((rule) => ({ rule, requires: placed(rule.requires) }));
      rest(known, place);
      return place;
    },
  };
}

/** Every place that a requirement rests on, vetoers apart. */
export function* placesIn(requirement: Placed): Generator<number> {
  switch (requirement.type) {
    case 'node':
      yield requirement.place;
      return;
    case 'atLeast':
      for (const part of requirement.of) yield* placesIn(part);
      return;
    case 'after':
      yield* placesIn(requirement.requirement);
      return;
    case 'given':
      return;
  }
}

/** Every node that a requirement rests on, itself included, by place. */
export function placesBehind(graph: Graph, requirement: Placed): ReadonlySet<number> {
  const met = new Set(placesIn(requirement));
  for (const place of met) {
    for (const { requires } of graph.grantsOf(place)) {
      // A set is walked to its end, what is added on the way included.
      for (const next of placesIn(requires)) met.add(next);
    }
  }
  return met;
}

/** Every leaf that `goal` rests on in any way, by name. */
export function leavesBehind(rules: readonly Rule[], goal: Requirement): readonly Leaf[] {
  const graph = graphOf(rules);
  return [...placesBehind(graph, graph.placed(goal))]
    .flatMap((place): readonly Leaf[] => {
      const node = graph.nodes[place];
      return node?.type === 'leaf' ? [node] : [];
    })
    .sort(byName);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order of nodes that does not depend on the order of rules. */
export const byName = (a: Node, b: Node): number => compare(nodeId(a), nodeId(b));
