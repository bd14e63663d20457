/**
 * A map as fault trees, for other engines to find the same coalitions: they are the minimal cut sets.
 * @see https://open-psa.github.io/mef/ the Open-PSA Model Exchange Format
 */
import { count, printable } from '../words.ts';
import type { PowerDocument } from './document.ts';
import { type Gate, gatesOf, type Part, type Term } from './gates.ts';
import { unique } from './identifiers.ts';
import { nodeText, partsOf, positionName, type Requirement } from './wording.ts';
import { asText } from './xml.ts';

/** The map as a model of the Open-PSA Model Exchange Format: a fault tree for each position. */
export function powerMef(document: PowerDocument): string {
  const { positions, rules, names } = document;
  const nameFor = unique();
  const named = new Map<Part, string>();
  const nameOf = (part: Part): string => {
    const name = named.get(part) ?? nameFor(identifier(part.node));
    named.set(part, name);
    return name;
  };
  const termOf = gatesOf(document);
  const written = new Set<Part>();
  const constants = new Set<boolean>();

  const input = (term: Term): string => {
    if (typeof term !== 'boolean') {
      return term.type === 'gate'
        ? `<gate name="${nameOf(term)}"/>`
        : `<basic-event name="${nameOf(term)}"/>`;
    }
    constants.add(term);
    return `<house-event name="${CONSTANTS[`${term}`].name}"/>`;
  };
  const gate = (each: Gate): readonly string[] => {
    const says = each.says === null ? '' : `: ${each.says}`;
    const [open, close] = operator(each);
    return [
      `<define-gate name="${nameOf(each)}">`,
      `  <label>${text(`${nodeText(each.node, names)}${says}`)}</label>`,
      `  <${open}>`,
      ...each.of.map((part) => `    ${input(part)}`),
      `  </${close}>`,
      '</define-gate>',
    ];
  };
  /** A gate and all below it that no other tree has. */
  function* gatesFrom(top: Term): Generator<Gate> {
    const pending = [top];
    for (let term = pending.pop(); term !== undefined; term = pending.pop()) {
      if (typeof term === 'boolean' || written.has(term)) continue;
      written.add(term);
      if (term.type === 'basic') continue;
      yield term;
      pending.push(...[...term.of].reverse());
    }
  }
  const tree = (position: PowerDocument['positions'][number]): readonly string[] => {
    const top = termOf(taking(rules, position.account));
    const name = nameFor(identifier(`take_${position.account}`));
    return [
      `<define-fault-tree name="${name}">`,
      `  <label>${text(positionName(position))}</label>`,
      `  <define-gate name="${name}">`,
      `    <label>${text(`take ${positionName(position)}`)}</label>`,
      `    ${input(top)}`,
      '  </define-gate>',
      ...[...gatesFrom(top)].flatMap(gate).map((line) => `  ${line}`),
      '</define-fault-tree>',
    ];
  };
  const trees = positions.flatMap(tree);
  const holders = [...written].filter(({ type }) => type === 'basic');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<opsa-mef name="castellan">',
    ...[
      `<label>${text(labelOf(document))}</label>`,
      ...trees,
      '<model-data>',
      ...holders.flatMap((each) => [
        `  <define-basic-event name="${nameOf(each)}">`,
        `    <label>${text(nodeText(each.node, names))}</label>`,
        '    <attributes>',
        `      <attribute name="node" value="${text(each.node)}"/>`,
        '    </attributes>',
        '    <float value="1"/>',
        '  </define-basic-event>',
      ]),
      ...[...constants].flatMap((value) => {
        const { name, label } = CONSTANTS[`${value}`];
        return [
          `  <define-house-event name="${name}">`,
          `    <label>${label}</label>`,
          `    <constant value="${value}"/>`,
          '  </define-house-event>',
        ];
      }),
      '</model-data>',
    ].map((line) => `  ${line}`),
    '</opsa-mef>',
    '',
  ].join('\n');
}

/** No node is called so: they all begin with what they are. */
const CONSTANTS = {
  true: { name: 'given', label: 'met already: nobody is needed any more' },
  false: { name: 'impossible', label: 'what no rule grants' },
} as const;

/** As in `taking` of the model: full control, or any power to spend. */
const taking = (rules: PowerDocument['rules'], account: string): readonly string[] => [
  `act(${account})`,
  ...rules
    .map(({ grants }) => grants)
    .filter((grants) => partsOf(grants).kind === 'spend' && partsOf(grants).id === account),
];

function labelOf({ chainId, block, rules, unread }: PowerDocument): string {
  const waits = rules.filter(({ requires }) => isWaiting(requires)).length;
  return [
    `Who can take what. Chain ${chainId}, block ${block.number}, ${block.time}.`,
    waits === 0 ? 'No rule asks for a wait.' : `The waits of ${count(waits, 'rule')} are left out.`,
    'Cycles are unrolled, and what is met already is worked out.',
    ...(unread.length === 0
      ? []
      : [`${unread.length} could not be read: more may hold power than is said here.`]),
  ].join(' ');
}

function isWaiting(requirement: Requirement): boolean {
  if (typeof requirement === 'string' || 'given' in requirement) return false;
  if ('after' in requirement) return requirement.after > 0 || isWaiting(requirement.requires);
  if ('all' in requirement) return requirement.all.some(isWaiting);
  return ('any' in requirement ? requirement.any : requirement.of).some(isWaiting);
}

function operator({ min, of }: Gate): readonly [string, string] {
  if (min === 1) return ['or', 'or'];
  return min === of.length ? ['and', 'and'] : [`atleast min="${min}"`, 'atleast'];
}

/** Longer names help no one. */
const MAX_NAME = 120;

/** Letters and digits alone: dashes and dots mean something in a name of the format. */
const identifier = (node: string): string =>
  node
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/_$/, '')
    .slice(0, MAX_NAME);

/** Text of anyone's, on one line. */
const text = (words: string): string => asText(printable(words).replaceAll('\n', ' '));
