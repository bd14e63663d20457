import fc from 'fast-check';
import { hashTypedData } from 'viem';
import { describe, expect, test } from 'vitest';
import bybit from '../../../../incidents/bybit-2025-02/malicious.json' with { type: 'json' };
import { parseTypedData } from '../../../../src/chains/evm/requests/messages.ts';
import type { OffchainMessage } from '../../../../src/chains/evm/requests/request.ts';
import { safeHashes } from '../../../../src/chains/evm/safe/transaction.ts';
import { InputError } from '../../../../src/errors.ts';
import { account } from '../../../support/accounts.ts';
import { typedData } from '../../../support/signing.ts';

/** The example of EIP-712. */
const MAIL = {
  types: {
    EIP712Domain: [
      { name: 'name', type: 'string' },
      { name: 'version', type: 'string' },
      { name: 'chainId', type: 'uint256' },
      { name: 'verifyingContract', type: 'address' },
    ],
    Person: [
      { name: 'name', type: 'string' },
      { name: 'wallet', type: 'address' },
    ],
    Mail: [
      { name: 'from', type: 'Person' },
      { name: 'to', type: 'Person' },
      { name: 'contents', type: 'string' },
    ],
  },
  primaryType: 'Mail',
  domain: {
    name: 'Ether Mail',
    version: '1',
    chainId: 1,
    verifyingContract: '0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC',
  },
  message: {
    from: { name: 'Cow', wallet: '0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826' },
    to: { name: 'Bob', wallet: '0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB' },
    contents: 'Hello, Bob!',
  },
};

const SAFE_TX = [
  ['to', 'address'],
  ['value', 'uint256'],
  ['data', 'bytes'],
  ['operation', 'uint8'],
  ['safeTxGas', 'uint256'],
  ['baseGas', 'uint256'],
  ['gasPrice', 'uint256'],
  ['gasToken', 'address'],
  ['refundReceiver', 'address'],
  ['nonce', 'uint256'],
].map(([name, type]) => ({ name, type }));
const NOBODY = account(0).replace(/[^0x]/g, '0');

/** Radiant on Arbitrum, 2024-10-16: what the owners' devices were given to sign. */
const RADIANT = {
  types: {
    EIP712Domain: [
      { name: 'chainId', type: 'uint256' },
      { name: 'verifyingContract', type: 'address' },
    ],
    SafeTx: SAFE_TX,
  },
  primaryType: 'SafeTx',
  domain: { chainId: 42_161, verifyingContract: '0x111CEEee040739fD91D29C34C33E6B3E112F2177' },
  message: {
    to: '0x091d52CacE1edc5527C99cDCFA6937C1635330E4',
    value: '0',
    data: '0xf2fde38b00000000000000000000000057ba8957ed2ff2e7ae38f4935451e81ce1eefbf5',
    operation: 0,
    safeTxGas: '0',
    baseGas: '0',
    gasPrice: '0',
    gasToken: NOBODY,
    refundReceiver: NOBODY,
    nonce: 230,
  },
};
const BYBIT = {
  ...RADIANT,
  types: {
    EIP712Domain: [{ name: 'verifyingContract', type: 'address' }],
    SafeTx: SAFE_TX,
  },
  domain: { verifyingContract: bybit.safe },
  message: Object.fromEntries(
    SAFE_TX.map(({ name = '' }) => [name, (bybit as Record<string, unknown>)[name]]),
  ),
};

const ITEM =
  'uint8 itemType,address token,uint256 identifierOrCriteria,uint256 startAmount,uint256 endAmount';
const order = {
  ...{ offerer: account(1), zone: account(2), orderType: 0, startTime: 0, endTime: 1, salt: 1 },
  offer: [
    { itemType: 2, token: account(3), identifierOrCriteria: 1, startAmount: 1, endAmount: 1 },
  ],
  consideration: [],
  zoneHash: `0x${'00'.repeat(32)}`,
  conduitKey: `0x${'00'.repeat(32)}`,
  counter: 0,
};
const SEAPORT = typedData({
  types: {
    BulkOrder: 'OrderComponents[2] tree',
    OrderComponents:
      'address offerer,address zone,OfferItem[] offer,ConsiderationItem[] consideration,uint8 orderType,uint256 startTime,uint256 endTime,bytes32 zoneHash,uint256 salt,bytes32 conduitKey,uint256 counter',
    OfferItem: ITEM,
    ConsiderationItem: `${ITEM},address recipient`,
  },
  domain: { chainId: 1, verifyingContract: '0x0000000000000068F116a894984e2DB1123eB395' },
  message: { tree: [order, order] },
});
const PERMIT2 = typedData({
  types: {
    PermitBatch: 'PermitDetails[] details,address spender,uint256 sigDeadline',
    PermitDetails: 'address token,uint160 amount,uint48 expiration,uint48 nonce',
  },
  domain: { chainId: 1, verifyingContract: '0x000000000022D473030F116dDEE9F6B43aC78BA3' },
  message: {
    details: [{ token: account(1), amount: 1, expiration: 1, nonce: 1 }],
    spender: account(2),
    sigDeadline: 1,
  },
});

function messageIn(document: unknown, options = {}): OffchainMessage {
  const request = parseTypedData('test', document, options);
  if (request.kind !== 'message') throw new Error(`it is of a ${request.kind}`);
  return request.message;
}
function proposalIn(document: unknown) {
  const request = parseTypedData('test', document);
  if (request.kind !== 'safe') throw new Error(`it is of a ${request.kind}`);
  return request.proposal;
}
const errorOf = (document: unknown, options = {}): string => {
  try {
    parseTypedData('test', document, options);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'no error';
};

test("the hashes of EIP-712's example are the published ones", () => {
  expect(messageIn(MAIL)).toEqual({
    form: 'typed data',
    signer: null,
    chainId: 1,
    domain: {
      name: 'Ether Mail',
      version: '1',
      verifyingContract: '0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC',
    },
    primaryType: 'Mail',
    hashes: {
      domainHash: '0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f',
      messageHash: '0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e',
      digest: '0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2',
    },
    fields: [
      { path: 'domain.name', value: 'Ether Mail' },
      { path: 'domain.version', value: '1' },
      { path: 'domain.chainId', value: '1' },
      { path: 'domain.verifyingContract', value: '0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC' },
      { path: 'message.from.name', value: 'Cow' },
      { path: 'message.from.wallet', value: '0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826' },
      { path: 'message.to.name', value: 'Bob' },
      { path: 'message.to.wallet', value: '0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB' },
      { path: 'message.contents', value: 'Hello, Bob!' },
    ],
    unsigned: [],
    permits: [],
    unknown: 'What a Mail with these fields permits is not known',
  });
});

describe('it comes as', () => {
  const { digest } = messageIn(MAIL).hashes;

  test.each([
    ['an object that keeps it', { typedData: MAIL }],
    ['the parameters of eth_signTypedData_v4', [account(1), MAIL]],
    ['those, with the data as a string', [account(1), JSON.stringify(MAIL)]],
    [
      'what libraries take, which make the type of the domain themselves',
      { ...MAIL, types: { Person: MAIL.types.Person, Mail: MAIL.types.Mail } },
    ],
  ])('%s', (_, document) => {
    expect(messageIn(document).hashes.digest).toBe(digest);
  });

  test('parameters that name who is to sign', () => {
    expect(messageIn([account(1), MAIL]).signer).toBe(account(1));
    expect(messageIn([account(1), MAIL], { signer: account(1) }).signer).toBe(account(1));
    expect(errorOf([account(1), MAIL], { signer: account(2) })).toBe(
      `test: it asks ${account(1)} to sign, and not ${account(2)}`,
    );
  });

  test('parameters without the type of the domain: wallets make different things of that', () => {
    const { EIP712Domain: _, ...types } = MAIL.types;
    expect(errorOf([account(1), { ...MAIL, types }])).toBe(
      'test: types.EIP712Domain: missing: wallets do not agree on the domain without it',
    );
  });
});

describe('what no signature covers is said', () => {
  test.each([
    [
      'a chain that the type of the domain leaves out',
      {
        ...MAIL,
        types: {
          ...MAIL.types,
          EIP712Domain: MAIL.types.EIP712Domain.filter(({ name }) => name !== 'chainId'),
        },
      },
      ['domain.chainId'],
    ],
    [
      'fields of a message that its type has not',
      { ...MAIL, message: { ...MAIL.message, amount: '0', to: { ...MAIL.message.to, memo: 1 } } },
      ['message.to.memo', 'message.amount'],
    ],
    ['words beside it', { ...MAIL, description: 'Harmless' }, ['description']],
  ])('%s', (_, document, unsigned) => {
    expect(messageIn(document).unsigned).toEqual(unsigned);
  });

  test('a message under a domain without a chain is good on all', () => {
    const { EIP712Domain, ...types } = MAIL.types;
    const [name, version] = EIP712Domain;
    expect(
      messageIn({ ...MAIL, types: { ...types, EIP712Domain: [name, version] } }),
    ).toMatchObject({ chainId: null, domain: { verifyingContract: null } });
  });
});

/** A message of one field. */
const oneField = (type: string, value: unknown, types = {}) => ({
  types: { Only: [{ name: 'it', type }], ...types },
  primaryType: 'Only',
  domain: {},
  message: { it: value },
});

describe('a value is what its type says, and nothing that wallets could read in two ways', () => {
  test.each([
    ['uint8', 255],
    ['uint8', '0xff'],
    ['uint256', '115792089237316195423570985008687907853269984665640564039457584007913129639935'],
    ['int8', -128],
    ['int256', '-1'],
    ['bool', false],
    ['string', '\u{202e}anything'],
    ['bytes', '0x'],
    ['bytes4', '0x12345678'],
    ['address', NOBODY],
    ['uint8[]', []],
    ['uint8[2][]', [[1, 2]]],
    ['bytes[]', ['0x12', '0x']],
  ])('%s takes %j', (type, value) => {
    const document = oneField(type, value);
    expect(messageIn(document).hashes.digest).toBe(
      hashTypedData(document as Parameters<typeof hashTypedData>[0]),
    );
  });

  test.each([
    ['uint8', 256, 'expected a uint8'],
    ['uint8', -1, 'expected a uint8'],
    ['uint256', 2 ** 53, 'expected a whole number; as a string where it is large'],
    ['uint256', '1e18', 'expected a whole number; as a string where it is large'],
    ['uint256', ' 1', 'expected a whole number; as a string where it is large'],
    ['uint256', '', 'expected a whole number; as a string where it is large'],
    ['uint256', `0x1${'0'.repeat(64)}`, 'expected a whole number; as a string where it is large'],
    ['int8', 128, 'expected an int8'],
    ['bool', 'false', 'expected true or false'],
    ['bool', 0, 'expected true or false'],
    ['string', '\ud800', 'expected a string without lone surrogates'],
    ['string', undefined, 'expected a string without lone surrogates'],
    ['bytes', '0x123', 'expected bytes as 0x and an even number of hex digits'],
    ['bytes4', '0x1234', 'expected 4 bytes'],
    ['address', '0x12', 'expected an address: 0x and 40 hex digits'],
    ['uint8[2]', [1], 'expected an array: uint8[2]'],
    ['uint8[]', { length: 0 }, 'expected an array: uint8[]'],
  ])('%s does not take %j', (type, value, objection) => {
    expect(errorOf(oneField(type, value))).toBe(`test: message.it: ${objection}`);
  });

  test('a struct does not take null, which wallets hash as zero', () => {
    expect(errorOf(oneField('Part', null, { Part: [] }))).toBe(
      'test: message.it: expected an object: Part',
    );
  });

  test.each([
    ['a type that is not there', oneField('Other', {}), 'types.Only: it is of no known type'],
    ['uint', oneField('uint', 1), 'types.Only: it is of no known type'],
    [
      'a struct that hides a type',
      oneField('uint256', 1, { uint256: [] }),
      'types.uint256: Invalid key in record',
    ],
    [
      'a name that reads as two fields',
      { ...oneField('uint8', 1), types: { Only: [{ name: 'a,uint8 b', type: 'uint8' }] } },
      'types.Only.0.name: expected a name',
    ],
    [
      'two fields of one name',
      {
        ...oneField('uint8', 1),
        types: { Only: [1, 2].map(() => ({ name: 'it', type: 'uint8' })) },
      },
      'types.Only: two of its fields have one name',
    ],
    [
      'a domain of other fields',
      {
        ...oneField('uint8', 1),
        types: { EIP712Domain: [{ name: 'chain', type: 'uint8' }], Only: [] },
      },
      'types.EIP712Domain: a domain has no uint8 chain',
    ],
    [
      'a domain of other types',
      {
        ...oneField('uint8', 1),
        types: { EIP712Domain: [{ name: 'chainId', type: 'string' }], Only: [] },
      },
      'types.EIP712Domain: a domain has no string chainId',
    ],
    [
      'a domain with a part missing',
      { ...MAIL, domain: {} },
      'domain.name: expected a string without lone surrogates',
    ],
    [
      'a chain that is no number of one',
      { ...MAIL, domain: { ...MAIL.domain, chainId: `0x1${'0'.repeat(20)}` } },
      'domain.chainId: expected the number of a chain',
    ],
    [
      'no message',
      { ...MAIL, primaryType: 'EIP712Domain' },
      'primaryType: expected one of the types',
    ],
    [
      'a message of a type from elsewhere',
      { ...MAIL, primaryType: 'constructor' },
      'primaryType: expected one of the types',
    ],
    [
      'another request',
      ['0x1234', account(1)],
      'expected an address and typed data, as eth_signTypedData_v4 has',
    ],
  ])('%s', (_, document, objection) => {
    expect(errorOf(document)).toBe(`test: ${objection}`);
  });
});

describe('it is bounded', () => {
  const nested = (depth: number): object => (depth === 0 ? {} : { more: [nested(depth - 1)] });
  const NODE = { Node: [{ name: 'more', type: 'Node[]' }] };

  test.each([
    ['levels', oneField('Node', nested(50), NODE), /more: expected at most 40 levels$/],
    ['values', oneField('uint8[]', Array(10_001).fill(1)), /it: expected an array: uint8\[\]$/],
    [
      'values in all',
      oneField('uint8[][]', Array(200).fill(Array(100).fill(1))),
      /expected at most 10000 values$/,
    ],
    ['text', oneField('string', 'a'.repeat(1 << 20)), /it: expected at most 1 MiB of text$/],
    [
      'what is not signed',
      {
        ...oneField('uint8', 1),
        ...Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`k${at}`, 1])),
      },
      /expected at most 10000 values$/,
    ],
    [
      'types',
      oneField(
        'uint8',
        1,
        Object.fromEntries(Array.from({ length: 64 }, (_, at) => [`T${at}`, []])),
      ),
      /types: expected at most 64$/,
    ],
    [
      'fields',
      {
        ...oneField('uint8', 1),
        types: { Only: Array.from({ length: 65 }, (_, at) => ({ name: `f${at}`, type: 'uint8' })) },
      },
      /types.Only: Too big/,
    ],
    [
      'names',
      oneField('uint8', 1, { ['T'.repeat(4_096)]: [] }),
      /types: expected at most 4096 characters of names$/,
    ],
    [
      'JSON in parameters',
      [account(1), ' '.repeat((1 << 20) + 1)],
      /expected at most 1 MiB of text$/,
    ],
  ])('%s', (_, document, objection) => {
    expect(errorOf(document)).toMatch(objection);
  });

  test('the worst that it takes is hashed in seconds', () => {
    const long = { name: 'x'.repeat(4_000), type: 'uint8' };
    const parts = ['Part[]', 'Long[]'].map((type, at) => ({ name: `f${at}`, type }));
    const types = { Long: [long], Part: parts };
    const one = { f0: [], f1: [] };
    const started = performance.now();
    const message = { ...one, f0: Array(3_000).fill(one) };
    messageIn({ types, primaryType: 'Part', domain: {}, message });
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('a transaction of a Safe', () => {
  test('is a proposal, with the hash that is asked for as the one claimed: Radiant', () => {
    const { transaction, claimedHash, signatures } = proposalIn(RADIANT);
    expect(claimedHash).toBe('0x5c28ef88f6696dd8c5c5e4ba5632374d5de9e6cb9ebf75884332f29ef9fad416');
    expect(safeHashes(transaction, '1.3.0', 42_161).safeTxHash).toBe(claimedHash);
    expect(transaction).toMatchObject({ operation: 'call', nonce: 230n, value: 0n });
    expect(signatures).toEqual([]);
  });

  test('of a Safe before 1.3.0, whose domain has no chain: Bybit', () => {
    const { transaction, claimedHash } = proposalIn([account(1), JSON.stringify(BYBIT)]);
    expect(claimedHash).toBe('0xb3476d061aeb8fc1d605a873c483a2402d88a68a9cdd1a8b47655dd55ba004f8');
    expect(safeHashes(transaction, '1.1.1', 1).safeTxHash).toBe(claimedHash);
    expect(transaction.operation).toBe('delegatecall');
  });

  test.each([
    ['another chain', { chainId: 1 }],
    ['a name', { name: 'Safe' }],
  ])('under a domain with %s claims the hash of another', (_, changed) => {
    const { EIP712Domain: _type, ...types } = RADIANT.types;
    const document = { ...RADIANT, types, domain: { ...RADIANT.domain, ...changed } };
    const { transaction, claimedHash } = proposalIn(document);
    expect(claimedHash).not.toBe(safeHashes(transaction, '1.3.0', 42_161).safeTxHash);
  });

  const typed = (fields: readonly object[], message = {}) => ({
    ...RADIANT,
    types: { ...RADIANT.types, SafeTx: fields },
    message: { ...RADIANT.message, ...message },
  });

  test.each([
    [
      'of a Safe before 1.0.0',
      typed(
        SAFE_TX.map((each) => (each.name === 'baseGas' ? { ...each, name: 'dataGas' } : each)),
        { dataGas: 0 },
      ),
      'it is for a Safe before 1.0.0 (dataGas), which is not supported',
    ],
    ['of other fields', typed(SAFE_TX.slice(1)), 'its SafeTx is not one of any Safe'],
    [
      'of no Safe',
      { ...RADIANT, types: { SafeTx: SAFE_TX }, domain: {} },
      'domain.verifyingContract: missing: expected the Safe',
    ],
    [
      'that says more than is signed',
      typed(SAFE_TX, { safeTxHash: '0x' }),
      'message.safeTxHash: not signed with a transaction of a Safe',
    ],
    [
      'of another operation',
      typed(SAFE_TX, { operation: 2 }),
      'operation: expected 0 (call) or 1 (delegatecall)',
    ],
  ])('%s is refused', (_, document, objection) => {
    expect(errorOf(document)).toBe(`test: ${objection}`);
  });
});

test('whatever is changed in it, it is read or refused, and never hangs', () => {
  const leaves = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
    typeof value === 'object' && value !== null
      ? [path, ...Object.entries(value).flatMap(([key, each]) => leaves(each, [...path, key]))]
      : [path];
  const put = (document: unknown, [key, ...rest]: readonly string[], value: unknown): unknown => {
    if (key === undefined) return value;
    const entries = new Map<string, unknown>(Object.entries(document ?? {}));
    entries.set(key, put(entries.get(key), rest, value));
    return Array.isArray(document) ? [...entries.values()] : Object.fromEntries(entries);
  };
  const some = fc.oneof(
    fc.anything(),
    fc.string(),
    fc.constantFrom(
      'Mail',
      'Person',
      'Mail[]',
      'uint256[2]',
      '__proto__',
      'constructor',
      null,
      -1,
      '0x',
    ),
  );
  const mutated = fc
    .constantFrom<object>(MAIL, RADIANT, BYBIT, SEAPORT, PERMIT2)
    .chain((document) =>
      fc
        .array(fc.tuple(fc.constantFrom(...leaves(document)), some), { maxLength: 3 })
        .map((changes): unknown =>
          changes.reduce<unknown>((changed, [path, value]) => put(changed, path, value), document),
        ),
    );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), mutated), (document) => {
      try {
        const request = parseTypedData('test', document, { signer: account(1) });
        if (request.kind === 'message') expect(request.message.hashes.digest).toMatch(/^0x.{64}$/);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 3_000 },
  );
});
