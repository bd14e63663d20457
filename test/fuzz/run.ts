/**
 * `npm run fuzz`: a million changed inputs for all decoders. `-- --seed N --runs M` runs others,
 * `--from I --runs 1` one of them again.
 */

import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Failure, fuzz } from './fuzz.ts';
import { inputAt } from './inputs.ts';
import { TARGETS } from './targets.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Date.now() / 1_000) % 2 ** 31) },
    runs: { type: 'string', default: '1000000' },
    from: { type: 'string', default: '0' },
  },
});
const [seed, runs, from] = [values.seed, values.runs, values.from].map((text) => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0 || number >= 2 ** 31) {
    throw new Error(`expected a whole number below 2^31, not ${text}`);
  }
  return number;
}) as [number, number, number];

const started = Date.now();
const seconds = () => (Date.now() - started) / 1_000;
const say = (line: string): boolean => process.stderr.write(line);
let shown = 0;

function progress(done: number, failed: number): void {
  const line = `${done} of ${runs} inputs, ${failed} failed, ${seconds().toFixed(0)} s`;
  if (process.stderr.isTTY) say(`\r${line}\u001b[K`);
  else if (done - shown >= 100_000) {
    shown = done;
    say(`${line}\n`);
  }
}

/** Kept, so that it is tried for ever: `bug` is to be given its name. */
function keep({ place, problem }: Failure): void {
  const { target, input } = inputAt(TARGETS, seed, place);
  const file = `test/fuzz/regressions/${target.name}-${seed}-${place}.json`;
  const bug = problem.split('\n')[0];
  writeFileSync(file, `${JSON.stringify({ bug, target: target.name, input }, null, 2)}\n`);
  say(`\n${target.name}: npm run fuzz -- --seed ${seed} --from ${place} --runs 1\n`);
  say(`kept as ${file}\n${problem}\n`);
}

say(`seed ${seed}: npm run fuzz -- --seed ${seed} --from ${from} --runs ${runs}\n`);
const failures = await fuzz({
  ...{
    targets: './targets.ts',
    seed,
    from,
    runs,
    slowMs: 1_000,
    hangMs: 20_000,
    onProgress: progress,
  },
  threads: Math.min(availableParallelism(), runs),
});
for (const failure of failures) keep(failure);
process.stdout.write(`${runs} inputs in ${seconds().toFixed(0)} s, ${failures.length} failed\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
