/**
 * A transaction of an account: its raw bytes, signed or to be signed, or the call that a wallet is asked
 * to make.
 *
 * @see https://eips.ethereum.org/EIPS/eip-2718
 */
import {
  type Address,
  BaseError,
  concat,
  fromRlp,
  getAddress,
  type Hex,
  isAddressEqual,
  keccak256,
  numberToHex,
  parseTransaction,
  recoverAddress,
  serializeTransaction,
  slice,
  toRlp,
} from 'viem';
import { recoverAuthorizationAddress } from 'viem/utils';
import { z } from 'zod';
import { InputError, objections } from '../../../errors.ts';
import { orNobody } from '../recover.ts';
import { address, bytes, MAX_UINT256, quantity, uint256 } from '../values.ts';
import type { AccountTransaction, Authorization } from './request.ts';

type TransactionType = NonNullable<AccountTransaction['type']>;

/** The first byte of a transaction; of one without a type, it begins a list in RLP. */
const TYPES: ReadonlyMap<string, TransactionType> = new Map([
  ['0x01', 'eip2930'],
  ['0x02', 'eip1559'],
  ['0x03', 'eip4844'],
  ['0x04', 'eip7702'],
]);
const FIRST_LIST = 0xc0;

/** More do not fit: each takes 25,000 of the 2^24 units of gas that EIP-7825 leaves to a transaction. */
const MAX_AUTHORIZATIONS = 671;
/** Of one request. */
const MAX_CALLS = 200;
/** Half the order of secp256k1: an `s` above it is not valid since EIP-2. */
const MAX_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
/** What is wrong with the bytes is said in one line. */
const MAX_WORDS = 200;

/**
 * Parses the raw bytes of a transaction of any type, with a signature or without.
 *
 * @param where names the input in errors.
 * @param text the bytes in hex; white space around them does not count.
 * @param stated who is to send it, if that is said.
 * @throws InputError it is none, is not valid on any chain, or is signed by someone else.
 */
export async function parseRawTransaction(
  where: string,
  text: string,
  stated: { readonly from?: Address | undefined } = {},
): Promise<AccountTransaction> {
  const raw = bytes.safeParse(text.trim());
  if (!raw.success) throw new InputError(where, objections(raw.error));
  const type = typeOf(where, raw.data);
  const { problem, transaction, signature, signingHash, serialized } = orRefuse(where, () => {
    const parsed = parse(type === 'eip4844' ? bare(raw.data) : raw.data);
    return { ...parsed, problem: problemOf(type, parsed) };
  });
  const { to = null, value = 0n, data = '0x', authorizationList = [] } = transaction;
  if (problem !== null) throw new InputError(where, problem);
  const from =
    signature === null
      ? (stated.from ?? null)
      : await orNobody(recoverAddress({ hash: signingHash, signature }));
  if (signature !== null && from === null) {
    throw new InputError(where, 'nobody can have made its signature');
  }
  if (from !== null && stated.from !== undefined && !isAddressEqual(from, stated.from)) {
    throw new InputError(where, `it is signed by ${from}, not by ${stated.from}`);
  }
  return {
    type,
    chainId: transaction.chainId ?? null,
    from,
    to: to === null ? null : getAddress(to),
    value,
    data,
    nonce: BigInt(transaction.nonce ?? 0),
    isSigned: signature !== null,
    signingHash,
    transactionHash: signature === null ? null : keccak256(serialized),
    authorizations: await Promise.all(authorizationList.map(readAuthorization)),
  };
}

function typeOf(where: string, raw: Hex): TransactionType {
  const first = raw === '0x' ? '0x' : slice(raw, 0, 1);
  const type = Number(first) >= FIRST_LIST ? 'legacy' : TYPES.get(first);
  if (type !== undefined) return type;
  throw new InputError(
    where,
    raw === '0x' ? 'expected a transaction' : `transactions of type ${first} are not known`,
  );
}

/**
 * What is signed of a transaction with blobs: on its way through the network, they are wrapped around it.
 * Of the blobs, only their hashes are signed, and those it has itself.
 *
 * @see https://eips.ethereum.org/EIPS/eip-7594 for the wrapper of five
 */
function bare(raw: Hex): Hex {
  const items = fromRlp(slice(raw, 1));
  const [first] = items;
  const isWrapped = Array.isArray(first) && (items.length === 4 || items.length === 5);
  return isWrapped ? concat(['0x03', toRlp(first)]) : raw;
}

type Parsed = ReturnType<typeof parse>;

function parse(serialized: Hex) {
  const { r, s, v, yParity, ...transaction } = parseTransaction(serialized);
  const signature =
    r === undefined || s === undefined || v === undefined || yParity === undefined
      ? null
      : { r, s, v, yParity };
  const unsigned = serializeTransaction(transaction);
  return {
    serialized,
    transaction,
    signature,
    signingHash: keccak256(unsigned),
    again: signature === null ? unsigned : serializeTransaction(transaction, signature),
  };
}

/** What no chain would accept, though it can be parsed; `null` where nothing is. */
function problemOf(
  type: TransactionType,
  { serialized, transaction, signature, again }: Parsed,
): string | null {
  // A field of another form would be read as if it were not there.
  if (again !== serialized) return 'it is not in the one form in which these fields are written';
  if ((transaction.value ?? 0n) > MAX_UINT256) return 'value: expected a uint256';
  if (signature !== null && BigInt(signature.s) > MAX_S) {
    return 'the s of its signature is in the upper half, where it is not valid';
  }
  const createsNothing = type === 'eip4844' || type === 'eip7702';
  if (createsNothing && (transaction.to ?? '0x') === '0x') {
    return `to: missing: a transaction of type ${type} creates no contract`;
  }
  const { length } = transaction.authorizationList ?? [];
  if (type === 'eip7702' && (length === 0 || length > MAX_AUTHORIZATIONS)) {
    return `expected 1 to ${MAX_AUTHORIZATIONS} authorisations, not ${length}`;
  }
  return null;
}

/** Runs a step that throws only because of the bytes that it is given. */
function orRefuse<T>(where: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    const reason = error instanceof BaseError ? error.shortMessage : 'a field has the wrong form';
    const [line = ''] = reason.split('\n');
    throw new InputError(where, `expected a transaction: ${line.slice(0, MAX_WORDS)}`);
  }
}

interface WrittenAuthorization {
  readonly chainId: number;
  readonly address: Address;
  readonly nonce: number;
  readonly r?: Hex | undefined;
  readonly s?: Hex | undefined;
  readonly yParity?: number | undefined;
}

async function readAuthorization(written: WrittenAuthorization): Promise<Authorization> {
  const { chainId, address: delegate, nonce, r, s, yParity } = written;
  const isSigned = r !== undefined && s !== undefined && yParity !== undefined;
  return {
    chainId: BigInt(chainId),
    delegate: getAddress(delegate),
    nonce: BigInt(nonce),
    authority:
      isSigned && BigInt(s) <= MAX_S
        ? await orNobody(
            recoverAuthorizationAddress({
              authorization: { chainId, address: delegate, nonce, r, s, yParity },
            }),
          )
        : null,
  };
}

const number = z.union([quantity, uint256], 'expected a number: decimal, or 0x and hex digits');

const exactNumber = number
  .refine((value) => value <= Number.MAX_SAFE_INTEGER, 'expected a number below 2^53')
  .transform(Number);

const signatureWord = number.transform((value) => numberToHex(value, { size: 32 }));

const authorization = z.looseObject({
  chainId: exactNumber,
  address,
  nonce: exactNumber,
  r: signatureWord.optional(),
  s: signatureWord.optional(),
  yParity: exactNumber.optional(),
});

/** The parameter of `eth_call` and `eth_sendTransaction`. Wallets add keys of their own. */
const call = z
  .looseObject({
    chainId: exactNumber.nullish(),
    from: address.nullish(),
    to: address.nullish(),
    value: number.nullish(),
    data: bytes.nullish(),
    input: bytes.nullish(),
    nonce: number.nullish(),
    authorizationList: z.array(authorization).max(MAX_AUTHORIZATIONS).nullish(),
  })
  .refine(({ data, input }) => (data ?? input) === (input ?? data), 'data and input differ')
  .refine(
    ({ to, data, input }) => (to ?? data ?? input ?? null) !== null,
    'expected a call: to whom, or the code of a contract to create',
  );

/** The parameter of `wallet_sendCalls`. Its first version named the chain with each call. */
const batch = z
  .looseObject({
    chainId: exactNumber.nullish(),
    from: address.nullish(),
    calls: z.array(call).min(1, 'expected at least one call').max(MAX_CALLS),
  })
  .transform(({ chainId, from, calls }) =>
    calls.map((each) => ({ ...each, chainId: chainId ?? each.chainId, from: from ?? each.from })),
  );

/**
 * Parses what a wallet is asked to send: the parameter of `eth_sendTransaction` or `eth_call`, or that of
 * `wallet_sendCalls` (EIP-5792), whose calls are made in their order. Either may stand alone, in a list
 * of one, or in the JSON-RPC request. Numbers are decimal or hex.
 *
 * @param where names the document in errors.
 * @returns one transaction for each call; at least one.
 * @throws InputError with every objection.
 */
export async function parseCalls(
  where: string,
  document: unknown,
): Promise<readonly AccountTransaction[]> {
  const parameter = parameterIn(document);
  const isBatch = typeof parameter === 'object' && parameter !== null && 'calls' in parameter;
  const form = isBatch ? batch : call.transform((only) => [only]);
  const parsed = form.safeParse(parameter);
  if (!parsed.success) throw new InputError(where, objections(parsed.error));
  return await Promise.all(parsed.data.map(transactionOf));
}

/** What stands in a JSON-RPC request, or in a list of one. */
function parameterIn(document: unknown): unknown {
  const isRequest = typeof document === 'object' && document !== null && 'params' in document;
  const inner = isRequest ? document.params : document;
  return Array.isArray(inner) && inner.length === 1 ? inner[0] : inner;
}

async function transactionOf(made: z.infer<typeof call>): Promise<AccountTransaction> {
  return {
    type: null,
    chainId: made.chainId ?? null,
    from: made.from ?? null,
    to: made.to ?? null,
    value: made.value ?? 0n,
    data: made.data ?? made.input ?? '0x',
    nonce: made.nonce ?? null,
    isSigned: false,
    signingHash: null,
    transactionHash: null,
    authorizations: await Promise.all((made.authorizationList ?? []).map(readAuthorization)),
  };
}

/**
 * Parses a call like `parseCalls`, where it is to be the only one.
 *
 * @throws InputError also where there are several.
 */
export async function parseCall(where: string, document: unknown): Promise<AccountTransaction> {
  const [only, ...others] = await parseCalls(where, document);
  if (only !== undefined && others.length === 0) return only;
  throw new InputError(where, `expected one call, not ${others.length + 1}`);
}
