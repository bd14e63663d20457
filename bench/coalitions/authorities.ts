/** The authority of organisations of three sizes: how long, how much memory, and a changed rule. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Measured } from './measure-authority.ts';
import { print, row, shown } from './table.ts';

interface Size {
  readonly nodes: number;
  /** Sets of more leaves are left out. */
  readonly order: number;
  /** What solving, memory, and a change may take at most; `null` where nothing is wanted. */
  readonly limits: {
    readonly solved: number;
    readonly memory: number;
    readonly update: number;
  } | null;
}

const SIZES: readonly Size[] = [
  { nodes: 100, order: 6, limits: null },
  { nodes: 10_000, order: 6, limits: { solved: 100, memory: 1024, update: 5 } },
  { nodes: 1_000_000, order: 4, limits: { solved: 15_000, memory: 1024, update: 5 } },
];
const WIDTHS = [9, 6, 9, 9, 11, 9, 9, 9, 16, 9, 9, 9];

/** Prints what each size takes, and whether that is within what is wanted. */
export async function measureAuthorities(): Promise<void> {
  row(WIDTHS, [
    ...['nodes', 'order', 'rules', 'assets', 'sets', 'build ms', 'solve ms', 'peak MB'],
    ...['rules/graph MB', 'p50 ms', 'p99 ms', 'worst ms'],
  ]);
  for (const { nodes, order, limits } of SIZES) {
    const found = await measure(nodes, order);
    const updates = found.updates.toSorted((a, b) => a - b);
    const p99 = percentile(updates, 0.99);
    row(WIDTHS, [
      ...[found.nodes, order, found.rules, found.assets, found.sets],
      ...[shown(found.built), shown(found.solved), found.memory],
      `${found.memoryOfRules}/${found.memoryOfGraph}`,
      ...[percentile(updates, 0.5).toFixed(3), p99.toFixed(2), shown(updates.at(-1) ?? 0)],
    ]);
    print(
      `  ${shown(found.generated)} ms to generate, ${found.memoryAtStart} MB before that; first change ${shown(found.firstChange)} ms; ${updates.length} changes, ${found.memoryOfUpdates} MB with them`,
    );
    if (limits === null) continue;
    const isWithin = (value: number, limit: number): string => (value <= limit ? 'met' : 'MISSED');
    print(
      `  wanted: ${limits.solved} ms ${isWithin(found.solved, limits.solved)}, ${limits.memory} MB ${isWithin(found.memory, limits.memory)}, p99 ${limits.update} ms ${isWithin(p99, limits.update)}`,
    );
  }
}

/** In a process of its own, whose memory is that of this graph alone. */
async function measure(nodes: number, order: number): Promise<Measured> {
  const program = fileURLToPath(new URL('./measure-authority.ts', import.meta.url));
  const child = fork(program, [String(nodes), String(order)]);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`measuring ${nodes} nodes ended with ${code}`);
  });
  const [found] = await Promise.race([once(child, 'message'), ended]);
  return found as Measured;
}

const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.floor(part * sorted.length)] ?? Number.NaN;
