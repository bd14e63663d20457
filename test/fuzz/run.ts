/**
 * `npm run fuzz`: a million changed inputs for all decoders, then thousands of changed transactions for
 * `check`. `-- --seed N --runs M --checks K` runs others, `--from I --runs 1 --checks 0` one again.
 */

import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Failure, fuzz } from './fuzz.ts';
import { inputAt } from './inputs.ts';
import { fuzzSigning } from './signing.ts';
import { TARGETS } from './targets.ts';
import { startTreasury } from './treasury.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Date.now() / 1_000) % 2 ** 31) },
    runs: { type: 'string', default: '1000000' },
    checks: { type: 'string', default: '3000' },
    from: { type: 'string', default: '0' },
  },
});
const { seed: seeded, runs: many, checks: asked, from: begin } = values;
const [seed, runs, checks, from] = [seeded, many, asked, begin].map((text) => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0 || number >= 2 ** 31) {
    throw new Error(`expected a whole number below 2^31, not ${text}`);
  }
  return number;
}) as [number, number, number, number];

const started = Date.now();
const seconds = () => (Date.now() - started) / 1_000;
const say = (line: string): boolean => process.stderr.write(line);
let shown = 0;

function progress(what: string, all: number, every: number, done: number, failed: number): void {
  const line = `${done} of ${all} ${what}, ${failed} failed, ${seconds().toFixed(0)} s`;
  if (process.stderr.isTTY) say(`\r${line}\u001b[K`);
  else if (done - shown >= every) {
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

say(`seed ${seed}: npm run fuzz -- --seed ${seed} --from ${from} --runs ${runs}`);
say(` --checks ${checks}\n`);
const failures = await fuzz({
  ...{ targets: './targets.ts', seed, from, runs, slowMs: 1_000, hangMs: 20_000 },
  threads: Math.min(availableParallelism(), runs),
  onProgress: (done, failed) => progress('inputs', runs, 100_000, done, failed),
});
for (const failure of failures) keep(failure);
say(`\n${runs} inputs in ${seconds().toFixed(0)} s, ${failures.length} failed\n`);

shown = 0;
const chain = await startTreasury();
try {
  const { decided, failures: signed } = await fuzzSigning(chain, {
    ...{ seed, from, runs: checks },
    onProgress: (done, failed) => progress('transactions', checks, 1_000, done, failed),
  });
  for (const failure of signed) say(`\n${JSON.stringify(failure, null, 2)}\n`);
  const { SIGN, HOLD, REJECT, refused } = decided;
  say(
    `\n${checks} transactions: ${SIGN} SIGN, ${HOLD} HOLD, ${REJECT} REJECT, ${refused} refused; `,
  );
  say(`${signed.length} failed, ${seconds().toFixed(0)} s\n`);
  process.exitCode = failures.length + signed.length === 0 ? 0 : 1;
} finally {
  await chain.stop();
}
