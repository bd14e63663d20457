import fc from 'fast-check';
import {
  type Address,
  concat,
  encodeFunctionData,
  encodePacked,
  erc20Abi,
  type Hex,
  pad,
  parseAbi,
  size,
  toFunctionSelector,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem';
import { describe, expect, test } from 'vitest';
import { CONTAINERS } from '../../../../src/chains/evm/decode/containers.ts';
import { decodeCall } from '../../../../src/chains/evm/decode/decode.ts';
import { type Call, type DecodedCall, flatten } from '../../../../src/chains/evm/decode/decoded.ts';
import { account } from '../../../support/accounts.ts';

const SENDER = account(1);
const OUTER = account(2);
const TARGET = account(3);
const PAYEE = account(4);

const abi = parseAbi([
  'function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures)',
  'function execTransactionFromModule(address to, uint256 value, bytes data, uint8 operation)',
  'function multiSend(bytes transactions)',
  'function multicall(bytes[] data)',
  'function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)',
  'function scheduleBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt, uint256 delay)',
  'function queueTransaction(address target, uint256 value, string signature, bytes data, uint256 eta)',
  'function aggregate3Value((address target, bool allowFailure, uint256 value, bytes callData)[] calls)',
  'function execute(address target, uint256 value, bytes data)',
  'function execute(bytes32 mode, bytes executionCalldata)',
  'function labelRole(uint64 roleId, string label)',
  'function upgradeToAndCall(address newImplementation, bytes data)',
]);

const transfer = (amount: bigint): Hex =>
  encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [PAYEE, amount] });

const decode = (data: Hex, more: Partial<Call> = {}): DecodedCall =>
  decodeCall({ kind: 'call', from: SENDER, to: OUTER, value: 0n, data, ...more });

const byModule = (to: Address, data: Hex, operation = 0): Hex =>
  encodeFunctionData({
    abi,
    functionName: 'execTransactionFromModule',
    args: [to, 0n, data, operation],
  });

const multiSend = (transactions: Hex): Hex =>
  encodeFunctionData({ abi, functionName: 'multiSend', args: [transactions] });

const packed = (operation: number, to: Address, value: bigint, data: Hex): Hex =>
  encodePacked(
    ['uint8', 'address', 'uint256', 'uint256', 'bytes'],
    [operation, to, value, BigInt(size(data)), data],
  );

const multicall = (data: readonly Hex[]): Hex =>
  encodeFunctionData({ abi, functionName: 'multicall', args: [data] });

const word = (value: number): Hex => pad(toHex(value));

describe('arguments', () => {
  test('are shown by their names, as people write them', () => {
    expect(decode(transfer(1_000_000_000_000_000_000_000n)).args).toEqual([
      { name: 'to', type: 'address', value: PAYEE },
      { name: 'amount', type: 'uint256', value: '1000000000000000000000' },
    ]);
  });

  test('of lists and structs are written in one line', () => {
    const data = encodeFunctionData({
      abi,
      functionName: 'aggregate3Value',
      args: [[{ target: TARGET, allowFailure: true, value: 3n, callData: '0x12' }]],
    });
    expect(decode(data).args).toEqual([
      {
        name: 'calls',
        type: 'tuple[]',
        value: `[{target: ${TARGET}, allowFailure: true, value: 3, callData: 0x12}]`,
      },
    ]);
  });

  test('without a name that the field gives them are numbered', () => {
    const burn = parseAbi(['function blacklist(address account)']);
    expect(decode(encodeFunctionData({ abi: burn, args: [PAYEE] }))).toMatchObject({
      signature: 'blacklist(address)',
      args: [{ name: 'arg0', type: 'address', value: PAYEE }],
    });
  });

  test('that are text are shown as text, and need not be UTF-8', () => {
    const data = encodeFunctionData({ abi, functionName: 'labelRole', args: [1n, 'guardians'] });
    expect(decode(data).args.at(-1)?.value).toBe('guardians');
    const broken = data.replace(toHex('guardians').slice(2), `ff${'00'.repeat(8)}`) as Hex;
    expect(decode(broken)).toMatchObject({ problem: null, args: [{}, { name: 'label' }] });
  });

  test('are cut where they are long, whatever they are', () => {
    const text = encodeFunctionData({
      abi,
      functionName: 'labelRole',
      args: [1n, 'x'.repeat(1e5)],
    });
    const list = multicall(Array.from({ length: 900 }, () => '0x12345678' as const));
    for (const data of [text, list]) {
      const value = decode(data).args.at(-1)?.value ?? '';
      expect(value).toHaveLength(4_096);
      expect(value.endsWith('…')).toBe(true);
    }
  });
});

describe('what is not decoded', () => {
  test('a payment has no function', () => {
    expect(decode('0x')).toMatchObject({ signature: null, inner: null, problem: null });
  });

  test('a function that the field does not know', () => {
    const data = '0xdeadbeef1234';
    expect(decode(data)).toMatchObject({ data, signature: null, args: [], problem: null });
  });

  test('the code of a new contract, whatever it begins with', () => {
    expect(decode(transfer(1n), { kind: 'create', to: null })).toMatchObject({
      signature: null,
      problem: null,
    });
  });
});

describe('what is wrong with the bytes', () => {
  const cut = 'its arguments are cut short, or not of their types';
  const otherwise = 'its arguments are not laid out as compilers do';
  const call = transfer(1n);
  const oneCall = multicall(['0x12345678']);
  test.each<readonly [string, Hex, string | null]>([
    ['nothing', call, null],
    ['no whole selector', '0xa9059c', 'its data is too short to name a function'],
    ['no arguments', '0xa9059cbb', cut],
    ['a byte too few', call.slice(0, -2) as Hex, cut],
    ['a byte too many', concat([call, '0x00']), '1 byte follows its arguments'],
    ['words behind', concat([call, zeroHash, zeroHash]), '64 bytes follow its arguments'],
    ['arguments where there are none', '0x8456cb59ff', '1 byte follows its arguments'],
    [
      'an address with dirt before it',
      call.replace('0xa9059cbb00', '0xa9059cbbff') as Hex,
      otherwise,
    ],
    ['a gap in which value hides', concat(['0xac9650d8', word(64), zeroHash, word(0)]), otherwise],
    ['padding that is not zero', concat([oneCall.slice(0, -2) as Hex, '0x01']), otherwise],
    [
      'a list that is longer than the data',
      concat(['0xac9650d8', word(32), `0x${'ff'.repeat(32)}`]),
      cut,
    ],
    ['a list that begins elsewhere', concat(['0xac9650d8', `0x${'ff'.repeat(32)}`]), cut],
    [
      'data of more than 128 KiB',
      concat(['0xa9059cbb', `0x${'00'.repeat(1 << 17)}`]),
      'its data is longer than 128 KiB: it is not decoded',
    ],
  ])('%s', (_, data, problem) => {
    expect(decode(data).problem).toBe(problem);
  });

  test('calls in the gap are found, and the gap is told', () => {
    const gap = concat(['0xac9650d8', word(64), zeroHash, `0x${oneCall.slice(2 + 8 + 64)}`]);
    expect(decode(gap)).toMatchObject({
      problem: otherwise,
      inner: { calls: [{ data: '0x12345678' }] },
    });
  });

  test('parts that are used twice are not looked into', () => {
    const twice = concat([
      ...['0xac9650d8', word(32), word(2), word(64), word(64)],
      ...[word(68), transfer(1n), `0x${'00'.repeat(28)}`],
    ] as Hex[]);
    expect(decode(twice)).toMatchObject({ problem: otherwise, args: [], inner: null });
  });

  test.each([2, 255])('operation %i', (operation) => {
    const problem = `operation ${operation} is neither a call (0) nor a delegatecall (1)`;
    for (const data of [
      byModule(TARGET, '0x', operation),
      multiSend(packed(operation, TARGET, 0n, '0x')),
    ]) {
      expect(decode(data).inner?.calls).toMatchObject([{ kind: 'delegatecall', problem }]);
    }
  });

  test('an operation that is no byte', () => {
    const data = byModule(TARGET, '0x', 1).replace(word(1).slice(2), word(257).slice(2)) as Hex;
    expect(decode(data)).toMatchObject({ problem: cut, inner: null });
  });

  test('packed calls of which the last is cut short', () => {
    const first = packed(0, TARGET, 0n, '0x1234');
    for (const more of ['0x00', packed(0, TARGET, 0n, '0x1234').slice(0, -2) as Hex] as const) {
      const decoded = decode(multiSend(concat([first, more])));
      expect(decoded.problem).toBe('the last of its packed calls is cut short');
      expect(decoded.inner?.calls).toMatchObject([{ to: TARGET, data: '0x1234' }]);
    }
  });

  test('the zero address, which is the account itself to some', () => {
    const [inner] = decode(multiSend(packed(0, zeroAddress, 0n, '0x'))).inner?.calls ?? [];
    expect(inner).toMatchObject({ to: OUTER });
    expect(inner?.problem).toMatch('names the zero address');
  });

  test('lists that differ in length', () => {
    const data = encodeFunctionData({
      abi,
      functionName: 'scheduleBatch',
      args: [[TARGET, PAYEE], [0n, 0n], ['0x12345678'], zeroHash, zeroHash, 0n],
    });
    expect(decode(data)).toMatchObject({
      problem: 'its lists differ in length',
      inner: { calls: [{ to: TARGET }] },
    });
  });

  test.each<readonly [Hex, Hex]>([
    ['0x00', '0x1234'],
    ['0xff', '0x1234'],
    ['0x01', '0x1234'],
    ['0x01000000000078210001', '0x'],
    ['0x01000000000078210002', '0x12'],
    ['0xfe', '0x'],
  ])('an execution of mode %s with %s', (mode, data) => {
    const decoded = decode(
      encodeFunctionData({
        abi,
        functionName: 'execute',
        args: [pad(mode, { dir: 'right' }), data],
      }),
    );
    expect(decoded.problem).not.toBeNull();
    expect(decoded.inner?.calls).toEqual([]);
  });

  test('is said of the call whose bytes they are', () => {
    const decoded = decode(byModule(TARGET, byModule(OUTER, concat([transfer(1n), '0xff']))));
    expect([...flatten(decoded)].map(({ problem }) => problem)).toEqual([
      ...[null, null, '1 byte follows its arguments'],
    ]);
  });
});

describe('bounds', () => {
  test('calls lie at most 20 deep', () => {
    const nested = (depth: number): Hex =>
      depth === 0 ? transfer(1n) : byModule(TARGET, nested(depth - 1));
    const problems = (depth: number) =>
      [...flatten(decode(nested(depth)))].flatMap(({ problem }) => problem ?? []);
    expect(problems(20)).toEqual([]);
    expect(problems(21)).toEqual(['calls lie more than 20 deep: what is within is not decoded']);
  });

  test('there are at most 1,000 calls in all', () => {
    const [most, more] = [999, 1_000].map((length) =>
      decode(
        multicall([multicall([]), ...Array.from({ length: length - 1 }, () => '0x' as const)]),
      ),
    );
    expect(most).toMatchObject({ problem: null, inner: { calls: { length: 999 } } });
    expect(more).toMatchObject({
      problem: 'there are more than 1000 calls: the rest is not decoded',
      inner: { calls: { length: 999 } },
    });
  });

  test('long data in nested calls, and one part that is used over and over, end soon', () => {
    const deep = Array.from({ length: 19 }).reduce<Hex>(
      (data) => byModule(TARGET, data),
      `0xdeadbeef${'00'.repeat(100_000)}`,
    );
    const over = (count: number, length: number): Hex =>
      concat([
        ...['0xac9650d8', word(32), word(count)],
        `0x${word(32 * count)
          .slice(2)
          .repeat(count)}`,
        ...[word(length), `0x${'ac'.repeat(length)}`],
      ] as Hex[]);
    const started = performance.now();
    decode(deep);
    for (const data of [over(1_000, 90_000), over(30, 120_000)]) {
      expect(decode(data).inner).toBeNull();
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('flatten', () => {
  test('puts each call before those within it, with its depth', () => {
    const data = multicall([byModule(TARGET, transfer(1n)), transfer(2n)]);
    const tree = [...flatten(decode(data))].map(({ depth, made, signature }) => [
      ...[depth, made, signature?.split('(')[0]],
    ]);
    expect(tree).toEqual([
      [0, 'now', 'multicall'],
      [1, 'now', 'execTransactionFromModule'],
      [2, 'now', 'transfer'],
      [1, 'now', 'transfer'],
    ]);
  });

  test('all that is within what waits is made later', () => {
    const later = encodeFunctionData({
      abi,
      functionName: 'schedule',
      args: [TARGET, 0n, byModule(TARGET, transfer(1n)), zeroHash, zeroHash, 60n],
    });
    const made = [...flatten(decode(multicall([later, transfer(2n)])))].map((each) => each.made);
    expect(made).toEqual(['now', 'now', 'later', 'later', 'now']);
  });
});

/** A call as it is to come back: what it is, and what is within it. */
interface Tree {
  readonly data: Hex;
  readonly made: 'now' | 'later';
  /** Each made from the account that runs the code of the call that it is in. */
  readonly inner: readonly (Pick<Call, 'kind' | 'to' | 'value'> & { readonly tree: Tree })[];
}

const anAddress = fc.integer({ min: 1, max: 1 << 30 }).map(account);
const aValue = fc.bigInt({ min: 0n, max: (1n << 256n) - 1n });
const someBytes = fc.uint8Array({ maxLength: 70 }).map((bytes) => toHex(bytes));

const { tree: aTree } = fc.letrec<{ tree: Tree }>((tie) => {
  const target = fc.record({ to: anAddress, value: aValue, tree: tie('tree') });
  const targets = fc.array(target, { maxLength: 3 });
  const plain = (target: { to: Address; value: bigint; tree: Tree }) =>
    ({ ...target, kind: 'call' }) as const;
  const operation = fc.constantFrom(0, 1);
  const ordered = (operation: number, each: { to: Address; value: bigint; tree: Tree }) =>
    operation === 0 ? plain(each) : ({ ...each, kind: 'delegatecall', value: 0n } as const);
  return {
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<Tree>(
        { data: '0x', made: 'now', inner: [] },
        { data: transfer(5n), made: 'now', inner: [] },
      ),
      someBytes.map(
        (bytes): Tree => ({ data: concat(['0xdeadbeef', bytes]), made: 'now', inner: [] }),
      ),
      fc.tuple(target, operation, someBytes).map(
        ([each, operation, signatures]): Tree => ({
          data: encodeFunctionData({
            abi,
            functionName: 'execTransaction',
            args: [
              ...([each.to, each.value, each.tree.data, operation] as const),
              ...([0n, 0n, 0n, zeroAddress, zeroAddress, signatures] as const),
            ],
          }),
          made: 'now',
          inner: [ordered(operation, each)],
        }),
      ),
      fc.array(fc.tuple(operation, target), { maxLength: 3 }).map(
        (all): Tree => ({
          data: multiSend(
            concat([
              '0x',
              ...all.map(([operation, each]) =>
                packed(operation, each.to, each.value, each.tree.data),
              ),
            ]),
          ),
          made: 'now',
          inner: all.map(([operation, each]) => ordered(operation, each)),
        }),
      ),
      targets.map(
        (all): Tree => ({
          data: encodeFunctionData({
            abi,
            functionName: 'scheduleBatch',
            args: [
              all.map(({ to }) => to),
              all.map(({ value }) => value),
              all.map(({ tree }) => tree.data),
              ...([zeroHash, zeroHash, 60n] as const),
            ],
          }),
          made: 'later',
          inner: all.map(plain),
        }),
      ),
      targets.map(
        (all): Tree => ({
          data: encodeFunctionData({
            abi,
            functionName: 'aggregate3Value',
            args: [
              all.map(({ to, value, tree }) => ({
                ...{ target: to, allowFailure: false, value, callData: tree.data },
              })),
            ],
          }),
          made: 'now',
          inner: all.map(plain),
        }),
      ),
      target.map(
        (each): Tree => ({
          data: encodeFunctionData({
            abi,
            functionName: 'queueTransaction',
            args: [each.to, each.value, '', each.tree.data, 1n],
          }),
          made: 'later',
          inner: [plain(each)],
        }),
      ),
    ),
  };
});

/** The tree again, as decoded: the call itself, and what is within. */
function expectTree(decoded: DecodedCall, call: Call, tree: Tree): void {
  const { kind, from, to, value, data, problem, inner } = decoded;
  expect({ kind, from, to, value, data, problem }).toEqual({ ...call, problem: null });
  expect(inner?.made ?? 'now').toBe(tree.made);
  expect(inner?.calls ?? []).toHaveLength(tree.inner.length);
  const self = kind === 'delegatecall' ? from : to;
  for (const [index, { tree: within, ...rest }] of tree.inner.entries()) {
    const each = inner?.calls[index];
    if (each !== undefined) expectTree(each, { ...rest, from: self, data: within.data }, within);
  }
}

describe('any input', () => {
  test('calls that were put within calls come back as they were', () => {
    let deepest = 0;
    fc.assert(
      fc.property(aTree, (tree) => {
        const call: Call = { kind: 'call', from: SENDER, to: OUTER, value: 0n, data: tree.data };
        const decoded = decodeCall(call);
        for (const { depth } of flatten(decoded)) deepest = Math.max(deepest, depth);
        expectTree(decoded, call, tree);
      }),
      { numRuns: 500 },
    );
    expect(deepest).toBeGreaterThan(3);
  });

  /** Decodes without throwing, within all bounds, to something plain. */
  function isBounded(data: Hex): void {
    const all = [...flatten(decode(data))];
    expect(all.length).toBeLessThanOrEqual(1_000);
    for (const { depth, args } of all) {
      expect(depth).toBeLessThanOrEqual(20);
      for (const { value } of args) expect(value.length).toBeLessThanOrEqual(4_096);
    }
    const reached = all.reduce((sum, call) => sum + size(call.data), 0);
    expect(reached).toBeLessThanOrEqual(21 * (size(data) + 1_000));
  }

  const aSelector = fc.constantFrom(
    ...CONTAINERS.map(({ declaration }) => toFunctionSelector(declaration)),
  );

  test('random bytes behind selectors that are known', () => {
    fc.assert(
      fc.property(aSelector, fc.uint8Array({ maxLength: 600 }), (selector, bytes) => {
        isBounded(concat([selector, toHex(bytes)]));
      }),
      { numRuns: 1_000 },
    );
  });

  test('words that look like offsets, lengths and addresses behind selectors that are known', () => {
    const small = fc.constantFrom(0, 1, 2, 4, 32, 64, 68, 96, 128, 160, 256, 0xffff_ffff).map(word);
    const large = fc.constantFrom<Hex>(`0x${'ff'.repeat(32)}`, `0x80${'00'.repeat(31)}`);
    const aWord = fc.oneof({ weight: 9, arbitrary: small }, { weight: 1, arbitrary: large });
    fc.assert(
      fc.property(aSelector, fc.array(aWord, { maxLength: 40 }), (selector, words) => {
        isBounded(concat([selector, ...words]));
      }),
      { numRuns: 2_000 },
    );
  });

  test('calldata of which some bytes were changed, cut out or put in', () => {
    const change = fc.record({
      at: fc.nat(2_000),
      takes: fc.nat(40),
      gives: fc.uint8Array({ maxLength: 40 }),
    });
    fc.assert(
      fc.property(aTree, fc.array(change, { minLength: 1, maxLength: 4 }), (tree, changes) => {
        const changed = changes.reduce<string>((digits, { at, takes, gives }) => {
          const start = 2 * (at % (digits.length / 2 + 1));
          return `${digits.slice(0, start)}${toHex(gives).slice(2)}${digits.slice(start + 2 * takes)}`;
        }, tree.data.slice(2));
        isBounded(`0x${changed}`);
      }),
      { numRuns: 2_000 },
    );
  });
});
