/**
 * OpenZeppelin's Governor, 4.x and 5.x: it acts when a vote has passed. Where a timelock executes, the
 * governor proposes there: the wait that adds is for the reader of the timelock to say.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/governance/Governor.sol
 */
import { type Address, type Hex, parseAbi } from 'viem';
import { ReadError } from '../../../errors.ts';
import { act, all, power, type Rule } from '../../../power/model.ts';
import { observe } from '../evidence.ts';
import { type Announcement, announcement, type Reader } from '../reader.ts';
import { offers, selectorsOf } from '../selectors.ts';
import type { State } from '../state.ts';
import { accountId } from '../values.ts';
import { askOffered, askView } from '../view-function.ts';
import { voteRules } from '../voters.ts';

const abi = parseAbi([
  'function votingDelay() view returns (uint256)',
  'function votingPeriod() view returns (uint256)',
  'function quorum(uint256 timepoint) view returns (uint256)',
  'function CLOCK_MODE() view returns (string)',
]);

const PROPOSE = 'propose(address[],uint256[],bytes[],string)';
const EXECUTE = 'execute(address[],uint256[],bytes[],bytes32)';
const CANCEL = 'cancel(address[],uint256[],bytes[],bytes32)';
/** What anyone may call: votes count by the token, and a vote that has passed is anyone's to carry out. */
const OPEN_FUNCTIONS = [
  PROPOSE,
  EXECUTE,
  CANCEL,
  'queue(address[],uint256[],bytes[],bytes32)',
  'castVote(uint256,uint8)',
  'castVoteWithReason(uint256,uint8,string)',
  'castVoteWithReasonAndParams(uint256,uint8,string,bytes)',
  'castVoteBySig(uint256,uint8,uint8,bytes32,bytes32)',
  'castVoteBySig(uint256,uint8,address,bytes)',
  'castVoteWithReasonAndParamsBySig(uint256,uint8,string,bytes,uint8,bytes32,bytes32)',
  'castVoteWithReasonAndParamsBySig(uint256,uint8,address,string,bytes,bytes)',
  'propose(address[],uint256[],string[],bytes[],string)',
  'queue(uint256)',
  'execute(uint256)',
  'cancel(uint256)',
];
/** What only a proposal that has passed may do. */
const OWN_FUNCTIONS = [
  'relay(address,uint256,bytes)',
  'setVotingDelay(uint256)',
  'setVotingDelay(uint48)',
  'setVotingPeriod(uint256)',
  'setVotingPeriod(uint32)',
  'setProposalThreshold(uint256)',
  'setProposalGuardian(address)',
  'setLateQuorumVoteExtension(uint48)',
  'setLateQuorumVoteExtension(uint64)',
  'updateQuorumNumerator(uint256)',
  'updateSuperQuorumNumerator(uint256)',
  'updateTimelock(address)',
];

export const governor: Reader = {
  id: 'governor',
  refuses: [
    'a Compound governor, which proposes with signatures',
    'a contract with votingDelay() and votingPeriod() that executes nothing',
  ],
  read: async ({ account, code }, state) => {
    const functions = [PROPOSE, EXECUTE, 'hashProposal(address[],uint256[],bytes[],bytes32)'];
    if (!offers(code, ...functions, 'castVote(uint256,uint8)', 'quorum(uint256)')) return null;
    if (!offers(code, 'votingDelay()', 'votingPeriod()')) return null;
    const { value, evidence } = await observe(state, (view) => readGovernor(view, account, code));
    const { lasts, clock, token, quorum, guardian, timelock } = value;
    const id = accountId(state.chainId, account);
    const guardians = guardian === null ? [] : [act(accountId(state.chainId, guardian))];
    const vote = voteRules(
      'governor',
      id,
      state.chainId,
      { token, quorum, lasts, clock, vetoers: guardians, functions: [PROPOSE, EXECUTE] },
      evidence,
    );
    const rules: readonly Rule[] = [
      ...vote.rules,
      {
        grants: power(id, 'configure'),
        // A call of the timelock's own is refused: it has to come from a proposal.
        requires:
          timelock === null ? act(id) : all(act(id), act(accountId(state.chainId, timelock))),
        reader: 'governor',
        functions: OWN_FUNCTIONS.filter((signature) => offers(code, signature)),
        evidence,
      },
      ...guardians.map((requires) => ({
        grants: power(id, 'veto'),
        requires,
        reader: 'governor',
        functions: [CANCEL],
        evidence,
      })),
    ];
    return {
      kind: 'OpenZeppelin Governor',
      rules,
      covers: selectorsOf(...OPEN_FUNCTIONS, ...OWN_FUNCTIONS),
      delegatesTo: [],
      announces,
      unread: vote.unread,
    };
  },
};

async function readGovernor(state: State, account: Address, code: Hex) {
  const [delay, period, mode, token, timelock, guardian] = await Promise.all([
    askView(state, account, abi, 'votingDelay', []),
    askView(state, account, abi, 'votingPeriod', []),
    offers(code, 'CLOCK_MODE()') ? askView(state, account, abi, 'CLOCK_MODE', []) : '',
    askOffered(state, account, code, 'token'),
    askOffered(state, account, code, 'timelock'),
    askOffered(state, account, code, 'proposalGuardian'),
  ]);
  // Before there were clocks, there were blocks.
  const clock = mode.split('&').includes('mode=timestamp') ? 'timestamp' : 'blocks';
  // A proposal that reaches a super quorum has passed before its vote is over.
  const lasts = offers(code, 'superQuorum(uint256)') ? delay : delay + period;
  const quorum = await quorumOf(state, account, clock);
  return { lasts, clock, token, timelock, guardian, quorum } as const;
}

/** The votes that a proposal needs now; `null` where that cannot be read. */
async function quorumOf(
  state: State,
  account: Address,
  clock: 'timestamp' | 'blocks',
): Promise<bigint | null> {
  const now = clock === 'timestamp' ? BigInt(state.block.timestamp) : state.block.number;
  try {
    return await askView(state, account, abi, 'quorum', [now === 0n ? 0n : now - 1n]);
  } catch (error) {
    if (error instanceof ReadError) return null;
    throw error;
  }
}

const announces: readonly Announcement[] = [
  'VotingDelaySet(uint256,uint256)',
  'VotingPeriodSet(uint256,uint256)',
  'ProposalThresholdSet(uint256,uint256)',
  'ProposalGuardianSet(address,address)',
  'QuorumNumeratorUpdated(uint256,uint256)',
  'TimelockChange(address,address)',
].map(announcement);
