/**
 * `castellan.attestation/1`: a verdict bound to what it rests on, so that two people on two machines, who
 * read from two providers, can compare one line.
 */
import { type Hex, keccak256, toHex } from 'viem';
import { z } from 'zod';
import type { State } from '../chains/evm/state.ts';
import { InputError, objections } from '../errors.ts';
import type { PowerMap } from '../map/map.ts';
import type { Facts } from './facts.ts';
import type { Verdict } from './verdict.ts';

const hex = z.string().regex(/^0x[0-9a-f]*$/);
const text = z.string().min(1).max(200);

export const attestationDocument = z
  .strictObject({
    schema: z.literal('castellan.attestation/1'),
    line: z
      .string()
      .max(100)
      .describe('The one line to compare: the decision, and a digest of all that is bound'),
    checker: text.describe('Who checked: each counts once'),
    source: z
      .string()
      .max(2_000)
      .describe('Where the chain was read: not bound, and better not the same'),
    bound: z
      .strictObject({
        castellan: text.describe('The version of Castellan'),
        request: hex.describe('What is signed; of a call, the digest of it'),
        chainId: z.int(),
        block: z.strictObject({ number: z.string().max(80), hash: hex, stateRoot: hex.nullable() }),
        decision: z.enum(['SIGN', 'HOLD', 'REJECT']).describe('But for the want of checkers'),
        deciding: z.string().max(200).nullable(),
        verdict: hex.describe('Digest of the verdict, but for where it was read from'),
        evidence: hex.describe('Digest of every read and its answer, before and after'),
        organisation: hex.describe('Digest of what castellan.yaml says'),
        checkers: z.int().min(1).describe('How many castellan.yaml wants'),
      })
      .describe('What must be the same on every machine'),
  })
  .meta({
    title: 'castellan.attestation/1',
    description: 'A verdict and what it rests on, to compare with those of others.',
  });

export type Attestation = z.infer<typeof attestationDocument>;

type Bound = Attestation['bound'];

/** Binds a verdict to what it rests on. */
export function attest(
  verdict: Verdict,
  facts: Facts,
  state: State,
  { castellan, checker }: { readonly castellan: string; readonly checker: string },
): Attestation {
  const { source, ...said } = verdict;
  const own = said.findings.filter(
    ({ id, decision }) => decision !== 'SIGN' && id !== 'few-checkers',
  );
  const strictest = own.find(({ decision }) => decision === 'REJECT') ?? own[0];
  const bound: Bound = {
    castellan,
    request: verdict.hashes === null ? digestOf(verdict.request) : (verdict.hashes.digest as Hex),
    chainId: verdict.chainId,
    block: {
      number: String(state.block.number),
      hash: state.block.hash,
      stateRoot: state.block.stateRoot,
    },
    decision: strictest?.decision ?? 'SIGN',
    deciding: strictest?.id ?? null,
    verdict: digestOf(said),
    evidence: digestOf(readsOf(facts)),
    organisation: digestOf(facts.organisation),
    checkers: facts.organisation.policy.checkers,
  };
  return { schema: 'castellan.attestation/1', line: lineOf(bound), checker, source, bound };
}

const lineOf = (bound: Bound): string => `${bound.decision} ${digestOf(bound)}`;

/** Every read and its answer, each once, in an order of their own. */
function readsOf({ before, outcome }: Facts): readonly string[] {
  const readsIn = ({ rules }: PowerMap, when: string): readonly string[] =>
    rules.flatMap(({ evidence }) =>
      evidence.map(({ read, value }) => `${when} ${read} = ${value}`),
    );
  const reads = outcome.simulated
    ? [
        ...readsIn(outcome.after, 'after'),
        ...readsIn(outcome.touched.before, 'before'),
        ...readsIn(outcome.touched.after, 'after'),
      ]
    : [];
  return [...new Set([...readsIn(before, 'before'), ...reads])].sort();
}

/** The Keccak-256 of a value as JSON, with the keys of its objects in order. */
const digestOf = (value: unknown): Hex => keccak256(toHex(JSON.stringify(value, inOrder)));

const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/**
 * Parses an attestation.
 *
 * @throws InputError also where its line is not that of what it binds.
 */
export function parseAttestation(where: string, document: unknown): Attestation {
  const parsed = attestationDocument.safeParse(document);
  if (!parsed.success) throw new InputError(where, objections(parsed.error));
  if (parsed.data.line === lineOf(parsed.data.bound)) return parsed.data;
  throw new InputError(where, 'line: it is not the line of what is bound: the file was edited');
}

export const comparisonDocument = z
  .strictObject({
    schema: z.literal('castellan.comparison/1'),
    decision: z
      .enum(['SIGN', 'HOLD', 'REJECT'])
      .describe('SIGN: as many as castellan.yaml wants found the same, and that it may be signed'),
    agree: z.boolean().describe('Whether all say the same of the same'),
    checkers: z.array(text).describe('Who checked: each once'),
    needed: z.int().describe('How many castellan.yaml wants: the most that any says'),
    differences: z
      .array(z.strictObject({ what: z.string(), values: z.array(z.string()) }))
      .describe('What is not the same, with each value, in the order of the attestations'),
  })
  .meta({
    title: 'castellan.comparison/1',
    description: 'Whether several people found the same.',
  });

export type Comparison = z.infer<typeof comparisonDocument>;

/** Compares what several people found. */
export function compareAttestations(attestations: readonly Attestation[]): Comparison {
  // What explains the most comes first: where the block is another, so is all that was read.
  const flat = attestations.map(({ bound: { request, chainId, block, verdict, ...rest } }) => ({
    request,
    chainId,
    'block number': block.number,
    'block hash': block.hash,
    'state root': block.stateRoot,
    ...rest,
    verdict,
  }));
  const names = Object.keys(flat[0] ?? {}) as (keyof (typeof flat)[number])[];
  const differences = names
    .map((what) => ({ what, values: flat.map((each) => String(each[what])) }))
    .filter(({ values }) => new Set(values).size > 1);
  const agree = differences.length === 0;
  const checkers = [...new Set(attestations.map(({ checker }) => checker))];
  const needed = Math.max(1, ...flat.map((each) => each.checkers));
  const decisions = flat.map(({ decision }) => decision);
  const isSigned = agree && checkers.length >= needed && decisions.every((each) => each === 'SIGN');
  const strictest = !agree || decisions.includes('REJECT') ? 'REJECT' : 'HOLD';
  return {
    schema: 'castellan.comparison/1',
    decision: isSigned ? 'SIGN' : strictest,
    agree,
    checkers,
    needed,
    differences,
  };
}
