/**
 * DSAuth, and Solmate's Auth after it: the owner passes every check, and so does whom the authority lets
 * call. Whom it does is not read, since authorities are of many kinds: it stays opaque.
 *
 * @see https://github.com/dapphub/ds-auth/blob/master/src/auth.sol
 */
import { type Address, toFunctionSelector, zeroAddress } from 'viem';
import { act, leaf, type Requirement, role } from '../../../power/model.ts';
import type { Guard } from '../bytecode/guard.ts';
import { observe } from '../evidence.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { offers, selectorsOf } from '../selectors.ts';
import { accountId } from '../values.ts';
import { askAddress } from '../view-function.ts';

const CAN_CALL = toFunctionSelector('canCall(address,address,bytes4)');
const SET_AUTHORITY = 'setAuthority(address)';
/** How the owner names the next; Solmate's Auth came to call it as Ownable does. */
const SET_OWNER = ['setOwner(address)', 'transferOwnership(address)'];

export const dsAuth: Reader = {
  id: 'ds-auth',
  refuses: [
    'a target of an AccessManager, which has an authority but no owner',
    'a contract with owner() and authority() that can set neither',
    'a contract with owner() and authority() that never asks canCall()',
  ],
  read: async ({ account, code }, state) => {
    if (!offers(code, 'owner()', 'authority()', SET_AUTHORITY)) return null;
    if (!code.includes(CAN_CALL.slice(2)) || offers(code, 'isConsumingScheduledOp()')) return null;
    const setters = SET_OWNER.filter((signature) => offers(code, signature));
    if (setters.length === 0) return null;
    const id = accountId(state.chainId, account);
    const { value, evidence } = await observe(state, async (view) => {
      const [owner, authority] = await Promise.all([
        askAddress(view, account, 'owner'),
        askAddress(view, account, 'authority'),
      ]);
      // Without code, an authority lets no one call; the zero address is such a one.
      return { owner, authority, isAsked: (await view.code(authority)) !== '0x' };
    });
    const { owner, authority, isAsked } = value;
    const authorityId = accountId(state.chainId, authority);
    const functions = [...setters, SET_AUTHORITY];
    const ways: readonly Requirement[] = [
      ...(owner === zeroAddress ? [] : [act(accountId(state.chainId, owner))]),
      ...(isAsked ? [leaf('opaque', authorityId)] : []),
    ];
    return {
      kind: 'DSAuth',
      rules: ways.map((requires) => ({
        grants: role(id, 'owner'),
        requires,
        reader: 'ds-auth',
        functions,
        evidence,
      })),
      covers: selectorsOf(...functions),
      explains: (guard) => (asksAuthority(guard, authority) ? role(id, 'owner') : null),
      delegatesTo: [],
      announces,
      unread: isAsked
        ? [{ account: authorityId, reason: `whom it lets call ${account} is not read` }]
        : [],
    };
  },
};

const asksAuthority = (guard: Guard, authority: Address): boolean =>
  guard.type === 'asked' &&
  guard.selector === CAN_CALL &&
  guard.args[0] === 'caller' &&
  guard.args[1] === 'self' &&
  (guard.of.type !== 'constant' || guard.of.account === authority);

const announces: readonly Announcement[] = [
  'LogSetOwner(address)',
  'LogSetAuthority(address)',
  'OwnershipTransferred(address,address)',
  'OwnerUpdated(address,address)',
  'AuthorityUpdated(address,address)',
].map(announcement);
