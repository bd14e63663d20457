import fc from 'fast-check';
import {
  type Address,
  concat,
  fromRlp,
  getContractAddress,
  type Hex,
  keccak256,
  numberToHex,
  parseGwei,
  serializeTransaction,
  type TransactionSerializable,
  type TransactionSerializableEIP7702,
  toHex,
  toRlp,
  zeroAddress,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  parseCall,
  parseCalls,
  parseRawTransaction,
} from '../../../../src/chains/evm/requests/transaction.ts';
import { InputError } from '../../../../src/errors.ts';
import { account } from '../../../support/accounts.ts';
import { type LocalChain, startLocalChain } from '../../../support/local-chain.ts';

const KEY: Hex = '0x4646464646464646464646464646464646464646464646464646464646464646';
const SENDER = privateKeyToAccount(KEY);
const AUTHORITY_KEY: Hex = `0x${'07'.repeat(32)}`;
const AUTHORITY = privateKeyToAccount(AUTHORITY_KEY);
const STRANGER = account(0xbad);
const PAYEE = account(0xaa);
const DELEGATE = account(0xde1);

const parse = (text: string, from?: Address) => parseRawTransaction('--tx', text, { from });

/** What is said of bytes that are refused: one line. */
async function refusalOf(reading: Promise<unknown>): Promise<string> {
  try {
    await reading;
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    const { message } = error as InputError;
    expect(message.length).toBeLessThan(400);
    return message;
  }
  throw new Error('it was accepted');
}

describe('transactions that were published', () => {
  test('the example of EIP-155', async () => {
    const transaction = {
      type: 'legacy',
      chainId: 1,
      from: '0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F',
      to: '0x3535353535353535353535353535353535353535',
      value: 10n ** 18n,
      data: '0x',
      nonce: 9n,
      isSigned: true,
      signingHash: '0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53',
      transactionHash: '0x33469b22e9f636356c4160a87eb19df52b7412e8eac32a4a55ffe88ea8350788',
      authorizations: [],
    };
    expect(
      await parse(
        '0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83',
      ),
    ).toEqual(transaction);
    expect(
      await parse(
        '0xec098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080018080',
      ),
    ).toEqual({ ...transaction, from: null, isSigned: false, transactionHash: null });
  });

  test('the deterministic deployment proxy, good on every chain', async () => {
    // https://github.com/Arachnid/deterministic-deployment-proxy
    const parsed = await parse(
      '0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222',
    );
    expect(parsed).toMatchObject({ type: 'legacy', chainId: null, to: null, nonce: 0n });
    expect(getContractAddress({ from: parsed.from ?? zeroAddress, nonce: 0n })).toBe(
      '0x4e59b44847b379578588920cA78FbF26c0B4956C',
    );
  });

  test('the deployment of EIP-4788, whose signature is short', async () => {
    const code =
      '0x60618060095f395ff33373fffffffffffffffffffffffffffffffffffffffe14604d57602036146024575f5ffd5b5f35801560495762001fff810690815414603c575f5ffd5b62001fff01545f5260205ff35b5f5ffd5b62001fff42064281555f359062001fff015500';
    const fields: Hex[] = ['0x', '0xe8d4a51000', '0x03d090', '0x', '0x', code, '0x1b', '0x0539'];
    expect(await parse(toRlp([...fields, '0x1b9b6eb1f0']))).toMatchObject({
      from: '0x0B799C86a49DEeb90402691F1041aa3AF2d3C875',
      to: null,
      transactionHash: '0xdf52c2d3bbe38820fff7b5eaab3db1b91f8e1412b56497d88388fb5d4ea1fde0',
    });
  });

  test.each([
    [
      // https://etherscan.io/tx/0x86718885c4b4218c6af87d3d0b0d83e3cc465df2a05c048aa4db9f1a6f9de91f
      'eip1559',
      '0x02f872018307910d808507204d2cb1827d0094388c818ca8b9251b393131c08a736a67ccb19297880320d04823e2701c80c001a0cf024f4815304df2867a1a74e9d2707b6abda0337d2d54a4438d453f4160f190a07ac0e6b3bc9395b5b9c8b9e6d77204a236577a5b18467b9175c01de4faa208d9',
      '0x95222290DD7278Aa3Ddd389Cc1E1d165CC4BAfe5',
      '0x86718885c4b4218c6af87d3d0b0d83e3cc465df2a05c048aa4db9f1a6f9de91f',
      1,
    ],
    [
      // https://sepolia.etherscan.io/tx/0x9a22ccb0029bc8b0ddd073be1a1d923b7ae2b2ea52100bae0db4424f9107e9c0
      'eip4844',
      '0x03f9011d83aa36a7820fa28477359400852e90edd0008252089411e9ca82a3a762b4b5bd264d4173a242e7a770648080c08504a817c800f8a5a0012ec3d6f66766bedb002a190126b3549fce0047de0d4c25cffce0dc1c57921aa00152d8e24762ff22b1cfd9f8c0683786a7ca63ba49973818b3d1e9512cd2cec4a0013b98c6c83e066d5b14af2b85199e3d4fc7d1e778dd53130d180f5077e2d1c7a001148b495d6e859114e670ca54fb6e2657f0cbae5b08063605093a4b3dc9f8f1a0011ac212f13c5dff2b2c6b600a79635103d6f580a4221079951181b25c7e654901a0c8de4cced43169f9aa3d36506363b2d2c44f6c49fc1fd91ea114c86f3757077ea01e11fdd0d1934eda0492606ee0bb80a7bf8f35cc5f86ec60fe5031ba48bfd544',
      '0xA83C816D4f9b2783761a22BA6FADB0eB0606D7B2',
      '0x9a22ccb0029bc8b0ddd073be1a1d923b7ae2b2ea52100bae0db4424f9107e9c0',
      11_155_111,
    ],
    [
      // https://etherscan.io/tx/0x280cde7cdefe4b188750e76c888f13bd05ce9a4d7767730feefe8a0e50ca6fc4
      'legacy',
      '0xf9015482078b8505d21dba0083022ef1947a250d5630b4cf539739df2c5dacb4c659f2488d880c46549a521b13d8b8e47ff36ab50000000000000000000000000000000000000000000066ab5a608bd00a23f2fe000000000000000000000000000000000000000000000000000000000000008000000000000000000000000048c04ed5691981c42154c6167398f95e8f38a7ff00000000000000000000000000000000000000000000000000000000632ceac70000000000000000000000000000000000000000000000000000000000000002000000000000000000000000c02aaa39b223fe8d0a0e5c4f27ead9083c756cc20000000000000000000000006c6ee5e31d828de241282b9606c8e98ea48526e225a0c9077369501641a92ef7399ff81c21639ed4fd8fc69cb793cfa1dbfab342e10aa0615facb2f1bcf3274a354cfe384a38d0cc008a11c2dd23a69111bc6930ba27a8',
      '0xa12e1462d0ceD572f396F58B6E2D03894cD7C8a4',
      '0x280cde7cdefe4b188750e76c888f13bd05ce9a4d7767730feefe8a0e50ca6fc4',
      1,
    ],
  ] as const)('%s, from the chain', async (type, raw, from, transactionHash, chainId) => {
    expect(await parse(`\n  ${raw}\n`, from)).toMatchObject({
      type,
      from,
      transactionHash,
      chainId,
      isSigned: true,
    });
    expect(await refusalOf(parse(raw, STRANGER))).toBe(
      `--tx: it is signed by ${from}, not by ${STRANGER}`,
    );
  });
});

const authorise = (chainId: number, key = AUTHORITY_KEY) =>
  privateKeyToAccount(key).signAuthorization({ chainId, address: DELEGATE, nonce: 0 });

const fees = { maxFeePerGas: parseGwei('20'), maxPriorityFeePerGas: parseGwei('1'), gas: 200_000n };
const legacyFees = { gasPrice: parseGwei('20'), gas: 200_000n };
const accessList = [{ address: PAYEE, storageKeys: [toHex(1, { size: 32 })] }];
const paid = { to: PAYEE, value: 7n, data: '0xabcdef' as Hex };

async function delegating(): Promise<TransactionSerializableEIP7702> {
  const authorizationList = [await authorise(1), await authorise(0, KEY)];
  return { type: 'eip7702', chainId: 1, ...fees, ...paid, accessList, authorizationList, nonce: 5 };
}

/** One of every kind, each with its own nonce. */
const KINDS: readonly (readonly [string, () => Promise<TransactionSerializable>])[] = [
  ['legacy before EIP-155', async () => ({ type: 'legacy', ...legacyFees, ...paid, nonce: 0 })],
  ['legacy', async () => ({ type: 'legacy', chainId: 1, ...legacyFees, ...paid, nonce: 1 })],
  [
    'eip2930',
    async () => ({ type: 'eip2930', chainId: 1, ...legacyFees, ...paid, accessList, nonce: 2 }),
  ],
  ['eip1559', async () => ({ type: 'eip1559', chainId: 1, ...fees, ...paid, nonce: 3 })],
  [
    'eip1559 that creates a contract',
    async () => ({ type: 'eip1559', chainId: 1, ...fees, data: '0x5f5ff3', nonce: 4 }),
  ],
  ['eip7702', delegating],
];

describe('every type', () => {
  let chain: LocalChain;

  beforeAll(async () => {
    chain = await startLocalChain();
    await chain.set({ [SENDER.address]: { balance: 10n ** 20n } });
  });

  afterAll(() => chain.stop());

  test.each(KINDS)('%s: as a chain reads it', async (_, make) => {
    const made = await make();
    const raw = await SENDER.signTransaction(made);
    const parsed = await parse(raw);
    expect(parsed).toMatchObject({
      type: made.type,
      chainId: made.chainId ?? null,
      from: SENDER.address,
      to: made.to ?? null,
      value: made.value ?? 0n,
      data: made.data,
      nonce: BigInt(made.nonce ?? 0),
      isSigned: true,
    });
    const hash = await chain.request('eth_sendRawTransaction', [raw]);
    expect(parsed.transactionHash).toBe(hash);
    expect(await chain.request('eth_getTransactionByHash', [hash])).toMatchObject({
      from: SENDER.address.toLowerCase(),
      input: parsed.data,
      value: numberToHex(parsed.value),
      nonce: numberToHex(parsed.nonce ?? -1),
    });
  });

  test('the authority of an authorisation is whose code the chain changed', async () => {
    const { authorizations } = await parse(await SENDER.signTransaction(await delegating()));
    expect(authorizations).toEqual([
      { chainId: 1n, delegate: DELEGATE, nonce: 0n, authority: AUTHORITY.address },
      { chainId: 0n, delegate: DELEGATE, nonce: 0n, authority: SENDER.address },
    ]);
    expect(await chain.request('eth_getCode', [AUTHORITY.address, 'latest'])).toBe(
      concat(['0xef0100', DELEGATE]).toLowerCase(),
    );
  });

  test.each(KINDS)('%s: what is to be signed is what was signed', async (_, make) => {
    const { signingHash, ...signed } = await parse(await SENDER.signTransaction(await make()));
    const unsigned = serializeTransaction(await make());
    expect(signingHash).toBe(keccak256(unsigned));
    expect(await parse(unsigned)).toEqual({
      ...signed,
      from: null,
      signingHash,
      isSigned: false,
      transactionHash: null,
    });
    expect(await parse(unsigned, STRANGER)).toMatchObject({ from: STRANGER, isSigned: false });
  });
});

describe('blobs', () => {
  const blobTransaction = {
    type: 'eip4844',
    chainId: 1,
    ...fees,
    ...paid,
    maxFeePerBlobGas: 1n,
    blobVersionedHashes: [`0x01${'ab'.repeat(31)}`],
  } as const;
  const wrapped = (raw: Hex, ...around: Parameters<typeof toRlp>[0][]) =>
    concat(['0x03', toRlp([fromRlp(`0x${raw.slice(4)}`), ...around] as Hex[])]);

  test('do not change what is signed, in the wrapper of EIP-4844 and in that of EIP-7594', async () => {
    const raw = await SENDER.signTransaction(blobTransaction);
    const parsed = await parse(raw);
    expect(parsed).toMatchObject({ type: 'eip4844', from: SENDER.address });
    const blob = `0x${'00'.repeat(131_072)}` as const;
    const [commitments, proofs] = [[`0x${'c0'.repeat(48)}`], [`0x${'c1'.repeat(48)}`]] as const;
    expect(await parse(wrapped(raw, [blob], commitments, proofs))).toEqual(parsed);
    expect(await parse(wrapped(raw, '0x01', [blob], commitments, proofs))).toEqual(parsed);
    expect(await refusalOf(parse(wrapped(raw)))).toMatch('expected a transaction: ');
  });

  test('come with a transaction that has a target', async () => {
    const raw = await SENDER.signTransaction(blobTransaction);
    expect(await refusalOf(parse(changed(raw, 5, '0x')))).toMatch(
      /^--tx: expected a transaction: /,
    );
  });
});

/** Raw bytes of a typed transaction, one field of which is another. */
function changed(raw: Hex, index: number, field: Parameters<typeof toRlp>[0]): Hex {
  const fields = fromRlp(`0x${raw.slice(4)}`) as Hex[];
  return concat([raw.slice(0, 4) as Hex, toRlp(fields.with(index, field as Hex))]);
}

describe('refused in one line', () => {
  const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const NOT_CANONICAL = 'it is not in the one form in which these fields are written';
  const payment = { type: 'eip1559', chainId: 1, ...fees, ...paid, nonce: 3 } as const;

  test.each<readonly [string, string, () => Promise<string>]>([
    ['nothing', 'expected a transaction', async () => '0x'],
    ['no hex', 'expected bytes as 0x and an even number of hex digits', async () => 'hello'],
    ['an unknown type', 'transactions of type 0x05 are not known', async () => '0x05c0'],
    ['a type no envelope may have', 'transactions of type 0x7f are not known', async () => '0x7f'],
    [
      'bytes after it',
      'expected a transaction: RLP payload encodes a single item, but `1` trailing byte remains.',
      async () => concat([await SENDER.signTransaction(payment), '0x00']),
    ],
    [
      'the other of the two signatures by one key',
      'the s of its signature is in the upper half, where it is not valid',
      async () => {
        const raw = await SENDER.signTransaction(payment);
        const [v, , s] = fromRlp(`0x${raw.slice(4)}`).slice(-3) as [Hex, Hex, Hex];
        const other = changed(raw, 11, numberToHex(ORDER - BigInt(s)));
        return changed(other, 9, v === '0x' ? '0x01' : '0x');
      },
    ],
    [
      'a y parity of 27',
      'expected a transaction: Invalid `yParity` value "27". Expected 0 or 1.',
      async () => changed(await SENDER.signTransaction(payment), 9, '0x1b'),
    ],
    [
      'a v of 29',
      'expected a transaction: Invalid `v` value "29". Expected 27 or 28.',
      async () => toRlp(['0x', '0x', '0x', PAYEE, '0x', '0x', '0x1d', '0x01', '0x01']),
    ],
    [
      'no s',
      'expected a transaction: ',
      async () => toRlp(['0x', '0x', '0x', PAYEE, '0x', '0x', '0x1b', '0x01', '0x']),
    ],
    [
      'a chain id of more than 53 bits',
      'expected a transaction: ',
      async () =>
        toRlp(['0x', '0x', '0x', PAYEE, '0x', '0x', `0x${'ff'.repeat(8)}`, '0x01', '0x01']),
    ],
    [
      'a signature that no key can make',
      'nobody can have made its signature',
      async () => changed(await SENDER.signTransaction(payment), 10, numberToHex(ORDER)),
    ],
    [
      'no r',
      'nobody can have made its signature',
      async () => changed(await SENDER.signTransaction(payment), 10, '0x'),
    ],
    [
      'a number with a leading zero',
      NOT_CANONICAL,
      async () => changed(await SENDER.signTransaction(payment), 6, '0x0007'),
    ],
    [
      'a list in place of the target, read as if it created a contract',
      NOT_CANONICAL,
      async () => changed(await SENDER.signTransaction(payment), 5, [PAYEE]),
    ],
    [
      'a list in place of the data',
      NOT_CANONICAL,
      async () => changed(await SENDER.signTransaction(payment), 7, ['0xabcdef']),
    ],
    [
      'a value of 33 bytes',
      'value: expected a uint256',
      async () => changed(await SENDER.signTransaction(payment), 6, `0x01${'00'.repeat(32)}`),
    ],
    [
      'a delegation that creates a contract',
      'to: missing: a transaction of type eip7702 creates no contract',
      async () => changed(await SENDER.signTransaction(await delegating()), 5, '0x'),
    ],
    [
      'a delegation without authorisations',
      'expected 1 to 671 authorisations, not 0',
      async () => SENDER.signTransaction({ ...(await delegating()), authorizationList: [] }),
    ],
    [
      'more authorisations than fit',
      'expected 1 to 671 authorisations, not 30000',
      async () => {
        const many = Array.from({ length: 30_000 }, () => ['0x', DELEGATE, '0x', '0x', '0x', '0x']);
        return changed(
          await SENDER.signTransaction(await delegating()),
          9,
          many as unknown as Hex[],
        );
      },
    ],
    [
      'lists in lists',
      'expected a transaction: ',
      async () => {
        let nested: readonly unknown[] = [];
        for (let depth = 0; depth < 2_000; depth += 1) nested = [nested];
        return toRlp(nested as Hex[]);
      },
    ],
  ])('%s', async (_, says, make) => {
    const message = await refusalOf(parse(await make()));
    expect(message).toMatch(/^--tx: .+$/);
    expect(message.slice('--tx: '.length)).toContain(says);
  });
});

describe('an authorisation without an authority', () => {
  test.each([
    ['a y parity that is none', (each: object) => ({ ...each, yParity: 27 })],
    ['an s in the upper half', (each: { s: Hex }) => ({ ...each, s: `0x${'f'.repeat(64)}` })],
    ['an r that is no point', (each: object) => ({ ...each, r: `0x${'f'.repeat(64)}` })],
  ])('%s: nobody is named, and the others are', async (_, change) => {
    const [first, second] = [await authorise(1), await authorise(0, KEY)];
    const authorizationList = [change(first) as typeof first, second];
    const { authorizations } = await parse(
      await SENDER.signTransaction({ ...(await delegating()), authorizationList }),
    );
    expect(authorizations.map(({ authority }) => authority)).toEqual([null, SENDER.address]);
  });
});

test('bytes that are not what was signed are refused, or say that someone else signed', async () => {
  const raws = await Promise.all(
    KINDS.map(async ([, make]) => SENDER.signTransaction(await make())),
  );
  const mutation = fc.record({
    raw: fc.constantFrom(...raws),
    at: fc.nat(400),
    cut: fc.nat(2),
    put: fc.uint8Array({ maxLength: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(mutation, async ({ raw, at, cut, put }) => {
      const start = 2 + 2 * (at % ((raw.length - 2) / 2));
      const mutated = `${raw.slice(0, start)}${toHex(put).slice(2)}${raw.slice(start + 2 * cut)}`;
      if (mutated === raw) return;
      try {
        const { from, isSigned } = await parse(mutated);
        expect(isSigned && from === SENDER.address).toBe(false);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 3_000 },
  );
});

test('any fields are parsed or refused', async () => {
  const raws = await Promise.all(
    KINDS.map(async ([, make]) => SENDER.signTransaction(await make())),
  );
  const word = toHex(1, { size: 32 });
  const likely = ['0x', '0x01', '0x1b', '0x25', PAYEE, word, [], [[PAYEE, [word]]], [[PAYEE]]];
  const delegation = [['0x01', PAYEE, '0x', '0x', '0x01', '0x01']];
  const unlikely = fc.uint8Array({ maxLength: 34 }).map((made) => toHex(made));
  const item = fc.oneof(fc.constantFrom(...likely, delegation, [PAYEE]), unlikely);
  const changes = fc.array(fc.tuple(fc.nat(13), item), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...raws), changes, async (raw, made) => {
      const [type, payload] = raw.startsWith('0x0')
        ? [raw.slice(0, 4) as Hex, `0x${raw.slice(4)}` as const]
        : (['0x', raw] as const);
      const fields = fromRlp(payload) as unknown[];
      for (const [index, field] of made) fields[index % fields.length] = field;
      try {
        const { data } = await parse(concat([type, toRlp(fields as Hex[])]));
        expect(data).toMatch(/^0x/);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 3_000 },
  );
});

describe('parseCall', () => {
  const call = (document: unknown) => parseCall('--call', document);
  const expected = {
    type: null,
    chainId: 1,
    from: STRANGER,
    to: PAYEE,
    value: 10n ** 18n,
    data: '0xabcdef',
    nonce: 3n,
    isSigned: false,
    signingHash: null,
    transactionHash: null,
    authorizations: [],
  };
  const hex = {
    from: STRANGER.toLowerCase(),
    to: PAYEE,
    value: '0xde0b6b3a7640000',
    data: '0xabcdef',
    gas: '0x5208',
    nonce: '0x3',
    chainId: '0x1',
    type: '0x2',
  };

  test.each([
    ['numbers in hex', hex],
    ['numbers in decimal', { ...hex, value: '1000000000000000000', nonce: 3, chainId: 1 }],
    ['input in place of data', { ...hex, data: undefined, input: '0xabcdef' }],
    ['both', { ...hex, input: '0xABCDEF' }],
    ['a list of one', [hex]],
    ['a JSON-RPC request', { id: 1, method: 'eth_sendTransaction', params: [hex] }],
    [
      'wallet_sendCalls with one call',
      {
        version: '2.0.0',
        from: STRANGER,
        chainId: '0x1',
        atomicRequired: true,
        calls: [{ to: PAYEE, value: '0xde0b6b3a7640000', data: '0xabcdef', nonce: 3 }],
      },
    ],
  ])('%s', async (_, document) => {
    expect(await call(document)).toEqual(expected);
  });

  test('needs little', async () => {
    const nothing = { ...expected, chainId: null, from: null, value: 0n, data: '0x', nonce: null };
    expect(await call({ to: PAYEE })).toEqual(nothing);
    expect(await call({ data: '0x5f' })).toEqual({ ...nothing, to: null, data: '0x5f' });
  });

  test('recovers who authorises a delegation, and names nobody where it is not signed', async () => {
    const { r, s, yParity, chainId, address, nonce } = await authorise(1);
    const signed = { r, s, yParity: numberToHex(yParity ?? -1), chainId: '0x1', address, nonce };
    const { authorizations } = await call({
      ...hex,
      authorizationList: [signed, { chainId, address, nonce }],
    });
    expect(authorizations).toEqual([
      { chainId: 1n, delegate: DELEGATE, nonce: 0n, authority: AUTHORITY.address },
      { chainId: 1n, delegate: DELEGATE, nonce: 0n, authority: null },
    ]);
  });

  test.each([
    ['something else', 'hello', 'Invalid input: expected object, received string'],
    ['two calls', [hex, hex], 'Invalid input: expected object, received array'],
    ['neither target nor code', { from: PAYEE, value: 1 }, 'expected a call: to whom, or the code'],
    ['data and other input', { ...hex, input: '0xabcd' }, 'data and input differ'],
    ['a name', { to: 'vitalik.eth' }, 'to: expected an address: 0x and 40 hex digits'],
    ['a fraction', { ...hex, value: '1.5' }, 'value: expected a number: decimal, or 0x and hex'],
    ['no calls', { calls: [] }, 'calls: expected at least one call'],
    ['several calls', { calls: [hex, hex] }, 'expected one call, not 2'],
    ['too many calls', { calls: Array(201).fill(hex) }, 'calls: '],
  ])('refuses %s', async (_, document, says) => {
    expect(await refusalOf(call(document))).toContain(`--call: ${says}`);
  });

  test('parseCalls reads several, in their order, on the chain of the request', async () => {
    const calls = [
      { to: PAYEE, value: 1, chainId: 5 },
      { to: DELEGATE, data: '0x01' },
    ];
    const made = await parseCalls('--call', { from: STRANGER, chainId: 1, calls });
    expect(made).toEqual([
      { ...expected, value: 1n, data: '0x', nonce: null },
      { ...expected, to: DELEGATE, value: 0n, data: '0x01', nonce: null },
    ]);
  });

  test('never crashes', async () => {
    const some = fc.oneof(fc.anything(), fc.constantFrom(...Object.values(hex), [hex]));
    const key = fc.constantFrom(...Object.keys(hex), 'authorizationList', 'calls', 'params');
    const mutated = fc.tuple(key, some).map(([field, value]) => ({ ...hex, [field]: value }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.anything(), mutated), async (document) => {
        try {
          expect((await parseCalls('--call', document)).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
