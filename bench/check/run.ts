/**
 * How long `check` takes beside a bare `debug_traceCall` of what is signed, and of what that queues, with
 * the same overrides, by the same node; how long a chain of questions it takes, and how many calls. The
 * node is on this machine; the second table has it answer as a hosted one of Ethereum does.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batched } from '../../src/chains/evm/batch.ts';
import { type Node, rpcNode } from '../../src/chains/evm/node.ts';
import { readsAhead } from '../../src/chains/evm/readers/index.ts';
import { openState } from '../../src/chains/evm/state.ts';
import { accountsOf, gatherFacts } from '../../src/check/check.ts';
import { judge, type Verdict } from '../../src/check/verdict.ts';
import { everyPosition } from '../../src/map/map.ts';
import { type Count, countingNode } from '../map/count.ts';
import { type Case, startCases } from './cases.ts';
import { type Delay, delayed } from './latency.ts';

/** A trace takes longer where a state of hundreds of millions of accounts is read from a disk. */
const HOSTED: Delay = { away: 20, trace: 50 };
const REPETITIONS = 11;
const MAX_RATIO = 5;
const MAX_ROUND_TRIPS = 8;

type Params = readonly unknown[];

/** One check, timed from the opening of the node to the verdict. */
interface Run extends Count {
  readonly milliseconds: number;
  readonly decision: Verdict['decision'];
  /** What the traces of calls that it asked for were asked with. */
  readonly traced: readonly Params[];
}

async function runCheck(url: string, { organisation, request }: Case): Promise<Run> {
  const started = performance.now();
  const traces = keepingTraces(rpcNode(url));
  const { node: counted, count } = countingNode(traces.node);
  const first = [...accountsOf(request), ...everyPosition(organisation)];
  const node = batched(counted, { readsAhead, first });
  const state = await openState(node);
  const facts = await gatherFacts({ node, state, organisation, request });
  const { decision } = judge(node.source, state, facts);
  const milliseconds = performance.now() - started;
  return { ...count(), milliseconds, decision, traced: traces.asked };
}

/** A node that remembers the traces of calls that it was asked for. */
function keepingTraces(node: Node): { readonly node: Node; readonly asked: readonly Params[] } {
  const asked: Params[] = [];
  return {
    asked,
    node: {
      source: node.source,
      request: (method, params) => {
        const isOfCalls =
          method === 'debug_traceCall' && JSON.stringify(params).includes('callTracer');
        if (isOfCalls) asked.push(params);
        return node.request(method, params);
      },
    },
  };
}

async function runBare(url: string, traced: readonly Params[]): Promise<number> {
  const started = performance.now();
  const node = rpcNode(url);
  for (const params of traced) await node.request('debug_traceCall', params);
  return performance.now() - started;
}

/** The built command line, from its start to its end, without a cache of code. */
async function runCli(of: Case, folder: string): Promise<number> {
  const organisation = join(folder, 'castellan.yaml');
  await writeFile(organisation, of.declared);
  const started = performance.now();
  await new Promise<void>((done) => {
    const common = ['--rpc', of.chain.url, '--org', organisation, '--no-cache'];
    const child = execFile(
      process.execPath,
      ['dist/cli/main.js', 'check', ...of.args, ...common],
      { maxBuffer: 1 << 26 },
      () => done(),
    );
    child.stdin?.end(of.document);
  });
  return performance.now() - started;
}

interface Measured extends Run {
  readonly bare: number;
}

/** Medians of repetitions, each of which makes the one after the other. */
async function measure(url: string, of: Case): Promise<Measured> {
  const first = await runCheck(url, of);
  if (first.traced.length === 0) throw new Error(`${of.name} is not traced`);
  const [checks, bares]: [number[], number[]] = [[], []];
  for (let round = 0; round < REPETITIONS; round += 1) {
    bares.push(await runBare(url, first.traced));
    checks.push((await runCheck(url, of)).milliseconds);
  }
  return { ...first, milliseconds: median(checks), bare: median(bares) };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

const row = (cells: readonly (string | number)[]): boolean =>
  print(
    cells
      .map((cell, index) => (index === 0 ? String(cell).padEnd(34) : String(cell).padStart(10)))
      .join(''),
  );

const cases = await startCases();
const chains = new Set(cases.map(({ chain }) => chain));
const folder = await mkdtemp(join(tmpdir(), 'castellan-bench-'));
const missed: string[] = [];
try {
  for (const [title, delay] of [
    ['a node on this machine, with a chain of a few accounts', null],
    [`the same, ${HOSTED.away} ms away, and ${HOSTED.trace} ms for a trace`, HOSTED],
  ] as const) {
    print(title);
    row(['', 'verdict', 'calls', 'trips', 'traces', 'check ms', 'bare ms', 'ratio']);
    for (const each of cases) {
      const proxy = delay === null ? null : await delayed(each.chain.url, delay);
      const measured = await measure(proxy?.url ?? each.chain.url, each);
      proxy?.stop();
      const { decision, calls, roundTrips, traced, milliseconds, bare } = measured;
      const ratio = milliseconds / bare;
      if (roundTrips > MAX_ROUND_TRIPS) missed.push(`${each.name}: ${roundTrips} round trips`);
      if (ratio > MAX_RATIO && delay !== null)
        missed.push(`${each.name}: ${ratio.toFixed(1)} times`);
      const times = [milliseconds, bare, ratio].map((value) => value.toFixed(1));
      row([each.name, decision, calls, roundTrips, traced.length, ...times]);
    }
    print('');
  }
  print('castellan check as a command, from its start to its end, without a cache of code: ms');
  for (const each of cases) row([each.name, (await runCli(each, folder)).toFixed(0)]);
} finally {
  await Promise.all([...chains].map((chain) => chain.stop()));
  await rm(folder, { recursive: true });
}
print(
  `\nTarget: at most ${MAX_ROUND_TRIPS} round trips, and with a hosted node ${MAX_RATIO} times a bare trace: ${missed.length === 0 ? 'met' : 'missed'}`,
);
for (const line of missed) print(`  ${line}`);
process.exitCode = missed.length === 0 ? 0 : 1;
