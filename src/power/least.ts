/**
 * A smallest set of leaves that reaches a goal, where the families are too large to be worked out: an integer
 * programme in which each rule is a constraint. It knows nothing of cycles, in which things hold themselves
 * up; a set that rests on one does not reach the goal by the definition, and is forbidden.
 */
import type { Coalition } from './coalitions.ts';
import { type Graph, graphOf, type Placed, placesBehind } from './graph.ts';
import { type Leaf, nodeId, type Requirement, type Rule } from './model.ts';
import { earliest } from './reach.ts';

/**
 * Solves an integer programme in CPLEX LP format; the variables that are one, or `null` where it has no
 * solution.
 */
export type IntegerProgramme = (programme: string) => ReadonlySet<string> | null;

/** More sets than this that rest on a cycle are given up on. */
const MAX_CUTS = 500;

/**
 * A smallest set of leaves that reaches `goal`, and its earliest second; `null` where none does, or where too
 * many sets that seem to do not.
 */
export function least(
  rules: readonly Rule[],
  goal: Requirement,
  solve: IntegerProgramme,
): Coalition | null {
  const graph = graphOf(rules);
  const placed = graph.placed(goal);
  const places = [...placesBehind(graph, placed)];
  const leaves = places.flatMap((place): readonly (readonly [string, Leaf])[] => {
    const node = graph.nodes[place];
    return node?.type === 'leaf' ? [[leafName(place), node]] : [];
  });
  const constraints = constraintsOf(graph, placed, places);
  for (let cuts = 0; cuts <= MAX_CUTS; cuts += 1) {
    const chosen = solve(programmeOf(leaves, constraints));
    if (chosen === null) return null;
    const held = leaves.filter(([name]) => chosen.has(name)).map(([, leaf]) => leaf);
    const seconds = earliest(rules, held, goal);
    if (seconds !== null) return { leaves: held, seconds };
    constraints.lines.push(`${sum(beyond(rules, goal, held, leaves))} >= 1`);
  }
  return null;
}

/** The leaves of which one is needed by any set that reaches the goal, where `held` does not. */
function beyond(
  rules: readonly Rule[],
  goal: Requirement,
  held: readonly Leaf[],
  leaves: readonly (readonly [string, Leaf])[],
): readonly string[] {
  const most = [...held];
  const has = new Set(held.map(nodeId));
  return leaves.flatMap(([name, leaf]) => {
    if (has.has(nodeId(leaf))) return [];
    if (earliest(rules, [...most, leaf], goal) !== null) return [name];
    most.push(leaf);
    return [];
  });
}

interface Constraints {
  readonly lines: string[];
  readonly variables: string[];
}

const leafName = (place: number): string => `x${place}`;
const nodeName = (place: number): string => `n${place}`;
const sum = (names: readonly string[]): string => names.join(' + ');

/** What holds of whoever reaches what; a variable that is one is something reached. */
function constraintsOf(graph: Graph, goal: Placed, places: readonly number[]): Constraints {
  const lines: string[] = [];
  const variables: string[] = [];
  const declare = (name: string): string => {
    variables.push(name);
    return name;
  };
  /** The variable of a requirement; `null` where it is met already. */
  const variableOf = (requirement: Placed): string | null => {
    switch (requirement.type) {
      case 'node':
        return nodeName(requirement.place);
      case 'given':
        return null;
      case 'after':
        return variableOf(requirement.requirement);
      case 'atLeast': {
        const parts = requirement.of.map(variableOf);
        const needed = requirement.count - parts.filter((part) => part === null).length;
        if (needed <= 0) return null;
        const gate = declare(`g${variables.length}`);
        lines.push(
          atMost(
            `${needed} ${gate}`,
            parts.filter((part) => part !== null),
          ),
        );
        return gate;
      }
    }
  };
  for (const place of places) {
    declare(nodeName(place));
    const ways = graph.grantsOf(place).map(({ requires }) => variableOf(requires));
    if (ways.includes(null)) continue;
    const named = ways.filter((way) => way !== null);
    const itself = graph.nodes[place]?.type === 'leaf' ? [declare(leafName(place))] : [];
    lines.push(atMost(nodeName(place), [...named, ...itself]));
  }
  const wanted = variableOf(goal);
  if (wanted !== null) lines.push(`${wanted} >= 1`);
  return { lines, variables };
}

/** One is no more than the sum of the others. */
const atMost = (one: string, others: readonly string[]): string =>
  `${[one, ...others].join(' - ')} <= 0`;

function programmeOf(
  leaves: readonly (readonly [string, Leaf])[],
  { lines, variables }: Constraints,
): string {
  const names = leaves.map(([name]) => name);
  return [
    'Minimize',
    ` leaves: ${names.length === 0 ? '0' : sum(names)}`,
    'Subject To',
    ...lines.map((line, index) => ` c${index}: ${line}`),
    'Binary',
    ...new Set([...variables, ...names].map((name) => ` ${name}`)),
    'End',
    '',
  ].join('\n');
}
