/** `castellan.yaml`: what an organisation declares about itself. */
import type { Address } from 'viem';
import { z } from 'zod';
import { address, chainOf } from '../chains/evm/values.ts';
import { InputError, type Objection } from '../errors.ts';
import type { AccountId } from '../power/model.ts';
import { contradictions, type Located } from './references.ts';
import { suggestion } from './suggestion.ts';
import { parseYaml } from './yaml.ts';

/** An account that the organisation knows, and what it calls it. */
interface NamedAccount {
  readonly account: AccountId;
  readonly name: string;
}

/** The most of an asset. */
export interface Limit {
  readonly asset: string;
  /** In whole units, as a decimal; `unlimited` for a contract that may take all. */
  readonly amount: string;
}

interface Payee extends NamedAccount {
  readonly limits?: readonly Limit[] | undefined;
}

/** A contract that the organisation uses. */
interface UsedContract extends NamedAccount {
  /** The functions of it that are used; where none are named, all that hand on no authority. */
  readonly functions?: readonly string[] | undefined;
  /** The most of an asset that it is allowed to take. */
  readonly allowances?: readonly Limit[] | undefined;
}

/** A change of power that is expected. */
interface ExpectedChange {
  readonly account: AccountId;
  /** Who may gain power over it. */
  readonly holders: readonly AccountId[];
  /** No fewer holders than this may take it afterwards. */
  readonly fewest: number;
  /** No sooner than in so many seconds. */
  readonly soonest: number;
}

/** What decides beside what every organisation wants. */
interface Policy {
  readonly changes: readonly ExpectedChange[];
  /** How many people must have checked before anything is signed. */
  readonly checkers: number;
}

/** A private key, by its address, and in whose hands it is. */
interface Key {
  readonly address: Address;
  readonly person?: string | undefined;
  readonly device?: string | undefined;
  readonly vendors: readonly string[];
}

interface Person {
  readonly id: string;
  readonly name?: string | undefined;
}

/** What keeps or uses keys. */
interface Device {
  readonly id: string;
  readonly kind: string;
  readonly person?: string | undefined;
  readonly vendors: readonly string[];
}

/** Someone outside whom keys or devices trust. */
interface Vendor {
  readonly id: string;
  readonly name: string;
  /** What is trusted: a signing screen, a firmware, custody, an HSM. */
  readonly provides: string;
}

/** An asset whose amounts are read, and where its price is from. */
export interface Asset {
  /** CAIP-19: `eip155:1/slip44:60`, `eip155:1/erc20:0x…`. */
  readonly asset: string;
  readonly symbol: string;
  readonly decimals: number;
  /** US dollars for one, as a decimal. */
  readonly price?: { readonly usd: string } | undefined;
  /** A Chainlink feed in US dollars, on the asset's own chain. */
  readonly feed?: AccountId | undefined;
}

/** What an organisation declares. */
export interface Organisation {
  /** Accounts whose assets it guards. */
  readonly positions: readonly NamedAccount[];
  /** Its other accounts. */
  readonly accounts: readonly NamedAccount[];
  /** Accounts that it pays. */
  readonly payees: readonly Payee[];
  /** Contracts that it uses. */
  readonly contracts: readonly UsedContract[];
  readonly people: readonly Person[];
  readonly devices: readonly Device[];
  readonly vendors: readonly Vendor[];
  readonly keys: readonly Key[];
  readonly assets: readonly Asset[];
  readonly policy: Policy;
}

export const NO_ORGANISATION: Organisation = {
  positions: [],
  accounts: [],
  payees: [],
  contracts: [],
  people: [],
  devices: [],
  vendors: [],
  keys: [],
  assets: [],
  policy: { changes: [], checkers: 1 },
};

const MAX_ENTRIES = 10_000;
/** Ten years, in seconds. */
const MAX_WAIT = 315_360_000;
const MAX_NAME = 100;
const MAX_OBJECTIONS = 20;

const CHAIN = '[1-9][0-9]{0,15}';
const HEX = '0x[0-9a-fA-F]{40}';

/** What follows the chain in an id that names one: `:0xADDRESS`, `/erc20:0xADDRESS`. */
const onChain = (rest: string, expected: string) =>
  z
    .string(expected)
    .regex(new RegExp(`^eip155:${CHAIN}${rest}$`), expected)
    .transform((text, context) => {
      if (!Number.isSafeInteger(chainOf(text))) {
        context.addIssue({ code: 'custom', message: 'expected a chain id below 2^53' });
        return z.NEVER;
      }
      const [hex] = text.match(new RegExp(`${HEX}$`)) ?? [];
      if (hex === undefined) return text;
      const parsed = address.safeParse(hex);
      if (parsed.success) return text.slice(0, -hex.length) + parsed.data;
      for (const { message } of parsed.error.issues) context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });

const account = onChain(`:${HEX}`, 'expected eip155:CHAIN:0xADDRESS (CAIP-10)').describe(
  'CAIP-10: eip155:CHAIN:0xADDRESS',
);

const asset = onChain(
  `/(?:slip44:[0-9]{1,10}|erc20:${HEX})`,
  'expected eip155:CHAIN/slip44:COIN or eip155:CHAIN/erc20:0xADDRESS (CAIP-19)',
).describe("CAIP-19: eip155:1/erc20:0xADDRESS, or eip155:1/slip44:60 for the chain's own coin");

const name = z
  .string()
  .min(1)
  .max(MAX_NAME)
  .regex(/^[^\r\n]*$/, 'expected one line');

const ID = 'expected an id: letters, digits, dots, dashes';
const id = z.string(ID).regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, ID);

const amount = (pattern: RegExp, expected: string) =>
  z
    .union([z.string(), z.number()], expected)
    .transform(String)
    .pipe(z.string().regex(pattern, expected));

const decimal = amount(/^[0-9]{1,18}(?:\.[0-9]{1,18})?$/, 'expected a decimal: "1.0002"');
const allowance = amount(
  /^(?:[0-9]{1,18}(?:\.[0-9]{1,18})?|unlimited)$/,
  'expected a decimal, or unlimited',
);

const FUNCTION = 'expected a function: deposit(uint256,address)';
const functionSignature = z
  .string(FUNCTION)
  .max(500)
  .regex(/^[A-Za-z_$][A-Za-z0-9_$]*\([a-z0-9,()[\]]*\)$/, FUNCTION);

/** An object with these keys alone; another is answered with the nearest of these. */
const entry = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => `unknown key${suggestion(key, Object.keys(shape))}`).join('\n')
        : undefined,
  });

const list = <Schema extends z.ZodType>(schema: Schema, says: string) =>
  z.array(schema).max(MAX_ENTRIES).default([]).describe(says);

const named = entry({ account, name });

export const organisationFile = entry({
  positions: list(named, 'Accounts whose assets you guard'),
  accounts: list(named, 'Your other accounts, so that they are called by their names'),
  payees: list(
    entry({
      account,
      name,
      limits: z
        .array(entry({ asset, amount: decimal }))
        .max(MAX_ENTRIES)
        .optional()
        .describe('The most that it is paid in one transaction, in whole units of a listed asset'),
    }),
    'Accounts that you pay: payments to them are not held',
  ),
  contracts: list(
    entry({
      account,
      name,
      functions: z
        .array(functionSignature)
        .min(1)
        .max(MAX_ENTRIES)
        .optional()
        .describe('The functions that you use; without: all that hand on no authority'),
      allowances: z
        .array(entry({ asset, amount: allowance }))
        .max(MAX_ENTRIES)
        .optional()
        .describe(
          'The most that it may be allowed to take, in whole units of a listed asset, or unlimited',
        ),
    }),
    'Contracts that you use: calls to them are not held',
  ),
  people: list(entry({ id, name: name.optional() }), 'Who keeps keys or devices'),
  devices: list(
    entry({
      id,
      kind: name.describe('hardware wallet, laptop, phone, HSM, …'),
      person: id.optional().describe('Who can use it'),
      vendors: list(id, 'Whoever could make it sign: of its firmware, of its software'),
    }),
    'What keeps or uses keys',
  ),
  vendors: list(
    entry({ id, name, provides: name.describe('signing screen, firmware, custody, HSM, …') }),
    'Those outside whom keys or devices trust',
  ),
  keys: list(
    entry({
      address: address.describe('0xADDRESS of the private key, the same on every chain'),
      person: id.optional().describe('Who can use it, where its device does not say so'),
      device: id.optional().describe('Where it is kept'),
      vendors: list(id, 'Whoever could make it sign: of the signing screen, of custody'),
    }),
    'Private keys, and in whose hands they are',
  ),
  assets: list(
    entry({
      asset,
      symbol: z.string().min(1).max(20),
      decimals: z.int().min(0).max(36),
      price: entry({ usd: decimal }).optional().describe('What one is worth, in US dollars'),
      feed: account.optional().describe('A Chainlink feed in US dollars, on the same chain'),
    }),
    'What is counted in your positions, and what it is worth',
  ),
  policy: entry({
    changes: list(
      entry({
        account,
        holders: list(account, 'Who may gain power over it'),
        fewest: z.int().min(1).max(1_000).describe('No fewer may take it afterwards'),
        soonest: z
          .int()
          .min(0)
          .max(MAX_WAIT)
          .default(0)
          .describe('Nor sooner than in so many seconds'),
      }),
      'Changes of power that are expected: they are not held',
    ),
    checkers: z
      .int()
      .min(1)
      .max(20)
      .default(1)
      .describe('How many people must have checked, and found the same, before anyone signs'),
  })
    .prefault({})
    .describe('What decides beside what every organisation wants'),
}).meta({
  title: 'castellan.yaml',
  description: 'What an organisation declares about itself.',
});

/**
 * Parses a `castellan.yaml`.
 *
 * @throws InputError with every objection and its line: unknown keys and names, and what is said twice.
 */
export function parseOrganisation(where: string, text: string): Organisation {
  const { value, lineOf } = parseYaml(where, text);
  const parsed = organisationFile.safeParse(value ?? {});
  const objections: Objection[] = [];
  for (const { path, message } of parsed.success
    ? contradictions(parsed.data)
    : parsed.error.issues.flatMap(separate)) {
    if (objections.length === MAX_OBJECTIONS) {
      objections.push({ line: null, message: 'and more' });
      break;
    }
    const at = path.length === 0 ? '' : `${path.map(String).join('.')}: `;
    objections.push({ line: lineOf(path), message: `${at}${message}` });
  }
  if (parsed.success && objections.length === 0) return parsed.data;
  throw new InputError(where, objections);
}

/** One issue for each unknown key, at that key. */
function separate(issue: z.core.$ZodIssue): readonly Located[] {
  if (issue.code !== 'unrecognized_keys') return [issue];
  const messages = issue.message.split('\n');
  return issue.keys.map((key, index) => ({
    path: [...issue.path, key],
    message: messages[index] ?? 'unknown key',
  }));
}
