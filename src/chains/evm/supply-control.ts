/**
 * What the readers of a Paxos token and of its SupplyControl share: how that is recognised, and what its
 * supply controllers are called.
 *
 * @see https://github.com/paxosglobal/paxos-token-contracts/blob/main/contracts/SupplyControl.sol
 */
import type { Hex } from 'viem';
import { type AccountId, type Power, role } from '../../power/model.ts';
import { keepsRoles } from './roles.ts';
import { offers } from './selectors.ts';

export const MANAGING: readonly string[] = [
  'addSupplyController(address,uint256,uint256,address[],bool)',
  'addMintAddressToWhitelist(address,address)',
  'updateAllowAnyMintAndBurnAddress(address,bool)',
];
export const LIMITING: readonly string[] = [
  'removeSupplyController(address)',
  'removeMintAddressFromWhitelist(address,address)',
  'updateLimitConfig(address,uint256,uint256)',
];

export const isSupplyControl = (code: Hex): boolean =>
  keepsRoles(code) && offers(code, ...MANAGING, ...LIMITING);

/** A supply controller that may mint to some account: one whose list is empty may to none. */
export const minter = (control: AccountId): Power => role(control, 'minter');

/** A supply controller that may also burn what is not its own. */
export const burner = (control: AccountId): Power => role(control, 'burner of any account');
