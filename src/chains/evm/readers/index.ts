/** Every reader, in the order in which they are asked. */
import type { Reader } from '../reader.ts';
import { eoa } from './eoa.ts';
import { erc1967 } from './erc1967.ts';
import { minimalProxy } from './minimal-proxy.ts';
import { multisigWallet } from './multisig-wallet.ts';
import { ownable } from './ownable.ts';
import { parityWallet } from './parity-wallet.ts';
import { safe } from './safe.ts';
import { safe4337 } from './safe-4337.ts';
import { safeAllowanceModule } from './safe-allowance-module.ts';
import { safeProxy } from './safe-proxy.ts';
import { socialRecovery } from './social-recovery.ts';
import { timelock } from './timelock.ts';
import { zodiacDelay } from './zodiac-delay.ts';
import { zodiacRoles } from './zodiac-roles.ts';

export const readers: readonly Reader[] = [
  eoa,
  safeProxy,
  safe,
  minimalProxy,
  erc1967,
  timelock,
  zodiacDelay,
  zodiacRoles,
  safeAllowanceModule,
  socialRecovery,
  safe4337,
  multisigWallet,
  parityWallet,
  ownable,
];
