/** Who holds a power by the rules of some readers alone, without what other code is thought to allow. */
import type { Discovery } from '../../src/chains/evm/discover.ts';
import { coalitions } from '../../src/power/coalitions.ts';
import { type Node, nodeId } from '../../src/power/model.ts';
import { ways } from './read.ts';

/** The coalitions that reach `goal` by the rules of `readers` and by keys, as `ways` writes them. */
export function holders(
  { rules }: Pick<Discovery, 'rules'>,
  goal: Node,
  ...readers: readonly string[]
): readonly string[] {
  const known = rules.filter(({ reader }) => reader === 'eoa' || readers.includes(reader));
  return ways(...coalitions(known, goal).list.map(({ leaves }) => leaves.map(nodeId)));
}
