/**
 * The file that Safe's Transaction Builder exports, and imports again: calls that nobody proposed yet.
 *
 * @see https://github.com/safe-global/safe-react-apps, apps/tx-builder
 */
import { getMultiSendCallOnlyDeployment } from '@safe-global/safe-deployments';
import {
  BaseError,
  concat,
  encodeFunctionData,
  encodePacked,
  getAddress,
  type Hex,
  keccak256,
  parseAbi,
  size,
  stringToHex,
  zeroAddress,
} from 'viem';
import { z } from 'zod';
import { objections } from '../../../errors.ts';
import { address, bytes, isRecord, uint256, word } from '../values.ts';
import type { SafeTransaction } from './transaction.ts';

const MAX_CALLS = 1_000;
/** Of types in types, and of documents that are hashed whole. */
const MAX_DEPTH = 16;
/** What is wrong is said in one line. */
const MAX_WORDS = 200;
/** What a contract answers to without being called by a name. */
const NOT_CALLED: ReadonlySet<string> = new Set(['receive', 'fallback']);
const NO_DATA: Hex = '0x';

/** A parameter of a function, as ABIs name it. */
interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly components?: readonly Parameter[] | undefined;
}

const TYPE = /^(address|bool|string|bytes\d{0,2}|u?int\d{1,3}|tuple)(\[\d{0,4}\])*$/;

const parameter = (depth: number): z.ZodType<Parameter> =>
  z.object({
    name: z.string(),
    type: z.string().max(100).regex(TYPE, 'expected a type of an ABI'),
    components: depth === 0 ? z.undefined() : z.array(parameter(depth - 1)).optional(),
  });

/** A call as it was put together in the Transaction Builder: its bytes, or the function and what was typed. */
const built = z
  .object({
    to: address,
    value: uint256.nullish().transform((value) => value ?? 0n),
    data: bytes.nullish(),
    contractMethod: z
      .object({
        name: z
          .string()
          .max(100)
          .regex(/^[A-Za-z_$][\w$]*$/, 'expected the name of a function'),
        inputs: z.array(parameter(MAX_DEPTH)),
      })
      .nullish(),
    contractInputsValues: z.record(z.string(), z.unknown()).nullish(),
  })
  .transform(({ to, value, data, contractMethod, contractInputsValues }, context) => {
    // As the builder does: where there are bytes, they are what is sent.
    if (typeof data === 'string') return { to, value, data };
    if (!contractMethod || NOT_CALLED.has(contractMethod.name)) return { to, value, data: NO_DATA };
    try {
      return { to, value, data: encodeCall(contractMethod, contractInputsValues ?? {}) };
    } catch (error) {
      context.addIssue({
        code: 'custom',
        path: ['contractInputsValues'],
        message: `cannot be encoded for ${contractMethod.name}: ${problemIn(error)}`,
      });
      return z.NEVER;
    }
  });

type Built = z.infer<typeof built>;

/** What other tools that write such files leave empty. */
const orEmpty = <T extends z.ZodType>(schema: T) =>
  z
    .union([z.literal('').transform(() => null), schema])
    .nullish()
    .transform((value) => value ?? null);

/** The file, as one transaction; its Safe is `null` where it does not say. */
export const builderFile = z
  .unknown()
  .refine(hasItsChecksum, {
    path: ['meta', 'checksum'],
    error: 'it is of another file: this one was changed since it was exported',
  })
  .pipe(
    z.object({
      chainId: uint256.refine((value) => value <= Number.MAX_SAFE_INTEGER, 'expected a chain id'),
      meta: z.object({ createdFromSafeAddress: orEmpty(address), checksum: orEmpty(word) }),
      transactions: z.array(built).min(1, 'expected at least one').max(MAX_CALLS),
    }),
  )
  .transform(({ chainId, meta, transactions }, context) => {
    const only = together(transactions, String(chainId));
    if (only === null) {
      const message = `no MultiSendCallOnly is known on chain ${chainId}, which several calls need`;
      context.addIssue({ code: 'custom', path: ['chainId'], message });
      return z.NEVER;
    }
    return {
      chainId: Number(chainId),
      safe: meta.createdFromSafeAddress,
      transaction: {
        ...only,
        safeTxGas: 0n,
        baseGas: 0n,
        gasPrice: 0n,
        gasToken: zeroAddress,
        refundReceiver: zeroAddress,
      },
    };
  });

/** One call as it is, several as one delegatecall to MultiSendCallOnly; `null` where that is not known. */
function together(
  calls: readonly Built[],
  chainId: string,
): Pick<SafeTransaction, 'to' | 'value' | 'data' | 'operation'> | null {
  const [first, ...others] = calls;
  if (first !== undefined && others.length === 0) return { ...first, operation: 'call' };
  const [to] = ['1.4.1', '1.3.0'].flatMap(
    (version) =>
      getMultiSendCallOnlyDeployment({ version, network: chainId })?.networkAddresses[chainId] ??
      [],
  );
  if (to === undefined) return null;
  const packed = calls.map((call) =>
    encodePacked(
      ['uint8', 'address', 'uint256', 'uint256', 'bytes'],
      [0, call.to, call.value, BigInt(size(call.data)), call.data],
    ),
  );
  return {
    to: getAddress(to),
    value: 0n,
    data: encodeFunctionData({ abi: multiSendAbi, args: [concat(packed)] }),
    operation: 'delegatecall',
  };
}

const multiSendAbi = parseAbi(['function multiSend(bytes transactions) payable']);

/** The calldata of a function, from what was typed for each of its parameters. */
function encodeCall(
  { name, inputs }: { readonly name: string; readonly inputs: readonly Parameter[] },
  typed: Readonly<Record<string, unknown>>,
): Hex {
  const values = new Map(Object.entries(typed));
  return encodeFunctionData({
    abi: [{ type: 'function', name, inputs, outputs: [], stateMutability: 'payable' }],
    functionName: name,
    args: inputs.map((input, index) => argumentOf(input, values.get(input.name || String(index)))),
  });
}

/** What was typed for one parameter, as viem encodes it. */
function argumentOf({ type, components = [] }: Parameter, typed: unknown): unknown {
  const item = type.match(/^(.*)\[\d*\]$/)?.[1];
  if (item !== undefined) {
    return listOf(typed).map((each) => argumentOf({ name: '', type: item, components }, each));
  }
  if (type === 'tuple') {
    const members = listOf(typed);
    if (members.length !== components.length) throw new TypeError('expected every member');
    return components.map((component, index) => argumentOf(component, members[index]));
  }
  return leafOf(type).parse(typeof typed === 'string' && type !== 'string' ? typed.trim() : typed);
}

/** What is wrong with what was typed, in a line. */
function problemIn(error: unknown): string {
  const words = error instanceof z.ZodError ? objections(error)[0] : undefined;
  const said = error instanceof BaseError ? error.shortMessage.split('\n')[0] : words;
  return (said ?? 'it does not fit').slice(0, MAX_WORDS);
}

const list = z.array(z.unknown(), 'expected a list in brackets');

/** The items of `[1, [0xa, b]]`, in which strings need no quotes: numbers may be too long for JSON. */
function listOf(typed: unknown): readonly unknown[] {
  if (typeof typed !== 'string') return list.parse(typed);
  const quoted = typed.replace(/"(?:[^"\\]|\\.)*(?:"|$)|[^\s[\],"]+/g, (token) =>
    token.startsWith('"') ? token : JSON.stringify(token),
  );
  return list.parse(JSON.parse(quoted));
}

const integer = z
  .union(
    [z.string().regex(/^(-?\d{1,78}|0x[0-9a-fA-F]{1,64})$/), z.int()],
    'expected a whole number',
  )
  .transform(BigInt);
const truth = z.union(
  [z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] }), z.boolean()],
  'expected true or false',
);

function leafOf(type: string): z.ZodType {
  if (type === 'address') return address;
  if (type === 'bool') return truth;
  if (type === 'string') return z.string();
  return type.startsWith('bytes') ? bytes : integer;
}

/**
 * Whether a file of the Transaction Builder is as it was exported; also where it does not say.
 *
 * @see https://github.com/safe-global/safe-react-apps, apps/tx-builder/src/lib/checksum.ts
 */
function hasItsChecksum(document: unknown): boolean {
  const parsed = z.looseObject({ meta: z.looseObject({ checksum: word }) }).safeParse(document);
  if (!parsed.success) return true;
  const { checksum, ...meta } = parsed.data.meta;
  const file = { ...parsed.data, meta: { ...meta, name: null } };
  return keccak256(stringToHex(serialise(file))) === checksum;
}

/** A document as one text, whatever the order of its keys. */
function serialise(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) return '';
  if (Array.isArray(value)) {
    return `[${value.map((each) => serialise(each, depth + 1)).join(',')}]`;
  }
  if (!isRecord(value)) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  const values = keys.map((key) => `${serialise(value[key], depth + 1)},`);
  return `{${JSON.stringify(keys)}${values.join('')}}`;
}
