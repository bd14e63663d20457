/** Power over a position changes among those who had a part in it: an owner, a threshold, a delay. */
import { path } from '../../power/analysis.ts';
import { describeHolders } from '../../power/describe.ts';
import { count, fullId, shortId } from '../../words.ts';
import type { Finding } from '../facts.ts';

export const controlChanges: Finding = {
  id: 'control-changes',
  severity: 'high',
  decision: 'HOLD',
  find: ({ before, outcome }) => {
    if (!outcome.simulated) return [];
    return outcome.changes
      .filter(({ newcomers }) => newcomers.length === 0)
      .map(({ account, gained, lost }) => {
        const was = describeHolders(before.rules, account, shortId);
        const is = describeHolders(outcome.after.rules, account, shortId);
        const sentence =
          was === is
            ? `Who controls ${shortId(account)} changes, though it stays ${is}.`
            : `Control of ${shortId(account)} changes from ${was} to ${is}.`;
        return {
          title: `power over ${shortId(account)} changes`,
          sentence,
          detail: `${fullId(account)}: ${count(gained.length, 'coalition')} gained it and ${lost.length} lost it. Confirm with each owner, by voice, that this change is meant.`,
          evidence: gained.flatMap((coalition) =>
            path(outcome.after, account, coalition).flatMap((rule) => rule.evidence),
          ),
        };
      });
  },
};
