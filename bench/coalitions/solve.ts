/** Castellan's engine on the rules of a fault tree. */
import { engine } from '../../src/power/engine.ts';
import { TooLargeError } from '../../src/power/families.ts';
import { graphOf } from '../../src/power/graph.ts';
import { inTheEnd } from '../../src/power/staircase.ts';
import type { FaultTrees } from './open-psa.ts';

/** Nodes of all families together. */
const NODES = 1 << 20;

export interface Solved {
  readonly milliseconds: number;
  /** By the top: how many sets of no event, of one, of two, ... */
  readonly counts: ReadonlyMap<string, readonly bigint[]>;
}

/** The sets of every top, of up to `order` events; `null` where there is no room for them. */
export function solve({ rules, tops }: FaultTrees, order: number): Solved | null {
  const started = performance.now();
  const counts = new Map<string, readonly bigint[]>();
  try {
    const by = engine({ order, nodes: NODES, hopeless: new WeakMap() });
    // A graph is kept for as long as its list of rules: another list, another graph.
    const graph = graphOf([...rules]);
    for (const [name, top] of tops) {
      const found = by.reaches(graph, graph.placed(top));
      counts.set(name, by.families.counts(inTheEnd(found)));
    }
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error;
    return null;
  }
  return { milliseconds: performance.now() - started, counts };
}
