/** What the decoders are meant for: the inputs that are changed. */
import { readdirSync, readFileSync } from 'node:fs';
import {
  type AbiFunction,
  type AbiParameter,
  type Address,
  concat,
  encodeAbiParameters,
  encodePacked,
  type Hex,
  keccak256,
  pad,
  parseAbiItem,
  parseGwei,
  serializeTransaction,
  size,
  stringToHex,
  type TransactionSerializable,
  toFunctionSelector,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { createSiweMessage } from 'viem/siwe';
import { CONTAINERS } from '../../src/chains/evm/decode/containers.ts';
import { DECLARATIONS } from '../../src/chains/evm/decode/names.ts';
import { parseProposal } from '../../src/chains/evm/safe/exports.ts';
import { encodeExecution } from '../../src/chains/evm/safe/transaction.ts';
import { TEMPLATE } from '../../src/org/template.ts';
import { account, OWNERS } from '../support/accounts.ts';

const INCIDENTS = 'incidents';
const PAYEE = account(0xaa);
const TOKEN = account(0x70);
const KEY = privateKeyToAccount(pad('0x5167'));

const json = (value: unknown): string =>
  JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each));

const filesOf = (suffix: string): readonly string[] =>
  readdirSync(INCIDENTS, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(suffix))
    .sort()
    .map((path) => readFileSync(`${INCIDENTS}/${path}`, 'utf8'));

const documents = filesOf('.json').map((text): object => JSON.parse(text));
const recordings = documents.filter((document) => 'entries' in document);

/** The transactions of the incidents, in the form of Safe's transaction service. */
const filed = documents.filter((document) => 'safe' in document && 'nonce' in document);
const transactions = filed.map((document) => parseProposal('corpus', document).transaction);

const parts = filed.map((document) => {
  const {
    safe,
    confirmations,
    safeTxHash,
    signatures: _,
    ...data
  } = document as Record<string, unknown>;
  return {
    safe,
    confirmations: confirmations as { owner: string; signature: string }[],
    safeTxHash,
    data,
  };
});

const builderFile = {
  version: '1.0',
  chainId: '1',
  createdAt: 1_700_000_000_000,
  meta: { name: 'Batch', createdFromSafeAddress: account(0x5afe), checksum: '' },
  transactions: [
    { to: PAYEE, value: '1000000000000000000', data: null, contractMethod: null },
    {
      to: TOKEN,
      value: '0',
      data: null,
      contractMethod: {
        name: 'disperse',
        payable: false,
        inputs: [
          { name: 'to', type: 'address[]' },
          { name: 'amounts', type: 'uint256[]' },
          { name: 'memo', type: 'string' },
          {
            name: 'options',
            type: 'tuple[2]',
            components: [
              { name: 'flag', type: 'bool' },
              { name: 'id', type: 'bytes32' },
              { name: 'change', type: 'int128' },
            ],
          },
        ],
      },
      contractInputsValues: {
        to: `[${PAYEE}, ${TOKEN}]`,
        amounts: '[1, 20000000000000000000000]',
        memo: 'for June',
        options: `[[true, ${zeroHash}, -5], [false, ${zeroHash}, 7]]`,
      },
    },
  ],
};

export const PROPOSALS: readonly string[] = [
  ...filed,
  { count: 1, next: null, previous: null, results: [filed[0]] },
  ...parts.map(({ safe, confirmations, safeTxHash, data }) => ({
    safeAddress: safe,
    txId: `multisig_${safe}_${safeTxHash}`,
    txData: {
      to: { value: data['to'] },
      value: data['value'],
      hexData: data['data'],
      operation: data['operation'],
    },
    detailedExecutionInfo: {
      ...data,
      type: 'MULTISIG',
      refundReceiver: { value: zeroAddress },
      safeTxHash,
      confirmations: confirmations.map(({ owner: value, signature }) => ({
        signer: { value },
        signature,
      })),
    },
  })),
  ...parts.map(({ safe, confirmations, safeTxHash, data }) => ({
    safe,
    data,
    safeTxHash,
    signatures: confirmations.map(({ owner: signer, signature }, index) => ({
      signer,
      data: signature,
      isContractSignature: index === 0,
    })),
  })),
  builderFile,
  { ...builderFile, meta: { checksum: null } },
].map(json);

/** Typed data, its types as `encodeType` of EIP-712 writes them. */
function typed(encoded: string, message: object, domain: object = {}): object {
  const types = [...encoded.matchAll(/([A-Za-z0-9]+)\(([^)]*)\)/g)].map(
    ([, name = '', fields = '']) => [
      name,
      fields.split(',').map((field) => {
        const [type, of] = field.split(' ');
        return { name: of, type };
      }),
    ],
  );
  const whole = { name: 'Name', version: '1', chainId: 1, verifyingContract: TOKEN, ...domain };
  const domainType = [
    { name: 'name', type: 'string' },
    { name: 'version', type: 'string' },
    { name: 'chainId', type: 'uint256' },
    { name: 'verifyingContract', type: 'address' },
  ].filter(({ name }) => whole[name as keyof typeof whole] !== undefined);
  return {
    types: { EIP712Domain: domainType, ...Object.fromEntries(types) },
    primaryType: encoded.split('(')[0],
    domain: JSON.parse(json(whole)),
    message: JSON.parse(json(message)),
  };
}

const PERMIT2 = {
  name: 'Permit2',
  version: undefined,
  verifyingContract: '0x000000000022D473030F116dDEE9F6B43aC78BA3',
};
const DETAILS = 'PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)';
const details = { token: TOKEN, amount: 5n, expiration: 2_000_000_000, nonce: 0 };
const ITEM =
  'uint8 itemType,address token,uint256 identifierOrCriteria,uint256 startAmount,uint256 endAmount';
const item = { itemType: 2, token: TOKEN, identifierOrCriteria: 7, startAmount: 1, endAmount: 1 };

const typedDocuments: readonly object[] = [
  // https://eips.ethereum.org/EIPS/eip-712
  typed('Mail(Person from,Person to,string contents)Person(string name,address wallet)', {
    from: { name: 'Cow', wallet: '0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826' },
    to: { name: 'Bob', wallet: '0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB' },
    contents: 'Hello, Bob!',
  }),
  typed('Tree(bytes32 id,bool leaf,int8 weight,bytes data,uint256[2][] pairs,Tree[] children)', {
    ...{
      id: zeroHash,
      leaf: false,
      weight: -5,
      data: '0x1234',
      pairs: [
        [1, 2],
        ['0x03', '4'],
      ],
    },
    children: [{ id: zeroHash, leaf: true, weight: 7, data: '0x', pairs: [], children: [] }],
  }),
  typed('Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)', {
    ...{ owner: KEY.address, spender: PAYEE, value: 5n, nonce: 0, deadline: 2_000_000_000 },
  }),
  typed('Permit(address holder,address spender,uint256 nonce,uint256 expiry,bool allowed)', {
    ...{ holder: KEY.address, spender: PAYEE, nonce: 0, expiry: 0, allowed: true },
  }),
  typed(
    `PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)${DETAILS}`,
    { details, spender: PAYEE, sigDeadline: 2_000_000_000 },
    PERMIT2,
  ),
  typed(
    `PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline)${DETAILS}`,
    { details: [details, details], spender: PAYEE, sigDeadline: 2_000_000_000 },
    PERMIT2,
  ),
  typed(
    'PermitTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline)TokenPermissions(address token,uint256 amount)',
    { permitted: { token: TOKEN, amount: 5n }, spender: PAYEE, nonce: 0, deadline: 2_000_000_000 },
    PERMIT2,
  ),
  typed(
    'TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)',
    {
      from: KEY.address,
      to: PAYEE,
      value: 5n,
      validAfter: 0,
      validBefore: 2_000_000_000,
      nonce: zeroHash,
    },
  ),
  typed('Delegation(address delegatee,uint256 nonce,uint256 expiry)', {
    ...{ delegatee: PAYEE, nonce: 0, expiry: 2_000_000_000 },
  }),
  typed(
    `OrderComponents(address offerer,address zone,OfferItem[] offer,ConsiderationItem[] consideration,uint8 orderType,uint256 startTime,uint256 endTime,bytes32 zoneHash,uint256 salt,bytes32 conduitKey,uint256 counter)ConsiderationItem(${ITEM},address recipient)OfferItem(${ITEM})`,
    {
      ...{ offerer: KEY.address, zone: zeroAddress, offer: [item], orderType: 0 },
      consideration: [{ ...item, itemType: 0, token: zeroAddress, recipient: KEY.address }],
      ...{
        startTime: 0,
        endTime: 2_000_000_000,
        zoneHash: zeroHash,
        salt: 1,
        conduitKey: zeroHash,
        counter: 0,
      },
    },
    {
      name: 'Seaport',
      version: '1.6',
      verifyingContract: '0x0000000000000068F116a894984e2DB1123eB395',
    },
  ),
  typed(
    'Order(address sellToken,address buyToken,address receiver,uint256 sellAmount,uint256 buyAmount,uint32 validTo,bytes32 appData,uint256 feeAmount,string kind,bool partiallyFillable,string sellTokenBalance,string buyTokenBalance)',
    {
      ...{
        sellToken: TOKEN,
        buyToken: account(0x71),
        receiver: KEY.address,
        sellAmount: 5n,
        buyAmount: 4n,
      },
      ...{
        validTo: 2_000_000_000,
        appData: zeroHash,
        feeAmount: 0,
        kind: 'sell',
        partiallyFillable: false,
      },
      ...{ sellTokenBalance: 'erc20', buyTokenBalance: 'erc20' },
    },
    {
      name: 'Gnosis Protocol',
      version: 'v2',
      verifyingContract: '0x9008D19f58AAbD9eD0D60971565AA8510560ab41',
    },
  ),
  ...transactions
    .slice(0, 3)
    .map(({ safe, operation, ...fields }) =>
      typed(
        'SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)',
        { ...fields, operation: operation === 'call' ? 0 : 1 },
        { name: undefined, version: undefined, verifyingContract: safe },
      ),
    ),
];

export const TYPED_DATA: readonly string[] = [
  ...typedDocuments,
  ...typedDocuments.slice(0, 3).map((typedData) => ({ typedData })),
  ...typedDocuments.slice(0, 3).map((data) => [KEY.address, data]),
  ...typedDocuments.slice(0, 3).map((data) => [KEY.address, json(data)]),
].map(json);

const signIn = createSiweMessage({
  address: KEY.address,
  chainId: 1,
  domain: 'example.com',
  nonce: 'foobarbaz1',
  uri: 'https://example.com/login',
  version: '1',
  statement: 'Sign in.',
  issuedAt: new Date(0),
  expirationTime: new Date(1e12),
  resources: ['https://example.com/terms'],
});

export const MESSAGES: readonly string[] = [
  signIn,
  'Hello, Bob!\n',
  keccak256('0x'),
  `Approve ${keccak256('0x').slice(2)}`,
  '0xdeadbeef',
  stringToHex(signIn),
  ...TYPED_DATA.slice(0, 6),
];

/** Some value of a type; `calldata` is what bytes are. */
function someOf(type: AbiParameter, calldata: Hex): unknown {
  const element = type.type.match(/^(.*)\[(\d*)\]$/);
  if (element !== null) {
    const of = { ...type, type: element[1] ?? '' };
    return Array.from({ length: Number(element[2] || 2) }, () => someOf(of, calldata));
  }
  if ('components' in type) {
    return Object.fromEntries(type.components.map((each) => [each.name, someOf(each, calldata)]));
  }
  if (type.type === 'bytes') return calldata;
  if (type.type === 'string') return 'text';
  if (type.type === 'address') return PAYEE;
  if (type.type === 'bool') return true;
  const bytes = type.type.match(/^bytes(\d+)$/);
  return bytes === null ? 1n : toHex(1, { size: Number(bytes[1]) });
}

const calldataOf = (declaration: string, bytes: Hex): Hex => {
  const { name, inputs } = parseAbiItem(`function ${declaration}`) as AbiFunction;
  const args = encodeAbiParameters(
    inputs,
    inputs.map((each) => someOf(each, bytes)),
  );
  return concat([toFunctionSelector(`${name}(${typesIn(inputs)})`), args]);
};

const typesIn = (inputs: readonly AbiParameter[]): string =>
  inputs
    .map((each) =>
      'components' in each
        ? `(${typesIn(each.components)})${each.type.slice('tuple'.length)}`
        : each.type,
    )
    .join(',');

const TRANSFER = calldataOf('transfer(address to, uint256 amount)', '0x');
const multiSent = (data: Hex): Hex =>
  encodePacked(
    ['uint8', 'address', 'uint256', 'uint256', 'bytes'],
    [0, TOKEN, 0n, BigInt(size(data)), data],
  );

/** In characters: longer ones would be cut anyway. */
const MAX_CALLDATA = 1 << 14;

/** A call of every function that is known; of those that make calls, also with others in them. */
export const CALLDATA: readonly Hex[] = [
  ...DECLARATIONS.map((declaration) => calldataOf(declaration, '0x1234')),
  ...CONTAINERS.flatMap(({ declaration }) => [
    calldataOf(declaration, TRANSFER),
    calldataOf(declaration, multiSent(TRANSFER)),
    calldataOf(declaration, calldataOf(declaration, calldataOf(declaration, TRANSFER))),
  ]),
  ...CONTAINERS.map(({ declaration }) =>
    calldataOf(
      'multiSend(bytes transactions)',
      concat([multiSent(calldataOf(declaration, TRANSFER)), multiSent(TRANSFER)]),
    ),
  ),
  ...transactions.flatMap((transaction) => [
    transaction.data,
    encodeExecution(transaction, '0x1234'),
  ]),
].filter((data) => data.length < MAX_CALLDATA);

const common = {
  chainId: 1,
  nonce: 7,
  to: PAYEE,
  value: 5n,
  data: TRANSFER,
  gas: 21_000n,
} as const;
const fees = { maxFeePerGas: parseGwei('20'), maxPriorityFeePerGas: parseGwei('1') };
const accessList = [{ address: TOKEN, storageKeys: [zeroHash] }];
const authorization = { address: TOKEN, chainId: 1, nonce: 3 };

const unsigned: readonly TransactionSerializable[] = [
  { ...common, type: 'legacy', gasPrice: parseGwei('20') },
  { ...common, type: 'legacy', gasPrice: parseGwei('20'), chainId: undefined },
  { ...common, type: 'legacy', gasPrice: parseGwei('20'), to: undefined },
  { ...common, type: 'eip2930', gasPrice: parseGwei('20'), accessList },
  { ...common, ...fees, type: 'eip1559', accessList },
  {
    ...common,
    ...fees,
    type: 'eip4844',
    maxFeePerBlobGas: 1n,
    blobVersionedHashes: [`0x01${'22'.repeat(31)}`],
  },
  {
    ...common,
    ...fees,
    type: 'eip7702',
    authorizationList: [
      await KEY.signAuthorization(authorization),
      await KEY.signAuthorization({ ...authorization, chainId: 0 }),
    ],
  },
];

export const RAW_TRANSACTIONS: readonly Hex[] = [
  ...(await Promise.all(unsigned.map((each) => KEY.signTransaction(each)))),
  ...unsigned.map((each) => serializeTransaction(each)),
  // The example of EIP-155.
  '0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83',
];

const call = {
  chainId: '0x1',
  from: KEY.address,
  to: PAYEE,
  value: '0x5',
  data: TRANSFER,
  gas: '0x5208',
};

export const CALLS: readonly string[] = [
  call,
  { to: PAYEE, value: 5, input: TRANSFER, nonce: 3 },
  { from: KEY.address, data: '0x6000' },
  [call],
  { jsonrpc: '2.0', id: 1, method: 'eth_sendTransaction', params: [call] },
  {
    version: '2.0.0',
    chainId: '0x1',
    from: KEY.address,
    calls: [call, { to: TOKEN, data: TRANSFER }],
  },
  {
    ...call,
    authorizationList: [
      {
        chainId: '0x1',
        address: TOKEN,
        nonce: '0x3',
        r: pad('0x11'),
        s: pad('0x22'),
        yParity: '0x1',
      },
      { chainId: 0, address: TOKEN, nonce: 3 },
    ],
  },
].map(json);

const bound = {
  castellan: '0.1.0',
  request: zeroHash,
  chainId: 1,
  block: { number: '7', hash: keccak256('0x01'), stateRoot: keccak256('0x02') },
  decision: 'SIGN',
  deciding: null,
  verdict: keccak256('0x03'),
  evidence: keccak256('0x04'),
  organisation: keccak256('0x05'),
  checkers: 2,
};

/** With the keys of its objects in order. */
const ordered = (value: unknown): string =>
  JSON.stringify(value, (_, each) =>
    typeof each === 'object' && each !== null
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );

export const ATTESTATIONS: readonly string[] = ['alice', 'bob'].map((checker) =>
  json({
    schema: 'castellan.attestation/1',
    line: `SIGN ${keccak256(stringToHex(ordered(bound)))}`,
    checker,
    source: 'http://127.0.0.1:8545',
    bound,
  }),
);

/** What the template shows is commented out. */
export const ORGANISATIONS: readonly string[] = [
  ...filesOf('castellan.yaml'),
  TEMPLATE,
  TEMPLATE.replace(/: \[\]$/gm, ':').replace(/^#( {2})/gm, '$1'),
];

export const RECORDINGS: readonly string[] = recordings.map((recording) => {
  const entries =
    'entries' in recording && Array.isArray(recording.entries) ? recording.entries : [];
  return json({
    ...recording,
    entries: entries.filter((entry) => json(entry).length < 2_000).slice(0, 8),
  });
});

const word = (value: Address | bigint): Hex =>
  typeof value === 'bigint' ? toHex(value, { size: 32 }) : pad(value);
const log = (event: string, topics: readonly Hex[], data: Hex): string =>
  json({ account: TOKEN, topics: [keccak256(stringToHex(event)), ...topics], data }).toLowerCase();
const [from = PAYEE, to = PAYEE] = OWNERS;

export const LOGS: readonly string[] = [
  log('Transfer(address,address,uint256)', [word(from), word(to)], word(5n)),
  log('Transfer(address,address,uint256)', [word(from), word(to), word(7n)], '0x'),
  log(
    'TransferSingle(address,address,address,uint256,uint256)',
    [word(from), word(from), word(to)],
    concat([word(7n), word(1n)]),
  ),
  log(
    'TransferBatch(address,address,address,uint256[],uint256[])',
    [word(from), word(from), word(to)],
    encodeAbiParameters(
      [{ type: 'uint256[]' }, { type: 'uint256[]' }],
      [
        [1n, 2n],
        [3n, 4n],
      ],
    ),
  ),
];
