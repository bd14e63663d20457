/** `castellan.verdict/1`: the decision, and everything that it rests on. */
import { z } from 'zod';
import type { State } from '../chains/evm/state.ts';
import { accountId } from '../chains/evm/values.ts';
import {
  coalition,
  encodeCoalition,
  encodeEvidence,
  encodePower,
  encodeState,
  evidence,
  powerFields,
  stateFields,
  unread,
} from '../map/document.ts';
import { coinIn } from '../map/wording.ts';
import { describeHolders } from '../power/describe.ts';
import { formatAmount, list, short, shortId } from '../words.ts';
import type { Decision, Facts, Found, Payment, Severity } from './facts.ts';
import { findings as allFindings } from './findings/index.ts';
import { uniqueBy } from './unique.ts';

const decision = z.enum(['SIGN', 'HOLD', 'REJECT']);
const severity = z.enum(['critical', 'high', 'medium', 'low', 'info']);
const address = z.string().describe('Checksummed');
const hex = z.string().regex(/^0x[0-9a-f]*$/);
const uint = z.string().regex(/^[0-9]+$/);

const change = coalition.extend({
  account: z.string(),
  action: z.string().describe('take: by full control or by spending; else upgrade, veto, …'),
});

const payment = z.strictObject({
  account: z.string().describe('The position'),
  counterparty: z.string(),
  token: z.string().nullable().describe('null: ether. Else the contract that claims the transfer'),
  amount: uint.describe('Base units'),
});

export const verdictDocument = z
  .strictObject({
    schema: z.literal('castellan.verdict/1'),
    decision,
    summary: z.string().describe('Two sentences that a signer can read'),
    deciding: z.strictObject({
      finding: z.string().nullable().describe('The finding that decided; null for SIGN'),
      reason: z.string(),
    }),
    ...stateFields,
    transaction: z.strictObject({
      safe: address,
      version: z.string().nullable().describe('Of the Safe; null: not a known Safe'),
      threshold: z.int().nullable().describe('Signatures that it takes'),
      to: address,
      value: uint,
      data: hex,
      operation: z.enum(['call', 'delegatecall']),
      safeTxGas: uint,
      baseGas: uint,
      gasPrice: uint,
      gasToken: address,
      refundReceiver: address,
      nonce: uint,
    }),
    hashes: z
      .strictObject({ domainHash: hex, messageHash: hex, safeTxHash: hex })
      .nullable()
      .describe('To compare with the signing device; null: the version of the Safe is not known'),
    signatures: z.array(
      z.strictObject({
        kind: z.enum(['ecdsa', 'eth_sign', 'approved hash', 'contract', 'malformed']),
        signer: address.nullable().describe('Whom it recovers to for this transaction'),
        filedUnder: address.nullable(),
        counts: z.enum(['yes', 'no', 'unknown']).describe('Made for this transaction by an owner'),
      }),
    ),
    simulation: z
      .strictObject({
        method: z.enum(['debug_traceCall', 'eth_simulateV1']),
        succeeded: z.boolean(),
        events: z.int().describe('How many events it would emit'),
      })
      .nullable(),
    findings: z.array(
      z.strictObject({
        id: z.string(),
        severity,
        decision,
        title: z.string(),
        detail: z.string(),
        evidence: z.array(evidence),
      }),
    ),
    power: z.strictObject({
      gained: z.array(change),
      lost: z.array(change),
      before: z.strictObject(powerFields),
      after: z.strictObject(powerFields).nullable(),
    }),
    assets: z.strictObject({ out: z.array(payment), in: z.array(payment) }),
    unread: z.array(unread),
  })
  .meta({
    title: 'castellan.verdict/1',
    description: 'What a transaction would do to power, and whether to sign it.',
  });

export type Verdict = z.infer<typeof verdictDocument>;

/** Judges the facts: the strictest finding decides. */
export function judge(source: string, state: State, facts: Facts): Verdict {
  const found = allFindings
    .flatMap(({ id, severity, decision, find }) =>
      find(facts).map((each): Judged => ({ id, severity, decision, ...each })),
    )
    .sort((a, b) => STRICTNESS[b.decision] - STRICTNESS[a.decision]);
  const [deciding] = found;
  const { outcome, proposal, hashes, before, wallet } = facts;
  const after = outcome.simulated ? outcome.after : null;
  const changes = outcome.simulated ? outcome.changes : [];
  const { value, safeTxGas, baseGas, gasPrice, nonce, ...rest } = proposal.transaction;
  return {
    schema: 'castellan.verdict/1',
    decision: deciding?.decision ?? 'SIGN',
    summary: summarise(facts, found),
    deciding: {
      finding: deciding?.id ?? null,
      reason: deciding?.title ?? 'power does not change, and everything needed was read',
    },
    ...encodeState(source, state),
    transaction: {
      ...rest,
      version: wallet?.version ?? null,
      threshold: wallet?.threshold.value ?? null,
      value: String(value),
      safeTxGas: String(safeTxGas),
      baseGas: String(baseGas),
      gasPrice: String(gasPrice),
      nonce: String(nonce),
    },
    hashes,
    signatures: facts.signatures.map(({ kind, signer, filedUnder, counts }) => ({
      kind,
      signer,
      filedUnder,
      counts,
    })),
    simulation: outcome.simulated
      ? {
          method: outcome.simulation.method,
          succeeded: outcome.simulation.succeeded && outcome.executes,
          events: outcome.simulation.logs.length,
        }
      : null,
    findings: found.map((each) => ({
      id: each.id,
      severity: each.severity,
      decision: each.decision,
      title: each.title,
      detail: each.detail,
      evidence: encodeEvidence(each.evidence),
    })),
    power: {
      gained: changes.flatMap(({ account, action, gained }) =>
        gained.map((each) => ({ account, action, ...encodeCoalition(each) })),
      ),
      lost: changes.flatMap(({ account, action, lost }) =>
        lost.map((each) => ({ account, action, ...encodeCoalition(each) })),
      ),
      before: encodePower(state, before),
      after: after === null ? null : encodePower(state, after),
    },
    assets: encodePayments(facts),
    unread: uniqueBy(
      [...before.unread, ...(after?.unread ?? [])],
      ({ account, reason }) => `${account} ${reason}`,
    ).map((each) => ({ ...each })),
  };
}

interface Judged extends Found {
  readonly id: string;
  readonly severity: Severity;
  readonly decision: Decision;
}

const STRICTNESS: Readonly<Record<Decision, number>> = { SIGN: 0, HOLD: 1, REJECT: 2 };

/** Two sentences: the two gravest findings; where there are fewer, what the transaction does. */
function summarise(facts: Facts, found: readonly Judged[]): string {
  const [first, second] = found.map(({ sentence }) => sentence);
  if (first === undefined) return `${describeEffect(facts)} ${describeStanding(facts)}`;
  return `${first} ${second ?? describeEffect(facts)}`;
}

function describeEffect({ before, outcome, proposal, organisation, chainId }: Facts): string {
  const { safe } = proposal.transaction;
  if (!outcome.simulated) return `Nothing is known of its effect on ${short(safe)}.`;
  const leaving = outcome.payments.filter(({ from }) => from === safe);
  if (leaving.length === 0) return `No assets leave ${short(safe)}.`;
  const said = leaving.map(({ to, token, amount }) => {
    const id = accountId(chainId, to);
    const name = organisation.payees.find(({ account }) => account === id)?.name;
    const payee = name === undefined ? short(to) : `${name} (${short(to)})`;
    return token === null
      ? `${formatAmount(amount, 18)} ${coinIn(before.positions)} to ${payee}`
      : `${amount} base units of ${short(token)} to ${payee}`;
  });
  return `It sends ${list(said)}.`;
}

function describeStanding({ before, proposal, chainId }: Facts): string {
  const account = accountId(chainId, proposal.transaction.safe);
  const holders = describeHolders(before.rules, account, shortId);
  return `Control of ${shortId(account)} stays with ${holders}.`;
}

function encodePayments({ outcome, before, chainId }: Facts): Verdict['assets'] {
  if (!outcome.simulated) return { out: [], in: [] };
  const own = new Set(before.positions.map(({ account }) => account));
  const encode = (position: 'from' | 'to', counterparty: 'from' | 'to') =>
    outcome.payments
      .filter((each) => own.has(accountId(chainId, each[position])))
      .map((each: Payment) => ({
        account: accountId(chainId, each[position]),
        counterparty: accountId(chainId, each[counterparty]),
        token: each.token === null ? null : accountId(chainId, each.token),
        amount: String(each.amount),
      }));
  return { out: encode('from', 'to'), in: encode('to', 'from') };
}
