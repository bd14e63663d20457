/**
 * Fault trees of the shape of Aralia's, a benchmark of the field whose trees are not ours to hand on: `or`
 * over `and` over `or`, some `atleast`, sub-trees and events that several gates share. Written as Open-PSA,
 * so that every engine reads the same.
 */
import { type Random, random } from './random.ts';

interface Shape {
  readonly gates: number;
  readonly seed: number;
}

/** About as many basic events to a gate as Aralia's trees have. */
const EVENTS_PER_GATE = 0.9;
/** Children that are gates, where any are left to be named. */
const GATES = 0.6;
/** Gates and events that have a parent already. */
const SHARED_GATES = 0.15;
const SHARED_EVENTS = 0.5;
/** What shares a gate stands near it. */
const NEAR = 30;

/** One tree with one top, as the text of its file. */
export function faultTree({ gates, seed }: Shape): string {
  const by = random(seed);
  const events = Math.round(gates * EVENTS_PER_GATE);
  let usedEvents = 0;
  let usedGates = 1;
  const event = (): string => {
    const isNew = usedEvents < 3 || (usedEvents < events && !by.chance(SHARED_EVENTS));
    if (isNew) usedEvents += 1;
    return `<basic-event name="e${isNew ? usedEvents : 1 + by.below(usedEvents)}"/>`;
  };
  const gate = (above: number): string => {
    const others = usedGates - above - 1;
    const isShared = others > 0 && (usedGates >= gates || by.chance(SHARED_GATES));
    if (!isShared) usedGates += 1;
    const name = isShared ? usedGates - 1 - by.below(Math.min(others, NEAR)) : usedGates - 1;
    return `<gate name="g${name}"/>`;
  };
  const definitions = Array.from({ length: gates }, (_, at) => {
    const { tag, attributes, children } = formula(by, at);
    const isLast = usedGates === at + 1;
    const parts = new Set<string>();
    while (parts.size < children) {
      // A gate that nothing waits behind is followed by others, while any are left.
      const isGate = isLast && parts.size === 0 ? usedGates < gates : by.chance(GATES);
      parts.add(isGate && usedGates < gates ? gate(at) : event());
    }
    const text = `<${tag}${attributes}>${[...parts].join('')}</${tag}>`;
    return `<define-gate name="g${at}">${text}</define-gate>`;
  });
  const model = Array.from({ length: usedEvents }, (_, index) => {
    return `<define-basic-event name="e${index + 1}"><float value="0.01"/></define-basic-event>`;
  });
  return [
    '<?xml version="1.0"?>\n<opsa-mef>\n<define-fault-tree name="generated">',
    ...definitions,
    '</define-fault-tree>\n<model-data>',
    ...model,
    '</model-data>\n</opsa-mef>\n',
  ].join('\n');
}

/** Redundant trains below the top; below them, each what it needs. */
function formula(
  by: Random,
  at: number,
): { readonly tag: string; readonly attributes: string; readonly children: number } {
  if (at === 0) return { tag: 'and', attributes: '', children: 3 };
  if (by.chance(0.06)) return { tag: 'atleast', attributes: ' min="2"', children: 3 };
  return by.chance(0.6)
    ? { tag: 'or', attributes: '', children: 2 + by.below(4) }
    : { tag: 'and', attributes: '', children: 2 + by.below(2) };
}
