/**
 * Ownable and Ownable2Step: whoever is `owner()` may call the functions that are kept for the owner, and
 * whoever is `pendingOwner()` becomes it by one call of their own. Which functions those are is for the
 * bytecode to say.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/access/Ownable2Step.sol
 */
import { type Address, type Hex, size, toFunctionSelector, zeroAddress } from 'viem';
import { ReadError } from '../../../errors.ts';
import { act, type Rule, role } from '../../../power/model.ts';
import { callHint } from '../ahead.ts';
import { type Observed, observe } from '../evidence.ts';
import { type Announcement, announcement, type Reader, type Reading } from '../reader.ts';
import { dispatches } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId, addressOf } from '../values.ts';

const OWNER = toFunctionSelector('owner()');
const TRANSFER_OWNERSHIP = toFunctionSelector('transferOwnership(address)');
const PENDING_OWNER = toFunctionSelector('pendingOwner()');
const ACCEPT_OWNERSHIP = toFunctionSelector('acceptOwnership()');

export const ownable: Reader = {
  id: 'ownable',
  refuses: [
    'a contract with owner() but without transferOwnership()',
    'a contract whose owner() answers with something that is no address',
  ],
  readsAhead: (account) => [callHint(account, OWNER)],
  read: async ({ account, code }, state) => {
    const offers = (...selectors: readonly Hex[]) =>
      selectors.every((selector) => dispatches(code, selector));
    if (!offers(OWNER, TRANSFER_OWNERSHIP)) return null;
    const isTwoStep = offers(PENDING_OWNER, ACCEPT_OWNERSHIP);
    const id = accountId(state.chainId, account);
    const reading: Reading = {
      kind: isTwoStep ? 'Ownable2Step' : 'Ownable',
      rules: [],
      covers: [],
      delegatesTo: [],
      announces,
      unread: [],
    };
    try {
      const answers = await Promise.all([
        addressFrom(state, account, OWNER),
        ...(isTwoStep ? [addressFrom(state, account, PENDING_OWNER)] : []),
      ]);
      const [owner, pending] = answers;
      if (owner === null || owner === undefined || pending === null) return null;
      const holds = (name: string, { value, evidence }: Observed<Address>): readonly Rule[] =>
        value === zeroAddress
          ? []
          : [
              {
                grants: role(id, name),
                requires: act(accountId(state.chainId, value)),
                reader: 'ownable',
                evidence,
              },
            ];
      const accepts: Rule = {
        grants: role(id, 'owner'),
        requires: role(id, 'pendingOwner'),
        reader: 'ownable',
        functions: ['acceptOwnership()'],
        evidence: [],
      };
      return {
        ...reading,
        rules: [
          ...holds('owner', owner),
          ...(pending === undefined ? [] : [accepts, ...holds('pendingOwner', pending)]),
        ],
      };
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      const reason = `its owner could not be read: ${error.message}`;
      return { ...reading, unread: [{ account: id, reason }] };
    }
  },
};

/** The address that a getter answers with; `null` where its answer is no address. */
async function addressFrom(
  state: State,
  account: Address,
  getter: Hex,
): Promise<Observed<Address> | null> {
  const { value, evidence } = await observe(state, (view) =>
    view.call({ to: account, data: getter }),
  );
  const isAddress = size(value) === 32 && BigInt(value) >> 160n === 0n;
  return isAddress ? { value: addressOf(value), evidence } : null;
}

const announces: readonly Announcement[] = [
  'OwnershipTransferred(address,address)',
  'OwnershipTransferStarted(address,address)',
].map(announcement);
