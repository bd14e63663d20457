import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { TARGETS as BROKEN } from './broken.ts';
import { fuzz, type Run } from './fuzz.ts';
import { inputAt } from './inputs.ts';
import { problemWith } from './target.ts';
import { TARGETS } from './targets.ts';

/** So much of the million of `npm run fuzz`; others on every day. */
const RUNS = 20_000;
const SEED = Math.floor(Date.now() / 86_400_000);
const MINUTES = 60_000;

const run: Run = {
  ...{ targets: './targets.ts', seed: SEED, from: 0, runs: RUNS, threads: 2 },
  // Machines that test are busy: how long each takes is measured by `npm run fuzz` alone.
  ...{ slowMs: Number.POSITIVE_INFINITY, hangMs: 30_000 },
};

test.each(TARGETS)('$name takes what it is meant for', async (target) => {
  for (const input of target.corpus) expect(await problemWith(target, input)).toBeNull();
});

test(
  'no changed input crashes a decoder or has it hang',
  async () => {
    const failures = await fuzz(run);
    const told = failures.map(({ place, problem }) => {
      const { target, input } = inputAt(TARGETS, SEED, place);
      return {
        replay: `npm run fuzz -- --seed ${SEED} --from ${place} --runs 1`,
        target: target.name,
        input,
        problem,
      };
    });
    expect(told).toEqual([]);
  },
  5 * MINUTES,
);

test('what ever failed does not any more', async () => {
  const folder = new URL('regressions/', import.meta.url);
  const kept = z.strictObject({ bug: z.string(), target: z.string(), input: z.string() });
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.json')) continue;
    const {
      bug,
      target: name,
      input,
    } = kept.parse(JSON.parse(await readFile(new URL(file, folder), 'utf8')));
    const target = TARGETS.find((each) => each.name === name);
    if (target === undefined) throw new Error(`${file} is for ${name}, which is no decoder`);
    expect(await problemWith(target, input), bug).toBeNull();
  }
});

test(
  'a run notices every kind of bug, and goes on',
  async () => {
    const seed = 1;
    const failures = await fuzz({
      ...{ targets: './broken.ts', seed, from: 0, runs: 4_000, threads: 2 },
      ...{ slowMs: 100, hangMs: 3_000 },
    });
    const found = failures.map(({ place, problem }) => {
      const { name } = inputAt(BROKEN, seed, place).target;
      return `${name}: ${problem.split('\n')[0]}`.replace(/\d+ ms/, 'N ms');
    });
    expect([...new Set(found)].sort()).toEqual([
      'ends all: it ends its thread, with code 3',
      'hangs: it takes longer than N ms',
      'is slow: it takes N ms',
      'refuses without saying what: it does not say where: elsewhere: no',
      'throws: TypeError: seven is not a number',
    ]);
  },
  5 * MINUTES,
);

test('an input is the same for the same seed and place, and another for any other', () => {
  const inputs = (seed: number) =>
    Array.from({ length: 200 }, (_, place) => inputAt(TARGETS, seed, place).input);
  expect(inputs(1)).toEqual(inputs(1));
  expect(new Set([...inputs(1), ...inputs(2)]).size).toBeGreaterThan(390);
});

test('much of what is changed is still accepted by each decoder', async () => {
  for (const target of TARGETS) {
    const inputs = Array.from({ length: 200 }, (_, place) => inputAt([target], 1, place).input);
    let accepted = 0;
    for (const input of inputs) {
      try {
        await target.decode(input);
        accepted += 1;
      } catch (error) {
        expect(error).toMatchObject({ name: 'InputError' });
      }
    }
    expect(accepted, target.name).toBeGreaterThan(5);
  }
});
