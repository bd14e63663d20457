/** The reads by which power changed: what a person looks up to see it for themselves. */

import type { PowerMap } from '../map/map.ts';
import { type PowerChange, path } from '../power/analysis.ts';
import type { Coalition } from '../power/coalitions.ts';
import type { Evidence, Rule } from '../power/model.ts';
import type { ChangeSeen } from './facts.ts';

/** The paths of this many coalitions, the smallest, are followed. */
const MAX_PATHS = 50;

/**
 * What a change of power rests on and reads differently after: with both answers where it was read
 * before, in the order found.
 */
export function changedReads(change: ChangeSeen): readonly Evidence[] {
  const { before, after } = change;
  const [was, is] = [valuesOf(before.rules), valuesOf(after.rules)];
  const reads = [
    ...readsBehind(change, change.gained, after),
    ...readsBehind(change, change.lost, before),
  ];
  return [...new Set(reads)].flatMap((read) => {
    const [old, now] = [was.get(read), is.get(read)];
    if (now === undefined || old === now) return [];
    const after = { read: `after: ${read}`, value: now };
    return old === undefined ? [after] : [{ read: `before: ${read}`, value: old }, after];
  });
}

const valuesOf = (rules: readonly Rule[]): ReadonlyMap<string, string> =>
  new Map(
    rules.flatMap(({ evidence }) => evidence.map(({ read, value }) => [read, value] as const)),
  );

const readsBehind = (
  change: PowerChange,
  coalitions: readonly Coalition[],
  map: PowerMap,
): readonly string[] =>
  coalitions
    .slice(0, MAX_PATHS)
    .flatMap((coalition) => path(map, change, coalition))
    .flatMap(({ evidence }) => evidence.map(({ read }) => read));
