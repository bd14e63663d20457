/**
 * What a treasury does in the DAOs that it has votes in, and with timelocks of its own: it votes, delegates to
 * itself, proposes payments, and carries out what was decided. And what it does to tend its contracts.
 */
import {
  encodeAbiParameters,
  hexToBigInt,
  keccak256,
  parseAbiParameters,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem';
import { compileAll } from '../../../support/compile.ts';
import { START } from '../../../support/estate.ts';
import { paths } from '../../../support/packages.ts';
import { by, type Call, call, DAY, ETHER, NOW, pay, type RoutineGroup } from '../catalogue.ts';
import { DAO_SOURCE, EXECUTE, PROPOSE, QUEUE } from '../dao.ts';
import { make, treasury } from '../wallets.ts';

const SOURCE = `${DAO_SOURCE}
contract Vault is Ownable {
  uint256 public fee;
  bool public paused;
  constructor(address owner) Ownable(owner) {}
  receive() external payable {}
  function setFee(uint256 to) external onlyOwner { fee = to; }
  function pause() external onlyOwner { paused = true; }
  function withdraw(address payable to, uint256 amount) external onlyOwner { to.transfer(amount); }
}`;

const SCHEDULE = 'schedule(address,uint256,bytes,bytes32,bytes32,uint256)';
const RUN = 'execute(address,uint256,bytes,bytes32,bytes32)';
const CANCEL = 'cancel(bytes32)';
const QUEUE_LOCK = 'queueTransaction(address,uint256,string,bytes,uint256)';
const RUN_LOCK = 'executeTransaction(address,uint256,string,bytes,uint256)';
const CANCEL_LOCK = 'cancelTransaction(address,uint256,string,bytes,uint256)';
const VOTE = 'castVote(uint256,uint8)';
const [SOON, LATER] = [BigInt(START + NOW - DAY), BigInt(START + NOW + 4 * DAY)];
const PAID = ['Payee', ETHER, '', '0x', SOON] as const;
const WAIT = 2n * BigInt(DAY);

const operation = (made: Call) => [made.to, made.value, made.data, zeroHash, zeroHash] as const;
const payment = pay('Payee', 2n * ETHER);
const fee = call('Vault', 'setFee(uint256)', 5n);
const cancelled = (at: (name: string) => `0x${string}`) =>
  keccak256(
    encodeAbiParameters(parseAbiParameters('address, uint256, bytes, bytes32, bytes32'), [
      at('Payee'),
      payment.value,
      '0x',
      zeroHash,
      zeroHash,
    ]),
  );

const HASH = (what: string) => keccak256(toHex(what));
const GIFT = pay('Payee', ETHER);
const proposal = (what: string) => [[GIFT.to], [GIFT.value], ['0x'], what] as const;
const idOf = (what: string) => (at: (name: string) => `0x${string}`) =>
  hexToBigInt(
    keccak256(
      encodeAbiParameters(parseAbiParameters('address[], uint256[], bytes[], bytes32'), [
        [at(GIFT.to)],
        [GIFT.value],
        ['0x'],
        HASH(what),
      ]),
    ),
  );

export const governance: RoutineGroup = {
  title: 'votes, timelocks and what it tends',
  positions: ['Treasury', 'Timelock', 'Lock', 'Vault'],
  payees: ['Payee'],
  tokens: { Coin: 18 },
  contracts: [
    {
      name: 'Governor',
      functions: [PROPOSE, QUEUE, EXECUTE, VOTE, 'castVoteWithReason(uint256,uint8,string)'],
    },
    { name: 'Votes', functions: ['delegate(address)'] },
    { name: 'Timelock' },
    { name: 'Lock' },
    { name: 'Vault' },
  ],
  build: async (on) => {
    const safe = await treasury(on);
    const { rae } = on.keys(['rae']);
    const compiled = compileAll(SOURCE);
    const controller = paths.openZeppelin('@openzeppelin/contracts', 'TimelockController');
    const timelock = await on.deploy('Timelock', controller, [
      2 * DAY,
      [safe],
      [zeroAddress],
      zeroAddress,
    ]);
    await on.deploy('Vault', compiled('Vault'), [timelock]);
    const preset = paths.openZeppelin('openzeppelin-4.9.6', 'ERC20PresetFixedSupply');
    const coin = await on.deploy('Coin', preset, ['Coin', 'COIN', 1_000n * ETHER, safe]);
    await on.call(safe, coin, 'transfer(address,uint256)', timelock, 10n * ETHER);
    const lock = await on.deploy('Lock', '@uniswap/governance/build/Timelock.json', [
      safe,
      3 * DAY,
    ]);
    await on.chain.set({ [timelock]: { balance: 50n * ETHER }, [lock]: { balance: 50n * ETHER } });
    for (const made of [payment, fee, call('Coin', 'transfer(address,uint256)', 'Payee', ETHER)]) {
      await make(on, safe, call('Timelock', SCHEDULE, ...operation(made), WAIT));
    }

    // A DAO of others, in which it has votes.
    const votes = await on.deploy('Votes', compiled('VotesToken'), [rae]);
    const daoLock = await on.deploy('DaoLock', controller, [2 * DAY, [], [zeroAddress], rae]);
    const governor = await on.deploy('Governor', compiled('Dao'), [votes, daoLock]);
    await on.chain.set({ [daoLock]: { balance: 50n * ETHER } });
    await on.call(rae, daoLock, 'grantRole(bytes32,address)', HASH('PROPOSER_ROLE'), governor);
    await on.call(rae, daoLock, 'renounceRole(bytes32,address)', zeroHash, rae);
    await on.call(rae, votes, 'delegate(address)', rae);
    await on.call(rae, votes, 'transfer(address,uint256)', safe, 100);
    const mine = (blocks: number) => on.chain.request('anvil_mine', [toHex(blocks), '0x1']);
    const passed = ['passed', 'voted'];
    for (const what of passed) await make(on, rae, call('Governor', PROPOSE, ...proposal(what)));
    await mine(11);
    for (const what of passed) await make(on, rae, call('Governor', VOTE, idOf(what), 1));
    await mine(101);
    const [to, value, bytes] = proposal('passed');
    await make(on, rae, call('Governor', QUEUE, to, value, bytes, HASH('passed')));

    await on.until(NOW - 10 * DAY);
    await make(on, safe, call('Lock', QUEUE_LOCK, ...PAID));
    await make(on, rae, call('Governor', PROPOSE, ...proposal('live')));
    await mine(12);
  },
  routine: [
    { name: 'a vote', request: by('Treasury', call('Governor', VOTE, idOf('live'), 1)) },
    { name: 'a vote against', request: by('Treasury', call('Governor', VOTE, idOf('live'), 0)) },
    {
      name: 'a vote with a reason',
      request: by(
        'Treasury',
        call('Governor', 'castVoteWithReason(uint256,uint8,string)', idOf('live'), 2, 'unsure'),
      ),
    },
    {
      name: 'votes delegated to itself',
      request: by('Treasury', call('Votes', 'delegate(address)', 'Treasury')),
    },
    {
      name: 'votes delegated to itself, and a vote',
      request: by(
        'Treasury',
        call('Votes', 'delegate(address)', 'Treasury'),
        call('Governor', VOTE, idOf('live'), 1),
      ),
    },
    {
      name: 'a payment of the DAO, proposed',
      request: by('Treasury', call('Governor', PROPOSE, ...proposal('a payment'))),
    },
    {
      name: 'a payment of the DAO that was voted for, queued',
      request: by(
        'Treasury',
        call('Governor', QUEUE, ...proposal('voted').slice(0, 3), HASH('voted')),
      ),
    },
    {
      name: 'a payment of the DAO that waited, carried out',
      request: by(
        'Treasury',
        call('Governor', EXECUTE, ...proposal('passed').slice(0, 3), HASH('passed')),
      ),
    },
    {
      name: 'a payment of its timelock, scheduled',
      request: by('Treasury', call('Timelock', SCHEDULE, ...operation(pay('Payee', ETHER)), WAIT)),
    },
    {
      name: 'a payment of its timelock that waited, carried out',
      request: by('Treasury', call('Timelock', RUN, ...operation(payment))),
    },
    {
      name: 'tokens of its timelock that waited, carried out',
      request: by(
        'Treasury',
        call(
          'Timelock',
          RUN,
          ...operation(call('Coin', 'transfer(address,uint256)', 'Payee', ETHER)),
        ),
      ),
    },
    {
      name: 'a fee of a vault, scheduled',
      request: by(
        'Treasury',
        call('Timelock', SCHEDULE, ...operation(call('Vault', 'setFee(uint256)', 7n)), WAIT),
      ),
    },
    {
      name: 'a fee of a vault that waited, carried out',
      request: by('Treasury', call('Timelock', RUN, ...operation(fee))),
    },
    {
      name: 'a payment of its timelock, cancelled',
      request: by('Treasury', call('Timelock', CANCEL, cancelled)),
    },
    { name: 'ether for its timelock', request: by('Treasury', pay('Timelock', ETHER)) },
    {
      name: 'tokens for its timelock',
      request: by('Treasury', call('Coin', 'transfer(address,uint256)', 'Timelock', ETHER)),
    },
    {
      name: 'a payment of its timelock of Compound, queued',
      request: by('Treasury', call('Lock', QUEUE_LOCK, 'Payee', 3n * ETHER, '', '0x', LATER)),
    },
    {
      name: 'a payment of its timelock of Compound that waited, carried out',
      request: by('Treasury', call('Lock', RUN_LOCK, ...PAID)),
    },
    {
      name: 'a payment of its timelock of Compound, cancelled',
      request: by('Treasury', call('Lock', CANCEL_LOCK, ...PAID)),
    },
    { name: 'ether for its timelock of Compound', request: by('Treasury', pay('Lock', ETHER)) },
    { name: 'ether for a payee', request: by('Treasury', pay('Payee', ETHER)) },
    {
      name: 'tokens for a payee, and a vote',
      request: by(
        'Treasury',
        call('Coin', 'transfer(address,uint256)', 'Payee', ETHER),
        call('Governor', VOTE, idOf('live'), 1),
      ),
    },
  ],
};
