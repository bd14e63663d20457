/** A map of power as a security lead reads it. */
import pc from 'picocolors';
import type { PowerDocument } from '../map/document.ts';
import { describeSeconds, describeWhen } from '../power/describe.ts';
import { count, formatAmount, fullId } from '../words.ts';
import { abbreviate, fields, heading, paragraph, printableAll } from './text.ts';

type Position = PowerDocument['positions'][number];
type Requirement = PowerDocument['rules'][number]['requires'];

/** The map, wrapped for a terminal: what could not be read comes first. */
export function powerText(document: PowerDocument): string {
  const map = printableAll(document);
  return [
    `${heading('Power')}  chain ${map.chainId}, block ${map.block.number}, read from ${map.source}`,
    ...disagreements(map),
    unread(map),
    ...map.degraded.map((note) => pc.dim(paragraph(note))),
    ...map.positions.map((position) => positionText(map, position)),
  ]
    .join('\n\n')
    .concat('\n');
}

/** As many as tell a person that something is wrong; the JSON has them all. */
const MAX_DISAGREEMENTS = 5;

function disagreements({ disagreements: found }: PowerDocument): readonly string[] {
  if (found.length === 0) return [];
  const shown = found.slice(0, MAX_DISAGREEMENTS);
  return [
    [
      pc.red(`The nodes disagree on ${count(found.length, 'read')}; one of them may be lying:`),
      ...shown.flatMap(({ read, answers }) => [
        paragraph(abbreviate(read), 2),
        ...answers.map(({ source, value }) => paragraph(`${source}: ${abbreviate(value)}`, 4)),
      ]),
      ...(shown.length < found.length ? [`  and ${found.length - shown.length} more`] : []),
    ].join('\n'),
  ];
}

function unread({ unread: missing }: PowerDocument): string {
  if (missing.length === 0) return 'Everything that power rests on was read.';
  return [
    pc.yellow(`${count(missing.length, 'account')} could not be read; more may hold power:`),
    ...missing.map(({ account, reason }) => paragraph(`${fullId(account)}  ${reason}`, 2)),
  ].join('\n');
}

function positionText(map: PowerDocument, position: Position): string {
  const { account, fewest, soonest, coalitions, contributions } = position;
  return [
    heading(paragraph(positionName(position))),
    fields([
      ['is', kindsOf(map, account)],
      ['holds', holdingsText(position)],
      ['fewest', fewest === null ? 'no one can take it' : count(fewest, 'holder')],
      ['soonest', soonest === null ? 'never' : describeWhen(soonest)],
      ['coalitions', coalitionsText(coalitions)],
      ...contributions.map(({ leaf, remaining }): [string, string] => [
        'with',
        `${leaf} in hostile hands, ${count(remaining, 'more holder')} suffice`,
      ]),
    ]),
    ...ruleTree(map, `act(${account})`, 2, new Set()),
  ].join('\n');
}

/** The address in full, and the name by which it is known. */
export const positionName = ({ account, name }: Pick<Position, 'account' | 'name'>): string =>
  name === null ? fullId(account) : `${fullId(account)}  ${name}`;

/** What sits in a position. */
export const holdingsText = ({ holdings }: Pick<Position, 'holdings'>): string =>
  holdings
    .map(({ amount, decimals, symbol }) => `${formatAmount(BigInt(amount), decimals)} ${symbol}`)
    .join(', ');

function kindsOf({ accounts }: PowerDocument, account: string): string {
  const kinds = accounts.filter((each) => each.account === account).flatMap((each) => each.kinds);
  return kinds.length === 0 ? 'code that no reader knows' : kinds.join(', ');
}

/** "20 of 3 holders at once; 1 of 2 holders in 2 d". */
function coalitionsText({ list, complete, examinedTo }: Position['coalitions']): string {
  const groups = new Map<string, number>();
  for (const { leaves, seconds } of list) {
    const group = `of ${count(leaves.length, 'holder')} ${describeWhen(seconds)}`;
    groups.set(group, (groups.get(group) ?? 0) + 1);
  }
  const said = [...groups].map(([group, many]) => `${many} ${group}`);
  const limit = complete ? [] : [`sets of more than ${count(examinedTo, 'holder')} not examined`];
  return [...said, ...limit].join('; ') || 'none';
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
  return rulesFor(map, node).flatMap((rule) => [
    paragraph(
      `${node.replace(/\(.*/, '')} needs ${requirementText(rule.requires)} ${basis(rule)}`,
      indent,
    ),
    ...nodesOf(rule.requires).flatMap((part) => {
      const [only, ...more] = rulesFor(map, part);
      const isKey = more.length === 0 && only?.requires === part.replace('act(', 'key(');
      return isKey
        ? [paragraph(`${nodeText(part)} by its key ${basis(only)}`, indent + 2)]
        : [paragraph(nodeText(part), indent + 2), ...ruleTree(map, part, indent + 4, seen)];
    }),
  ]);
}

const rulesFor = ({ rules }: PowerDocument, node: string): PowerDocument['rules'] =>
  rules.filter(({ grants }) => grants === node);

const basis = ({ reader, evidence }: PowerDocument['rules'][number]): string =>
  pc.dim(`[${reader}, ${count(evidence.length, 'read')}]`);

/** `act(eip155:1:0x1F4E…)` as `act 0x1F4E…`: the chain stands at the top. */
export const nodeText = (node: string): string =>
  node.replace(/^(\w+)\((.*)\)$/, (_, kind: string, id: string) => `${kind} ${fullId(id)}`);

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

function nodesOf(requirement: Requirement): readonly string[] {
  if (typeof requirement === 'string') return [requirement];
  if ('all' in requirement) return requirement.all.flatMap(nodesOf);
  if ('any' in requirement) return requirement.any.flatMap(nodesOf);
  if ('atLeast' in requirement) return requirement.of.flatMap(nodesOf);
  if ('after' in requirement) return nodesOf(requirement.requires);
  return [];
}
