/**
 * Compound's governors: Bravo, whose admin replaces its code, and Alpha before it, whose guardian could
 * take the timelock. Both act by a vote that has passed, through the timelock of which they are admin.
 *
 * @see https://github.com/compound-finance/compound-protocol/blob/master/contracts/Governance/GovernorBravoDelegate.sol
 */
import { type Address, type Hex, parseAbi, zeroAddress } from 'viem';
import { ReadError } from '../../../errors.ts';
import {
  type AccountId,
  act,
  after,
  power,
  type Requirement,
  type Rule,
  role,
} from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import { type Announcement, announcement, type Reader, type Reading } from '../reader.ts';
import { offers, selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId, addressOf, seconds, slot } from '../values.ts';
import { askAddress, askOffered, askView } from '../view-function.ts';
import { voteRules } from '../voters.ts';

/** What projects call the token that votes. */
const TOKENS = ['comp', 'uni', 'xvs', 'inv', 'token'] as const;

const abi = parseAbi([
  'function delay() view returns (uint256)',
  'function quorumVotes() view returns (uint256)',
  'function votingDelay() view returns (uint256)',
  'function votingPeriod() view returns (uint256)',
]);

const PROPOSE = 'propose(address[],uint256[],string[],bytes[],string)';
const QUEUE = 'queue(uint256)';
const EXECUTE = 'execute(uint256)';
const CANCEL = 'cancel(uint256)';
const ACCEPT_ADMIN = '_acceptAdmin()';
const SET_IMPLEMENTATION = '_setImplementation(address)';
const WHITELIST = '_setWhitelistAccountExpiration(address,uint256)';
/** What the admin of a Bravo may do. */
const ADMIN_FUNCTIONS = [
  'initialize(address,address,uint256,uint256,uint256)',
  '_initiate(address)',
  '_setVotingDelay(uint256)',
  '_setVotingPeriod(uint256)',
  '_setProposalThreshold(uint256)',
  '_setWhitelistGuardian(address)',
  '_setPendingAdmin(address)',
  WHITELIST,
];
/** What the guardian of an Alpha may do. */
const QUEUE_ADMIN = '__queueSetTimelockPendingAdmin(address,uint256)';
const EXECUTE_ADMIN = '__executeSetTimelockPendingAdmin(address,uint256)';
const GUARDIAN_FUNCTIONS = [QUEUE_ADMIN, EXECUTE_ADMIN, '__acceptAdmin()', '__abdicate()'];

/** Where a GovernorBravoDelegator keeps the code that it runs. */
const IMPLEMENTATION_SLOT = slot(2n);

export const governorBravo: Reader = {
  id: 'governor-bravo',
  refuses: [
    'an OpenZeppelin Governor that speaks as Bravo does',
    'a delegator that keeps the code that it runs elsewhere than it says',
  ],
  read: async ({ account, code }, state) => {
    const id = accountId(state.chainId, account);
    if (offers(code, PROPOSE, QUEUE, EXECUTE, CANCEL, 'quorumVotes()', 'timelock()')) {
      if (offers(code, 'hashProposal(address[],uint256[],bytes[],bytes32)')) return null;
      return await readVoting(state, account, code, id);
    }
    if (offers(code, SET_IMPLEMENTATION, 'implementation()', 'admin()')) {
      return await readDelegator(state, account, code, id);
    }
    return null;
  },
};

async function readDelegator(
  state: State,
  account: Address,
  code: Hex,
  id: AccountId,
): Promise<Reading | null> {
  const [{ value, evidence }, admins] = await Promise.all([
    observe(state, (view) =>
      Promise.all([
        view.storage(account, IMPLEMENTATION_SLOT),
        askAddress(view, account, 'implementation'),
      ]),
    ),
    adminRules(state, account, code, id),
  ]);
  const [stored, codeAt] = value;
  if (addressOf(stored) !== codeAt) return null;
  const rule = { reader: 'governor-bravo', evidence };
  return {
    kind: 'GovernorBravoDelegator',
    rules: [
      ...admins,
      {
        ...rule,
        grants: power(id, 'upgrade'),
        requires: role(id, 'admin'),
        functions: [SET_IMPLEMENTATION],
      },
      { ...rule, grants: act(id), requires: power(id, 'upgrade') },
    ],
    covers: selectorsOf(SET_IMPLEMENTATION),
    delegatesTo: codeAt === zeroAddress ? [] : [{ codeAt, evidence }],
    announces: [announcement('NewImplementation(address,address)')],
    unread: [],
  };
}

/** Who is, or may become, admin: of the delegator, and of the code that it runs. */
async function adminRules(
  state: State,
  account: Address,
  code: Hex,
  id: AccountId,
): Promise<readonly Rule[]> {
  const { value, evidence } = await observe(state, (view) =>
    Promise.all([
      askOffered(view, account, code, 'admin'),
      askOffered(view, account, code, 'pendingAdmin'),
    ]),
  );
  const [admin, pending] = value.map((each) => holders(state.chainId, each));
  const rule = { grants: role(id, 'admin'), reader: 'governor-bravo', evidence };
  return [
    ...(admin ?? []).map((requires) => ({ ...rule, requires })),
    ...(pending ?? []).map((requires) => ({ ...rule, requires, functions: [ACCEPT_ADMIN] })),
  ];
}

const holders = (chainId: number, account: Address | null): readonly Requirement[] =>
  account === null ? [] : [act(accountId(chainId, account))];

async function readVoting(
  state: State,
  account: Address,
  code: Hex,
  id: AccountId,
): Promise<Reading> {
  const isBravo = offers(code, ACCEPT_ADMIN);
  const tokenName = TOKENS.find((name) => offers(code, `${name}()`));
  const [{ value, evidence }, admins] = await Promise.all([
    observe(state, async (view) => {
      const [delay, period, quorum, timelock, token, guardian, whitelistGuardian] =
        await Promise.all([
          askView(view, account, abi, 'votingDelay', []),
          askView(view, account, abi, 'votingPeriod', []),
          askView(view, account, abi, 'quorumVotes', []),
          askAddress(view, account, 'timelock'),
          tokenName === undefined ? null : askOffered(view, account, code, tokenName),
          askOffered(view, account, code, 'guardian'),
          askOffered(view, account, code, 'whitelistGuardian'),
        ]);
      return { lasts: delay + period, quorum, timelock, token, guardian, whitelistGuardian };
    }),
    isBravo ? adminRules(state, account, code, id) : [],
  ]);
  const { lasts, quorum, timelock, token } = value;
  // Its votes aside, only an Alpha's guardian may cancel whatever anyone proposes.
  const guardians = holders(state.chainId, value.guardian);
  const vote = voteRules(
    'governor-bravo',
    id,
    state.chainId,
    {
      token,
      quorum,
      lasts,
      clock: 'blocks',
      vetoers: guardians,
      functions: [PROPOSE, QUEUE, EXECUTE],
    },
    evidence,
  );
  const rule = { reader: 'governor-bravo', evidence };
  const takesTimelock =
    value.guardian === null || !offers(code, ...GUARDIAN_FUNCTIONS)
      ? []
      : await guardianRules(state, account, timelock, value.guardian);
  return {
    kind: isBravo ? 'GovernorBravo' : 'GovernorAlpha',
    rules: [
      ...vote.rules,
      ...admins,
      ...(isBravo
        ? [
            {
              ...rule,
              grants: power(id, 'configure'),
              requires: role(id, 'admin'),
              functions: ADMIN_FUNCTIONS,
            },
          ]
        : []),
      ...holders(state.chainId, value.whitelistGuardian).map((requires) => ({
        ...rule,
        grants: power(id, 'configure'),
        requires,
        functions: [WHITELIST],
      })),
      ...guardians.map((requires) => ({
        ...rule,
        grants: power(id, 'veto'),
        requires,
        functions: [CANCEL],
      })),
      ...takesTimelock,
    ],
    covers: selectorsOf(
      ...[PROPOSE, QUEUE, EXECUTE, CANCEL],
      ...['castVote(uint256,uint8)', 'castVote(uint256,bool)'],
      'castVoteWithReason(uint256,uint8,string)',
      'castVoteBySig(uint256,uint8,uint8,bytes32,bytes32)',
      'castVoteBySig(uint256,bool,uint8,bytes32,bytes32)',
      ...(isBravo ? [ACCEPT_ADMIN, ...ADMIN_FUNCTIONS] : []),
      ...(value.guardian === null || takesTimelock.length > 0 ? GUARDIAN_FUNCTIONS : []),
    ),
    delegatesTo: [],
    announces,
    unread: vote.unread,
  };
}

/**
 * The guardian of an Alpha has the timelock make anyone its next admin, after its delay; and that one
 * waits for the delay again. None where the governor is not admin of a timelock, nor about to be.
 */
async function guardianRules(
  state: State,
  governor: Address,
  timelock: Address,
  guardian: Address,
): Promise<readonly Rule[]> {
  try {
    const { value, evidence } = await observe(state, (view) =>
      Promise.all([
        askView(view, timelock, abi, 'delay', []),
        askAddress(view, timelock, 'admin'),
        askAddress(view, timelock, 'pendingAdmin'),
      ]),
    );
    const [delay, ...admins] = value;
    if (!admins.includes(governor)) return [];
    return [
      {
        grants: role(accountId(state.chainId, timelock), 'admin'),
        requires: after(seconds(delay), act(accountId(state.chainId, guardian))),
        reader: 'governor-bravo',
        functions: [QUEUE_ADMIN, EXECUTE_ADMIN],
        evidence,
      },
    ];
  } catch (error) {
    if (error instanceof ReadError) return [];
    throw error;
  }
}

const announces: readonly Announcement[] = [
  'NewAdmin(address,address)',
  'NewPendingAdmin(address,address)',
  'VotingDelaySet(uint256,uint256)',
  'VotingPeriodSet(uint256,uint256)',
  'ProposalThresholdSet(uint256,uint256)',
  'WhitelistGuardianSet(address,address)',
].map(announcement);
