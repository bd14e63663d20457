/**
 * Orders of exchanges: what the signer gives at the most and gets at the least, as the exchange that
 * they are signed for settles them.
 *
 * @see https://github.com/ProjectOpenSea/seaport/blob/main/docs/SeaportDocumentation.md
 * @see https://github.com/cowprotocol/contracts/blob/main/src/contracts/libraries/GPv2Order.sol
 * @see https://github.com/1inch/limit-order-protocol/blob/master/contracts/OrderLib.sol
 * @see https://github.com/0xProject/protocol/blob/development/contracts/zero-ex/contracts/src/features/libs/LibNativeOrder.sol
 */
import { type Address, zeroAddress } from 'viem';
import { z } from 'zod';
import { address } from '../values.ts';
import { ending, type Form, form, number } from './forms.ts';
import type { Amount, PermittedTrade } from './request.ts';

const amountOf = (token: Address, amount: bigint, to: Address | null = null): Amount => ({
  token,
  amount,
  item: null,
  to,
});

const orNobody = (account: Address): Address | null => (account === zeroAddress ? null : account);

const SEAPORT = {
  name: 'Seaport',
  contracts: [
    '0x00000000006c3852cbEf3e08E8dF289169EdE581',
    '0x00000000000006c7676171937C444f6BDe3D6282',
    '0x0000000000000aD24e80fd803C6ac37206a45f15',
    '0x00000000000001ad428e4906aE43D8F9852d0dD6',
    '0x00000000000000ADc04C56Bf30aC9d3c0aAF14dC',
    '0x0000000000000068F116a894984e2DB1123eB395',
  ],
} as const;

const ITEM_FIELDS =
  'uint8 itemType,address token,uint256 identifierOrCriteria,uint256 startAmount,uint256 endAmount';
const ORDER_COMPONENTS =
  'OrderComponents(address offerer,address zone,OfferItem[] offer,ConsiderationItem[] consideration,uint8 orderType,uint256 startTime,uint256 endTime,bytes32 zoneHash,uint256 salt,bytes32 conduitKey,uint256 counter)';
const CONSIDERATION_ITEM = `ConsiderationItem(${ITEM_FIELDS},address recipient)`;
const OFFER_ITEM = `OfferItem(${ITEM_FIELDS})`;
const [BULK_ORDER_START, BULK_ORDER_END] = [
  'BulkOrder(OrderComponents',
  ` tree)${CONSIDERATION_ITEM}${OFFER_ITEM}${ORDER_COMPONENTS}`,
];

const item = z.object({
  itemType: number,
  token: address,
  identifierOrCriteria: number,
  startAmount: number,
  endAmount: number,
});
const components = z.object({
  offerer: address,
  offer: z.array(item),
  consideration: z.array(item.extend({ recipient: address })),
  endTime: number,
});
type Components = z.infer<typeof components>;

const largest = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const smallest = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Of an item that is one of those in a list, or any of its kind. */
const isOpen = ({ itemType }: z.infer<typeof item>): boolean => itemType > 3n;

function amountOfItem(
  given: z.infer<typeof item>,
  of: (start: bigint, end: bigint) => bigint,
  to: Address | null,
): Amount {
  const { itemType, token, identifierOrCriteria, startAmount, endAmount } = given;
  return {
    token: itemType === 0n ? null : token,
    amount: of(startAmount, endAmount),
    item: itemType === 2n || itemType === 3n ? identifierOrCriteria : null,
    to,
  };
}

const seaportTrade = ({ offer, consideration, endTime }: Components): PermittedTrade => ({
  kind: 'trade',
  gives: offer.map((each) => amountOfItem(each, largest, null)),
  gets: consideration.map((each) => amountOfItem(each, smallest, each.recipient)),
  counterparty: null,
  expires: ending(endTime),
});

const openOffer = (orders: readonly Components[]): string | null =>
  orders.some(({ offer }) => offer.some(isOpen))
    ? 'Which NFTs it gives is left to whoever takes it up'
    : null;

/** The orders in a tree of arrays; those that only fill it up are of nobody. */
const tree: z.ZodType<readonly Components[]> = z.lazy(() =>
  z.union([components.transform((one) => [one]), z.array(tree).transform((all) => all.flat())]),
);
const bulk = z.object({
  tree: tree.transform((all) => all.filter(({ offerer }) => offerer !== zeroAddress)),
});
type Bulk = z.infer<typeof bulk>;

const ofSeaport: readonly Form[] = [
  form({
    types: [`${ORDER_COMPONENTS}${CONSIDERATION_ITEM}${OFFER_ITEM}`],
    fields: components,
    under: SEAPORT,
    signer: ({ offerer }) => offerer,
    permits: (order) => [seaportTrade(order)],
    unknown: (order) => openOffer([order]),
  }),
  form<Bulk>({
    types: [
      ...Array.from(
        { length: 24 },
        (_, height) => `${BULK_ORDER_START}${'[2]'.repeat(height + 1)}${BULK_ORDER_END}`,
      ),
    ],
    fields: bulk,
    under: SEAPORT,
    signer: ({ tree: [first] }) => first?.offerer ?? null,
    permits: ({ tree: orders }) => orders.map(seaportTrade),
    unknown: ({ tree: orders }) =>
      new Set(orders.map(({ offerer }) => offerer)).size > 1
        ? 'Its orders are of several accounts'
        : openOffer(orders),
  }),
];

/** How orders name ether. */
const ETHER: Address = '0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE';

const ofCow = form({
  types: [
    'Order(address sellToken,address buyToken,address receiver,uint256 sellAmount,uint256 buyAmount,uint32 validTo,bytes32 appData,uint256 feeAmount,string kind,bool partiallyFillable,string sellTokenBalance,string buyTokenBalance)',
  ],
  fields: z.object({
    sellToken: address,
    buyToken: address,
    receiver: address,
    sellAmount: number,
    buyAmount: number,
    validTo: number,
    feeAmount: number,
    kind: z.string(),
  }),
  under: {
    name: 'CoW Protocol',
    contracts: ['0x9008D19f58AAbD9eD0D60971565AA8510560ab41'],
  },
  permits: (order, { signer }) => {
    const { sellToken, buyToken, receiver, sellAmount, buyAmount, feeAmount, validTo } = order;
    const gets = amountOf(buyToken, buyAmount, orNobody(receiver) ?? signer);
    return [
      {
        kind: 'trade',
        gives: [amountOf(sellToken, sellAmount + feeAmount)],
        gets: [buyToken === ETHER ? { ...gets, token: null } : gets],
        counterparty: null,
        expires: ending(validTo),
      },
    ];
  },
  unknown: ({ kind }) =>
    kind === 'sell' || kind === 'buy' ? null : 'It is neither to sell nor to buy',
});

const HAS_EXTENSION = 1n << 249n;

const ofOneInch = form({
  types: [
    'Order(uint256 salt,address maker,address receiver,address makerAsset,address takerAsset,uint256 makingAmount,uint256 takingAmount,uint256 makerTraits)',
  ],
  fields: z.object({
    maker: address,
    receiver: address,
    makerAsset: address,
    takerAsset: address,
    makingAmount: number,
    takingAmount: number,
    makerTraits: number,
  }),
  under: { name: '1inch', contracts: ['0x111111125421cA6dc452d289314280a0f8842A65'] },
  signer: ({ maker }) => maker,
  permits: (order, { signer }) => {
    const { receiver, makerAsset, takerAsset, makingAmount, takingAmount, makerTraits } = order;
    const isPriced = (makerTraits & HAS_EXTENSION) === 0n;
    const expiration = BigInt.asUintN(40, makerTraits >> 80n);
    return [
      {
        kind: 'trade',
        gives: [amountOf(makerAsset, makingAmount)],
        gets: isPriced ? [amountOf(takerAsset, takingAmount, orNobody(receiver) ?? signer)] : [],
        counterparty: null,
        expires: expiration === 0n ? null : ending(expiration),
      },
    ];
  },
  unknown: ({ makerTraits }) =>
    (makerTraits & HAS_EXTENSION) === 0n
      ? null
      : 'It has an extension, which may set another price: only the hash of it is signed',
});

const ZERO_EX = {
  name: '0x',
  contracts: ['0xDef1C0ded9bec7F1a1670819833240f027b25EfF'],
} as const;
const zeroEx = z.object({
  makerToken: address,
  takerToken: address,
  makerAmount: number,
  takerAmount: number,
  maker: address,
  taker: address,
});
const zeroExTrade = (order: z.infer<typeof zeroEx>, end: bigint): PermittedTrade => ({
  kind: 'trade',
  gives: [amountOf(order.makerToken, order.makerAmount)],
  gets: [amountOf(order.takerToken, order.takerAmount, order.maker)],
  counterparty: orNobody(order.taker),
  expires: ending(end),
});
/** An order as its taker sees it. */
const turned = (order: z.infer<typeof zeroEx>): z.infer<typeof zeroEx> => ({
  makerToken: order.takerToken,
  takerToken: order.makerToken,
  makerAmount: order.takerAmount,
  takerAmount: order.makerAmount,
  maker: order.taker,
  taker: order.maker,
});
const ZERO_EX_FIELDS =
  'address makerToken,address takerToken,uint128 makerAmount,uint128 takerAmount';

const ofZeroEx: readonly Form[] = [
  form({
    types: [
      `LimitOrder(${ZERO_EX_FIELDS},uint128 takerTokenFeeAmount,address maker,address taker,address sender,address feeRecipient,bytes32 pool,uint64 expiry,uint256 salt)`,
      `RfqOrder(${ZERO_EX_FIELDS},address maker,address taker,address txOrigin,bytes32 pool,uint64 expiry,uint256 salt)`,
    ],
    fields: zeroEx.extend({ expiry: number }),
    under: ZERO_EX,
    signer: ({ maker }) => maker,
    permits: (order) => [zeroExTrade(order, order.expiry)],
  }),
  form({
    types: [
      `OtcOrder(${ZERO_EX_FIELDS},address maker,address taker,address txOrigin,uint256 expiryAndNonce)`,
    ],
    fields: zeroEx.extend({ expiryAndNonce: number }),
    under: ZERO_EX,
    // Either may sign it, and leave it to the other to settle it.
    signer: ({ maker, taker }, asked) => (asked === taker ? taker : maker),
    permits: (order, { signer }) => [
      zeroExTrade(signer === order.taker ? turned(order) : order, order.expiryAndNonce >> 192n),
    ],
  }),
];

/** Forms of messages that are orders. */
export const orderForms: readonly Form[] = [...ofSeaport, ofCow, ofOneInch, ...ofZeroEx];
