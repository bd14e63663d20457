/** Every reader, in the order in which they are asked. */
import type { Reader } from '../reader.ts';
import { accessControl } from './access-control.ts';
import { accessManaged } from './access-managed.ts';
import { accessManager } from './access-manager.ts';
import { circleMasterMinter } from './circle-master-minter.ts';
import { compoundTimelock } from './compound-timelock.ts';
import { dsAuth } from './ds-auth.ts';
import { eoa } from './eoa.ts';
import { erc1967 } from './erc1967.ts';
import { fiatToken } from './fiat-token.ts';
import { governor } from './governor.ts';
import { governorBravo } from './governor-bravo.ts';
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
import { wards } from './wards.ts';

export const readers: readonly Reader[] = [
  eoa,
  safeProxy,
  safe,
  minimalProxy,
  erc1967,
  timelock,
  compoundTimelock,
  governor,
  governorBravo,
  accessControl,
  accessManager,
  accessManaged,
  ownable,
  dsAuth,
  wards,
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
