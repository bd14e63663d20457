/** Power changes and no account that was read emits an event by which it announces that. */
import type { Address } from 'viem';
import type { Announcement } from '../../chains/evm/reader.ts';
import { addressIn } from '../../chains/evm/values.ts';
import type { PowerMap } from '../../map/map.ts';
import { list, shortId } from '../../words.ts';
import type { Finding, Outcome } from '../facts.ts';

export const silentChange: Finding = {
  id: 'silent-change',
  severity: 'critical',
  decision: 'HOLD',
  find: ({ chainId, before, outcome }) => {
    if (!outcome.simulated || isAnnounced(before, outcome)) return [];
    return outcome.changes.flatMap(({ account }) => {
      const announced = announcementsOf(before, addressIn(chainId, account));
      if (announced.length === 0) return [];
      return [
        {
          title: `power over ${shortId(account)} changes without an event`,
          sentence: 'No owner event will be emitted.',
          detail: `A change made in the ordinary way emits ${names(announced)}. This one emits none of them, so no monitor of events will see it.`,
          evidence: outcome.simulation.logs.map((log) => ({
            read: `event of ${log.account}`,
            value: log.topics[0] ?? 'no topic',
          })),
        },
      ];
    });
  },
};

/** Whether any account on which power rested announces a change: power may change by way of another. */
const isAnnounced = (before: PowerMap, { simulation }: Outcome): boolean =>
  simulation.logs.some((log) =>
    announcementsOf(before, log.account).some(({ topic }) => topic === log.topics[0]),
  );

const announcementsOf = (before: PowerMap, account: Address | null): readonly Announcement[] =>
  before.found
    .filter(({ frame }) => frame.account === account)
    .flatMap(({ readings }) => readings)
    .flatMap(({ announces }) => announces);

/** "AddedOwner, RemovedOwner or ChangedThreshold". */
function names(announced: readonly Announcement[]): string {
  const all = [...new Set(announced.map(({ signature }) => signature.replace(/\(.*/, '')))];
  return list(all, 'or');
}
