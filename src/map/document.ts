/** `castellan.power/1`: power as a JSON document. */
import { z } from 'zod';
import type { Node } from '../chains/evm/node.ts';
import type { State } from '../chains/evm/state.ts';
import { accountId } from '../chains/evm/values.ts';
import { ADDITIONS, adviser } from '../power/advice.ts';
import type { Coalition, Coalitions } from '../power/coalitions.ts';
import {
  type Evidence,
  type Holding,
  nodeId,
  nodesOf,
  type Requirement,
  taking,
} from '../power/model.ts';
import { findingsIn } from './findings.ts';
import { worthOf } from './holdings.ts';
import type { PowerMap } from './map.ts';

const account = z.string().describe('An account in CAIP-10 form: eip155:1:0x…, checksummed');
const node = z
  .string()
  .describe('A power or a leaf: act(ACCOUNT), key(ACCOUNT), opaque(ACCOUNT), …');
const amount = z
  .string()
  .regex(/^-?[0-9]+$/)
  .describe('Base units, decimal');
const usd = z.string().regex(/^[0-9]+\.[0-9]{2}$/);
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
  list: z.array(coalition).describe('The smallest, at most 10,000'),
  count: amount.describe('How many there are of up to `examinedTo` leaves'),
  fewest: z.int().nullable().describe('Leaves of the smallest; null: none was found'),
  examinedTo: z.int().describe('Every set of up to this many leaves was examined'),
  complete: z.boolean().describe('false: larger ones than `examinedTo` may exist'),
});

const holding = z.strictObject({
  asset: z.string().describe('CAIP-19, or eip155:CHAIN/erc20:ADDRESS'),
  symbol: z.string(),
  decimals: z.int(),
  amount: amount.nullable().describe('Base units, decimal; null: could not be read'),
  usd: usd.nullable().describe('What it is worth; null: no price is known'),
  price: z
    .enum(['declared', 'feed', 'stale feed'])
    .nullable()
    .describe('Where the price is from: castellan.yaml, or a Chainlink feed, which may be old'),
  unread: z.string().nullable().describe('Why the amount or the price could not be read'),
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
      usd: usd.nullable().describe('Of all holdings that have a price; null: none has one'),
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
      inferred: z.boolean().describe('Found in the bytecode alone, by no reader of its kind'),
      functions: z.array(z.string()).describe('By which the power is used; empty: not known'),
      evidence: z.array(evidence),
    }),
  ),
  names: z
    .record(z.string(), z.string())
    .describe('What castellan.yaml calls them, by account or by leaf'),
  unread: z.array(unread),
};

const advice = z.strictObject({
  power: node.describe('What would ask for it, by whichever rule it is had'),
  addition: z
    .enum(ADDITIONS)
    .describe('One more signer; the consent of someone who has no part yet; a wait of a day'),
  fewest: z.int().describe('Fewest leaves that take the position then'),
  soonest: seconds.describe('Seconds until the first coalition takes it then'),
});

const resilience = z.strictObject({
  account,
  lost: coalitions.describe('Leaves whose loss leaves nobody who can take it'),
  stopped: coalitions.describe('Leaves whose holders stop everybody else, by refusing and vetoing'),
  advice: z
    .array(advice)
    .nullable()
    .describe(
      'Single additions that would make it harder to take, the best first; null: too large',
    ),
});

const finding = z.strictObject({
  id: z.enum(['taken-by-anyone', 'taken-by-one']),
  severity: z.enum(['critical', 'high']),
  account,
  title: z.string(),
});

const disagreement = z.strictObject({
  read: z.string(),
  answers: z.array(z.strictObject({ source: z.string(), value: z.string() })),
});

export const powerDocument = z
  .strictObject({
    schema: z.literal('castellan.power/1'),
    ...stateFields,
    findings: z.array(finding),
    degraded: z
      .array(z.string())
      .describe('What the nodes turned out not to offer, so that they were read in a worse way'),
    disagreements: z.array(disagreement).describe('Reads that the nodes answered differently'),
    ...powerFields,
    resilience: z.array(resilience).describe('Of each position, in their order'),
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
    findings: findingsIn(map).map((each) => ({ ...each })),
    ...encodePower(state, map),
    resilience: encodeResilience(map),
  };
}

function encodeResilience({ rules, positions, by }: PowerMap) {
  const advise = adviser(rules);
  return positions.map(({ account }) => {
    const goal = taking(rules, account);
    return {
      account,
      lost: encodeCoalitions(by.blocking(rules, goal, 'loss')),
      stopped: encodeCoalitions(by.blocking(rules, goal, 'refusal')),
      advice:
        advise(account)?.map(({ node: asked, ...brings }) => ({
          power: nodeId(asked),
          ...brings,
        })) ?? null,
    };
  });
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
      holdings: position.holdings.map(encodeHolding),
      usd: encodeCents(worthOf(position.holdings)),
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
      inferred: rule.inferred ?? false,
      functions: [...(rule.functions ?? [])],
      evidence: encodeEvidence(rule.evidence),
    })),
    names: encodeNames(chainId, map),
    unread: map.unread.map((each) => ({ ...each })),
  };
}

const encodeHolding = ({ amount: units, usdCents, ...holding }: Holding) => ({
  ...holding,
  amount: units === null ? null : String(units),
  usd: encodeCents(usdCents),
});

/** US cents as dollars: `1234.50`. */
function encodeCents(cents: bigint | null): string | null {
  if (cents === null) return null;
  const digits = cents.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** The names of what the document mentions, in a stable order. */
function encodeNames(chainId: number, { names, found, rules }: PowerMap): Record<string, string> {
  const mentioned = new Set([
    ...found.map(({ frame }) => accountId(chainId, frame.account)),
    ...rules.flatMap(({ grants, requires }) => [grants, ...nodesOf(requires)]).map(nodeId),
  ]);
  return Object.fromEntries([...names].filter(([id]) => mentioned.has(id)).sort());
}

export const encodeCoalition = ({ leaves, seconds }: Coalition) => ({
  leaves: leaves.map(nodeId),
  seconds,
});

const encodeCoalitions = ({ list, count, fewest, examinedTo, complete }: Coalitions) => ({
  list: list.map(encodeCoalition),
  count: String(count),
  fewest,
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
