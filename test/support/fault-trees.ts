/** Fault trees in the Open-PSA Model Exchange Format: read by themselves, and by SCRAM. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DOMParser, type Element } from '@xmldom/xmldom';
import { coalitions } from '../../src/power/coalitions.ts';
import { nodeId, type Requirement, type Rule } from '../../src/power/model.ts';

export const parseXml = (text: string): Element => {
  const fail = (_level: string, message: string): never => {
    throw new Error(message);
  };
  const root = new DOMParser({ onError: fail }).parseFromString(text, 'text/xml').documentElement;
  if (root === null) throw new Error('no document');
  return root;
};

const children = (of: Element): readonly Element[] =>
  [...of.childNodes].filter((node): node is Element => node.nodeType === 1);

export const named = (root: Element, tag: string): readonly Element[] => [
  ...root.getElementsByTagName(tag),
];

export const nameOf = (element: Element): string => element.getAttribute('name') ?? '';

/** Sets of holders as texts, whatever their order. */
type Sets = readonly string[];
export const setsOf = (sets: readonly (readonly string[])[]): Sets =>
  sets.map((set) => [...set].sort().join(' + ')).sort();

/** The coalitions for a goal as if no rule had a wait, of which a fault tree knows nothing. */
export function coalitionsOf(rules: readonly Rule[], goal: Requirement): Sets {
  const hurried = rules.map((rule) => ({ ...rule, requires: withoutWaits(rule.requires) }));
  return setsOf(coalitions(hurried, goal).list.map(({ leaves }) => leaves.map(nodeId)));
}

function withoutWaits(requirement: Requirement): Requirement {
  if (requirement.type === 'after') return withoutWaits(requirement.requirement);
  return 'of' in requirement
    ? { ...requirement, of: requirement.of.map(withoutWaits) }
    : requirement;
}

/** The nodes that the basic events stand for, by their names. */
const holdersOf = (root: Element): ReadonlyMap<string, string> =>
  new Map(
    named(root, 'define-basic-event').map((event) => [
      nameOf(event),
      named(event, 'attribute')[0]?.getAttribute('value') ?? '',
    ]),
  );

/** The minimal cut sets of each fault tree, by trying every set of basic events. */
export function cutSets(text: string): readonly Sets[] {
  const root = parseXml(text);
  const holders = holdersOf(root);
  const gates = new Map(named(root, 'define-gate').map((gate) => [nameOf(gate), gate]));
  const houses = new Map(named(root, 'define-house-event').map((house) => [nameOf(house), house]));

  const happens = (formula: Element | undefined, failed: ReadonlySet<string>): boolean => {
    if (formula === undefined) throw new Error('a formula is missing');
    const parts = () => children(formula).filter((part) => happens(part, failed)).length;
    switch (formula.tagName) {
      case 'basic-event':
        if (!holders.has(nameOf(formula))) throw new Error(`${nameOf(formula)} is not defined`);
        return failed.has(nameOf(formula));
      case 'house-event':
        return (
          children(houses.get(nameOf(formula)) ?? formula)[1]?.getAttribute('value') === 'true'
        );
      case 'gate':
        return happens(children(gates.get(nameOf(formula)) ?? formula).at(-1), failed);
      case 'or':
        return parts() > 0;
      case 'and':
        return parts() === children(formula).length;
      case 'atleast':
        return parts() >= Number(formula.getAttribute('min'));
      default:
        throw new Error(`${formula.tagName}?`);
    }
  };

  const events = [...holders.keys()];
  const sets = Array.from({ length: 2 ** events.length }, (_, bits) =>
    events.filter((_event, index) => Math.floor(bits / 2 ** index) % 2 === 1),
  );
  return named(root, 'define-fault-tree').map((tree) => {
    const top = named(tree, 'define-gate').find((gate) => nameOf(gate) === nameOf(tree));
    const cuts = sets.filter((set) => happens(top && children(top).at(-1), new Set(set)));
    const minimal = cuts.filter(
      (set) => !cuts.some((part) => part.length < set.length && part.every((e) => set.includes(e))),
    );
    return setsOf(minimal.map((set) => set.map((event) => holders.get(event) ?? event)));
  });
}

const SCRAM = 'scram';

/** Whether the engine of others is here. @see https://scram-pra.org */
export function hasScram(): boolean {
  try {
    execFileSync(SCRAM, ['--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** The minimal cut sets of each fault tree, by SCRAM, which checks the document against its schema, too. */
export function cutSetsByScram(text: string): readonly Sets[] {
  const root = parseXml(text);
  const holders = holdersOf(root);
  const report = parseXml(scram(text));
  const found = new Map(named(report, 'sum-of-products').map((sum) => [nameOf(sum), sum]));
  return named(root, 'define-fault-tree').map((tree) => {
    const sum = found.get(nameOf(tree));
    if (sum === undefined) throw new Error(`SCRAM says nothing of ${nameOf(tree)}`);
    return setsOf(
      named(sum, 'product').map((product) =>
        children(product).map((event) => holders.get(nameOf(event)) ?? nameOf(event)),
      ),
    );
  });
}

/** What SCRAM says of a model. It reads files alone. */
function scram(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-'));
  try {
    const path = join(folder, 'model.xml');
    writeFileSync(path, text);
    const args = ['--mocus', '--limit-order', '100', path];
    return execFileSync(SCRAM, args, { encoding: 'utf8', stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
