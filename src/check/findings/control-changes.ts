/** Power over a position changes otherwise: an owner, a threshold, a delay, a guard. */
import type { PowerChange } from '../../power/analysis.ts';
import { describeHolders } from '../../power/describe.ts';
import type { Rule } from '../../power/model.ts';
import { count, fullId, shortId } from '../../words.ts';
import { changedReads } from '../changed-reads.ts';
import type { Finding } from '../facts.ts';

export const controlChanges: Finding = {
  id: 'control-changes',
  severity: 'high',
  decision: 'HOLD',
  find: ({ before, outcome }) => {
    if (!outcome.simulated) return [];
    return outcome.changes
      .filter(({ action, newcomers }) => action !== 'take' || newcomers.length === 0)
      .map((change) => ({
        title: `power over ${shortId(change.account)} changes`,
        sentence: describeChange(change, before.rules, outcome.after.rules),
        detail: `${fullId(change.account)}: ${count(change.gained.length, 'coalition')} gained the power to ${change.action} it and ${change.lost.length} lost it. Confirm with each owner, by voice, that this change is meant.`,
        evidence: changedReads(change, before, outcome.after),
      }));
  },
};

function describeChange(
  { account, action }: PowerChange,
  before: readonly Rule[],
  after: readonly Rule[],
): string {
  const power = action === 'take' ? 'Control of' : `The power to ${action}`;
  const holders = (rules: readonly Rule[]): string =>
    describeHolders(rules, account, shortId, action === 'take' ? 'act' : action);
  const [was, is] = [holders(before), holders(after)];
  return was === is
    ? `${power} ${shortId(account)} changes hands behind ${is}.`
    : `${power} ${shortId(account)} changes from ${was} to ${is}.`;
}
