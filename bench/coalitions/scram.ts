/**
 * SCRAM, an engine of the field, as a process (`apt-get install scram`). Of its report only the head is
 * read, up to the counts of sets: what lists them all can have gigabytes.
 *
 * @see https://scram-pra.org
 */
import { spawn, spawnSync } from 'node:child_process';

const ALGORITHMS = ['zbdd', 'bdd', 'mocus'] as const;

interface Run {
  readonly algorithm: (typeof ALGORITHMS)[number];
  /** What it says that the sets took, in milliseconds. */
  readonly reported: number;
  /** From its start until it had counted them, in milliseconds. */
  readonly wall: number;
  /** By the top: how many sets of one event, of two, ... */
  readonly counts: ReadonlyMap<string, readonly bigint[]>;
}

/** What SCRAM calls itself; `null` where it is not installed. */
export const scramVersion = (): string | null => {
  const { status, stdout } = spawnSync('scram', ['--version'], { encoding: 'utf8' });
  return status === 0 ? (/SCRAM [\d.]+/.exec(stdout)?.[0] ?? null) : null;
};

/** The quickest of its algorithms by its own time, the median of three; `null` where none ends in time. */
export async function quickest(
  files: readonly string[],
  tops: number,
  order: number,
  limit: number,
): Promise<Run | null> {
  const medians: Run[] = [];
  for (const algorithm of ALGORITHMS) {
    const runs: Run[] = [];
    for (let index = 0; index < 3; index += 1) {
      const run = await once(algorithm, files, tops, order, limit);
      if (run === null) break;
      runs.push(run);
    }
    const median = runs.sort((a, b) => a.reported - b.reported)[1];
    if (median !== undefined) medians.push(median);
  }
  return medians.sort((a, b) => a.reported - b.reported)[0] ?? null;
}

async function once(
  algorithm: Run['algorithm'],
  files: readonly string[],
  tops: number,
  order: number,
  limit: number,
): Promise<Run | null> {
  // Its own default is 20.
  const limited = ['--limit-order', String(order)];
  const started = performance.now();
  const child = spawn('scram', [`--${algorithm}`, ...limited, ...files], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), limit);
  let reported = 0;
  const counts = new Map<string, readonly bigint[]>();
  let rest = '';
  for await (const chunk of child.stdout) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const time = /<products>([\d.e+-]+)</.exec(line)?.[1];
      if (time !== undefined) reported += 1000 * Number(time);
      const [, name, distribution] =
        /<sum-of-products name="([^"]+)".* distribution="([\d ]+)"/.exec(line) ?? [];
      if (name !== undefined && distribution !== undefined) {
        counts.set(name, distribution.trim().split(' ').map(BigInt));
      }
    }
    if (counts.size === tops) break;
  }
  clearTimeout(timer);
  child.kill('SIGKILL');
  return counts.size < tops
    ? null
    : { algorithm, reported, wall: performance.now() - started, counts };
}
