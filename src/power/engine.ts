/** The engine: for each node of a graph the minimal sets of leaves that reach it and when, or that block it. */
import { type Families, type Family, families, GIVEN, NOTHING, TooLargeError } from './families.ts';
import type { Graph, Placed } from './graph.ts';
import { type Leaf, nodeId } from './model.ts';
import { type Hopeless, solver } from './solver.ts';
import {
  ALREADY_REACHED,
  atLeast,
  inTheEnd,
  isSame,
  later,
  MAX_STEPS,
  NEVER_REACHED,
  type Staircase,
} from './staircase.ts';

/** Who reaches what, of sets of at most so many leaves. */
export interface Engine {
  readonly families: Families;
  /** The leaf that has a number in a family. */
  leafOf(number: number): Leaf | undefined;
  /** The number of a leaf. */
  numberOf(leaf: Leaf): number;
  /**
   * Who reaches a requirement.
   *
   * @throws TooLargeError the families need more room, or change more often than can be told.
   */
  reaches(graph: Graph, requirement: Placed): Staircase;
  /**
   * Which leaves leave nobody who reaches a requirement: where they are lost, or, `vetoing`, where whoever
   * holds them refuses and vetoes all that they can.
   *
   * @throws TooLargeError as above.
   */
  blocks(graph: Graph, requirement: Placed, vetoing: boolean): Family;
  /**
   * Works out again who reaches a node of which the rules have changed, and those that rest on it as far as
   * anything changes for them; returns the places for which it did. Who blocks them is not.
   *
   * @throws TooLargeError as above; the engine knows nothing of the graph then.
   */
  repair(graph: Graph, place: number): ReadonlySet<number>;
}

interface Bounds {
  /** Sets of more leaves are left out. */
  readonly order: number;
  /** Nodes of all families together. */
  readonly nodes: number;
  /** What is found too large is put here, and is not tried again. */
  readonly hopeless: Hopeless;
}

/** An engine for any number of graphs. */
export function engine({ order, nodes, hopeless }: Bounds): Engine {
  const sets = families({ order, nodes });
  const leaves: Leaf[] = [];
  const numbers = new Map<string, number>();

  function numberOf(leaf: Leaf): number {
    const id = nodeId(leaf);
    const number = numbers.get(id) ?? leaves.push(leaf) - 1;
    numbers.set(id, number);
    return number;
  }

  const reaching = solver<Staircase>(
    {
      start: NEVER_REACHED,
      isSame,
      of: (graph, place, at) => {
        const rules = graph.grantsOf(place).map(({ requires }) => reachedBy(requires, at));
        const node = graph.nodes[place];
        if (node?.type === 'leaf') {
          rules.push([{ seconds: 0, family: sets.single(numberOf(node)) }]);
        }
        const reached = atLeast(sets, 1, rules);
        if (reached.length <= MAX_STEPS) return reached;
        throw new TooLargeError(`Who holds a power changes at more than ${MAX_STEPS} times`);
      },
    },
    hopeless,
  );

  function reachedBy(requirement: Placed, at: (place: number) => Staircase): Staircase {
    switch (requirement.type) {
      case 'node':
        return at(requirement.place);
      case 'atLeast': {
        const { count, of } = requirement;
        return atLeast(
          sets,
          count,
          of.map((part) => reachedBy(part, at)),
        );
      }
      case 'after':
        return later(reachedBy(requirement.requirement, at), requirement.seconds);
      case 'given':
        return ALREADY_REACHED;
    }
  }

  const reaches = (graph: Graph, requirement: Placed): Staircase =>
    reachedBy(requirement, (place) => reaching.at(graph, place));

  /**
   * A power is blocked where each rule that grants it is: where there is none, by nobody at all. A leaf that
   * is granted to others is kept by them: it is blocked where it is lost, or all of them are.
   */
  const blocking = (vetoing: boolean) =>
    solver<Family>({
      start: GIVEN,
      isSame: (one, other) => one === other,
      of: (graph, place, at) => {
        const node = graph.nodes[place];
        const grants = graph.grantsOf(place).map(({ requires }) => requires);
        const blocked = (of: readonly Placed[]): Family => {
          const each = of.map((requires) => blockedBy(graph, requires, at, vetoing));
          return sets.atLeast(each.length, each);
        };
        if (node?.type !== 'leaf') return blocked(grants);
        const keepers = grants.filter(({ type }) => type !== 'given');
        const lost = sets.single(numberOf(node));
        const gone = keepers.length === 0 ? lost : sets.either(lost, blocked(keepers));
        return keepers.length === grants.length ? gone : NOTHING;
      },
    });
  const losing = blocking(false);
  const stopping = blocking(true);

  function blockedBy(
    graph: Graph,
    requirement: Placed,
    at: (place: number) => Family,
    vetoing: boolean,
  ): Family {
    switch (requirement.type) {
      case 'node':
        return at(requirement.place);
      case 'atLeast': {
        const { count, of } = requirement;
        const parts = of.map((part) => blockedBy(graph, part, at, vetoing));
        return count > parts.length ? GIVEN : sets.atLeast(parts.length - count + 1, parts);
      }
      case 'after': {
        const blocked = blockedBy(graph, requirement.requirement, at, vetoing);
        if (!vetoing) return blocked;
        return requirement.vetoers
          .map((vetoer) => inTheEnd(reaches(graph, vetoer)))
          .reduce(sets.either, blocked);
      }
      case 'given':
        return NOTHING;
    }
  }

  return {
    families: sets,
    leafOf: (number) => leaves[number],
    numberOf,
    reaches,
    blocks: (graph, requirement, vetoing) => {
      const solved = vetoing ? stopping : losing;
      return blockedBy(graph, requirement, (place) => solved.at(graph, place), vetoing);
    },
    repair: reaching.repair,
  };
}
