/** Parsers for the values that nodes, files and people write: everything enters through one of these. */
import { type Address, getAddress, type Hex, isAddress } from 'viem';
import { z } from 'zod';

const MAX_BYTES = 1 << 20;
const MAX_UINT256 = (1n << 256n) - 1n;

/** Bytes as `0x…`, at most 1 MiB. */
export const bytes = z
  .string()
  .max(2 + 2 * MAX_BYTES, 'expected at most 1 MiB of bytes')
  .regex(/^0x(?:[0-9a-fA-F]{2})*$/, 'expected bytes as 0x and an even number of hex digits')
  .transform((text) => text.toLowerCase() as Hex);

/** Exactly 32 bytes. */
export const word = bytes.refine((value) => value.length === 66, 'expected 32 bytes');

/**
 * An address, made checksummed. All lower or all upper case is accepted; mixed case must be the right
 * checksum (ERC-55), since a wrong one is a typing error or a look-alike.
 */
export const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'expected an address: 0x and 40 hex digits')
  .refine(
    (text) => text === text.toLowerCase() || isAddress(text, { strict: true }),
    'the checksum of this address is wrong: a digit was changed',
  )
  .transform((text): Address => getAddress(text));

/** A number as nodes write it: `0x1a`. */
export const quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,64}$/, 'expected a number as 0x and hex digits')
  .transform(BigInt);

/** A `uint256` as people and services write it: a decimal string, or a JSON number where exact. */
export const uint256 = z
  .union([
    z.string().regex(/^[0-9]{1,78}$/, 'expected a whole number'),
    z.int({ error: 'expected a whole number, exact: write large ones as strings' }).nonnegative(),
  ])
  .transform(BigInt)
  .refine((value) => value <= MAX_UINT256, 'expected a uint256');

/** The CAIP-10 id of an account on an EVM chain. */
export const accountId = (chainId: number, account: Address): string =>
  `eip155:${chainId}:${account}`;

/** The address in the CAIP-10 id of an account on this chain; `null` for one of another chain. */
export function addressIn(chainId: number, id: string): Address | null {
  const prefix = `eip155:${chainId}:`;
  return id.startsWith(prefix) ? getAddress(id.slice(prefix.length)) : null;
}

/** The address that a storage word holds in its low 20 bytes, as compilers lay it out. */
export const addressOf = (value: Hex): Address => getAddress(`0x${value.slice(-40)}`);

/** A 32-byte word, as a storage slot is named. */
export const slot = (index: bigint): Hex => `0x${index.toString(16).padStart(64, '0')}`;
