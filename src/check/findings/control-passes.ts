/** Someone who had no part in a position could take it. Bybit, WazirX and Radiant were lost this way. */
import type { Coalition } from '../../power/coalitions.ts';
import { describeHolders } from '../../power/describe.ts';
import { act } from '../../power/model.ts';
import { earliest } from '../../power/reach.ts';
import { count, fullId, shortId } from '../../words.ts';
import { changedReads } from '../changed-reads.ts';
import { describeTakers } from '../describe.ts';
import type { ChangeSeen, Finding } from '../facts.ts';
import { isExpectedChange } from '../listed.ts';

export const controlPasses: Finding = {
  id: 'control-passes',
  severity: 'critical',
  decision: 'REJECT',
  about: 'effects',
  find: ({ organisation, outcome }) => {
    if (!outcome.simulated) return [];
    return (
      outcome.changes
        .filter(({ action, newcomers }) => action === 'take' && newcomers.length > 0)
        .filter((change) => !isExpectedChange(organisation, change))
        // Whether anyone commands code that nobody can read is not known: the allowance itself is held.
        .filter((change) => !(spendsOnly(change) && change.newcomers.every(isOpaque)))
        .map((change) => {
          const { account, gained, lost, newcomers } = change;
          const stillHeld = lost.length === 0;
          const holders = describeHolders(change.before.rules, account, shortId);
          const [first, ...more] = newcomers;
          const others = more.length === 0 ? '' : `, or ${count(more.length, 'other coalition')}`;
          const takers = `${describeTakers(first, shortId)}${others}`;
          const what = spendsOnly(change) ? 'All of a token of' : 'Control of';
          return {
            title: `${shortId(account)} can be taken by someone who had no part in it`,
            sentence: stillHeld
              ? `${what} ${shortId(account)} is opened to ${takers}, beside ${holders}.`
              : `${what} ${shortId(account)} passes from ${holders} to ${takers}.`,
            detail: [
              `${fullId(account)} could be taken by ${describeTakers(first, fullId)}${others}.`,
              `${count(gained.length, 'coalition')} gained it and ${lost.length} lost it.`,
            ].join(' '),
            toSign: spendsOnly(change)
              ? 'Only an allowance that castellan.yaml lists, under contracts, for whoever may take it.'
              : `Only a change that castellan.yaml expects, under policy.changes, with its holders for ${fullId(account)}.`,
            evidence: changedReads(change),
          };
        })
    );
  },
};

const isOpaque = ({ leaves }: Coalition): boolean =>
  leaves.length > 0 && leaves.every(({ kind }) => kind === 'opaque');

/** Whether those who gain it can take tokens by an allowance, and nothing else. */
const spendsOnly = ({ account, newcomers, after }: ChangeSeen): boolean =>
  newcomers.every(({ leaves }) => earliest(after.rules, leaves, act(account)) === null);
