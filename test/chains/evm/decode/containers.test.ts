/** Each function that makes calls, as encoded against the ABI that its own package publishes. */
import { readFile } from 'node:fs/promises';
import {
  type Abi,
  type Address,
  concat,
  encodeAbiParameters,
  encodeFunctionData,
  encodePacked,
  erc20Abi,
  type Hex,
  keccak256,
  multicall3Abi,
  parseAbi,
  parseAbiParameters,
  size,
  zeroAddress,
  zeroHash,
} from 'viem';
import { entryPoint06Abi, entryPoint07Abi, entryPoint08Abi } from 'viem/account-abstraction';
import { describe, expect, test } from 'vitest';
import bybit from '../../../../incidents/bybit-2025-02/malicious.json' with { type: 'json' };
import { decodeCall } from '../../../../src/chains/evm/decode/decode.ts';
import { type Call, type DecodedCall, flatten } from '../../../../src/chains/evm/decode/decoded.ts';
import { parseProposal } from '../../../../src/chains/evm/safe/exports.ts';
import { encodeExecution } from '../../../../src/chains/evm/safe/transaction.ts';
import { account } from '../../../support/accounts.ts';
import { wallet0x } from '../../../support/multisig-wallets.ts';
import { packaged } from '../../../support/packages.ts';

const [SENDER, OUTER, TARGET, OTHER, PAYEE, AVATAR] = [1, 2, 3, 4, 5, 6].map(account) as [
  Address,
  Address,
  Address,
  Address,
  Address,
  Address,
];
const TRANSFER = encodeFunctionData({
  abi: erc20Abi,
  functionName: 'transfer',
  args: [PAYEE, 7n],
});
const APPROVE = encodeFunctionData({
  abi: erc20Abi,
  functionName: 'approve',
  args: [PAYEE, 9n],
});

/** An ABI of a package: of an artefact, or by itself. */
async function abiOf(path: string): Promise<Abi> {
  if (path.endsWith('.js')) return (await packaged(path)).abi;
  const json = JSON.parse(await readFile(`node_modules/${path}`, 'utf8'));
  return Array.isArray(json) ? json : json.abi;
}

const encode = async (path: string, functionName: string, args: readonly unknown[]): Promise<Hex> =>
  encodeFunctionData({ abi: await abiOf(path), functionName, args });

const openZeppelin = (name: string): string =>
  `@openzeppelin/contracts/build/contracts/${name}.json`;
const safe = (name: string): string => `safe-1.5.0/build/artifacts/contracts/${name}.json`;
const zodiac = (name: string): string => `@gnosis.pm/zodiac/dist/cjs/abi/${name}.json`;
const uniswap = (name: string): string => `@uniswap/governance/build/${name}.json`;
const aragon = (name: string): string => `@aragon/os/build/contracts/${name}.json`;

const callOf = (data: Hex, more: Partial<Call> = {}): Call => ({
  kind: 'call',
  from: SENDER,
  to: OUTER,
  value: 0n,
  data,
  ...more,
});

const bare = ({ kind, from, to, value, data }: Call): Call => ({ kind, from, to, value, data });

/** The calls directly within, without what is decoded of them; nothing may be wrong with any. */
function within(decoded: DecodedCall): readonly Call[] {
  for (const { problem } of flatten(decoded)) expect(problem).toBeNull();
  return (decoded.inner?.calls ?? []).map(bare);
}

const toTarget: Call = { kind: 'call', from: OUTER, to: TARGET, value: 5n, data: TRANSFER };
const toOther: Call = { kind: 'call', from: OUTER, to: OTHER, value: 0n, data: APPROVE };
const asTarget: Call = { ...toTarget, kind: 'delegatecall', value: 0n };

const LISTS = [
  [TARGET, OTHER],
  [5n, 0n],
  [TRANSFER, APPROVE],
] as const;

const REFUND = [0n, 0n, 0n, zeroAddress, zeroAddress, '0x'] as const;
const USER_OP = {
  sender: OUTER,
  nonce: 0n,
  initCode: '0x',
  callData: TRANSFER,
  preVerificationGas: 0n,
  paymasterAndData: '0x',
  signature: '0x',
} as const;
const USER_OP_06 = {
  ...USER_OP,
  callGasLimit: 0n,
  verificationGasLimit: 0n,
  maxFeePerGas: 0n,
  maxPriorityFeePerGas: 0n,
} as const;
const PACKED_OP = { ...USER_OP, accountGasLimits: zeroHash, gasFees: zeroHash } as const;
const byItself: Call = { kind: 'call', from: OUTER, to: OUTER, value: 0n, data: TRANSFER };

const packedCall = (operation: number, to: Address, value: bigint, data: Hex): Hex =>
  encodePacked(
    ['uint8', 'address', 'uint256', 'uint256', 'bytes'],
    [operation, to, value, BigInt(size(data)), data],
  );

const modeOf = (first: Hex): Hex => concat([first, `0x${'00'.repeat(32 - size(first))}`]);
const EXECUTIONS = [{ target: TARGET, value: 5n, callData: TRANSFER }] as const;
const executions = encodeAbiParameters(
  parseAbiParameters('(address target, uint256 value, bytes callData)[]'),
  [EXECUTIONS],
);

const script = (...calls: readonly (readonly [Address, Hex])[]): Hex =>
  concat([
    '0x00000001',
    ...calls.map(([to, data]) =>
      encodePacked(['address', 'uint32', 'bytes'], [to, size(data), data]),
    ),
  ]);

describe('made now', () => {
  test.each<readonly [string, string, string, readonly unknown[], readonly Call[]]>([
    ...(['1.0.0', '1.1.1', '1.2.0'] as const).map(
      (version) =>
        [
          `Safe ${version}`,
          `safe-${version}/build/contracts/GnosisSafe.json`,
          'execTransaction',
          [TARGET, 5n, TRANSFER, 0, ...REFUND],
          [toTarget],
        ] as const,
    ),
    [
      'Safe 1.5.0',
      safe('Safe.sol/Safe'),
      'execTransaction',
      [TARGET, 5n, TRANSFER, 1, ...REFUND],
      [asTarget],
    ],
    [
      'a module',
      safe('Safe.sol/Safe'),
      'execTransactionFromModule',
      [TARGET, 5n, TRANSFER, 0],
      [toTarget],
    ],
    [
      'a module that reads',
      safe('Safe.sol/Safe'),
      'execTransactionFromModuleReturnData',
      [TARGET, 5n, TRANSFER, 1],
      [asTarget],
    ],
    [
      'setup',
      safe('Safe.sol/Safe'),
      'setup',
      [[PAYEE], 1n, TARGET, TRANSFER, zeroAddress, zeroAddress, 0n, zeroAddress],
      [asTarget],
    ],
    [
      'setup without code',
      safe('Safe.sol/Safe'),
      'setup',
      [[PAYEE], 1n, zeroAddress, '0x', zeroAddress, zeroAddress, 0n, zeroAddress],
      [],
    ],
    [
      'setup of Safe 1.0.0',
      'safe-1.0.0/build/contracts/GnosisSafe.json',
      'setup',
      [[PAYEE], 1n, TARGET, TRANSFER, zeroAddress, 0n, zeroAddress],
      [asTarget],
    ],
    [
      'MultiSend',
      safe('libraries/MultiSend.sol/MultiSend'),
      'multiSend',
      [
        concat([
          packedCall(0, TARGET, 5n, TRANSFER),
          packedCall(1, TARGET, 5n, TRANSFER),
          packedCall(0, OTHER, 0n, APPROVE),
          packedCall(0, PAYEE, 3n, '0x'),
        ]),
      ],
      [toTarget, asTarget, toOther, { ...toTarget, to: PAYEE, value: 3n, data: '0x' }],
    ],
    ['an empty MultiSend', safe('libraries/MultiSend.sol/MultiSend'), 'multiSend', ['0x'], []],
    [
      'MultiSendCallOnly',
      safe('libraries/MultiSendCallOnly.sol/MultiSendCallOnly'),
      'multiSend',
      [packedCall(0, TARGET, 5n, TRANSFER)],
      [toTarget],
    ],
    [
      'a new Safe',
      safe('proxies/SafeProxyFactory.sol/SafeProxyFactory'),
      'createProxyWithNonce',
      [TARGET, TRANSFER, 1n],
      [{ ...toTarget, to: null, value: 0n }],
    ],
    [
      'a new Safe of an old factory',
      'safe-1.1.1/build/contracts/ProxyFactory.json',
      'createProxy',
      [TARGET, TRANSFER],
      [{ ...toTarget, to: null, value: 0n }],
    ],
    [
      'CreateCall',
      safe('libraries/CreateCall.sol/CreateCall'),
      'performCreate',
      [5n, '0x6001'],
      [{ ...toTarget, kind: 'create', to: null, data: '0x6001' }],
    ],
    [
      'CreateCall 2',
      safe('libraries/CreateCall.sol/CreateCall'),
      'performCreate2',
      [5n, '0x6001', zeroHash],
      [{ ...toTarget, kind: 'create', to: null, data: '0x6001' }],
    ],
    [
      'Safe4337Module',
      '@safe-global/safe-4337/build/artifacts/contracts/Safe4337Module.sol/Safe4337Module.json',
      'executeUserOp',
      [TARGET, 5n, TRANSFER, 0],
      [toTarget],
    ],
    [
      'Safe4337Module with an error',
      '@safe-global/safe-4337/build/artifacts/contracts/Safe4337Module.sol/Safe4337Module.json',
      'executeUserOpWithErrorString',
      [TARGET, 5n, TRANSFER, 1],
      [asTarget],
    ],
    [
      'Delay',
      zodiac('Delay'),
      'executeNextTx',
      [TARGET, 5n, TRANSFER, 0],
      [{ ...toTarget, from: null }],
    ],
    [
      'Roles 1',
      zodiac('RolesV1'),
      'execTransactionWithRole',
      [TARGET, 5n, TRANSFER, 0, 1, true],
      [{ ...toTarget, from: null }],
    ],
    [
      'Roles 2',
      zodiac('RolesV2'),
      'execTransactionWithRole',
      [TARGET, 5n, TRANSFER, 0, zeroHash, true],
      [{ ...toTarget, from: null }],
    ],
    [
      'Roles 1 that reads',
      zodiac('RolesV1'),
      'execTransactionWithRoleReturnData',
      [TARGET, 5n, TRANSFER, 1, 1, true],
      [{ ...asTarget, from: null }],
    ],
    [
      'Roles 2 that reads',
      zodiac('RolesV2'),
      'execTransactionWithRoleReturnData',
      [TARGET, 5n, TRANSFER, 1, zeroHash, true],
      [{ ...asTarget, from: null }],
    ],
    [
      'TimelockController',
      openZeppelin('TimelockController'),
      'execute',
      [TARGET, 5n, TRANSFER, zeroHash, zeroHash],
      [toTarget],
    ],
    [
      'a batch of TimelockController',
      openZeppelin('TimelockController'),
      'executeBatch',
      [...LISTS, zeroHash, zeroHash],
      [toTarget, toOther],
    ],
    [
      "Compound's timelock",
      uniswap('Timelock'),
      'executeTransaction',
      [TARGET, 5n, '', TRANSFER, 0n],
      [toTarget],
    ],
    [
      "Compound's timelock, by a signature",
      uniswap('Timelock'),
      'executeTransaction',
      [TARGET, 5n, 'transfer(address,uint256)', `0x${TRANSFER.slice(10)}`, 0n],
      [toTarget],
    ],
    [
      'AccessManager',
      openZeppelin('AccessManager'),
      'execute',
      [TARGET, TRANSFER],
      [{ ...toTarget, value: 0n }],
    ],
    [
      'Governor',
      openZeppelin('Governor'),
      'execute',
      [...LISTS, zeroHash],
      [
        { ...toTarget, from: null },
        { ...toOther, from: null },
      ],
    ],
    ['a relay of Governor', openZeppelin('Governor'), 'relay', [TARGET, 5n, TRANSFER], [toTarget]],
    [
      'a script of Aragon',
      aragon('IForwarder'),
      'forward',
      [script([TARGET, TRANSFER], [OTHER, APPROVE])],
      [{ ...toTarget, value: 0n }, toOther],
    ],
    [
      'a script of Aragon that is none of calls',
      aragon('IForwarder'),
      'forward',
      ['0x00000002'],
      [],
    ],
    ['UUPS', openZeppelin('UUPSUpgradeable'), 'upgradeToAndCall', [TARGET, TRANSFER], [asTarget]],
    [
      'UUPS without a call',
      openZeppelin('UUPSUpgradeable'),
      'upgradeToAndCall',
      [TARGET, '0x'],
      [],
    ],
    [
      'DiamondCut',
      '@rocketh/diamond/dist/hardhat-deploy-v1-artifacts/DiamondCutFacet.js',
      'diamondCut',
      [[{ facetAddress: OTHER, action: 0, functionSelectors: ['0x12345678'] }], TARGET, TRANSFER],
      [asTarget],
    ],
    [
      'DiamondCut without init',
      '@rocketh/diamond/dist/hardhat-deploy-v1-artifacts/DiamondCutFacet.js',
      'diamondCut',
      [[], zeroAddress, '0x'],
      [],
    ],
    [
      'Multicall',
      openZeppelin('Multicall'),
      'multicall',
      [[TRANSFER, APPROVE]],
      [TRANSFER, APPROVE].map((data) => callOf(data)),
    ],
    [
      'ERC-7579',
      openZeppelin('IERC7579Execution'),
      'execute',
      [modeOf('0x00'), encodePacked(['address', 'uint256', 'bytes'], [TARGET, 5n, TRANSFER])],
      [toTarget],
    ],
    [
      'a batch of ERC-7579',
      openZeppelin('IERC7579Execution'),
      'executeFromExecutor',
      [modeOf('0x0101'), executions],
      [toTarget],
    ],
    [
      'a delegatecall of ERC-7579',
      openZeppelin('IERC7579Execution'),
      'execute',
      [modeOf('0xff'), encodePacked(['address', 'bytes'], [TARGET, TRANSFER])],
      [asTarget],
    ],
    [
      'ERC-7821',
      openZeppelin('ERC7821'),
      'execute',
      [modeOf('0x01000000000078210001'), executions],
      [toTarget],
    ],
    [
      'ERC-7821 with data',
      openZeppelin('ERC7821'),
      'execute',
      [
        modeOf('0x01000000000078210001'),
        encodeAbiParameters(
          parseAbiParameters('(address target, uint256 value, bytes callData)[], bytes'),
          [EXECUTIONS, '0x1234'],
        ),
      ],
      [toTarget],
    ],
  ])('%s: %s %s', async (_, path, name, args, calls) => {
    const decoded = decodeCall(callOf(await encode(path, name, args)));
    expect(within(decoded)).toEqual(calls);
    expect(decoded.inner?.made ?? 'now').toBe('now');
  });

  test('user operations, by every entry point', () => {
    const by06 = encodeFunctionData({
      abi: entryPoint06Abi,
      functionName: 'handleOps',
      args: [[USER_OP_06, USER_OP_06], PAYEE],
    });
    const [by07, by08] = [entryPoint07Abi, entryPoint08Abi].map((abi) =>
      encodeFunctionData({ abi, functionName: 'handleOps', args: [[PACKED_OP, PACKED_OP], PAYEE] }),
    ) as [Hex, Hex];
    for (const data of [by06, by07, by08]) {
      expect(within(decodeCall(callOf(data, { to: TARGET })))).toEqual([byItself, byItself]);
    }
  });

  test('a user operation that its account wants to see whole', () => {
    const data = encodeFunctionData({
      abi: entryPoint07Abi,
      functionName: 'handleOps',
      args: [[{ ...PACKED_OP, callData: concat(['0x8dd7712f', TRANSFER]) }], PAYEE],
    });
    expect(within(decodeCall(callOf(data)))).toEqual([byItself]);
  });

  test('batches within a batch of ERC-7821', async () => {
    const args = [
      modeOf('0x01000000000078210002'),
      encodeAbiParameters(parseAbiParameters('bytes[]'), [[executions, executions]]),
    ];
    const decoded = decodeCall(callOf(await encode(openZeppelin('ERC7821'), 'execute', args)));
    within(decoded);
    expect(decoded.inner?.calls.map((each) => within(each))).toEqual([[toTarget], [toTarget]]);
  });

  test('ProxyAdmin, through the proxy', async () => {
    const args = [TARGET, OTHER, TRANSFER];
    const data = await encode(openZeppelin('ProxyAdmin'), 'upgradeAndCall', args);
    const decoded = decodeCall(callOf(data, { value: 5n }));
    const upgrade = await encode(openZeppelin('UUPSUpgradeable'), 'upgradeToAndCall', [
      OTHER,
      TRANSFER,
    ]);
    expect(within(decoded)).toEqual([{ ...toTarget, data: upgrade }]);
    const [inner] = decoded.inner?.calls ?? [];
    expect(inner && within(inner)).toEqual([{ ...asTarget, from: TARGET, to: OTHER }]);
  });

  test('ProxyAdmin before 5.0, through the proxy', async () => {
    const old = 'openzeppelin-4.9/build/contracts/ProxyAdmin.json';
    const decoded = decodeCall(callOf(await encode(old, 'upgrade', [TARGET, OTHER])));
    expect(decoded.inner?.calls).toMatchObject([
      { from: OUTER, to: TARGET, signature: 'upgradeTo(address)' },
    ]);
  });

  test('a message that LayerZero delivers', async () => {
    const origin = { srcEid: 30_101, sender: zeroHash, nonce: 1n };
    const path =
      '@layerzerolabs/lz-evm-protocol-v2/artifacts/contracts/EndpointV2.sol/EndpointV2.json';
    const data = await encode(path, 'lzReceive', [origin, TARGET, zeroHash, '0x12', '0x34']);
    const received = await encode(
      '@layerzerolabs/oft-evm/artifacts/OFT.sol/OFT.json',
      'lzReceive',
      [...[origin, zeroHash, '0x12', SENDER, '0x34']],
    );
    expect(within(decodeCall(callOf(data)))).toEqual([{ ...toTarget, value: 0n, data: received }]);
  });

  test("Safe's allowance module pays from the Safe", () => {
    const abi = parseAbi([
      'function executeAllowanceTransfer(address safe, address token, address to, uint96 amount, address paymentToken, uint96 payment, address delegate, bytes signature)',
    ]);
    const paying = (token: Address) =>
      encodeFunctionData({
        abi,
        args: [AVATAR, token, PAYEE, 7n, zeroAddress, 0n, SENDER, '0x'],
      });
    expect(within(decodeCall(callOf(paying(TARGET))))).toEqual([
      { ...toTarget, from: AVATAR, value: 0n },
    ]);
    expect(within(decodeCall(callOf(paying(zeroAddress))))).toEqual([
      { kind: 'call', from: AVATAR, to: PAYEE, value: 7n, data: '0x' },
    ]);
  });

  // Selectors as explorers show them, not as this code computes them.
  const call = { target: TARGET, value: 5n, data: TRANSFER, callData: TRANSFER };
  const asked = { ...call, allowFailure: true };
  test.each<readonly [Hex, string, readonly unknown[], readonly Call[]]>([
    ['0xb61d27f6', 'execute(address,uint256,bytes)', [TARGET, 5n, TRANSFER], [toTarget]],
    ['0x0000189a', 'execute_ncC(address,uint256,bytes)', [TARGET, 5n, TRANSFER], [toTarget]],
    ['0x51945447', 'execute(address,uint256,bytes,uint8)', [TARGET, 5n, TRANSFER, 1], [asTarget]],
    [
      '0x18dfb3c7',
      'executeBatch(address[],bytes[])',
      [LISTS[0], LISTS[2]],
      [{ ...toTarget, value: 0n }, toOther],
    ],
    ['0x47e1da2a', 'executeBatch(address[],uint256[],bytes[])', LISTS, [toTarget, toOther]],
    [
      '0x47e1da2a',
      'executeBatch(address[],uint256[],bytes[])',
      [LISTS[0], [], LISTS[2]],
      [{ ...toTarget, value: 0n }, toOther],
    ],
    [
      '0x34fcd5be',
      'executeBatch((address target, uint256 value, bytes data)[] calls)',
      [[call]],
      [toTarget],
    ],
    ['0x2c2abd1e', 'executeWithoutChainIdValidation(bytes[])', [[TRANSFER]], [byItself]],
    ['0xf6e715d0', 'manage(address,bytes,uint256)', [TARGET, TRANSFER, 5n], [toTarget]],
    [
      '0x224d8703',
      'manage(address[],bytes[],uint256[])',
      [LISTS[0], LISTS[2], LISTS[1]],
      [toTarget, toOther],
    ],
    [
      '0x39125215',
      'sendMultiSig(address,uint256,bytes,uint256,uint256,bytes)',
      [TARGET, 5n, TRANSFER, 0n, 0n, '0x'],
      [toTarget],
    ],
    [
      '0x0dcd7a6c',
      'sendMultiSigToken(address,uint256,address,uint256,uint256,bytes)',
      [PAYEE, 7n, TARGET, 0n, 0n, '0x'],
      [{ ...toTarget, value: 0n }],
    ],
    ['0x5ae401dc', 'multicall(uint256,bytes[])', [1n, [TRANSFER]], [callOf(TRANSFER)]],
    ['0x1f0464d1', 'multicall(bytes32,bytes[])', [zeroHash, [TRANSFER]], [callOf(TRANSFER)]],
    ['0xd2423b51', 'batch(bytes[],bool)', [[TRANSFER], true], [callOf(TRANSFER)]],
    [
      '0x252dba42',
      'aggregate((address target, bytes callData)[] calls)',
      [[call]],
      [{ ...toTarget, value: 0n }],
    ],
    [
      '0xbce38bd7',
      'tryAggregate(bool,(address target, bytes callData)[] calls)',
      [true, [call]],
      [{ ...toTarget, value: 0n }],
    ],
    [
      '0x82ad56cb',
      'aggregate3((address target, bool allowFailure, bytes callData)[] calls)',
      [[asked]],
      [{ ...toTarget, value: 0n }],
    ],
    [
      '0x174dea71',
      'aggregate3Value((address target, bool allowFailure, uint256 value, bytes callData)[] calls)',
      [[asked]],
      [toTarget],
    ],
    [
      '0x168ccd67',
      'exec(address,bytes32,bytes,uint256)',
      [TARGET, zeroHash, TRANSFER, 0n],
      [{ ...asTarget, from: null }],
    ],
  ])('%s, %s', (selector, declaration, args, calls) => {
    const abi: Abi = parseAbi([`function ${declaration}`] as readonly string[]);
    const data = encodeFunctionData({ abi, args });
    expect(data.slice(0, 10)).toBe(selector);
    expect(within(decodeCall(callOf(data)))).toEqual(calls);
  });

  test("aggregate3 as viem's own batches encode it", () => {
    const data = encodeFunctionData({
      abi: multicall3Abi,
      functionName: 'aggregate3',
      args: [[{ target: TARGET, allowFailure: false, callData: TRANSFER }]],
    });
    expect(within(decodeCall(callOf(data)))).toEqual([{ ...toTarget, value: 0n }]);
  });
});

describe('put in a queue', () => {
  const toNobody = { ...toTarget, from: null };
  test.each<
    readonly [
      string,
      string,
      string,
      readonly unknown[],
      { seconds?: bigint; notBefore?: bigint },
      readonly Call[],
    ]
  >([
    [
      'TimelockController',
      openZeppelin('TimelockController'),
      'schedule',
      [TARGET, 5n, TRANSFER, zeroHash, zeroHash, 3_600n],
      { seconds: 3_600n },
      [toTarget],
    ],
    [
      'a batch of TimelockController',
      openZeppelin('TimelockController'),
      'scheduleBatch',
      [...LISTS, zeroHash, zeroHash, 3_600n],
      { seconds: 3_600n },
      [toTarget, toOther],
    ],
    [
      "Compound's timelock",
      uniswap('Timelock'),
      'queueTransaction',
      [TARGET, 5n, '', TRANSFER, 1_800_000_000n],
      { notBefore: 1_800_000_000n },
      [toTarget],
    ],
    [
      "Compound's timelock, by a signature",
      uniswap('Timelock'),
      'queueTransaction',
      [TARGET, 5n, 'transfer(address,uint256)', `0x${TRANSFER.slice(10)}`, 1_800_000_000n],
      { notBefore: 1_800_000_000n },
      [toTarget],
    ],
    [
      'AccessManager',
      openZeppelin('AccessManager'),
      'schedule',
      [TARGET, TRANSFER, 1_800_000_000],
      { notBefore: 1_800_000_000n },
      [{ ...toTarget, value: 0n }],
    ],
    [
      'AccessManager, as soon as may be',
      openZeppelin('AccessManager'),
      'schedule',
      [TARGET, TRANSFER, 0],
      {},
      [{ ...toTarget, value: 0n }],
    ],
    [
      'Governor',
      openZeppelin('Governor'),
      'propose',
      [...LISTS, 'for all of us'],
      {},
      [toNobody, { ...toOther, from: null }],
    ],
    [
      'Governor once voted on',
      openZeppelin('Governor'),
      'queue',
      [...LISTS, zeroHash],
      {},
      [toNobody, { ...toOther, from: null }],
    ],
    [
      'Bravo',
      uniswap('GovernorAlpha'),
      'propose',
      [
        LISTS[0],
        LISTS[1],
        ['transfer(address,uint256)', ''],
        [`0x${TRANSFER.slice(10)}`, APPROVE],
        'for all of us',
      ],
      {},
      [toNobody, { ...toOther, from: null }],
    ],
  ])('%s: %s %s', async (_, path, name, args, { seconds = null, notBefore = null }, calls) => {
    const decoded = decodeCall(callOf(await encode(path, name, args)));
    expect(within(decoded)).toEqual(calls);
    expect(decoded.inner).toMatchObject({ made: 'later', seconds, notBefore });
  });

  test('a wallet of several owners', async () => {
    const { abi } = await wallet0x('MultiSigWalletWithTimeLock');
    const args = [TARGET, 5n, TRANSFER] as const;
    const decoded = decodeCall(
      callOf(encodeFunctionData({ abi: abi as Abi, functionName: 'submitTransaction', args })),
    );
    expect(within(decoded)).toEqual([toTarget]);
    expect(decoded.inner).toMatchObject({ made: 'later', seconds: null });
  });

  test("Maker's pause", () => {
    const abi = parseAbi(['function plot(address usr, bytes32 tag, bytes fax, uint256 eta)']);
    const data = encodeFunctionData({ abi, args: [TARGET, zeroHash, TRANSFER, 9n] });
    expect(data.slice(0, 10)).toBe('0x46d2fbbb');
    const decoded = decodeCall(callOf(data));
    expect(within(decoded)).toEqual([{ ...asTarget, from: null }]);
    expect(decoded.inner).toMatchObject({ made: 'later', notBefore: 9n });
  });

  test("a vote of Aragon's", () => {
    const abi = parseAbi(['function newVote(bytes executionScript, string metadata)']);
    const data = encodeFunctionData({ abi, args: [script([OTHER, APPROVE]), ''] });
    expect(data.slice(0, 10)).toBe('0xd5db2c80');
    const decoded = decodeCall(callOf(data));
    expect(within(decoded)).toEqual([toOther]);
    expect(decoded.inner).toMatchObject({ made: 'later', seconds: null });
  });

  test('a signature is hashed as it is written', async () => {
    const args = [TARGET, 0n, 'transfer(address to, uint256 amount)', '0x', 0n];
    const decoded = decodeCall(callOf(await encode(uniswap('Timelock'), 'queueTransaction', args)));
    const [inner] = decoded.inner?.calls ?? [];
    expect(inner?.data).not.toBe('0xa9059cbb');
    expect(inner?.signature).toBeNull();
  });
});

describe('executors', () => {
  const MODULE = [TARGET, 5n, TRANSFER, 0] as const;

  test('Delay puts in a queue what its avatar then does', async () => {
    const executors = new Map([[OUTER, { account: AVATAR, seconds: 60n }]]);
    const queued = decodeCall(
      callOf(await encode(zodiac('Delay'), 'execTransactionFromModule', MODULE)),
      executors,
    );
    expect(within(queued)).toEqual([{ ...toTarget, from: AVATAR }]);
    expect(queued.inner).toMatchObject({ made: 'later', seconds: 60n });
    const made = decodeCall(
      callOf(await encode(zodiac('Delay'), 'executeNextTx', MODULE)),
      executors,
    );
    expect(within(made)).toEqual([{ ...toTarget, from: AVATAR }]);
    expect(made.inner?.made).toBe('now');
  });

  test('Roles has its avatar do it at once', async () => {
    const data = await encode(zodiac('RolesV2'), 'execTransactionWithRole', [
      ...[...MODULE, zeroHash, true],
    ]);
    const executors = new Map([[OUTER, { account: AVATAR, seconds: null }]]);
    const decoded = decodeCall(callOf(data), executors);
    expect(within(decoded)).toEqual([{ ...toTarget, from: AVATAR }]);
    expect(decoded.inner?.made).toBe('now');
  });

  test('a governor has its timelock do it', async () => {
    const executors = new Map([[OUTER, { account: AVATAR, seconds: 60n }]]);
    for (const [name, made] of [
      ['propose', 'later'],
      ['execute', 'now'],
    ] as const) {
      const last = name === 'propose' ? '' : zeroHash;
      const data = await encode(openZeppelin('Governor'), name, [...LISTS, last]);
      const decoded = decodeCall(callOf(data), executors);
      expect(within(decoded).map(({ from }) => from)).toEqual([AVATAR, AVATAR]);
      expect(decoded.inner?.made).toBe(made);
    }
  });
});

test('what Bybit signed was a delegatecall that moved nothing', () => {
  const { transaction, signatures } = parseProposal('test', bybit);
  const data = encodeExecution(transaction, concat(signatures.map(({ signature }) => signature)));
  // https://etherscan.io/tx/0x46deef0f52e3a983b67abf4714448a41dd7ffd6d32d32da69d62081c68ad7882
  expect(keccak256(data)).toBe(
    '0xd7e3712c79253023dc70ff14b957ab3c7625c30517d6f31cba35df7bb88c6735',
  );
  const decoded = decodeCall(callOf(data, { to: transaction.safe }));
  expect(decoded.problem).toBeNull();
  expect(decoded.inner?.calls).toMatchObject([
    {
      kind: 'delegatecall',
      from: transaction.safe,
      to: '0x96221423681A6d52E184D440a8eFCEbB105C7242',
      signature: 'transfer(address,uint256)',
      args: [
        { name: 'to', type: 'address', value: '0xbDd077f651EBe7f7b3cE16fe5F2b025BE2969516' },
        { name: 'amount', type: 'uint256', value: '0' },
      ],
      inner: null,
      problem: null,
    },
  ]);
});
