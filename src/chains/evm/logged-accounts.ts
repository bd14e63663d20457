/** Accounts that a contract's events name: who may have been given a power, for its getters to confirm. */
import { type Address, toEventSelector } from 'viem';
import { ReadError } from '../../errors.ts';
import type { State } from './state.ts';
import { addressOf } from './values.ts';

/** More accounts than this are refused. */
const MAX_ACCOUNTS = 500;

/**
 * The first argument of each event of this signature, each account once.
 *
 * @throws ReadError also where there are more than 500.
 */
export async function loggedAccounts(
  state: State,
  account: Address,
  event: string,
): Promise<readonly Address[]> {
  const logs = await state.logs({ account, topics: [toEventSelector(event)], fromBlock: 0n });
  const named = logs.flatMap(({ topics: [, first] }) =>
    first === undefined ? [] : [addressOf(first)],
  );
  const accounts = [...new Set(named)];
  if (accounts.length <= MAX_ACCOUNTS) return accounts;
  throw new ReadError(`${event} of ${account} names more than ${MAX_ACCOUNTS} accounts`);
}
