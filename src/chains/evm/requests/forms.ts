/** Forms of typed data whose meaning is published: told by the whole type, never by its name alone. */
import type { Address } from 'viem';
import { z } from 'zod';
import { short } from '../../../words.ts';
import type { Permitted } from './request.ts';
import type { TypedData } from './typed-data.ts';

/** What a signature permits, and whoever it speaks for. */
export interface Meaning {
  readonly signer: Address | null;
  readonly permits: readonly Permitted[];
  readonly unknown: string | null;
}

/** Reads the messages of one form. */
export interface Form {
  readonly matches: (encodedType: string) => boolean;
  readonly read: (typed: TypedData, asked: Address | null) => Meaning;
}

interface FormOf<Message> {
  /** As `encodeType` of EIP-712 writes it; a pattern where part of it is free. */
  readonly types: readonly (string | RegExp)[];
  readonly fields: z.ZodType<Message>;
  /** The contracts that are known to read it so; any, where it is left out. */
  readonly under?: { readonly name: string; readonly contracts: readonly Address[] };
  /** Whose assets and powers it speaks of, where it says so. */
  readonly signer?: (message: Message, asked: Address | null) => Address | null;
  readonly permits: (
    message: Message,
    by: { readonly signer: Address; readonly contract: Address },
  ) => readonly Permitted[];
  /** Why more may be permitted than that. */
  readonly unknown?: (message: Message) => string | null;
}

/** A number of typed data. */
export const number = z.bigint();

/** Years that no calendar here writes are no end. */
const YEAR_10000 = 253_402_300_800n;

/** When a permission ends; `null` where it does not in earnest. */
export const ending = (seconds: bigint): bigint | null => (seconds < YEAR_10000 ? seconds : null);

/** A form, of which `fields` are those that matter. */
export function form<Message>(of: FormOf<Message>): Form {
  const { types, fields, under, permits } = of;
  return {
    matches: (encoded) =>
      types.some((type) => (typeof type === 'string' ? type === encoded : type.test(encoded))),
    read: ({ message: given, domain, primaryType }, asked) => {
      const { verifyingContract: contract } = domain;
      const message = fields.parse(given);
      const signer = of.signer?.(message, asked) ?? asked;
      const permitsUnread = (unknown: string): Meaning => ({ signer, permits: [], unknown });
      if (contract === null) return permitsUnread('Its domain names no contract');
      if (under !== undefined && !under.contracts.includes(contract)) {
        return permitsUnread(
          `It has the form of ${under.name}, but is for another contract, ${contract}`,
        );
      }
      if (signer === null) {
        return permitsUnread(`A ${primaryType} does not say who signs it, and nobody else did`);
      }
      const isForAnother = asked !== null && asked !== signer;
      return {
        signer,
        permits: permits(message, { signer, contract }),
        unknown: isForAnother
          ? `It speaks for ${signer}, and ${short(asked)} is to sign it`
          : (of.unknown?.(message) ?? null),
      };
    },
  };
}
