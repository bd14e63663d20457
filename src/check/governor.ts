/**
 * A governor with a timelock accepts a call to itself only while it executes a proposal: it keeps the hashes
 * of those that are to come in a queue of its own, and takes each out as the timelock makes it.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/blob/master/contracts/governance/Governor.sol
 */
import { type Address, type Hex, keccak256 } from 'viem';
import { simulate } from '../chains/evm/simulate.ts';
import type { Message, Premises } from '../chains/evm/simulation.ts';
import type { Overrides } from '../chains/evm/state.ts';
import { slotsRead } from '../chains/evm/trace-call.ts';
import { mappingSlot, slot } from '../chains/evm/values.ts';
import type { RunInput } from './facts.ts';

/** So many words that are zero may be the head of the queue. */
const MAX_CANDIDATES = 16;

/**
 * What a governor's storage holds while the messages to it are made; nothing where none is, or where it
 * has no such queue.
 */
export async function whileExecuting(
  { node, state }: RunInput,
  governor: Address | null,
  messages: readonly Message[],
  premises: Premises,
): Promise<Overrides> {
  const expected = messages.filter(({ from, to }) => to === governor && from !== governor);
  const [first] = expected;
  if (governor === null || first === undefined) return {};
  const read = await slotsRead(node, state, first, premises);
  const empty = Object.entries(read[governor] ?? {})
    .filter(([, value]) => BigInt(value) === 0n)
    .map(([at]) => at as Hex)
    .slice(0, MAX_CANDIDATES);
  for (const head of empty) {
    const pretended = { [governor]: { storage: queueAt(head, expected) } };
    const { succeeded } = await simulate(node, state, [first], { ...premises, pretended });
    if (succeeded) return pretended;
  }
  return {};
}

/** A `Bytes32Deque` of OpenZeppelin: where it begins and ends in one word, and a mapping in the next. */
function queueAt(head: Hex, messages: readonly Message[]): Readonly<Record<Hex, Hex>> {
  const items = slot(BigInt(head) + 1n);
  return Object.fromEntries([
    [head, slot(BigInt(messages.length) << 128n)],
    ...messages.map(({ data }, index) => [
      mappingSlot(slot(BigInt(index)), items),
      keccak256(data),
    ]),
  ]);
}
