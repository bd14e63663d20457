/**
 * Asks view functions and parses what they answer. Who asks knows the code that answers: any other may
 * answer anything.
 */
import {
  type Abi,
  type AbiFunction,
  type Address,
  BaseError,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  type DecodeFunctionResultParameters,
  decodeFunctionResult,
  type EncodeFunctionDataParameters,
  type EncodeFunctionResultParameters,
  encodeFunctionData,
  encodeFunctionResult,
  type Hex,
  zeroAddress,
} from 'viem';
import { ReadError } from '../../errors.ts';
import type { Frame } from './reader.ts';
import { offers } from './selectors.ts';
import type { Overrides, State } from './state.ts';

type Views = 'pure' | 'view';

/** An account, or a frame: its code is asked then, and a proxy that would answer in its place is not. */
type Asked = Address | Pick<Frame, 'account' | 'codeAt' | 'code'>;

/**
 * What `functionName` of `of` answers.
 *
 * @throws ReadError also where the answer is not of the type that `abi` says, to the bit.
 */
export async function askView<
  const A extends Abi,
  N extends ContractFunctionName<A, Views>,
  const P extends ContractFunctionArgs<A, Views, N>,
>(
  state: State,
  of: Asked,
  abi: A,
  functionName: N,
  args: P,
  overrides?: Overrides,
): Promise<ContractFunctionReturnType<A, Views, N, P>> {
  const to = typeof of === 'string' ? of : of.account;
  const asked: unknown = { abi, functionName, args };
  const call = encodeFunctionData(asked as EncodeFunctionDataParameters);
  const data = await state.call({ to, data: call }, overrides ?? codeOf(of));
  const nonsense = `${to} gives no answer that makes sense to ${functionName}()`;
  try {
    const given: unknown = { abi, functionName, args, data };
    const result: unknown = decodeFunctionResult(given as DecodeFunctionResultParameters);
    // An address of more than 20 bytes is none, whatever its last 20 are.
    const again: unknown = { abi, functionName, result };
    if (data.startsWith(encodeFunctionResult(again as EncodeFunctionResultParameters))) {
      return result as ContractFunctionReturnType<A, Views, N, P>;
    }
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    throw new ReadError(nonsense, { cause: error });
  }
  throw new ReadError(nonsense);
}

const codeOf = (of: Asked): Overrides | undefined =>
  typeof of === 'string' || of.account === of.codeAt
    ? undefined
    : { [of.account]: { code: of.code } };

/** The address that a getter without arguments answers with. */
export const askAddress = (state: State, of: Asked, getter: string): Promise<Address> =>
  askView(state, of, [{ ...GETTER, name: getter }] as const, getter, []);

/** The same; `null` for the zero address, and where the code has no such getter. */
export async function askOffered(
  state: State,
  to: Address,
  code: Hex,
  getter: string,
): Promise<Address | null> {
  if (!offers(code, `${getter}()`)) return null;
  const answer = await askAddress(state, to, getter);
  return answer === zeroAddress ? null : answer;
}

const GETTER = {
  type: 'function',
  inputs: [],
  outputs: [{ name: '', type: 'address' }],
  stateMutability: 'view',
} as const satisfies Omit<AbiFunction, 'name'>;
