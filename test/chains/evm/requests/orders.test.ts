import { readFile } from 'node:fs/promises';
import {
  type Address,
  concat,
  type Hex,
  hexToBigInt,
  parseSignature,
  serializeCompactSignature,
  signatureToCompactSignature,
  toHex,
  zeroAddress,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Amount, PermittedTrade } from '../../../../src/chains/evm/requests/request.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { account } from '../../../support/accounts.ts';
import { compile, compileAll } from '../../../support/compile.ts';
import { type LocalChain, startLocalChain } from '../../../support/local-chain.ts';
import { OPAQUE_CODE } from '../../../support/opaque.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { published } from '../../../support/published.ts';
import {
  ask,
  call,
  type Document,
  messageOf,
  SIGNER,
  type Signature,
  sign,
} from '../../../support/signing.ts';

const DEPLOYER = account(0x41);
const TAKER = account(0x42);
const FEES = account(0x43);
const END = 2_000_000_000n;
const ZERO = slot(0n);

let chain: LocalChain;
let sold: Address;
let bought: Address;
let items: Address;

const TOKENS = compileAll(
  `import '@openzeppelin/contracts/token/ERC20/ERC20.sol';
  import '@openzeppelin/contracts/token/ERC721/ERC721.sol';
  contract Coin is ERC20('Coin', 'C') {
    constructor(address to) { _mint(to, 1e24); }
  }
  contract Items is ERC721('Items', 'I') {
    constructor(address to) { _mint(to, 5); _mint(to, 6); }
  }`,
);

beforeAll(async () => {
  chain = await startLocalChain();
  sold = await deployCompiled(chain, DEPLOYER, TOKENS('Coin'), [SIGNER]);
  bought = await deployCompiled(chain, DEPLOYER, TOKENS('Coin'), [TAKER]);
  items = await deployCompiled(chain, DEPLOYER, TOKENS('Items'), [SIGNER]);
});
afterAll(() => chain.stop());

const domain = (name: string, verifyingContract: Address, version = '1') => ({
  name,
  version,
  chainId: 1,
  verifyingContract,
});

const approve = (from: Address, token: Address, spender: Address) =>
  call(chain, from, token, 'approve(address,uint256)', spender, 10n ** 24n);

/** How much of an asset someone has. */
async function held({ token, item }: Amount, by: Address): Promise<bigint> {
  if (token === null) throw new Error('ether is not looked at');
  if (item === null) {
    return (await ask(chain, token, 'balanceOf(address) returns (uint256)', by)) as bigint;
  }
  const owner = await ask(chain, token, 'ownerOf(uint256) returns (address)', item);
  return owner === by ? 1n : 0n;
}

const tradesIn = (
  document: Document,
  signer: Address | null = SIGNER,
): readonly PermittedTrade[] => {
  const { permits, unknown } = messageOf(document, signer);
  expect(unknown).toBeNull();
  return permits.map((each) => {
    if (each.kind !== 'trade') throw new Error(`it permits a ${each.kind}`);
    return each;
  });
};

/**
 * Proves that an order, taken up in full, takes from the signer what it is said to give and brings what
 * it is said to get, to whom. It is signed for the exchange as it stands here.
 */
async function proveTrade(
  document: Document,
  here: Address,
  takeUp: (signature: Signature) => Promise<unknown>,
): Promise<PermittedTrade> {
  const [trade, ...more] = tradesIn(document);
  if (trade === undefined || more.length > 0) throw new Error('expected one trade');
  const sides = [
    ...trade.gives.map((amount) => ({ amount, of: SIGNER, change: -amount.amount })),
    ...trade.gets.map((amount) => ({ amount, of: amount.to ?? SIGNER, change: amount.amount })),
  ];
  const balances = () => Promise.all(sides.map(({ amount, of }) => held(amount, of)));
  const before = await balances();
  const local = { ...document, domain: { ...document.domain, verifyingContract: here } };
  await takeUp(await sign(messageOf(local).hashes.digest));
  const changes = (await balances()).map((is, at) => is - (before[at] ?? 0n));
  expect(changes).toEqual(sides.map(({ change }) => change));
  return trade;
}

describe('CoW Protocol', () => {
  const SETTLEMENT: Address = '0x9008D19f58AAbD9eD0D60971565AA8510560ab41';
  const types = {
    Order:
      'address sellToken,address buyToken,address receiver,uint256 sellAmount,uint256 buyAmount,uint32 validTo,bytes32 appData,uint256 feeAmount,string kind,bool partiallyFillable,string sellTokenBalance,string buyTokenBalance',
  };
  const orderOf = (changed = {}): Document => ({
    types,
    domain: domain('Gnosis Protocol', SETTLEMENT, 'v2'),
    message: {
      sellToken: sold,
      buyToken: bought,
      receiver: zeroAddress,
      sellAmount: 100n,
      buyAmount: 50n,
      validTo: END,
      appData: ZERO,
      feeAmount: 1n,
      kind: 'sell',
      partiallyFillable: false,
      sellTokenBalance: 'erc20',
      buyTokenBalance: 'erc20',
      ...changed,
    },
  });
  let settlement: Address;

  beforeAll(async () => {
    const solvers = account(0x44);
    await chain.set({ [solvers]: { code: OPAQUE_CODE } });
    const path = '@cowprotocol/contracts/lib/contracts/GPv2Settlement.json';
    settlement = await deployCompiled(chain, DEPLOYER, await published(path), [solvers, FEES]);
    const relayer = await ask(chain, settlement, 'vaultRelayer() returns (address)');
    await approve(SIGNER, sold, relayer as Address);
    await call(chain, TAKER, bought, 'transfer(address,uint256)', settlement, 1_000n);
  });

  test.each([
    ['to the signer', 'sell', zeroAddress],
    ['to another', 'buy', FEES],
  ])('pays %s', async (_, kind, receiver) => {
    const trade = await proveTrade(orderOf({ kind, receiver }), settlement, ({ whole }) =>
      call(
        chain,
        TAKER,
        settlement,
        'settle(address[],uint256[],(uint256,uint256,address,uint256,uint256,uint32,bytes32,uint256,uint256,uint256,bytes)[],(address,uint256,bytes)[][3])',
        [sold, bought],
        [1n, 2n],
        [[0n, 1n, receiver, 100n, 50n, END, ZERO, 1n, kind === 'sell' ? 0n : 1n, 0n, whole]],
        [[], [], []],
      ),
    );
    expect(trade).toEqual({
      kind: 'trade',
      gives: [{ token: sold, amount: 101n, item: null, to: null }],
      gets: [
        { token: bought, amount: 50n, item: null, to: receiver === zeroAddress ? SIGNER : FEES },
      ],
      counterparty: null,
      expires: END,
    });
  });

  test('names ether by an address of its own', () => {
    const ether = '0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE';
    expect(tradesIn(orderOf({ buyToken: ether }))).toMatchObject([{ gets: [{ token: null }] }]);
  });

  test('has orders to sell and to buy, and no others', () => {
    expect(messageOf(orderOf({ kind: 'swap' })).unknown).toBe('It is neither to sell nor to buy');
  });

  test('is known by where it stands', () => {
    const document = { ...orderOf(), domain: domain('Gnosis Protocol', FEES, 'v2') };
    expect(messageOf(document)).toMatchObject({
      permits: [],
      unknown: `It has the form of CoW Protocol, but is for another contract, ${FEES}`,
    });
  });
});

describe('0x', () => {
  const PROXY: Address = '0xDef1C0ded9bec7F1a1670819833240f027b25EfF';
  const FIELDS = 'address makerToken,address takerToken,uint128 makerAmount,uint128 takerAmount';
  const artefact = z.object({
    compilerOutput: z.object({
      abi: z.array(z.any()),
      evm: z.object({ bytecode: z.object({ object: z.templateLiteral(['0x', z.string()]) }) }),
    }),
  });
  const common = () => ({
    makerToken: sold,
    takerToken: bought,
    makerAmount: 100n,
    takerAmount: 50n,
  });
  const signatureOf = ({ parts }: Signature) => [2, ...parts];
  const SIGNATURE = '(uint8,uint8,bytes32,bytes32)';

  /** A feature stands where it is delegated to: here it is put in the place of the proxy. */
  async function place(feature: string, args: readonly unknown[]): Promise<void> {
    const path = `node_modules/@0x/contracts-zero-ex/lib/generated-artifacts/${feature}.json`;
    const { abi, evm } = artefact.parse(JSON.parse(await readFile(path, 'utf8'))).compilerOutput;
    const bytecode = evm.bytecode.object;
    const at = await deployCompiled(chain, DEPLOYER, { abi, bytecode }, args);
    const code = (await chain.request('eth_getCode', [at, 'latest'])) as Hex;
    await chain.set({ [PROXY]: { code } });
    await approve(SIGNER, sold, PROXY);
    await approve(TAKER, bought, PROXY);
  }

  test.each([
    [
      'LimitOrder',
      `${FIELDS},uint128 takerTokenFeeAmount,address maker,address taker,address sender,address feeRecipient,bytes32 pool,uint64 expiry,uint256 salt`,
      { takerTokenFeeAmount: 3n, sender: zeroAddress, feeRecipient: FEES },
    ],
    [
      'RfqOrder',
      `${FIELDS},address maker,address taker,address txOrigin,bytes32 pool,uint64 expiry,uint256 salt`,
      { txOrigin: TAKER },
    ],
  ])('%s', async (name, fields, more) => {
    const controller = account(0x45);
    await chain.set({ [controller]: { code: OPAQUE_CODE } });
    await place('NativeOrdersFeature', [PROXY, FEES, FEES, controller, 0]);
    const rest = { maker: SIGNER, taker: TAKER, pool: ZERO, expiry: END, salt: 1n };
    const message: Readonly<Record<string, unknown>> = { ...common(), ...rest, ...more };
    const document = {
      types: { [name]: fields },
      domain: domain('ZeroEx', PROXY, '1.0.0'),
      message,
    };
    const order = fields.split(',').map((each) => message[each.split(' ')[1] ?? '']);
    const tuple = fields.split(',').map((each) => each.split(' ')[0]);
    const trade = await proveTrade(document, PROXY, (signature) =>
      call(
        chain,
        TAKER,
        PROXY,
        `fill${name}((${tuple}),${SIGNATURE},uint128)`,
        ...[order, signatureOf(signature), 50n],
      ),
    );
    expect(trade).toMatchObject({ counterparty: TAKER, expires: END });
  });

  describe('OtcOrder', () => {
    const document = (maker: Address, taker: Address, changed = {}): Document => ({
      types: {
        OtcOrder: `${FIELDS},address maker,address taker,address txOrigin,uint256 expiryAndNonce`,
      },
      domain: domain('ZeroEx', PROXY, '1.0.0'),
      message: {
        ...common(),
        maker,
        taker,
        txOrigin: TAKER,
        expiryAndNonce: (END << 192n) + 1n,
        ...changed,
      },
    });
    const TUPLE = '(address,address,uint128,uint128,address,address,address,uint256)';

    beforeAll(() => place('OtcOrdersFeature', [PROXY, FEES]));

    test('signed by its maker', async () => {
      const order = document(SIGNER, TAKER);
      const trade = await proveTrade(order, PROXY, (signature) =>
        call(
          chain,
          TAKER,
          PROXY,
          `fillOtcOrder(${TUPLE},${SIGNATURE},uint128)`,
          ...[Object.values(order.message), signatureOf(signature), 50n],
        ),
      );
      expect(trade).toMatchObject({ counterparty: TAKER, expires: END });
    });

    test('signed by its taker', () => {
      expect(tradesIn(document(TAKER, SIGNER, { makerToken: bought, takerToken: sold }))).toEqual([
        {
          kind: 'trade',
          gives: [{ token: sold, amount: 50n, item: null, to: null }],
          gets: [{ token: bought, amount: 100n, item: null, to: SIGNER }],
          counterparty: TAKER,
          expires: END,
        },
      ]);
    });

    test('signed by whoever might be its taker', () => {
      expect(messageOf(document(TAKER, zeroAddress)).unknown).toMatch(`It speaks for ${TAKER}`);
    });
  });
});

describe('1inch', () => {
  const ROUTER: Address = '0x111111125421cA6dc452d289314280a0f8842A65';
  const fields =
    'uint256 salt,address maker,address receiver,address makerAsset,address takerAsset,uint256 makingAmount,uint256 takingAmount,uint256 makerTraits';
  const orderOf = (changed = {}): Document => ({
    types: { Order: fields },
    domain: domain('1inch Limit Order Protocol', ROUTER, '4'),
    message: {
      salt: 7n,
      maker: SIGNER,
      receiver: zeroAddress,
      makerAsset: sold,
      takerAsset: bought,
      makingAmount: 100n,
      takingAmount: 50n,
      makerTraits: END << 80n,
      ...changed,
    },
  });
  let protocol: Address;

  beforeAll(async () => {
    const source = `import '@1inch/limit-order-protocol-contract/contracts/LimitOrderProtocol.sol';
      contract Here is LimitOrderProtocol(IWETH(address(0))) {}`;
    protocol = await deployCompiled(chain, DEPLOYER, compile('Here', source, true), []);
    await approve(SIGNER, sold, protocol);
    await approve(TAKER, bought, protocol);
  });

  test.each([
    ['to its maker', zeroAddress, 0n],
    ['to another', FEES, 1n],
  ])('pays %s', async (_, receiver, nonce) => {
    const order = orderOf({ receiver, makerTraits: (nonce << 120n) + (END << 80n) });
    const trade = await proveTrade(order, protocol, ({ whole }) => {
      const compact = serializeCompactSignature(signatureToCompactSignature(parseSignature(whole)));
      return call(
        chain,
        TAKER,
        protocol,
        'fillOrder((uint256,uint256,uint256,uint256,uint256,uint256,uint256,uint256),bytes32,bytes32,uint256,uint256)',
        Object.values(order.message).map((each) =>
          typeof each === 'string' ? hexToBigInt(each as Hex) : each,
        ),
        `0x${compact.slice(2, 66)}`,
        `0x${compact.slice(66)}`,
        ...[50n, 0n],
      );
    });
    expect(trade).toMatchObject({ counterparty: null, expires: END });
  });

  test('may have an extension, which says more than the order', () => {
    expect(messageOf(orderOf({ makerTraits: 1n << 249n }))).toMatchObject({
      permits: [{ gives: [{ token: sold, amount: 100n }], gets: [], expires: null }],
      unknown: 'It has an extension, which may set another price: only the hash of it is signed',
    });
  });
});

describe('Seaport', () => {
  const SEAPORT: Address = '0x0000000000000068F116a894984e2DB1123eB395';
  const ITEM =
    'uint8 itemType,address token,uint256 identifierOrCriteria,uint256 startAmount,uint256 endAmount';
  const parts = {
    OrderComponents:
      'address offerer,address zone,OfferItem[] offer,ConsiderationItem[] consideration,uint8 orderType,uint256 startTime,uint256 endTime,bytes32 zoneHash,uint256 salt,bytes32 conduitKey,uint256 counter',
    OfferItem: ITEM,
    ConsiderationItem: `${ITEM},address recipient`,
  };
  const itemOf = (
    itemType: number,
    token: Address,
    identifierOrCriteria: bigint,
    amount: bigint,
  ) => ({
    itemType,
    token,
    identifierOrCriteria,
    startAmount: amount,
    endAmount: amount,
  });
  const componentsOf = (item: bigint, changed = {}) => ({
    offerer: SIGNER,
    zone: zeroAddress,
    offer: [itemOf(2, items, item, 1n)],
    consideration: [
      { ...itemOf(1, bought, 0n, 90n), recipient: SIGNER },
      { ...itemOf(1, bought, 0n, 10n), recipient: FEES },
    ],
    orderType: 0,
    startTime: 0n,
    endTime: END,
    zoneHash: ZERO,
    salt: 1n,
    conduitKey: ZERO,
    counter: 0n,
    ...changed,
  });
  const of = domain('Seaport', SEAPORT, '1.6');
  const [OFFER, CONSIDERATION] = [
    '(uint8,address,uint256,uint256,uint256)',
    '(uint8,address,uint256,uint256,uint256,address)',
  ];
  let seaport: Address;

  beforeAll(async () => {
    const folder = '@opensea/seaport-js/src/artifacts/seaport/contracts';
    const controller = await deployCompiled(
      chain,
      DEPLOYER,
      await published(`${folder}/conduit/ConduitController.sol/LocalConduitController.json`),
      [],
    );
    const path = `${folder}/Seaport.sol/Seaport.json`;
    seaport = await deployCompiled(chain, DEPLOYER, await published(path), [controller]);
    await call(chain, SIGNER, items, 'setApprovalForAll(address,bool)', seaport, true);
    await approve(TAKER, bought, seaport);
  });

  const fulfil = (order: ReturnType<typeof componentsOf>, signature: Hex) => {
    const { counter: _, offer, consideration, ...rest } = order;
    const values = { ...rest, count: 2n };
    return call(
      chain,
      TAKER,
      seaport,
      `fulfillOrder(((address,address,${OFFER}[],${CONSIDERATION}[],uint8,uint256,uint256,bytes32,uint256,bytes32,uint256),bytes),bytes32)`,
      [
        [
          ...[values.offerer, values.zone],
          offer.map((each) => Object.values(each)),
          consideration.map((each) => Object.values(each)),
          ...[values.orderType, values.startTime, values.endTime, values.zoneHash],
          ...[values.salt, values.conduitKey, values.count],
        ],
        signature,
      ],
      ZERO,
    );
  };

  test('an order', async () => {
    const order = componentsOf(5n);
    const trade = await proveTrade(
      { types: parts, domain: of, message: order },
      seaport,
      ({ whole }) => fulfil(order, whole),
    );
    expect(trade).toEqual({
      kind: 'trade',
      gives: [{ token: items, amount: 1n, item: 5n, to: null }],
      gets: [
        { token: bought, amount: 90n, item: null, to: SIGNER },
        { token: bought, amount: 10n, item: null, to: FEES },
      ],
      counterparty: null,
      expires: END,
    });
  });

  const bulkOf = (tree: unknown, height = 1): Document => ({
    types: { BulkOrder: `OrderComponents${'[2]'.repeat(height)} tree`, ...parts },
    domain: of,
    message: { tree },
  });
  const nothing = componentsOf(0n, { offerer: zeroAddress, offer: [], consideration: [] });

  test('several orders under one signature: one of them is taken up', async () => {
    const order = componentsOf(6n);
    const { messageHash } = messageOf({ types: parts, domain: of, message: nothing }).hashes;
    await proveTrade(bulkOf([nothing, order]), seaport, ({ whole }) =>
      fulfil(order, concat([whole, toHex(1, { size: 3 }), messageHash ?? '0x'])),
    );
  });

  test('trees of orders', () => {
    const [a, b] = [componentsOf(5n), componentsOf(6n)];
    const trades = tradesIn(
      bulkOf(
        [
          [a, nothing],
          [nothing, b],
        ],
        2,
      ),
    );
    expect(trades.map(({ gives: [first] }) => first?.item)).toEqual([5n, 6n]);
  });

  test('orders of several accounts are not known', () => {
    const [a, b] = [componentsOf(5n), componentsOf(6n, { offerer: TAKER })];
    expect(messageOf(bulkOf([a, b])).unknown).toBe('Its orders are of several accounts');
  });

  test('gives the most and gets the least of what changes with time', () => {
    const order = componentsOf(5n, {
      offer: [{ ...itemOf(1, sold, 0n, 5n), endAmount: 7n }],
      consideration: [{ ...itemOf(0, zeroAddress, 0n, 9n), endAmount: 2n, recipient: SIGNER }],
    });
    expect(tradesIn({ types: parts, domain: of, message: order })).toMatchObject([
      { gives: [{ token: sold, amount: 7n }], gets: [{ token: null, amount: 2n, to: SIGNER }] },
    ]);
  });

  test('may leave open which NFTs it gives, but not which it gets', () => {
    const open = [itemOf(4, items, 0n, 1n)];
    const wanted = open.map((each) => ({ ...each, recipient: SIGNER }));
    const gives = componentsOf(5n, { offer: open });
    expect(messageOf({ types: parts, domain: of, message: gives }).unknown).toBe(
      'Which NFTs it gives is left to whoever takes it up',
    );
    const gets = componentsOf(5n, { consideration: wanted });
    expect(tradesIn({ types: parts, domain: of, message: gets })).toMatchObject([
      { gets: [{ token: items, amount: 1n, item: null }] },
    ]);
  });
});
