/** What is decoded against what a chain does with it. */
import {
  concat,
  encodeFunctionData,
  encodePacked,
  type Hex,
  parseAbi,
  size,
  zeroAddress,
  zeroHash,
} from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeCall } from '../../../../src/chains/evm/decode/decode.ts';
import { type Call, flatten } from '../../../../src/chains/evm/decode/decoded.ts';
import { rpcNode } from '../../../../src/chains/evm/node.ts';
import { approvalBy, encodeExecution } from '../../../../src/chains/evm/safe/transaction.ts';
import { simulate } from '../../../../src/chains/evm/simulate.ts';
import { openState } from '../../../../src/chains/evm/state.ts';
import { account, OWNERS } from '../../../support/accounts.ts';
import { type LocalChain, startLocalChain } from '../../../support/local-chain.ts';
import { deploy } from '../../../support/openzeppelin.ts';
import { safeCode } from '../../../support/safe-contracts.ts';
import { ETHER, SAFE, SINGLETON, safeAccounts } from '../../../support/safes.ts';

const OWNER = OWNERS[0] ?? zeroAddress;
/** Owned by SAFE. */
const NESTED = account(0x2e);
const MULTISEND = account(0x115e);
const PAYEE = account(0xbee);

const abi = parseAbi([
  'function multiSend(bytes transactions)',
  'function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)',
  'function execute(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 salt)',
]);

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({
    ...(await safeAccounts('1.4.1', { owners: [OWNER], threshold: 1 })),
    ...(await safeAccounts('1.4.1', { owners: [SAFE], threshold: 1 }, NESTED)),
    [MULTISEND]: { code: await safeCode('MultiSend 1.3.0') },
    [OWNER]: { balance: ETHER },
  });
});

afterAll(() => chain.stop());

const packed = (to: Hex, value: bigint, data: Hex): Hex =>
  encodePacked(
    ['uint8', 'address', 'uint256', 'uint256', 'bytes'],
    [0, to, value, BigInt(size(data)), data],
  );

const executing = (
  safe: Hex,
  by: Hex,
  call: Pick<Call, 'value' | 'data'> & { to: Hex },
  isLent = false,
): Hex =>
  encodeExecution(
    {
      ...{ safe, to: call.to, value: call.value, data: call.data },
      ...{ operation: isLent ? 'delegatecall' : 'call', safeTxGas: 0n, baseGas: 0n, gasPrice: 0n },
      ...{ gasToken: zeroAddress, refundReceiver: zeroAddress, nonce: 0n },
    },
    approvalBy(by),
  );

test('a Safe makes the calls that were decoded, in their order, and no others', async () => {
  const timelock = await deploy(chain, OWNER, 'TimelockController', [
    0n,
    [SAFE],
    [SAFE],
    zeroAddress,
  ]);
  const paying = [PAYEE, 0n, '0x', zeroHash, zeroHash] as const;
  const batch = encodeFunctionData({
    abi,
    functionName: 'multiSend',
    args: [
      concat([
        packed(PAYEE, 3n, '0x'),
        packed(
          timelock,
          0n,
          encodeFunctionData({ abi, functionName: 'schedule', args: [...paying, 0n] }),
        ),
        packed(timelock, 0n, encodeFunctionData({ abi, functionName: 'execute', args: paying })),
        packed(NESTED, 0n, executing(NESTED, SAFE, { to: PAYEE, value: 5n, data: '0x12345678' })),
      ]),
    ],
  });
  const message = {
    from: OWNER,
    to: SAFE,
    value: 0n,
    data: executing(SAFE, OWNER, { to: MULTISEND, value: 0n, data: batch }, true),
  };
  const node = rpcNode(chain.url);
  const { calls, succeeded } = await simulate(node, await openState(node), [message]);
  expect(succeeded).toBe(true);
  const made = (calls ?? []).filter(({ kind, to }) => kind !== 'staticcall' && to !== SINGLETON);
  const decoded = [...flatten(decodeCall({ kind: 'call', ...message }))];
  expect(decoded.map(({ problem }) => problem).filter((problem) => problem)).toEqual([]);
  const now = decoded.filter((call) => call.made === 'now');
  expect(now.map(plain)).toEqual(made.map(plain));
  expect(decoded.filter((call) => call.made === 'later').map(plain)).toEqual([
    `call from ${timelock} to ${PAYEE} with 0: 0x`,
  ]);
});

const plain = (call: {
  kind: string;
  from: Hex | null;
  to: Hex | null;
  value: bigint;
  data: Hex;
}) => `${call.kind} from ${call.from} to ${call.to} with ${call.value}: ${call.data}`;
