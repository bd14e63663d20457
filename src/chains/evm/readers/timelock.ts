/**
 * OpenZeppelin's TimelockController. Power over it belongs to its **proposers**, once the delay is
 * over; executors only carry it out, and are often anyone. Whoever administers the roles can make
 * themselves proposer, executor and the only canceller, and still has to wait.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/governance/TimelockController.sol
 */
import { type Address, type Hex, keccak256, toFunctionSelector, toHex, zeroAddress } from 'viem';
import { ReadError } from '../../../errors.ts';
import {
  act,
  after,
  all,
  anyOf,
  type Evidence,
  power,
  type Requirement,
  type Rule,
} from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { hasRole, roleAdmins, roleAnnouncements, roleMembers } from '../roles.ts';
import { dispatches } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId, word } from '../values.ts';

const GET_MIN_DELAY = toFunctionSelector('getMinDelay()');
const SIGNATURE_FUNCTIONS: readonly Hex[] = [
  GET_MIN_DELAY,
  toFunctionSelector('PROPOSER_ROLE()'),
  toFunctionSelector('EXECUTOR_ROLE()'),
  toFunctionSelector('schedule(address,uint256,bytes,bytes32,bytes32,uint256)'),
  toFunctionSelector('hasRole(bytes32,address)'),
];
/** Cancellers came with 4.7; before, proposers cancelled. */
const CANCELLER_FUNCTION = toFunctionSelector('CANCELLER_ROLE()');

const PROPOSER = keccak256(toHex('PROPOSER_ROLE'));
const EXECUTOR = keccak256(toHex('EXECUTOR_ROLE'));
const CANCELLER = keccak256(toHex('CANCELLER_ROLE'));

/** No delay that anyone means is longer than a thousand years. */
const MAX_DELAY_SECONDS = 1_000n * 365n * 86_400n;

export const timelock: Reader = {
  id: 'timelock',
  refuses: [
    'a contract with getMinDelay() but without roles',
    'a Compound timelock, which has an admin in place of roles',
  ],
  read: async ({ account, code }, state) => {
    if (!SIGNATURE_FUNCTIONS.every((selector) => dispatches(code, selector))) return null;
    const cancellerRole = dispatches(code, CANCELLER_FUNCTION) ? CANCELLER : PROPOSER;
    const { value, evidence } = await observe(state, (view) =>
      readTimelock(view, account, cancellerRole),
    );
    return {
      kind: 'OpenZeppelin TimelockController',
      rules: rulesOf(account, value, evidence, state.chainId),
      covers: [],
      delegatesTo: [],
      announces,
      unread: [],
    };
  },
};

/** What a timelock says about power over it. */
interface Timelock {
  readonly delay: number;
  readonly proposers: readonly Address[];
  /** `null`: anyone may execute. */
  readonly executors: readonly Address[] | null;
  readonly cancellers: readonly Address[];
  /** Who may give and take the role of proposer, apart from the timelock itself. */
  readonly admins: readonly Address[];
}

async function readTimelock(state: State, account: Address, cancellerRole: Hex): Promise<Timelock> {
  const [delay, proposers, isOpen, executors, cancellers, admins] = await Promise.all([
    minDelay(state, account),
    roleMembers(state, account, PROPOSER),
    hasRole(state, account, EXECUTOR, zeroAddress),
    roleMembers(state, account, EXECUTOR),
    roleMembers(state, account, cancellerRole),
    roleAdmins(state, account, PROPOSER),
  ]);
  return {
    delay,
    proposers,
    executors: isOpen ? null : executors,
    cancellers,
    admins: admins.filter((admin) => admin !== account),
  };
}

async function minDelay(state: State, account: Address): Promise<number> {
  const parsed = word.safeParse(await state.call({ to: account, data: GET_MIN_DELAY }));
  if (!parsed.success) throw new ReadError(`getMinDelay() of ${account} answers with no number`);
  const delay = BigInt(parsed.data);
  return Number(delay < MAX_DELAY_SECONDS ? delay : MAX_DELAY_SECONDS);
}

function rulesOf(
  account: Address,
  { delay, proposers, executors, cancellers, admins }: Timelock,
  evidence: readonly Evidence[],
  chainId: number,
): readonly Rule[] {
  const id = accountId(chainId, account);
  const holders = (accounts: readonly Address[]): readonly Requirement[] =>
    accounts.map((each) => act(accountId(chainId, each)));
  const rule = (grants: Rule['grants'], requires: Requirement): Rule => ({
    grants,
    requires,
    reader: 'timelock',
    evidence,
  });
  const scheduled = after(delay, anyOf(...holders(proposers)), holders(cancellers));
  return [
    rule(act(id), executors === null ? scheduled : all(scheduled, anyOf(...holders(executors)))),
    ...holders(admins).map((admin) => rule(act(id), after(delay, admin))),
    ...holders(cancellers).map((canceller) => rule(power(id, 'veto'), canceller)),
  ];
}

const announces: readonly Announcement[] = [
  ...roleAnnouncements,
  announcement('MinDelayChange(uint256,uint256)'),
];
