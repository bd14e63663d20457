/**
 * OpenZeppelin's TimelockController. Power over it belongs to its **proposers**, once the delay is
 * over; executors only carry it out, and are often anyone. Who has these roles, and who can give them
 * to themselves, is read as for any AccessControl.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/governance/TimelockController.sol
 */
import { keccak256, parseAbi, toHex, zeroAddress } from 'viem';
import { act, after, all, power, type Rule, role } from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { hasRole, keepsRoles } from '../roles.ts';
import { offers, selectorsOf } from '../selectors.ts';
import { accountId, seconds } from '../values.ts';
import { askView } from '../view-function.ts';

const abi = parseAbi(['function getMinDelay() view returns (uint256)']);

const EXECUTOR = 'EXECUTOR_ROLE';
const SCHEDULE = 'schedule(address,uint256,bytes,bytes32,bytes32,uint256)';
const TO_ACT = [
  SCHEDULE,
  'scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)',
  'execute(address,uint256,bytes,bytes32,bytes32)',
  'executeBatch(address[],uint256[],bytes[],bytes32,bytes32)',
];
const CANCEL = 'cancel(bytes32)';
const UPDATE_DELAY = 'updateDelay(uint256)';

export const timelock: Reader = {
  id: 'timelock',
  refuses: [
    'a contract with getMinDelay() but without roles',
    'a Compound timelock, which has an admin in place of roles',
  ],
  read: async ({ account, code }, state) => {
    if (!keepsRoles(code)) return null;
    if (!offers(code, 'getMinDelay()', 'PROPOSER_ROLE()', 'EXECUTOR_ROLE()', SCHEDULE)) {
      return null;
    }
    const { value, evidence } = await observe(state, (view) =>
      Promise.all([
        askView(view, account, abi, 'getMinDelay', []),
        hasRole(view, account, keccak256(toHex(EXECUTOR)), zeroAddress),
      ]),
    );
    const [delay, anyoneExecutes] = value;
    const id = accountId(state.chainId, account);
    // Cancellers came with 4.7; before, proposers cancelled.
    const canceller = role(
      id,
      offers(code, 'CANCELLER_ROLE()') ? 'CANCELLER_ROLE' : 'PROPOSER_ROLE',
    );
    const scheduled = after(seconds(delay), role(id, 'PROPOSER_ROLE'), [canceller]);
    const rule = { reader: 'timelock', evidence };
    const rules: readonly Rule[] = [
      {
        ...rule,
        grants: act(id),
        requires: anyoneExecutes ? scheduled : all(scheduled, role(id, EXECUTOR)),
        functions: TO_ACT,
      },
      { ...rule, grants: power(id, 'veto'), requires: canceller, functions: [CANCEL] },
      // A shorter delay has to wait for the delay once: it brings no first call sooner.
      { ...rule, grants: power(id, 'configure'), requires: act(id), functions: [UPDATE_DELAY] },
    ];
    return {
      kind: 'OpenZeppelin TimelockController',
      rules,
      covers: selectorsOf(...TO_ACT, CANCEL, UPDATE_DELAY),
      delegatesTo: [],
      announces,
      unread: [],
    };
  },
};

const announces: readonly Announcement[] = ['MinDelayChange(uint256,uint256)'].map(announcement);
