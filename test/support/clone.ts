/** Minimal proxies, as everyone deploys them. */
import { type Address, concat, type Hex } from 'viem';

/** The code of an EIP-1167 minimal proxy that runs `implementation`. */
export const cloneOf = (implementation: Address): Hex =>
  concat(['0x363d3d373d3d3d363d73', implementation, '0x5af43d82803e903d91602b57fd5bf3']);
