/** What getters of a contract answer with. Who asks knows its code: any contract may answer anything. */
import {
  type AbiParameter,
  type Address,
  type DecodeAbiParametersReturnType,
  decodeAbiParameters,
  type Hex,
} from 'viem';
import { ReadError, reasonOf } from '../../errors.ts';
import type { Frame } from './reader.ts';
import type { State } from './state.ts';
import { addressOf, word } from './values.ts';

/** @throws ReadError where the answer is no single word. */
export async function numberFrom(state: State, account: Address, data: Hex): Promise<bigint> {
  const answer = word.safeParse(await state.call({ to: account, data }));
  if (answer.success) return BigInt(answer.data);
  throw new ReadError(`${account} does not answer ${data.slice(0, 10)} with one word`);
}

/** @throws ReadError where the answer is no address. */
export async function addressFrom(state: State, account: Address, data: Hex): Promise<Address> {
  const answer = word.safeParse(await state.call({ to: account, data }));
  if (answer.success && BigInt(answer.data) >> 160n === 0n) return addressOf(answer.data);
  throw new ReadError(`${account} does not answer ${data.slice(0, 10)} with an address`);
}

/** @throws ReadError where an answer is not what the function returns. */
export function decoded<T>(account: Address, functionName: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw new ReadError(`${account} does not answer ${functionName}() as it should`, {
      cause: error,
    });
  }
}

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
