/** Every reader, in the order in which they are asked. */
import type { Reader } from '../reader.ts';
import { circleMasterMinter } from './circle-master-minter.ts';
import { eoa } from './eoa.ts';
import { erc1967 } from './erc1967.ts';
import { fiatToken } from './fiat-token.ts';
import { layerzeroDvn } from './layerzero-dvn.ts';
import { layerzeroEndpoint } from './layerzero-endpoint.ts';
import { layerzeroOApp } from './layerzero-oapp.ts';
import { minimalProxy } from './minimal-proxy.ts';
import { ownable } from './ownable.ts';
import { paxos } from './paxos.ts';
import { paxosSupplyControl } from './paxos-supply-control.ts';
import { paxosV2 } from './paxos-v2.ts';
import { safe } from './safe.ts';
import { safeProxy } from './safe-proxy.ts';
import { tether } from './tether.ts';
import { timelock } from './timelock.ts';

export const readers: readonly Reader[] = [
  eoa,
  safeProxy,
  safe,
  minimalProxy,
  erc1967,
  timelock,
  ownable,
  fiatToken,
  circleMasterMinter,
  tether,
  paxos,
  paxosV2,
  paxosSupplyControl,
  layerzeroOApp,
  layerzeroDvn,
  layerzeroEndpoint,
];
