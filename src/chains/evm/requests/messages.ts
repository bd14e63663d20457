/** Messages that are signed off chain: typed data (EIP-712), and texts and bytes (EIP-191). */
import {
  type Address,
  type Hex,
  hashMessage,
  hexToString,
  isAddressEqual,
  size,
  stringToHex,
} from 'viem';
import type { SiweMessage } from 'viem/siwe';
import { InputError, reasonOf } from '../../../errors.ts';
import { UNPRINTABLE } from '../../../words.ts';
import { parseProposal } from '../safe/exports.ts';
import type { Proposal } from '../safe/transaction.ts';
import { address, bytes } from '../values.ts';
import type { Meaning } from './forms.ts';
import { orderForms } from './orders.ts';
import { permitForms } from './permits.ts';
import type { OffchainMessage, SigningRequest } from './request.ts';
import { readSignIn, SIGN_IN } from './sign-in.ts';
import { readTypedData, type TypedData } from './typed-data.ts';

const MAX_TEXT = 1 << 20;

/** Whoever is asked to sign, where that is known. */
interface Asked {
  readonly signer?: Address | undefined;
}

/**
 * Parses typed data as wallets show it: the object of EIP-712, the parameters of `eth_signTypedData_v4`,
 * or an object that keeps it as `typedData`. A Safe's transaction comes out as a proposal, with the hash
 * that is asked for as the claimed one.
 *
 * @param where names the document in errors.
 * @throws InputError with the first objection.
 */
export function parseTypedData(
  where: string,
  document: unknown,
  { signer }: Asked = {},
): SigningRequest {
  const { typed, asked } = unwrap(where, document);
  if (signer !== undefined && asked !== null && !isAddressEqual(signer, asked)) {
    throw new InputError(where, `it asks ${asked} to sign, and not ${signer}`);
  }
  if (typed.primaryType === 'SafeTx') {
    return { kind: 'safe', proposal: parseSafeTx(where, typed) };
  }
  const { domain, primaryType, hashes, fields, unsigned } = typed;
  const message: OffchainMessage = {
    form: 'typed data',
    chainId: domain.chainId,
    domain: {
      name: domain.name,
      version: domain.version,
      verifyingContract: domain.verifyingContract,
    },
    primaryType,
    hashes,
    fields,
    unsigned,
    ...meaningOf(typed, signer ?? asked),
  };
  return { kind: 'message', message };
}

/** Whether a document claims to be typed data, whatever else is wrong with it. */
const looksTyped = (document: unknown): boolean =>
  typeof document === 'object' &&
  document !== null &&
  (Array.isArray(document)
    ? document.length === 2 && address.safeParse(document[0]).success
    : 'typedData' in document || 'primaryType' in document || 'types' in document);

function unwrap(
  where: string,
  document: unknown,
): { readonly typed: TypedData; readonly asked: Address | null } {
  if (Array.isArray(document)) {
    const [account, data, ...more]: readonly unknown[] = document;
    const asked = address.safeParse(account);
    if (!asked.success || more.length > 0) {
      throw new InputError(
        where,
        'expected an address and typed data, as eth_signTypedData_v4 has',
      );
    }
    const typed = readTypedData(
      where,
      typeof data === 'string' ? parseJson(where, data) : data,
      true,
    );
    return { typed, asked: asked.data };
  }
  const isWrapped = typeof document === 'object' && document !== null && 'typedData' in document;
  const typed = readTypedData(where, isWrapped ? document.typedData : document, false);
  return { typed, asked: null };
}

function parseJson(where: string, text: string): unknown {
  if (text.length > MAX_TEXT) throw new InputError(where, 'expected at most 1 MiB of text');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(where, `expected JSON: ${reasonOf(error)}`);
  }
}

const SAFE_TX =
  'SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)';
/** As Safe had it before 1.0.0. */
const OLD_SAFE_TX = SAFE_TX.replace('baseGas', 'dataGas');

/**
 * The Safe transaction in typed data. What it hashes to as given is the claimed hash: a domain that is
 * not the Safe's, or names another chain, shows as the hash of another transaction.
 */
function parseSafeTx(
  where: string,
  { encodedType, domain, message, hashes, unsigned }: TypedData,
): Proposal {
  if (encodedType === OLD_SAFE_TX) {
    throw new InputError(where, 'it is for a Safe before 1.0.0 (dataGas), which is not supported');
  }
  if (encodedType !== SAFE_TX) throw new InputError(where, 'its SafeTx is not one of any Safe');
  if (domain.verifyingContract === null) {
    throw new InputError(where, 'domain.verifyingContract: missing: expected the Safe');
  }
  const [first] = unsigned;
  if (first !== undefined) {
    throw new InputError(where, `${first}: not signed with a transaction of a Safe`);
  }
  const fields = Object.entries(message).map(([name, value]) => [
    name,
    name === 'operation' ? Number(value) : String(value),
  ]);
  return parseProposal(where, {
    ...Object.fromEntries(fields),
    safe: domain.verifyingContract,
    safeTxHash: hashes.digest,
  });
}

const FORMS = [...permitForms, ...orderForms];

function meaningOf(typed: TypedData, asked: Address | null): Meaning {
  const form = FORMS.find(({ matches }) => matches(typed.encodedType));
  if (form !== undefined) return form.read(typed, asked);
  const unknown = `What a ${typed.primaryType} with these fields permits is not known`;
  return { signer: asked, permits: [], unknown };
}

/**
 * Parses a message in a file: typed data, bytes as `0x…`, or else a text, of which a line break at the
 * end is not taken to be part.
 *
 * @param where names the file in errors.
 * @param asked.chainId the chain that the signer means to act on.
 * @throws InputError it is too long, or typed data with something wrong.
 */
export function parseMessage(
  where: string,
  content: string,
  { signer, chainId }: Asked & { readonly chainId?: number | undefined } = {},
): SigningRequest {
  if (content.length > MAX_TEXT) throw new InputError(where, 'expected at most 1 MiB of text');
  const text = content.replace(/\r?\n$/, '');
  const document = jsonIn(text);
  if (looksTyped(document)) return parseTypedData(where, document, { signer });
  const raw = bytes.safeParse(text.trim()).data ?? stringToHex(text);
  return { kind: 'message', message: readPersonal(raw, signer ?? null, chainId ?? null) };
}

/** The JSON in a text; `undefined` where it is none. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** Bytes as wallets sign them for `personal_sign`, whether they are shown as a text or not. */
function readPersonal(raw: Hex, signer: Address | null, chainId: number | null): OffchainMessage {
  const text = textIn(raw);
  const signIn = text === null ? null : readSignIn(text);
  const base = {
    domain: null,
    primaryType: null,
    hashes: { domainHash: null, messageHash: null, digest: hashMessage({ raw }) },
    unsigned: [],
    permits: [],
  };
  if (text !== null && signIn !== null) {
    return {
      ...base,
      form: 'text',
      signer: signIn.address,
      chainId: signIn.chainId,
      fields: fieldsOf(signIn),
      unknown: doubtOf(signIn, signer, chainId),
    };
  }
  return {
    ...base,
    form: text === null ? 'bytes' : 'text',
    signer,
    chainId: null,
    fields: [{ path: 'message', value: text ?? raw }],
    unknown: meaningUnknown(raw, text),
  };
}

/** The text that bytes are, where every character of it shows. */
function textIn(raw: Hex): string | null {
  const text = hexToString(raw);
  const isText = stringToHex(text) === raw;
  return isText && text.replace(/[\n\r\t]/g, '').search(UNPRINTABLE) < 0 ? text : null;
}

/** The fields of a sign-in, as they stand in it. */
const SIGN_IN_FIELDS = [
  'scheme',
  'domain',
  'address',
  'statement',
  'uri',
  'version',
  'chainId',
  'nonce',
  'issuedAt',
  'expirationTime',
  'notBefore',
  'requestId',
  'resources',
] as const;

const fieldsOf = (signIn: SiweMessage): OffchainMessage['fields'] =>
  SIGN_IN_FIELDS.flatMap((path) => {
    const value = signIn[path];
    if (value === undefined) return [];
    return [{ path, value: value instanceof Date ? value.toISOString() : String(value) }];
  });

/** Why a sign-in may be more than one, or not one for whoever is asked. */
function doubtOf(
  { address: account, chainId: named, uri, domain, resources = [] }: SiweMessage,
  signer: Address | null,
  chainId: number | null,
): string | null {
  if (signer !== null && !isAddressEqual(account, signer)) {
    return `It signs in ${account}, and ${signer} is to sign it`;
  }
  if (chainId !== null && named !== chainId) return `It is for chain ${named}, and not ${chainId}`;
  // A key, or a session of a network that holds keys, acts for its signer from then on.
  const isDelegation =
    !/^https?:/i.test(uri) || resources.some((each) => /^urn:recap:/i.test(each));
  return isDelegation ? `It lets another act for its signer at ${domain}: ${uri}` : null;
}

/** Why it is not known what a signature of these bytes permits. */
function meaningUnknown(raw: Hex, text: string | null): string {
  if (size(raw) === 32) {
    return 'The 32 bytes may be the hash of anything: of a Safe transaction, which owners may sign so';
  }
  if (text === null) return 'What these bytes mean, and to whom, is not known';
  if (text.includes(SIGN_IN))
    return 'It looks like a sign-in (EIP-4361), and is not one to the letter';
  if (/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/i.test(text)) {
    return 'It names 32 bytes, which may be the hash of anything';
  }
  return 'No contract is known to act on a text, but a service may: as an order, or to make keys from its signature';
}
