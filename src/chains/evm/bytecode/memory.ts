/** The memory of code that runs on terms: bytes, each one byte of some word. */
import { isTerm, Mention, type Terms, type Word } from './terms.ts';

/** One byte of a word, counted from its high end. */
interface Byte {
  readonly word: Word;
  readonly index: number;
}

/** Memory from one point on: a known address, or one that a term names. */
interface Region {
  readonly bytes: Map<number, Byte>;
  /** From here on lies something that was not followed. */
  blurredFrom: number;
  /** What it rests on. */
  blurMentions: number;
}

/** Memory. Regions that different terms name are taken not to overlap, as compilers lay them out. */
export interface Memory {
  readonly regions: Map<number, Region>;
  /** The regions that no copy of this memory has, too: others are copied before they are written. */
  readonly owned: Set<number>;
  /** Words written, again and again included. */
  written: number;
}

/** A call that writes more is not followed: it costs more than anything that grants power. */
export const MAX_WRITTEN = 2_000;

/** Where in memory: the term that names the region, -1 for none, and the bytes from there. */
interface Spot {
  readonly region: number;
  readonly offset: number;
}

const KNOWN = -1;
/** Past this, memory is not followed. */
const MAX_OFFSET = 1 << 20;

export const emptyMemory = (): Memory => ({ regions: new Map(), owned: new Set(), written: 0 });

export function copyMemory({ regions, owned, written }: Memory): Memory {
  owned.clear();
  return { written, regions: new Map(regions), owned: new Set() };
}

/** The place of an address; `null` where it is too far out. */
function spotOf(address: Word): Spot | null {
  if (!isTerm(address)) {
    return address > BigInt(MAX_OFFSET) ? null : { region: KNOWN, offset: Number(address) };
  }
  const [base, known] = address.args;
  if (address.op === 'add' && base !== undefined && isTerm(base) && typeof known === 'bigint') {
    const offset = Number(BigInt.asIntN(256, known));
    return Math.abs(offset) > MAX_OFFSET ? null : { region: base.id, offset };
  }
  return { region: address.id, offset: 0 };
}

/** A region, to be written. */
function regionAt({ regions, owned }: Memory, at: number): Region {
  const known = regions.get(at);
  if (known !== undefined && owned.has(at)) return known;
  const region: Region = {
    bytes: new Map(known?.bytes),
    blurredFrom: known?.blurredFrom ?? Number.POSITIVE_INFINITY,
    blurMentions: known?.blurMentions ?? 0,
  };
  regions.set(at, region);
  owned.add(at);
  return region;
}

/** Writes the bytes of a word, from its high end; `from` and `to` choose among them. */
export function writeWord(memory: Memory, address: Word, word: Word, from = 0, to = 32): void {
  const spot = spotOf(address);
  if (spot === null) return;
  memory.written += 1;
  const { bytes } = regionAt(memory, spot.region);
  for (let index = from; index < to; index += 1) {
    bytes.set(spot.offset + index - from, { word, index });
  }
}

/** Says that from an address on lies something that was not followed. */
export function blur(memory: Memory, address: Word, mentions: number): void {
  const spot = spotOf(address);
  if (spot === null) return;
  const region = regionAt(memory, spot.region);
  for (const offset of region.bytes.keys()) {
    if (offset >= spot.offset) region.bytes.delete(offset);
  }
  region.blurredFrom = Math.min(region.blurredFrom, spot.offset);
  region.blurMentions |= mentions;
}

/** Copies `length` bytes within memory. */
export function copyWithin(memory: Memory, to: Word, from: Word, length: Word): void {
  const target = spotOf(to);
  const source = spotOf(from);
  if (target === null || source === null) return;
  if (isTerm(length) || length > 4096n) {
    blur(memory, to, Mention.calldata | Mention.unknown);
    return;
  }
  memory.written += Math.ceil(Number(length) / 32);
  const region = regionAt(memory, source.region);
  const copied = Array.from({ length: Number(length) }, (_, index) =>
    byteAt(region, source.offset + index),
  );
  const into = regionAt(memory, target.region);
  copied.forEach((byte, index) => {
    if (byte === 'blurred') into.bytes.delete(target.offset + index);
    else into.bytes.set(target.offset + index, byte);
  });
  if (copied.includes('blurred')) {
    into.blurredFrom = Math.min(into.blurredFrom, target.offset);
    into.blurMentions |= region.blurMentions;
  }
}

const ZERO: Byte = { word: 0n, index: 0 };

function byteAt({ bytes, blurredFrom }: Region, offset: number): Byte | 'blurred' {
  return bytes.get(offset) ?? (offset >= blurredFrom ? 'blurred' : ZERO);
}

/** The 32 bytes at an address, as one word. */
export function readWord(memory: Memory, address: Word, terms: Terms): Word {
  const spot = spotOf(address);
  if (spot === null) return terms.unknown(Mention.calldata);
  const region = memory.regions.get(spot.region);
  if (region === undefined) return spot.region === KNOWN ? 0n : terms.unknown(Mention.calldata);
  const bytes: Byte[] = [];
  for (let index = 0; index < 32; index += 1) {
    const byte = byteAt(region, spot.offset + index);
    if (byte === 'blurred') return terms.unknown(region.blurMentions);
    bytes.push(byte);
  }
  const [first = ZERO] = bytes;
  if (
    isTerm(first.word) &&
    bytes.every(({ word, index }, at) => word === first.word && index === at)
  ) {
    return first.word;
  }
  return assemble(bytes, terms);
}

/** A word from runs of bytes of other words. */
function assemble(bytes: readonly Byte[], terms: Terms): Word {
  let result: Word = 0n;
  for (let at = 0; at < 32; ) {
    const start = bytes[at] ?? ZERO;
    let length = 1;
    while (at + length < 32) {
      const next = bytes[at + length] ?? ZERO;
      if (next.word !== start.word || next.index !== start.index + length) break;
      length += 1;
    }
    result = terms.make('or', result, piece(start, length, at, terms));
    at += length;
  }
  return result;
}

/** `length` bytes of a word from `index` on, moved to where byte `at` of a word is. */
function piece({ word, index }: Byte, length: number, at: number, terms: Terms): Word {
  const right = terms.make('shr', BigInt(8 * (32 - index - length)), word);
  const clean = index === 0 ? right : terms.make('and', right, (1n << BigInt(8 * length)) - 1n);
  return terms.make('shl', BigInt(8 * (32 - at - length)), clean);
}

/** What the memory from an address on rests on. */
export function mentionsFrom(memory: Memory, address: Word): number {
  const spot = spotOf(address);
  const region = spot === null ? undefined : memory.regions.get(spot.region);
  if (spot === null || region === undefined) return 0;
  return [...region.bytes].reduce(
    (union, [offset, { word }]) =>
      isTerm(word) && offset >= spot.offset ? union | word.mentions : union,
    region.blurMentions,
  );
}

/** `length` bytes from an address on, as words; the last is padded. `null` where that is not known. */
export function readWords(
  memory: Memory,
  address: Word,
  length: Word,
  terms: Terms,
): readonly Word[] | null {
  if (isTerm(length) || length > 4096n) return null;
  const count = Math.ceil(Number(length) / 32);
  return Array.from({ length: count }, (_, index) => {
    const word = readWord(memory, terms.make('add', address, BigInt(32 * index)), terms);
    const rest = Number(length) - 32 * index;
    if (rest >= 32) return word;
    const shift = BigInt(8 * (32 - rest));
    return terms.make('shl', shift, terms.make('shr', shift, word));
  });
}
