/**
 * An account without a contract: whoever holds its key acts. With an EIP-7702 delegation its code may
 * act too.
 *
 * @see https://eips.ethereum.org/EIPS/eip-7702
 */
import { type Address, size, slice } from 'viem';
import { act, leaf } from '../../../power/model.ts';
import type { Reader, Reading } from '../reader.ts';
import { accountId, addressOf } from '../values.ts';

const DELEGATION_PREFIX = '0xef0100';
const DELEGATION_SIZE = 23;

/** The zero address and precompiles have no key that anyone knows. */
const FIRST_KEYED_ADDRESS = 0x1_0000n;

export const eoa: Reader = {
  id: 'eoa',
  refuses: ['a contract', 'a contract whose code only begins like a delegation'],
  read: async ({ account, codeAt, code }, state) => {
    if (account !== codeAt) return null;
    const isDelegated = code.startsWith(DELEGATION_PREFIX) && size(code) === DELEGATION_SIZE;
    if (code !== '0x' && !isDelegated) return null;
    const id = accountId(state.chainId, account);
    const reading: Reading = {
      kind: hasKey(account) ? 'externally owned account' : 'reserved address',
      rules: hasKey(account)
        ? [{ grants: act(id), requires: leaf('key', id), reader: 'eoa', evidence: [] }]
        : [],
      covers: 'all',
      delegatesTo: [],
      announces: [],
      unread: [],
    };
    if (!isDelegated) return reading;
    return {
      ...reading,
      kind: 'externally owned account with delegated code (EIP-7702)',
      delegatesTo: [{ codeAt: addressOf(slice(code, 3)), evidence: [] }],
    };
  },
};

const hasKey = (account: Address): boolean => BigInt(account) >= FIRST_KEYED_ADDRESS;
