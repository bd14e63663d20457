/**
 * Whose signatures these are. Safe tells four kinds apart by their last byte.
 *
 * @see https://docs.safe.global/advanced/smart-account-signatures
 */
import {
  type Address,
  encodePacked,
  type Hex,
  hashMessage,
  isAddressEqual,
  recoverAddress,
  size,
  slice,
} from 'viem';
import type { State } from '../state.ts';
import { addressOf } from '../values.ts';
import { type FiledSignature, SIGNATURE_BYTES } from './transaction.ts';
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
   * Whether it counts: made for this hash by an owner. `unknown` for a contract's signature, which
   * only that contract can judge; for an approval that is not on chain, which counts only if that owner
   * is the one to execute; and for one that was filed under somebody else.
   */
  readonly counts: 'yes' | 'no' | 'unknown';
}

/** Examines a signature over `safeTxHash`. */
export async function examineSignature(
  { owner: filedUnder, signature }: FiledSignature,
  safeTxHash: Hex,
  wallet: { readonly safe: Address; readonly owners: readonly Address[] },
  state: State,
): Promise<ExaminedSignature> {
  const { kind, signer } = await signerOf(signature, safeTxHash);
  const isOwner = signer !== null && wallet.owners.some((owner) => isAddressEqual(owner, signer));
  const base = { kind, signature, filedUnder, signer };
  if (!isOwner) return { ...base, counts: 'no' };
  // Whoever files a signature under another owner is mistaken, or wants signers to be.
  const isMisfiled = filedUnder !== null && !isAddressEqual(filedUnder, signer);
  if (kind === 'contract' || isMisfiled) return { ...base, counts: 'unknown' };
  if (kind !== 'approved hash') return { ...base, counts: 'yes' };
  const approved = await state.storage(wallet.safe, approvedHashSlot(signer, safeTxHash));
  return { ...base, counts: BigInt(approved) === 0n ? 'unknown' : 'yes' };
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

/** The signer; `null` for numbers that are no point of the curve, which no key can have signed. */
async function recover(hash: Hex, rs: Hex, v: number): Promise<Address | null> {
  const signature = encodePacked(['bytes', 'uint8'], [rs, v]);
  return await recoverAddress({ hash, signature }).catch((error: unknown) => {
    if (error instanceof Error) return null;
    throw error;
  });
}
