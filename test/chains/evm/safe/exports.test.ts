import fc from 'fast-check';
import {
  type Address,
  concat,
  decodeFunctionData,
  encodeFunctionData,
  encodePacked,
  type Hex,
  parseAbi,
  size,
  zeroAddress,
} from 'viem';
import { describe, expect, test } from 'vitest';
import bybit from '../../../../incidents/bybit-2025-02/malicious.json' with { type: 'json' };
import { parseProposal, parseSafeExport } from '../../../../src/chains/evm/safe/exports.ts';
import {
  joinSignatures,
  type Proposal,
  proposalAt,
  safeHashes,
} from '../../../../src/chains/evm/safe/transaction.ts';
import { InputError } from '../../../../src/errors.ts';
import { account } from '../../../support/accounts.ts';

const SAFE: Address = '0x1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4';

const gateway = (details: object = {}, more: object = {}) => ({
  safeAddress: bybit.safe,
  txId: `multisig_${bybit.safe}_${bybit.safeTxHash}`,
  txStatus: 'AWAITING_EXECUTION',
  txInfo: { type: 'Custom' },
  txData: {
    hexData: bybit.data,
    dataDecoded: null,
    to: { value: bybit.to, name: null, logoUri: null },
    value: bybit.value,
    operation: bybit.operation,
  },
  detailedExecutionInfo: {
    type: 'MULTISIG',
    nonce: bybit.nonce,
    safeTxGas: String(bybit.safeTxGas),
    baseGas: '0',
    gasPrice: '0',
    gasToken: zeroAddress,
    refundReceiver: { value: zeroAddress, name: null, logoUri: null },
    safeTxHash: bybit.safeTxHash,
    confirmations: bybit.confirmations.map(({ owner: value, signature }) => ({
      signer: { value },
      signature,
    })),
    ...details,
  },
  ...more,
});

const sdk = (signatures: unknown, more: object = { safe: bybit.safe }) => ({
  data: {
    to: bybit.to,
    value: bybit.value,
    data: bybit.data,
    operation: bybit.operation,
    safeTxGas: String(bybit.safeTxGas),
    baseGas: '0',
    gasPrice: '0',
    gasToken: zeroAddress,
    refundReceiver: zeroAddress,
    nonce: bybit.nonce,
  },
  signatures,
  safeTxHash: bybit.safeTxHash,
  ...more,
});

const bySigner = bybit.confirmations.map(({ owner: signer, signature: data }) => ({
  signer,
  data,
  isContractSignature: false,
}));

describe('the same transaction in every form', () => {
  const expected = parseProposal('test', bybit);

  test.each([
    ['a page of the transaction service', { count: 1, next: null, results: [bybit] }],
    ['the gateway', gateway()],
    ['the SDK', sdk(bySigner)],
    ['the SDK, by signer', sdk(Object.fromEntries(bySigner.map((each) => [each.signer, each])))],
    ['the SDK, with the Safe under its other name', sdk(bySigner, { safeAddress: bybit.safe })],
  ])('%s', (_, document) => {
    expect(parseProposal('test', document)).toEqual(expected);
  });

  test('the SDK, its signatures joined', () => {
    const joined = joinSignatures(bybit.confirmations.map(({ signature }) => signature as Hex));
    const signatures = expected.signatures.map((each) => ({ ...each, owner: null }));
    expect(parseProposal('test', sdk(joined))).toEqual({ ...expected, signatures });
  });

  test('the SDK keeps only the data of a contract that signs', () => {
    const owner = account(0xc0);
    const contract = { signer: owner, data: '0xabcd', isContractSignature: true };
    const [filed] = parseProposal('test', sdk([contract])).signatures;
    expect(filed?.owner).toBe(owner);
    const alone = parseProposal('test', {
      ...bybit,
      confirmations: [],
      signatures: filed?.signature,
    });
    expect(alone.signatures).toEqual([{ owner: null, signature: filed?.signature }]);
    expect(filed?.signature).toMatch(/0002abcd$/);
  });
});

test('a transaction as the gateway published it hashes to what it says', () => {
  // Of the Breadchain Safe on Polygon, as the gateway answered on 2023-08-30.
  const { transaction, claimedHash } = parseProposal('test', {
    safeAddress: '0xf6fA97A91e3d190e067846269aaAdECBC9A8C87a',
    txData: {
      hexData:
        '0xfcd3533c0000000000000000000000000000000000000000000000000de0b6b3a7640000000000000000000000000000f6fa97a91e3d190e067846269aaadecbc9a8c87a',
      to: { value: '0x11d9efDf4Ab4A3bfabf5C7089F56AA4F059AA14C', name: 'Breadchain Stablecoin' },
      value: '0',
      operation: 0,
      trustedDelegateCallTarget: null,
    },
    detailedExecutionInfo: {
      type: 'MULTISIG',
      submittedAt: 1_693_398_131_768,
      nonce: 6,
      safeTxGas: '0',
      baseGas: '0',
      gasPrice: '0',
      gasToken: zeroAddress,
      refundReceiver: { value: zeroAddress, name: null, logoUri: null },
      safeTxHash: '0x7de0a709e0da273728c02a123d1533e412604c5d1935ebbcce1423e9a9b0a30a',
      confirmations: [],
    },
  });
  expect(safeHashes(transaction, '1.3.0', 137).safeTxHash).toBe(claimedHash);
});

describe('says what is wrong in the words of the form', () => {
  test.each([
    ['a page of none', { results: [] }, 'results: expected one transaction, not 0'],
    ['a page of two', { results: [bybit, bybit] }, 'results: expected one transaction, not 2'],
    [
      'a page',
      { results: [{ ...bybit, to: '0x1' }] },
      'results.0.to: expected an address: 0x and 40 hex digits',
    ],
    [
      'the gateway',
      gateway({ nonce: -1, confirmations: [{ signer: bybit.safe }] }),
      'detailedExecutionInfo.nonce: expected a whole number; as a string where it is large\ntest: detailedExecutionInfo.confirmations.0.signer: Invalid input: expected object, received string',
    ],
    [
      'a transaction of a module',
      gateway({ type: 'MODULE' }),
      'detailedExecutionInfo.type: expected MULTISIG: only owners sign',
    ],
    [
      'what the gateway could not read',
      gateway({}, { txData: null }),
      'txData: Invalid input: expected object, received null',
    ],
    ['the SDK', sdk([], {}), 'safe: missing: expected the address of the Safe'],
    [
      'the SDK with signatures of another form',
      sdk([{ signer: bybit.safe }]),
      'signatures: expected signatures as bytes, or at most 200, each with its signer and data',
    ],
    ['too many signatures', sdk(Array(201).fill(bySigner[0])), 'signatures: expected signatures'],
    [
      'a batch that is not proposed',
      { chainId: 1, meta: { createdFromSafeAddress: SAFE }, transactions: [{ to: SAFE }] },
      'it has no nonce, and so no hash yet: propose it, and export that',
    ],
  ])('%s', (_, document, says) => {
    expect(() => parseProposal('test', document)).toThrow(`test: ${says}`);
  });

  test('what Safe{Wallet} shows as JSON has no Safe in it: it is the one that is said', () => {
    const { safe, confirmations: _, safeTxHash: __, ...shown } = bybit;
    expect(() => parseProposal('test', shown)).toThrow('test: safe: missing: expected an address');
    expect(parseSafeExport('test', shown, { safe: SAFE })).toMatchObject({
      proposal: { transaction: { safe, nonce: BigInt(bybit.nonce) }, claimedHash: null },
    });
  });

  test('a transaction of another Safe than was said', () => {
    expect(() => parseSafeExport('test', bybit, { safe: account(1) })).toThrow(
      `test: it is a transaction of ${SAFE}, not of ${account(1)}`,
    );
    expect(parseSafeExport('test', sdk([], {}), { safe: SAFE })).toMatchObject({
      proposal: { transaction: { safe: SAFE } },
    });
  });
});

describe('the Transaction Builder', () => {
  const WALLET: Address = '0xA77DE01e157f9f57C7c4A326eeE9C4874D0598b6';
  const TOKEN: Address = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
  const SPENDER: Address = '0x474e5Ded6b5D078163BFB8F6dBa355C3aA5478C8';
  const MULTISEND: Address = '0x9641d764fc13c8B624c04430C7356C1C7C8102e2';

  /** As version 1.18.2 exported it: https://github.com/5afe/safe-cli-nodejs */
  const EXPORTED = {
    version: '1.0',
    chainId: '1',
    createdAt: 1_761_326_849_944,
    meta: {
      name: 'Transactions Batch',
      description: '',
      txBuilderVersion: '1.18.2',
      createdFromSafeAddress: WALLET,
      createdFromOwnerAddress: '',
      checksum: '0x8b5032f716845c8b08bab3d63dbd9ba92e056f3557793cd041e59b84e16aa989',
    },
    transactions: [
      {
        to: TOKEN,
        value: '0',
        data: null,
        contractMethod: {
          inputs: [
            { internalType: 'address', name: 'spender', type: 'address' },
            { internalType: 'uint256', name: 'value', type: 'uint256' },
          ],
          name: 'approve',
          payable: false,
        },
        contractInputsValues: { spender: SPENDER, value: '100000000000' },
      },
    ],
  };
  const approval = encodeFunctionData({
    abi: parseAbi(['function approve(address spender, uint256 value)']),
    args: [SPENDER, 100_000_000_000n],
  });

  const draftOf = (document: unknown) => {
    const parsed = parseSafeExport('test', document);
    if (parsed.kind !== 'draft') throw new Error('it is no draft');
    return parsed.draft;
  };
  const batch = (...transactions: object[]) => ({
    ...EXPORTED,
    meta: { createdFromSafeAddress: WALLET },
    transactions,
  });

  test('one call is that call, encoded from what was typed', () => {
    const draft = draftOf(EXPORTED);
    expect(draft).toEqual({
      chainId: 1,
      transaction: {
        safe: WALLET,
        to: TOKEN,
        value: 0n,
        data: approval,
        operation: 'call',
        safeTxGas: 0n,
        baseGas: 0n,
        gasPrice: 0n,
        gasToken: zeroAddress,
        refundReceiver: zeroAddress,
      },
    });
    expect(proposalAt(draft, 5n)).toEqual({
      transaction: { ...draft.transaction, nonce: 5n },
      claimedHash: null,
      signatures: [],
    } satisfies Proposal);
  });

  test('its checksum tells whether the file was changed, but for the name and the order of keys', () => {
    const renamed = { ...EXPORTED, meta: { ...EXPORTED.meta, name: 'Rent' } };
    const reordered = Object.fromEntries(Object.entries(renamed).reverse());
    expect(draftOf(reordered)).toEqual(draftOf(EXPORTED));
    const [first] = EXPORTED.transactions;
    for (const changed of [
      { ...EXPORTED, transactions: [{ ...first, value: '1' }] },
      { ...EXPORTED, chainId: '10' },
      { ...EXPORTED, transactions: [first, first] },
      { ...EXPORTED, more: 1 },
    ]) {
      expect(() => draftOf(changed)).toThrow('test: meta.checksum: it is of another file');
    }
    expect(draftOf({ ...EXPORTED, meta: { ...EXPORTED.meta, checksum: '' } })).toEqual(
      draftOf(EXPORTED),
    );
  });

  test('several calls are a delegatecall to the MultiSendCallOnly of the chain', () => {
    const calls = [
      { to: TOKEN, value: '0', data: approval },
      { to: SPENDER, value: '7', data: null, contractMethod: null, contractInputsValues: null },
    ];
    const { transaction } = draftOf(batch(...calls));
    expect(transaction).toMatchObject({ to: MULTISEND, value: 0n, operation: 'delegatecall' });
    const { args } = decodeFunctionData({
      abi: parseAbi(['function multiSend(bytes transactions)']),
      data: transaction.data,
    });
    const packed = (to: Address, value: bigint, data: Hex) =>
      encodePacked(
        ['uint8', 'address', 'uint256', 'uint256', 'bytes'],
        [0, to, value, BigInt(size(data)), data],
      );
    expect(args[0]).toBe(concat([packed(TOKEN, 0n, approval), packed(SPENDER, 7n, '0x')]));
    expect(draftOf({ ...batch(...calls), chainId: '324' }).transaction.to).toBe(
      '0x0408EF011960d02349d50286D20531229BCef773',
    );
    expect(() => draftOf({ ...batch(...calls), chainId: '999999999999' })).toThrow(
      'chainId: no MultiSendCallOnly is known on chain 999999999999',
    );
  });

  test('bytes are what is sent, whatever function is named beside them', () => {
    const [first] = EXPORTED.transactions;
    expect(draftOf(batch({ ...first, data: '0x1234' })).transaction.data).toBe('0x1234');
  });

  test.each(['receive', 'fallback'])('%s is a call without data', (name) => {
    const call = { to: TOKEN, value: '1', data: null, contractMethod: { name, inputs: [] } };
    expect(draftOf(batch(call)).transaction).toMatchObject({ value: 1n, data: '0x' });
  });

  const struct = {
    name: 'order',
    type: 'tuple',
    components: [
      { name: 'amount', type: 'uint256' },
      { name: 'to', type: 'address' },
      { name: 'note', type: 'string' },
    ],
  };
  const typing = (input: object, typed: unknown) =>
    batch({
      to: TOKEN,
      value: '0',
      data: null,
      contractMethod: { name: 'f', inputs: [{ ...input, name: 'x' }] },
      contractInputsValues: { x: typed },
    });
  const BIG = 10n ** 30n;

  test.each([
    ['uint256', ' 12 ', 12n],
    ['uint8', '0x0c', 12],
    ['int64', '-5', -5n],
    ['bool', 'True', true],
    ['bool', false, false],
    ['bytes', '0xABCD', '0xabcd'],
    ['bytes4', '0x12345678', '0x12345678'],
    ['string', ' a, "b" ', ' a, "b" '],
    ['address[]', `[${TOKEN}, ${SPENDER}]`, [TOKEN, SPENDER]],
    ['uint256[2]', `[${BIG}, 2]`, [BIG, 2n]],
    ['uint256[][]', `[[${BIG}],[],["2", 3]]`, [[BIG], [], [2n, 3n]]],
    ['string[]', '["a, ]", "b\\"c"]', ['a, ]', 'b"c']],
    ['bool[]', [true, 'false'], [true, false]],
  ] as const)('%s typed as %j', (type, typed, value) => {
    const data = encodeFunctionData({
      abi: [
        {
          type: 'function',
          name: 'f',
          inputs: [{ name: 'x', type }],
          outputs: [],
          stateMutability: 'view',
        },
      ],
      functionName: 'f',
      args: [value],
    });
    expect(draftOf(typing({ type }, typed)).transaction.data).toBe(data);
  });

  test('structs, and lists of them', () => {
    const abi = parseAbi([
      'struct Order { uint256 amount; address to; string note; }',
      'function f(Order[] orders)',
    ]);
    const data = encodeFunctionData({ abi, args: [[{ amount: BIG, to: TOKEN, note: 'x' }]] });
    const typed = `[[${BIG}, "${TOKEN}", "x"]]`;
    expect(draftOf(typing({ ...struct, type: 'tuple[]' }, typed)).transaction.data).toBe(data);
  });

  test.each([
    ['nothing', { type: 'uint256' }, undefined],
    ['an empty number', { type: 'uint256' }, ''],
    ['a number that is too large', { type: 'uint8' }, '256'],
    ['a negative number', { type: 'uint256' }, '-1'],
    ['an endless number', { type: 'uint256' }, '9'.repeat(100_000)],
    ['an address with a digit changed', { type: 'address' }, TOKEN.replace('4', '5')],
    ['bytes of another length', { type: 'bytes4' }, '0x1234'],
    ['bytes that are none', { type: 'bytes' }, 'hello'],
    ['a list that is none', { type: 'uint256[]' }, '1'],
    ['a list of another length', { type: 'uint256[2]' }, '[1]'],
    ['a struct that lacks a member', struct, `[1, "${TOKEN}"]`],
    ['a struct with a member too many', struct, `[1, "${TOKEN}", "x", 2]`],
    ['quotes that never end', { type: 'string[]' }, `["${'\\"'.repeat(200_000)}`],
    ['lists in lists', { type: 'string[]' }, '['.repeat(200_000)],
  ])('cannot be encoded: %s', (_, input, typed) => {
    expect(() => draftOf(typing(input, typed))).toThrow(
      /^test: transactions\.0\.contractInputsValues: cannot be encoded for f: .+$/,
    );
  });

  test.each([
    ['a type that is none', { type: 'uint' }],
    ['types in types without end', nested(40)],
  ])('is refused: %s', (_, input) => {
    expect(() => draftOf(typing(input, '1'))).toThrow(InputError);
  });

  function nested(depth: number): object {
    return depth === 0 ? struct : { name: '', type: 'tuple', components: [nested(depth - 1)] };
  }

  test('does not say whose it is where another tool wrote it', () => {
    const { meta: _, ...rest } = EXPORTED;
    const document = { ...rest, meta: { createdFromSafeAddress: '' } };
    expect(() => draftOf(document)).toThrow(
      'test: meta.createdFromSafeAddress: missing: expected the address of the Safe',
    );
    expect(parseSafeExport('test', document, { safe: WALLET })).toEqual(
      parseSafeExport('test', EXPORTED),
    );
  });

  test('never crashes', () => {
    const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
    expect(() => draftOf({ ...EXPORTED, more: deep })).toThrow(InputError);
    const [first] = EXPORTED.transactions;
    const some = fc.oneof(fc.anything(), fc.jsonValue(), fc.constantFrom<unknown>(deep, '[', []));
    const mutated = fc.oneof(
      fc
        .tuple(
          fc.constantFrom('to', 'value', 'data', 'contractMethod', 'contractInputsValues'),
          some,
        )
        .map(([key, value]) => batch({ ...first, [key]: value })),
      fc
        .tuple(fc.constantFrom('address', 'uint8', 'bool[]', 'tuple', 'tuple[2]', 'bytes32'), some)
        .map(([type, typed]) => typing({ ...struct, type }, typed)),
      fc
        .tuple(
          fc.constantFrom('chainId', 'meta', 'transactions', 'results', 'data', 'txData'),
          some,
        )
        .map(([key, value]) => ({ ...EXPORTED, [key]: value })),
    );
    fc.assert(
      fc.property(mutated, (document) => {
        try {
          expect(parseSafeExport('test', document).kind).toMatch(/draft|proposal/);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

test('no mutation of the other forms crashes', () => {
  const some = fc.oneof(fc.anything(), fc.jsonValue());
  const keys = ['type', 'nonce', 'confirmations', 'refundReceiver', 'gasToken', 'safeTxHash'];
  const mutated = fc.oneof(
    fc.tuple(fc.constantFrom(...keys), some).map(([key, value]) => gateway({ [key]: value })),
    fc
      .tuple(fc.constantFrom('safeAddress', 'txData'), some)
      .map(([key, value]) => gateway({}, { [key]: value })),
    some.map((value) => sdk(value)),
    fc
      .tuple(fc.constantFrom('safe', 'data', 'results', 'safeTxHash'), some)
      .map(([key, value]) => sdk(bySigner, { safe: SAFE, [key]: value })),
  );
  fc.assert(
    fc.property(mutated, (document) => {
      try {
        expect(parseProposal('test', document).transaction.safe).toMatch(/^0x/);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 3_000 },
  );
});
