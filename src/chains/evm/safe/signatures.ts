/**
 * Whose signatures these are. Safe tells four kinds apart by their last byte.
 *
 * @see https://docs.safe.global/advanced/smart-account-signatures
 */
import {
  type Address,
  concat,
  encodeFunctionData,
  encodePacked,
  type Hex,
  hashMessage,
  isAddressEqual,
  parseAbi,
  recoverAddress,
  size,
  slice,
} from 'viem';
import { ReadError, RefusedError } from '../../../errors.ts';
import { memo } from '../memo.ts';
import { wasReverted } from '../node.ts';
import { orNobody } from '../recover.ts';
import type { State } from '../state.ts';
import { addressOf } from '../values.ts';
import { atLeastVersion, type SafeVersion } from './code.ts';
import {
  contractData,
  type FiledSignature,
  type SafeHashes,
  SIGNATURE_BYTES,
} from './transaction.ts';
import { approvedHashSlot } from './wallet.ts';

/** How a signature was made. */
type SignatureKind = 'ecdsa' | 'eth_sign' | 'approved hash' | 'contract' | 'malformed';

/** A signature, examined against a hash and a set of owners. */
export interface ExaminedSignature {
  readonly kind: SignatureKind;
  readonly signature: Hex;
  /** The owner that it was filed under. */
  readonly filedUnder: Address | null;
  /** Who made it, if it was made for this hash; `null` where that cannot be said. */
  readonly signer: Address | null;
  /**
   * Whether it counts: made for this hash by an owner. `unknown` for a contract's signature that the
   * contract cannot be asked about, or that carries no data and is not accepted yet; for an approval
   * that is not on chain, which counts only if that owner is the one to execute; and for one that was
   * filed under somebody else.
   */
  readonly counts: Counts;
}

type Counts = 'yes' | 'no' | 'unknown';

/** The Safe that the signatures are for. */
interface SignedFor {
  readonly safe: Address;
  readonly owners: readonly Address[];
  readonly version: SafeVersion;
}

/** Examines a signature over a transaction that has these hashes. */
export async function examineSignature(
  { owner: filedUnder, signature }: FiledSignature,
  hashes: SafeHashes,
  wallet: SignedFor,
  state: State,
): Promise<ExaminedSignature> {
  const { kind, signer } = await signerOf(signature, hashes.safeTxHash);
  const isOwner = signer !== null && wallet.owners.some((owner) => isAddressEqual(owner, signer));
  const base = { kind, signature, filedUnder, signer };
  if (!isOwner) return { ...base, counts: 'no' };
  // Whoever files a signature under another owner is mistaken, or wants signers to be.
  const isMisfiled = filedUnder !== null && !isAddressEqual(filedUnder, signer);
  if (isMisfiled) return { ...base, counts: 'unknown' };
  if (kind === 'contract') {
    const data = contractData(signature);
    const counts = data === null ? 'unknown' : await judgedBy(signer, data, hashes, wallet, state);
    return { ...base, counts };
  }
  if (kind !== 'approved hash') return { ...base, counts: 'yes' };
  const approved = await state.storage(wallet.safe, approvedHashSlot(signer, hashes.safeTxHash));
  return { ...base, counts: BigInt(approved) === 0n ? 'unknown' : 'yes' };
}

/** Up to Safe 1.4.1, an owner is asked about the bytes that were hashed; since, about their hash. */
const erc1271Abi = parseAbi([
  'function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)',
]);
const olderErc1271Abi = parseAbi([
  'function isValidSignature(bytes data, bytes signature) view returns (bytes4)',
]);

/**
 * What a contract says of its own signature, asked as the Safe asks it. A signature without data may
 * stand for a message that is still to be signed on chain.
 *
 * @see https://eips.ethereum.org/EIPS/eip-1271
 */
async function judgedBy(
  owner: Address,
  data: Hex,
  { domainHash, messageHash, safeTxHash }: SafeHashes,
  { safe, version }: SignedFor,
  state: State,
): Promise<Counts> {
  const question = atLeastVersion(version, '1.5.0')
    ? encodeFunctionData({ abi: erc1271Abi, args: [safeTxHash, data] })
    : encodeFunctionData({
        abi: olderErc1271Abi,
        args: [concat(['0x1901', domainHash, messageHash]), data],
      });
  const refused = data === '0x' ? 'unknown' : 'no';
  try {
    const answer = await state.call({ from: safe, to: owner, data: question });
    // It accepts by repeating which function it was asked by.
    const accepts = size(answer) >= 32 && slice(answer, 0, 4) === slice(question, 0, 4);
    return accepts ? 'yes' : refused;
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return error instanceof RefusedError && wasReverted(error) ? refused : 'unknown';
  }
}

async function signerOf(
  signature: Hex,
  hash: Hex,
): Promise<{ readonly kind: SignatureKind; readonly signer: Address | null }> {
  if (size(signature) < SIGNATURE_BYTES) return { kind: 'malformed', signer: null };
  const rs = slice(signature, 0, 64);
  const v = Number(slice(signature, 64, 65));
  // For a contract and for an approved hash, the first word is the owner.
  if (v === 0) return { kind: 'contract', signer: addressOf(slice(signature, 0, 32)) };
  if (size(signature) > SIGNATURE_BYTES) return { kind: 'malformed', signer: null };
  if (v === 1) return { kind: 'approved hash', signer: addressOf(slice(signature, 0, 32)) };
  if (v === 27 || v === 28) return { kind: 'ecdsa', signer: await recover(hash, rs, v) };
  if (v === 31 || v === 32) {
    return { kind: 'eth_sign', signer: await recover(hashMessage({ raw: hash }), rs, v - 4) };
  }
  return { kind: 'malformed', signer: null };
}

const recover = (hash: Hex, rs: Hex, v: number): Promise<Address | null> =>
  recoverOnce(encodePacked(['bytes32', 'bytes', 'uint8'], [hash, rs, v]));

const recoverOnce = memo(1_000, (signed: Hex) =>
  orNobody(recoverAddress({ hash: slice(signed, 0, 32), signature: slice(signed, 32) })),
);
