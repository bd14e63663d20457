/** Someone who had no part in a position could take it. Bybit, WazirX and Radiant were lost this way. */
import { describeHolders } from '../../power/describe.ts';
import { count, fullId, shortId } from '../../words.ts';
import { changedReads } from '../changed-reads.ts';
import { describeTakers } from '../describe.ts';
import type { Finding } from '../facts.ts';
import { isExpectedChange } from '../listed.ts';

export const controlPasses: Finding = {
  id: 'control-passes',
  severity: 'critical',
  decision: 'REJECT',
  about: 'effects',
  find: ({ organisation, outcome }) => {
    if (!outcome.simulated) return [];
    return outcome.changes
      .filter(({ action, newcomers }) => action === 'take' && newcomers.length > 0)
      .filter((change) => !isExpectedChange(organisation, change))
      .map((change) => {
        const { account, gained, lost, newcomers } = change;
        const stillHeld = lost.length === 0;
        const holders = describeHolders(change.before.rules, account, shortId);
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
          toSign: `Only a change that castellan.yaml expects, under policy.changes, with its holders for ${fullId(account)}.`,
          evidence: changedReads(change),
        };
      });
  },
};
