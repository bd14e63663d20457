/** What a transaction would do, as the node itself runs it. */
import { UnsupportedMethodError } from '../../errors.ts';
import type { Node } from './node.ts';
import { simulateV1 } from './simulate-v1.ts';
import type { Message, Simulation } from './simulation.ts';
import type { Overrides, State } from './state.ts';
import { traceCall } from './trace-call.ts';

/**
 * Runs `message` on top of `state`, with `overrides` under it, by `debug_traceCall` where the node
 * offers it and by `eth_simulateV1` otherwise.
 *
 * @throws UnsupportedMethodError the node offers neither.
 */
export async function simulate(
  node: Node,
  state: State,
  message: Message,
  overrides: Overrides = {},
): Promise<Simulation> {
  try {
    return await traceCall(node, state, message, overrides);
  } catch (error) {
    if (!(error instanceof UnsupportedMethodError)) throw error;
    return await simulateV1(node, state, message, overrides);
  }
}
