/**
 * Ownable and Ownable2Step: whoever is `owner()` may call the functions that are kept for the owner, and
 * whoever is `pendingOwner()` becomes it by one call of their own. Which functions those are is for the
 * bytecode to say.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/access/Ownable2Step.sol
 */
import { toFunctionSelector } from 'viem';
import { orReason } from '../../../errors.ts';
import { type Rule, role } from '../../../power/model.ts';
import { callHint } from '../ahead.ts';
import { holderRules, readHolders } from '../held-roles.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { offers } from '../selectors.ts';
import { accountId } from '../values.ts';

const OWNER = toFunctionSelector('owner()');
const ACCEPT = 'acceptOwnership()';

export const ownable: Reader = {
  id: 'ownable',
  refuses: ['a contract with owner() but without transferOwnership()'],
  readsAhead: (account) => [callHint(account, OWNER)],
  read: async ({ account, code }, state) => {
    if (!offers(code, 'owner()', 'transferOwnership(address)')) return null;
    const isTwoStep = offers(code, 'pendingOwner()', ACCEPT);
    const id = accountId(state.chainId, account);
    const names = isTwoStep ? ['owner', 'pendingOwner'] : ['owner'];
    const holders = await orReason(readHolders(state, account, code, names));
    const accepts: Rule = {
      grants: role(id, 'owner'),
      requires: role(id, 'pendingOwner'),
      reader: 'ownable',
      functions: [ACCEPT],
      evidence: [],
    };
    return {
      kind: isTwoStep ? 'Ownable2Step' : 'Ownable',
      rules: [
        ...(isTwoStep ? [accepts] : []),
        ...(typeof holders === 'string'
          ? []
          : holderRules('ownable', state.chainId, account, holders)),
      ],
      covers: [],
      delegatesTo: [],
      announces,
      unread:
        typeof holders === 'string'
          ? [{ account: id, reason: `its owner could not be read: ${holders}` }]
          : [],
    };
  },
};

const announces: readonly Announcement[] = [
  'OwnershipTransferred(address,address)',
  'OwnershipTransferStarted(address,address)',
].map(announcement);
