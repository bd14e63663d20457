/**
 * Typed data, parsed strictly: what wallets may read in different ways is refused, so that the hash here
 * is the hash that is signed.
 *
 * @see https://eips.ethereum.org/EIPS/eip-712
 */
import { concat, getTypesForEIP712Domain, type Hex, hashStruct, keccak256, size } from 'viem';
import { z } from 'zod';
import { InputError, objections } from '../../../errors.ts';
import { address, bytes } from '../values.ts';
import type { MessageHashes, OffchainMessage } from './request.ts';

/** A value of typed data, as its type has it: numbers as `bigint`, addresses checksummed. */
type Value = bigint | boolean | string | readonly Value[] | Struct;
interface Struct {
  readonly [field: string]: Value;
}

interface Member {
  readonly name: string;
  readonly type: string;
}
type Structs = ReadonlyMap<string, readonly Member[]>;

/** Typed data, and what of the document its signature does not cover. */
export interface TypedData extends Pick<OffchainMessage, 'fields' | 'unsigned'> {
  readonly primaryType: string;
  /** The primary type in full, as `encodeType` of EIP-712 writes it: which message this is. */
  readonly encodedType: string;
  readonly domain: z.infer<typeof named>['domain'];
  readonly message: Struct;
  readonly hashes: MessageHashes;
}

const MAX_TYPES = 64;
const MAX_MEMBERS = 64;
/** Of all names in all types, in characters: each struct is hashed with its type. */
const MAX_TYPES_TEXT = 4_096;
const MAX_DEPTH = 40;
const MAX_VALUES = 10_000;
/** Of all values with their paths, in characters. */
const MAX_TEXT = 1 << 20;

const TEXT = 'expected a string without lone surrogates';
const INTEGER = 'expected a whole number; as a string where it is large';

const integer = (isSigned: boolean, bits: number) => {
  const [from, to] = isSigned ? [-(1n << BigInt(bits - 1)), bits - 1] : [0n, bits];
  return z
    .union(
      [z.int(INTEGER), z.string().regex(/^(?:-?[0-9]{1,78}|0x[0-9a-fA-F]{1,64})$/, INTEGER)],
      INTEGER,
    )
    .transform(BigInt)
    .refine(
      (value) => value >= from && value < 1n << BigInt(to),
      `expected ${isSigned ? 'an int' : 'a uint'}${bits}`,
    );
};

const SIZES = Array.from({ length: 32 }, (_, index) => index + 1);

const ATOMIC: ReadonlyMap<string, z.ZodType<bigint | boolean | string>> = new Map<
  string,
  z.ZodType<bigint | boolean | string>
>([
  ['address', address],
  ['bool', z.boolean('expected true or false')],
  ['string', z.string(TEXT).refine((text) => !/\p{Cs}/u.test(text), TEXT)],
  ['bytes', bytes],
  ...SIZES.flatMap((length): [string, z.ZodType<bigint | string>][] => [
    [`bytes${length}`, bytes.refine((value) => size(value) === length, `expected ${length} bytes`)],
    [`uint${8 * length}`, integer(false, 8 * length)],
    [`int${8 * length}`, integer(true, 8 * length)],
  ]),
]);

/** Names as Solidity has them; and colons in those of types, as some exchanges write them. */
const memberName = z.string().regex(/^[A-Za-z_$][\w$]*$/, 'expected a name');
const typeName = z
  .string()
  .regex(/^(?!(?:address|bool|string|u?int\d*|bytes\d*)$)[A-Za-z_$][\w$:]*$/, 'expected a name');
const memberType = z.string().regex(/^[A-Za-z_$][\w$:]*(?:\[\d{0,5}\])*$/, 'expected a type');

const document = z.looseObject({
  types: z.record(
    typeName,
    z.array(z.object({ name: memberName, type: memberType })).max(MAX_MEMBERS),
  ),
  primaryType: z.string(),
  domain: z.record(z.string(), z.unknown()),
  message: z.record(z.string(), z.unknown()),
});

const DOMAIN_TYPES: Readonly<Record<string, string>> = {
  name: 'string',
  version: 'string',
  chainId: 'uint256',
  verifyingContract: 'address',
  salt: 'bytes32',
};

const named = z.object({
  domain: z.object({
    name: z.string().nullable().default(null),
    version: z.string().nullable().default(null),
    chainId: z
      .bigint()
      .transform(Number)
      .pipe(z.int({ error: 'expected the number of a chain' }))
      .nullable()
      .default(null),
    verifyingContract: address.nullable().default(null),
  }),
});

/**
 * Parses typed data, and hashes it.
 *
 * @param where names the document in errors.
 * @param isRequest whether it is sent to a wallet as it is: then it must spell out its domain's type.
 * @throws InputError with the first objection.
 */
export function readTypedData(where: string, given: unknown, isRequest: boolean): TypedData {
  const fail = (path: string, what: string): never => {
    throw new InputError(where, path === '' ? what : `${path}: ${what}`);
  };
  const parse = <T>(schema: z.ZodType<T>, value: unknown, path: string): T => {
    const parsed = schema.safeParse(value);
    return parsed.success ? parsed.data : fail(path, objections(parsed.error)[0] ?? 'not valid');
  };

  const { types, primaryType, domain, message, ...rest } = parse(document, given, '');
  for (const part of ['types', 'domain', 'message'] as const) {
    // Some programs take what stands there for what the part has.
    if (hasPrototype(given, part)) fail(`${part}.__proto__`, 'not a name that may stand there');
  }
  if (types['EIP712Domain'] === undefined && isRequest) {
    fail('types.EIP712Domain', 'missing: wallets do not agree on the domain without it');
  }
  const structs: Structs = new Map(
    Object.entries({ EIP712Domain: getTypesForEIP712Domain({ domain }), ...types }),
  );
  checkStructs(structs, fail);
  if (primaryType === 'EIP712Domain' || !structs.has(primaryType)) {
    fail('primaryType', 'expected one of the types');
  }

  const fields: { readonly path: string; readonly value: string }[] = [];
  const unsigned: string[] = [];
  let values = 0;
  let text = 0;
  const spend = (path: string, value: unknown = ''): void => {
    values += 1;
    text += path.length + (typeof value === 'string' ? value.length : 0);
    if (values > MAX_VALUES) fail(path, `expected at most ${MAX_VALUES} values`);
    if (text > MAX_TEXT) fail(path, 'expected at most 1 MiB of text');
  };
  const noteUnsigned = (path: string, value: unknown): void => {
    spend(path);
    if (value !== undefined && value !== null) unsigned.push(path);
  };
  const readStruct = (type: string, value: unknown, path: string, depth: number): Struct => {
    if (!isRecord(value)) return fail(path, `expected an object: ${type}`);
    const members = structs.get(type) ?? [];
    const read = members.map(({ name, type: of }): readonly [string, Value] => [
      name,
      readValue(of, Object.hasOwn(value, name) ? value[name] : undefined, `${path}.${name}`, depth),
    ]);
    const names = new Set(members.map(({ name }) => name));
    for (const [name, other] of Object.entries(value)) {
      if (!names.has(name)) noteUnsigned(`${path}.${name}`, other);
    }
    return Object.fromEntries(read);
  };
  const readValue = (type: string, value: unknown, path: string, depth: number): Value => {
    if (depth > MAX_DEPTH) fail(path, `expected at most ${MAX_DEPTH} levels`);
    spend(path, value);
    const [, item, length] = type.match(/^(.*)\[(\d*)\]$/) ?? [];
    if (item !== undefined) {
      const isOfLength = Array.isArray(value) && (!length || value.length === Number(length));
      if (!isOfLength || value.length > MAX_VALUES) return fail(path, `expected an array: ${type}`);
      return Array.from(value, (each: unknown, index) =>
        readValue(item, each, `${path}[${index}]`, depth + 1),
      );
    }
    const atomic = ATOMIC.get(type);
    if (atomic === undefined) return readStruct(type, value, path, depth + 1);
    const read = parse(atomic, value, path);
    fields.push({ path, value: String(read) });
    return read;
  };

  for (const [name, other] of Object.entries(rest)) noteUnsigned(name, other);
  const [domainRead, messageRead] = [
    readStruct('EIP712Domain', domain, 'domain', 0),
    readStruct(primaryType, message, 'message', 0),
  ];
  const domainHash = hash('EIP712Domain', domainRead, structs);
  const messageHash = hash(primaryType, messageRead, structs);
  return {
    primaryType,
    encodedType: encodeType(primaryType, structs),
    ...parse(named, { domain: domainRead }, ''),
    message: messageRead,
    hashes: {
      domainHash,
      messageHash,
      digest: keccak256(concat(['0x1901', domainHash, messageHash])),
    },
    fields,
    unsigned,
  };
}

const hasPrototype = (document: unknown, part: string): boolean =>
  isRecord(document) && isRecord(document[part]) && Object.hasOwn(document[part], '__proto__');

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every type that is used must be there, and nothing may stand for two things. */
function checkStructs(structs: Structs, fail: (path: string, what: string) => never): void {
  if (structs.size > MAX_TYPES) fail('types', `expected at most ${MAX_TYPES}`);
  const all = [...structs].flatMap(([type, members]) => [
    type,
    ...members.flatMap(({ name, type: of }) => [name, of]),
  ]);
  if (all.join(' ').length > MAX_TYPES_TEXT) {
    fail('types', `expected at most ${MAX_TYPES_TEXT} characters of names`);
  }
  for (const [type, members] of structs) {
    const path = `types.${type}`;
    if (new Set(members.map(({ name }) => name)).size < members.length) {
      fail(path, 'two of its fields have one name');
    }
    for (const { name, type: of } of members) {
      const base = of.replace(/\[.*$/, '');
      if (!ATOMIC.has(base) && !structs.has(base)) fail(path, `${name} is of no known type`);
      if (type === 'EIP712Domain' && DOMAIN_TYPES[name] !== of) {
        fail(path, `a domain has no ${of} ${name}`);
      }
    }
  }
}

/** The type with those that it refers to behind it, sorted. */
function encodeType(primaryType: string, structs: Structs): string {
  const found = new Set([primaryType]);
  for (const type of found) {
    for (const { type: of } of structs.get(type) ?? []) {
      const base = of.replace(/\[.*$/, '');
      if (structs.has(base)) found.add(base);
    }
  }
  const [, ...others] = found;
  return [primaryType, ...others.sort()]
    .map((type) => {
      const members = structs.get(type) ?? [];
      return `${type}(${members.map(({ name, type: of }) => `${of} ${name}`).join(',')})`;
    })
    .join('');
}

const hash = (primaryType: string, data: Struct, structs: Structs): Hex =>
  hashStruct({ data, primaryType, types: Object.fromEntries(structs) });
