/**
 * Runs bytecode on terms: every path through it, with what each path takes for granted and what it does.
 * Nothing is asked of a node, so that the result holds for every account that runs this code.
 *
 * @see https://www.evm.codes
 */
import {
  blur,
  copyMemory,
  copyWithin,
  emptyMemory,
  MAX_WRITTEN,
  type Memory,
  mentionsFrom,
  readWord,
  readWords,
  writeWord,
} from './memory.ts';
import { forStranger } from './stranger.ts';
import {
  identitiesIn,
  isBoolean,
  isIdentity,
  isOp,
  isTerm,
  Mention,
  type Op,
  rests,
  type Term,
  type Terms,
  type Word,
} from './terms.ts';

/** Something taken for granted: that a term is zero, or that it is not. */
export interface Assumption {
  readonly term: Term;
  readonly isTrue: boolean;
}

/** What a path changes. */
export type Effect =
  | { readonly type: 'store'; readonly slot: Word; readonly value: Word }
  | {
      readonly type: 'call' | 'delegatecall';
      readonly to: Word;
      readonly value: Word;
      /**
       * The selector and the words after it; the first two of them where it is not known how many follow,
       * `null` where not even the selector is.
       */
      readonly data: readonly Word[] | null;
    }
  | { readonly type: 'create' }
  | { readonly type: 'selfdestruct'; readonly to: Word };

/**
 * How a path ends. `lost`: it could not be followed to its end. `left`: in a loop, whose further rounds
 * are like the first. `cut`: in a loop that looks for the caller in a list.
 */
type Ending = 'success' | 'revert' | 'lost' | 'left' | 'cut';

/** One way through the code. */
export interface Path {
  readonly ending: Ending;
  /** Why it was lost. */
  readonly reason: string | null;
  /** What it asks of whom a check looks at: no stranger passes. */
  readonly demands: readonly Assumption[];
  /** What else it takes for granted. */
  readonly assumes: readonly Assumption[];
  readonly effects: readonly Effect[];
  /** The one word that it answers, if it does. */
  readonly answer: Word | null;
}

/** How much of one function is followed. */
interface Bounds {
  readonly steps: number;
  readonly paths: number;
  /** How often one path may pass one undecided branch. */
  readonly rounds: number;
  /** The same, where the caller is looked for in between. */
  readonly searches: number;
}

const DEFAULT_BOUNDS: Bounds = { steps: 40_000, paths: 400, rounds: 3, searches: 12 };

/** The call that is run. */
export interface Entry {
  /** The bytes of its data: the selector, and words enough for any fixed arguments. */
  readonly dataSize: bigint;
  /** Told of each selector that the call's is compared with; the path goes on as if it were another. */
  readonly onSelector?: (selector: bigint, begins: Point) => void;
}

/** Where a function begins. */
export interface Point {
  readonly pc: number;
  readonly stack: readonly Word[];
}

interface Machine {
  pc: number;
  readonly stack: Word[];
  memory: Memory;
  readonly storage: Map<string, Word>;
  readonly decided: Map<number, boolean>;
  readonly demands: Assumption[];
  readonly assumes: Assumption[];
  readonly effects: Effect[];
  /** How often each undecided branch was passed, and the checks made before the first time. */
  readonly rounds: Map<string, { readonly count: number; readonly checks: number }>;
  /** How many times a stranger was told from others. */
  checks: number;
  /** The last call's answer, and what it rests on where it is not followed. */
  answered: {
    readonly words: (index: Word) => Word;
    readonly size: Word;
    readonly mentions: number;
  };
}

/** What was seen of the code. */
export interface Execution {
  /** The paths that end well, in the order found, and those that were lost. Reverts are left out. */
  readonly paths: readonly Path[];
  /** The instructions with an effect that were run on any path. */
  readonly ran: ReadonlySet<number>;
  /** Whether a loop was left before its end. */
  readonly wasLeft: boolean;
  /** The instructions run. */
  readonly steps: number;
}

/** Follows every path through `code`, within bounds. */
export function execute(
  bytes: Uint8Array,
  terms: Terms,
  entry: Entry,
  steps = DEFAULT_BOUNDS.steps,
): Execution {
  const bounds = { ...DEFAULT_BOUNDS, steps: Math.min(steps, DEFAULT_BOUNDS.steps) };
  const paths: Path[] = [];
  const ran = new Set<number>();
  const open: Machine[] = [start()];
  let taken = 0;
  let wasLeft = false;
  for (let machine = open.pop(); machine !== undefined; machine = open.pop()) {
    let next: Next = 'on';
    while (next === 'on' && taken < bounds.steps) {
      taken += 1;
      if (hasEffect(bytes[machine.pc])) ran.add(machine.pc);
      next = step(machine, { bytes, terms, entry, bounds });
    }
    if (next === 'on' || paths.length >= bounds.paths) {
      paths.push(end(machine, 'lost', 'too many ways through it'));
      break;
    }
    if ('machines' in next) open.push(...next.machines.toReversed());
    else if (next.ending === 'left') wasLeft = true;
    else if (next.ending !== 'revert') {
      paths.push(end(machine, next.ending, next.reason, next.answer));
    }
  }
  return { paths, ran, wasLeft, steps: taken };
}

const EFFECTS: ReadonlySet<number | undefined> = new Set([
  0x55, 0xf0, 0xf1, 0xf2, 0xf4, 0xf5, 0xff,
]);

/** Whether an instruction changes anything that outlasts the call. */
export const hasEffect = (opcode: number | undefined): boolean => EFFECTS.has(opcode);

const start = (): Machine => ({
  pc: 0,
  stack: [],
  memory: emptyMemory(),
  storage: new Map(),
  decided: new Map(),
  demands: [],
  assumes: [],
  effects: [],
  rounds: new Map(),
  checks: 0,
  answered: { words: () => 0n, size: 0n, mentions: 0 },
});

const copy = (machine: Machine): Machine => ({
  ...machine,
  stack: [...machine.stack],
  memory: copyMemory(machine.memory),
  storage: new Map(machine.storage),
  decided: new Map(machine.decided),
  demands: [...machine.demands],
  assumes: [...machine.assumes],
  effects: [...machine.effects],
  rounds: new Map(machine.rounds),
});

const end = (
  { demands, assumes, effects }: Machine,
  ending: Ending,
  reason: string | null = null,
  answer: Word | null = null,
): Path => ({ ending, reason, demands, assumes, effects, answer });

/** What follows a step: the next one, several ways on, or an end. */
type Next =
  | 'on'
  | { readonly machines: readonly Machine[] }
  | {
      readonly ending: Ending;
      readonly reason: string | null;
      readonly answer: Word | null;
    };

interface Context {
  readonly bytes: Uint8Array;
  readonly terms: Terms;
  readonly entry: Entry;
  readonly bounds: Bounds;
}

const ended = (ending: Ending, reason: string | null = null, answer: Word | null = null) => ({
  ending,
  reason,
  answer,
});
const REVERTED = ended('revert');

/** Operations on words that only compute, by opcode: their name and how many words they take. */
const COMPUTING: Readonly<Record<number, readonly [Op, number]>> = {
  1: ['add', 2],
  2: ['mul', 2],
  3: ['sub', 2],
  4: ['div', 2],
  5: ['sdiv', 2],
  6: ['mod', 2],
  7: ['smod', 2],
  8: ['addmod', 3],
  9: ['mulmod', 3],
  10: ['exp', 2],
  11: ['signextend', 2],
  16: ['lt', 2],
  17: ['gt', 2],
  18: ['slt', 2],
  19: ['sgt', 2],
  20: ['eq', 2],
  21: ['iszero', 1],
  22: ['and', 2],
  23: ['or', 2],
  24: ['xor', 2],
  25: ['not', 1],
  26: ['byte', 2],
  27: ['shl', 2],
  28: ['shr', 2],
  29: ['sar', 2],
};

const JUMPDEST = 0x5b;
const PUSH0 = 0x5f;
const PUSH1 = 0x60;
const PUSH32 = 0x7f;
const MAX_STACK = 1024;

/** Contracts at these addresses answer from their input alone; the first recovers a signer. */
const ECRECOVER = 1n;
const LAST_PRECOMPILE = 0x11n;

/** Runs one instruction. */
function step(machine: Machine, context: Context): Next {
  const { bytes, terms } = context;
  const { stack } = machine;
  const opcode = bytes[machine.pc] ?? 0;
  const at = machine.pc;
  machine.pc += 1;
  const pop = (): Word => {
    const word = stack.pop();
    if (word === undefined) throw new Underflow();
    return word;
  };
  const push = (word: Word): 'on' => {
    stack.push(word);
    return 'on';
  };
  if (stack.length > MAX_STACK) return REVERTED;
  if (machine.memory.written > MAX_WRITTEN) return ended('lost', 'it fills its memory');
  try {
    if (opcode >= PUSH0 && opcode <= PUSH32) {
      const size = opcode - PUSH0;
      machine.pc += size;
      return push(bytesAt(bytes, at + 1, size));
    }
    if (opcode >= 0x80 && opcode <= 0x8f) {
      const word = stack.at(-(opcode - 0x7f));
      return word === undefined ? REVERTED : push(word);
    }
    if (opcode >= 0x90 && opcode <= 0x9f) return swap(stack, opcode - 0x8f) ? 'on' : REVERTED;
    if (opcode >= 0xa0 && opcode <= 0xa4) {
      for (let count = opcode - 0xa0 + 2; count > 0; count -= 1) pop();
      return 'on';
    }
    const computing = COMPUTING[opcode];
    if (computing !== undefined) {
      const [op, count] = computing;
      return push(terms.make(op, ...Array.from({ length: count }, pop)));
    }
    return effectOf(opcode, machine, context, pop, push);
  } catch (error) {
    if (error instanceof Underflow) return REVERTED;
    throw error;
  }
}

/** The stack held too few words: the EVM reverts. */
class Underflow extends Error {}

function bytesAt(bytes: Uint8Array, from: number, size: number): bigint {
  let value = 0n;
  for (let index = 0; index < size; index += 1) {
    value = (value << 8n) | BigInt(bytes[from + index] ?? 0);
  }
  return value;
}

function swap(stack: Word[], depth: number): boolean {
  const top = stack.at(-1);
  const other = stack.at(-1 - depth);
  if (top === undefined || other === undefined) return false;
  stack[stack.length - 1] = other;
  stack[stack.length - 1 - depth] = top;
  return true;
}

function effectOf(
  opcode: number,
  machine: Machine,
  context: Context,
  pop: () => Word,
  push: (word: Word) => 'on',
): Next {
  const { bytes, terms, entry } = context;
  const { memory, effects } = machine;
  switch (opcode) {
    case 0x00:
      return ended('success');
    case 0x20: {
      const [from, length] = [pop(), pop()];
      const words = readWords(memory, from, length, terms);
      return push(
        words === null
          ? terms.make('keccak', terms.unknown(Mention.calldata | mentionsFrom(memory, from)))
          : terms.make('keccak', length, ...words),
      );
    }
    case 0x30:
      return push(terms.make('self'));
    case 0x32:
      return push(terms.make('origin'));
    case 0x33:
      return push(terms.make('caller'));
    case 0x35: {
      const offset = pop();
      return push(isTerm(offset) || offset < entry.dataSize ? terms.make('calldata', offset) : 0n);
    }
    case 0x36:
      return push(entry.dataSize);
    case 0x37: {
      const [to, from, length] = [pop(), pop(), pop()];
      copyWords(machine, to, length, terms, Mention.calldata, (offset) => {
        const source = terms.make('add', from, offset);
        return isTerm(source) || source < entry.dataSize ? terms.make('calldata', source) : 0n;
      });
      return 'on';
    }
    case 0x38:
      return push(BigInt(bytes.length));
    case 0x39: {
      const [to, from, length] = [pop(), pop(), pop()];
      if (isTerm(from)) blur(memory, to, Mention.unknown);
      else {
        copyWords(machine, to, length, terms, Mention.unknown, (offset) =>
          isTerm(offset) ? terms.unknown() : bytesAt(bytes, Number(from + offset), 32),
        );
      }
      return 'on';
    }
    case 0x3c: {
      pop();
      const to = pop();
      pop();
      pop();
      blur(memory, to, Mention.unknown);
      return 'on';
    }
    case 0x3d:
      return push(machine.answered.size);
    case 0x3e: {
      const [to, from, length] = [pop(), pop(), pop()];
      const { words, mentions } = machine.answered;
      copyWords(machine, to, length, terms, mentions, (offset) =>
        words(terms.make('add', from, offset)),
      );
      // However long the answer is: it begins with its first words.
      if (isTerm(length) && from === 0n) {
        for (const offset of [0n, 32n]) {
          writeWord(memory, terms.make('add', to, offset), words(offset));
        }
      }
      return 'on';
    }
    case 0x3b: {
      const of = pop();
      // What runs has code: only a constructor finds that its own account has none.
      return push(
        isOp(of, 'self') ? BigInt(bytes.length) : terms.make('unknown', BigInt(opcode), of),
      );
    }
    case 0x31:
    case 0x3f:
    case 0x40:
    case 0x49:
      return push(terms.make('unknown', BigInt(opcode), pop()));
    case 0x34:
    case 0x3a:
    case 0x41:
    case 0x44:
    case 0x45:
    case 0x46:
    case 0x47:
    case 0x48:
    case 0x4a:
      // The value sent, prices, the chain: each the same throughout one call.
      return push(terms.make('unknown', BigInt(opcode)));
    case 0x42:
    case 0x43:
      return push(terms.make('now', BigInt(opcode)));
    case 0x50:
      pop();
      return 'on';
    case 0x51:
      return push(readWord(memory, pop(), terms));
    case 0x52: {
      const [to, word] = [pop(), pop()];
      writeWord(memory, to, word);
      return 'on';
    }
    case 0x53: {
      const [to, word] = [pop(), pop()];
      writeWord(memory, to, word, 31, 32);
      return 'on';
    }
    case 0x54: {
      const slot = pop();
      return push(machine.storage.get(nameOf(slot)) ?? terms.make('sload', slot));
    }
    case 0x55: {
      const [slot, value] = [pop(), pop()];
      machine.storage.set(nameOf(slot), value);
      effects.push({ type: 'store', slot, value });
      return 'on';
    }
    case 0x56:
      return jump(machine, pop(), bytes);
    case 0x57:
      return branch(machine, pop(), pop(), context);
    case 0x58:
      return push(BigInt(machine.pc - 1));
    case 0x59:
    case 0x5a:
      return push(terms.unknown());
    case JUMPDEST:
      return 'on';
    case 0x5c: {
      const slot = pop();
      // Transient storage is empty when a transaction begins.
      return push(machine.storage.get(`transient ${nameOf(slot)}`) ?? 0n);
    }
    case 0x5d: {
      const [slot, value] = [pop(), pop()];
      machine.storage.set(`transient ${nameOf(slot)}`, value);
      return 'on';
    }
    case 0x5e: {
      const [to, from, length] = [pop(), pop(), pop()];
      copyWithin(memory, to, from, length);
      return 'on';
    }
    case 0xf0:
    case 0xf5:
      for (let count = opcode === 0xf0 ? 3 : 4; count > 0; count -= 1) pop();
      effects.push({ type: 'create' });
      return push(terms.unknown());
    case 0xf1:
    case 0xf2:
    case 0xf4:
    case 0xfa:
      return call(opcode, machine, terms, pop, push);
    case 0xf3: {
      const [from, length] = [pop(), pop()];
      return ended('success', null, length === 32n ? readWord(memory, from, terms) : null);
    }
    case 0xff:
      effects.push({ type: 'selfdestruct', to: pop() });
      return ended('success');
    default:
      return REVERTED;
  }
}

const nameOf = (slot: Word): string => (isTerm(slot) ? `#${slot.id}` : String(slot));

/** Copies words into memory, as long as their number is known. */
function copyWords(
  { memory }: Machine,
  to: Word,
  length: Word,
  terms: Terms,
  mentions: number,
  wordAt: (offset: Word) => Word,
): void {
  if (isTerm(length) || length > 8192n) {
    blur(memory, to, mentions | Mention.unknown);
    return;
  }
  for (let offset = 0n; offset < length; offset += 32n) {
    const size = Number(length - offset < 32n ? length - offset : 32n);
    writeWord(memory, terms.make('add', to, offset), wordAt(offset), 0, size);
  }
}

/** Runs another contract: what it does is not followed, only that it is asked, and what with. */
function call(
  opcode: number,
  machine: Machine,
  terms: Terms,
  pop: () => Word,
  push: (word: Word) => 'on',
): Next {
  const { memory, effects } = machine;
  pop();
  const to = pop();
  const value = opcode === CALL || opcode === CALLCODE ? pop() : 0n;
  const [from, length, into, size] = [pop(), pop(), pop(), pop()];
  const answer = (words: (index: Word) => Word, answerSize: Word, mentions = 0): void => {
    machine.answered = { words, size: answerSize, mentions: mentions | Mention.answer };
    copyWords(machine, into, size, terms, machine.answered.mentions, words);
  };
  if (!isTerm(to) && to > 0n && to <= LAST_PRECOMPILE) {
    if (to === ECRECOVER) {
      const signed = readWords(memory, from, 128n, terms) ?? [];
      const signer = terms.make('signer', ...signed);
      answer(() => signer, 32n);
    } else if (to === IDENTITY) {
      copyWithin(memory, into, from, length);
    } else {
      const computed = terms.unknown(Mention.calldata);
      answer(() => (to <= LAST_HASH ? terms.make('keccak', computed) : computed), 32n);
    }
    return push(1n);
  }
  const data = callData(memory, from, length, terms);
  // What was not followed may well name the caller.
  const asked = data ?? [terms.unknown(Mention.calldata | Mention.identity)];
  const seen = data ?? headOf(memory, from, terms);
  const isQuestion = opcode === STATICCALL || (opcode === CALL && value === 0n && !moves(seen));
  if (opcode !== STATICCALL) {
    const type = opcode === CALL ? 'call' : 'delegatecall';
    effects.push({ type, to, value, data: seen });
    // The code of another may write here.
    if (type === 'delegatecall') machine.storage.clear();
  }
  const succeeded = isQuestion
    ? terms.make(opcode === STATICCALL && size === 0n ? 'passes' : 'succeeded', to, ...asked)
    : terms.make('succeeded', terms.unknown());
  answer(
    (index) =>
      isQuestion ? terms.make('answer', index, to, ...asked) : terms.unknown(Mention.answer),
    terms.make('answerSize', succeeded),
    isQuestion && asked.some((word) => rests(word, Mention.identity)) ? Mention.identity : 0,
  );
  return push(succeeded);
}

const CALL = 0xf1;
const CALLCODE = 0xf2;
const STATICCALL = 0xfa;
const IDENTITY = 4n;
/** SHA-256 and RIPEMD-160 come before. */
const LAST_HASH = 3n;

/** Four words: where the arguments are that come before those of any length. */
const HEAD_SIZE = 128n;

/**
 * The selector of a call, then the words of its arguments, or one that may be anything; `null` where
 * neither was followed.
 */
function callData(memory: Memory, from: Word, length: Word, terms: Terms): readonly Word[] | null {
  const selector = terms.make('shr', 224n, readWord(memory, from, terms));
  if (isTerm(length) || length > 4096n) {
    if (isTerm(selector)) return null;
    const head = readWords(memory, terms.make('add', from, 4n), HEAD_SIZE, terms) ?? [];
    const asksWho = head.some((word) => rests(word, Mention.identity));
    return [selector, terms.unknown(Mention.calldata | (asksWho ? Mention.identity : 0))];
  }
  if (length < 4n) return [];
  const args = readWords(memory, terms.make('add', from, 4n), length - 4n, terms);
  return args === null ? null : [selector, ...args];
}

/** The selector of a call whose length is not known, and the two words after it. */
function headOf(memory: Memory, from: Word, terms: Terms): readonly Word[] | null {
  const selector = terms.make('shr', 224n, readWord(memory, from, terms));
  if (isTerm(selector)) return null;
  return [selector, ...[4n, 36n].map((at) => readWord(memory, terms.make('add', from, at), terms))];
}

/** The functions by which tokens move: their answer says nothing about who may ask. */
const MOVES: ReadonlySet<Word> = new Set([0x23b872ddn, 0xa9059cbbn, 0x42842e0en, 0xb88d4fden]);

const moves = (data: readonly Word[] | null): boolean =>
  data?.[0] !== undefined && MOVES.has(data[0]);

function jump(machine: Machine, to: Word, bytes: Uint8Array): Next {
  if (isTerm(to)) return ended('lost', 'a jump to where the code does not say');
  if (!isJumpDestination(bytes, to)) return REVERTED;
  machine.pc = Number(to);
  return 'on';
}

const destinations = new WeakMap<Uint8Array, ReadonlySet<number>>();

/** A JUMPDEST that is not within the data of a PUSH. */
export function isJumpDestination(bytes: Uint8Array, to: bigint): boolean {
  let known = destinations.get(bytes);
  if (known === undefined) {
    const found = new Set<number>();
    for (let at = 0; at < bytes.length; at += 1) {
      const opcode = bytes[at] ?? 0;
      if (opcode === JUMPDEST) found.add(at);
      if (opcode >= PUSH1 && opcode <= PUSH32) at += opcode - PUSH0;
    }
    known = found;
    destinations.set(bytes, known);
  }
  return known.has(Number(to));
}

/** One way to decide a condition. */
interface Decision {
  readonly truth: boolean;
  /** What is decided by being a stranger. */
  readonly settles: readonly Assumption[];
  readonly assumes: readonly Assumption[];
  readonly demands: readonly Assumption[];
}

function branch(machine: Machine, to: Word, condition: Word, context: Context): Next {
  const { bytes, terms, entry, bounds } = context;
  if (!isTerm(condition)) return condition === 0n ? 'on' : jump(machine, to, bytes);
  if (isTerm(to)) return ended('lost', 'a jump to where the code does not say');
  if (rests(condition, Mention.lost)) return ended('lost', 'an expression that is too deep');
  const compared = entry.onSelector === undefined ? null : selectorCompared(condition, terms);
  if (compared !== null) {
    const { value, whenTrue } = compared;
    entry.onSelector?.(value, { pc: whenTrue ? Number(to) : machine.pc, stack: machine.stack });
    return whenTrue ? 'on' : jump(machine, to, bytes);
  }
  // A jump to no destination reverts.
  const isValid = isJumpDestination(bytes, to);
  const at = placeInCode(machine, bytes);
  // Whom a loop has found in a list need not be in it twice.
  const found = machine.rounds.has(at) ? identitiesAsked(machine.demands) : new Set();
  const decisions = decide(condition, machine, terms).filter(
    ({ truth, demands }) =>
      (isValid || !truth) && ![...identitiesAsked(demands)].some((each) => found.has(each)),
  );
  if (decisions.length > 1) {
    const { count, checks } = machine.rounds.get(at) ?? { count: 0, checks: machine.checks };
    // What a loop does in its first rounds it does in all, but for a search for the caller.
    const searches = machine.checks > checks;
    if (count >= (searches ? bounds.searches : bounds.rounds))
      return ended(searches ? 'cut' : 'left');
    machine.rounds.set(at, { count: count + 1, checks });
  }
  return {
    machines: decisions.map(({ truth, settles, assumes, demands }) => {
      const into = decisions.length === 1 ? machine : copy(machine);
      if (settles.length > 0 || demands.length > 0) into.checks += 1;
      into.assumes.push(...assumes);
      into.demands.push(...demands);
      for (const { term, isTrue } of [...settles, ...assumes, ...demands]) {
        into.decided.set(term.id, isTrue);
      }
      if (truth) into.pc = Number(to);
      return into;
    }),
  };
}

const identitiesAsked = (demands: readonly Assumption[]): ReadonlySet<Term> =>
  new Set(demands.flatMap(({ term }) => [...identitiesIn(term)]));

/**
 * Where a path stands: the instruction, and to where it will return. A part of the code that is run for
 * several callers is not a loop.
 */
const placeInCode = ({ pc, stack }: Machine, bytes: Uint8Array): string =>
  `${pc} ${stack.filter((word) => !isTerm(word) && isJumpDestination(bytes, word)).join()}`;

/** Every way to decide whether a condition is other than zero: a stranger's ways first. */
function decide(condition: Word, machine: Machine, terms: Terms): readonly Decision[] {
  if (!isTerm(condition)) return [decision(condition !== 0n)];
  const known = machine.decided.get(condition.id);
  if (known !== undefined) return [decision(known)];
  const [a = 0n, b = 0n] = condition.args;
  if (condition.op === 'iszero') {
    return decide(a, machine, terms).map((each) => ({ ...each, truth: !each.truth }));
  }
  const isDifferent = difference(condition, terms);
  if (isDifferent !== null) {
    return decide(isDifferent, machine, terms).map((each) => ({ ...each, truth: !each.truth }));
  }
  if (condition.op === 'or' || (condition.op === 'and' && isBoolean(a) && isBoolean(b))) {
    const settledBy = condition.op === 'or';
    return decide(a, machine, terms).flatMap((first) =>
      first.truth === settledBy
        ? [first]
        : decide(b, machine, terms).map((second) => both(first, second)),
    );
  }
  if (isIdentity(condition)) return [decision(true)];
  const options = [true, false];
  const stranger = forStranger(condition, terms);
  if (stranger === condition) {
    return options.map((truth) =>
      decision(truth, { assumes: [{ term: condition, isTrue: truth }] }),
    );
  }
  const demanded = (truth: boolean) =>
    decision(truth, { demands: [{ term: condition, isTrue: truth }] });
  if (!isTerm(stranger)) {
    const truth = stranger !== 0n;
    const settles = [{ term: condition, isTrue: truth }];
    return [decision(truth, { settles }), demanded(!truth)];
  }
  return [
    ...options.map((truth) =>
      decision(truth, {
        settles: [{ term: condition, isTrue: truth }],
        assumes: [{ term: stranger, isTrue: truth }],
      }),
    ),
    ...options.map(demanded),
  ];
}

const decision = (truth: boolean, more: Partial<Decision> = {}): Decision => ({
  truth,
  settles: [],
  assumes: [],
  demands: [],
  ...more,
});

const both = (first: Decision, second: Decision): Decision => ({
  truth: second.truth,
  settles: [...first.settles, ...second.settles],
  assumes: [...first.assumes, ...second.assumes],
  demands: [...first.demands, ...second.demands],
});

/** The equation that a term is zero by: a difference is zero where both sides are the same. */
function difference({ op, args: [a = 0n, b = 0n] }: Term, terms: Terms): Word | null {
  if (op === 'sub' || op === 'xor') return terms.make('eq', a, b);
  return op === 'add' && !isTerm(b) ? terms.make('eq', a, terms.make('sub', 0n, b)) : null;
}

/** The selector that a condition compares the call's with, and what follows where it is that one. */
function selectorCompared(
  condition: Word,
  terms: Terms,
): { readonly value: bigint; readonly whenTrue: boolean } | null {
  if (!isTerm(condition)) return null;
  const [a = 0n, b = 0n] = condition.args;
  const flipped = condition.op === 'iszero' ? a : difference(condition, terms);
  if (flipped !== null) {
    if (condition.op === 'iszero' && isSelector(a)) return { value: 0n, whenTrue: true };
    const inner = selectorCompared(flipped, terms);
    return inner === null ? null : { ...inner, whenTrue: !inner.whenTrue };
  }
  if (condition.op !== 'eq' || isTerm(b)) return null;
  if (isSelector(a) && b < 1n << 32n) return { value: b, whenTrue: true };
  const isInPlace = isOp(a, 'and') && isFirstWord(a.args[0]) && a.args[1] === SELECTOR_MASK;
  return isInPlace && (b & ~SELECTOR_MASK) === 0n ? { value: b >> 224n, whenTrue: true } : null;
}

const SELECTOR_MASK = 0xffff_ffffn << 224n;

const isFirstWord = (word: Word | undefined): boolean =>
  word !== undefined && isOp(word, 'calldata') && word.args[0] === 0n;

/** Whether a term is the first four bytes of the call's data. */
function isSelector(word: Word): boolean {
  if (!isTerm(word)) return false;
  const [a = 0n, b = 0n] = word.args;
  if (word.op === 'and') return b === 0xffff_ffffn && isSelector(a);
  return word.op === 'shr' && a === 224n && isFirstWord(b);
}
