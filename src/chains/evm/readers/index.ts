/** Every reader, in the order in which they are asked. */
import type { ReadsAhead } from '../ahead.ts';
import type { Reader } from '../reader.ts';
import { eoa } from './eoa.ts';
import { erc1967 } from './erc1967.ts';
import { minimalProxy } from './minimal-proxy.ts';
import { ownable } from './ownable.ts';
import { safe } from './safe.ts';
import { safeProxy } from './safe-proxy.ts';
import { timelock } from './timelock.ts';

export const readers: readonly Reader[] = [
  eoa,
  safeProxy,
  safe,
  minimalProxy,
  erc1967,
  timelock,
  ownable,
];

/** What the readers are likely to want of an account. */
export const readsAhead: ReadsAhead = (account) =>
  readers.flatMap((reader) => reader.readsAhead?.(account) ?? []);
