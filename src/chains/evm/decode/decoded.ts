/** A call, and the calls that it says are to be made in it. */
import type { Address, Hex } from 'viem';

/** A call as it stands in a transaction, its data not yet read. */
export interface Call {
  readonly kind: 'call' | 'delegatecall' | 'create';
  /** Who makes it; `null` where the bytes alone do not say. */
  readonly from: Address | null;
  /** `null` where it creates a contract, or calls one whose address the bytes do not say. */
  readonly to: Address | null;
  /** Ether that moves with it, in wei. */
  readonly value: bigint;
  readonly data: Hex;
}

export interface DecodedCall extends Call {
  /** `transfer(address,uint256)`; `null` where the function is not known. */
  readonly signature: string | null;
  readonly args: readonly DecodedArgument[];
  readonly inner: InnerCalls | null;
  /** What about the bytes is not as the function has it: too short, too long, too deep; else `null`. */
  readonly problem: string | null;
}

export interface DecodedArgument {
  /** As the field calls it: `spender`; `arg0` where it has no name for it. */
  readonly name: string;
  /** As an ABI has it: `uint256`, `tuple[]`. */
  readonly type: string;
  /** As people write it: addresses checksummed, numbers in decimal; cut with `…`. Untrusted text. */
  readonly value: string;
}

/** Calls within a call. */
export interface InnerCalls {
  /** `later`: put in a queue, to be made when it has been waited for or voted on. */
  readonly made: 'now' | 'later';
  /** The wait that the call itself names; `null` where the contract knows it. */
  readonly seconds: bigint | null;
  /** The earliest time that the call itself names, in seconds since 1970; `null` where it names none. */
  readonly notBefore: bigint | null;
  readonly calls: readonly DecodedCall[];
}

/** A call of a tree, and where it stands in it. */
interface PlacedCall extends DecodedCall {
  /** 0 for the outermost. */
  readonly depth: number;
  /** `later` where it, or any call around it, waits in a queue first. */
  readonly made: 'now' | 'later';
}

/** A call and every call within it, each before what is within it. */
export function* flatten(
  call: DecodedCall,
  depth = 0,
  made: InnerCalls['made'] = 'now',
): Iterable<PlacedCall> {
  yield { ...call, depth, made };
  for (const each of call.inner?.calls ?? []) {
    yield* flatten(each, depth + 1, made === 'later' ? made : call.inner?.made);
  }
}
