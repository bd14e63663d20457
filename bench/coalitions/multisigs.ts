/** Quorums over each other, whose answers are known by counting. */
import { coalitions } from '../../src/power/coalitions.ts';
import { nodeId } from '../../src/power/model.ts';
import { ALL_OF_SEVERAL } from '../../test/support/multisigs.ts';
import { median, print, row, shown } from './table.ts';

const MOST = 50;
const WIDTHS = [44, 9, 9, 8];

/** Prints how long each takes; false where one takes too long, or is wrong. */
export function measureMultisigs(): boolean {
  row(WIDTHS, ['', 'sets', 'expected', 'ms']);
  let isGood = true;
  for (const { name, rules, goal, count } of ALL_OF_SEVERAL) {
    const times: number[] = [];
    let found = coalitions([...rules], goal);
    for (let run = 0; run < 5; run += 1) {
      const started = performance.now();
      found = coalitions([...rules], goal);
      times.push(performance.now() - started);
    }
    row(WIDTHS, [name, String(found.count), String(count), shown(median(times))]);
    if (found.count < 10n) {
      for (const { leaves } of found.list) print(`  ${leaves.map(nodeId).join(' + ')}`);
    }
    isGood &&= found.count === count && median(times) < MOST;
  }
  return isGood;
}
