/** A map as a report to paste into a ticket: GitHub's Markdown. */
import { count, formatUsd, printableAll } from '../words.ts';
import type { PowerDocument } from './document.ts';
import {
  accountText,
  adviceLines,
  coalitionLines,
  contributionLines,
  disagreementLines,
  fewestText,
  holdingsText,
  kindsOf,
  lossLines,
  otherLines,
  type Position,
  positionName,
  soonestText,
  stopLines,
  unreadLines,
  worthText,
} from './wording.ts';

/** The report: what could not be read first, then a table of the positions, then each of them. */
export function powerMarkdown(document: PowerDocument): string {
  const map = printableAll(document);
  return [
    '# Who can take what',
    `Chain ${map.chainId}, block ${map.block.number} (${map.block.time}), read from ${asText(map.source)}.`,
    disagreements(map),
    unread(map),
    bullets(map.degraded),
    findings(map),
    table(map.positions),
    ...map.positions.map((position) => section(map, position)),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function disagreements(map: PowerDocument): string {
  const lines = disagreementLines(map);
  if (lines.length === 0) return '';
  return `**The nodes disagree; one of them may be lying:**\n\n${bullets(lines)}`;
}

function unread(map: PowerDocument): string {
  const lines = unreadLines(map);
  if (lines.length === 0) return 'Everything that power rests on was read.';
  return `**${count(lines.length, 'thing')} could not be read; more may hold power:**\n\n${bullets(lines)}`;
}

function findings({ findings: found, names }: PowerDocument): string {
  if (found.length === 0) return '';
  const lines = found.map(({ severity, id, account, title }) => {
    return `**${severity}** \`${id}\` ${asText(`${accountText(account, names)}: ${title}`)}`;
  });
  return ['## Findings', lines.map((line) => `- ${line}`).join('\n')].join('\n\n');
}

function table(positions: readonly Position[]): string {
  const rows = positions.map((position) => [
    positionName(position),
    worthText(position, formatUsd),
    fewestText(position),
    soonestText(position),
  ]);
  return [
    '| position | value | fewest | soonest |',
    '| --- | --- | --- | --- |',
    ...rows.map((cells) => `| ${cells.map(asText).join(' | ')} |`),
  ].join('\n');
}

function section(map: PowerDocument, position: Position): string {
  const { names } = map;
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['Is', [kindsOf(map, position.account)]],
    ['Holds', [holdingsText(position)]],
    ['Taken by', coalitionLines(position.coalitions, names)],
    ['May also be done', otherLines(position)],
    ['With', contributionLines(position, names)],
    ['Stopped by', stopLines(map, position)],
    ['Bricked by', lossLines(map, position)],
    ['Harder by', adviceLines(map, position)],
  ];
  return [
    `## ${asText(positionName(position))}`,
    parts
      .filter(([, lines]) => lines.length > 0)
      .map(([label, lines]) =>
        lines.length === 1
          ? `- ${label}: ${lines.map(asText).join()}`
          : `- ${label}:\n${lines.map((line) => `  - ${asText(line)}`).join('\n')}`,
      )
      .join('\n'),
  ].join('\n\n');
}

const bullets = (lines: readonly string[]): string =>
  lines.map((line) => `- ${asText(line)}`).join('\n');

/** Text of anyone's as text alone: no markup, no HTML, no table cell, no link. */
const asText = (text: string): string =>
  text
    .replace(/[\\`*_{}[\]<>|&#@~$!]/g, '\\$&')
    .replace(/:(?=\/\/)|(?<=\bwww)\./gi, '\\$&')
    .replaceAll('\n', ' ');
