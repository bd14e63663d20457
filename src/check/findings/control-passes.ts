/** Someone who had no part in a position could take it. Bybit, WazirX and Radiant were lost this way. */
import { describeHolders, describeLeaf } from '../../power/describe.ts';
import { count, fullId, shortId } from '../../words.ts';
import { changedReads } from '../changed-reads.ts';
import type { Finding } from '../facts.ts';

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
        const takers = newcomers
          .map(({ leaves }) =>
            leaves.length === 0
              ? 'anyone'
              : leaves.map((leaf) => describeLeaf(leaf, shortId)).join(' with '),
          )
          .join(' or ');
        const inFull = newcomers
          .flatMap(({ leaves }) => leaves)
          .map((leaf) => describeLeaf(leaf, fullId));
        return {
          title: `${shortId(account)} can be taken by someone who had no part in it`,
          sentence: stillHeld
            ? `Control of ${shortId(account)} is opened to ${takers}, beside ${holders}.`
            : `Control of ${shortId(account)} passes from ${holders} to ${takers}.`,
          detail: [
            `${fullId(account)} could be taken by ${[...new Set(inFull)].join(', ') || 'anyone'}.`,
            `${count(gained.length, 'coalition')} gained it and ${lost.length} lost it.`,
          ].join(' '),
          evidence: changedReads(change, before, outcome.after),
        };
      });
  },
};
