/** Measures one graph of authority, in a process of its own: its peak of memory is that of this graph. */
import { engine } from '../../src/power/engine.ts';
import { build, type ChangingGraph } from '../../src/power/graph.ts';
import { type Node, nodeId, type Rule } from '../../src/power/model.ts';
import { inTheEnd } from '../../src/power/staircase.ts';
import { authority, changed } from './authority.ts';
import { random } from './random.ts';
import { median } from './table.ts';

/** What the parent is told. Times in milliseconds, memory in megabytes. */
export interface Measured {
  readonly nodes: number;
  readonly rules: number;
  readonly assets: number;
  readonly sets: string;
  /** Of the process before anything. */
  readonly memoryAtStart: number;
  readonly generated: number;
  readonly memoryOfRules: number;
  readonly built: number;
  readonly memoryOfGraph: number;
  readonly solved: number;
  readonly memory: number;
  /** The first change, which works out once what rests on what. */
  readonly firstChange: number;
  readonly updates: readonly number[];
  readonly memoryOfUpdates: number;
}

const SEED = 1;
const CHANGES = 2_000;
/** Nodes of all families together. */
const ROOM = 1 << 24;
/** Graphs up to this size are measured in a warm process: the median of five. */
const SMALL = 20_000;

const [size = 100, order = 6] = process.argv.slice(2).map(Number);

const memory = (): number => Math.round(process.resourceUsage().maxRSS / 1024);
const timed = <T>(work: () => T): readonly [T, number] => {
  const started = performance.now();
  return [work(), performance.now() - started];
};

const memoryAtStart = memory();
const [{ rules, assets }, generated] = timed(() => authority(size, SEED));
const memoryOfRules = memory();

function solveAll(graph: ChangingGraph) {
  const by = engine({ order, nodes: ROOM, hopeless: new WeakMap() });
  const families = new Map<Node, number>();
  for (const asset of assets) {
    families.set(asset, inTheEnd(by.reaches(graph, graph.placed(asset))));
  }
  return { by, families };
}

const warm =
  size > SMALL
    ? []
    : Array.from({ length: 5 }, () => {
        const [graph, built] = timed(() => build(rules));
        return { built, solved: timed(() => solveAll(graph))[1] };
      });
const [graph, built] = timed(() => build(rules));
const memoryOfGraph = memory();
const [{ by, families }, solved] = timed(() => solveAll(graph));
const memoryOfSolved = memory();
let sets = 0n;
for (const family of families.values()) sets += by.families.count(family);

const { firstChange, updates } = change();
const measured: Measured = {
  nodes: graph.nodes.length,
  rules: rules.length,
  assets: assets.length,
  sets: String(sets),
  memoryAtStart,
  generated,
  memoryOfRules,
  built: median([...warm.map((each) => each.built), built]),
  memoryOfGraph,
  solved: median([...warm.map((each) => each.solved), solved]),
  memory: memoryOfSolved,
  firstChange,
  updates,
  memoryOfUpdates: memory(),
};
process.send?.(measured);

/** Changes one rule after another, and has repaired what rests on it. */
function change() {
  const random32 = random(SEED + 1);
  const byNode = new Map<string, Rule[]>();
  for (const rule of rules) {
    const id = nodeId(rule.grants);
    byNode.set(id, [...(byNode.get(id) ?? []), rule]);
  }
  const times: number[] = [];
  for (let done = 0; done <= CHANGES; done += 1) {
    const at = random32.below(rules.length);
    const rule = rules[at];
    if (rule === undefined) continue;
    const all = byNode.get(nodeId(rule.grants)) ?? [];
    const which = random32.below(all.length);
    // Rules nearby are of the same organisation.
    const others = rules.slice(Math.max(0, at - 20), at + 20).map(({ grants }) => grants);
    const next = all.map((each, index) =>
      index === which ? changed(each, random32, others) : each,
    );
    byNode.set(nodeId(rule.grants), next);
    const [, time] = timed(() => by.repair(graph, graph.regrant(rule.grants, next)));
    times.push(time);
  }
  const [firstChange = 0, ...updates] = times;
  return { firstChange, updates };
}
