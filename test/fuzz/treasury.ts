/** A treasury whose payments are signed every day: what is changed, to see whether it still is. */
import {
  type Address,
  concat,
  encodeFunctionData,
  encodePacked,
  erc20Abi,
  type Hex,
  parseAbi,
  size,
  zeroAddress,
} from 'viem';
import { approvalBy, encodeExecution } from '../../src/chains/evm/safe/transaction.ts';
import { NO_ORGANISATION, type Organisation } from '../../src/org/org.ts';
import { account, OWNERS } from '../support/accounts.ts';
import { type LocalChain, startLocalChain } from '../support/local-chain.ts';
import { safeCode } from '../support/safe-contracts.ts';
import { ETHER, SAFE, SINGLETON, safeAccounts } from '../support/safes.ts';
import { tokenOf } from '../support/tokens.ts';

export const PAYEE = account(0xaa);
/** Paid at most an ether, and 2.5 tokens, in one transaction. */
export const LIMITED = account(0xab);
export const MOST_ETHER = ETHER;
export const MOST_TOKENS = 2_500_000n;
export const TOKEN = account(0x70);
/** A Safe whose only owner is the Safe. */
export const NESTED = account(0x2e);
/** A key of the organisation. */
export const KEY = account(0xe0a);
const MULTI_SEND = account(0x35);
/** Executes what others signed. */
export const EXECUTOR = account(0xe8ec);

export const OWN: readonly Address[] = [SAFE, NESTED, KEY];
export const PAYEES: readonly Address[] = [PAYEE, LIMITED];

const STRANGER = account(0xbad);
/** The same as the payee in its first and last digits. */
const LOOK_ALIKE = account(0xba00aa);

/** Accounts that mean something here, or to the EVM. */
export const ADDRESSES: readonly Address[] = [
  ...OWN,
  ...PAYEES,
  ...[STRANGER, LOOK_ALIKE, TOKEN, MULTI_SEND, SINGLETON, EXECUTOR, zeroAddress],
  ...OWNERS.slice(0, 3),
  ...[1, 2, 4, 9].map((index): Address => `0x${String(index).padStart(40, '0')}`),
];

const id = (at: Address): string => `eip155:1:${at}`;
const COIN = 'eip155:1/slip44:60';
const TOKENS = `eip155:1/erc20:${TOKEN}`;

export const ORGANISATION: Organisation = {
  ...NO_ORGANISATION,
  positions: OWN.map((at) => ({ account: id(at), name: at })),
  payees: [
    { account: id(PAYEE), name: 'Payee' },
    {
      account: id(LIMITED),
      name: 'Limited',
      limits: [
        { asset: COIN, amount: '1' },
        { asset: TOKENS, amount: '2.5' },
      ],
    },
  ],
  assets: [
    { asset: COIN, symbol: 'ETH', decimals: 18 },
    { asset: TOKENS, symbol: 'USDX', decimals: 6 },
  ],
};

/** What a call has for data: bytes, or what they are made of. */
export type Data =
  | { readonly kind: 'bytes'; readonly bytes: Hex }
  | { readonly kind: 'transfer'; readonly to: Address; readonly amount: bigint }
  | { readonly kind: 'batch'; readonly calls: readonly Made[] }
  | { readonly kind: 'nested'; readonly call: Made };

/** A call that is to be made. */
export interface Made {
  /** 0 calls, 1 delegatecalls; whatever else there is room for. */
  readonly operation: number;
  readonly to: Address;
  readonly value: bigint;
  readonly data: Data;
}

const abi = parseAbi(['function multiSend(bytes transactions)']);

export const encodeData = (data: Data): Hex => {
  switch (data.kind) {
    case 'bytes':
      return data.bytes;
    case 'transfer':
      return encodeFunctionData({
        abi: erc20Abi,
        functionName: 'transfer',
        args: [data.to, data.amount],
      });
    case 'batch':
      return encodeFunctionData({ abi, args: [concat(['0x', ...data.calls.map(packed)])] });
    case 'nested': {
      const { operation, to, value, data: inner } = data.call;
      const terms = {
        safeTxGas: 0n,
        baseGas: 0n,
        gasPrice: 0n,
        gasToken: zeroAddress,
        refundReceiver: zeroAddress,
      };
      return encodeExecution(
        {
          ...{ ...terms, safe: NESTED, nonce: 0n, to, value, data: encodeData(inner) },
          operation: operation === 0 ? 'call' : 'delegatecall',
        },
        approvalBy(SAFE),
      );
    }
  }
};

const packed = ({ operation, to, value, data }: Made): Hex => {
  const bytes = encodeData(data);
  return encodePacked(
    ['uint8', 'address', 'uint256', 'uint256', 'bytes'],
    [operation, to, value, BigInt(size(bytes)), bytes],
  );
};

const NOTHING: Data = { kind: 'bytes', bytes: '0x' };
const pay = (to: Address, value: bigint): Made => ({ operation: 0, to, value, data: NOTHING });
const transfer = (to: Address, amount: bigint): Made => ({
  ...pay(TOKEN, 0n),
  data: { kind: 'transfer', to, amount },
});
const batch = (...calls: readonly Made[]): Made => ({
  ...{ operation: 1, to: MULTI_SEND, value: 0n },
  data: { kind: 'batch', calls },
});
const nested = (call: Made): Made => ({ ...pay(NESTED, 0n), data: { kind: 'nested', call } });

/** What is signed every day: by the Safe, or by the key alone. */
export interface Original {
  readonly name: string;
  readonly by: 'safe' | 'key';
  readonly call: Made;
}

export const ORIGINALS: readonly Original[] = [
  { name: 'a payment of ether', by: 'safe', call: pay(LIMITED, MOST_ETHER / 2n) },
  { name: 'a payment of tokens', by: 'safe', call: transfer(LIMITED, MOST_TOKENS / 2n) },
  {
    name: 'a batch of two',
    by: 'safe',
    call: batch(pay(PAYEE, 5n), transfer(LIMITED, MOST_TOKENS / 4n)),
  },
  {
    name: 'payments by a Safe of the Safe',
    by: 'safe',
    call: nested(batch(pay(PAYEE, 5n), transfer(PAYEE, 7n))),
  },
  {
    name: 'a batch in which the Safe of the Safe pays, too',
    by: 'safe',
    call: batch(nested(pay(LIMITED, 9n)), pay(NESTED, 3n), transfer(PAYEE, 4n)),
  },
  { name: 'a payment of ether by a key', by: 'key', call: pay(LIMITED, MOST_ETHER / 2n) },
  { name: 'a payment of tokens by a key', by: 'key', call: transfer(PAYEE, 5n) },
];

/** A chain with all of it. */
export async function startTreasury(): Promise<LocalChain> {
  const chain = await startLocalChain();
  // A transaction is in the block that is mined when it was sent, and not in one soon.
  await chain.request('evm_setAutomine', [false]);
  await chain.set({
    ...(await safeAccounts('1.3.0')),
    ...(await safeAccounts('1.3.0', { owners: [SAFE], threshold: 1 }, NESTED)),
    [KEY]: { balance: 100n * ETHER },
    [MULTI_SEND]: { code: await safeCode('MultiSend 1.3.0') },
    [TOKEN]: await tokenOf({
      [SAFE]: 10n ** 9n,
      [NESTED]: 10n ** 9n,
      [KEY]: 10n ** 9n,
      [STRANGER]: 5n,
    }),
  });
  return chain;
}
