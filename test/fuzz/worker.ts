/** Decodes the inputs of a range, in a thread of its own: one that hangs can be ended from outside. */
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import type { Failure, Work } from './fuzz.ts';
import { inputAt } from './inputs.ts';
import { problemWith, type Target } from './target.ts';

const { targets: path, seed, from, end, step, slowMs, at } = workerData as Work;
const { TARGETS }: { readonly TARGETS: readonly Target[] } = await import(path);
const places = new Int32Array(at);

/** The shortest of several times: one alone may have waited for others. */
async function milliseconds(decode: () => Promise<unknown>): Promise<number> {
  let shortest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && shortest > slowMs; attempt += 1) {
    const started = performance.now();
    await decode();
    shortest = Math.min(shortest, performance.now() - started);
  }
  return shortest;
}

for (let place = from; place < end; place += step) {
  Atomics.store(places, 0, place);
  const { target, input } = inputAt(TARGETS, seed, place);
  let problem: string | null = null;
  const took = await milliseconds(async () => {
    problem = await problemWith(target, input);
  });
  if (took > slowMs) problem ??= `it takes ${Math.round(took)} ms`;
  if (problem !== null) {
    const failure: Failure = { place, problem };
    parentPort?.postMessage(failure);
  }
}
Atomics.store(places, 0, end);
