/** What MultiSend is told to do. */
import {
  type Address,
  concat,
  encodeFunctionData,
  encodePacked,
  type Hex,
  parseAbi,
  size,
} from 'viem';

const abi = parseAbi(['function multiSend(bytes transactions)']);

export interface BatchedCall {
  readonly to: Address;
  readonly data: Hex;
  readonly value?: bigint;
}

/** The calldata of a MultiSend that makes these calls. */
export const multiSend = (...calls: readonly BatchedCall[]): Hex =>
  encodeFunctionData({
    abi,
    args: [
      concat(
        calls.map(({ to, data, value = 0n }) =>
          encodePacked(
            ['uint8', 'address', 'uint256', 'uint256', 'bytes'],
            [0, to, value, BigInt(size(data)), data],
          ),
        ),
      ),
    ],
  });
