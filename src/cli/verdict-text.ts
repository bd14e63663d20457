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
    request(verdict),
    calls(verdict),
    hashes(verdict),
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

type Request = Verdict['request'];

function request({ request: asked, chainId, block, source, power: { before } }: Verdict): string {
  const [day = '', time = ''] = block.time.split(/[T.]/);
  return [
    heading(HEADINGS[asked.kind]),
    fields([
      ...rowsOf(asked, coinIn(before.positions)),
      ['state', `chain ${chainId}, block ${block.number}, ${day} ${time} UTC`],
      ['read from', source],
    ]),
  ].join('\n');
}

const HEADINGS: Readonly<Record<Request['kind'], string>> = {
  safe: 'Transaction of a Safe',
  transaction: 'Transaction',
  message: 'Message',
};

type Rows = readonly (readonly [label: string, value: string])[];

function rowsOf(asked: Request, coin: string): Rows {
  switch (asked.kind) {
    case 'safe':
      return [
        [
          'wallet',
          `${asked.safe}  ${asked.version === null ? 'not read as a Safe' : `Safe ${asked.version}`}`,
        ],
        ['to', `${asked.to}  by ${asked.operation}`],
        ...paymentRows(asked, coin),
        ['nonce', asked.nonce],
      ];
    case 'transaction':
      return [
        ['from', asked.from ?? 'nobody says'],
        ['to', asked.to ?? 'a new contract'],
        ...paymentRows(asked, coin),
        ...(asked.nonce === null ? [] : ([['nonce', asked.nonce]] as const)),
        ...asked.authorizations.map(
          ({ authority, delegate }) =>
            [
              'delegates',
              `${authority ?? 'an unknown account'} to the code at ${delegate}`,
            ] as const,
        ),
      ];
    case 'message':
      return [
        ['signer', asked.signer ?? 'nobody says'],
        ...(asked.domain === null
          ? []
          : ([
              [
                'domain',
                `${asked.domain.name ?? 'no name'}, ${asked.domain.verifyingContract ?? 'no contract'}`,
              ],
            ] as const)),
        ...(asked.primaryType === null ? [] : ([['type', asked.primaryType]] as const)),
        ...asked.fields.slice(0, MAX_FIELDS).map(({ path, value }) => [path, value] as const),
        ...(asked.fields.length > MAX_FIELDS
          ? ([['and more', count(asked.fields.length - MAX_FIELDS, 'field')]] as const)
          : []),
      ];
  }
}

/** At most this many fields of a message are shown; the JSON has them all. */
const MAX_FIELDS = 40;

function paymentRows({ value, data }: { value: string; data: string }, coin: string): Rows {
  const shown =
    data === '0x' ? 'none' : `${data.slice(0, 10)}… (${size(data as `0x${string}`)} bytes)`;
  return [
    ['value', `${formatAmount(BigInt(value), 18)} ${coin}`],
    ['data', shown],
  ];
}

/** At most this many decoded calls are shown; the JSON has them all. */
const MAX_CALLS = 30;
const MAX_ARGUMENT = 100;

function calls({ calls: decoded, power: { before } }: Verdict): string {
  const known = decoded.filter(
    ({ function: named, problem, depth }) => named !== null || problem !== null || depth > 0,
  );
  if (known.length === 0) return '';
  const coin = coinIn(before.positions);
  const shown = decoded.slice(0, MAX_CALLS).flatMap((call) => {
    const margin = 2 + 2 * Math.min(call.depth, 10);
    const value =
      call.value === '0' ? '' : `, with ${formatAmount(BigInt(call.value), 18)} ${coin}`;
    const later = call.made === 'later' ? ', later' : '';
    const name =
      call.function?.split('(')[0] ?? (call.data === '0x' ? 'a payment' : call.data.slice(0, 10));
    const how =
      call.kind === 'call' ? 'on' : call.kind === 'create' ? 'creates' : 'by delegatecall of';
    return [
      paragraph(`${pc.bold(name)} ${how} ${call.to ?? 'a new contract'}${value}${later}`, margin),
      ...call.arguments.map(({ name: of, value: given }) =>
        pc.dim(paragraph(`${of}  ${cut(given)}`, margin + 4)),
      ),
      ...(call.problem === null ? [] : [pc.yellow(paragraph(call.problem, margin + 4))]),
    ];
  });
  const rest = decoded.length - MAX_CALLS;
  return [
    heading('Calls'),
    ...shown,
    ...(rest > 0 ? [`  and ${count(rest, 'more call')}`] : []),
  ].join('\n');
}

/** A long argument, cut in its middle. */
const cut = (value: string): string =>
  value.length <= MAX_ARGUMENT
    ? value
    : `${value.slice(0, MAX_ARGUMENT / 2)}…${value.slice(-16)} (${value.length} characters)`;

/** The label of what is signed, by what it is of. */
const SIGNED: Readonly<Record<Request['kind'], string>> = {
  safe: 'safeTxHash',
  transaction: 'hash',
  message: 'hash',
};

function hashes({ hashes: known, request: { kind } }: Verdict): string {
  if (known === null) return '';
  const { domainHash, messageHash, digest } = known;
  return [
    heading('Compare with the signing device'),
    fields([
      ...(domainHash === null ? [] : ([['domain', domainHash]] as const)),
      ...(messageHash === null ? [] : ([['message', messageHash]] as const)),
      [SIGNED[kind], digest],
    ]),
  ].join('\n');
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

function approvals({ approvals: given }: Verdict): string {
  if (given.length === 0) return '';
  return [
    heading('Allowances'),
    ...given.map(({ account, spender, asset, limit, isWhole, isExpected }) => {
      const colour = isExpected ? pc.dim : pc.red;
      const amount = isWhole ? 'all' : `${limit} base units`;
      return colour(paragraph(`+ ${spender} may take ${amount} of ${asset} from ${account}`, 2));
    }),
  ].join('\n');
}

function queued({ queued: later, power: { before, after } }: Verdict): string {
  const names = after?.names ?? before.names;
  return later
    .map(({ queue, seconds, gained, lost }) =>
      [
        heading(
          paragraph(
            `Queued in ${queue}${seconds === null ? '' : `, ${describeWhen(Number(seconds))}`}`,
          ),
        ),
        ...gainedBy(gained, names),
        ...lostBy(lost),
        ...(gained.length + lost.length === 0 ? ['  no power changes when it is executed'] : []),
      ].join('\n'),
    )
    .join('\n\n');
}

function decided({ deciding: { finding, reason, toSign } }: Verdict): string {
  return [
    paragraph(pc.dim(`Decided by ${finding ?? 'no finding'}: ${reason}.`)),
    ...(toSign === null ? [] : [paragraph(pc.dim(`It would take: ${toSign}`))]),
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
