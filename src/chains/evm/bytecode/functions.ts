/**
 * What each function of some bytecode asks of its callers, and what it does for those whom it lets in.
 * Found from the code alone, so that it holds for every account that runs it.
 */
import { type Hex, hexToBytes } from 'viem';
import {
  type Assumption,
  type Effect,
  type Execution,
  execute,
  type Path,
  type Point,
} from './execute.ts';
import { reach } from './reach.ts';
import { isNamed, rewrite } from './stranger.ts';
import { createTerms, isTerm, type Term, type Terms, type Word } from './terms.ts';

/** One function: by its selector; `null` where no selector matches, which is how plain ether arrives, too. */
export interface CodeFunction {
  readonly selector: Hex | null;
  readonly terms: Terms;
  /** Whether it changes nothing, whoever calls. */
  readonly isView: boolean;
  /** Whether everything that it can do was seen. */
  readonly isWhole: boolean;
  /** The ways in, one for each set of demands; those that change nothing are left out. */
  readonly ways: readonly Way[];
  /** What it takes for granted where it looks for the caller in a list longer than was followed. */
  readonly cuts: readonly (readonly Assumption[])[];
  /** The word that it answers with, where it is one and always the same. */
  readonly answer: Word | null;
}

/** What the code asks of a caller, and all that it does for one who meets it. */
export interface Way {
  /** None: it is open to a stranger. */
  readonly demands: readonly Assumption[];
  readonly paths: readonly PathIn[];
}

/** What one path takes for granted besides, and what it does. */
export interface PathIn {
  readonly assumes: readonly Assumption[];
  /** With zero for all that it takes for zero. */
  readonly effects: readonly Effect[];
  /** As the code has them. */
  readonly ran: readonly Effect[];
}

/** Room for the fixed arguments of any function. */
const DATA_SIZE = 4n + 32n * 32n;
const MAX_FUNCTIONS = 400;
/** How much of one code is followed, all functions together: hostile code must end, too. */
const MAX_STEPS = 1_000_000;

/** The functions of some code, in the order in which it looks for them; the fallback last. */
export function functionsOf(code: Hex): readonly CodeFunction[] {
  const bytes = hexToBytes(code);
  const begins = new Map<bigint, Point>();
  let isCut = false;
  const fallbackTerms = createTerms();
  const fallback = execute(bytes, fallbackTerms, {
    dataSize: DATA_SIZE,
    onSelector: (selector, point) => {
      if (begins.size < MAX_FUNCTIONS && !begins.has(selector)) {
        begins.set(selector, { pc: point.pc, stack: [...point.stack] });
      } else isCut ||= !begins.has(selector);
    },
  });
  let left = MAX_STEPS;
  const selectors = [...begins].map(([selector, point]) => {
    const terms = createTerms(selector);
    const execution = execute(bytes, terms, { dataSize: DATA_SIZE }, left);
    left -= execution.steps;
    const name: Hex = `0x${selector.toString(16).padStart(8, '0')}`;
    return describe(bytes, name, terms, execution, point, new Set());
  });
  const starts = new Set([...begins.values()].map(({ pc }) => pc));
  const receive = execute(bytes, fallbackTerms, { dataSize: 0n });
  const whole: Execution = {
    paths: [...fallback.paths, ...receive.paths],
    ran: new Set([...fallback.ran, ...receive.ran]),
    wasLeft: fallback.wasLeft || receive.wasLeft,
    steps: fallback.steps + receive.steps,
  };
  const entry: Point = { pc: 0, stack: [] };
  const rest = describe(bytes, null, fallbackTerms, whole, entry, starts);
  return [...selectors, { ...rest, isWhole: rest.isWhole && !isCut }];
}

function describe(
  bytes: Uint8Array,
  selector: Hex | null,
  terms: Terms,
  { paths, ran, wasLeft }: Execution,
  from: Point,
  without: ReadonlySet<number>,
): CodeFunction {
  const reached = reach(bytes, from, without);
  const isSeen = [...reached.effects].every((effect) => ran.has(effect));
  const lost = paths.filter(({ ending }) => ending === 'lost');
  const ways = waysOf(
    paths.filter(({ ending }) => ending === 'success'),
    terms,
  );
  return {
    selector,
    terms,
    isView: reached.isWhole && reached.effects.size === 0,
    // Where a loop was left or no way in was found, nothing may remain that no path has run; where paths
    // were lost, a stranger's way in may be among them.
    isWhole:
      (wasLeft ? reached.isWhole && isSeen : ways.length > 0 || isSeen) &&
      (lost.length === 0 || (reached.isWhole && isSeen && ways.some(isOpen))),
    ways,
    cuts: paths.filter(({ ending }) => ending === 'cut').map(({ assumes }) => assumes),
    answer: commonAnswer(paths),
  };
}

const isOpen = ({ demands }: Way): boolean => demands.length === 0;

/** The paths that change something, by what they demand. */
function waysOf(paths: readonly Path[], terms: Terms): readonly Way[] {
  const ways = new Map<string, { readonly demands: Way['demands']; readonly paths: PathIn[] }>();
  for (const { demands: every, assumes, effects } of paths) {
    if (effects.length === 0) continue;
    const real = every.filter(({ term }) => !isNamed(term));
    // The name of a setting keeps out nobody who is asked for more.
    const demands = real.length > 0 ? real : every;
    const name = [...new Set(demands.map(({ term, isTrue }) => `${term.id} ${isTrue}`))]
      .sort()
      .join();
    const way = ways.get(name) ?? { demands, paths: [] };
    way.paths.push({
      assumes,
      ran: effects,
      effects: effects.map((each) => knowing(assumes, each, terms)),
    });
    ways.set(name, way);
  }
  return [...ways.values()];
}

/** A write, with zero for all that its path takes for zero. */
function knowing(assumes: readonly Assumption[], effect: Effect, terms: Terms): Effect {
  if (effect.type !== 'store') return effect;
  const zeros = new Set(assumes.map(zeroBy));
  const value = rewrite(effect.value, terms, new Map(), (term) => (zeros.has(term) ? 0n : null));
  return { ...effect, value };
}

/** The term that an assumption says is zero. */
function zeroBy({ term, isTrue }: Assumption): Term | null {
  const [inner = 0n] = term.args;
  if (term.op === 'iszero' && isTerm(inner)) return zeroBy({ term: inner, isTrue: !isTrue });
  return isTrue ? null : term;
}

/** The word that every path answers with; `null` where they differ. */
function commonAnswer(paths: readonly Path[]): Word | null {
  const answers = new Set(paths.map(({ answer }) => answer));
  const [only = null] = answers;
  return answers.size === 1 ? only : null;
}
