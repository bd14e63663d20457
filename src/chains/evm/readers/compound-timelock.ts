/**
 * Compound's Timelock: its admin queues a call, and executes it once the delay is over. Whoever is offered
 * to be the next admin is so by one call of their own.
 *
 * @see https://github.com/compound-finance/compound-protocol/blob/master/contracts/Timelock.sol
 */
import { type Address, parseAbi, zeroAddress } from 'viem';
import { act, after, power, type Rule, role } from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { offers, selectorsOf } from '../selectors.ts';
import { accountId, seconds } from '../values.ts';
import { askAddress, askView } from '../view-function.ts';

const abi = parseAbi(['function delay() view returns (uint256)']);

const QUEUE = 'queueTransaction(address,uint256,string,bytes,uint256)';
const EXECUTE = 'executeTransaction(address,uint256,string,bytes,uint256)';
const CANCEL = 'cancelTransaction(address,uint256,string,bytes,uint256)';
const ACCEPT = 'acceptAdmin()';
const SET_PENDING_ADMIN = 'setPendingAdmin(address)';
const OWN_FUNCTIONS = ['setDelay(uint256)', SET_PENDING_ADMIN];

export const compoundTimelock: Reader = {
  id: 'compound-timelock',
  refuses: [
    'an OpenZeppelin TimelockController, which has roles in place of an admin',
    'a contract with admin() and delay() that queues nothing',
  ],
  read: async ({ account, code }, state) => {
    const functions = [QUEUE, EXECUTE, CANCEL, ACCEPT, ...OWN_FUNCTIONS];
    if (!offers(code, ...functions, 'admin()', 'pendingAdmin()', 'delay()')) return null;
    const { value, evidence } = await observe(state, (view) =>
      Promise.all([
        askAddress(view, account, 'admin'),
        askAddress(view, account, 'pendingAdmin'),
        askView(view, account, abi, 'delay', []),
      ]),
    );
    const [current, pending, delay] = value;
    const id = accountId(state.chainId, account);
    const admin = role(id, 'admin');
    const rule = { reader: 'compound-timelock', evidence };
    const heldBy = (holder: Address, functions: readonly string[]): readonly Rule[] =>
      holder === zeroAddress
        ? []
        : [{ ...rule, grants: admin, requires: act(accountId(state.chainId, holder)), functions }];
    const rules: readonly Rule[] = [
      ...heldBy(current, []),
      ...heldBy(pending, [ACCEPT]),
      {
        ...rule,
        grants: act(id),
        requires: after(seconds(delay), admin, [admin]),
        functions: [QUEUE, EXECUTE],
      },
      { ...rule, grants: power(id, 'veto'), requires: admin, functions: [CANCEL] },
      // A shorter delay has to wait for the delay once: it brings no first call sooner.
      { ...rule, grants: power(id, 'configure'), requires: act(id), functions: OWN_FUNCTIONS },
    ];
    return {
      kind: 'Compound Timelock',
      rules,
      // In some copies the first admin may name the next without any delay.
      covers: selectorsOf(
        ...(offers(code, 'admin_initialized()')
          ? functions.filter((each) => each !== SET_PENDING_ADMIN)
          : functions),
      ),
      delegatesTo: [],
      announces,
      unread: [],
    };
  },
};

const announces: readonly Announcement[] = [
  'NewAdmin(address)',
  'NewPendingAdmin(address)',
  'NewDelay(uint256)',
].map(announcement);
