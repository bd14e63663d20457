/** Stand-ins for the contracts of thieves: each does what the decision on it needs, and no more. */
import { type Address, concat, type Hex } from 'viem';

/** Writes its first argument to slot 0 of whoever runs it: `SSTORE(0, argument)`. */
export const WRITES_SLOT_0: Hex = '0x60043560005500';

/** Serves one account alone: pays the ether that it stands over to the first argument. */
export const paysFor = (account: Address): Hex =>
  concat(['0x73', account, '0x3314601f5760006000fd5b6000600060006000476004355af100']);
