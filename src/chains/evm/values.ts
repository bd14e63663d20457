/** Parsers for the values that nodes, files and people write: everything enters through one of these. */
import { type Address, concat, getAddress, type Hex, isAddress, keccak256, pad } from 'viem';
import { z } from 'zod';
import { memo } from './memo.ts';

const MAX_BYTES = 1 << 20;
export const MAX_UINT256 = (1n << 256n) - 1n;

/** Says what was expected, and whether it was there at all. */
const expected = (what: string) => ({
  error: ({ input }: { readonly input?: unknown }) =>
    input === undefined ? `missing: expected ${what}` : `expected ${what}`,
});

const BYTES = expected('bytes as 0x and an even number of hex digits');
const ADDRESS = expected('an address: 0x and 40 hex digits');
const WHOLE_NUMBER = expected('a whole number; as a string where it is large');
const QUANTITY = expected('a number as 0x and hex digits');

/** Bytes as `0x…`, at most 1 MiB. */
export const bytes = z
  .string(BYTES)
  .max(2 + 2 * MAX_BYTES, 'expected at most 1 MiB of bytes')
  .regex(/^0x(?:[0-9a-fA-F]{2})*$/, BYTES)
  .transform((text) => text.toLowerCase() as Hex);

/** Exactly 32 bytes. */
export const word = bytes.refine((value) => value.length === 66, 'expected 32 bytes');

/**
 * An address, made checksummed. All lower case is accepted; mixed case must be the right checksum
 * (ERC-55), since a wrong one is a typing error or a look-alike.
 */
export const address = z
  .string(ADDRESS)
  .regex(/^0x[0-9a-fA-F]{40}$/, ADDRESS)
  .refine(
    (text) => text === text.toLowerCase() || isAddress(text, { strict: true }),
    'the checksum of this address is wrong: a digit was changed',
  )
  .transform((text): Address => getAddress(text));

/** A number as nodes write it: `0x1a`. */
export const quantity = z
  .string(QUANTITY)
  .regex(/^0x[0-9a-fA-F]{1,64}$/, QUANTITY)
  .transform(BigInt);

/** A `uint256` as people and services write it: a decimal string, or a JSON number where exact. */
export const uint256 = z
  .union(
    [
      z.string().regex(/^[0-9]{1,78}$/, WHOLE_NUMBER),
      z.int(WHOLE_NUMBER).nonnegative(WHOLE_NUMBER),
    ],
    WHOLE_NUMBER,
  )
  .transform(BigInt)
  .refine((value) => value <= MAX_UINT256, 'expected a uint256');

/** The CAIP-10 id of an account on an EVM chain. */
export const accountId = (chainId: number, account: Address): string =>
  `eip155:${chainId}:${account}`;

/** The chain in the id of an account or an asset on an EVM chain. */
export const chainOf = (id: string): number => Number(id.match(/^eip155:(\d+)/)?.[1]);

/** The address in the CAIP-10 id of an account on this chain; `null` for one of another chain. */
export function addressIn(chainId: number, id: string): Address | null {
  const prefix = `eip155:${chainId}:`;
  return id.startsWith(prefix) ? getAddress(id.slice(prefix.length)) : null;
}

/** The address that a storage word holds in its low 20 bytes, as compilers lay it out. */
export const addressOf = (value: Hex): Address => getAddress(`0x${value.slice(-40)}`);

/** An account that nobody has the key of, for calls that must come from somewhere. */
export const NOBODY: Address = '0x00000000000000000000000000000000Ca57e11A';

/** A 32-byte word, as a storage slot is named. */
export const slot = (index: bigint): Hex => `0x${index.toString(16).padStart(64, '0')}`;

/** No delay that anyone means is longer than a thousand years. */
const MAX_SECONDS = 1_000n * 365n * 86_400n;

/** A wait as a contract keeps it, as a number of seconds that is safe to add to others. */
export const seconds = (wait: bigint): number => Number(wait < MAX_SECONDS ? wait : MAX_SECONDS);
/** The CAIP-19 id of a token on an EVM chain. */
export const tokenId = (
  chainId: number,
  standard: 'erc20' | 'erc721' | 'erc1155',
  token: Address,
): string => `eip155:${chainId}/${standard}:${token}`;
/** The slot of `mapping[key]`, where Solidity keeps the mapping in the slot `mapping`. */
export const mappingSlot = (key: Hex, mapping: Hex): Hex => hashOf(concat([pad(key), mapping]));

/** Lists of owners and modules are walked over and over. */
const hashOf = memo(10_000, (bytes: Hex) => keccak256(bytes));

/** Whether a part of a document has named parts. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
