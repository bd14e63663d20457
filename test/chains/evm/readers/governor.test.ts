import { type Address, toFunctionSelector, zeroAddress } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { act, anyOf, power, role } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { offering, REVERTS } from '../../../support/code.ts';
import { type Compiled, compile } from '../../../support/compile.ts';
import { type LocalChain, startLocalChain } from '../../../support/local-chain.ts';
import { deploy, deployCompiled } from '../../../support/openzeppelin.ts';
import { discoverOn, holdersOf, key, kindsAt, opaque, stateOf } from '../../../support/read.ts';

const [DEPLOYER, GUARDIAN] = [0x91, 0x92].map(account) as [Address, Address];
const DAY = 86_400;
const [VOTING_DELAY, VOTING_PERIOD] = [7_200, 50_400];

/** As much of a token as a governor asks for; which clock it keeps is a governor's to follow. */
const token = (clock: 'block.timestamp' | 'block.number', mode: string) =>
  compile(
    'Votes',
    `contract Votes {
      function clock() external view returns (uint48) { return uint48(${clock}); }
      function CLOCK_MODE() external pure returns (string memory) { return '${mode}'; }
      function getPastTotalSupply(uint256) external pure returns (uint256) { return 1000e18; }
      function getPastVotes(address, uint256) external pure returns (uint256) { return 0; }
    }`,
  );
const BLOCKS = token('block.number', 'mode=blocknumber&from=default');
const SECONDS = token('block.timestamp', 'mode=timestamp');

const imports = (folder: string, ...names: readonly string[]) =>
  names.map((name) => `import '${folder}/governance/${name}.sol';`).join('\n');

/** A governor of settings, as OpenZeppelin's wizard puts it together, with more parts where named. */
const governorOf = (
  folder: string,
  parts: readonly string[] = [],
  setup = '',
  overrides = '',
): Compiled =>
  compile(
    'Dao',
    `${imports(
      folder,
      'Governor',
      ...['Settings', 'CountingSimple', 'Votes', 'VotesQuorumFraction', ...parts].map(
        (part) => `extensions/Governor${part}`,
      ),
    )}
    contract Dao is Governor, GovernorSettings, GovernorCountingSimple, GovernorVotes,
      GovernorVotesQuorumFraction${parts.map((part) => `, Governor${part}`).join('')} {
      constructor(IVotes votes, address other)
        Governor('Dao') GovernorSettings(${VOTING_DELAY}, ${VOTING_PERIOD}, 0)
        GovernorVotes(votes) GovernorVotesQuorumFraction(4) ${setup}
      function proposalThreshold() public view override(Governor, GovernorSettings)
        returns (uint256) { return super.proposalThreshold(); }
      ${overrides}
    }`,
  );

const PLAIN = '{ other; }';
const FIVE = governorOf('@openzeppelin/contracts', [], PLAIN);
const FOUR = governorOf(
  'openzeppelin-4.9.6',
  [],
  PLAIN,
  `function votingDelay() public view override(IGovernor, GovernorSettings) returns (uint256) {
    return super.votingDelay();
  }
  function votingPeriod() public view override(IGovernor, GovernorSettings) returns (uint256) {
    return super.votingPeriod();
  }
  function quorum(uint256 at) public view override(IGovernor, GovernorVotesQuorumFraction)
    returns (uint256) { return super.quorum(at); }`,
);
const TIMELOCKED = governorOf(
  '@openzeppelin/contracts',
  ['TimelockControl'],
  'GovernorTimelockControl(TimelockController(payable(other))) {}',
  `function state(uint256 id) public view override(Governor, GovernorTimelockControl)
    returns (ProposalState) { return super.state(id); }
  function proposalNeedsQueuing(uint256 id) public view
    override(Governor, GovernorTimelockControl) returns (bool) {
    return super.proposalNeedsQueuing(id);
  }
  function _queueOperations(uint256 id, address[] memory to, uint256[] memory values,
    bytes[] memory calls, bytes32 hash) internal override(Governor, GovernorTimelockControl)
    returns (uint48) { return super._queueOperations(id, to, values, calls, hash); }
  function _executeOperations(uint256 id, address[] memory to, uint256[] memory values,
    bytes[] memory calls, bytes32 hash) internal override(Governor, GovernorTimelockControl)
    { super._executeOperations(id, to, values, calls, hash); }
  function _cancel(address[] memory to, uint256[] memory values, bytes[] memory calls,
    bytes32 hash) internal override(Governor, GovernorTimelockControl) returns (uint256)
    { return super._cancel(to, values, calls, hash); }
  function _executor() internal view override(Governor, GovernorTimelockControl)
    returns (address) { return super._executor(); }`,
);
const GUARDED = governorOf(
  '@openzeppelin/contracts',
  ['ProposalGuardian'],
  '{ _setProposalGuardian(other); }',
  `function _validateCancel(uint256 id, address caller) internal view
    override(Governor, GovernorProposalGuardian) returns (bool) {
    return super._validateCancel(id, caller);
  }`,
);
const SUPER_QUORUM = governorOf(
  '@openzeppelin/contracts',
  ['SuperQuorum'],
  PLAIN,
  `function superQuorum(uint256) public pure override returns (uint256) { return 500e18; }
  function proposalVotes(uint256 id) public view override(GovernorCountingSimple, GovernorSuperQuorum)
    returns (uint256, uint256, uint256) { return super.proposalVotes(id); }
  function state(uint256 id) public view override(Governor, GovernorSuperQuorum)
    returns (ProposalState) { return super.state(id); }`,
);

let chain: LocalChain;
let votes: Address;

beforeAll(async () => {
  chain = await startLocalChain();
  votes = await deployCompiled(chain, DEPLOYER, BLOCKS, []);
});

afterAll(() => chain.stop());

const deployGovernor = (dao: Compiled, other: Address = zeroAddress, of: Address = votes) =>
  deployCompiled(chain, DEPLOYER, dao, [of, other]);

describe.each([
  ['5.7.0', FIVE],
  ['4.9.6', FOUR],
])('OpenZeppelin %s', (_, dao) => {
  test('the voters act after the vote, of which blocks are counted', async () => {
    const at = await deployGovernor(dao);
    await chain.request('evm_mine', []);
    const found = await discoverOn(chain, at);
    expect(kindsAt(found, at)).toEqual(['OpenZeppelin Governor']);
    const wait = 12 * (VOTING_DELAY + VOTING_PERIOD);
    expect(holdersOf(found, act(`eip155:1:${at}`))).toEqual([`${opaque(votes)} after ${wait}`]);
    expect(holdersOf(found, power(`eip155:1:${at}`, 'configure'))).toEqual([
      `${opaque(votes)} after ${wait}`,
    ]);
    expect(found.unread).toContainEqual({
      account: `eip155:1:${votes}`,
      reason: `voters of eip155:1:${at}: whoever musters votes of ${40n * 10n ** 18n} base units; who holds them is not read`,
    });
    const rule = found.rules.find(({ requires }) => requires.type === 'after');
    expect(rule?.evidence).toContainEqual({
      read: 'seconds of a block on chain 1, assumed',
      value: '12',
    });
  });

  test('a token that keeps time is voted upon by time', async () => {
    const timed = await deployCompiled(chain, DEPLOYER, SECONDS, []);
    const at = await deployGovernor(dao, zeroAddress, timed);
    expect(holdersOf(await discoverOn(chain, at), act(`eip155:1:${at}`))).toEqual([
      `${opaque(timed)} after ${VOTING_DELAY + VOTING_PERIOD}`,
    ]);
  });
});

test('whoever mints the token, or replaces its code, makes votes', async () => {
  const at = await deployGovernor(FIVE);
  const { rules } = await discoverOn(chain, at);
  expect(rules.filter(({ grants }) => JSON.stringify(grants).includes('voters'))).toContainEqual(
    expect.objectContaining({
      grants: role(`eip155:1:${at}`, 'voters'),
      requires: anyOf(power(`eip155:1:${votes}`, 'mint'), power(`eip155:1:${votes}`, 'upgrade')),
    }),
  );
});

test('a timelock adds its delay, and its settings wait for it, too', async () => {
  const at = await deployGovernor(TIMELOCKED);
  const timelock = await deploy(chain, DEPLOYER, 'TimelockController', [
    BigInt(2 * DAY),
    [at],
    [zeroAddress],
    zeroAddress,
  ]);
  const wait = 12 * (VOTING_DELAY + VOTING_PERIOD);
  expect(holdersOf(await discoverOn(chain, timelock), act(`eip155:1:${timelock}`))).toEqual([
    `${opaque(votes)} after ${wait + 2 * DAY}`,
  ]);
  const there = await deployGovernor(TIMELOCKED, timelock);
  expect(
    (await discoverOn(chain, there)).rules.find(({ functions }) =>
      functions?.includes('updateTimelock(address)'),
    )?.requires,
  ).toEqual({ type: 'all', of: [act(`eip155:1:${there}`), act(`eip155:1:${timelock}`)] });
});

test('a guardian of proposals may cancel', async () => {
  const at = await deployGovernor(GUARDED, GUARDIAN);
  const found = await discoverOn(chain, at);
  expect(holdersOf(found, power(`eip155:1:${at}`, 'veto'))).toEqual([`${key(GUARDIAN)} after 0`]);
  const rule = found.rules.find(({ requires }) => requires.type === 'after');
  expect(rule?.requires).toMatchObject({ vetoers: [act(`eip155:1:${GUARDIAN}`)] });
});

test('a super quorum ends the vote as soon as it is reached', async () => {
  const at = await deployGovernor(SUPER_QUORUM);
  expect(holdersOf(await discoverOn(chain, at), act(`eip155:1:${at}`))).toEqual([
    `${opaque(votes)} after ${12 * VOTING_DELAY}`,
  ]);
});

test('on a chain whose blocks are not known, the vote takes no time, and that is said', async () => {
  const other = await startLocalChain({ chainId: 31_337 });
  try {
    const there = await deployCompiled(other, DEPLOYER, BLOCKS, []);
    const at = await deployCompiled(other, DEPLOYER, FIVE, [there, zeroAddress]);
    const found = await discoverOn(other, at);
    expect(holdersOf(found, act(`eip155:31337:${at}`))).toEqual([
      `opaque(eip155:31337:${there}) after 0`,
    ]);
    expect(found.unread).toContainEqual({
      account: `eip155:31337:${at}`,
      reason: `a vote lasts ${VOTING_DELAY + VOTING_PERIOD} blocks, taken as no time: how long a block of chain 31337 takes is not known`,
    });
  } finally {
    await other.stop();
  }
});

test('behind a proxy, the settings of the proxy', async () => {
  const implementation = await deployGovernor(FIVE);
  const at = await deploy(chain, DEPLOYER, 'ERC1967Proxy', [
    implementation,
    toFunctionSelector('votingDelay()'),
  ]);
  const found = await discoverOn(chain, at);
  expect(kindsAt(found, at)).toEqual(['ERC-1967 proxy', 'OpenZeppelin Governor']);
  expect(holdersOf(found, role(`eip155:1:${at}`, 'voters'))).toEqual([`${opaque(votes)} after 0`]);
});

test('it is read on a state that is only simulated', async () => {
  const at = await deployGovernor(FIVE);
  const state = await stateOf(chain);
  // The settings share slot 4: a period of 32 bits above a delay of 48.
  const packed = await Promise.all(
    [...Array(12).keys()].map((index) => state.storage(at, slot(BigInt(index)))),
  );
  const index = packed.findIndex(
    (word) => BigInt(word) === (BigInt(VOTING_PERIOD) << 48n) + BigInt(VOTING_DELAY),
  );
  const after = overlay(state, { [at]: { storage: { [slot(BigInt(index))]: slot(1n << 48n) } } });
  expect(holdersOf(await discover(after, [at], readers), act(`eip155:1:${at}`))).toEqual([
    `${opaque(votes)} after 12`,
  ]);
});

test('a quorum that cannot be read is said to be unknown', async () => {
  const silent = await deployCompiled(
    chain,
    DEPLOYER,
    compile(
      'Votes',
      `contract Votes {
        function clock() external view returns (uint48) { return uint48(block.number); }
        function CLOCK_MODE() external pure returns (string memory) { return 'mode=sundial'; }
      }`,
    ),
    [],
  );
  const at = await deployGovernor(FIVE, zeroAddress, silent);
  const { unread } = await discoverOn(chain, at);
  expect(unread[0]?.reason).toContain('votes of an unknown number of base units');
});

describe('refuses', () => {
  test.each([
    [
      'a Compound governor, which proposes with signatures',
      ['propose(address[],uint256[],string[],bytes[],string)', 'castVote(uint256,uint8)'],
    ],
    [
      'a contract with votingDelay() and votingPeriod() that executes nothing',
      ['propose(address[],uint256[],bytes[],string)', 'castVote(uint256,uint8)'],
    ],
  ])('%s', async (_, signatures) => {
    const at = account(0x93);
    const code = offering(
      REVERTS,
      ...signatures,
      'votingDelay()',
      'votingPeriod()',
      'quorum(uint256)',
    );
    await chain.set({ [at]: { code } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });
});
