/** A call, and the calls that it says are to be made in it. */
import type { Address, Hex } from 'viem';

export interface DecodedCall {
  readonly kind: 'call' | 'delegatecall' | 'create';
  /** Who makes it; `null` where the bytes alone do not say. */
  readonly from: Address | null;
  readonly to: Address | null;
  readonly value: bigint;
  readonly data: Hex;
  /** `transfer(address,uint256)`; `null` where the function is not known. */
  readonly signature: string | null;
  readonly args: readonly DecodedArgument[];
  readonly inner: InnerCalls | null;
  /** What about the bytes is not as the function has it: too short, too long, too deep; else `null`. */
  readonly problem: string | null;
}

export interface DecodedArgument {
  /** As the field calls it: `spender`. */
  readonly name: string;
  readonly type: string;
  /** As people write it: addresses checksummed, numbers in decimal. */
  readonly value: string;
}

/** Calls within a call. */
export interface InnerCalls {
  /** `later`: put in a queue, to be made when it has been waited for or voted on. */
  readonly made: 'now' | 'later';
  /** The wait that the call itself names; `null` where the contract knows it. */
  readonly seconds: bigint | null;
  readonly calls: readonly DecodedCall[];
}
