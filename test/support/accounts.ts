/** Accounts for tests: readable, and nobody's. */
import { type Address, getAddress, toHex } from 'viem';

/** The account of a small number: `0xacc0…01`. */
export const account = (index: number): Address =>
  getAddress(toHex((0xacc0n << 144n) + BigInt(index), { size: 20 }));

export const OWNERS: readonly Address[] = [1, 2, 3, 4, 5].map(account);
