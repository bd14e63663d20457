/**
 * Functions that make other calls, or put them in a queue, and which calls these are. Read from the
 * source of each contract; a signature is a convention, not a proof of what runs there.
 */
import {
  type AbiParameter,
  type AbiParameterToPrimitiveType,
  type Address,
  concat,
  encodeFunctionData,
  erc20Abi,
  type Hex,
  keccak256,
  type ParseAbiItem,
  parseAbi,
  parseAbiParameters,
  size,
  zeroAddress,
} from 'viem';
import { addressOf } from '../values.ts';
import { decodeArguments } from './arguments.ts';
import type { Call } from './decoded.ts';
import {
  byOperation,
  bytesAt,
  callTo,
  delegateTo,
  type Executor,
  type Executors,
  later,
  now,
  type Orders,
  onItself,
  orSelf,
  packedTransactions,
  scriptCalls,
  self,
  zip,
} from './orders.ts';

/** A function by its declaration, and the calls within a call of it; `null` where it makes none. */
export interface Container {
  readonly declaration: string;
  readonly orders: (args: readonly unknown[], call: Call, executors: Executors) => Orders | null;
}

/** What the arguments of a declaration are, when decoded; strings as their bytes. */
type Args<Declaration extends string> = Declaration extends string
  ? ParseAbiItem<`function ${Declaration}`> extends { readonly inputs: infer Inputs }
    ? Inputs extends readonly AbiParameter[]
      ? Values<Inputs>
      : never
    : never
  : never;

type Values<Parameters extends readonly AbiParameter[]> = {
  readonly [Index in keyof Parameters]: AbiParameterToPrimitiveType<Parameters[Index]>;
};

const container = <const Declaration extends string>(
  declaration: Declaration,
  orders: (args: Args<Declaration>, call: Call, executors: Executors) => Orders | null,
): Container => ({
  declaration,
  orders: (args, call, executors) => orders(args as Args<Declaration>, call, executors),
});

/** Safe, its factories, libraries and modules. */
const SAFE: readonly Container[] = [
  container(
    'execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures)',
    ([to, value, data, operation], call) =>
      now([byOperation(self(call), to, value, data, operation)]),
  ),
  ...(['execTransactionFromModule', 'execTransactionFromModuleReturnData'] as const).map((name) =>
    container(
      `${name}(address to, uint256 value, bytes data, uint8 operation)`,
      ([to, value, data, operation], call, executors) =>
        // A Safe makes the call itself; Zodiac's modifiers, by the same function, have another make it.
        by(executors, call, self(call), (from) =>
          now([byOperation(from, to, value, data, operation)]),
        ),
    ),
  ),
  container('multiSend(bytes transactions)', ([transactions], call) =>
    packedTransactions(self(call), transactions),
  ),
  container(
    'setup(address[] owners, uint256 threshold, address to, bytes data, address fallbackHandler, address paymentToken, uint256 payment, address paymentReceiver)',
    ([, , to, data], call) => initial(call, to, data),
  ),
  container(
    'setup(address[] owners, uint256 threshold, address to, bytes data, address paymentToken, uint256 payment, address paymentReceiver)',
    ([, , to, data], call) => initial(call, to, data),
  ),
  ...(['createProxyWithNonce', 'createChainSpecificProxyWithNonce'] as const).flatMap((name) =>
    (['', 'L2'] as const).map((variant) =>
      container(
        `${name}${variant}(address singleton, bytes initializer, uint256 saltNonce)`,
        ([, initializer], call) => initialised(call, initializer),
      ),
    ),
  ),
  container('createProxy(address singleton, bytes data)', ([, data], call) =>
    initialised(call, data),
  ),
  container('performCreate(uint256 value, bytes deploymentData)', ([value, data], call) =>
    created(call, value, data),
  ),
  container(
    'performCreate2(uint256 value, bytes deploymentData, bytes32 salt)',
    ([value, data], call) => created(call, value, data),
  ),
  ...(['executeUserOp', 'executeUserOpWithErrorString'] as const).map((name) =>
    container(
      `${name}(address to, uint256 value, bytes data, uint8 operation)`,
      ([to, value, data, operation], call) =>
        now([byOperation(self(call), to, value, data, operation)]),
    ),
  ),
  container(
    'executeAllowanceTransfer(address safe, address token, address to, uint96 amount, address paymentToken, uint96 payment, address delegate, bytes signature)',
    ([safe, token, to, amount]) => now([paid(safe, token, to, amount)]),
  ),
];

/** Zodiac's modifiers: https://github.com/gnosisguild/zodiac */
const ZODIAC: readonly Container[] = [
  container(
    'executeNextTx(address to, uint256 value, bytes data, uint8 operation)',
    ([to, value, data, operation], call, executors) =>
      now([byOperation(executorOf(executors, call)?.account ?? null, to, value, data, operation)]),
  ),
  ...(['execTransactionWithRole', 'execTransactionWithRoleReturnData'] as const).flatMap((name) =>
    (['uint16 role', 'bytes32 roleKey'] as const).map((role) =>
      container(
        `${name}(address to, uint256 value, bytes data, uint8 operation, ${role}, bool shouldRevert)`,
        ([to, value, data, operation], call, executors) =>
          by(executors, call, null, (from) => now([byOperation(from, to, value, data, operation)])),
      ),
    ),
  ),
];

/** Timelocks of OpenZeppelin, Compound and Maker, and OpenZeppelin's AccessManager. */
const TIMELOCKS: readonly Container[] = [
  container(
    'schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)',
    ([target, value, data, , , delay], call) =>
      later(now([callTo(self(call), target, value, data)]), { seconds: delay }),
  ),
  container(
    'scheduleBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt, uint256 delay)',
    ([targets, values, payloads, , , delay], call) =>
      later(zip(self(call), targets, values, payloads), { seconds: delay }),
  ),
  container(
    'execute(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 salt)',
    ([target, value, data], call) => now([callTo(self(call), target, value, data)]),
  ),
  container(
    'executeBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt)',
    ([targets, values, payloads], call) => zip(self(call), targets, values, payloads),
  ),
  container(
    'queueTransaction(address target, uint256 value, string signature, bytes data, uint256 eta)',
    ([target, value, signature, data, eta], call) =>
      later(now([callTo(self(call), target, value, signed(signature, data))]), { notBefore: eta }),
  ),
  container(
    'executeTransaction(address target, uint256 value, string signature, bytes data, uint256 eta)',
    ([target, value, signature, data], call) =>
      now([callTo(self(call), target, value, signed(signature, data))]),
  ),
  container(
    'plot(address usr, bytes32 tag, bytes fax, uint256 eta)',
    ([usr, , fax, eta], call, executors) =>
      later(now([delegateTo(executorOf(executors, call)?.account ?? null, usr, fax)]), {
        notBefore: eta,
      }),
  ),
  container(
    'exec(address usr, bytes32 tag, bytes fax, uint256 eta)',
    ([usr, , fax], call, executors) =>
      now([delegateTo(executorOf(executors, call)?.account ?? null, usr, fax)]),
  ),
  container('schedule(address target, bytes data, uint48 when)', ([target, data, when], call) =>
    later(now([callTo(self(call), target, 0n, data)]), {
      notBefore: when === 0 ? null : BigInt(when),
    }),
  ),
  container('execute(address target, bytes data)', ([target, data], call) =>
    now([callTo(self(call), target, call.value, data)]),
  ),
];

/** Governors of OpenZeppelin and Compound: what they decide is often made by a timelock of theirs. */
const GOVERNORS: readonly Container[] = [
  container(
    'propose(address[] targets, uint256[] values, bytes[] calldatas, string description)',
    ([targets, values, calldatas], call, executors) =>
      later(by(executors, call, null, (from) => zip(from, targets, values, calldatas))),
  ),
  container(
    'propose(address[] targets, uint256[] values, string[] signatures, bytes[] calldatas, string description)',
    ([targets, values, signatures, calldatas], call, executors) =>
      later(
        by(executors, call, null, (from) => {
          const payloads = calldatas.map((data, index) => signed(signatures[index] ?? '0x', data));
          const orders = zip(from, targets, values, payloads);
          const isEven = signatures.length === targets.length;
          return isEven ? orders : { ...orders, problem: 'its lists differ in length' };
        }),
      ),
  ),
  container(
    'queue(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash)',
    ([targets, values, calldatas], call, executors) =>
      later(by(executors, call, null, (from) => zip(from, targets, values, calldatas))),
  ),
  container(
    'execute(address[] targets, uint256[] values, bytes[] calldatas, bytes32 descriptionHash)',
    ([targets, values, calldatas], call, executors) =>
      zip(executorOf(executors, call)?.account ?? null, targets, values, calldatas),
  ),
  container('relay(address target, uint256 value, bytes data)', ([target, value, data], call) =>
    now([callTo(self(call), target, value, data)]),
  ),
  container('forward(bytes evmScript)', ([script], call) => scriptCalls(self(call), script)),
  ...(['', ', bool castVote, bool executesIfDecided'] as const).map((options) =>
    container(`newVote(bytes executionScript, string metadata${options})`, ([script], call) => {
      const orders = scriptCalls(self(call), script);
      return orders && later(orders);
    }),
  ),
];

/** Code that is run once, as the account, when its own code is replaced. */
const UPGRADES: readonly Container[] = [
  container('upgradeToAndCall(address newImplementation, bytes data)', ([code, data], call) =>
    data === '0x' ? null : now([delegateTo(self(call), code, data)]),
  ),
  container('upgrade(address proxy, address implementation)', ([proxy, implementation], call) => {
    const args = [implementation] as const;
    const data = encodeFunctionData({ abi: upgrades, functionName: 'upgradeTo', args });
    return now([callTo(self(call), proxy, 0n, data)]);
  }),
  container(
    'upgradeAndCall(address proxy, address implementation, bytes data)',
    ([proxy, ...args], call) => {
      const data = encodeFunctionData({ abi: upgrades, functionName: 'upgradeToAndCall', args });
      return now([callTo(self(call), proxy, call.value, data)]);
    },
  ),
  container(
    'diamondCut((address facetAddress, uint8 action, bytes4[] functionSelectors)[] diamondCut, address init, bytes data)',
    ([, init, data], call) => initial(call, init, data),
  ),
];

/** Several calls in one. */
const BATCHES: readonly Container[] = [
  container('multicall(bytes[] data)', ([data], call) => onItself(call, data)),
  container('multicall(uint256 deadline, bytes[] data)', ([, data], call) => onItself(call, data)),
  container('multicall(bytes32 previousBlockhash, bytes[] data)', ([, data], call) =>
    onItself(call, data),
  ),
  container('batch(bytes[] calls, bool revertOnFail)', ([calls], call) => onItself(call, calls)),
  ...(['aggregate', 'blockAndAggregate'] as const).map((name) =>
    container(`${name}((address target, bytes callData)[] calls)`, ([calls], call) =>
      now(calls.map(({ target, callData }) => callTo(self(call), target, 0n, callData))),
    ),
  ),
  ...(['tryAggregate', 'tryBlockAndAggregate'] as const).map((name) =>
    container(
      `${name}(bool requireSuccess, (address target, bytes callData)[] calls)`,
      ([, calls], call) =>
        now(calls.map(({ target, callData }) => callTo(self(call), target, 0n, callData))),
    ),
  ),
  container(
    'aggregate3((address target, bool allowFailure, bytes callData)[] calls)',
    ([calls], call) =>
      now(calls.map(({ target, callData }) => callTo(self(call), target, 0n, callData))),
  ),
  container(
    'aggregate3Value((address target, bool allowFailure, uint256 value, bytes callData)[] calls)',
    ([calls], call) =>
      now(calls.map(({ target, value, callData }) => callTo(self(call), target, value, callData))),
  ),
];

const USER_OPERATION =
  '(address sender, uint256 nonce, bytes initCode, bytes callData, uint256 callGasLimit, uint256 verificationGasLimit, uint256 preVerificationGas, uint256 maxFeePerGas, uint256 maxPriorityFeePerGas, bytes paymasterAndData, bytes signature)';
const PACKED_USER_OPERATION =
  '(address sender, uint256 nonce, bytes initCode, bytes callData, bytes32 accountGasLimits, uint256 preVerificationGas, bytes32 gasFees, bytes paymasterAndData, bytes signature)';

/** Smart accounts: ERC-4337, ERC-7579, ERC-7821, and wallets of several owners. */
const ACCOUNTS: readonly Container[] = [
  ...([USER_OPERATION, PACKED_USER_OPERATION] as const).map((operation) =>
    container(`handleOps(${operation}[] ops, address beneficiary)`, ([ops]) => operations(ops)),
  ),
  ...(['execute', 'executeFromExecutor'] as const).map((name) =>
    container(`${name}(bytes32 mode, bytes executionCalldata)`, ([mode, data], call) =>
      execution(call, mode, data),
    ),
  ),
  ...(['execute', 'execute_ncC', 'executeCall', 'exec', 'call'] as const).map((name) =>
    container(`${name}(address target, uint256 value, bytes data)`, ([to, value, data], call) =>
      now([callTo(self(call), to, value, data)]),
    ),
  ),
  container('execute((address target, uint256 value, bytes data) call)', ([order], call) =>
    now([callTo(self(call), order.target, order.value, order.data)]),
  ),
  container(
    'execute(address target, uint256 value, bytes data, uint8 operation)',
    ([to, value, data, operation], call) =>
      now([byOperation(self(call), to, value, data, operation)]),
  ),
  container('executeBatch(address[] targets, bytes[] data)', ([targets, data], call) =>
    zip(self(call), targets, [], data),
  ),
  ...(['executeBatch', 'executeBatch_y6U'] as const).map((name) =>
    container(
      `${name}(address[] targets, uint256[] values, bytes[] data)`,
      ([targets, values, data], call) => zip(self(call), targets, values, data),
    ),
  ),
  container('executeBatch((address target, uint256 value, bytes data)[] calls)', ([calls], call) =>
    now(calls.map(({ target, value, data }) => callTo(self(call), target, value, data))),
  ),
  container('executeWithoutChainIdValidation(bytes[] calls)', ([calls], call) =>
    now(calls.map((data) => callTo(self(call), self(call), 0n, data))),
  ),
  ...(['executeCall', 'callContract', 'forward', 'functionCall'] as const).map((name) =>
    container(`${name}(address target, bytes data)`, ([to, data], call) =>
      now([callTo(self(call), to, call.value, data)]),
    ),
  ),
  ...(['executeDelegateCall', 'executeDelegatecall', 'delegate'] as const).map((name) =>
    container(`${name}(address target, bytes data)`, ([to, data], call) =>
      now([delegateTo(self(call), to, data)]),
    ),
  ),
  container('manage(address target, bytes data, uint256 value)', ([to, data, value], call) =>
    now([callTo(self(call), to, value, data)]),
  ),
  container(
    'manage(address[] targets, bytes[] data, uint256[] values)',
    ([targets, data, values], call) => zip(self(call), targets, values, data),
  ),
  container(
    'submitTransaction(address destination, uint256 value, bytes data)',
    ([to, value, data], call) => later(now([callTo(self(call), to, value, data)])),
  ),
  container(
    'sendMultiSig(address toAddress, uint256 value, bytes data, uint256 expireTime, uint256 sequenceId, bytes signature)',
    ([to, value, data], call) => now([callTo(self(call), to, value, data)]),
  ),
  container(
    'sendMultiSigToken(address toAddress, uint256 value, address tokenContractAddress, uint256 expireTime, uint256 sequenceId, bytes signature)',
    ([to, value, token], call) => now([paid(self(call), token, to, value)]),
  ),
];

/** Messages of other chains: https://docs.layerzero.network */
const BRIDGES: readonly Container[] = [
  container(
    'lzReceive((uint32 srcEid, bytes32 sender, uint64 nonce) origin, address receiver, bytes32 guid, bytes message, bytes extraData)',
    ([origin, receiver, guid, message, extraData], call) => {
      const args = [origin, guid, message, call.from ?? zeroAddress, extraData] as const;
      const data = encodeFunctionData({ abi: receivers, functionName: 'lzReceive', args });
      return now([callTo(self(call), receiver, call.value, data)]);
    },
  ),
];

/** Every function that is known to make calls. */
export const CONTAINERS: readonly Container[] = [
  ...SAFE,
  ...ZODIAC,
  ...TIMELOCKS,
  ...GOVERNORS,
  ...UPGRADES,
  ...BATCHES,
  ...ACCOUNTS,
  ...BRIDGES,
];

const upgrades = parseAbi([
  'function upgradeTo(address newImplementation)',
  'function upgradeToAndCall(address newImplementation, bytes data)',
]);

const receivers = parseAbi([
  'function lzReceive((uint32 srcEid, bytes32 sender, uint64 nonce) origin, bytes32 guid, bytes message, address executor, bytes extraData)',
]);

const executorOf = (executors: Executors, call: Call): Executor | undefined => {
  const account = self(call);
  return account === null ? undefined : executors.get(account);
};

/** The calls of an account by its executor, and of one that is not known to have any by `otherwise`. */
function by(
  executors: Executors,
  call: Call,
  otherwise: Address | null,
  orders: (from: Address | null) => Orders,
): Orders {
  const executor = executorOf(executors, call);
  if (executor === undefined) return orders(otherwise);
  const made = orders(executor.account);
  return executor.seconds === null ? made : later(made, { seconds: executor.seconds });
}

/** Code that is run once as the account; the zero address stands for none. */
const initial = (call: Call, to: Address, data: Hex): Orders | null =>
  to === zeroAddress ? null : now([delegateTo(self(call), to, data)]);

/** A new contract is called by its factory; where it stands depends on its code. */
const initialised = (call: Call, data: Hex): Orders | null =>
  data === '0x' ? null : now([callTo(self(call), null, 0n, data)]);

const created = (call: Call, value: bigint, data: Hex): Orders =>
  now([{ kind: 'create', from: self(call), to: null, value, data }]);

/** Ether where the token is the zero address. */
function paid(from: Address | null, token: Address, to: Address, amount: bigint) {
  if (token === zeroAddress) return callTo(from, to, amount, '0x');
  const args = [to, amount] as const;
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args });
  return callTo(from, token, 0n, data);
}

/**
 * The calldata that Compound's timelock makes of a function's signature and its arguments: the signature
 * is hashed as it is written, and without one the arguments are all of it.
 */
const signed = (signature: string, data: Hex): Hex =>
  signature === '0x' ? data : concat([bytesAt(keccak256(signature as Hex), 0, 4), data]);

/** What the entry point has each account do, in its own name. */
const operations = (ops: readonly { readonly sender: Address; readonly callData: Hex }[]): Orders =>
  now(
    ops.flatMap(({ sender, callData }) => {
      if (callData === '0x') return [];
      // An account may ask for the whole operation: what it is to do then follows this selector.
      const at = callData.startsWith(EXECUTE_USER_OP) ? 4 : 0;
      return [callTo(sender, sender, 0n, bytesAt(callData, at, size(callData)))];
    }),
  );

/** `executeUserOp((…),bytes32)` of ERC-4337. */
const EXECUTE_USER_OP = '0x8dd7712f';

const batch = parseAbiParameters('(address target, uint256 value, bytes data)[] calls');
const batchWithData = parseAbiParameters(
  '(address target, uint256 value, bytes data)[] calls, bytes opData',
);
const batches = parseAbiParameters('bytes[] batches');

/**
 * What an account is to execute, by the first byte of its mode: one call, several, or a delegatecall.
 *
 * @see https://eips.ethereum.org/EIPS/eip-7579
 * @see https://eips.ethereum.org/EIPS/eip-7821
 */
function execution(call: Call, mode: Hex, data: Hex): Orders {
  const account = self(call);
  const type = bytesAt(mode, 0, 1);
  const target = () => addressOf(bytesAt(data, 0, 20));
  if (type === '0x00') {
    if (size(data) < 52) return now([], SHORT);
    const value = BigInt(bytesAt(data, 20, 32));
    return now([orSelf(callTo(account, target(), value, bytesAt(data, 52, size(data))))]);
  }
  if (type === '0xff') {
    if (size(data) < 20) return now([], SHORT);
    return now([orSelf(delegateTo(account, target(), bytesAt(data, 20, size(data))))]);
  }
  if (type !== '0x01') return now([], `it has no way of executing that is known: ${type}`);
  if (bytesAt(mode, 6, 4) === '0x78210002') {
    const { values, problem } = decodeArguments(batches, data);
    const args = (each: Hex) => [BATCH_MODE, each] as const;
    return now(
      (values?.[0] ?? []).map((each) =>
        callTo(account, account, 0n, encodeFunctionData({ abi: executes, args: args(each) })),
      ),
      problem,
    );
  }
  // Data for whoever authorises the batch may stand behind it, in a mode that has it.
  const hasMore =
    bytesAt(mode, 6, 4) === '0x78210001' && size(data) >= 32 && BigInt(bytesAt(data, 0, 32)) > 32n;
  const { values, problem } = hasMore
    ? decodeArguments(batchWithData, data)
    : decodeArguments(batch, data);
  const calls = values?.[0] ?? [];
  return now(
    calls.map((each) => orSelf(callTo(account, each.target, each.value, each.data))),
    problem,
  );
}

const executes = parseAbi(['function execute(bytes32 mode, bytes executionCalldata)']);
const BATCH_MODE: Hex = '0x0100000000007821000100000000000000000000000000000000000000000000';
const SHORT = 'it is too short to name whom it calls';
