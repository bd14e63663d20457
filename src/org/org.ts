/** `castellan.yaml`: what an organisation declares about itself. */
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { accountId, address } from '../chains/evm/values.ts';
import { InputError, objections, reasonOf } from '../errors.ts';
import type { AccountId } from '../power/model.ts';

/** An account that the organisation knows, and what it calls it. */
interface NamedAccount {
  readonly account: AccountId;
  readonly name: string;
}

/** What an organisation declares. */
export interface Organisation {
  /** Accounts whose assets it guards. */
  readonly positions: readonly NamedAccount[];
  /** Accounts that it pays. */
  readonly payees: readonly NamedAccount[];
}

export const NO_ORGANISATION: Organisation = { positions: [], payees: [] };

const MAX_ACCOUNTS = 10_000;
const MAX_NAME = 100;

const account = z
  .string()
  .regex(/^eip155:[1-9][0-9]{0,15}:0x[0-9a-fA-F]{40}$/, 'expected eip155:CHAIN:0xADDRESS (CAIP-10)')
  .transform((text, context): AccountId => {
    const [, chain = '', hex = ''] = text.split(':');
    const parsed = address.safeParse(hex);
    if (!Number.isSafeInteger(Number(chain))) {
      context.addIssue({ code: 'custom', message: 'expected a chain id below 2^53' });
      return z.NEVER;
    }
    if (parsed.success) return accountId(Number(chain), parsed.data);
    for (const { message } of parsed.error.issues) context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

const accounts = z
  .array(z.strictObject({ account, name: z.string().min(1).max(MAX_NAME) }))
  .max(MAX_ACCOUNTS)
  .default([]);

const organisation = z.strictObject({ positions: accounts, payees: accounts });

/**
 * Parses a `castellan.yaml`.
 *
 * @throws InputError with every objection; an unknown key is one.
 */
export function parseOrganisation(where: string, text: string): Organisation {
  const parsed = organisation.safeParse(parseYaml(where, text) ?? {});
  if (!parsed.success) throw new InputError(where, objections(parsed.error));
  return parsed.data;
}

/** YAML without aliases (a small file could grow without end) and without tags of its own. */
function parseYaml(where: string, text: string): unknown {
  const document = parseDocument(text, { schema: 'core', uniqueKeys: true });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw new InputError(where, problem.message.split('\n')[0] ?? 'expected YAML');
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    const reason = reasonOf(error);
    throw new InputError(where, `expected YAML without aliases: ${reason}`);
  }
}
