/** Counts what a node is asked. */
import type { Node } from '../../src/chains/evm/node.ts';

export interface Count {
  /** JSON-RPC requests; a batch of n is n. */
  readonly calls: number;
  /** The longest chain of requests of which each was made after the answer to the one before. */
  readonly roundTrips: number;
}

/** A node that counts. A request made after any answer counts as one that waited for it. */
export function countingNode(node: Node): { readonly node: Node; count(): Count } {
  let calls = 0;
  let answered = 0;
  return {
    node: {
      source: node.source,
      request: async (method, params) => {
        calls += 1;
        const trip = answered + 1;
        try {
          return await node.request(method, params);
        } finally {
          answered = Math.max(answered, trip);
        }
      },
    },
    count: () => ({ calls, roundTrips: answered }),
  };
}
