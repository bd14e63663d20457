/**
 * The generic finder: who may do what to an account whose code no reader knows, from its bytecode alone.
 * For each function that refuses a stranger it says which check does so and who passes it now; for each
 * that lets anyone in, whether it gives away the account. What it cannot resolve it names.
 */
import { type Address, type Hex, keccak256, toFunctionSelector, toHex, zeroAddress } from 'viem';
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
import { describeDemand, entryOf, guardOf, offsetOf, placeOf, short } from './bytecode/checks.ts';
import {
  bytesSet,
  callsAnything,
  changes,
  fieldsIn,
  setsAddress,
  takes,
} from './bytecode/effects.ts';
import { addressFrom, evaluate, wordOf } from './bytecode/evaluate.ts';
import type { Assumption, Effect } from './bytecode/execute.ts';
import { type CodeFunction, functionsOf, type Way } from './bytecode/functions.ts';
import type { Guard, Key, Place } from './bytecode/guard.ts';
import { type Hashes, hashesIn } from './bytecode/hashes.ts';
import { forUnstaged, rewrite } from './bytecode/stranger.ts';
import {
  ADDRESS_MASK,
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
import type { Frame, Reading } from './reader.ts';
import type { State } from './state.ts';
import { accountId, addressOf } from './values.ts';

/** What the bytecode of one frame says. */
export interface Inference {
  readonly rules: readonly Rule[];
  /** Code that the fallback runs on the account's storage. */
  readonly delegatesTo: Reading['delegatesTo'];
  /** What could not be told: functions, each with the reason. */
  readonly unread: readonly string[];
}

const ALL_BITS = (1n << 256n) - 1n;

/** More ways into one function than this are not told apart. */
const MAX_WAYS = 32;
/** More accounts than this are not tried at a check. */
const MAX_CANDIDATES = 200;

/** Where the field's standards keep the code that a proxy runs. */
const CODE_SLOTS: readonly bigint[] = [
  BigInt(keccak256(toHex('eip1967.proxy.implementation'))) - 1n,
  BigInt(keccak256(toHex('eip1967.proxy.beacon'))) - 1n,
  BigInt(keccak256(toHex('org.zeppelinos.proxy.implementation'))),
  BigInt(keccak256(toHex('PROXIABLE'))),
];

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
  /** Every check of every function. */
  readonly guards: readonly Guard[];
  /** The accounts that the rules of the readings name. */
  readonly told: ReadonlySet<AccountId>;
  readonly isCovered: (found: CodeFunction) => boolean;
  readonly failing: Failing;
  readonly live: ReadonlySet<Way>;
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
  const every = analysed(frame).filter(
    ({ selector }) => reaches === undefined || (selector !== null && reaches.includes(selector)),
  );
  const covered = new Set(readings.flatMap(({ covers }) => (covers === 'all' ? [] : covers)));
  const ways = every.flatMap((each) => each.ways);
  const id = accountId(state.chainId, frame.account);
  const failing = await failingNow(every, frame.account, state);
  const hashes = hashesIn(frame.code, every);
  const records = recordsOf(every, failing);
  const subject: Subject = {
    frame,
    id,
    state,
    readings,
    names: gettersOf(every),
    codeSlots: new Set([
      ...CODE_SLOTS,
      ...ways.flatMap(({ effects }) => codeSlotsIn(effects)),
      ...every.flatMap(namedCode),
    ]),
    hashes,
    records,
    guards: every.flatMap((each) =>
      ownWays(each, failing)
        .flatMap(({ demands }) => demands)
        .filter(({ term }) => !isOfRecord(term, each.terms, records))
        .map((demand) => checkOf(demand, hashes))
        .filter((check) => check !== null),
    ),
    told: accountsIn(readings.flatMap(({ rules }) => rules)).add(id),
    isCovered: ({ selector }) => selector !== null && covered.has(selector),
    failing,
    live: liveWays(every, failing),
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

const analyses = new Map<Hex, readonly CodeFunction[]>();
const MAX_ANALYSES = 2_000;

/** The functions of a frame's code; analysed once for all accounts that run it. */
function analysed({ code, codeHash }: Frame): readonly CodeFunction[] {
  const known = analyses.get(codeHash) ?? functionsOf(code);
  if (analyses.size >= MAX_ANALYSES) analyses.clear();
  analyses.set(codeHash, known);
  return known;
}

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
    let place: Place | null = effect.type === 'delegatecall' ? placeOf(effect.to) : null;
    while (place?.type === 'answer') place = place.of;
    return place?.type === 'slot' ? [BigInt(place.slot)] : [];
  });
}

/** The slot that a beacon answers from: it runs elsewhere. */
function namedCode({ selector, answer }: CodeFunction): readonly bigint[] {
  const place = selector === IMPLEMENTATION && answer !== null ? placeOf(answer) : null;
  return place?.type === 'slot' ? [BigInt(place.slot)] : [];
}

const IMPLEMENTATION = toFunctionSelector('implementation()');

/** What does not hold now of what each path takes for granted of storage. */
type Failing = ReadonlyMap<readonly Assumption[], readonly Assumption[]>;

async function failingNow(
  functions: readonly CodeFunction[],
  account: Address,
  state: State,
): Promise<Failing> {
  const ofFunctions = await Promise.all(
    functions.map(async ({ ways, cuts, terms }) => {
      const paths = [...ways.flatMap(({ assumes }) => assumes), ...cuts];
      const ofState = paths.flat().filter(({ term }) => rests(term, Mention.storage));
      const unique = [...new Set(ofState.map(({ term }) => term))];
      const setting = { state, account, identity: null };
      const values = await evaluate(unique, terms, setting);
      const fails = ({ term, isTrue }: Assumption): boolean => {
        const value = values[unique.indexOf(term)];
        return value === null || (typeof value === 'bigint' && (value !== 0n) !== isTrue);
      };
      return paths.map((path) => [path, path.filter(fails)] as const);
    }),
  );
  return new Map(ofFunctions.flat());
}

/**
 * The ways that can be gone: what they take for granted of storage holds, or can be made to hold by going
 * a way that can be gone. A pause can be lifted; what was initialised stays so.
 */
function liveWays(functions: readonly CodeFunction[], failing: Failing): ReadonlySet<Way> {
  const live = new Set<Way>();
  const canHold = ({ term }: Assumption): boolean =>
    fieldsIn(term).some(({ slot, bits }) =>
      [...live].some(({ effects }) =>
        effects.some(
          (effect) =>
            effect.type === 'store' && effect.slot === slot && changes(effect.value, slot, bits),
        ),
      ),
    );
  const ways = functions.flatMap((each) => each.ways);
  for (let grew = true; grew; ) {
    const more = ways.filter(
      (way) =>
        !live.has(way) && way.assumes.some((path) => (failing.get(path) ?? []).every(canHold)),
    );
    for (const way of more) live.add(way);
    grew = more.length > 0;
  }
  return live;
}

/** The ways into a function, limits on what is open to all now apart. */
function ownWays(found: CodeFunction, failing: Failing): readonly Way[] {
  const isFree = found.ways.some((way) => way.demands.length === 0 && isNow(way, found, failing));
  return found.ways.filter(
    ({ demands }) => !(isFree && demands.some(({ term }) => isQuantity(term))),
  );
}

/** The bytes of a word in each entry of a mapping, by the mapping and the place of the word in an entry. */
type Records = ReadonlyMap<string, bigint>;

/** What the ways that are open to all now write under a key of the caller's. */
function recordsOf(functions: readonly CodeFunction[], failing: Failing): Records {
  const records = new Map<string, bigint>();
  for (const each of functions) {
    const free = each.ways.filter((way) => way.demands.length === 0 && isNow(way, each, failing));
    for (const effect of free.flatMap(({ effects }) => effects)) {
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
    return anyones === undefined ? null : terms.make('and', each, ALL_BITS ^ anyones);
  });
  return !rests(rest, Mention.identity);
}

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
  if (found.cuts.some((path) => subject.failing.get(path)?.length === 0)) {
    return unread('looks for its caller in a list too long to follow');
  }
  const asked = ownWays(found, subject.failing).filter(
    (way) =>
      !isOwn(way, found, subject) || powersOf(way, found, subject).some(({ isGift }) => isGift),
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
      other.demands.every(({ term }) => grant.demands.some((each) => each.term === term)),
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
  const nothing: WayIn = { grants: [], rules: [], delegatesTo: [], unread: [] };
  const { demands, effects, assumes } = way;
  const isOpen = demands.length === 0 || isOwn(way, found, subject);
  const runs = found.selector === null && isOpen ? await codeRun(way, found, subject) : nothing;
  const nodes = powersOf(way, found, subject);
  if (nodes.length === 0 || !subject.live.has(way)) return { ...nothing, ...runs };
  const unstaged = assumes.filter((path) => !isStaged(path, found));
  if (unstaged.length === 0) {
    return effects.some(takes)
      ? { ...nothing, unread: ['acts on what was staged before'] }
      : nothing;
  }
  if (unstaged.every((path) => waits(path, subject))) {
    return { ...nothing, unread: ['waits for a time that storage sets'] };
  }
  if (isOpen) {
    if (!isNow(way, found, subject.failing)) {
      const later = ['would be open to anyone once its storage is otherwise'];
      return { ...nothing, ...runs, ...(nodes.some(({ isGift }) => isGift) && { unread: later }) };
    }
    const anyone = given(`anyone may call ${name}`);
    const grants = nodes
      .filter(({ isGift }) => isGift || givesAway(way, found, subject))
      .map(({ node }) => ({
        grants: node,
        requires: anyone,
        demands,
        by: name,
        evidence: [asked(name, 'nothing of its caller', subject)],
      }));
    return { ...nothing, ...runs, grants };
  }
  const answers = await Promise.all(demands.map((demand) => whoMeets(demand, found, subject)));
  if (answers.includes('each item')) return nothing;
  const who = answers.filter((answer) => answer !== 'each item');
  if (subject.isCovered(found) && who.every((answer) => isTold(answer, subject))) return nothing;
  const [only, ...more] = who.map(({ requires }) => requires);
  if (only === undefined) return nothing;
  return {
    grants: nodes.map(({ node }) => ({
      grants: node,
      requires: more.length === 0 ? only : all(only, ...more),
      demands,
      by: name,
      evidence: [asked(name, demands.map(describeDemand).join(' and '), subject)],
    })),
    rules: who.flatMap(({ rules }) => rules),
    delegatesTo: [],
    unread: who.flatMap(({ unread }) => unread ?? []),
  };
}

/**
 * Whether a function that a reading covers, and that is known to give a power, asks nobody. Another
 * contract that the call rests on is asked: it may refuse.
 */
const givesAway = (
  { assumes }: Way,
  found: CodeFunction,
  { isCovered, failing }: Subject,
): boolean =>
  isCovered(found) &&
  knownOf(found)?.action != null &&
  assumes.some((path) => failing.get(path)?.length === 0 && !path.some(asksAnother));

const asksAnother = ({ term }: Assumption): boolean =>
  isOp(term, 'succeeded') && rests(term, Mention.identity);

const knownOf = ({ selector }: CodeFunction) =>
  selector === null ? null : knownFunction(selector);

/** Whether a path needs something under what the caller names that was put there before. */
const isStaged = (path: readonly Assumption[], { terms }: CodeFunction): boolean =>
  path.some(({ term, isTrue }) => {
    const unstaged = forUnstaged(term, terms);
    return !isTerm(unstaged) && (unstaged !== 0n) !== isTrue;
  });

/** Whether a way can be gone in the state as it is. */
const isNow = ({ assumes }: Way, found: CodeFunction, failing: Failing): boolean =>
  assumes.some((path) => failing.get(path)?.length === 0 && !isStaged(path, found));

/** Whether a check compares amounts, or with "unlimited": it limits a caller, and keeps nobody out. */
const isQuantity = ({ op, args: [, other = 0n] }: Term): boolean =>
  op === 'lt' || op === 'slt' || (op === 'eq' && UNLIMITED.has(other));
const UNLIMITED: ReadonlySet<Word> = new Set(
  [96n, 128n, 160n, 256n].map((bits) => (1n << bits) - 1n),
);

/** Whether a path is not open yet, and will be at a time that storage sets. */
const waits = (path: readonly Assumption[], { failing }: Subject): boolean =>
  failing.get(path)?.length !== 0 &&
  path.some(({ term }) => rests(term, Mention.now) && rests(term, Mention.storage));

/** A power that a way gives, and whether it is one to give to anyone. */
interface Given {
  readonly node: Node;
  /** False for what a function that is open to all does by design. */
  readonly isGift: boolean;
}

function powersOf({ effects }: Way, found: CodeFunction, subject: Subject): readonly Given[] {
  const { id, codeSlots, guards } = subject;
  const known = knownOf(found);
  const nodes: Given[] = [];
  const add = (node: Node, isGift: boolean): void => {
    if (!nodes.some((each) => nodeId(each.node) === nodeId(node))) nodes.push({ node, isGift });
  };
  let isExplained = true;
  let vacates = false;
  for (const effect of effects) {
    if (effect.type === 'store') {
      const roles = guards.filter((guard) => isSetBy(guard, effect, subject.hashes));
      if (
        !isTerm(effect.slot) &&
        codeSlots.has(effect.slot) &&
        setsAddress(effect.value, effect.slot, 0)
      ) {
        add(power(id, 'upgrade'), true);
      } else if (roles.length > 0) {
        for (const guard of roles) add(seatOf(guard, subject) ?? power(id, 'configure'), true);
      } else if (guards.some((guard) => isVacatedBy(guard, effect))) {
        vacates = true;
      } else if (!rests(effect.slot, Mention.identity)) isExplained = false;
    } else if (takes(effect)) add(act(id), callsAnything(effect));
    else isExplained = false;
  }
  // To run new code once, as it is installed, adds nothing to installing it.
  const installs = nodes.some(({ node }) => nodeId(node) === nodeId(power(id, 'upgrade')));
  const onlyRuns = effects.filter(takes).every(({ type }) => type === 'delegatecall');
  if (installs && onlyRuns) return nodes.filter(({ node }) => nodeId(node) !== nodeId(act(id)));
  // To take an office, and no longer be next in line for it, is one thing.
  if (vacates && nodes.length === 0) isExplained = false;
  const action: SimpleAction = known?.action ?? 'configure';
  const isNamed = action !== 'act';
  const isMore = nodes.every(({ node }) => isRole(node));
  if (!isExplained && isMore) add(power(id, isNamed ? action : 'configure'), false);
  return nodes;
}

/** Whether a write can put someone where a check looks for them. */
function isSetBy(guard: Guard, effect: Effect, hashes: Hashes): boolean {
  if (effect.type !== 'store') return false;
  if (guard.type === 'is') {
    const { at } = guard;
    return (
      at.type === 'slot' &&
      effect.slot === BigInt(at.slot) &&
      setsAddress(effect.value, effect.slot, at.shift)
    );
  }
  if (guard.type === 'asked') return false;
  if (offsetOf(effect.slot) !== BigInt(guard.offset ?? 0n)) return false;
  if ((bytesSet(effect.value, effect.slot) & BigInt(guard.mask)) === 0n) return false;
  const entry = entryOf(effect.slot);
  if (entry === null) return false;
  const { mapping, keys } = unhashed({ ...entry, mapping: wordOf(entry.mapping) }, hashes);
  return (
    mapping === guard.mapping &&
    keys.length === guard.keys.length &&
    keys.every((key, index) => key === null || key === guard.keys[index] || !isFixed(key))
  );
}

/** Whether a write does no more than take someone away from where a check looks for them. */
function isVacatedBy(guard: Guard, effect: Effect): boolean {
  if (effect.type !== 'store' || guard.type !== 'is' || guard.at.type !== 'slot') return false;
  const { slot: at, shift } = guard.at;
  const others = ALL_BITS ^ (ADDRESS_MASK << BigInt(shift));
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

/** The role that a check looks for, where others can be put into it. */
function roleOf(guard: Guard, { id, names }: Subject): Node | null {
  if (guard.type === 'is' && guard.at.type === 'slot') {
    const { at } = guard;
    const where = at.shift === 0 ? short(at.slot) : `${short(at.slot)} from bit ${at.shift}`;
    return role(id, names.get(fieldKey(at)) ?? `address in slot ${where}`);
  }
  if (guard.type !== 'member') return null;
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
const WHOLE: ReadonlySet<bigint> = new Set([1n, 0xffn, ALL_BITS]);

/** The code that the fallback runs on the account's storage. */
async function codeRun(
  { effects }: Way,
  { terms }: CodeFunction,
  { state, frame, id }: Subject,
): Promise<Partial<WayIn>> {
  const targets = effects.filter(({ type }) => type === 'delegatecall');
  const words = [...new Set(targets.map((effect) => ('to' in effect ? effect.to : 0n)))];
  if (words.length === 0) return {};
  const { value, evidence } = await observe(state, (view) =>
    evaluate(words, terms, { state: view, account: frame.account, identity: null }),
  );
  const known = value.filter((word): word is bigint => typeof word === 'bigint').map(addressFrom);
  return {
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
  const { state, id, frame } = subject;
  const guard = checkOf(demand, subject.hashes) ?? (await guardAsOfNow(demand, found, subject));
  const known = guard === null ? null : explained(guard, subject);
  if (known !== null) return { requires: known, rules: [], unread: null };
  if (guard?.type === 'is' && guard.at.type === 'self') {
    return { requires: act(id), rules: [], unread: null };
  }
  const [, other = 0n] = demand.term.args;
  if (demand.term.op === 'eq' && demand.isTrue && isIdentity(demand.term.args[0] ?? 0n)) {
    const { value, evidence } = await observe(state, (view) =>
      evaluate([other, ...askedIn(other)], found.terms, {
        state: view,
        account: frame.account,
        identity: null,
      }),
    );
    const [word = null, ...asked] = value;
    if (word === null) {
      const reason = 'asks a contract that does not answer';
      return { requires: anyOf(), rules: [], unread: reason };
    }
    if (!isTerm(word)) {
      // Whoever acts as a contract that is asked decides what it answers.
      const holders = [word, ...asked]
        .filter((each): each is bigint => typeof each === 'bigint')
        .map(addressFrom)
        .filter((each) => each !== zeroAddress)
        .map((each) => act(accountId(state.chainId, each)));
      const [only, ...more] = holders;
      const requires = only !== undefined && more.length === 0 ? only : anyOf(...holders);
      const seat = guard === null ? null : roleOf(guard, subject);
      return seat === null
        ? { requires, rules: [], unread: null }
        : { requires: seat, rules: [inferredRule(seat, requires, evidence)], unread: null };
    }
    if (rests(word, Mention.storage) && rests(word, Mention.calldata)) return 'each item';
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
