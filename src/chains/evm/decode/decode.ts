import type { Address, Hex } from 'viem';
import type { DecodedCall } from './decoded.ts';
export const decodeCall = (call: {
  kind: DecodedCall['kind'];
  from: Address | null;
  to: Address | null;
  value: bigint;
  data: Hex;
}): DecodedCall => ({ ...call, signature: null, args: [], inner: null, problem: null });
export function* flatten(
  call: DecodedCall,
): Iterable<DecodedCall & { depth: number; made: 'now' | 'later' }> {
  yield { ...call, depth: 0, made: 'now' };
}
