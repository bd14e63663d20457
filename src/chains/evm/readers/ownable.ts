/**
 * Ownable: whoever is `owner()` may call the functions that are kept for the owner. Which those are is
 * not read yet, so that the owner is taken to hold full control; and what else the code lets anyone do
 * is not read either, so that it stays opaque beside the owner.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/access/Ownable.sol
 */
import { type Hex, keccak256, size, toHex, zeroAddress } from 'viem';
import { ReadError } from '../../../errors.ts';
import { act } from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import type { Reader, Reading } from '../reader.ts';
import { dispatches } from '../selectors.ts';
import { accountId, addressOf } from '../values.ts';

const OWNER_SELECTOR: Hex = '0x8da5cb5b';
const TRANSFER_OWNERSHIP_SELECTOR: Hex = '0xf2fde38b';
const OWNERSHIP_TRANSFERRED = 'OwnershipTransferred(address,address)';

export const ownable: Reader = {
  id: 'ownable',
  refuses: [
    'a contract with owner() but without transferOwnership()',
    'a contract whose owner() answers with something that is no address',
  ],
  read: async ({ account, code }, state) => {
    if (!dispatches(code, OWNER_SELECTOR)) return null;
    if (!dispatches(code, TRANSFER_OWNERSHIP_SELECTOR)) return null;
    const id = accountId(state.chainId, account);
    const reading: Reading = {
      kind: 'Ownable',
      rules: [],
      covers: 'part',
      delegatesTo: [],
      announces: [
        { signature: OWNERSHIP_TRANSFERRED, topic: keccak256(toHex(OWNERSHIP_TRANSFERRED)) },
      ],
      unread: [],
    };
    try {
      const { value, evidence } = await observe(state, (view) =>
        view.call({ to: account, data: OWNER_SELECTOR }),
      );
      if (size(value) !== 32 || BigInt(value) >> 160n !== 0n) return null;
      const owner = addressOf(value);
      if (owner === zeroAddress) return { ...reading, kind: 'Ownable, renounced' };
      const requires = act(accountId(state.chainId, owner));
      return { ...reading, rules: [{ grants: act(id), requires, reader: 'ownable', evidence }] };
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      const reason = `owner() could not be read: ${error.message}`;
      return { ...reading, unread: [{ account: id, reason }] };
    }
  },
};
