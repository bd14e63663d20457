/**
 * How long `check` takes beside one bare `debug_traceCall` of the same message, with the same overrides,
 * by the same node; how long a chain of questions it takes, and how many calls. Both are measured on a
 * node of this machine, and on the same node behind a delay.
 */
import { batched } from '../../src/chains/evm/batch.ts';
import type { CodeCache } from '../../src/chains/evm/code-cache.ts';
import { type Node, rpcNode } from '../../src/chains/evm/node.ts';
import { readsAhead } from '../../src/chains/evm/readers/index.ts';
import { openState } from '../../src/chains/evm/state.ts';
import { gatherFacts } from '../../src/check/check.ts';
import { judge, type Verdict } from '../../src/check/verdict.ts';
import { type Count, countingNode } from '../map/count.ts';
import { type Case, startCases } from './cases.ts';
import { delayed } from './latency.ts';

const DELAY_MS = 20;
const REPETITIONS = 9;
const MAX_RATIO = 5;
const MAX_ROUND_TRIPS = 8;

type Params = readonly unknown[];

/** One check, timed from the opening of the node to the verdict. */
interface Run extends Count {
  readonly milliseconds: number;
  readonly decision: Verdict['decision'];
  /** Of the first trace that it asked for. */
  readonly traced: Params | null;
}

async function runCheck(url: string, of: Case, cache: CodeCache | null): Promise<Run> {
  const { organisation, request } = of;
  const started = performance.now();
  const traced = keepingTraces(rpcNode(url));
  const { node: counted, count } = countingNode(traced.node);
  const node = batched(counted, { readsAhead, ...(cache === null ? {} : { cache }) });
  const state = await openState(node);
  const facts = await gatherFacts({ node, state, organisation, request });
  const { decision } = judge(node.source, state, facts);
  return {
    ...count(),
    milliseconds: performance.now() - started,
    decision,
    traced: traced.first(),
  };
}

/** A node that remembers the first trace of calls that it was asked for. */
function keepingTraces(node: Node): { readonly node: Node; first(): Params | null } {
  let first: Params | null = null;
  return {
    node: {
      source: node.source,
      request: (method, params) => {
        const isTrace =
          method === 'debug_traceCall' && JSON.stringify(params).includes('callTracer');
        if (isTrace) first ??= params;
        return node.request(method, params);
      },
    },
    first: () => first,
  };
}

async function runBare(url: string, params: Params): Promise<number> {
  const started = performance.now();
  await rpcNode(url).request('debug_traceCall', params);
  return performance.now() - started;
}

/** What a code cache on disk would give, without the disk. */
function memory(): CodeCache {
  const codes = new Map<string, `0x${string}`>();
  return {
    get: (hash) => Promise.resolve(codes.get(hash) ?? null),
    put: async (hash, code) => void codes.set(hash, code),
  };
}

interface Measured extends Run {
  readonly bare: number;
}

/** Medians of repetitions, each of which makes the one after the other. */
async function measure(url: string, of: Case, cache: CodeCache | null): Promise<Measured> {
  const first = await runCheck(url, of, cache);
  if (first.traced === null) throw new Error(`${of.name} is not traced`);
  const [checks, bares]: [number[], number[]] = [[], []];
  for (let round = 0; round < REPETITIONS; round += 1) {
    bares.push(await runBare(url, first.traced));
    checks.push((await runCheck(url, of, cache)).milliseconds);
  }
  return { ...first, milliseconds: median(checks), bare: median(bares) };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

const row = (cells: readonly (string | number)[]): boolean =>
  print(
    cells
      .map((cell, index) => (index === 0 ? String(cell).padEnd(20) : String(cell).padStart(10)))
      .join(''),
  );

const cases = await startCases();
const chains = [...new Set(cases.map(({ chain }) => chain))];
let isWithin = true;
try {
  for (const [title, delay] of [
    ['a node on this machine', 0],
    [`the same, each request ${DELAY_MS} ms later`, DELAY_MS],
  ] as const) {
    for (const kind of ['cold', 'warm'] as const) {
      print(`\n${title}, ${kind}`);
      row(['', 'verdict', 'calls', 'trips', 'check ms', 'bare ms', 'ratio']);
      for (const each of cases) {
        const cache = kind === 'warm' ? memory() : null;
        const proxy = delay === 0 ? null : await delayed(each.chain.url, delay);
        const measured = await measure(proxy?.url ?? each.chain.url, each, cache);
        proxy?.stop();
        const { decision, calls, roundTrips, milliseconds, bare } = measured;
        const ratio = milliseconds / bare;
        isWithin &&= roundTrips <= MAX_ROUND_TRIPS && (delay === 0 || ratio <= MAX_RATIO);
        const times = [milliseconds.toFixed(1), bare.toFixed(1), ratio.toFixed(1)];
        row([each.name, decision, calls, roundTrips, ...times]);
      }
    }
  }
} finally {
  await Promise.all(chains.map((chain) => chain.stop()));
}
print(`within: ${isWithin}`);
process.exitCode = isWithin ? 0 : 1;
