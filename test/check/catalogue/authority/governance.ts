/**
 * Timelocks and governors: what is staged now counts when it is carried out.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/tree/v5.7.0/contracts/governance
 * @see https://github.com/compound-finance/compound-protocol/blob/v2.8.1/contracts/Timelock.sol
 */
import {
  encodeAbiParameters,
  type Hex,
  hexToBigInt,
  keccak256,
  parseAbiParameters,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem';
import { compileAll } from '../../../support/compile.ts';
import { type Builder, encode, roleHash, START } from '../../../support/estate.ts';
import { paths } from '../../../support/packages.ts';
import {
  type AuthorityGroup,
  by,
  type Call,
  call,
  DAY,
  data,
  ETHER,
  NOW,
  pay,
} from '../catalogue.ts';
import { DAO_SOURCE, EXECUTE, PROPOSE, QUEUE } from '../dao.ts';
import { treasury } from '../wallets.ts';

const GRANT = 'grantRole(bytes32,address)';
const REVOKE = 'revokeRole(bytes32,address)';
const SCHEDULE = 'schedule(address,uint256,bytes,bytes32,bytes32,uint256)';
const RUN = 'execute(address,uint256,bytes,bytes32,bytes32)';
const QUEUE_LOCK = 'queueTransaction(address,uint256,string,bytes,uint256)';
const RUN_LOCK = 'executeTransaction(address,uint256,string,bytes,uint256)';
const TRANSFER = 'transferOwnership(address)';
const [PROPOSER, CANCELLER, EXECUTOR] = ['PROPOSER_ROLE', 'CANCELLER_ROLE', 'EXECUTOR_ROLE'].map(
  roleHash,
) as [Hex, Hex, Hex];
const TWO_OF_THREE = '2 of [alice, bob, carol]';

const word = (value: bigint): Hex => toHex(value, { size: 32 });

/** Under a salt of its own: another such operation is scheduled already. */
const schedule = (timelock: string, made: Call): Call =>
  call(timelock, SCHEDULE, made.to, made.value, made.data, zeroHash, word(1n), 2n * BigInt(DAY));
const run = (timelock: string, made: Call): Call =>
  call(timelock, RUN, made.to, made.value, made.data, zeroHash, zeroHash);

/** When what was queued in the Compound timelock may be carried out. */
const [SOON, LATER] = [NOW - DAY, NOW + 4 * DAY].map((seconds) => BigInt(START + seconds)) as [
  bigint,
  bigint,
];
const SET_DELAY = ['Lock', 0n, 'setDelay(uint256)', word(2n * BigInt(DAY))] as const;
const setPendingAdmin = (to: string) =>
  [
    'Lock',
    0n,
    'setPendingAdmin(address)',
    (at: Builder['at']) => encodeAbiParameters(parseAbiParameters('address'), [at(to)]),
  ] as const;

const proposed = (made: Call, what: string) =>
  [[made.to], [made.value], [made.data], what] as const;
const propose = (made: Call): Call => call('Governor', PROPOSE, ...proposed(made, 'a proposal'));
/** A proposal of which the vote is over, and which waited. */
const carryOut = (made: Call): Call =>
  call('Governor', EXECUTE, ...proposed(made, keccak256(toHex('passed'))));

const PASSED: readonly Call[] = [
  call('DaoLock', GRANT, PROPOSER, 'mallory'),
  call('Governor', 'updateTimelock(address)', 'OtherLock'),
  pay('Payee', 0n),
];

/** A proposal of nothing that is voted on now. */
const LIVE = [[zeroAddress], [0n], ['0x']] as const;
const liveId = hexToBigInt(
  keccak256(
    encodeAbiParameters(parseAbiParameters('address[], uint256[], bytes[], bytes32'), [
      ...LIVE,
      keccak256(toHex('live')),
    ]),
  ),
);

/** Has rae carry proposals through vote and queue. */
async function pass(on: Builder, ...calls: readonly Call[]): Promise<void> {
  const [rae, governor] = [on.at('rae'), on.at('Governor')];
  const mine = (blocks: number) => on.chain.request('anvil_mine', [toHex(blocks), '0x1']);
  const ids: bigint[] = [];
  for (const made of calls) {
    const args = [[on.at(made.to)], [made.value], [made.data(on.at)]] as const;
    const hash = keccak256(toHex('passed'));
    await on.call(rae, governor, PROPOSE, ...args, 'passed');
    const id = await on.chain.request('eth_call', [
      {
        to: governor,
        data: encode(`hashProposal(address[],uint256[],bytes[],bytes32)`, ...args, hash),
      },
      'latest',
    ]);
    ids.push(hexToBigInt(id as Hex));
  }
  await mine(11);
  for (const id of ids) await on.call(rae, governor, 'castVote(uint256,uint8)', id, 1);
  await mine(101);
  for (const made of calls) {
    const args = [[on.at(made.to)], [made.value], [made.data(on.at)]] as const;
    await on.call(rae, governor, QUEUE, ...args, keccak256(toHex('passed')));
  }
}

const SOURCE = `${DAO_SOURCE}
contract Box is Ownable {
  constructor(address owner) Ownable(owner) {}
  receive() external payable {}
  function withdraw(address payable to, uint256 amount) external onlyOwner { to.transfer(amount); }
}`;

export const governance: AuthorityGroup = {
  title: 'timelocks and governors',
  payees: ['Payee'],
  contracts: [
    ...['Timelock', 'Closed', 'Lock', 'Offered', 'Governor', 'DaoLock'].map((name) => ({ name })),
  ],
  build: async (on) => {
    const safe = await treasury(on);
    const { rae, guardian } = on.keys(['rae', 'guardian']);
    const [dave, mallory] = [on.at('dave'), on.at('mallory')];
    const compiled = compileAll(SOURCE);
    const controller = paths.openZeppelin('@openzeppelin/contracts', 'TimelockController');
    const compound = '@uniswap/governance/build/Timelock.json';

    const timelock = await on.deploy('Timelock', controller, [
      2 * DAY,
      [safe],
      [zeroAddress],
      safe,
    ]);
    await on.call(safe, timelock, GRANT, CANCELLER, guardian);
    await on.deploy('Closed', controller, [2 * DAY, [dave], [safe], safe]);
    await on.deploy('Box', compiled('Box'), [timelock]);
    for (const made of [
      call('Timelock', GRANT, CANCELLER, 'mallory'),
      call('Timelock', 'updateDelay(uint256)', BigInt(DAY)),
      call('Timelock', 'updateDelay(uint256)', 2n * BigInt(DAY)),
    ]) {
      await on.call(
        safe,
        timelock,
        SCHEDULE,
        ...[on.at(made.to), made.value, made.data(on.at), zeroHash, zeroHash, 2 * DAY],
      );
    }

    const lock = await on.deploy('Lock', compound, [safe, 3 * DAY]);
    await on.until(NOW - 10 * DAY);
    const [target, value, signature, bytes] = setPendingAdmin('mallory');
    await on.call(safe, lock, QUEUE_LOCK, on.at(target), value, signature, bytes(on.at), SOON);
    const offered = await on.deploy('Offered', compound, [dave, 3 * DAY]);
    await on.call(offered, offered, 'setPendingAdmin(address)', safe);

    const votes = await on.deploy('Votes', compiled('VotesToken'), [rae]);
    await on.call(rae, votes, 'delegate(address)', rae);
    const daoLock = await on.deploy('DaoLock', controller, [2 * DAY, [], [zeroAddress], rae]);
    const governor = await on.deploy('Governor', compiled('Dao'), [votes, daoLock]);
    await on.call(rae, daoLock, GRANT, PROPOSER, governor);
    await on.call(rae, daoLock, 'renounceRole(bytes32,address)', zeroHash, rae);
    await on.deploy('OtherLock', controller, [2 * DAY, [mallory], [zeroAddress], mallory]);
    await on.deploy('Badge', compiled('Box'), [governor]);
    await pass(on, ...PASSED);
    await on.call(rae, governor, PROPOSE, ...LIVE, 'live');
    await on.chain.request('anvil_mine', [toHex(11), '0x1']);
  },
  changes: [
    {
      name: 'a proposer, scheduled',
      request: by('Treasury', schedule('Timelock', call('Timelock', GRANT, PROPOSER, 'mallory'))),
      decision: 'REJECT',
      // What the timelock does for a proposer includes making them a canceller.
      gains: ['take Timelock: mallory', 'configure Timelock: mallory', 'veto Timelock: mallory'],
      lookAlike: {
        name: 'a payment, scheduled',
        request: by('Treasury', schedule('Timelock', pay('Payee', ETHER))),
        decision: 'SIGN',
      },
    },
    {
      name: 'an owner of what it owns, scheduled',
      request: by('Treasury', schedule('Timelock', call('Box', TRANSFER, 'mallory'))),
      decision: 'REJECT',
      gains: ['take Box: mallory', 'configure Box: mallory'],
      lookAlike: {
        name: 'the same owner again, scheduled',
        request: by('Treasury', schedule('Timelock', call('Box', TRANSFER, 'Timelock'))),
        decision: 'SIGN',
      },
    },
    {
      name: 'no delay any more, scheduled',
      request: by('Treasury', schedule('Timelock', call('Timelock', 'updateDelay(uint256)', 0n))),
      decision: 'HOLD',
      gains: [`take Timelock: ${TWO_OF_THREE}`, `configure Timelock: ${TWO_OF_THREE}`],
      lookAlike: {
        name: 'the same delay, scheduled',
        request: by(
          'Treasury',
          schedule('Timelock', call('Timelock', 'updateDelay(uint256)', 2n * BigInt(DAY))),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'an administrator, scheduled behind a payment',
      request: by(
        'Treasury',
        call(
          'Timelock',
          'scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)',
          ['Payee', 'Timelock'],
          [ETHER, 0n],
          ['0x', data(GRANT, zeroHash, 'mallory')],
          ...[zeroHash, zeroHash, 2n * BigInt(DAY)],
        ),
      ),
      decision: 'REJECT',
      gains: ['take Timelock: mallory', 'configure Timelock: mallory', 'veto Timelock: mallory'],
      lookAlike: {
        name: 'two payments, scheduled',
        request: by(
          'Treasury',
          call(
            'Timelock',
            'scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)',
            ['Payee', 'Payee'],
            [ETHER, 1n],
            ['0x', '0x'],
            ...[zeroHash, zeroHash, 2n * BigInt(DAY)],
          ),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'a canceller, carried out',
      request: by('Treasury', run('Timelock', call('Timelock', GRANT, CANCELLER, 'mallory'))),
      decision: 'HOLD',
      gains: ['veto Timelock: mallory'],
      lookAlike: {
        name: 'the same delay, carried out',
        request: by(
          'Treasury',
          run('Timelock', call('Timelock', 'updateDelay(uint256)', 2n * BigInt(DAY))),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'a shorter delay, carried out',
      request: by(
        'Treasury',
        run('Timelock', call('Timelock', 'updateDelay(uint256)', BigInt(DAY))),
      ),
      decision: 'HOLD',
      gains: [
        `take Timelock: ${TWO_OF_THREE} after 1 d`,
        `configure Timelock: ${TWO_OF_THREE} after 1 d`,
      ],
      lookAlike: {
        name: 'the same delay, carried out',
        request: by(
          'Treasury',
          run('Timelock', call('Timelock', 'updateDelay(uint256)', 2n * BigInt(DAY))),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'a proposer',
      request: by('Treasury', call('Timelock', GRANT, PROPOSER, 'mallory')),
      decision: 'REJECT',
      gains: [
        'take Timelock: mallory after 2 d',
        'configure Timelock: mallory after 2 d',
        'veto Timelock: mallory after 2 d',
      ],
      lookAlike: {
        name: 'a proposer who is one',
        request: by('Treasury', call('Timelock', GRANT, PROPOSER, 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      name: 'an administrator',
      request: by('Treasury', call('Timelock', GRANT, zeroHash, 'mallory')),
      decision: 'REJECT',
      gains: [
        'take Timelock: mallory after 2 d',
        'configure Timelock: mallory after 2 d',
        'veto Timelock: mallory',
      ],
      lookAlike: {
        name: 'an administrator who is one',
        request: by('Treasury', call('Timelock', GRANT, zeroHash, 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      // dave proposes there, and the treasury alone has executed until now.
      name: 'an executor',
      request: by('Treasury', call('Closed', GRANT, EXECUTOR, 'mallory')),
      decision: 'HOLD',
      gains: ['take Closed: dave + mallory', 'configure Closed: dave + mallory'],
      lookAlike: {
        name: 'an executor who is one',
        request: by('Treasury', call('Closed', GRANT, EXECUTOR, 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a canceller fewer',
      request: by('Treasury', call('Timelock', REVOKE, CANCELLER, 'guardian')),
      decision: 'HOLD',
      gains: [],
      loses: ['veto Timelock: guardian'],
      lookAlike: {
        name: 'a canceller fewer, who was none',
        request: by('Treasury', call('Timelock', REVOKE, CANCELLER, 'mallory')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a shorter delay, queued at a timelock of Compound',
      request: by('Treasury', call('Lock', QUEUE_LOCK, ...SET_DELAY, LATER)),
      decision: 'HOLD',
      gains: [`take Lock: ${TWO_OF_THREE}`, `configure Lock: ${TWO_OF_THREE}`],
      lookAlike: {
        name: 'a payment, queued there',
        request: by('Treasury', call('Lock', QUEUE_LOCK, 'Payee', ETHER, '', '0x', LATER)),
        decision: 'SIGN',
      },
    },
    {
      name: 'an administrator, queued at a timelock of Compound',
      request: by('Treasury', call('Lock', QUEUE_LOCK, ...setPendingAdmin('mallory'), LATER)),
      decision: 'REJECT',
      gains: ['take Lock: mallory', 'configure Lock: mallory', 'veto Lock: mallory'],
      lookAlike: {
        name: 'the same administrator again, queued there',
        request: by('Treasury', call('Lock', QUEUE_LOCK, ...setPendingAdmin('Treasury'), LATER)),
        decision: 'SIGN',
      },
    },
    {
      name: 'an administrator, carried out at a timelock of Compound',
      request: by('Treasury', call('Lock', RUN_LOCK, ...setPendingAdmin('mallory'), SOON)),
      decision: 'REJECT',
      gains: [
        'take Lock: mallory after 3 d',
        'configure Lock: mallory after 3 d',
        'veto Lock: mallory',
      ],
      lookAlike: {
        name: 'the same, cancelled',
        request: by(
          'Treasury',
          call(
            'Lock',
            'cancelTransaction(address,uint256,string,bytes,uint256)',
            ...setPendingAdmin('mallory'),
            SOON,
          ),
        ),
        decision: 'SIGN',
      },
    },
    {
      // It was offered: the treasury could have accepted at any time.
      name: 'a timelock of Compound, accepted',
      request: by('Treasury', call('Offered', 'acceptAdmin()')),
      decision: 'HOLD',
      gains: [],
      loses: ['take Offered: dave', 'configure Offered: dave', 'veto Offered: dave'],
      lookAlike: {
        name: 'ether for it',
        request: by('Treasury', pay('Offered', ETHER)),
        decision: 'SIGN',
      },
    },
    {
      // The token of the votes is not read in full: whatever rests on it is held.
      name: 'an earlier vote, proposed',
      request: by('Treasury', propose(call('Governor', 'setVotingDelay(uint48)', 0n))),
      decision: 'HOLD',
      gains: ['take', 'configure', 'veto'].map((power) => `${power} DaoLock: rae | opaque(Votes)`),
      lookAlike: {
        name: 'a payment, proposed',
        request: by('Treasury', propose(pay('Payee', ETHER))),
        decision: 'HOLD',
      },
    },
    {
      name: 'what the governor owns, given away by a relay that is proposed',
      request: by(
        'Treasury',
        propose(
          call('Governor', 'relay(address,uint256,bytes)', 'Badge', 0n, data(TRANSFER, 'mallory')),
        ),
      ),
      decision: 'REJECT',
      gains: ['take Badge: mallory', 'configure Badge: mallory'],
      lookAlike: {
        name: 'the same owner again, by a relay that is proposed',
        request: by(
          'Treasury',
          propose(
            call(
              'Governor',
              'relay(address,uint256,bytes)',
              'Badge',
              0n,
              data(TRANSFER, 'Governor'),
            ),
          ),
        ),
        decision: 'HOLD',
      },
    },
    {
      name: 'a proposer of the timelock behind a governor, carried out',
      request: by('Treasury', carryOut(call('DaoLock', GRANT, PROPOSER, 'mallory'))),
      decision: 'REJECT',
      gains: [
        'take DaoLock: mallory after 2 d',
        'configure DaoLock: mallory after 2 d',
        'veto DaoLock: mallory after 2 d',
      ],
      lookAlike: {
        name: 'nothing, carried out',
        request: by('Treasury', carryOut(pay('Payee', 0n))),
        decision: 'HOLD',
      },
    },
    {
      name: 'another timelock behind a governor, carried out',
      request: by('Treasury', carryOut(call('Governor', 'updateTimelock(address)', 'OtherLock'))),
      decision: 'HOLD',
      gains: ['configure Governor: mallory + rae | mallory + opaque(Votes)'],
      lookAlike: {
        name: 'a vote',
        request: by('Treasury', call('Governor', 'castVote(uint256,uint8)', liveId, 1)),
        decision: 'HOLD',
      },
    },
  ],
};
