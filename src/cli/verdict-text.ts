/** A verdict as a signer reads it. */

import pc from 'picocolors';
import { size } from 'viem';
import type { Verdict } from '../check/verdict.ts';
import { coinIn, holdingsText, type Names, nodeText, positionName } from '../map/wording.ts';
import { describeWhen } from '../power/describe.ts';
import { count, formatAmount, printableAll } from '../words.ts';
import { abbreviate, fields, heading, paragraph } from './text.ts';

const COLOURS: Readonly<Record<Verdict['decision'], (text: string) => string>> = {
  SIGN: pc.green,
  HOLD: pc.yellow,
  REJECT: pc.red,
};

const ADVICE: Readonly<Record<Verdict['decision'], string>> = {
  SIGN: 'compare the hashes with your device, then sign',
  HOLD: 'do not sign until the findings below are settled',
  REJECT: 'do not sign this',
};

/** At most this many coalitions are shown in full; the JSON has them all. */
const MAX_SHOWN = 4;

/** The verdict, wrapped for a terminal. */
export function verdictText(document: Verdict): string {
  const verdict = printableAll(document);
  const colour = COLOURS[verdict.decision];
  return [
    `${pc.bold(colour(verdict.decision))}  ${ADVICE[verdict.decision]}`,
    paragraph(verdict.summary),
    transaction(verdict),
    hashes(verdict),
    signatures(verdict),
    power(verdict),
    findings(verdict),
    paragraph(
      pc.dim(`Decided by ${verdict.deciding.finding ?? 'no finding'}: ${verdict.deciding.reason}.`),
    ),
  ]
    .filter((section) => section !== '')
    .join('\n\n')
    .concat('\n');
}

function transaction({
  transaction: tx,
  chainId,
  block,
  source,
  power: { before },
}: Verdict): string {
  const coin = coinIn(before.positions);
  const data =
    tx.data === '0x'
      ? 'none'
      : `${tx.data.slice(0, 10)}… (${size(tx.data as `0x${string}`)} bytes)`;
  const [day = '', time = ''] = block.time.split(/[T.]/);
  return [
    heading('Transaction'),
    fields([
      [
        'wallet',
        `${tx.safe}  ${tx.version === null ? 'not read as a Safe' : `Safe ${tx.version}`}`,
      ],
      ['to', `${tx.to}  by ${tx.operation}`],
      ['value', `${formatAmount(BigInt(tx.value), 18)} ${coin}`],
      ['data', data],
      ['nonce', tx.nonce],
      ['state', `chain ${chainId}, block ${block.number}, ${day} ${time} UTC`],
      ['read from', source],
    ]),
  ].join('\n');
}

function hashes({ hashes: known }: Verdict): string {
  if (known === null) return '';
  return [
    heading('Compare with the signing device'),
    fields([
      ['domain', known.domainHash],
      ['message', known.messageHash],
      ['safeTxHash', known.safeTxHash],
    ]),
  ].join('\n');
}

const COUNTS = {
  yes: pc.green('an owner, for this transaction'),
  no: pc.red('not an owner'),
  unknown: pc.yellow('could not be verified'),
} as const;

function signatures({ signatures: collected, transaction: { threshold } }: Verdict): string {
  if (collected.length === 0) return '';
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

type Positions = Verdict['power']['before']['positions'];

function power({ power: { gained, lost, before, after } }: Verdict): string {
  return before.positions
    .map((was) => {
      const names = after?.names ?? before.names;
      const is = after?.positions.find(({ account }) => account === was.account);
      return [
        heading(paragraph(`Power over ${positionName(was)}`)),
        fields([
          ['holds', holdingsText(was)],
          ['before', standing(was)],
          ['after', is === undefined ? 'not known' : standing(is)],
        ]),
        ...gainedBy(
          gained.filter(({ account }) => account === was.account),
          names,
        ),
        ...lostBy(lost.filter(({ account }) => account === was.account)),
      ].join('\n');
    })
    .join('\n\n');
}

function standing({ fewest, soonest, coalitions: found }: Positions[number]): string {
  if (fewest === null || soonest === null) {
    return found.complete ? 'no one can take it' : 'not known: too many sets of holders to try';
  }
  const ways = `${count(found.list.length, 'coalition')}${found.complete ? '' : ' or more'}`;
  return `${count(fewest, 'holder')} can take it ${describeWhen(soonest)} (${ways})`;
}

type Coalitions = Verdict['power']['gained'];

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
