/** A verdict as a signer reads it. */

import pc from 'picocolors';
import type { Verdict } from '../check/verdict.ts';
import { holdingsText, type Names, nodeText, positionName } from '../map/wording.ts';
import { describeWhen } from '../power/describe.ts';
import { count, fullId, list, printableAll, shortId } from '../words.ts';
import { callsText, hashesText, inUnits, named, requestText } from './request-text.ts';
import { abbreviate, fields, heading, paragraph } from './text.ts';

const COLOURS: Readonly<Record<Verdict['decision'], (text: string) => string>> = {
  SIGN: pc.green,
  HOLD: pc.yellow,
  REJECT: pc.red,
};

function advice({ decision, hashes, request }: Verdict): string {
  if (decision === 'REJECT') return 'do not sign this';
  if (decision === 'HOLD') return 'do not sign until the findings below are settled';
  const isPlain = request.kind === 'message' && request.domain === null;
  const shown = hashes === null ? 'this' : isPlain ? 'the message' : 'the hashes';
  return `compare ${shown} with your device, then sign`;
}

/** At most this many coalitions are shown in full; the JSON has them all. */
const MAX_SHOWN = 4;

/** The verdict, wrapped for a terminal. */
export function verdictText(document: Verdict): string {
  const verdict = printableAll(document);
  const colour = COLOURS[verdict.decision];
  return [
    `${pc.bold(colour(verdict.decision))}  ${advice(verdict)}`,
    paragraph(verdict.summary),
    requestText(verdict),
    callsText(verdict),
    hashesText(verdict),
    signatures(verdict),
    approvals(verdict),
    power(verdict),
    queued(verdict),
    findings(verdict),
    decided(verdict),
  ]
    .filter((section) => section !== '')
    .join('\n\n')
    .concat('\n');
}

const COUNTS = {
  yes: pc.green('an owner, for this transaction'),
  no: pc.red('not an owner'),
  unknown: pc.yellow('could not be verified'),
} as const;

function signatures({ signatures: collected, request: asked }: Verdict): string {
  if (asked.kind !== 'safe' || collected.length === 0) return '';
  const { threshold } = asked;
  const counting = new Set(
    collected.filter(({ counts }) => counts === 'yes').map(({ signer }) => signer),
  ).size;
  const needed = threshold === null ? 'an unknown number' : threshold;
  const isEnough = threshold !== null && counting >= threshold;
  return [
    heading(
      `Signatures: ${counting} of ${needed} needed${isEnough ? ', so anyone can execute it now' : ''}`,
    ),
    ...collected.map(({ signer, filedUnder, counts }) => {
      const line = `  ${signer ?? 'recovers to no address'.padEnd(42)}  ${COUNTS[counts]}`;
      return filedUnder === null || filedUnder === signer
        ? line
        : `${line}\n    filed under ${filedUnder}`;
    }),
  ].join('\n');
}

function approvals(verdict: Verdict): string {
  if (verdict.approvals.length === 0) return '';
  return [
    heading('Allowances'),
    ...verdict.approvals.map(({ account, spender, asset, limit, isWhole, isExpected }) => {
      const token = fullId(asset);
      const units = inUnits(limit, token, verdict);
      const part = units === null ? `${limit} base units of token` : `${units} (token`;
      const what = isWhole
        ? `all of token ${token}`
        : `${part} ${token}${units === null ? '' : ')'}`;
      const [who, whose] = [spender, account].map((id) => named(fullId(id), verdict));
      const colour = isExpected ? pc.dim : pc.red;
      return colour(paragraph(`+ ${who} may take ${what} from ${whose}`, 2));
    }),
  ].join('\n');
}

function queued({ queued: later, power: { before, after } }: Verdict): string {
  const names = after?.names ?? before.names;
  return later
    .map(({ queue, seconds, gained, lost }) => {
      const wait = seconds === null ? '' : `, ${describeWhen(Number(seconds))}`;
      return [
        heading(paragraph(`When what it queues in ${fullId(queue)} is executed${wait}`)),
        ...changes(gained, lost, names),
        ...(gained.length + lost.length === 0 ? ['  power stays as it is'] : []),
      ].join('\n');
    })
    .join('\n\n');
}

function decided({ decision, deciding: { finding, reason, toSign } }: Verdict): string {
  const colour = COLOURS[decision];
  const by = finding === null ? '' : ` by ${finding}`;
  return [
    paragraph(`${pc.bold(colour(decision))}${by}: ${reason}.`),
    ...(toSign === null ? [] : [paragraph(pc.dim(`What would make it SIGN: ${toSign}`))]),
  ].join('\n');
}

type Positions = Verdict['power']['before']['positions'];
type Coalitions = Verdict['power']['gained'];

/** Power over whoever acts and over what changes, each for itself; of the rest, that it does not. */
function power({ power: { gained, lost, before, after } }: Verdict): string {
  const names = after?.names ?? before.names;
  const over = (account: string) =>
    [gained, lost].map((all) => all.filter((each) => each.account === account));
  const changed = new Set([...gained, ...lost].map(({ account }) => account));
  const shown = before.positions.filter(
    ({ account }, index) => index === 0 || changed.has(account),
  );
  const others = [...changed].filter((account) =>
    before.positions.every((position) => position.account !== account),
  );
  const rest = before.positions.filter((position) => !shown.includes(position));
  return [
    ...shown.map((was) => {
      const is = after?.positions.find(({ account }) => account === was.account);
      const [more = [], less = []] = over(was.account);
      return [
        heading(paragraph(`Power over ${positionName(was)}`)),
        fields([
          ['holds', holdingsText(was)],
          ['before', standing(was)],
          ['after', is === undefined ? 'not known' : standing(is)],
        ]),
        ...changes(more, less, names),
      ].join('\n');
    }),
    ...others.map((account) => {
      const [more = [], less = []] = over(account);
      const name = positionName({ account, name: names[account] ?? null });
      return [heading(paragraph(`Power over ${name}`)), ...changes(more, less, names)].join('\n');
    }),
    ...(rest.length === 0 ? [] : [unchanged(rest, after !== null)]),
  ].join('\n\n');
}

/** So many positions of which there is nothing to say are named. */
const MAX_NAMED = 6;

function unchanged(positions: Positions, isKnown: boolean): string {
  const said = positions.slice(0, MAX_NAMED).map(({ account, name }) => name ?? shortId(account));
  const more = positions.length - said.length;
  const all = list([...said, ...(more === 0 ? [] : [count(more, 'more position')])]);
  return paragraph(
    isKnown ? `Power over ${all} stays as it is.` : `Power over ${all} after it is not known.`,
  );
}

const changes = (gained: Coalitions, lost: Coalitions, names: Names): readonly string[] => [
  ...gainedBy(gained, names),
  ...lostBy(lost),
];

function standing({ fewest, soonest, coalitions: found }: Positions[number]): string {
  if (fewest === null || soonest === null) {
    return found.complete ? 'no one can take it' : 'not known: too many sets of holders to try';
  }
  const ways = `${found.count} coalition${found.count === '1' ? '' : 's'}${found.complete ? '' : ' or more'}`;
  return `${count(fewest, 'holder')} can take it ${describeWhen(soonest)} (${ways})`;
}

function gainedBy(gained: Coalitions, names: Names): readonly string[] {
  const shown = gained.slice(0, MAX_SHOWN).map(({ leaves, seconds, action }) => {
    const who =
      leaves.length === 0 ? 'anyone' : leaves.map((id) => leafText(id, names)).join(' + ');
    const may = action === 'take' ? '' : ` may ${action}`;
    return pc.red(paragraph(`+ ${who}${may}, ${describeWhen(seconds)}`, 2));
  });
  const rest = gained.length - shown.length;
  return rest === 0 ? shown : [...shown, pc.red(`  + and ${count(rest, 'more coalition')}`)];
}

function lostBy(lost: Coalitions): readonly string[] {
  const kinds = lost.map(({ leaves, action }) => {
    const may = action === 'take' ? '' : ` that could ${action}`;
    return `of ${count(leaves.length, 'holder')}${may}`;
  });
  return [...new Set(kinds)].map((kind) => {
    const many = kinds.filter((each) => each === kind).length;
    return pc.dim(`  - ${count(many, 'coalition')} ${kind}`);
  });
}

/** A holder, as a signer is told of it. */
const leafText = (id: string, names: Names): string =>
  nodeText(id, names).replace(/^opaque /, 'whoever controls ');

const SEVERITY_COLOURS: Readonly<Record<string, (text: string) => string>> = {
  critical: pc.red,
  high: pc.yellow,
};

function findings({ findings: found }: Verdict): string {
  if (found.length === 0) return '';
  return [
    heading('Findings'),
    ...found.map(({ id, severity, title, detail, evidence }, index) => {
      const colour = SEVERITY_COLOURS[severity] ?? pc.dim;
      const reads =
        index === 0 ? evidence.map(({ read, value }) => abbreviate(`${read}\n= ${value}`)) : [];
      return [
        `  ${colour(severity)} ${pc.bold(id)}`,
        paragraph(title, 4),
        paragraph(pc.dim(detail), 4),
        ...reads.map((read) => pc.dim(paragraph(read, 6))),
      ].join('\n');
    }),
  ].join('\n');
}
