/** What someone is asked to sign: a Safe transaction, a transaction of their own, or a message. */
import type { Address, Hex } from 'viem';
import type { Draft, Proposal } from '../safe/transaction.ts';
import type { Message } from '../simulation.ts';

export type SigningRequest =
  | { readonly kind: 'safe'; readonly proposal: Proposal }
  /** Not proposed yet: it has no nonce. */
  | { readonly kind: 'draft'; readonly draft: Draft }
  | {
      readonly kind: 'transaction';
      readonly transaction: AccountTransaction;
      /** Made after it, in this order, in the same go (EIP-5792). */
      readonly then?: readonly AccountTransaction[];
    }
  | { readonly kind: 'message'; readonly message: OffchainMessage };

/** A transaction that an account sends itself: signed already, to be signed, or only a call. */
export interface AccountTransaction {
  /** `null` for a call, which has no type yet. */
  readonly type: 'legacy' | 'eip2930' | 'eip1559' | 'eip4844' | 'eip7702' | null;
  /** `null` where it is good on every chain. */
  readonly chainId: number | null;
  /** Recovered from the signature, or as stated; `null` where neither says. */
  readonly from: Address | null;
  /** `null` creates a contract. */
  readonly to: Address | null;
  readonly value: bigint;
  readonly data: Hex;
  readonly nonce: bigint | null;
  readonly isSigned: boolean;
  /** What the device signs; `null` for a call. */
  readonly signingHash: Hex | null;
  /** What the chain will know it by; `null` where it is not signed. */
  readonly transactionHash: Hex | null;
  readonly authorizations: readonly Authorization[];
}

/**
 * Code that an account is to run from then on.
 *
 * @see https://eips.ethereum.org/EIPS/eip-7702
 */
export interface Authorization {
  /** 0 is every chain. */
  readonly chainId: bigint;
  /** Whose code; the zero address ends a delegation. */
  readonly delegate: Address;
  readonly nonce: bigint;
  /** Recovered from its signature; `null` where it has none, or none that recovers. */
  readonly authority: Address | null;
}

/** A message that is signed off chain, and what its signature permits whoever has it. */
export interface OffchainMessage {
  readonly form: 'typed data' | 'text' | 'bytes';
  /** Named by the message or by whoever asks; `null` where neither does. */
  readonly signer: Address | null;
  /** The chain that its domain names; `null` where it is good on every chain. */
  readonly chainId: number | null;
  /** Whose domain it is signed under; `null` for a text. */
  readonly domain: MessageDomain | null;
  readonly primaryType: string | null;
  readonly hashes: MessageHashes;
  /** What a device shows, in its order: untrusted text. */
  readonly fields: readonly { readonly path: string; readonly value: string }[];
  /** What the document says besides, which no signature covers: paths, untrusted text. */
  readonly unsigned: readonly string[];
  readonly permits: readonly Permitted[];
  /** Why it is not known what else the signature permits; `null` where everything is. */
  readonly unknown: string | null;
}

interface MessageDomain {
  readonly name: string | null;
  readonly version: string | null;
  readonly verifyingContract: Address | null;
}

export interface MessageHashes {
  /** Of EIP-712, as Ledger and Trezor show it; `null` for a text. */
  readonly domainHash: Hex | null;
  readonly messageHash: Hex | null;
  /** The 32 bytes that are signed. */
  readonly digest: Hex;
}

/** One thing that a signature permits. */
export type Permitted = PermittedCall | PermittedTrade;

/** It is as if the signer had made this call. A permit is an approval that costs no transaction. */
export interface PermittedCall {
  readonly kind: 'call';
  readonly call: Message;
  /** Seconds since 1970; `null` where it does not end. */
  readonly expires: bigint | null;
}

/** Assets of the signer may be exchanged. */
export interface PermittedTrade {
  readonly kind: 'trade';
  readonly gives: readonly Amount[];
  readonly gets: readonly Amount[];
  /** The only one who may take it up; `null`: anyone. */
  readonly counterparty: Address | null;
  /** Seconds since 1970; `null` where it does not end. */
  readonly expires: bigint | null;
}

export interface Amount {
  /** `null` is ether. */
  readonly token: Address | null;
  /** Base units; an item of an NFT is 1. */
  readonly amount: bigint;
  /** Of an NFT; `null` for a token that has none, and where any of several items will do. */
  readonly item: bigint | null;
  /** Who receives it, where that is said. */
  readonly to: Address | null;
}
