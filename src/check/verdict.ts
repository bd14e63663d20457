/** `castellan.verdict/1`: the decision, and everything that it rests on. */
import { z } from 'zod';
import { decodeCall } from '../chains/evm/decode/decode.ts';
import { flatten } from '../chains/evm/decode/decoded.ts';
import type { State } from '../chains/evm/state.ts';
import { accountId, addressIn, seconds as secondsIn } from '../chains/evm/values.ts';
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
import { namesIn } from '../org/rules.ts';
import type { PowerChange } from '../power/analysis.ts';
import { describeHolders, describeWhen } from '../power/describe.ts';
import { count, list, short, shortId } from '../words.ts';
import { describeAmount } from './amounts.ts';
import type { Decision, Facts, Finding, Found, Payment, Severity } from './facts.ts';
import { findings as allFindings } from './findings/index.ts';
import { ordersOf } from './orders.ts';
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
  account: z.string().describe('The position, or an account that it acts through'),
  counterparty: z.string(),
  token: z.string().nullable().describe('null: ether. Else the contract that claims the transfer'),
  item: uint.nullable().describe('Of an NFT'),
  amount: uint.describe('Base units'),
});

const call = z.strictObject({
  depth: z.int().describe('0: what is signed; 1: a call that it makes; and so on'),
  made: z.enum(['now', 'later']).describe('later: put into a queue'),
  kind: z.enum(['call', 'delegatecall', 'create']),
  from: address.nullable(),
  to: address.nullable(),
  value: uint,
  function: z.string().nullable().describe('Its signature; null: not known'),
  arguments: z.array(z.strictObject({ name: z.string(), type: z.string(), value: z.string() })),
  data: hex,
  problem: z.string().nullable().describe('What about the bytes is not as the function has it'),
});

const safeRequest = z.strictObject({
  kind: z.literal('safe'),
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
});

const transactionRequest = z.strictObject({
  kind: z.literal('transaction'),
  type: z.enum(['legacy', 'eip2930', 'eip1559', 'eip4844', 'eip7702']).nullable(),
  chainId: z.int().nullable().describe('null: good on every chain'),
  from: address.nullable(),
  to: address.nullable().describe('null: creates a contract'),
  value: uint,
  data: hex,
  nonce: uint.nullable(),
  isSigned: z.boolean(),
  transactionHash: hex.nullable(),
  authorizations: z.array(
    z.strictObject({
      authority: address.nullable(),
      delegate: address,
      chainId: uint.describe('0: every chain'),
      nonce: uint,
    }),
  ),
});

const messageRequest = z.strictObject({
  kind: z.literal('message'),
  form: z.enum(['typed data', 'text', 'bytes']),
  signer: address.nullable(),
  chainId: z.int().nullable().describe('null: good on every chain'),
  domain: z
    .strictObject({
      name: z.string().nullable(),
      version: z.string().nullable(),
      verifyingContract: address.nullable(),
    })
    .nullable(),
  primaryType: z.string().nullable(),
  fields: z.array(z.strictObject({ path: z.string(), value: z.string() })),
  unknown: z.string().nullable().describe('Why it is not known what the signature permits'),
});

export const verdictDocument = z
  .strictObject({
    schema: z.literal('castellan.verdict/1'),
    decision,
    summary: z.string().describe('Two sentences that a signer can read'),
    deciding: z.strictObject({
      finding: z.string().nullable().describe('The finding that decided; null for SIGN'),
      reason: z.string(),
      toSign: z
        .string()
        .nullable()
        .describe('What would make it SIGN, as far as this finding goes'),
    }),
    ...stateFields,
    request: z.discriminatedUnion('kind', [safeRequest, transactionRequest, messageRequest]),
    calls: z.array(call).describe('What it says is to be called, decoded: a tree, in order'),
    hashes: z
      .strictObject({
        domainHash: hex.nullable().describe('EIP-712, as Ledger and Trezor show it'),
        messageHash: hex.nullable().describe('EIP-712, as Ledger and Trezor show it'),
        digest: hex.describe('The 32 bytes that are signed: of a Safe transaction, its safeTxHash'),
      })
      .nullable()
      .describe('To compare with the signing device; null: not known, or nothing is signed'),
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
        decision: decision.describe('SIGN: only to be known'),
        when: z.enum(['now', 'when executed']).describe('when executed: of what it queues'),
        title: z.string(),
        detail: z.string(),
        toSign: z.string().describe('What would make it no objection'),
        evidence: z.array(evidence),
      }),
    ),
    power: z.strictObject({
      gained: z.array(change),
      lost: z.array(change),
      before: z.strictObject(powerFields),
      after: z.strictObject(powerFields).nullable(),
    }),
    queued: z
      .array(
        z.strictObject({
          queue: z.string(),
          seconds: uint.nullable().describe('The wait that the call names'),
          calls: z.array(call),
          gained: z.array(change),
          lost: z.array(change),
        }),
      )
      .describe('What it puts into queues, and power once that is executed'),
    approvals: z
      .array(
        z.strictObject({
          account: z.string(),
          spender: z.string(),
          asset: z.string(),
          limit: uint.describe('Base units, from now on'),
          before: uint,
          isWhole: z.boolean().describe('Whether it covers all that the account has'),
          isExpected: z.boolean().describe('Whether castellan.yaml lets the spender have it'),
        }),
      )
      .describe('Allowances that it gives or raises'),
    assets: z.strictObject({ out: z.array(payment), in: z.array(payment) }),
    names: z
      .record(z.string(), z.string())
      .describe('What castellan.yaml calls the accounts that are mentioned, by address'),
    unread: z.array(unread),
  })
  .meta({
    title: 'castellan.verdict/1',
    description: 'What a signature would do to power, and whether to give it.',
  });

export type Verdict = z.infer<typeof verdictDocument>;

/** Judges the facts: the strictest finding decides. */
export function judge(source: string, state: State, facts: Facts): Verdict {
  const found = [
    ...findAll(facts, () => true),
    ...facts.queued.flatMap(({ before, outcome, seconds }) =>
      findAll({ ...facts, safe: null, before, outcome, queued: [] }, isAboutEffects).map(
        (each): Judged => whenExecuted(each, seconds),
      ),
    ),
  ].sort((a, b) => STRICTNESS[b.decision] - STRICTNESS[a.decision]);
  const deciding = found.find(({ decision }) => decision !== 'SIGN');
  const { outcome, before } = facts;
  const after = outcome.simulated ? outcome.after : null;
  const changes = outcome.simulated ? outcome.changes : [];
  const verdict: Omit<Verdict, 'names'> = {
    schema: 'castellan.verdict/1',
    decision: deciding?.decision ?? 'SIGN',
    summary: summarise(
      facts,
      found.filter(({ decision }) => decision !== 'SIGN'),
    ),
    deciding: {
      finding: deciding?.id ?? null,
      reason: deciding?.title ?? `${describeChanges(facts)}, and everything needed was read`,
      toSign: deciding?.toSign ?? null,
    },
    ...encodeState(source, state),
    request: encodeRequest(facts),
    calls: ordersOf(facts.request).flatMap(encodeCalls),
    hashes: encodeHashes(facts),
    signatures: (facts.safe?.signatures ?? []).map(({ kind, signer, filedUnder, counts }) => ({
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
    findings: found.map(({ id, severity, decision, when, title, detail, toSign, evidence }) => ({
      id,
      severity,
      decision,
      when,
      title,
      detail,
      toSign,
      evidence: encodeEvidence(evidence),
    })),
    power: {
      ...encodeChanges(changes),
      before: encodePower(state, before),
      after: after === null ? null : encodePower(state, after),
    },
    queued: facts.queued.map(({ call, calls, seconds, outcome }) => ({
      queue: call.to === null ? 'nobody' : accountId(facts.chainId, call.to),
      seconds: seconds === null ? null : String(seconds),
      calls: calls.flatMap(encodeCalls),
      ...encodeChanges(outcome.simulated ? outcome.changes : []),
    })),
    approvals: outcome.simulated
      ? outcome.approvals.map(({ allowance, before, isWhole, isExpected }) => ({
          account: accountId(facts.chainId, allowance.position),
          spender: accountId(facts.chainId, allowance.spender),
          asset: allowance.value.spend,
          limit: String(allowance.value.limit),
          before: String(before),
          isWhole,
          isExpected,
        }))
      : [],
    assets: encodePayments(facts),
    unread: uniqueBy(
      [...before.unread, ...(after?.unread ?? [])],
      ({ account, reason }) => `${account} ${reason}`,
    ).map((each) => ({ ...each })),
  };
  return { ...verdict, names: encodeNames(facts, verdict) };
}

/** The names of what is asked for and of what it does, by address. */
function encodeNames(
  { organisation, chainId }: Facts,
  { request, calls, queued, approvals, assets }: Omit<Verdict, 'names'>,
): Verdict['names'] {
  const mentioned = JSON.stringify({ request, calls, queued, approvals, assets });
  return Object.fromEntries(
    [...namesIn(organisation)].flatMap(([id, name]) => {
      const address = addressIn(chainId, id);
      return address !== null && mentioned.includes(address) ? [[address, name]] : [];
    }),
  );
}

interface Judged extends Found {
  readonly id: string;
  readonly severity: Severity;
  readonly decision: Decision;
  readonly when: 'now' | 'when executed';
}

const findAll = (facts: Facts, isAsked: (finding: Finding) => boolean): readonly Judged[] =>
  allFindings
    .filter(isAsked)
    .flatMap(({ id, severity, decision, find }) =>
      find(facts).map((each): Judged => ({ id, severity, decision, when: 'now', ...each })),
    );

const isAboutEffects = ({ about }: Finding): boolean => about === 'effects';

/** The same of what is queued: what is found then is said of then. */
function whenExecuted(found: Judged, seconds: bigint | null): Judged {
  const wait = seconds === null ? '' : `, ${describeWhen(secondsIn(seconds))}`;
  return {
    ...found,
    when: 'when executed',
    title: `when what it queues is executed${wait}: ${found.title}`,
    sentence: `When what it queues is executed${wait}: ${found.sentence}`,
  };
}

const STRICTNESS: Readonly<Record<Decision, number>> = { SIGN: 0, HOLD: 1, REJECT: 2 };

const encodeChanges = (changes: readonly PowerChange[]) => {
  const encode = (which: 'gained' | 'lost') =>
    changes.flatMap(({ account, action, ...change }) =>
      change[which].map((each) => ({ account, action, ...encodeCoalition(each) })),
    );
  return { gained: encode('gained'), lost: encode('lost') };
};

/** Two sentences: the two gravest findings; where there are fewer, what it does. */
function summarise(facts: Facts, found: readonly Judged[]): string {
  const [first, second] = found.map(({ sentence }) => sentence);
  if (first === undefined) return `${describeEffect(facts)} ${describeStanding(facts)}`.trim();
  return `${first} ${second ?? describeEffect(facts)}`;
}

function describeEffect({ actor, before, outcome, organisation, chainId }: Facts): string {
  if (!outcome.simulated || actor === null) return 'Nothing is known of its effect.';
  const leaving = outcome.payments.filter(({ from }) => outcome.actors.includes(from));
  if (leaving.length === 0) return `No assets leave ${short(actor)}.`;
  const said = leaving.slice(0, MAX_SAID).map(({ to, token, amount, item }) => {
    const id = accountId(chainId, to);
    const { payees, contracts } = organisation;
    const name = [...payees, ...contracts].find(({ account }) => account === id)?.name;
    const payee = name === undefined ? short(to) : `${name} (${short(to)})`;
    return `${describeAmount({ token, amount, item }, before, short)} to ${payee}`;
  });
  const rest = leaving.length - said.length;
  return `It sends ${list([...said, ...(rest === 0 ? [] : [count(rest, 'more payment')])])}.`;
}

/** So many payments are named in a summary. */
const MAX_SAID = 3;

/** Of what is signed without an objection. */
function describeChanges({ outcome, queued }: Facts): string {
  const outcomes = [outcome, ...queued.map((each) => each.outcome)];
  return outcomes.some((each) => each.simulated && each.changes.length > 0)
    ? 'power changes as castellan.yaml expects'
    : 'power does not change';
}

function describeStanding({ before, outcome, actor, chainId }: Facts): string {
  if (actor === null) return '';
  const account = accountId(chainId, actor);
  const [was, is] = [before, outcome.simulated ? outcome.after : before].map(({ rules }) =>
    describeHolders(rules, account, shortId),
  );
  return was === is
    ? `Control of ${shortId(account)} stays with ${is}.`
    : `Control of ${shortId(account)} changes from ${was} to ${is}, as castellan.yaml expects.`;
}

function encodePayments({ outcome, chainId }: Facts): Verdict['assets'] {
  if (!outcome.simulated) return { out: [], in: [] };
  const encode = (account: 'from' | 'to', counterparty: 'from' | 'to') =>
    outcome.payments
      .filter((each) => outcome.actors.includes(each[account]))
      .map((each: Payment) => ({
        account: accountId(chainId, each[account]),
        counterparty: accountId(chainId, each[counterparty]),
        token: each.token === null ? null : accountId(chainId, each.token),
        item: each.item === null ? null : String(each.item),
        amount: String(each.amount),
      }));
  return { out: encode('from', 'to'), in: encode('to', 'from') };
}

function encodeHashes({ request, safe }: Facts): Verdict['hashes'] {
  switch (request.kind) {
    case 'safe': {
      if (safe === null || safe.hashes === null) return null;
      const { domainHash, messageHash, safeTxHash } = safe.hashes;
      return { domainHash, messageHash, digest: safeTxHash };
    }
    case 'transaction': {
      const { signingHash } = request.transaction;
      return signingHash === null
        ? null
        : { domainHash: null, messageHash: null, digest: signingHash };
    }
    case 'message':
      return { ...request.message.hashes };
  }
}

function encodeRequest({ request, safe }: Facts): Verdict['request'] {
  switch (request.kind) {
    case 'safe': {
      const { value, safeTxGas, baseGas, gasPrice, nonce, ...rest } = request.proposal.transaction;
      return {
        kind: 'safe',
        ...rest,
        version: safe?.wallet?.version ?? null,
        threshold: safe?.wallet?.threshold.value ?? null,
        value: String(value),
        safeTxGas: String(safeTxGas),
        baseGas: String(baseGas),
        gasPrice: String(gasPrice),
        nonce: String(nonce),
      };
    }
    case 'transaction': {
      const { value, nonce, authorizations, signingHash, ...rest } = request.transaction;
      return {
        kind: 'transaction',
        ...rest,
        value: String(value),
        nonce: nonce === null ? null : String(nonce),
        authorizations: authorizations.map((each) => ({
          authority: each.authority,
          delegate: each.delegate,
          chainId: String(each.chainId),
          nonce: String(each.nonce),
        })),
      };
    }
    case 'message': {
      const { form, signer, chainId, domain, primaryType, fields, unknown } = request.message;
      return {
        kind: 'message',
        form,
        signer,
        chainId,
        domain: domain === null ? null : { ...domain },
        primaryType,
        fields: fields.map((field) => ({ ...field })),
        unknown,
      };
    }
  }
}

const encodeCalls = (call: Parameters<typeof decodeCall>[0]): Verdict['calls'] =>
  [...flatten(decodeCall(call))].map(
    ({ depth, made, kind, from, to, value, signature, args, data, problem }) => ({
      depth,
      made,
      kind,
      from,
      to,
      value: String(value),
      function: signature,
      arguments: args.map((each) => ({ ...each })),
      data,
      problem,
    }),
  );
