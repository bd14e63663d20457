/** Inputs made from real ones: changed a little where it hurts. */
import type { Hex } from 'viem';
import type { Random } from './random.ts';

/** Makes an input from one of the corpus, and parts of others. */
export type Mutation = (random: Random, input: string, corpus: readonly string[]) => string;

const MAX_LENGTH = 1 << 16;

/** How many changes: half of the time one, so that much of what is made is still accepted. */
const changes = (random: Random): number => (random.once(2) ? 1 : 2 + random.below(5));

/** Several changes, one on top of the other. */
const rounds =
  (kinds: readonly Mutation[]): Mutation =>
  (random, input, corpus) => {
    let changed = input;
    for (let left = changes(random); left > 0; left -= 1) {
      changed = random.pick(kinds)(random, changed, corpus).slice(0, MAX_LENGTH);
    }
    return changed;
  };

const DIGITS = [...'0123456789abcdef'];
/** Words that decoders stumble over: as offsets, as lengths, as numbers. */
const WORDS: readonly string[] = [
  '0'.repeat(64),
  'f'.repeat(64),
  `${'0'.repeat(63)}1`,
  `${'0'.repeat(62)}20`,
  `${'0'.repeat(62)}40`,
  `${'0'.repeat(60)}ffff`,
  `${'0'.repeat(56)}7fffffff`,
  `${'0'.repeat(56)}ffffffff`,
  `${'0'.repeat(48)}ffffffffffffffff`,
  `8${'0'.repeat(63)}`,
  `7${'f'.repeat(63)}`,
  `${'f'.repeat(62)}e0`,
];

const cutAt = (random: Random, text: string): readonly [number, number] => {
  const start = random.below(text.length + 1);
  const length = random.once(2) ? random.below(8) : random.below(text.length + 1 - start);
  return [start, Math.min(text.length, start + length)];
};

const flip: Mutation = (random, text) => {
  if (text.length === 0) return text;
  const at = random.below(text.length);
  return text.slice(0, at) + random.pick(DIGITS) + text.slice(at + 1);
};
const remove: Mutation = (random, text) => {
  const [start, end] = cutAt(random, text);
  return text.slice(0, start) + text.slice(end);
};
const repeat: Mutation = (random, text) => {
  const [start, end] = cutAt(random, text);
  return text.slice(0, end) + text.slice(start, end).repeat(1 + random.below(4)) + text.slice(end);
};
const truncate: Mutation = (random, text) => text.slice(0, random.below(text.length + 1));
const splice: Mutation = (random, text, corpus) => {
  const other = random.pick(corpus);
  const [start, end] = cutAt(random, other);
  const at = random.below(text.length + 1);
  const rest = random.once(2) ? at : Math.min(text.length, at + end - start);
  return text.slice(0, at) + other.slice(start, end) + text.slice(rest);
};

/** A word of calldata, which begins behind the selector, or anywhere at a byte. */
const overwriteWord: Mutation = (random, hex) => {
  const bytes = Math.floor(hex.length / 2);
  const aligned = 2 + 8 + 64 * random.below(1 + Math.floor(bytes / 32));
  const at = random.once(4) ? 2 * random.below(bytes + 1) : aligned;
  const word = random.once(4)
    ? random
        .below(bytes + 1)
        .toString(16)
        .padStart(64, '0')
    : random.pick(WORDS);
  return at > hex.length ? hex + word : hex.slice(0, at) + word + hex.slice(at + word.length);
};
const insertWord: Mutation = (random, hex) => {
  const at = 2 + 2 * random.below(1 + Math.floor(hex.length / 2));
  return hex.slice(0, at) + random.pick(WORDS) + hex.slice(at);
};
const swapSelector: Mutation = (random, hex, corpus) =>
  random.pick(corpus).slice(0, 10) + hex.slice(10);

const anyHex = rounds([
  flip,
  flip,
  remove,
  repeat,
  truncate,
  splice,
  overwriteWord,
  overwriteWord,
  insertWord,
  swapSelector,
]);

/** Calldata: whole bytes behind `0x`. */
export const mutateHex = (random: Random, input: string, corpus: readonly string[]): Hex => {
  const digits = anyHex(random, input, corpus)
    .replace(/^0?x?/, '')
    .replace(/[^0-9a-f]/gi, '0');
  return `0x${digits.slice(0, digits.length - (digits.length % 2))}`;
};

const [ESCAPE, BELL, NULL] = ['\u001b', '\u0007', '\u0000'];
/** Text that terminals, parsers and people stumble over. */
const TEXTS: readonly string[] = [
  ...['', ' ', '\n', '\r\n', NULL, `${ESCAPE}[2J${ESCAPE}[1;31m`, `${ESCAPE}]0;title${BELL}`],
  ...[
    '\u202e',
    '\u2066',
    '\u200b',
    '\ufeff',
    '\ud800',
    '\udfff',
    '\ufffd',
    'а',
    'ﬁ',
    '👩‍👩‍👧',
    '0х',
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', 'then', 'toJSON'],
  ...['0x', '0X', '0x0', '-0', '+1', '1e3', '1e400', 'NaN', 'Infinity', '1_000', '１２３', '٣'],
  ...['-1', '0.1', '9'.repeat(78), '9'.repeat(400), `0x${'f'.repeat(64)}`, `0x${'f'.repeat(65)}`],
  ...['null', 'true', '[]', '{}', '"', '\\', '{', '}', '[', ']', ',', ':', '*', '&a', '*a', '!!js'],
  ...['uint256[]', 'uint256[4294967295]', 'tuple', '(', ')', 'bytes33', 'a'.repeat(5_000)],
];

const insertText: Mutation = (random, text) => {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + random.pick(TEXTS) + text.slice(at);
};
const changeCase: Mutation = (random, text) => {
  const [start, end] = cutAt(random, text);
  const part = text.slice(start, end);
  return (
    text.slice(0, start) +
    (random.once(2) ? part.toUpperCase() : part.toLowerCase()) +
    text.slice(end)
  );
};
const anyCharacter: Mutation = (random, text) => {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + String.fromCharCode(random.below(1 << 16)) + text.slice(at + 1);
};

export const mutateText: Mutation = rounds([
  flip,
  remove,
  repeat,
  truncate,
  splice,
  insertText,
  insertText,
  changeCase,
  anyCharacter,
]);

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
const NUMBERS = [0, -0, 1, -1, 2, 0.5, 255, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, 1e21, 1e308];

const isBranch = (value: Json): value is Json[] | { [key: string]: Json } =>
  typeof value === 'object' && value !== null;

/** Whatever lies in a document: it itself, and all its parts. */
function partsOf(value: Json): readonly Json[] {
  const parts: Json[] = [value];
  for (const part of parts) if (isBranch(part)) parts.push(...Object.values(part));
  return parts;
}

function nested(random: Random): Json {
  const depth = random.pick([1, 10, 50, 500]);
  let value: Json = random.pick(NUMBERS);
  for (let level = 0; level < depth; level += 1) {
    value = random.once(2)
      ? [value]
      : { [random.pick(['a', 'data', 'components', '__proto__'])]: value };
  }
  return value;
}

function anyValue(random: Random, old: Json, others: readonly Json[]): Json {
  const kind = random.below(10);
  if (kind === 0) return null;
  if (kind === 1) return random.once(2);
  if (kind === 2) return random.pick(NUMBERS);
  if (kind === 3) return random.pick(TEXTS);
  if (kind === 4) return random.pick([[], {}, [[]], [{}], [null]]);
  if (kind === 5) return [old];
  if (kind === 6) return nested(random);
  if (kind === 7 && typeof old === 'number') return String(old);
  if (kind === 7 && typeof old === 'string' && old !== '') return Number(old);
  return random.pick(others);
}

function mutateString(random: Random, old: string, others: readonly string[]): string {
  const change = old.startsWith('0x') ? mutateHex : mutateText;
  return change(random, old, [old, ...others]);
}

/** Changes one part of a document, wherever it lies. */
function mutateOne(random: Random, document: Json, others: readonly Json[]): Json {
  const branches = partsOf(document).filter(isBranch);
  if (branches.length === 0) return anyValue(random, document, others);
  const branch = random.pick(branches);
  const keys = Object.keys(branch);
  const set = (key: string, given: Json): void => {
    const value = structuredClone(given);
    if (Array.isArray(branch) && !/^\d+$/.test(key)) {
      branch.push(value);
      return;
    }
    Object.defineProperty(branch, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  };
  const key = keys.length === 0 ? '0' : random.pick(keys);
  const old = Object.getOwnPropertyDescriptor(branch, key)?.value ?? null;
  const kind = random.below(12);
  if (kind < 4 && typeof old === 'string') {
    const strings = others.filter((each) => typeof each === 'string');
    set(key, mutateString(random, old, strings));
  } else if (kind < 6) set(key, anyValue(random, old, others));
  else if (kind === 6) {
    if (Array.isArray(branch)) branch.splice(random.below(branch.length + 1), 1);
    else delete branch[key];
  } else if (kind === 7) set(random.pick(TEXTS), anyValue(random, old, others));
  else if (kind === 8 && Array.isArray(branch)) {
    const copies = random.pick([1, 2, 10, random.once(20) ? 2_000 : 1]);
    branch.push(...Array.from({ length: copies }, () => structuredClone(old)));
  } else if (kind === 9 && keys.length > 0) {
    const other = random.pick(keys);
    set(key, Object.getOwnPropertyDescriptor(branch, other)?.value ?? null);
    set(other, old);
  } else if (kind === 10 && !Array.isArray(branch)) {
    set(mutateText(random, key, [key, ...keys]), old);
  } else set(key, random.pick(others));
  return document;
}

/** A document as JSON: changed where it has parts, and once in a while as a text. */
export const mutateJson: Mutation = (random, input, corpus) => {
  if (random.once(20)) return mutateText(random, input, corpus);
  let document: Json = JSON.parse(input);
  const others = partsOf(JSON.parse(random.pick(corpus)));
  for (let left = changes(random); left > 0; left -= 1) {
    document = mutateOne(random, document, others);
  }
  const text = JSON.stringify(document);
  return random.once(50) ? mutateText(random, text, corpus) : text;
};
