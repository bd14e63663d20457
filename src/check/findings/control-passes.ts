/** Someone who had no part in a position could take it. Bybit, WazirX and Radiant were lost this way. */
import type { Coalition } from '../../power/coalitions.ts';
import { describeHolders, describeLeaf, type Namer } from '../../power/describe.ts';
import { count, fullId, shortId } from '../../words.ts';
import { changedReads } from '../changed-reads.ts';
import type { Finding } from '../facts.ts';

const MAX_NAMED = 3;

export const controlPasses: Finding = {
  id: 'control-passes',
  severity: 'critical',
  decision: 'REJECT',
  find: ({ before, outcome }) => {
    if (!outcome.simulated) return [];
    return outcome.changes
      .filter(({ action, newcomers }) => action === 'take' && newcomers.length > 0)
      .map((change) => {
        const { account, gained, lost, newcomers } = change;
        const stillHeld = lost.length === 0;
        const holders = describeHolders(before.rules, account, shortId);
        const [first, ...more] = newcomers;
        const others = more.length === 0 ? '' : `, or ${count(more.length, 'other coalition')}`;
        const takers = `${describeTakers(first, shortId)}${others}`;
        return {
          title: `${shortId(account)} can be taken by someone who had no part in it`,
          sentence: stillHeld
            ? `Control of ${shortId(account)} is opened to ${takers}, beside ${holders}.`
            : `Control of ${shortId(account)} passes from ${holders} to ${takers}.`,
          detail: [
            `${fullId(account)} could be taken by ${describeTakers(first, fullId)}${others}.`,
            `${count(gained.length, 'coalition')} gained it and ${lost.length} lost it.`,
          ].join(' '),
          evidence: changedReads(change, before, outcome.after),
        };
      });
  },
};

/** Who one coalition is; a large one by its first members. */
function describeTakers(coalition: Coalition | undefined, name: Namer): string {
  const leaves = coalition?.leaves ?? [];
  const named = leaves.slice(0, MAX_NAMED).map((leaf) => describeLeaf(leaf, name));
  const rest = leaves.length - named.length;
  return [...named, ...(rest === 0 ? [] : [`${rest} more`])].join(' with ') || 'anyone';
}
