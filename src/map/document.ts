/** `castellan.power/1`: power as a JSON document. */
import { z } from 'zod';
import type { Node } from '../chains/evm/node.ts';
import type { State } from '../chains/evm/state.ts';
import { accountId } from '../chains/evm/values.ts';
import type { Coalition, Coalitions } from '../power/coalitions.ts';
import { type Evidence, nodeId, type Requirement } from '../power/model.ts';
import type { PowerMap } from './map.ts';

const account = z.string().describe('An account in CAIP-10 form: eip155:1:0x…, checksummed');
const node = z
  .string()
  .describe('A power or a leaf: act(ACCOUNT), key(ACCOUNT), opaque(ACCOUNT), …');
const amount = z
  .string()
  .regex(/^-?[0-9]+$/)
  .describe('Base units, decimal');
const seconds = z.int().nonnegative();

type RequirementDocument =
  | string
  | { all: RequirementDocument[] }
  | { any: RequirementDocument[] }
  | { atLeast: number; of: RequirementDocument[]; role?: string | undefined }
  | { after: number; requires: RequirementDocument; vetoers: RequirementDocument[] }
  | { given: string };

const requirement: z.ZodType<RequirementDocument> = z
  .lazy(() =>
    z.union([
      node,
      z.strictObject({ all: z.array(requirement) }),
      z.strictObject({ any: z.array(requirement) }),
      z.strictObject({
        atLeast: z.int().positive(),
        of: z.array(requirement),
        role: z.string().optional(),
      }),
      z.strictObject({
        after: seconds,
        requires: requirement,
        vetoers: z.array(requirement),
      }),
      z.strictObject({ given: z.string() }),
    ]),
  )
  .meta({ id: 'requirement' });

export const evidence = z.strictObject({ read: z.string(), value: z.string() });

export const coalition = z.strictObject({
  leaves: z.array(node).describe('Empty: nobody is needed any more'),
  seconds: seconds.describe('The earliest second at which they hold the power'),
});

const coalitions = z.strictObject({
  list: z.array(coalition),
  examinedTo: z.int().describe('Every set of up to this many leaves was examined'),
  complete: z.boolean(),
});

const holding = z.strictObject({
  asset: z.string().describe('CAIP-19, or eip155:CHAIN/erc20:ADDRESS'),
  symbol: z.string(),
  decimals: z.int(),
  amount,
});

export const unread = z.strictObject({ account, reason: z.string() });

/** Where the reads come from and at which block. */
export const stateFields = {
  source: z.string().describe('Where the reads come from'),
  chainId: z.int(),
  block: z.strictObject({
    number: z.string().regex(/^[0-9]+$/),
    hash: z.string(),
    time: z.iso.datetime(),
  }),
};

/** The fields that every document about power shares. */
export const powerFields = {
  positions: z.array(
    z.strictObject({
      account,
      name: z.string().nullable().describe('What castellan.yaml calls it'),
      holdings: z.array(holding),
      fewest: z.int().nullable().describe('Fewest leaves that take it; null: no set examined does'),
      soonest: seconds.nullable().describe('Seconds until the first coalition takes it'),
      coalitions: coalitions.describe('Who takes it'),
      contributions: z.array(z.strictObject({ leaf: node, remaining: z.int() })),
      others: z
        .array(z.strictObject({ action: z.string(), coalitions }))
        .describe('Who may do what else to it: upgrade, pause, veto'),
    }),
  ),
  accounts: z.array(z.strictObject({ account, codeAt: account, kinds: z.array(z.string()) })),
  rules: z.array(
    z.strictObject({
      grants: node,
      requires: requirement,
      reader: z.string(),
      evidence: z.array(evidence),
    }),
  ),
  unread: z.array(unread),
};

const disagreement = z.strictObject({
  read: z.string(),
  answers: z.array(z.strictObject({ source: z.string(), value: z.string() })),
});

export const powerDocument = z
  .strictObject({
    schema: z.literal('castellan.power/1'),
    ...stateFields,
    degraded: z
      .array(z.string())
      .describe('What the nodes turned out not to offer, so that they were read in a worse way'),
    disagreements: z.array(disagreement).describe('Reads that the nodes answered differently'),
    ...powerFields,
  })
  .meta({ title: 'castellan.power/1', description: 'Who can take what, how few, how soon.' });

export type PowerDocument = z.infer<typeof powerDocument>;

/** The document of one map. @param node what the state was read from, for what it has to say of itself. */
export function toPowerDocument(
  source: string,
  state: State,
  map: PowerMap,
  node: Pick<Node, 'degraded' | 'disagreements'> = {},
): PowerDocument {
  return {
    schema: 'castellan.power/1',
    ...encodeState(source, state),
    degraded: [...(node.degraded?.() ?? [])],
    disagreements: (node.disagreements?.() ?? []).map(({ read, answers }) => ({
      read,
      answers: answers.map((answer) => ({ ...answer })),
    })),
    ...encodePower(state, map),
  };
}

export function encodeState(source: string, { chainId, block }: State) {
  return {
    source,
    chainId,
    block: {
      number: String(block.number),
      hash: block.hash,
      time: new Date(block.timestamp * 1000).toISOString(),
    },
  };
}

export function encodePower({ chainId }: Pick<State, 'chainId'>, map: PowerMap) {
  return {
    positions: map.powers.map(({ position, fewest, soonest, ...power }) => ({
      account: position.account,
      name: position.name,
      holdings: position.holdings.map((held) => ({ ...held, amount: String(held.amount) })),
      fewest,
      soonest,
      coalitions: encodeCoalitions(power.coalitions),
      contributions: power.contributions.map(({ leaf, remaining }) => ({
        leaf: nodeId(leaf),
        remaining,
      })),
      others: power.others.map(({ action, coalitions: found }) => ({
        action,
        coalitions: encodeCoalitions(found),
      })),
    })),
    accounts: map.found.map(({ frame, readings }) => ({
      account: accountId(chainId, frame.account),
      codeAt: accountId(chainId, frame.codeAt),
      kinds: readings.map(({ kind }) => kind),
    })),
    rules: map.rules.map((rule) => ({
      grants: nodeId(rule.grants),
      requires: encodeRequirement(rule.requires),
      reader: rule.reader,
      evidence: encodeEvidence(rule.evidence),
    })),
    unread: map.unread.map((each) => ({ ...each })),
  };
}

export const encodeCoalition = ({ leaves, seconds }: Coalition) => ({
  leaves: leaves.map(nodeId),
  seconds,
});

const encodeCoalitions = ({ list, examinedTo, complete }: Coalitions) => ({
  list: list.map(encodeCoalition),
  examinedTo,
  complete,
});

export const encodeEvidence = (list: readonly Evidence[]) =>
  list.map(({ read, value }) => ({ read, value }));

function encodeRequirement(from: Requirement): RequirementDocument {
  switch (from.type) {
    case 'power':
    case 'leaf':
      return nodeId(from);
    case 'all':
      return { all: from.of.map(encodeRequirement) };
    case 'any':
      return { any: from.of.map(encodeRequirement) };
    case 'atLeast': {
      const of = from.of.map(encodeRequirement);
      return from.role === undefined
        ? { atLeast: from.count, of }
        : { atLeast: from.count, of, role: from.role };
    }
    case 'after':
      return {
        after: from.seconds,
        requires: encodeRequirement(from.requirement),
        vetoers: from.vetoers.map(encodeRequirement),
      };
    case 'given':
      return { given: from.because };
  }
}
