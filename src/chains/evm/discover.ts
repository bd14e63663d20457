/**
 * Discovery: from the given accounts outwards along power, level by level, every reader on every
 * account. What no reader reads in full is opaque. Levels decide the order of what is found and where it
 * ends; the reading does not wait for them.
 */
import type { Address, Hex } from 'viem';
import { orReason } from '../../errors.ts';
import { act, type Evidence, leaf, nodesOf, type Rule, type Unread } from '../../power/model.ts';
import { hashOfCode } from './code-cache.ts';
import { observe } from './evidence.ts';
import { type Inference, infer, statement } from './finder.ts';
import type { Frame, Reader, Reading } from './reader.ts';
import { answersAlike, type Reads, remembering } from './remember.ts';
import type { State } from './state.ts';
import { type Outcome, outcomeOf } from './turns.ts';
import { accountId, addressIn } from './values.ts';

/** How far discovery goes. What lies beyond is opaque, and listed as unread. */
interface Bounds {
  /** Steps of power from the given accounts. */
  readonly depth: number;
  /** Accounts, and code that they delegate to. */
  readonly frames: number;
}

const DEFAULT_BOUNDS: Bounds = { depth: 12, frames: 10_000 };

/** One account, or code that it runs, and what was read there. */
export interface Discovered {
  readonly frame: Frame;
  readonly readings: readonly Reading[];
}

/** Everything found. */
export interface Discovery {
  readonly rules: readonly Rule[];
  readonly unread: readonly Unread[];
  /** In the order found. */
  readonly found: readonly Discovered[];
}

/** A frame yet to be read. */
interface Target {
  readonly account: Address;
  readonly codeAt: Address;
  readonly reaches?: readonly Hex[];
  /** The reads that say that this code runs on this account. */
  readonly evidence: readonly Evidence[];
}

/** What reading one target gave. */
interface Visit {
  readonly found: readonly Discovered[];
  readonly rules: readonly Rule[];
  readonly unread: readonly Unread[];
  readonly next: readonly Target[];
}

/**
 * What was read of accounts in one state, with the reads that it rests on: of another state, only that
 * is read again which rests on a read that is answered differently there.
 */
export type Visited = Map<
  string,
  { readonly reads: Reads; readonly visiting: Promise<Outcome<Visit>> }
>;

/** What a discovery is told beside what to look at. */
interface Telling {
  readonly bounds?: Bounds;
  /** Accounts that are known only later: the reading of the others does not wait for them. */
  readonly more?: Promise<readonly Address[]>;
  /** What is read is kept here, and what is here already is used. */
  readonly visited?: Visited;
}

/** Finds everyone who holds power over `accounts`, in this state. */
export async function discover(
  state: State,
  accounts: readonly Address[],
  readers: readonly Reader[],
  { bounds = DEFAULT_BOUNDS, more = Promise.resolve([]), visited = new Map() }: Telling = {},
): Promise<Discovery> {
  const seen = new Set<string>();
  const visits: Visit[] = [];
  const { begin, visitOf } = visitor(state, readers, bounds, visited);
  for (const target of accounts.slice(0, bounds.frames).map(ownCode)) begin(target, 0);
  let level = unseen([...accounts, ...(await more)].map(ownCode), seen);
  for (let depth = 0; level.length > 0; depth += 1) {
    const room = depth > bounds.depth ? 0 : bounds.frames - (seen.size - level.length);
    const within = await Promise.all(
      level.slice(0, Math.max(0, room)).map((target) => visitOf(target, depth)),
    );
    const beyond = level
      .slice(Math.max(0, room))
      .map((target) => notRead(target, state.chainId, boundReason(bounds, depth)));
    visits.push(...within, ...beyond);
    level = unseen(
      within.flatMap(({ next }) => next),
      seen,
    );
  }
  return {
    rules: visits.flatMap(({ rules }) => rules),
    unread: visits.flatMap(({ unread }) => unread),
    found: visits.flatMap(({ found }) => found),
  };
}

/** Visits each target once, and what a visit leads to as soon as that is known. */
function visitor(state: State, readers: readonly Reader[], bounds: Bounds, visited: Visited) {
  const begun = new Map<string, Promise<Outcome<Visit>>>();
  /** Visits a target, unless a visit that is known would find the same. */
  const visitAnew = async (target: Target): Promise<Visit> => {
    const name = nameOf(target);
    const known = visited.get(name);
    if (known === undefined) {
      const { view, reads } = remembering(state);
      const visiting = visit(target, view, readers);
      visited.set(name, { reads, visiting: outcomeOf(visiting) });
      return await visiting;
    }
    const isAlike = await answersAlike(state, known.reads, known.visiting);
    const end = await known.visiting;
    return isAlike && 'value' in end ? end.value : await visit(target, state, readers);
  };
  const begin = (target: Target, depth: number): Promise<Outcome<Visit>> => {
    const name = nameOf(target);
    const outcome = begun.get(name) ?? outcomeOf(visitAnew({ ...target, evidence: [] }));
    if (!begun.has(name)) {
      begun.set(name, outcome);
      goOn(outcome, depth + 1);
    }
    return outcome;
  };
  const goOn = async (outcome: Promise<Outcome<Visit>>, depth: number): Promise<void> => {
    const end = await outcome;
    if ('error' in end || depth > bounds.depth) return;
    for (const next of end.value.next) if (begun.size < bounds.frames) begin(next, depth);
  };
  const visitOf = async (target: Target, depth: number): Promise<Visit> => {
    const end = await begin(target, depth);
    if ('error' in end) throw end.error;
    return ledBy(target.evidence, end.value);
  };
  return { begin, visitOf };
}

/** A visit, resting also on what led to it. What it leads to in other accounts rests on nothing before. */
const ledBy = (lead: readonly Evidence[], visit: Visit): Visit => ({
  ...visit,
  rules: visit.rules.map((rule) => ({ ...rule, evidence: [...lead, ...rule.evidence] })),
  next: visit.next.map((next) =>
    next.evidence.length === 0 ? next : { ...next, evidence: [...lead, ...next.evidence] },
  ),
});

const ownCode = (account: Address): Target => ({ account, codeAt: account, evidence: [] });

const boundReason = (bounds: Bounds, depth: number): string =>
  depth > bounds.depth
    ? `more than ${bounds.depth} steps away: not read`
    : `past the bound of ${bounds.frames} accounts: not read`;

/** The targets not met before, each once. */
function unseen(targets: readonly Target[], seen: Set<string>): readonly Target[] {
  return targets.filter((target) => {
    const name = nameOf(target);
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}

const nameOf = ({ account, codeAt, reaches }: Target): string =>
  `${account} ${codeAt} ${reaches?.join() ?? ''}`;

async function visit(target: Target, state: State, readers: readonly Reader[]): Promise<Visit> {
  const { account, codeAt, reaches, evidence } = target;
  const read = await orReason(observe(state, (view) => view.code(codeAt)));
  if (typeof read === 'string') return notRead(target, state.chainId, read);
  const frame: Frame = {
    account,
    codeAt,
    code: read.value,
    codeHash: hashOfCode(read.value),
    ...(reaches === undefined ? {} : { reaches }),
  };
  const because = [...evidence, ...read.evidence];
  const visited = await orReason(readFrame(frame, because, state, readers));
  if (typeof visited !== 'string') return visited;
  const unread = notRead({ account, codeAt, evidence: because }, state.chainId, visited);
  return { ...unread, found: [{ frame, readings: [] }] };
}

async function readFrame(
  frame: Frame,
  because: readonly Evidence[],
  state: State,
  readers: readonly Reader[],
): Promise<Visit> {
  const { account, codeAt } = frame;
  const asked = await Promise.all(readers.map((reader) => reader.read(frame, state)));
  const readings = asked.filter((reading) => reading !== null);
  const inference = await inferRest(frame, readings, state);
  const rules = [...readings.flatMap((reading) => reading.rules), ...inference.rules].map(
    (rule) => ({ ...rule, evidence: [...because, ...rule.evidence] }),
  );
  const rest =
    inference.unread.length === 0
      ? null
      : opaque(account, codeAt, because, state.chainId, inference.unread.join('; '));
  return {
    found: [{ frame, readings }],
    rules: rest === null ? rules : [...rules, rest.rule],
    unread: [...readings.flatMap(({ unread }) => unread), ...(rest === null ? [] : [rest.unread])],
    next: [
      ...[...readings, inference].flatMap(({ delegatesTo }) =>
        delegatesTo.map((delegate) => ({
          ...delegate,
          account,
          evidence: [...because, ...delegate.evidence],
        })),
      ),
      ...accountsIn(rules, state.chainId).map(ownCode),
    ],
  };
}

/** What the bytecode says of what no reader covers. */
async function inferRest(
  frame: Frame,
  readings: readonly Reading[],
  state: State,
): Promise<Inference> {
  if (readings.some(({ covers }) => covers === 'all')) return NOTHING_LEFT;
  if (frame.code === '0x') return { ...NOTHING_LEFT, unread: ['there is no code here'] };
  const { rules, ...rest } = await infer(frame, readings, state);
  const said = new Set(readings.flatMap((reading) => reading.rules).map(statement));
  return { ...rest, rules: rules.filter((rule) => !said.has(statement(rule))) };
}

const NOTHING_LEFT: Inference = { rules: [], delegatesTo: [], unread: [] };

/** The accounts of this chain whose power the rules name. */
function accountsIn(rules: readonly Rule[], chainId: number): readonly Address[] {
  return rules
    .flatMap((rule) => [...nodesOf(rule.requires)])
    .filter((node) => node.type === 'power')
    .map((node) => addressIn(chainId, node.account))
    .filter((account) => account !== null);
}

/** What is not read may be held by whoever controls it, and is said to be unread. */
function opaque(
  account: Address,
  codeAt: Address,
  evidence: readonly Evidence[],
  chainId: number,
  reason: string,
): { readonly rule: Rule; readonly unread: Unread } {
  return {
    rule: {
      grants: act(accountId(chainId, account)),
      requires: leaf('opaque', accountId(chainId, codeAt)),
      reader: 'opaque',
      evidence,
    },
    unread: { account: accountId(chainId, codeAt), reason },
  };
}

function notRead({ account, codeAt, evidence }: Target, chainId: number, reason: string): Visit {
  const rest = opaque(account, codeAt, evidence, chainId, reason);
  return { found: [], rules: [rest.rule], unread: [rest.unread], next: [] };
}
