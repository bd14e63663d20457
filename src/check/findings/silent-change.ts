/** Power changes and no account that was read emits an event by which it announces that. */
import type { Address } from 'viem';
import type { Discovered } from '../../chains/evm/discover.ts';
import type { Announcement } from '../../chains/evm/reader.ts';
import { addressIn } from '../../chains/evm/values.ts';
import { list, shortId } from '../../words.ts';
import type { Finding, Outcome } from '../facts.ts';

export const silentChange: Finding = {
  id: 'silent-change',
  severity: 'critical',
  decision: 'HOLD',
  about: 'effects',
  find: ({ chainId, before, outcome }) => {
    if (!outcome.simulated) return [];
    const found = [...before.found, ...outcome.touched.before.found];
    if (isAnnounced(found, outcome)) return [];
    const spenders = new Set(outcome.approvals.map(({ allowance }) => allowance.position));
    return outcome.changes.flatMap(({ account }) => {
      const address = addressIn(chainId, account);
      // An allowance is announced by its token, which holds no power over the position.
      if (address !== null && spenders.has(address)) return [];
      const announced = announcementsOf(found, address);
      if (announced.length === 0) return [];
      return [
        {
          title: `power over ${shortId(account)} changes without an event`,
          sentence: 'No owner event will be emitted.',
          detail: `A change made in the ordinary way emits ${names(announced)}. This one emits none of them, so no monitor of events will see it.`,
          toSign: 'The same change by the ordinary function, which announces it.',
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
const isAnnounced = (found: readonly Discovered[], { simulation }: Outcome): boolean =>
  simulation.logs.some((log) =>
    announcementsOf(found, log.account).some(({ topic }) => topic === log.topics[0]),
  );

const announcementsOf = (
  found: readonly Discovered[],
  account: Address | null,
): readonly Announcement[] =>
  found
    .filter(({ frame }) => frame.account === account)
    .flatMap(({ readings }) => readings)
    .flatMap(({ announces }) => announces);

/** "AddedOwner, RemovedOwner or ChangedThreshold". */
function names(announced: readonly Announcement[]): string {
  const all = [...new Set(announced.map(({ signature }) => signature.replace(/\(.*/, '')))];
  return list(all, 'or');
}
