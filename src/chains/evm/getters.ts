/** Questions to the getters of code that is known, on an account's own storage. */
import {
  type AbiParameter,
  type DecodeAbiParametersReturnType,
  decodeAbiParameters,
  type Hex,
} from 'viem';
import { ReadError, reasonOf } from '../../errors.ts';
import type { Frame } from './reader.ts';
import type { State } from './state.ts';

/**
 * What the code of a frame answers to `data`. It is this code that is asked, on the account's storage:
 * a proxy that answers in its place is passed over.
 *
 * @throws ReadError also where the answer is not of the form that is named.
 */
export async function ask<const T extends readonly AbiParameter[]>(
  state: State,
  { account, codeAt, code }: Frame,
  data: Hex,
  outputs: T,
): Promise<DecodeAbiParametersReturnType<T>> {
  const answer = await state.call(
    { to: account, data },
    account === codeAt ? undefined : { [account]: { code } },
  );
  try {
    return decodeAbiParameters(outputs, answer);
  } catch (error) {
    throw new ReadError(
      `${account} answers ${data.slice(0, 10)} with nonsense: ${reasonOf(error)}`,
    );
  }
}
