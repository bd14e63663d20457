/** Every reader, in the order in which they are asked. */
import type { Reader } from '../reader.ts';
import { addressProvider } from './address-provider.ts';
import { beacon } from './beacon.ts';
import { delegateProxy } from './delegate-proxy.ts';
import { diamond } from './diamond.ts';
import { eoa } from './eoa.ts';
import { erc1967 } from './erc1967.ts';
import { minimalProxy } from './minimal-proxy.ts';
import { olderProxy } from './older-proxy.ts';
import { ownable } from './ownable.ts';
import { proxyAdmin } from './proxy-admin.ts';
import { safe } from './safe.ts';
import { safeProxy } from './safe-proxy.ts';
import { timelock } from './timelock.ts';

export const readers: readonly Reader[] = [
  eoa,
  safeProxy,
  safe,
  minimalProxy,
  erc1967,
  olderProxy,
  delegateProxy,
  diamond,
  proxyAdmin,
  beacon,
  addressProvider,
  timelock,
  ownable,
];
