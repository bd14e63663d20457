/** Runs of the decoders on changed inputs: none may crash or hang, and each refuses in words. */
import { Worker } from 'node:worker_threads';

/** What to run: the inputs from one place on. */
export interface Run {
  /** The module of decoders, whose `TARGETS` they are. */
  readonly targets: string;
  readonly seed: number;
  readonly from: number;
  readonly runs: number;
  readonly threads: number;
  /** An input that takes longer fails. */
  readonly slowMs: number;
  /** An input that takes longer is not waited for. */
  readonly hangMs: number;
  readonly onProgress?: (done: number, failures: number) => void;
}

/** An input that a decoder did not take as it should. */
export interface Failure {
  /** Where in the run. */
  readonly place: number;
  readonly problem: string;
}

/** What a thread is given. */
export interface Work {
  readonly targets: string;
  readonly seed: number;
  readonly from: number;
  readonly end: number;
  readonly step: number;
  readonly slowMs: number;
  /** Where it is: one number, shared. */
  readonly at: SharedArrayBuffer;
}

/** Whatever ends more threads than this ends all of them. */
const MAX_STOPS = 20;
const LOOK_MS = 250;
/** Where a thread is until it has loaded all that it needs, and how long that may take. */
const NOT_BEGUN = -1;
const BEGIN_MS = 120_000;
const MAX_MEGABYTES = 1_024;

/** Runs all inputs, each in one of several threads; returns those that failed, by their place. */
export async function fuzz(run: Run): Promise<readonly Failure[]> {
  const { from, runs, threads, onProgress } = run;
  const failures: Failure[] = [];
  const places = Array.from({ length: threads }, (_, index) => from + index);
  const report = () => {
    const done = places.reduce((sum, place) => sum + Math.ceil((place - from) / threads), 0);
    onProgress?.(Math.min(done, runs), failures.length);
  };
  await Promise.all(
    places.map((start, index) =>
      runThread(run, start, {
        onPlace: (place) => {
          places[index] = place;
          report();
        },
        onFailure: (failure) => failures.push(failure),
      }),
    ),
  );
  return failures.sort((a, b) => a.place - b.place);
}

interface Listener {
  readonly onPlace: (place: number) => void;
  readonly onFailure: (failure: Failure) => void;
}

/** Runs every so many-th input; one that ends its thread, or has it hang, fails, and another goes on. */
async function runThread(run: Run, start: number, listener: Listener): Promise<void> {
  const end = run.from + run.runs;
  let next = start;
  for (let stops = 0; next < end && stops < MAX_STOPS; stops += 1) {
    const stopped = await runUntilStopped(run, next, listener);
    if (stopped === null) return;
    listener.onFailure(stopped);
    next = stopped.place + run.threads;
  }
}

/** Runs until the end, or until an input stops it. */
async function runUntilStopped(
  { targets, seed, from, runs, threads, slowMs, hangMs }: Run,
  start: number,
  { onPlace, onFailure }: Listener,
): Promise<Failure | null> {
  const at = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const places = new Int32Array(at);
  Atomics.store(places, 0, NOT_BEGUN);
  const work: Work = { targets, seed, from: start, end: from + runs, step: threads, slowMs, at };
  const worker = new Worker(new URL('./thread.mjs', import.meta.url), {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: MAX_MEGABYTES },
  });
  worker.on('message', onFailure);
  let last = { place: NOT_BEGUN, since: Date.now() };
  let problem: string | null = null;
  const watch = setInterval(() => {
    const place = Atomics.load(places, 0);
    if (place !== last.place) last = { place, since: Date.now() };
    if (place !== NOT_BEGUN) onPlace(place);
    const limit = place === NOT_BEGUN ? BEGIN_MS : hangMs;
    if (Date.now() - last.since < limit) return;
    problem ??= `it takes longer than ${limit} ms`;
    void worker.terminate();
  }, LOOK_MS);
  return await new Promise((resolve) => {
    worker.once('error', (error) => {
      problem ??= `it ends its thread: ${error.stack ?? error.message}`;
    });
    worker.once('exit', (code) => {
      clearInterval(watch);
      const place = Math.max(start, Atomics.load(places, 0));
      onPlace(place);
      if (place < from + runs) problem ??= `it ends its thread, with code ${code}`;
      resolve(problem === null ? null : { place, problem });
    });
  });
}
