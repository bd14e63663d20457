/**
 * The generic finder: who may do what to an account whose code no reader knows, from its bytecode alone.
 * For each function that refuses a stranger it says which check does so and who passes it now; for each
 * that lets anyone in, whether it gives away the account. What it cannot resolve it names.
 */
import { type Address, type Hex, toFunctionSelector, zeroAddress } from 'viem';
import { ReadError } from '../../errors.ts';
import {
  type AccountId,
  act,
  all,
  anyOf,
  type Evidence,
  given,
  type Node,
  nodeId,
  nodesOf,
  power,
  type Requirement,
  type Rule,
  role,
  type SimpleAction,
} from '../../power/model.ts';
import {
  describeDemand,
  describeGuard,
  entryOf,
  guardOf,
  offsetOf,
  placeOf,
  short,
} from './bytecode/checks.ts';
import {
  BY_CALLER,
  bytesSet,
  callsAnything,
  changes,
  chooses,
  fieldsIn,
  isKept,
  paid,
  takes,
  written,
} from './bytecode/effects.ts';
import { addressFrom, evaluate, wordOf } from './bytecode/evaluate.ts';
import type { Assumption, Effect } from './bytecode/execute.ts';
import { type CodeFunction, functionsOf, type PathIn, type Way } from './bytecode/functions.ts';
import type { Guard, Key, Place } from './bytecode/guard.ts';
import { type Hashes, hashesIn } from './bytecode/hashes.ts';
import { forUnstaged, isVouched, rewrite } from './bytecode/stranger.ts';
import {
  ADDRESS_MASK,
  identitiesIn,
  isIdentity,
  isOp,
  isTerm,
  Mention,
  rests,
  type Term,
  type Terms,
  type Word,
} from './bytecode/terms.ts';
import { observe } from './evidence.ts';
import { getterName, knownFunction } from './functions.ts';
import { memo } from './memo.ts';
import { ERC1967, OLDER_PROXIES } from './proxy.ts';
import type { Frame, Reading } from './reader.ts';
import type { State } from './state.ts';
import { accountId, addressOf, MAX_UINT256 } from './values.ts';

/** What the bytecode of one frame says. */
export interface Inference {
  readonly rules: readonly Rule[];
  /** Code that the fallback runs on the account's storage. */
  readonly delegatesTo: Reading['delegatesTo'];
  /** What could not be told: functions, each with the reason. */
  readonly unread: readonly string[];
}

/** More ways into one function than this are not told apart. */
const MAX_WAYS = 32;
/** More accounts than this are not tried at a check. */
const MAX_CANDIDATES = 200;

/** Where the proxies that are known keep the code that they run. */
const CODE_SLOTS: readonly bigint[] = [
  ERC1967.implementation,
  ERC1967.beacon,
  ...OLDER_PROXIES.map(({ implementation }) => implementation),
].map(({ slot }) => BigInt(slot));

/** What is known of a frame before its functions are looked at. */
interface Subject {
  readonly frame: Frame;
  readonly id: string;
  readonly state: State;
  readonly readings: readonly Reading[];
  /** What getters call the slots that they answer with. */
  readonly names: ReadonlyMap<bigint, string>;
  /** Slots that name code which runs here. */
  readonly codeSlots: ReadonlySet<bigint>;
  readonly hashes: Hashes;
  /** What anyone may have written under a key that they choose. */
  readonly records: Records;
  /** Every check of every function, and whatever else is passed on to where a check looks. */
  readonly guards: readonly Guard[];
  /** The checks of what other contracts answer where those can be replaced, in words. */
  readonly filled: ReadonlySet<string>;
  /** The accounts that the rules of the readings name. */
  readonly told: ReadonlySet<AccountId>;
  readonly isCovered: (found: CodeFunction) => boolean;
  readonly failing: Failing;
  readonly live: ReadonlySet<PathIn>;
  /** Where the code that the fallback runs is named. */
  readonly runs: readonly string[];
}

/** Who meets one demand, the rules that say so, and what is left open. */
interface Answer {
  readonly requires: Requirement;
  readonly rules: readonly Rule[];
  readonly unread: string | null;
}

/** A power that a function gives to whom it lets in. */
interface Grant {
  readonly grants: Node;
  readonly requires: Requirement;
  readonly demands: readonly Assumption[];
  readonly by: string;
  readonly evidence: readonly Evidence[];
}

/**
 * Says who may do what to the account of a frame, as far as its bytecode tells. Of functions that a
 * reading covers it says only what the reading cannot mean: that anyone may call one, or someone may
 * whom the reading nowhere names. Such code only looks like the code that the reader knows.
 */
export async function infer(
  frame: Frame,
  readings: readonly Reading[],
  state: State,
): Promise<Inference> {
  const { reaches } = frame;
  const every = analysed(frame.code).filter(
    ({ selector }) => reaches === undefined || (selector !== null && reaches.includes(selector)),
  );
  const covered = new Set(readings.flatMap(({ covers }) => (covers === 'all' ? [] : covers)));
  const ways = every.flatMap((each) => each.ways);
  const id = accountId(state.chainId, frame.account);
  const failing = await failingNow(every, frame.account, state);
  const hashes = hashesOf(frame.code);
  const records = recordsOf(every, failing);
  const live = livePaths(ways, failing);
  const effects = [...live].flatMap((path) => path.effects);
  const codeSlots = new Set([...CODE_SLOTS, ...codeSlotsIn(effects), ...every.flatMap(namedCode)]);
  const guards = every.flatMap((each) =>
    ownWays(each, failing)
      .flatMap(({ demands }) => demands)
      .filter(({ term }) => !isOfRecord(term, each.terms, records))
      .map((demand) => checkOf(demand, hashes))
      .filter((check) => check !== null),
  );
  const fallback = every.find(({ selector }) => selector === null);
  const subject: Subject = {
    frame,
    id,
    state,
    readings,
    names: gettersOf(every),
    codeSlots,
    hashes,
    records,
    guards: [...guards, ...passedOn(effects, guards, codeSlots, hashes)],
    filled: new Set(
      guards
        .filter((guard) => effects.some((effect) => putInto(guard, effect, hashes).length > 0))
        .map(describeGuard),
    ),
    told: accountsIn(readings.flatMap(({ rules }) => rules)).add(id),
    isCovered: ({ selector }) => selector !== null && covered.has(selector),
    failing,
    live,
    runs: (fallback?.ways ?? []).flatMap(({ paths }) => paths.flatMap(codePlacesIn)),
  };
  const found = await Promise.all(
    every.filter(({ isView }) => !isView).map((each) => inferFunction(each, subject)),
  );
  const rules = merged(found.flatMap(({ rules }) => rules));
  const needed = new Set(
    [...readings.flatMap((reading) => reading.rules), ...rules].flatMap(({ requires }) =>
      [...nodesOf(requires)].map(nodeId),
    ),
  );
  // What anyone may be called by an account is worth saying where something needs it.
  const isIdle = ({ grants, requires }: Rule): boolean =>
    requires.type === 'given' && isRole(grants) && !needed.has(nodeId(grants));
  return {
    rules: rules.filter((rule) => !isIdle(rule)),
    delegatesTo: found.flatMap(({ delegatesTo }) => delegatesTo),
    unread: found.flatMap(({ unread }) => unread),
  };
}

/** The accounts that rules ask for; who has a role is for other rules to say. */
const accountsIn = (rules: readonly Pick<Rule, 'requires'>[]): Set<AccountId> =>
  new Set(
    rules
      .flatMap(({ requires }) => [...nodesOf(requires)])
      .filter((node) => !isRole(node))
      .map((node) => (node.type === 'leaf' ? node.id : node.account)),
  );

const isRole = (node: Node): boolean =>
  node.type === 'power' && typeof node.action !== 'string' && 'role' in node.action;

/** The functions of code; analysed once for all accounts that run it. */
const analysed = memo(2_000, (code: Hex) => functionsOf(code));

/** Which words of code are hashes, of what. */
const hashesOf = memo(2_000, (code: Hex) => hashesIn(code, analysed(code)));

function gettersOf(functions: readonly CodeFunction[]): ReadonlyMap<bigint, string> {
  return new Map(
    functions.flatMap(({ selector, answer }) => {
      const place = answer === null ? null : placeOf(answer);
      const name = selector === null ? null : getterName(selector);
      return place?.type === 'slot' && name !== null ? [[fieldKey(place), name] as const] : [];
    }),
  );
}

/** A slot and the place in it, as one number. */
const fieldKey = ({ slot: at, shift }: { readonly slot: Hex; readonly shift: number }): bigint =>
  (BigInt(at) << 8n) | BigInt(shift);

/** The slots that name the code which effects run. */
function codeSlotsIn(effects: readonly Effect[]): readonly bigint[] {
  return effects.flatMap((effect) => {
    const root = effect.type === 'delegatecall' ? rootOf(placeOf(effect.to)) : null;
    return root === null ? [] : [BigInt(root.slot)];
  });
}

/** The slot that a beacon answers from: it runs elsewhere. */
function namedCode({ selector, answer }: CodeFunction): readonly bigint[] {
  const place = selector === IMPLEMENTATION && answer !== null ? placeOf(answer) : null;
  return place?.type === 'slot' ? [BigInt(place.slot)] : [];
}

const IMPLEMENTATION = toFunctionSelector('implementation()');

const codePlacesIn = ({ effects }: PathIn): readonly string[] =>
  effects.flatMap((effect) =>
    effect.type === 'delegatecall' ? [JSON.stringify(placeOf(effect.to))] : [],
  );

/** The slot by which a place is found; `null` where it is in the code. */
function rootOf(place: Place | null): (Place & { readonly type: 'slot' }) | null {
  if (place?.type === 'answer') return rootOf(place.of);
  return place?.type === 'slot' ? place : null;
}

/** The places that are copied to where a check looks, or that are paid: whoever is there gains. */
function passedOn(
  effects: readonly Effect[],
  guards: readonly Guard[],
  codeSlots: ReadonlySet<bigint>,
  hashes: Hashes,
): readonly Guard[] {
  const words = effects.flatMap((effect) => [
    ...guards.flatMap((guard) => putInto(guard, effect, hashes)),
    ...putIntoCode(codeSlots, effect),
    paid(effect),
  ]);
  const places = [...new Set(words)].map((word) => (word === null ? null : placeOf(word)));
  return places
    .filter((at) => at?.type === 'slot')
    .map((at) => ({ type: 'is', who: 'caller', at }));
}

/** What does not hold now of what each path takes for granted, of storage and of time. */
interface Failing {
  readonly of: ReadonlyMap<readonly Assumption[], readonly Assumption[]>;
  /** Those that will hold in time. */
  readonly later: ReadonlySet<Assumption>;
}

async function failingNow(
  functions: readonly CodeFunction[],
  account: Address,
  state: State,
): Promise<Failing> {
  const later = new Set<Assumption>();
  const ofFunctions = await Promise.all(
    functions.map(async ({ ways, cuts, terms }) => {
      const paths = [...ways.flatMap((way) => way.paths.map(({ assumes }) => assumes)), ...cuts];
      const ofState = paths.flat().filter(({ term }) => rests(term, Mention.storage | Mention.now));
      const unique = [...new Set(ofState.map(({ term }) => term))];
      const failsAt = async (isLater: boolean, words: readonly Term[]) => {
        const setting = { state, account, identity: null, isLater };
        const values = await evaluate(words, terms, setting);
        const known = new Map(words.map((word, index) => [word, values[index]]));
        return ({ term, isTrue }: Assumption): boolean => {
          const value = known.get(term);
          return value === null || (typeof value === 'bigint' && (value !== 0n) !== isTrue);
        };
      };
      const [fails, failsLater] = await Promise.all([
        failsAt(false, unique),
        failsAt(
          true,
          unique.filter((term) => rests(term, Mention.now)),
        ),
      ]);
      return paths.map((path) => {
        const failing = path.filter(fails);
        for (const each of failing) {
          if (rests(each.term, Mention.now) && !failsLater(each)) later.add(each);
        }
        return [path, failing] as const;
      });
    }),
  );
  return { of: new Map(ofFunctions.flat()), later };
}

/**
 * The paths that can be gone: what they take for granted of storage holds, or can be made to hold by going
 * a path that can be gone, or by another contract, or by waiting. A pause can be lifted; what was
 * initialised stays so.
 */
function livePaths(ways: readonly Way[], failing: Failing): ReadonlySet<PathIn> {
  const live = new Set<PathIn>();
  const canHold = (assumed: Assumption): boolean =>
    failing.later.has(assumed) ||
    rests(assumed.term, Mention.answer) ||
    fieldsIn(assumed.term).some(({ slot, bits }) =>
      [...live].some(({ effects }) =>
        effects.some(
          (effect) =>
            effect.type === 'store' &&
            isSameSlot(effect.slot, slot) &&
            changes(effect.value, effect.slot, bits),
        ),
      ),
    );
  const paths = ways.flatMap((each) => each.paths);
  for (let grew = true; grew; ) {
    const more = paths.filter(
      (path) => !live.has(path) && (failing.of.get(path.assumes) ?? []).every(canHold),
    );
    for (const path of more) live.add(path);
    grew = more.length > 0;
  }
  return live;
}

/** The ways into a function, limits on what is open to all now apart. */
function ownWays(found: CodeFunction, failing: Failing): readonly Way[] {
  const isMint = knownOf(found)?.action === 'mint';
  // Whom a limit leaves nothing can mint nothing by it; what all may move is their own.
  const isFree = freePaths(found, failing).some(
    ({ effects }) => !isMint || effects.some((effect) => !isOwnOrKept(effect)),
  );
  return found.ways.filter(
    ({ demands }) => !(isFree && demands.some(({ term }) => isQuantity(term))),
  );
}

/** The paths that are open to all now. */
const freePaths = (found: CodeFunction, failing: Failing): readonly PathIn[] =>
  found.ways
    .filter(({ demands }) => demands.length === 0)
    .flatMap(({ paths }) => paths.filter((path) => isNow(path, found, failing)));

/** Whether an effect changes nothing but what is the caller's own. */
const isOwnOrKept = (effect: Effect): boolean =>
  effect.type === 'store' &&
  (rests(effect.slot, Mention.identity) || isKept(effect.value, effect.slot));

/** The bytes of a word in each entry of a mapping, by the mapping and the place of the word in an entry. */
type Records = ReadonlyMap<string, bigint>;

/** What the ways that are open to all now write under a key of the caller's. */
function recordsOf(functions: readonly CodeFunction[], failing: Failing): Records {
  const records = new Map<string, bigint>();
  for (const each of functions) {
    const isMint = knownOf(each)?.action === 'mint';
    const free = each.ways.filter(
      ({ demands, paths }) =>
        demands.length === 0 && paths.some((path) => isNow(path, each, failing)),
    );
    for (const effect of free.flatMap(({ paths }) =>
      paths.flatMap((path) => (isMint ? path.effects : path.ran)),
    )) {
      const entry = effect.type === 'store' ? entryOf(effect.slot) : null;
      if (effect.type !== 'store' || entry === null) continue;
      if (!entry.keys.some((key) => key === null || !isFixed(key))) continue;
      const name = recordName(effect.slot, entry);
      records.set(name, (records.get(name) ?? 0n) | bytesSet(effect.value, effect.slot));
    }
  }
  return records;
}

const recordName = (at: Word, { mapping }: { readonly mapping: bigint }): string =>
  `${mapping} ${offsetOf(at)}`;

/** Whether a check looks only at what anyone may have: a balance, a delegate, a deposit. */
function isOfRecord(term: Term, terms: Terms, records: Records): boolean {
  if (!rests(term, Mention.identity)) return false;
  const rest = rewrite(term, terms, new Map(), (each) => {
    if (each.op !== 'sload') return null;
    const [at = 0n] = each.args;
    const entry = entryOf(at);
    const anyones = entry === null ? undefined : records.get(recordName(at, entry));
    return anyones === undefined ? null : terms.make('and', each, MAX_UINT256 ^ anyones);
  });
  return !rests(rest, Mention.identity);
}

/** Whether two slots of different functions can be one: the same, or of one mapping. */
const isSameSlot = (a: Word, b: Word): boolean =>
  isTerm(a) && isTerm(b) ? entryOf(a)?.mapping === entryOf(b)?.mapping : a === b;

/** Of a covered function, what the reading cannot mean; the rest it says itself. */
async function inferFunction(found: CodeFunction, subject: Subject): Promise<Inference> {
  const inference = await inferred(found, subject);
  return subject.isCovered(found) ? { ...inference, unread: [] } : inference;
}

async function inferred(found: CodeFunction, subject: Subject): Promise<Inference> {
  const name = nameOf(found);
  const nothing: Inference = { rules: [], delegatesTo: [], unread: [] };
  const unread = (reason: string): Inference => ({ ...nothing, unread: [`${name} ${reason}`] });
  if (!found.isWhole) return unread('could not be followed to its ends');
  if (found.cuts.some((path) => subject.failing.of.get(path)?.length === 0)) {
    return unread('looks for its caller in a list too long to follow');
  }
  const asked = ownWays(found, subject.failing).filter(
    (way) =>
      !isOwn(way, found, subject) ||
      powersOf(way.paths, [], found, subject).some(({ isGift }) => isGift),
  );
  if (asked.length > MAX_WAYS) return unread(`has more than ${MAX_WAYS} ways in`);
  try {
    const ways = await Promise.all(asked.map((way) => inferWay(way, found, name, subject)));
    const grants = ways.flatMap((each) => each.grants);
    return {
      rules: [
        ...ways.flatMap(({ rules }) => rules),
        ...grants.filter((grant) => !isImplied(grant, grants) && !isItself(grant)).map(toRule),
      ],
      delegatesTo: ways.flatMap(({ delegatesTo }) => delegatesTo),
      unread: [...new Set(ways.flatMap((each) => each.unread))].map(
        (reason) => `${name} ${reason}`,
      ),
    };
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return unread(`could not be read: ${error.message}`);
  }
}

const nameOf = ({ selector }: CodeFunction): string =>
  selector === null ? 'the fallback' : (knownFunction(selector)?.signature ?? selector);

/** Whether a way asks of its caller no more than anyone may come to have. */
const isOwn = ({ demands }: Way, { terms }: CodeFunction, { records }: Subject): boolean =>
  demands.length > 0 && demands.every(({ term }) => isOfRecord(term, terms, records));

/** Whether another way to the same power asks for less. */
const isImplied = (grant: Grant, others: readonly Grant[]): boolean =>
  others.some(
    (other) =>
      other !== grant &&
      other.demands.length < grant.demands.length &&
      nodeId(other.grants) === nodeId(grant.grants) &&
      isPart(other.demands, grant.demands),
  );

/** Whether all that is demanded is demanded elsewhere, too. */
const isPart = (demands: readonly Assumption[], of: readonly Assumption[]): boolean =>
  demands.every(({ term, isTrue }) =>
    of.some((each) => each.term === term && each.isTrue === isTrue),
  );

/** Whether a role is given by those who have it: nobody gains by that. */
const isItself = ({ grants, requires }: Grant): boolean =>
  (requires.type === 'power' || requires.type === 'leaf') && nodeId(grants) === nodeId(requires);

const toRule = ({ grants, requires, by, evidence }: Grant): Rule => ({
  grants,
  requires,
  reader: 'finder',
  inferred: true,
  functions: [by],
  evidence,
});

interface WayIn {
  readonly grants: readonly Grant[];
  readonly rules: readonly Rule[];
  readonly delegatesTo: Reading['delegatesTo'];
  readonly unread: readonly string[];
}

async function inferWay(
  way: Way,
  found: CodeFunction,
  name: string,
  subject: Subject,
): Promise<WayIn> {
  const { demands } = way;
  const isOpen = demands.length === 0 || isOwn(way, found, subject);
  const live = way.paths.filter((path) => subject.live.has(path));
  const runs = found.selector === null && isOpen ? await codeRun(live, found, subject) : NOTHING;
  const unstaged = live.filter((path) => !isStaged(path, found));
  const waiting = unstaged.filter((path) => waits(path, subject));
  // A condition that keeps out all is to be lifted; one for which others must be asked, too, is not.
  const isChosen =
    isOpen ||
    found.ways.some(
      (other) =>
        other !== way &&
        isPart(demands, other.demands) &&
        other.paths.some((path) => isNow(path, found, subject.failing)),
    );
  const ready = unstaged.filter((path) =>
    isChosen ? isNow(path, found, subject.failing) : !waiting.includes(path),
  );
  const powers = powersOf(ready, demands, found, subject);
  const isMore = (paths: readonly PathIn[]): boolean =>
    powersOf(paths, demands, found, subject).some(
      ({ node, isGift }) =>
        (isGift || !isOpen) && !powers.some((each) => nodeId(each.node) === nodeId(node)),
    );
  const staged = live.filter((path) => !unstaged.includes(path));
  const later = unstaged.filter((path) => !ready.includes(path) && !waiting.includes(path));
  // Whoever is asked for by what the caller names holds that item alone.
  const isOfItem = demands.some(({ term }) => forUnstaged(term, found.terms) !== term);
  const isStagedOnly =
    way.paths.every((path) => isStaged(path, found)) &&
    staged.some(({ effects }) => effects.some((each) => takes(each)));
  const unread = [
    ...((!isOfItem && isMore(staged.filter(puts))) || isStagedOnly
      ? ['acts on what was staged before']
      : []),
    ...(isMore(waiting) ? ['waits for a time that is yet to come'] : []),
    ...(isMore(later) ? ['would be open to more once storage is otherwise'] : []),
    ...(ready.some((path) => runsOthers(path, found, way, subject))
      ? ['runs code that may ask for more']
      : []),
  ];
  const isGiven = isOpen && givesAway(ready, found, subject);
  const gifts = isOpen ? powers.filter(({ isGift }) => isGift || isGiven) : powers;
  if (gifts.length === 0) return { ...NOTHING, ...runs, unread: [...runs.unread, ...unread] };
  if (isOpen && ready.every(({ assumes }) => assumes.some(({ term }) => isVouched(term)))) {
    return {
      ...NOTHING,
      ...runs,
      unread: [...runs.unread, ...unread, 'lets in those for whom another vouches'],
    };
  }
  const asks = isOpen ? [] : demands;
  const answers = await Promise.all(asks.map((demand) => whoMeets(demand, found, subject)));
  if (answers.includes('each item')) {
    const isBeyond = powers.some(({ isGift }) => isGift) || ready.some(sets);
    return isBeyond
      ? { ...NOTHING, unread: ['lets in whoever holds what the caller names'] }
      : NOTHING;
  }
  if (!isOneList(asks)) return { ...NOTHING, unread: [...unread, 'asks for several at once'] };
  const who = answers.filter((answer) => answer !== 'each item');
  const gains = await Promise.all(
    gifts.map(async (gift) => ({ ...gift, gainer: await gainerOf(gift, found, subject) })),
  );
  const gainers = gains.flatMap(({ gainer }) => gainer ?? []);
  const isCovered = subject.isCovered(found) && !isOpen;
  if (isCovered && [...who, ...gainers].every((answer) => isTold(answer, subject))) return NOTHING;
  const anyone: Answer = { requires: given(`anyone may call ${name}`), rules: [], unread: null };
  const what = isOpen ? 'nothing of its caller' : demands.map(describeDemand).join(' and ');
  return {
    ...runs,
    grants: gains.map(({ node, gainer }) => {
      const [only = anyone, ...more] = [...who, ...(gainer === null ? [] : [gainer])];
      return {
        grants: node,
        requires:
          more.length === 0
            ? only.requires
            : all(only.requires, ...more.map((each) => each.requires)),
        demands,
        by: name,
        evidence: [asked(name, what, subject)],
      };
    }),
    rules: [...runs.rules, ...who, ...gains.flatMap(({ gainer }) => gainer ?? [])].flatMap(
      (each) => ('rules' in each ? each.rules : [each]),
    ),
    unread: [
      ...runs.unread,
      ...unread,
      ...who.flatMap((each) => each.unread ?? []),
      ...gains.flatMap(({ gainer }) => gainer?.unread ?? []),
    ],
  };
}

/**
 * Whether a function that a reading covers, and that is known to give a power, asks nobody. Another
 * contract that the call rests on is asked: it may refuse.
 */
const givesAway = (
  paths: readonly PathIn[],
  found: CodeFunction,
  { isCovered }: Subject,
): boolean =>
  isCovered(found) &&
  knownOf(found)?.action != null &&
  paths.some(({ assumes }) => !assumes.some(asksAnother));

const asksAnother = ({ term }: Assumption): boolean =>
  isOp(term, 'succeeded') && rests(term, Mention.identity);

const knownOf = ({ selector }: CodeFunction) =>
  selector === null ? null : knownFunction(selector);

const NOTHING: WayIn = { grants: [], rules: [], delegatesTo: [], unread: [] };

/** Whether a path runs code of another, which may check the caller itself. */
const runsOthers = (
  { effects }: PathIn,
  { selector }: CodeFunction,
  { demands }: Way,
  { runs }: Subject,
): boolean =>
  (selector === null) !== (demands.length === 0) &&
  effects.some(
    (effect) =>
      effect.type === 'delegatecall' &&
      // A library that the code names is a part of it.
      placeOf(effect.to)?.type === 'slot' &&
      !chooses(effect.to) &&
      (selector === null || !runs.includes(JSON.stringify(placeOf(effect.to)))),
  );

/** Whether a path does more than take away what was there. */
const puts = ({ effects }: PathIn): boolean =>
  effects.some(
    (effect) =>
      effect.type !== 'store' || written(effect.value, effect.slot, MAX_UINT256).length > 0,
  );

/** Whether a path sets something that is of the account, and no item's. */
const sets = ({ effects }: PathIn): boolean =>
  effects.some(
    (effect) => effect.type === 'store' && !isTerm(effect.slot) && chooses(effect.value),
  );

/** Whether who meets each of several demands meets them all: not where several must come from one list. */
function isOneList(demands: readonly Assumption[]): boolean {
  const listed = demands.filter((demand) => guardOf(demand)?.type !== 'is');
  return new Set(listed.flatMap(({ term }) => [...identitiesIn(term)])).size <= 1;
}

/** Who gains by what is taken from storage: whoever is named there. `null`: the caller. */
async function gainerOf(
  { node, to }: Given,
  found: CodeFunction,
  subject: Subject,
): Promise<Answer | null> {
  if (to === null) return null;
  const place = placeOf(to);
  const unknown = { requires: anyOf(), rules: [], unread: 'passes on what is stored elsewhere' };
  if (place?.type !== 'slot' && place?.type !== 'constant') return unknown;
  const guard = { type: 'is', who: 'caller', at: place } as const;
  const answer = (await holderAt(to, guard, found, subject)) ?? unknown;
  // Code that is named to be run is nobody.
  return nodeId(node) === nodeId(power(subject.id, 'upgrade')) ? { ...answer, rules: [] } : answer;
}

/** Whether a path needs something under what the caller names that was put there before. */
const isStaged = ({ assumes }: PathIn, { terms }: CodeFunction): boolean =>
  assumes.some(({ term, isTrue }) => {
    const unstaged = forUnstaged(term, terms);
    return !isTerm(unstaged) && (unstaged !== 0n) !== isTrue;
  });

/** Whether a path can be gone in the state as it is. */
const isNow = (path: PathIn, found: CodeFunction, failing: Failing): boolean =>
  failing.of.get(path.assumes)?.length === 0 && !isStaged(path, found);

/** Whether a check compares amounts, or with "unlimited": it limits a caller, and keeps nobody out. */
const isQuantity = ({ op, args: [, other = 0n] }: Term): boolean =>
  op === 'lt' || op === 'slt' || (op === 'eq' && UNLIMITED.has(other));
const UNLIMITED: ReadonlySet<Word> = new Set(
  [96n, 128n, 160n, 256n].map((bits) => (1n << bits) - 1n),
);

/** Whether a path is not open yet, and will be at some time. */
const waits = ({ assumes }: PathIn, { failing }: Subject): boolean =>
  failing.of.get(assumes)?.length !== 0 &&
  assumes.some(
    (each) =>
      failing.later.has(each) ||
      (rests(each.term, Mention.now) && rests(each.term, Mention.storage)),
  );

/** A power that a way gives. */
interface Given {
  readonly node: Node;
  /** False for what a function that is open to all does by design. */
  readonly isGift: boolean;
  /** Who gains, where it is whoever is stored there, and not the caller. */
  readonly to: Word | null;
}

function powersOf(
  paths: readonly PathIn[],
  demands: readonly Assumption[],
  found: CodeFunction,
  subject: Subject,
): readonly Given[] {
  const { id, codeSlots, guards, hashes } = subject;
  const known = knownOf(found);
  const theirs = demands.flatMap(({ term }) => (term.op === 'eq' ? term.args.map(bare) : []));
  const nodes: Given[] = [];
  const add = (node: Node, isGift: boolean, gains: Word | null = null): void => {
    const to = gains === null || theirs.includes(bare(gains)) ? null : gains;
    const isKnown = nodes.some((each) => nodeId(each.node) === nodeId(node) && each.to === to);
    if (!isKnown) nodes.push({ node, isGift, to });
  };
  let isExplained = true;
  let vacates = false;
  for (const effect of paths.flatMap(({ effects }) => effects)) {
    if (effect.type === 'store') {
      if (isKept(effect.value, effect.slot)) continue;
      const roles = guards.flatMap((guard) =>
        putInto(guard, effect, hashes).map((gains) => ({ guard, gains })),
      );
      const code = putIntoCode(codeSlots, effect);
      for (const gains of code) add(power(id, 'upgrade'), true, gains);
      for (const { guard, gains } of roles) {
        add(seatOf(guard, subject) ?? power(id, 'configure'), true, gains);
      }
      const isOwn = rests(effect.slot, Mention.identity);
      if (code.length + roles.length > 0) continue;
      if (guards.some((guard) => isVacatedBy(guard, effect))) vacates = true;
      else if (!isOwn) isExplained = false;
    } else if (takes(effect, theirs)) add(act(id), callsAnything(effect), paid(effect));
    else isExplained = false;
  }
  // To run new code once, as it is installed, adds nothing to installing it.
  const installs = nodes.some(({ node }) => nodeId(node) === nodeId(power(id, 'upgrade')));
  const onlyRuns = paths
    .flatMap(({ effects }) => effects.filter((each) => takes(each, theirs)))
    .every(({ type }) => type === 'delegatecall');
  if (installs && onlyRuns) return nodes.filter(({ node }) => nodeId(node) !== nodeId(act(id)));
  // To take an office, and no longer be next in line for it, is one thing.
  if (vacates && nodes.length === 0) isExplained = false;
  const action: SimpleAction = known?.action ?? 'configure';
  const isNamed = action !== 'act';
  const isMore = nodes.every(({ node }) => isRole(node));
  if (!isExplained && isMore) add(power(id, isNamed ? action : 'configure'), false);
  return nodes;
}

/** An address without the mask that compilers lay over it. */
const bare = (word: Word): Word =>
  isOp(word, 'and') && word.args[1] === ADDRESS_MASK ? (word.args[0] ?? word) : word;

/** Whose gain it is that a word is written: that of whom it names, where it is stored; `null`: the caller's. */
const gainBy = (word: Word): Word | null =>
  rests(word, Mention.storage | Mention.answer) ? word : null;

/** What a write puts where the code that is run is named: for whose gain. */
function putIntoCode(codeSlots: ReadonlySet<bigint>, effect: Effect): readonly (Word | null)[] {
  if (effect.type !== 'store' || isTerm(effect.slot) || !codeSlots.has(effect.slot)) return [];
  return addressesIn(effect.value, effect.slot, 0);
}

const addressesIn = (value: Word, slot: Word, shift: number): readonly (Word | null)[] =>
  written(value, slot, ADDRESS_MASK << BigInt(shift))
    .filter((part) => rests(part, BY_CALLER | Mention.storage))
    .map(gainBy);

/** What a write puts where a check looks for someone: for whose gain. */
function putInto(guard: Guard, effect: Effect, hashes: Hashes): readonly (Word | null)[] {
  if (effect.type !== 'store') return [];
  const { slot, value } = effect;
  const root = guard.type === 'member' ? null : rootOf(guard.type === 'is' ? guard.at : guard.of);
  if (root !== null) {
    return isAt(slot, BigInt(root.slot)) ? addressesIn(value, slot, root.shift) : [];
  }
  const entry = guard.type === 'member' ? entryOf(slot) : null;
  if (guard.type !== 'member' || entry === null) return [];
  const { mapping, keys } = unhashed({ ...entry, mapping: wordOf(entry.mapping) }, hashes);
  const mask = BigInt(guard.mask);
  const isSet =
    offsetOf(slot) === BigInt(guard.offset ?? 0n) &&
    mapping === guard.mapping &&
    keys.length === guard.keys.length &&
    keys.every((key, index) => key === null || key === guard.keys[index] || !isFixed(key)) &&
    (bytesSet(value, slot) & mask) !== 0n &&
    written(value, slot, mask).length > 0;
  return isSet ? [rests(slot, BY_CALLER) ? null : gainBy(slot)] : [];
}

/** Whether a write does no more than take someone away from where a check looks for them. */
function isVacatedBy(guard: Guard, effect: Effect): boolean {
  if (effect.type !== 'store' || guard.type !== 'is' || guard.at.type !== 'slot') return false;
  const { slot: at, shift } = guard.at;
  const others = MAX_UINT256 ^ (ADDRESS_MASK << BigInt(shift));
  return effect.slot === BigInt(at) && !changes(effect.value, BigInt(at), others);
}

const isFixed = (key: string): boolean => key.startsWith('0x');

/** An entry by its keys, the first of which the compiler may have hashed. */
function unhashed<T extends { readonly mapping: Hex; readonly keys: readonly (Key | null)[] }>(
  entry: T,
  hashes: Hashes,
): T {
  const known = hashes.get(entry.mapping);
  return known === undefined
    ? entry
    : { ...entry, mapping: known.mapping, keys: [known.key, ...entry.keys] };
}

/** The check that a demand makes. */
function checkOf(demand: Assumption, hashes: Hashes): Guard | null {
  const guard = guardOf(demand);
  return guard?.type === 'member' ? unhashed(guard, hashes) : guard;
}

/** What the readings say of who passes a check. */
function explained(guard: Guard, { readings }: Subject): Requirement | null {
  const answers = readings.map(({ explains }) => explains?.(guard) ?? null);
  return answers.find((answer) => answer !== null) ?? null;
}

/** The role of those who pass a check: as a reading calls it, or as the bytecode does. */
function seatOf(guard: Guard, subject: Subject): Node | null {
  const known = explained(guard, subject);
  return known?.type === 'power' ? known : roleOf(guard, subject);
}

/** Whether a write can be to a slot: to it, to one of a list that it is in, or to any that the caller says. */
function isAt(slot: Word, at: bigint): boolean {
  if (!isTerm(slot)) return slot === at;
  if (slot.op === 'calldata') return true;
  const [index = 0n, start = 0n] = slot.args;
  if (slot.op !== 'add' || isTerm(start) || start < MAX_LIST) return false;
  return at >= start && at - start < MAX_LIST && (at - start) % strideOf(index) === 0n;
}

/** How many slots an item of a list takes. */
function strideOf(index: Word): bigint {
  if (!isTerm(index)) return 1n;
  const [a = 1n, b = 1n] = index.args;
  if (index.op === 'shl') return !isTerm(a) && a < 32n ? 1n << a : 1n;
  if (index.op !== 'mul') return 1n;
  return isTerm(a) ? (isTerm(b) ? 1n : b) : a;
}

/** No list is longer. */
const MAX_LIST = 1n << 32n;

/** The role that a check looks for, where others can be put into it. */
function roleOf(guard: Guard, { id, names, filled }: Subject): Node | null {
  if (guard.type === 'is' && guard.at.type === 'slot') {
    const { at } = guard;
    const where = at.shift === 0 ? short(at.slot) : `${short(at.slot)} from bit ${at.shift}`;
    return role(id, names.get(fieldKey(at)) ?? `address in slot ${where}`);
  }
  if (guard.type !== 'member') {
    return filled.has(describeGuard(guard)) ? role(id, describeGuard(guard)) : null;
  }
  const fixed = guard.keys.filter(isFixed).map((key) => `[${short(key)}]`);
  // Bits, or levels, of one word are roles of their own.
  const bits = WHOLE.has(BigInt(guard.mask)) ? '' : ` by ${short(guard.mask)}`;
  const level =
    guard.equals === null || BigInt(guard.equals) === 1n ? '' : ` as ${short(guard.equals)}`;
  const field = guard.offset === undefined ? '' : `.${BigInt(guard.offset)}`;
  const where = `${short(guard.mapping)}${fixed.join('')}${field}`;
  return role(id, `member of mapping ${where}${bits}${level}`);
}

/** Masks that leave all that a mapping of booleans, or of numbers, holds. */
const WHOLE: ReadonlySet<bigint> = new Set([1n, 0xffn, MAX_UINT256]);

/** The code that the fallback runs on the account's storage. */
async function codeRun(
  paths: readonly PathIn[],
  { terms }: CodeFunction,
  { state, frame, id }: Subject,
): Promise<WayIn> {
  const effects = paths.flatMap((path) => path.effects);
  const targets = effects.filter(({ type }) => type === 'delegatecall');
  const words = [...new Set(targets.map((effect) => ('to' in effect ? effect.to : 0n)))];
  if (words.length === 0) return NOTHING;
  const { value, evidence } = await observe(state, (view) =>
    evaluate(words, terms, { state: view, account: frame.account, identity: null }),
  );
  const known = value.filter((word): word is bigint => typeof word === 'bigint').map(addressFrom);
  return {
    grants: [],
    rules:
      codeSlotsIn(effects).length > 0
        ? [inferredRule(act(id), power(id, 'upgrade'), evidence)]
        : [],
    delegatesTo: known.filter((at) => at !== zeroAddress).map((codeAt) => ({ codeAt, evidence })),
    unread: known.length < words.length ? ['runs code that could not be told'] : [],
  };
}

const inferredRule = (
  grants: Node,
  requires: Requirement,
  evidence: readonly Evidence[],
): Rule => ({ grants, requires, reader: 'finder', inferred: true, evidence });

/** Who meets a demand; `each item` where the caller names a thing, and whoever holds it passes. */
async function whoMeets(
  demand: Assumption,
  found: CodeFunction,
  subject: Subject,
): Promise<Answer | 'each item'> {
  const { id } = subject;
  const guard = checkOf(demand, subject.hashes) ?? (await guardAsOfNow(demand, found, subject));
  const known = guard === null ? null : explained(guard, subject);
  if (known !== null) return { requires: known, rules: [], unread: null };
  if (guard?.type === 'is' && guard.at.type === 'self') {
    return { requires: act(id), rules: [], unread: null };
  }
  const [, other = 0n] = demand.term.args;
  if (demand.term.op === 'eq' && demand.isTrue && isIdentity(demand.term.args[0] ?? 0n)) {
    const answer = await holderAt(other, guard, found, subject);
    if (answer !== null) return answer;
    if (rests(other, Mention.calldata) && rests(other, Mention.storage | Mention.answer)) {
      return 'each item';
    }
  }
  // Whom a mapping lets in takes all events to find: of a covered function that is the reading's to say.
  return subject.isCovered(found) ? 'each item' : await membersOf(demand, guard, found, subject);
}

/** Whether the readings name everyone who meets a demand. */
const isTold = ({ requires, rules }: Answer, { told }: Subject): boolean =>
  [...accountsIn([{ requires }, ...rules])].every((each) => told.has(each));

/** The contracts whose answers a word rests on. */
function askedIn(word: Word): readonly Word[] {
  if (!isTerm(word)) return [];
  const [, of = 0n] = word.op === 'answer' ? word.args : [];
  return [...(word.op === 'answer' ? [of] : []), ...word.args.flatMap(askedIn)];
}

/** The check that a demand comes to with what storage and other contracts say now. */
async function guardAsOfNow(
  { term, isTrue }: Assumption,
  { terms }: CodeFunction,
  { state, frame, hashes }: Subject,
): Promise<Guard | null> {
  const setting = { state, account: frame.account, identity: null };
  const [now = null] = await evaluate([term], terms, setting);
  return now === null || !isTerm(now) ? null : checkOf({ term: now, isTrue }, hashes);
}

/** Who is at a place that a word names; `null` where the state does not decide that. */
async function holderAt(
  at: Word,
  guard: Guard | null,
  { terms }: CodeFunction,
  subject: Subject,
): Promise<Answer | null> {
  const { state, frame } = subject;
  const { value, evidence } = await observe(state, (view) =>
    evaluate([at, ...askedIn(at)], terms, { state: view, account: frame.account, identity: null }),
  );
  const [word = null, ...others] = value;
  if (word === null) {
    return { requires: anyOf(), rules: [], unread: 'asks a contract that does not answer' };
  }
  if (isTerm(word)) return null;
  const holder = addressFrom(word);
  const seat = guard === null ? null : roleOf(guard, subject);
  // Whoever acts as a contract that is asked decides what it answers.
  const holders = [word, ...others]
    .filter((each): each is bigint => typeof each === 'bigint')
    .map(addressFrom)
    .filter((each) => each !== zeroAddress)
    .map((each) => act(accountId(state.chainId, each)));
  const [only, ...more] = holders;
  const requires = only !== undefined && more.length === 0 ? only : anyOf(...holders);
  // What is no signature is nobody's.
  const isForged = holder === zeroAddress && guard?.type === 'is' && guard.who === 'signer';
  const unread = isForged ? 'may let in anyone by a signature that is none' : null;
  return seat === null
    ? { requires, rules: [], unread }
    : { requires: seat, rules: [inferredRule(seat, requires, evidence)], unread };
}

/** What a function asks of its caller: for a person to look up in the code. */
const asked = (name: string, what: string, { frame }: Subject): Evidence => ({
  read: `bytecode ${frame.codeAt} ${name}`,
  value: `asks ${what}`,
});

/** Who passes a check among the accounts that the contract's events name: there may be others. */
async function membersOf(
  demand: Assumption,
  guard: Guard | null,
  found: CodeFunction,
  subject: Subject,
): Promise<Answer> {
  const { state, frame } = subject;
  const { value: passing, evidence } = await observe(state, async (view) => {
    const candidates = await namedInEvents(view, frame.account);
    const values = await Promise.all(
      candidates.map((identity) =>
        evaluate([demand.term], found.terms, { state: view, account: frame.account, identity }),
      ),
    );
    return candidates.filter((_, index) => {
      const [value] = values[index] ?? [];
      return typeof value === 'bigint' && (value !== 0n) === demand.isTrue;
    });
  });
  const requires = anyOf(...passing.map((each) => act(accountId(state.chainId, each))));
  const seat = guard === null ? null : roleOf(guard, subject);
  const unread = `may let in others than the ${passing.length} found: ${describe(guard)}`;
  return seat === null
    ? { requires, rules: [], unread }
    : { requires: seat, rules: [inferredRule(seat, requires, evidence)], unread };
}

function describe(guard: Guard | null): string {
  if (guard?.type === 'member') return `mapping ${short(guard.mapping)} cannot be listed`;
  if (guard?.type === 'asked') return `another contract decides by ${guard.selector}`;
  return 'its check is of no known shape';
}

/** Every account that the events of a contract name. */
async function namedInEvents(state: State, account: Address): Promise<readonly Address[]> {
  const logs = await state.logs({ account, topics: [], fromBlock: 0n });
  const words = logs.flatMap(({ topics, data }) => [
    ...topics.slice(1),
    ...(data.slice(2).match(/.{64}/g) ?? []).map((word): Hex => `0x${word}`),
  ]);
  const named = [
    ...new Set(words.filter((word) => BigInt(word) >> 160n === 0n && BigInt(word) > 0xffffn)),
  ].map(addressOf);
  if (named.length > MAX_CANDIDATES) {
    throw new ReadError(`the events of ${account} name more than ${MAX_CANDIDATES} accounts`);
  }
  return named;
}

/** What a rule says, whoever says it. */
export const statement = ({ grants, requires }: Rule): string =>
  `${nodeId(grants)} ${JSON.stringify(requires)}`;

/** Rules that say the same of several functions as one. */
function merged(rules: readonly Rule[]): readonly Rule[] {
  const byContent = new Map<string, Rule>();
  for (const rule of rules) {
    const name = statement(rule);
    const known = byContent.get(name);
    const functions = [...new Set([...(known?.functions ?? []), ...(rule.functions ?? [])])];
    const evidence = [...(known?.evidence ?? []), ...rule.evidence].filter(
      ({ read }, index, every) => every.findIndex((each) => each.read === read) === index,
    );
    byContent.set(name, { ...rule, evidence, ...(functions.length > 0 ? { functions } : {}) });
  }
  return [...byContent.values()];
}
