/** The checks by which code refuses a stranger, as bytecode shows them. Plain data. */
import type { Address, Hex } from 'viem';

/** Whom a check looks at: the caller, the origin of the transaction, or who signed a message. */
export type Identity = 'caller' | 'origin' | 'signer';

/** Where code finds an address to compare an identity with. */
export type Place =
  /** Part of the code: a constant, an immutable. */
  | { readonly type: 'constant'; readonly account: Address }
  /** The account itself: only its own calls pass. */
  | { readonly type: 'self' }
  /** Twenty bytes of a storage slot, `shift` bits from its low end. */
  | { readonly type: 'slot'; readonly slot: Hex; readonly shift: number }
  /** What another contract answers. */
  | { readonly type: 'answer'; readonly of: Place; readonly data: Hex };

/** A key of a mapping: a fixed word, or the identity that is looked at. */
export type Key = Hex | Identity;

/** One check. A function may ask for several. */
export type Guard =
  /** The identity is the account at a place. */
  | { readonly type: 'is'; readonly who: Identity; readonly at: Place }
  /** `mapping[keys…]`, from the outermost, holds `equals`; any bit of `mask` where that is `null`. */
  | {
      readonly type: 'member';
      readonly mapping: Hex;
      readonly keys: readonly Key[];
      /** Which word of an entry, where it is not the first. */
      readonly offset?: Hex;
      readonly mask: Hex;
      readonly equals: Hex | null;
    }
  /** Another contract says yes to a question that names the identity. */
  | {
      readonly type: 'asked';
      readonly of: Place;
      /** Four bytes. */
      readonly selector: Hex;
      /** Its arguments, word by word; `null` for one that is not fixed. */
      readonly args: readonly (Key | 'self' | null)[];
    };
