/** The arguments of a call: decoded, compared with how compilers lay them out, and as people write them. */
import {
  type AbiParameter,
  BaseError,
  type DecodeAbiParametersReturnType,
  decodeAbiParameters,
  encodeAbiParameters,
  type Hex,
  hexToString,
  size,
} from 'viem';
import type { DecodedArgument } from './decoded.ts';

/** Longer values are cut. */
const MAX_TEXT = 4_096;

/** What bytes hold; `null` where that cannot be told. */
interface Decoded<Values> {
  readonly values: Values | null;
  readonly problem: string | null;
}

/**
 * Decodes arguments. What compilers would write otherwise is decoded all the same, and said: value can be
 * hidden behind the arguments, or between them.
 *
 * @param parameters strings as bytes: their text need not be one that encodes back.
 */
export function decodeArguments<const Parameters extends readonly AbiParameter[]>(
  parameters: Parameters,
  data: Hex,
): Decoded<DecodeAbiParametersReturnType<Parameters>> {
  try {
    // viem refuses few bytes, also where none are meant to be.
    const values = decodeAbiParameters(parameters, parameters.length === 0 ? '0x' : data);
    const encoded = encodeAbiParameters<readonly AbiParameter[]>(parameters, [...values]);
    // Parts that are used twice would grow without bounds where calls lie within calls.
    const isShared = size(encoded) >= size(data) + 32;
    return { values: isShared ? null : values, problem: difference(data, encoded) };
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    return { values: null, problem: 'its arguments are cut short, or not of their types' };
  }
}

function difference(data: Hex, encoded: Hex): string | null {
  if (data === encoded) return null;
  const rest = size(data) - size(encoded);
  return data.startsWith(encoded)
    ? `${rest} ${rest === 1 ? 'byte follows' : 'bytes follow'} its arguments`
    : 'its arguments are not laid out as compilers do';
}

/** An argument as people write it. */
export const namedArgument = (
  parameter: AbiParameter,
  index: number,
  value: unknown,
): DecodedArgument => ({
  name: parameter.name || `arg${index}`,
  type: parameter.type,
  value: cut(parameter.type === 'string' ? text(value) : joined(pieces(parameter, value))),
});

const cut = (whole: string): string =>
  whole.length > MAX_TEXT ? `${whole.slice(0, MAX_TEXT - 1)}…` : whole;

/** No more of a value than is shown. */
function joined(parts: Iterable<string>): string {
  let whole = '';
  for (const part of parts) {
    whole += part;
    if (whole.length > MAX_TEXT) break;
  }
  return whole;
}

function* pieces(parameter: AbiParameter, value: unknown): Iterable<string> {
  if (Array.isArray(value) && parameter.type.endsWith(']')) {
    const element = { ...parameter, type: parameter.type.replace(/\[\d*\]$/, '') };
    yield '[';
    for (const [index, each] of value.entries()) {
      if (index > 0) yield ', ';
      yield* pieces(element, each);
    }
    yield ']';
  } else if ('components' in parameter) {
    const members = Object.values(Object(value));
    yield '{';
    for (const [index, component] of parameter.components.entries()) {
      if (index > 0) yield ', ';
      if (component.name) yield `${component.name}: `;
      yield* pieces(component, members[index]);
    }
    yield '}';
  } else {
    yield parameter.type === 'string' ? JSON.stringify(text(value)) : String(value);
  }
}

/** A character has at most four bytes; one more than is shown says that there is more. */
const MAX_TEXT_BYTES = 4 * (MAX_TEXT + 1);

const text = (value: unknown): string =>
  hexToString(String(value).slice(0, 2 + 2 * MAX_TEXT_BYTES) as Hex);
