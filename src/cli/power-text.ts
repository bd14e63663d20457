/** A map of power as a security lead reads it. */
import pc from 'picocolors';
import type { PowerDocument } from '../map/document.ts';
import {
  accountText,
  adviceLines,
  coalitionLines,
  contributionLines,
  disagreementLines,
  fewestText,
  type Heat,
  heatOf,
  holdingsText,
  kindsOf,
  lossLines,
  nodesOf,
  nodeText,
  otherLines,
  type Position,
  partsOf,
  positionName,
  type Requirement,
  soonestText,
  stopLines,
  unreadLines,
  worthText,
} from '../map/wording.ts';
import { describeSeconds } from '../power/describe.ts';
import { briefUsd, count, list, printableAll } from '../words.ts';
import { abbreviate, fields, heading, paragraph } from './text.ts';

type Rule = PowerDocument['rules'][number];

/** The map, wrapped for a terminal: what could not be read comes first. */
export function powerText(document: PowerDocument): string {
  const map = printableAll(document);
  return [
    paragraph(
      `${heading('Power')}  chain ${map.chainId}, block ${map.block.number}, read from ${map.source}`,
    ),
    ...disagreements(map),
    unread(map),
    ...map.degraded.map((note) => pc.dim(paragraph(note))),
    ...findings(map),
    ...map.positions.map((position) => positionText(map, position)),
  ]
    .join('\n\n')
    .concat('\n');
}

function disagreements(map: PowerDocument): readonly string[] {
  const { length } = map.disagreements;
  if (length === 0) return [];
  const title = `The nodes disagree on ${count(length, 'read')}; one of them may be lying:`;
  const lines = disagreementLines(map).map((line) => paragraph(abbreviate(line), 2));
  return [[pc.red(title), ...lines].join('\n')];
}

function unread(map: PowerDocument): string {
  const lines = unreadLines(map);
  if (lines.length === 0) return 'Everything that power rests on was read.';
  const accounts = map.unread.length;
  return [
    pc.yellow(
      accounts === 0
        ? 'What sits in a position could not be read in full:'
        : `${count(accounts, 'account')} could not be read; more may hold power:`,
    ),
    ...lines.map((line) => paragraph(line, 2)),
  ].join('\n');
}

const SEVERITIES = { critical: pc.red, high: pc.yellow } as const;

function findings({ findings: found, names }: PowerDocument): readonly string[] {
  if (found.length === 0) return [];
  const lines = found.flatMap(({ id, severity, account, title }) => [
    `  ${SEVERITIES[severity](severity)} ${pc.bold(id)}`,
    paragraph(`${accountText(account, names)}: ${title}`, 4),
  ]);
  return [[heading('Findings'), ...lines].join('\n')];
}

const COLOURS: Readonly<Record<Heat, (text: string) => string>> = {
  red: pc.red,
  yellow: pc.yellow,
  green: pc.green,
  none: pc.dim,
};

function positionText(map: PowerDocument, position: Position): string {
  const { account, coalitions } = position;
  const lines = (label: string, values: readonly string[]) =>
    values.map((value, index) => [index === 0 ? label : '', value] as const);
  return [
    heading(paragraph(positionName(position))),
    COLOURS[heatOf(position)](paragraph(headline(position), 2)),
    fields([
      ['is', kindsOf(map, account)],
      ['holds', holdingsText(position)],
      ...lines('taken by', coalitionLines(coalitions, map.names)),
      ...lines('may also', otherLines(position)),
      ...lines('with', contributionLines(position, map.names).slice(0, MAX_CONTRIBUTIONS)),
      ...lines('stopped by', stopLines(map, position)),
      ...lines('bricked by', lossLines(map, position)),
      ...lines('harder by', adviceLines(map, position)),
    ]),
    ...treeOf(map, account),
  ].join('\n');
}

/** What a security lead must know in ten seconds. */
const headline = (position: Position): string =>
  [
    worthText(position, briefUsd),
    `fewest: ${fewestText(position)}`,
    `soonest: ${soonestText(position)}`,
  ].join(' · ');

/** At most this many of those who bring a position closer to being taken are named. */
const MAX_CONTRIBUTIONS = 5;

/** Everything that the rules grant on an account, full control first. */
function treeOf(map: PowerDocument, account: string): readonly string[] {
  const full = `act(${account})`;
  const granted = map.rules.map(({ grants }) => grants).filter((id) => partsOf(id).id === account);
  const seen = new Set<string>();
  return [...new Set([full, ...granted])].flatMap((node) => ruleTree(map, node, 2, seen));
}

/** The rules that grant a node, and below each what it needs; a node met before is not opened again. */
function ruleTree(
  map: PowerDocument,
  node: string,
  indent: number,
  seen: Set<string>,
): readonly string[] {
  if (seen.has(node)) return [];
  seen.add(node);
  const own = keyRule(map, node);
  if (own !== null) {
    const lines = heldBy(map, own.requires).map((line) => paragraph(line, indent + 2));
    return [paragraph(`act by its key ${basis(own)}`, indent), ...lines];
  }
  return rulesFor(map, node).flatMap((rule) => [
    paragraph(`${powerName(node)} needs ${requirementText(rule.requires)} ${basis(rule)}`, indent),
    ...functionsOf(rule, indent + 2),
    ...nodesOf(rule.requires).flatMap((part) => {
      const ofKey = keyRule(map, part);
      return ofKey === null
        ? [
            paragraph(nodeText(part, map.names), indent + 2),
            ...ruleTree(map, part, indent + 4, seen),
          ]
        : [
            paragraph(`${nodeText(part, map.names)} by its key ${basis(ofKey)}`, indent + 2),
            ...heldBy(map, ofKey.requires).map((line) => paragraph(line, indent + 4)),
          ];
    }),
  ]);
}

const rulesFor = ({ rules }: PowerDocument, node: string): PowerDocument['rules'] =>
  rules.filter(({ grants }) => grants === node);

const powerName = (node: string): string => {
  const { kind, detail } = partsOf(node);
  return kind === 'role' ? (detail ?? kind) : kind;
};

const basis = ({ reader, inferred, evidence }: Rule): string =>
  pc.dim(`[${reader}${inferred ? ', inferred' : ''}, ${count(evidence.length, 'read')}]`);

/** At most this many functions by which a power is used are named. */
const MAX_FUNCTIONS = 3;

function functionsOf({ functions }: Rule, indent: number): readonly string[] {
  if (functions.length === 0) return [];
  const rest = functions.length - MAX_FUNCTIONS;
  const named = functions.slice(0, MAX_FUNCTIONS).join(', ');
  return [pc.dim(paragraph(`by ${named}${rest > 0 ? ` and ${rest} more` : ''}`, indent))];
}

/** The rule by which an account is its key's and nobody else's. */
function keyRule(map: PowerDocument, node: string): Rule | null {
  const [only, ...more] = rulesFor(map, node);
  const isKey = more.length === 0 && only?.requires === node.replace('act(', 'key(');
  return isKey ? only : null;
}

/** Who has a key or a device, or is trusted by it, by what the organisation declares. */
function heldBy(map: PowerDocument, leaf: Requirement): readonly string[] {
  if (typeof leaf !== 'string') return [];
  return rulesFor(map, leaf).flatMap(({ requires }) =>
    nodesOf(requires).flatMap((holder) => {
      const through = heldBy(map, holder);
      const how = partsOf(holder).kind === 'vendor' ? 'trusts' : 'held by';
      return [
        `${how} ${nodeText(holder, map.names)}${through.length === 0 ? '' : `, itself ${list(through)}`}`,
      ];
    }),
  );
}

function requirementText(requirement: Requirement): string {
  if (typeof requirement === 'string') return 'this:';
  if ('all' in requirement) return 'all of these:';
  if ('any' in requirement)
    return requirement.any.length === 0 ? 'what no one has' : 'one of these:';
  if ('atLeast' in requirement) {
    return `${requirement.atLeast} of ${requirement.of.length} ${requirement.role ?? 'of these'}:`;
  }
  if ('after' in requirement) {
    return `${requirementText(requirement.requires)} and ${describeSeconds(requirement.after)}`;
  }
  return `nothing: ${requirement.given}`;
}
