/**
 * Whether an account runs certain code on its own storage, found by running it: the code is overridden
 * with a probe, and the account is called with a function that nobody has.
 */
import { type Address, type Hex, keccak256, pad, toHex } from 'viem';
import { ReadError } from '../../errors.ts';
import type { State } from './state.ts';

const MARK = keccak256(toHex('castellan.probe()'));
/** Returns ADDRESS, then the mark. */
const PROBE: Hex = `0x30600052${`7f${MARK.slice(2)}`}60205260406000f3`;

/** Whether a call of `account` ends in `codeAt`, delegated to. `false` where that cannot be run. */
export async function runs(state: State, account: Address, codeAt: Address): Promise<boolean> {
  try {
    const answer = await state.call(
      { to: account, data: MARK.slice(0, 10) as Hex },
      { [codeAt]: { code: PROBE } },
    );
    return answer === `${pad(account).toLowerCase()}${MARK.slice(2)}`;
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return false;
  }
}
