/** A Safe transaction: what owners sign, the hashes that their devices show, and the call that runs it. */
import {
  type Address,
  concat,
  encodeFunctionData,
  type Hex,
  hashDomain,
  hashStruct,
  keccak256,
  numberToHex,
  pad,
  parseAbi,
  size,
  slice,
} from 'viem';
import { atLeastVersion, type SafeVersion } from './code.ts';

/** What a Safe is asked to do. */
export interface SafeTransaction {
  readonly safe: Address;
  readonly to: Address;
  readonly value: bigint;
  readonly data: Hex;
  readonly operation: 'call' | 'delegatecall';
  readonly safeTxGas: bigint;
  readonly baseGas: bigint;
  readonly gasPrice: bigint;
  readonly gasToken: Address;
  readonly refundReceiver: Address;
  readonly nonce: bigint;
}

/** A signature as it was filed, and the owner that it was filed under, if any. */
export interface FiledSignature {
  readonly owner: Address | null;
  readonly signature: Hex;
}

/** A transaction that was proposed to the owners. */
export interface Proposal {
  readonly transaction: SafeTransaction;
  /** The hash that whoever hands it out claims. */
  readonly claimedHash: Hex | null;
  readonly signatures: readonly FiledSignature[];
}

/** A transaction that nobody proposed yet: it has no nonce, and so no hash. */
export interface Draft {
  readonly chainId: number;
  readonly transaction: Omit<SafeTransaction, 'nonce'>;
}

/** What a draft becomes where it is proposed with this nonce. */
export const proposalAt = ({ transaction }: Draft, nonce: bigint): Proposal => ({
  transaction: { ...transaction, nonce },
  claimedHash: null,
  signatures: [],
});

/** The size of a signature; of a contract's, without its data. */
export const SIGNATURE_BYTES = 65;

/** The three hashes by which a Safe transaction is known. */
export interface SafeHashes {
  /** What Ledger and Trezor show as "domain hash". */
  readonly domainHash: Hex;
  /** What Ledger and Trezor show as "message hash". */
  readonly messageHash: Hex;
  /** What Safe's own tools show, and what owners sign. */
  readonly safeTxHash: Hex;
}

const SAFE_TX_FIELDS = [
  { name: 'to', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'data', type: 'bytes' },
  { name: 'operation', type: 'uint8' },
  { name: 'safeTxGas', type: 'uint256' },
  { name: 'baseGas', type: 'uint256' },
  { name: 'gasPrice', type: 'uint256' },
  { name: 'gasToken', type: 'address' },
  { name: 'refundReceiver', type: 'address' },
  { name: 'nonce', type: 'uint256' },
] as const;

const OLDEST_SAFE_TX_FIELDS = SAFE_TX_FIELDS.map(({ name, type }) => ({
  name: name === 'baseGas' ? 'dataGas' : name,
  type,
}));

const VERIFYING_CONTRACT = { name: 'verifyingContract', type: 'address' } as const;
const CHAIN_ID = { name: 'chainId', type: 'uint256' } as const;

/**
 * Recomputes the hashes of a transaction. The chain became part of the domain with Safe 1.3.0;
 * before 1.0.0, `baseGas` was called `dataGas`.
 *
 * @see https://eips.ethereum.org/EIPS/eip-712
 */
export function safeHashes(
  transaction: SafeTransaction,
  version: SafeVersion | '0.1.0',
  chainId: number,
): SafeHashes {
  const { safe, operation, ...fields } = transaction;
  const domainHash =
    version !== '0.1.0' && atLeastVersion(version, '1.3.0')
      ? hashDomain({
          domain: { chainId: BigInt(chainId), verifyingContract: safe },
          types: { EIP712Domain: [CHAIN_ID, VERIFYING_CONTRACT] },
        })
      : hashDomain({
          domain: { verifyingContract: safe },
          types: { EIP712Domain: [VERIFYING_CONTRACT] },
        });
  const messageHash = hashStruct({
    data: { ...fields, dataGas: fields.baseGas, operation: operationNumber(operation) },
    primaryType: 'SafeTx',
    types: { SafeTx: version === '0.1.0' ? OLDEST_SAFE_TX_FIELDS : SAFE_TX_FIELDS },
  });
  return {
    domainHash,
    messageHash,
    safeTxHash: keccak256(concat(['0x1901', domainHash, messageHash])),
  };
}

const safeAbi = parseAbi([
  'function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures) returns (bool success)',
]);

/** The calldata by which anyone executes the transaction, once it has enough signatures. */
export function encodeExecution(transaction: SafeTransaction, signatures: Hex): Hex {
  const { to, value, data, operation, safeTxGas, baseGas } = transaction;
  const { gasPrice, gasToken, refundReceiver } = transaction;
  return encodeFunctionData({
    abi: safeAbi,
    functionName: 'execTransaction',
    args: [
      to,
      value,
      data,
      operationNumber(operation),
      safeTxGas,
      baseGas,
      gasPrice,
      gasToken,
      refundReceiver,
      signatures,
    ],
  });
}

const operationNumber = (operation: SafeTransaction['operation']): 0 | 1 =>
  operation === 'call' ? 0 : 1;

/** Every signature that a proposal carries, once: those of its confirmations, then those of its blob. */
export function filedSignatures(
  confirmations: readonly {
    readonly owner?: Address | null | undefined;
    readonly signature?: Hex | null | undefined;
  }[],
  blob: Hex,
): readonly FiledSignature[] {
  const confirmed = confirmations.map(({ owner, signature }): FiledSignature => {
    // A confirmation without a signature claims an approval on chain.
    const claimed = owner === null || owner === undefined ? '0x' : approvalBy(owner);
    return { owner: owner ?? null, signature: standalone(signature ?? claimed) };
  });
  const known = new Set(confirmed.map(({ signature }) => signature));
  const others = splitSignatures(blob).filter((signature) => !known.has(signature));
  return [...confirmed, ...others.map((signature) => ({ owner: null, signature }))];
}

/**
 * The signatures in a blob: 65 bytes each, up to where the data of the first contract's signature
 * begins, and each of a contract with its data. A rest that is no whole signature is one of its own.
 */
function splitSignatures(blob: Hex): readonly Hex[] {
  const signatures: Hex[] = [];
  let end = size(blob);
  for (let start = 0; start < end; start += SIGNATURE_BYTES) {
    const signature = slice(blob, start, Math.min(start + SIGNATURE_BYTES, size(blob)));
    const data = contractData(signature, blob);
    signatures.push(data === null ? signature : contractSignature(slice(signature, 0, 32), data));
    if (data !== null) end = Math.min(end, Number(slice(signature, 32, 64)));
  }
  return signatures;
}

/** Signatures as one blob, as Safe reads it: the data of contracts' signatures comes after all of them. */
export function joinSignatures(signatures: readonly Hex[]): Hex {
  const tails: Hex[] = [];
  const heads = signatures.map((signature) => {
    const data = contractData(signature);
    if (data === null) return signature;
    const at = signatures.length * SIGNATURE_BYTES + size(concat(tails));
    tails.push(withLength(data));
    return concat([slice(signature, 0, 32), numberToHex(at, { size: 32 }), '0x00']);
  });
  return concat([...heads, ...tails]);
}

/**
 * The data of a contract's signature, which stands where its second word says; `null` where it does not
 * stand there in full, or the signature is of another kind.
 *
 * @param around the bytes that it was taken from.
 */
export function contractData(signature: Hex, around: Hex = signature): Hex | null {
  if (size(signature) < SIGNATURE_BYTES || slice(signature, 64, 65) !== '0x00') return null;
  const end = BigInt(size(around));
  const at = BigInt(slice(signature, 32, 64));
  if (at < SIGNATURE_BYTES || at + 32n > end) return null;
  const begins = Number(at) + 32;
  const length = BigInt(slice(around, Number(at), begins));
  if (BigInt(begins) + length > end) return null;
  return length === 0n ? '0x' : slice(around, begins, begins + Number(length));
}

/** A contract's signature by itself: whose, where its data begins, and its data. */
export const contractSignature = (owner: Hex, data: Hex): Hex =>
  concat([pad(owner), numberToHex(SIGNATURE_BYTES, { size: 32 }), '0x00', withLength(data)]);

/** A signature by itself, in one form: services put zeros at the end of data. */
function standalone(signature: Hex): Hex {
  const data = contractData(signature);
  const alone = data === null ? signature : contractSignature(slice(signature, 0, 32), data);
  return alone.toLowerCase() as Hex;
}

const withLength = (data: Hex): Hex => concat([numberToHex(size(data), { size: 32 }), data]);

/** The signature by which `owner` stands for having approved a hash on chain. */
export const approvalBy = (owner: Address): Hex => concat([pad(owner), pad('0x'), '0x01']);
