/** Power over a position changes otherwise: an owner, a threshold, a delay, a guard. */

import { describeHolders } from '../../power/describe.ts';
import { act, type Rule } from '../../power/model.ts';
import { earliest } from '../../power/reach.ts';
import { count, fullId, shortId } from '../../words.ts';
import { changedReads } from '../changed-reads.ts';
import { describeTakers } from '../describe.ts';
import type { ChangeSeen, Finding } from '../facts.ts';
import { isExpectedChange } from '../listed.ts';

export const controlChanges: Finding = {
  id: 'control-changes',
  severity: 'high',
  decision: 'HOLD',
  about: 'effects',
  find: ({ organisation, outcome }) => {
    if (!outcome.simulated) return [];
    return outcome.changes
      .filter(({ action, newcomers }) => action !== 'take' || newcomers.length === 0)
      .filter((change) => !isExpectedChange(organisation, change) && !onlyTakesBack(change))
      .map((change) => ({
        title: `power over ${shortId(change.account)} changes`,
        sentence: describeChange(change),
        detail: `${fullId(change.account)}: ${count(change.gained.length, 'coalition')} gained the power to ${change.action} it and ${change.lost.length} lost it. ${gainers(change)}Confirm with each owner, by voice, that this change is meant.`,
        toSign: `List it in castellan.yaml, under policy.changes, with who may gain power over ${fullId(change.account)}.`,
        evidence: changedReads(change),
      }));
  },
};

/** Whether nobody gains, and those who lose could only spend what they were allowed. */
const onlyTakesBack = ({ account, action, gained, lost, before }: ChangeSeen): boolean =>
  action === 'take' &&
  gained.length === 0 &&
  lost.every(({ leaves }) => earliest(before.rules, leaves, act(account)) === null);

const MAX_NAMED = 3;

/** "Now key 0x… can; …": whom power is gained by. */
function gainers({ gained }: ChangeSeen): string {
  if (gained.length === 0) return '';
  const named = gained.slice(0, MAX_NAMED).map((coalition) => describeTakers(coalition, fullId));
  const rest = gained.length - named.length;
  const others = rest === 0 ? '' : `, or ${count(rest, 'other coalition')}`;
  return `It is gained by ${named.join('; or ')}${others}. `;
}

function describeChange({ account, action, before, after, gained }: ChangeSeen): string {
  const power = action === 'take' ? 'Control of' : `The power to ${action}`;
  const holders = (rules: readonly Rule[]): string =>
    describeHolders(rules, account, shortId, action === 'take' ? 'act' : action);
  const [was, is] = [holders(before.rules), holders(after.rules)];
  const [first] = gained;
  if (was === is && first !== undefined) {
    return `${power} ${shortId(account)} is gained by ${describeTakers(first, shortId)}.`;
  }
  return was === is
    ? `${power} ${shortId(account)} changes hands behind ${is}.`
    : `${power} ${shortId(account)} changes from ${was} to ${is}.`;
}
