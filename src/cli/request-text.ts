/** What is asked to be signed, as a signer compares it with the device. */
import pc from 'picocolors';
import { type Hex, size } from 'viem';
import type { Verdict } from '../check/verdict.ts';
import { coinIn } from '../map/wording.ts';
import { count, formatAmount, utc } from '../words.ts';
import { fields, heading, paragraph, type Rows } from './text.ts';

type Request = Verdict['request'];

const HEADINGS: Readonly<Record<Request['kind'], string>> = {
  safe: 'Transaction of a Safe',
  transaction: 'Transaction',
  message: 'Message',
};

/** The request itself, and the state that it is checked in. */
export function requestText(verdict: Verdict): string {
  const { request, chainId, block, source } = verdict;
  return [
    heading(HEADINGS[request.kind]),
    fields([
      ...rowsOf(verdict),
      ['state', `chain ${chainId}, block ${block.number}, ${utc(Date.parse(block.time) / 1000)}`],
      ['read from', source],
    ]),
  ].join('\n');
}

/** At most this many fields of a message are shown; the JSON has them all. */
const MAX_FIELDS = 40;

function rowsOf(verdict: Verdict): Rows {
  const { request, calls } = verdict;
  switch (request.kind) {
    case 'safe': {
      const { safe, version, to, operation, nonce } = request;
      const kind = version === null ? 'not read as a Safe' : `Safe ${version}`;
      return [
        ['wallet', `${safe}  ${kind}`],
        ['to', named(to, verdict)],
        ...paymentRows(request, verdict),
        ['operation', operation === 'call' ? '0 (call)' : pc.yellow('1 (delegatecall)')],
        ['nonce', nonce],
      ];
    }
    case 'transaction': {
      const { from, to, nonce, authorizations } = request;
      const others = calls.filter(({ depth }) => depth === 0).length - 1;
      return [
        ['from', from === null ? 'nobody says' : named(from, verdict)],
        ['to', to === null ? 'a new contract' : named(to, verdict)],
        ...paymentRows(request, verdict),
        ...(nonce === null ? [] : [['nonce', nonce] as const]),
        ...(others > 0 ? [['and then', `${count(others, 'more call')}, see below`] as const] : []),
        ...authorizations.map(({ authority, delegate, chainId }) => {
          const who = authority ?? 'an unknown account';
          const where = chainId === '0' ? ', on every chain' : '';
          return ['delegates', `${who} to the code at ${delegate}${where}`] as const;
        }),
      ];
    }
    case 'message': {
      const { signer, domain, primaryType, chainId } = request;
      const told = request.fields.filter(({ path }) => domain === null || !isInDomain(path));
      const rest = told.length - MAX_FIELDS;
      return [
        ['signer', signer === null ? 'nobody says' : named(signer, verdict)],
        ...(domain === null ? [] : [['domain', domainText(domain, chainId)] as const]),
        ...(primaryType === null ? [] : [['type', primaryType] as const]),
        ...told.slice(0, MAX_FIELDS).map(({ path, value }) => {
          const name = path.replace(/^message\./, '');
          return [name, valueText(value, name)] as const;
        }),
        ...(rest > 0 ? [['and', count(rest, 'more field')] as const] : []),
      ];
    }
  }
}

/** What the row of the domain says already. */
const isInDomain = (path: string): boolean =>
  /^domain\.(?:name|version|chainId|verifyingContract)$/.test(path);

type Domain = NonNullable<Extract<Request, { kind: 'message' }>['domain']>;

const domainText = ({ name, version, verifyingContract }: Domain, chainId: number | null): string =>
  [
    name ?? 'no name',
    ...(version === null ? [] : [`version ${version}`]),
    chainId === null ? 'every chain' : `chain ${chainId}`,
    verifyingContract ?? 'no contract',
  ].join(', ');

function paymentRows(
  { value, data }: { readonly value: string; readonly data: string },
  { power: { before } }: Verdict,
): Rows {
  const shown = data === '0x' ? 'none' : `${data.slice(0, 10)}… (${size(data as Hex)} bytes)`;
  return [
    ['value', `${formatAmount(BigInt(value), 18)} ${coinIn(before.positions)}`],
    ['data', shown],
  ];
}

/** At most this many decoded calls are shown; the JSON has them all. */
const MAX_CALLS = 30;
/** The bytes of a batch, which its calls below tell better. */
const TOLD_BELOW: ReadonlySet<string> = new Set(['multiSend(bytes)']);

type Call = Verdict['calls'][number];

/** What it says is to be called, each call below the one that makes it. */
export function callsText(verdict: Verdict): string {
  const { calls } = verdict;
  const isTold = calls.some(
    ({ function: name, problem, depth }) => name !== null || problem !== null || depth > 0,
  );
  if (!isTold) return '';
  const rest = calls.length - MAX_CALLS;
  return [
    heading('Calls'),
    ...calls.slice(0, MAX_CALLS).flatMap((call) => callLines(call, verdict)),
    ...(rest > 0 ? [`  and ${count(rest, 'more call')}`] : []),
  ].join('\n');
}

function callLines(call: Call, verdict: Verdict): readonly string[] {
  const { depth, function: signature, kind, to, data, made } = call;
  const margin = 2 + 2 * Math.min(depth, 10);
  const amount = `${formatAmount(BigInt(call.value), 18)} ${coinIn(verdict.power.before.positions)}`;
  const name = signature?.split('(')[0] ?? data.slice(0, 10);
  const target = to === null ? 'a new contract' : named(to, verdict);
  const value = call.value === '0' ? '' : `, with ${amount}`;
  const what =
    signature === null && data === '0x' && kind === 'call'
      ? `${pc.bold(`pay ${amount}`)} to ${target}`
      : `${pc.bold(name)} ${HOW[kind]} ${target}${value}`;
  const isTold = signature !== null && !TOLD_BELOW.has(signature);
  return [
    paragraph(`${what}${made === 'later' ? ', later' : ''}`, margin),
    ...(isTold ? call.arguments : []).map((argument) =>
      pc.dim(paragraph(argumentText(argument, call, verdict), margin + 2)),
    ),
    ...(call.problem === null ? [] : [pc.yellow(paragraph(call.problem, margin + 2))]),
  ];
}

const HOW: Readonly<Record<Call['kind'], string>> = {
  call: 'on',
  delegatecall: 'by delegatecall of',
  create: 'creates',
};

function argumentText(
  { name, type, value }: Call['arguments'][number],
  { to }: Call,
  verdict: Verdict,
): string {
  if (type === 'address') return `${name}  ${named(value, verdict)}`;
  const amount = /^(?:amount|value|wad)$/.test(name) ? inUnits(value, to ?? '', verdict) : null;
  return `${name}  ${amount ?? valueText(value, name)}`;
}

/** An address, and what castellan.yaml calls it. */
export function named(address: string, { names }: Verdict): string {
  const name = names[address];
  return name === undefined ? address : `${address}  ${name}`;
}

/** An amount of a token that is counted, in its units; `null` for another, or for one without end. */
export function inUnits(amount: string, token: string, { power }: Verdict): string | null {
  const holding = power.before.positions
    .flatMap(({ holdings }) => holdings)
    .find(({ asset }) => asset.endsWith(`/erc20:${token}`));
  if (holding === undefined || !/^[0-9]+$/.test(amount) || MOST.has(amount)) return null;
  return `${formatAmount(BigInt(amount), holding.decimals)} ${holding.symbol}`;
}

/** The largest numbers of a type, as people write them. */
const MOST: ReadonlyMap<string, string> = new Map(
  [96, 128, 160, 256].map((bits) => [String((1n << BigInt(bits)) - 1n), `2^${bits} - 1`]),
);
const MAX_VALUE = 100;

/** Fields that tell a time, in seconds since 1970. */
const TIMES =
  /(?:^|\.)(?:deadline|sigDeadline|expiry|expiration|valid(?:After|Before|To|UntilTime)|(?:start|end)Time)$/;
/** From 2001 to 2286: more is no date that anyone means. */
const SECONDS = /^[1-9][0-9]{9}$/;

/** A value as it is shown: times as dates, the largest numbers by what they are, long ones cut. */
function valueText(value: string, name: string): string {
  const most = MOST.get(value);
  if (most !== undefined) return `${most}, the most there is`;
  if (TIMES.test(name) && SECONDS.test(value)) {
    return `${value}  ${utc(Number(value))}`;
  }
  if (value.length <= MAX_VALUE) return value;
  return `${value.slice(0, MAX_VALUE / 2)}…${value.slice(-16)} (${value.length} characters)`;
}

const SIGNED: Readonly<Record<Request['kind'], string>> = {
  safe: 'safeTxHash',
  transaction: 'tx hash',
  message: 'digest',
};

/** The hashes, as the device shows them: those of EIP-712 in upper case, as Ledger and Safe{Wallet} do. */
export function hashesText({ hashes, request }: Verdict): string {
  if (hashes === null) return '';
  const { domainHash, messageHash, digest } = hashes;
  return [
    heading('Compare with the signing device'),
    ...(domainHash === null && request.kind === 'message'
      ? [paragraph('It shows the message above; few show its digest.', 2)]
      : []),
    fields([
      ...(domainHash === null ? [] : [['domain', eighths(upper(domainHash))] as const]),
      ...(messageHash === null ? [] : [['message', eighths(upper(messageHash))] as const]),
      [SIGNED[request.kind], eighths(digest)],
    ]),
  ].join('\n');
}

const upper = (hash: string): string => `0x${hash.slice(2).toUpperCase()}`;

/** A hash with every other eight digits in bold: the eye keeps its place, and it can still be copied. */
const eighths = (hash: string): string =>
  `0x${(hash.slice(2).match(/.{1,8}/g) ?? [])
    .map((digits, index) => (index % 2 === 0 ? pc.bold(digits) : digits))
    .join('')}`;
