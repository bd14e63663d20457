/** Which single addition to the rules would make a position harder to take: computed, by trying each. */
import { type Engine, engine } from './engine.ts';
import { TooLargeError } from './families.ts';
import { build, type ChangingGraph, type Placed, placesBehind } from './graph.ts';
import {
  type AccountId,
  after,
  all,
  atLeast,
  leaf,
  type Node,
  type Requirement,
  type Rule,
  taking,
} from './model.ts';
import { HopelessError } from './solver.ts';
import { inTheEnd, type Staircase } from './staircase.ts';

/** One more signer than now, the consent of someone who has no part yet, or a wait. */
export const ADDITIONS = ['signer', 'check', 'delay'] as const;

type Addition = (typeof ADDITIONS)[number];

/** What one addition would bring. */
export interface Advice {
  /** The power that would ask for it, by whichever rule it is had. */
  readonly node: Node;
  readonly addition: Addition;
  /** The fewest leaves that take the position then. */
  readonly fewest: number;
  /** The earliest second at which any do. */
  readonly soonest: number;
}

/** The wait that is tried: within a day, people look. */
const DELAY_SECONDS = 86_400;
/** Whoever has no part in anything yet. */
const CHECK = leaf('key', 'an independent check');
/** Powers that are changed in turn, those nearest to the position first. */
const MAX_NODES = 100;
const BOUNDS = { order: Number.POSITIVE_INFINITY, nodes: 1 << 18 };

/**
 * Says of an account what would raise the fewest leaves that take it, or else the time that they need, most:
 * each addition where it brings most, the best first. Nothing where nobody takes it, or anybody does; `null`
 * where whoever takes it cannot be worked out in full.
 */
export function adviser(rules: readonly Rule[]): (account: AccountId) => readonly Advice[] | null {
  const begin = () => ({ by: engine({ ...BOUNDS, hopeless: new WeakMap() }), graph: build(rules) });
  let { by, graph } = begin();
  return (account) => {
    try {
      return adviseBy(by, graph, graph.placed(taking(rules, account)));
    } catch (error) {
      if (!(error instanceof TooLargeError || error instanceof HopelessError)) throw error;
      // What was added when it was given up is still there.
      ({ by, graph } = begin());
      return null;
    }
  };
}

function adviseBy(by: Engine, graph: ChangingGraph, goal: Placed): readonly Advice[] {
  const now = measure(by, by.reaches(graph, goal));
  if (now === null || now.fewest === 0) return [];
  const powers = [...placesBehind(graph, goal)]
    .filter((place) => graph.nodes[place]?.type === 'power' && graph.grantsOf(place).length > 0)
    .slice(0, MAX_NODES);
  const found: Advice[] = [];
  for (const place of powers) {
    const node = graph.nodes[place];
    if (node === undefined) continue;
    const granted = graph.grantsOf(place).map(({ rule }) => rule);
    for (const addition of ADDITIONS) {
      const added = granted.map((rule) => withAddition(rule, addition));
      if (added.every((rule, index) => rule === granted[index])) continue;
      by.repair(graph, graph.regrant(node, added));
      const then = measure(by, by.reaches(graph, goal));
      if (then !== null && isHarder(then, now)) found.push({ node, addition, ...then });
      by.repair(graph, graph.regrant(node, granted));
    }
  }
  const best = found.sort((a, b) => b.fewest - a.fewest || b.soonest - a.soonest);
  return ADDITIONS.flatMap(
    (addition) => best.find((each) => each.addition === addition) ?? [],
  ).sort((a, b) => best.indexOf(a) - best.indexOf(b));
}

/** How few it takes and how soon; `null` where nobody does. */
function measure(
  { families }: Engine,
  reached: Staircase,
): Pick<Advice, 'fewest' | 'soonest'> | null {
  const [first] = reached;
  if (first === undefined) return null;
  return { fewest: families.fewest(inTheEnd(reached)), soonest: first.seconds };
}

const isHarder = (
  then: Pick<Advice, 'fewest' | 'soonest'>,
  now: Pick<Advice, 'fewest' | 'soonest'>,
): boolean => then.fewest > now.fewest || then.soonest > now.soonest;

function withAddition(rule: Rule, addition: Addition): Rule {
  switch (addition) {
    case 'signer': {
      const requires = oneMore(rule.requires);
      return requires === rule.requires ? rule : { ...rule, requires };
    }
    case 'check':
      return { ...rule, requires: all(rule.requires, CHECK) };
    case 'delay':
      return { ...rule, requires: after(DELAY_SECONDS, rule.requires) };
  }
}

/** One more of those who sign, where there is one. */
function oneMore(requirement: Requirement): Requirement {
  if (requirement.type === 'after') {
    const within = oneMore(requirement.requirement);
    return within === requirement.requirement
      ? requirement
      : { ...requirement, requirement: within };
  }
  if (requirement.type !== 'atLeast' || requirement.count >= requirement.of.length) {
    return requirement;
  }
  return atLeast(requirement.count + 1, requirement.of, requirement.role);
}
