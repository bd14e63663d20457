/** Every reader, in the order in which they are asked. */
import type { ReadsAhead } from '../ahead.ts';
import type { Reader } from '../reader.ts';
import { accessControl } from './access-control.ts';
import { accessManaged } from './access-managed.ts';
import { accessManager } from './access-manager.ts';
import { addressProvider } from './address-provider.ts';
import { beacon } from './beacon.ts';
import { circleMasterMinter } from './circle-master-minter.ts';
import { compoundTimelock } from './compound-timelock.ts';
import { delegateProxy } from './delegate-proxy.ts';
import { diamond } from './diamond.ts';
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
import { multisigWallet } from './multisig-wallet.ts';
import { olderProxy } from './older-proxy.ts';
import { ownable } from './ownable.ts';
import { parityWallet } from './parity-wallet.ts';
import { paxos } from './paxos.ts';
import { paxosSupplyControl } from './paxos-supply-control.ts';
import { paxosV2 } from './paxos-v2.ts';
import { proxyAdmin } from './proxy-admin.ts';
import { safe } from './safe.ts';
import { safe4337 } from './safe-4337.ts';
import { safeAllowanceModule } from './safe-allowance-module.ts';
import { safeProxy } from './safe-proxy.ts';
import { socialRecovery } from './social-recovery.ts';
import { tether } from './tether.ts';
import { timelock } from './timelock.ts';
import { wards } from './wards.ts';
import { zodiacDelay } from './zodiac-delay.ts';
import { zodiacRoles } from './zodiac-roles.ts';

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
  compoundTimelock,
  governor,
  governorBravo,
  accessControl,
  accessManager,
  accessManaged,
  zodiacDelay,
  zodiacRoles,
  safeAllowanceModule,
  socialRecovery,
  safe4337,
  multisigWallet,
  parityWallet,
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

/** What the readers are likely to want of an account. */
export const readsAhead: ReadsAhead = (account) =>
  readers.flatMap((reader) => reader.readsAhead?.(account) ?? []);
