/** Asks view functions and parses what they answer. The code that answers may be an attacker's. */
import {
  type Abi,
  type Address,
  BaseError,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  type DecodeFunctionResultParameters,
  decodeFunctionResult,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
} from 'viem';
import { ReadError } from '../../errors.ts';
import type { Overrides, State } from './state.ts';

type Views = 'pure' | 'view';

/**
 * What `functionName` of `to` answers.
 *
 * @throws ReadError also where the answer is not of the type that `abi` says.
 */
export async function askView<
  const A extends Abi,
  N extends ContractFunctionName<A, Views>,
  const P extends ContractFunctionArgs<A, Views, N>,
>(
  state: State,
  to: Address,
  abi: A,
  functionName: N,
  args: P,
  overrides?: Overrides,
): Promise<ContractFunctionReturnType<A, Views, N, P>> {
  const asked: unknown = { abi, functionName, args };
  const call = encodeFunctionData(asked as EncodeFunctionDataParameters);
  const data = await state.call({ to, data: call }, overrides);
  const given: unknown = { abi, functionName, args, data };
  try {
    const answer: unknown = decodeFunctionResult(given as DecodeFunctionResultParameters);
    return answer as ContractFunctionReturnType<A, Views, N, P>;
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    throw new ReadError(`${to} gives no answer that makes sense to ${functionName}()`, {
      cause: error,
    });
  }
}
