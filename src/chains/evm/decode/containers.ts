/**
 * Functions that make other calls: batches, wallets, modules, timelocks, governors.
 *
 * @see https://github.com/safe-global/safe-smart-account/blob/main/contracts/libraries/MultiSend.sol
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/tree/master/contracts/governance
 * @see https://eips.ethereum.org/EIPS/eip-4337
 * @see https://eips.ethereum.org/EIPS/eip-7579
 */
import {
  type AbiFunction,
  type AbiParameter,
  type AbiParameterToPrimitiveType,
  type Address,
  concat,
  decodeAbiParameters,
  getAddress,
  type Hex,
  type ParseAbiItem,
  parseAbiParameters,
  size,
  slice,
  toFunctionSelector,
  zeroAddress,
} from 'viem';
import { decodeOrNull } from './attempt.ts';
import type { UndecodedCall } from './decode.ts';
import type { InnerCalls } from './decoded.ts';

/** The calls in a call; `calls` is `null` where they cannot be read. */
interface Within extends Pick<InnerCalls, 'made' | 'seconds'> {
  readonly calls: readonly UndecodedCall[] | null;
}

/** The calls in a call of a function, from its arguments, as viem decodes them by its signature. */
export function innerCalls(
  selector: Hex,
  args: readonly unknown[],
  call: UndecodedCall,
): Within | null {
  return containers.get(selector)?.(args, call) ?? null;
}

type Container = (args: readonly unknown[], call: UndecodedCall) => Within;

type PrimitivesOf<Parameters extends readonly AbiParameter[]> = {
  readonly [Index in keyof Parameters]: AbiParameterToPrimitiveType<Parameters[Index]>;
};

type ArgumentsOf<S extends string> =
  ParseAbiItem<S> extends infer Item extends AbiFunction ? PrimitivesOf<Item['inputs']> : never;

const on = <const S extends string>(
  signature: S,
  within: (args: ArgumentsOf<S>, call: UndecodedCall) => Within,
): readonly [Hex, Container] => [
  toFunctionSelector(signature),
  // The arguments were decoded by this signature: whoever has its selector has it.
  (args, call) => within(args as ArgumentsOf<S>, call),
];

const now = (calls: readonly UndecodedCall[] | null): Within => ({
  made: 'now',
  seconds: null,
  calls,
});

const later = (calls: readonly UndecodedCall[] | null, seconds: bigint | null = null): Within => ({
  made: 'later',
  seconds,
  calls,
});

const made = (
  from: Address | null,
  to: Address,
  value: bigint,
  data: Hex,
  kind: UndecodedCall['kind'] = 'call',
): UndecodedCall => ({ kind, from, to, value, data });

/** Calls by one account: the n-th of each list belong together. */
function zipped(
  from: Address | null,
  targets: readonly Address[],
  values: readonly bigint[],
  payloads: readonly Hex[],
): readonly UndecodedCall[] | null {
  if (targets.length !== values.length || targets.length !== payloads.length) return null;
  return targets.map((to, index) => made(from, to, values[index] ?? 0n, payloads[index] ?? '0x'));
}

/** A call by an operation: 0 calls, 1 delegatecalls, another is none. */
const operated = (
  from: Address | null,
  to: Address,
  value: bigint,
  data: Hex,
  operation: number,
): readonly UndecodedCall[] | null =>
  operation > 1 ? null : [made(from, to, value, data, operation === 0 ? 'call' : 'delegatecall')];

/** Code of another account, run with the storage of `from`, if there is any calldata for it. */
const initialised = (from: Address | null, code: Address, data: Hex): readonly UndecodedCall[] =>
  data === '0x' || code === zeroAddress ? [] : [made(from, code, 0n, data, 'delegatecall')];

const MULTI_SEND_HEAD = 1 + 20 + 32 + 32;

/** The calls that MultiSend is given: operation, target, value, length and bytes, one after the other. */
function multiSent(from: Address | null, transactions: Hex): readonly UndecodedCall[] | null {
  const calls: UndecodedCall[] = [];
  for (let at = 0; at < size(transactions); ) {
    if (at + MULTI_SEND_HEAD > size(transactions)) return null;
    const number = (start: number, end: number) =>
      BigInt(slice(transactions, at + start, at + end));
    const [operation, value, length] = [number(0, 1), number(21, 53), number(53, 85)];
    const end = BigInt(at + MULTI_SEND_HEAD) + length;
    if (operation > 1n || end > BigInt(size(transactions))) return null;
    calls.push(
      made(
        from,
        getAddress(slice(transactions, at + 1, at + 21)),
        value,
        length === 0n ? '0x' : slice(transactions, at + MULTI_SEND_HEAD, Number(end)),
        operation === 0n ? 'call' : 'delegatecall',
      ),
    );
    at = Number(end);
  }
  return calls;
}

const executions = parseAbiParameters('(address target, uint256 value, bytes data)[] calls');

/** The calls of ERC-7579: the first byte of the mode says how they are packed. */
function executed(from: Address | null, mode: Hex, packed: Hex): readonly UndecodedCall[] | null {
  const form = slice(mode, 0, 1);
  if (form === '0x01') {
    const batch = decodeOrNull(() => decodeAbiParameters(executions, packed));
    return batch?.[0].map(({ target, value, data }) => made(from, target, value, data)) ?? null;
  }
  const head = form === '0xff' ? 20 : 52;
  if ((form !== '0x00' && form !== '0xff') || size(packed) < head) return null;
  const target = getAddress(slice(packed, 0, 20));
  const data = size(packed) === head ? '0x' : slice(packed, head);
  return form === '0xff'
    ? [made(from, target, 0n, data, 'delegatecall')]
    : [made(from, target, BigInt(slice(packed, 20, 52)), data)];
}

/** Calldata whose function is named beside it, as Compound's timelock takes it. */
const withSignature = (signature: string, data: Hex): Hex =>
  signature === ''
    ? data
    : concat([decodeOrNull(() => toFunctionSelector(signature)) ?? '0x00000000', data]);

const containers: ReadonlyMap<Hex, Container> = new Map([
  on('function multiSend(bytes transactions)', ([transactions], { kind, from, to }) =>
    now(multiSent(kind === 'delegatecall' ? from : to, transactions)),
  ),
  on(
    'function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures)',
    ([target, value, data, operation], { to }) => now(operated(to, target, value, data, operation)),
  ),
  // A Safe makes the call at once, Zodiac's Delay later: which it is, only the account says.
  on(
    'function execTransactionFromModule(address to, uint256 value, bytes data, uint8 operation)',
    ([target, value, data, operation], { to }) => now(operated(to, target, value, data, operation)),
  ),
  on(
    'function execTransactionFromModuleReturnData(address to, uint256 value, bytes data, uint8 operation)',
    ([target, value, data, operation], { to }) => now(operated(to, target, value, data, operation)),
  ),
  on(
    'function execTransactionWithRole(address to, uint256 value, bytes data, uint8 operation, bytes32 roleKey, bool shouldRevert)',
    ([target, value, data, operation]) => now(operated(null, target, value, data, operation)),
  ),
  on(
    'function execTransactionWithRoleReturnData(address to, uint256 value, bytes data, uint8 operation, bytes32 roleKey, bool shouldRevert)',
    ([target, value, data, operation]) => now(operated(null, target, value, data, operation)),
  ),
  on(
    'function executeNextTx(address to, uint256 value, bytes data, uint8 operation)',
    ([target, value, data, operation]) => now(operated(null, target, value, data, operation)),
  ),
  on(
    'function executeUserOp(address to, uint256 value, bytes data, uint8 operation)',
    ([target, value, data, operation], { to }) => now(operated(to, target, value, data, operation)),
  ),
  on(
    'function executeUserOpWithErrorString(address to, uint256 value, bytes data, uint8 operation)',
    ([target, value, data, operation], { to }) => now(operated(to, target, value, data, operation)),
  ),
  on(
    'function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)',
    ([target, value, data, , , delay], { to }) => later([made(to, target, value, data)], delay),
  ),
  on(
    'function scheduleBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt, uint256 delay)',
    ([targets, values, payloads, , , delay], { to }) =>
      later(zipped(to, targets, values, payloads), delay),
  ),
  on(
    'function execute(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 salt)',
    ([target, value, data], { to }) => now([made(to, target, value, data)]),
  ),
  on(
    'function executeBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt)',
    ([targets, values, payloads], { to }) => now(zipped(to, targets, values, payloads)),
  ),
  on(
    'function queueTransaction(address target, uint256 value, string signature, bytes data, uint256 eta)',
    ([target, value, signature, data], { to }) =>
      later([made(to, target, value, withSignature(signature, data))]),
  ),
  on(
    'function executeTransaction(address target, uint256 value, string signature, bytes data, uint256 eta)',
    ([target, value, signature, data], { to }) =>
      now([made(to, target, value, withSignature(signature, data))]),
  ),
  on(
    'function propose(address[] targets, uint256[] values, bytes[] calldatas, string description)',
    ([targets, values, calldatas], { to }) => later(zipped(to, targets, values, calldatas)),
  ),
  on(
    'function propose(address[] targets, uint256[] values, string[] signatures, bytes[] calldatas, string description)',
    ([targets, values, signatures, calldatas], { to }) =>
      later(
        signatures.length === calldatas.length
          ? zipped(
              to,
              targets,
              values,
              calldatas.map((data, index) => withSignature(signatures[index] ?? '', data)),
            )
          : null,
      ),
  ),
  on(
    'function queue(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash)',
    ([targets, values, calldatas], { to }) => later(zipped(to, targets, values, calldatas)),
  ),
  on(
    'function execute(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash)',
    ([targets, values, calldatas], { to }) => now(zipped(to, targets, values, calldatas)),
  ),
  on('function relay(address target, uint256 value, bytes data)', ([target, value, data], { to }) =>
    now([made(to, target, value, data)]),
  ),
  on(
    'function submitTransaction(address destination, uint256 value, bytes data)',
    ([target, value, data], { to }) => later([made(to, target, value, data)]),
  ),
  on('function schedule(address target, bytes data, uint48 when)', ([target, data], { to }) =>
    later([made(to, target, 0n, data)]),
  ),
  on('function execute(address target, bytes data)', ([target, data], { to, value }) =>
    now([made(to, target, value, data)]),
  ),
  on('function multicall(bytes[] data)', ([parts], call) =>
    now(parts.map((data) => ({ ...call, value: 0n, data }))),
  ),
  on('function multicall(uint256 deadline, bytes[] data)', ([, parts], call) =>
    now(parts.map((data) => ({ ...call, value: 0n, data }))),
  ),
  on('function aggregate((address target, bytes callData)[] calls)', ([calls], { to }) =>
    now(calls.map(({ target, callData }) => made(to, target, 0n, callData))),
  ),
  on(
    'function tryAggregate(bool requireSuccess, (address target, bytes callData)[] calls)',
    ([, calls], { to }) => now(calls.map(({ target, callData }) => made(to, target, 0n, callData))),
  ),
  on(
    'function aggregate3((address target, bool allowFailure, bytes callData)[] calls)',
    ([calls], { to }) => now(calls.map(({ target, callData }) => made(to, target, 0n, callData))),
  ),
  on(
    'function aggregate3Value((address target, bool allowFailure, uint256 value, bytes callData)[] calls)',
    ([calls], { to }) =>
      now(calls.map(({ target, value, callData }) => made(to, target, value, callData))),
  ),
  on(
    'function handleOps((address sender, uint256 nonce, bytes initCode, bytes callData, uint256 callGasLimit, uint256 verificationGasLimit, uint256 preVerificationGas, uint256 maxFeePerGas, uint256 maxPriorityFeePerGas, bytes paymasterAndData, bytes signature)[] ops, address beneficiary)',
    ([ops], { to }) => now(ops.map(({ sender, callData }) => made(to, sender, 0n, callData))),
  ),
  on(
    'function handleOps((address sender, uint256 nonce, bytes initCode, bytes callData, bytes32 accountGasLimits, uint256 preVerificationGas, bytes32 gasFees, bytes paymasterAndData, bytes signature)[] ops, address beneficiary)',
    ([ops], { to }) => now(ops.map(({ sender, callData }) => made(to, sender, 0n, callData))),
  ),
  on(
    'function execute(address target, uint256 value, bytes data)',
    ([target, value, data], { to }) => now([made(to, target, value, data)]),
  ),
  on(
    'function execute(address target, uint256 value, bytes data, uint8 operation)',
    ([target, value, data, operation], { to }) => now(operated(to, target, value, data, operation)),
  ),
  on('function executeBatch(address[] targets, bytes[] data)', ([targets, data], { to }) =>
    now(
      zipped(
        to,
        targets,
        targets.map(() => 0n),
        data,
      ),
    ),
  ),
  on(
    'function executeBatch(address[] targets, uint256[] values, bytes[] data)',
    ([targets, values, data], { to }) => now(zipped(to, targets, values, data)),
  ),
  on(
    'function executeBatch((address target, uint256 value, bytes data)[] calls)',
    ([calls], { to }) => now(calls.map(({ target, value, data }) => made(to, target, value, data))),
  ),
  on('function execute(bytes32 mode, bytes executionCalldata)', ([mode, packed], { to }) =>
    now(executed(to, mode, packed)),
  ),
  on('function upgradeToAndCall(address newImplementation, bytes data)', ([code, data], { to }) =>
    now(initialised(to, code, data)),
  ),
  on(
    'function upgradeAndCall(address proxy, address implementation, bytes data)',
    ([proxy, code, data]) => now(initialised(proxy, code, data)),
  ),
  on(
    'function diamondCut((address facetAddress, uint8 action, bytes4[] functionSelectors)[] diamondCut, address init, bytes data)',
    ([, init, data], { to }) => now(initialised(to, init, data)),
  ),
]);
