/** What a transaction would do, as the node itself runs it. */
import { UnsupportedMethodError } from '../../errors.ts';
import type { Node } from './node.ts';
import { simulateV1 } from './simulate-v1.ts';
import type { Message, Premises, Simulation } from './simulation.ts';
import type { State } from './state.ts';
import { traceCall } from './trace-call.ts';

/**
 * Runs messages one after the other on top of `state`, by `debug_traceCall` where the node offers it and
 * by `eth_simulateV1` otherwise.
 *
 * @throws UnsupportedMethodError the node offers neither.
 */
export async function simulate(
  node: Node,
  state: State,
  messages: readonly Message[],
  premises: Premises = {},
): Promise<Simulation> {
  try {
    return await traceCall(node, state, messages, premises);
  } catch (error) {
    if (!(error instanceof UnsupportedMethodError)) throw error;
    return await simulateV1(node, state, messages, premises);
  }
}
