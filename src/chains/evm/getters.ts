/** What getters of a contract answer with. Who asks knows its code: any contract may answer anything. */
import type { Address, Hex } from 'viem';
import { ReadError } from '../../errors.ts';
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
