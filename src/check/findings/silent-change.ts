/** Power changes and the account emits none of the events by which it announces that. */

import type { Announcement } from '../../chains/evm/reader.ts';
import { accountId } from '../../chains/evm/values.ts';
import { shortId } from '../../words.ts';
import type { Finding, Outcome } from '../facts.ts';

export const silentChange: Finding = {
  id: 'silent-change',
  severity: 'critical',
  decision: 'HOLD',
  find: ({ chainId, before, outcome }) => {
    if (!outcome.simulated) return [];
    return outcome.changes.flatMap(({ account }) => {
      const announced = before.found
        .filter(({ frame }) => accountId(chainId, frame.account) === account)
        .flatMap(({ readings }) => readings)
        .flatMap(({ announces }) => announces);
      const topics = new Set(announced.map(({ topic }) => topic));
      const emitted = topicsOf(outcome, chainId, account);
      if (announced.length === 0 || emitted.some((topic) => topics.has(topic))) return [];
      return [
        {
          title: `power over ${shortId(account)} changes without an event`,
          sentence: 'No owner event will be emitted.',
          detail: `A change made in the ordinary way emits ${names(announced)}. This one emits none of them, so no monitor of events will see it.`,
          evidence: emitted.map((topic) => ({ read: `log of ${account}`, value: topic })),
        },
      ];
    });
  },
};

/** "AddedOwner, RemovedOwner or ChangedThreshold". */
function names(announced: readonly Announcement[]): string {
  const all = [...new Set(announced.map(({ signature }) => signature.replace(/\(.*/, '')))];
  return `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}

const topicsOf = ({ simulation }: Outcome, chainId: number, account: string) =>
  simulation.logs
    .filter((log) => accountId(chainId, log.account) === account)
    .flatMap(({ topics: [topic] }) => topic ?? []);
