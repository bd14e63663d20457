/**
 * Several nodes as one: every read is asked of all, and answered by what enough of them agree on. One that
 * dissents, lags or is silent is told of; a poisoned node is how KelpDAO was robbed.
 */
import { z } from 'zod';
import {
  ReadError,
  RefusedError,
  reasonOf,
  UnreachableError,
  UnsupportedMethodError,
} from '../../errors.ts';
import type { Disagreement, Node } from './node.ts';
import { groupBy, type Outcome, outcomeOf } from './turns.ts';
import { address, bytes, quantity, word } from './values.ts';

/** A node whose newest block is older than that of the others by more than this has stopped. */
const MAX_LAG_SECONDS = 60n;
/** As many as anyone will look at. */
const MAX_DISAGREEMENTS = 1_000;
const MAX_SHOWN = 200;

/** How many of some nodes are a majority. */
export const majority = (count: number): number => Math.floor(count / 2) + 1;

/** What one node said. */
interface Said {
  readonly node: Node;
  readonly outcome: Outcome;
  /** Equal for answers that mean the same; `null` for what agrees with nothing. */
  readonly meaning: string | null;
}

/** Nodes of one chain as one node. @param atLeast how many must agree. */
export function quorum(nodes: readonly Node[], atLeast = majority(nodes.length)): Node {
  const source = nodes.map((node) => node.source).join(', ');
  const found: Disagreement[] = [];
  /** Nodes that went silent, or that are at another block: asked no more. */
  const out = new Set<Node>();

  /** Tells of those who do not say what the others say, and asks those who cannot be asked no more. */
  const dissent = (
    read: string,
    said: readonly Said[],
    losers: readonly Said[],
    areLost: boolean,
  ): void => {
    const isLost = ({ outcome }: Said): boolean => areLost || isSilent(outcome);
    // Many reads may have been waiting when a node was lost: it is told of once.
    const isNews = losers.some((each) => !isLost(each) || !out.has(each.node));
    if (isNews && found.length < MAX_DISAGREEMENTS) {
      const answers = said.map((each) => ({ source: each.node.source, value: shown(each) }));
      found.push({ read: read.slice(0, MAX_SHOWN), answers });
    }
    for (const loser of losers) if (isLost(loser)) out.add(loser.node);
  };

  async function askAll(method: string, params: readonly unknown[]): Promise<readonly Said[]> {
    return await Promise.all(
      nodes
        .filter((node) => !out.has(node))
        .map(async (node): Promise<Said> => {
          const outcome = await outcomeOf(node.request(method, params));
          return { node, outcome, meaning: meaningOf(method, outcome) };
        }),
    );
  }

  /** What enough nodes said; those that said something else are told of. */
  async function agreed(method: string, params: readonly unknown[]): Promise<unknown> {
    const read = `${method} ${JSON.stringify(params)}`;
    const said = await askAll(method, params);
    // A node that lacks the method has no say.
    const voting = said.filter(({ outcome }) => !isUnsupported(outcome));
    const camps = [...groupBy(voting, ({ meaning }) => meaning)].filter(([key]) => key !== null);
    const [, winners = []] = camps.toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
    const losers = voting.filter((each) => !winners.includes(each));
    dissent(read, voting, losers, WHERE.has(method));
    const [first] = winners;
    if (first !== undefined && winners.length >= atLeast) {
      if ('error' in first.outcome) throw first.outcome.error;
      return first.outcome.value;
    }
    const [unsupported] = said.filter(({ outcome }) => isUnsupported(outcome));
    if (unsupported !== undefined && 'error' in unsupported.outcome)
      throw unsupported.outcome.error;
    throw lacking(read, said);
  }

  function lacking(read: string, said: readonly Said[]): Error {
    const answers = said.map((each) => `${each.node.source}: ${shown(each)}`).join('; ');
    const reason = `fewer than ${atLeast} nodes agree on ${read.slice(0, MAX_SHOWN)}: ${answers}`;
    const isOver = nodes.length - out.size < atLeast;
    return isOver ? new UnreachableError(reason) : new ReadError(reason);
  }

  /** The newest block that all have but those that lag; by its number, so that they can be compared. */
  async function newest(method: string, [, ...more]: readonly unknown[]): Promise<unknown> {
    const read = `${method} ["latest"]`;
    const said = await askAll(method, ['latest', ...more]);
    const heads = said.map((each) => ({ ...each, head: headIn(each.outcome) }));
    // Enough nodes say that it is at least so late.
    const now = heads.map(({ head }) => head?.timestamp ?? 0n).toSorted(compare)[
      said.length - atLeast
    ];
    const isBehind = (head: Head | null): boolean =>
      head === null || now === undefined || head.timestamp + MAX_LAG_SECONDS < now;
    const leave = (behind: readonly Said[]): void => dissent(read, said, behind, true);
    leave(heads.filter(({ head }) => isBehind(head)));
    for (;;) {
      const [lowest] = heads
        .filter(({ node }) => !out.has(node))
        .toSorted((x, y) => compare(x.head?.number ?? 0n, y.head?.number ?? 0n));
      if (!lowest?.head) throw lacking(read, said);
      const at = await agreed(method, [`0x${lowest.head.number.toString(16)}`, ...more]);
      // A node may give an old block a new date, to have all of them read the past.
      if (!isBehind(headIn({ value: at }))) return at;
      leave([lowest]);
    }
  }

  return {
    source,
    request: (method, params) =>
      method === 'eth_getBlockByNumber' && params[0] === 'latest'
        ? newest(method, params)
        : agreed(method, params),
    degraded: () => nodes.flatMap((node) => node.degraded?.() ?? []),
    disagreements: () => found.toSorted((a, b) => (a.read < b.read ? -1 : 1)),
  };
}

/** What tells at which block of which chain a node is: who differs here differs in everything. */
const WHERE: ReadonlySet<string> = new Set(['eth_chainId', 'eth_getBlockByNumber']);

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

const isUnsupported = (outcome: Outcome): boolean =>
  'error' in outcome && outcome.error instanceof UnsupportedMethodError;

const isSilent = (outcome: Outcome): boolean =>
  'error' in outcome && outcome.error instanceof UnreachableError;

const block = z.object({ number: quantity, hash: word, timestamp: quantity });

type Head = z.infer<typeof block>;

const headIn = (outcome: Outcome): Head | null =>
  'value' in outcome ? (block.safeParse(outcome.value).data ?? null) : null;

/** The part of an answer that reads rest on: nodes add what they like, and write it as they like. */
const MEANINGS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['eth_chainId', quantity],
  ['eth_getBlockByNumber', block.nullable()],
  ['eth_getBalance', quantity],
  ['eth_getStorageAt', word],
  ['eth_getCode', bytes],
  ['eth_call', bytes],
  ['eth_getLogs', z.array(z.object({ address, topics: z.array(word), data: bytes }))],
]);

function meaningOf(method: string, outcome: Outcome): string | null {
  // Each node refuses in its own words.
  if ('error' in outcome) return outcome.error instanceof RefusedError ? 'refused' : null;
  const parsed = (MEANINGS.get(method) ?? z.unknown()).safeParse(outcome.value);
  return parsed.success ? text(parsed.data) : null;
}

/** JSON with its keys in order; `null` where it is nested too deeply to be anything but an attack. */
function text(value: unknown): string | null {
  const ordered = (_: string, part: unknown): unknown => {
    if (typeof part === 'bigint') return String(part);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).toSorted(([x], [y]) => (x < y ? -1 : 1)));
  };
  try {
    return JSON.stringify(value, ordered) ?? 'nothing';
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return null;
  }
}

/** What a node said, as people are told of it. */
function shown({ outcome, meaning }: Said): string {
  const said =
    'error' in outcome ? reasonOf(outcome.error) : (meaning ?? text(outcome.value) ?? 'nonsense');
  return said.length > MAX_SHOWN
    ? `${said.slice(0, MAX_SHOWN)}… (${said.length} characters)`
    : said;
}
