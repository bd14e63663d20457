/** Who gains, in words. */
import type { Coalition } from '../power/coalitions.ts';
import { describeLeaf, type Namer } from '../power/describe.ts';

const MAX_NAMED = 3;

/** Who one coalition is; a large one by its first members. */
export function describeTakers(coalition: Coalition | undefined, name: Namer): string {
  const leaves = coalition?.leaves ?? [];
  const named = leaves.slice(0, MAX_NAMED).map((leaf) => describeLeaf(leaf, name));
  const rest = leaves.length - named.length;
  return [...named, ...(rest === 0 ? [] : [`${rest} more`])].join(' with ') || 'anyone';
}
