/**
 * Recognises published code to the byte, whatever its metadata says of who compiled it, and whatever
 * address its constructor put into it. Metadata is never run: no published code jumps there.
 *
 * @see https://docs.soliditylang.org/en/latest/metadata.html#encoding-of-the-metadata-hash-in-the-bytecode
 */
import { type Address, getAddress, type Hex, keccak256 } from 'viem';
import { memo } from '../memo.ts';
import { BUILDS, HOLES } from './builds.ts';

/** A published contract, by its own name. */
export type PublishedName = keyof typeof BUILDS;

export interface Published {
  readonly name: PublishedName;
  /** The address that its constructor wrote into the code, where there is one. */
  readonly immutable: Address | null;
}

const names: ReadonlyMap<string, PublishedName> = new Map(
  Object.entries(BUILDS).flatMap(([name, hashes]) =>
    hashes.map((hash) => [hash, name as PublishedName] as const),
  ),
);

/** What published contract this code is; `null` where it is none that is known. */
export const publishedCode = memo(2_000, lookUp);

function lookUp(code: Hex): Published | null {
  const body = withoutMetadata(code.slice(2));
  if (body.length / 2 > MAX_SIZE) return null;
  const holes = HOLES[body.length / 2] ?? [];
  const words = new Set(holes.map((at) => body.slice(2 * at, 2 * at + WORD)));
  const [word, ...others] = words;
  if (others.length > 0 || word?.startsWith(PADDING) === false) return null;
  const name = names.get(keccak256(`0x${holes.reduce(masked, body)}`));
  if (name === undefined) return null;
  return { name, immutable: word === undefined ? null : getAddress(`0x${word.slice(-40)}`) };
}

/** No build is longer, in bytes. */
const MAX_SIZE = 10_000;
/** Hex digits of a 32-byte word. */
const WORD = 64;
/** What stands before an address in a word. */
const PADDING = '0'.repeat(24);

const masked = (body: string, at: number): string =>
  body.slice(0, 2 * at) + '0'.repeat(WORD) + body.slice(2 * at + WORD);

/** Code without the metadata at its end, whose length is in the last two bytes. */
function withoutMetadata(code: string): string {
  const length = Number.parseInt(code.slice(-4), 16) + 2;
  return length * 2 < code.length ? code.slice(0, code.length - length * 2) : code;
}
