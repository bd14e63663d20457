/** Fault trees: Castellan's engine beside SCRAM, on the same files in the same run. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../../src/errors.ts';
import { faultTree } from './fault-trees.ts';
import { type FaultTrees, parseFaultTrees } from './open-psa.ts';
import { quickest } from './scram.ts';
import { type Solved, solve } from './solve.ts';
import { median, print, row, shown } from './table.ts';

const ORDER = 4;
const REPETITIONS = 5;
/** SCRAM writes every set that it finds, and is asked for no more than that. */
const MOST_SETS = 1_000_000n;
/** What SCRAM may take for a tree, in milliseconds. */
const PATIENCE = 10_000;

const GENERATED = [
  ...[20, 50, 100, 200, 300, 500, 1_000, 1_500].map((gates) => ({ gates, seed: 3 })),
  { gates: 300, seed: 1 },
];
/** Trees that come with SCRAM. */
const EXAMPLES = '/usr/share/scram/input';
/** The events of a model, which may stand beside it. */
const EVENTS = '-basic-events.xml';

const WIDTHS = [26, 6, 7, 5, 24, 9, 6, 10, 10, 9, 9];

/** Generates trees, and runs them with those that come with SCRAM. */
export async function compareGenerated(hasScram: boolean): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-trees-'));
  try {
    for (const { gates, seed } of GENERATED) {
      writeFileSync(join(folder, `generated-${gates}-${seed}.xml`), faultTree({ gates, seed }));
    }
    const folders = existsSync(EXAMPLES) ? [folder, EXAMPLES] : [folder];
    return await compareTrees(folders, hasScram);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs every tree of some folders; false where SCRAM counts other sets than Castellan. */
export async function compareTrees(
  folders: readonly string[],
  hasScram: boolean,
): Promise<boolean> {
  row(WIDTHS, [
    ...['tree', 'gates', 'events', 'order', 'sets of 1, 2, 3, 4', 'ms', 'scram', 'reported'],
    ...['process', 'ratio', 'ratio'],
  ]);
  let isSame = true;
  for (const folder of folders) {
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort(byNumber)) {
      if (!file.endsWith('.xml') || file.endsWith(EVENTS)) continue;
      const path = join(folder, file);
      const events = path.replace(/\.xml$/, EVENTS);
      const files = existsSync(events) ? [path, events] : [path];
      const trees = parsed(file, files);
      if (trees === null) continue;
      isSame = (await compare(file, files, trees, ORDER, hasScram)) && isSame;
      isSame = (await compare(file, files, trees, null, hasScram)) && isSame;
    }
  }
  return isSame;
}

function parsed(name: string, files: readonly string[]): FaultTrees | null {
  try {
    return parseFaultTrees(
      name,
      files.map((file) => readFileSync(file, 'utf8')),
    );
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    print(error.message);
    return null;
  }
}

async function compare(
  file: string,
  files: readonly string[],
  trees: FaultTrees,
  order: number | null,
  hasScram: boolean,
): Promise<boolean> {
  const head = [
    order === null ? '' : file.replace(/\.xml$/, ''),
    ...(order === null ? ['', ''] : [trees.gates, trees.basicEvents]),
    order ?? 'full',
  ];
  const runs: Solved[] = [];
  for (let run = 0; run <= REPETITIONS; run += 1) {
    const found = solve(trees, order ?? Number.POSITIVE_INFINITY);
    if (found === null) return row(WIDTHS, [...head, 'no room for them']);
    // The first warms up.
    if (run > 0) runs.push(found);
  }
  const ours = median(runs.map(({ milliseconds }) => milliseconds));
  const counts = runs[0]?.counts ?? new Map<string, readonly bigint[]>();
  const total = [...counts.values()].flat().reduce((sum, each) => sum + each, 0n);
  const sets = order === null ? `${total} in all` : tallies(counts);
  if (!hasScram || total > MOST_SETS) return row(WIDTHS, [...head, sets, shown(ours)]);
  const theirs = await quickest(files, trees.tops.size, order ?? trees.basicEvents, PATIENCE);
  if (theirs === null) {
    const waited = `> ${PATIENCE}`;
    const ratio = `< ${(ours / PATIENCE).toFixed(4)}`;
    return row(WIDTHS, [...head, sets, shown(ours), '-', waited, waited, ratio, ratio]);
  }
  row(WIDTHS, [
    ...[...head, sets, shown(ours)],
    ...[theirs.algorithm, shown(theirs.reported), shown(theirs.wall)],
    ...[(ours / theirs.reported).toFixed(2), (ours / theirs.wall).toFixed(2)],
  ]);
  const isSame = tallies(counts) === tallies(padded(theirs.counts));
  if (!isSame) print(`MISMATCH: ${file}: SCRAM counts ${tallies(padded(theirs.counts))}`);
  return isSame;
}

/** SCRAM tells nothing of the set of no event. */
const padded = (counts: ReadonlyMap<string, readonly bigint[]>) =>
  new Map([...counts].map(([top, of]) => [top, [0n, ...of]]));

/** How many sets of one event, of two, ...; of each top. */
const tallies = (counts: ReadonlyMap<string, readonly bigint[]>): string =>
  [...counts.keys()]
    .sort()
    .map((top) =>
      (counts.get(top) ?? [])
        .slice(1)
        .join(' ')
        .replace(/( 0)+$/, ''),
    )
    .join(', ');

const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
