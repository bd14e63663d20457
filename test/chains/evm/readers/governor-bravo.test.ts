import { type Address, encodeFunctionData, parseAbi, zeroAddress } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Discovery, discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { act, power, role } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { compile } from '../../../support/compile.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { discoverOn, holdersOf, key, kindsAt, opaque, stateOf } from '../../../support/read.ts';
import { deployGovernance } from '../../../support/uniswap.ts';

const [DEPLOYER, ADMIN, NEXT, GUARDIAN, TOKEN] = [0xb1, 0xb2, 0xb3, 0xb4, 0xb5].map(account) as [
  Address,
  Address,
  Address,
  Address,
  Address,
];
const DAY = 86_400;
const BLOCK = 12;
const [VOTING_DELAY, VOTING_PERIOD] = [13_140, 19_710];

const abi = parseAbi([
  'function _setPendingAdmin(address next)',
  'function _acceptAdmin()',
  'function _setImplementation(address next)',
]);

/**
 * No package has Compound's governors as they are: these have the functions, the storage and the checks of
 * https://github.com/compound-finance/compound-protocol/tree/master/contracts/Governance, and no vote.
 */
const PROPOSALS = `
  function propose(address[] memory, uint256[] memory, string[] memory, bytes[] memory,
    string memory) public returns (uint256) {}
  function queue(uint256) external {}
  function execute(uint256) external payable {}
  function cancel(uint256) external {}`;
const BRAVO = `
  contract Storage { address public admin; address public pendingAdmin; address public implementation; }
  contract Delegator is Storage {
    constructor(address admin_, address implementation_) {
      admin = admin_;
      implementation = implementation_;
    }
    function _setImplementation(address next) public {
      require(msg.sender == admin, 'admin only');
      implementation = next;
    }
    fallback() external payable {
      (bool success, bytes memory answer) = implementation.delegatecall(msg.data);
      assembly {
        switch success
        case 0 { revert(add(answer, 32), mload(answer)) }
        default { return(add(answer, 32), mload(answer)) }
      }
    }
  }
  contract Delegate is Storage {
    uint256 public constant quorumVotes = 400000e18;
    uint256 public votingDelay;
    uint256 public votingPeriod;
    uint256 public proposalThreshold;
    address public timelock;
    address public comp;
    address public whitelistGuardian;
    mapping(address => uint256) public whitelistAccountExpirations;
    ${PROPOSALS}
    function initialize(address timelock_, address comp_, uint256 period, uint256 delay,
      uint256 threshold) public {
      require(timelock == address(0) && msg.sender == admin, 'admin only, once');
      timelock = timelock_;
      comp = comp_;
      votingPeriod = period;
      votingDelay = delay;
      proposalThreshold = threshold;
    }
    function _setWhitelistGuardian(address to) external {
      require(msg.sender == admin, 'admin only');
      whitelistGuardian = to;
    }
    function _setWhitelistAccountExpiration(address who, uint256 until) external {
      require(msg.sender == admin || msg.sender == whitelistGuardian, 'admin only');
      whitelistAccountExpirations[who] = until;
    }
    function _setPendingAdmin(address next) external {
      require(msg.sender == admin, 'admin only');
      pendingAdmin = next;
    }
    function _acceptAdmin() external {
      require(msg.sender == pendingAdmin && msg.sender != address(0), 'pending admin only');
      admin = pendingAdmin;
      pendingAdmin = address(0);
    }
  }`;
const DELEGATOR = compile('Delegator', BRAVO);
const DELEGATE = compile('Delegate', BRAVO);
const ALPHA = compile(
  'Alpha',
  `interface Timelock {
    function acceptAdmin() external;
    function queueTransaction(address, uint256, string calldata, bytes calldata, uint256) external;
    function executeTransaction(address, uint256, string calldata, bytes calldata, uint256) external;
  }
  contract Alpha {
    Timelock public timelock;
    address public comp;
    address public guardian;
    constructor(address timelock_, address comp_, address guardian_) {
      timelock = Timelock(timelock_);
      comp = comp_;
      guardian = guardian_;
    }
    function quorumVotes() public pure returns (uint256) { return 400000e18; }
    function votingDelay() public pure returns (uint256) { return 1; }
    function votingPeriod() public pure returns (uint256) { return 17280; }
    ${PROPOSALS}
    function __acceptAdmin() public { require(msg.sender == guardian); timelock.acceptAdmin(); }
    function __abdicate() public { require(msg.sender == guardian); guardian = address(0); }
    function __queueSetTimelockPendingAdmin(address next, uint256 eta) public {
      require(msg.sender == guardian);
      timelock.queueTransaction(address(timelock), 0, 'setPendingAdmin(address)', abi.encode(next), eta);
    }
    function __executeSetTimelockPendingAdmin(address next, uint256 eta) public {
      require(msg.sender == guardian);
      timelock.executeTransaction(address(timelock), 0, 'setPendingAdmin(address)', abi.encode(next), eta);
    }
  }`,
);

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({ [TOKEN]: { code: '0x00' } });
});

afterAll(() => chain.stop());

const initialize = parseAbi([
  'function initialize(address timelock, address comp, uint256 period, uint256 delay, uint256 threshold)',
  'function _setWhitelistGuardian(address to)',
]);

/** A Bravo that is set up, and the timelock that it is admin of. */
async function deployBravo() {
  const delegate = await deployCompiled(chain, DEPLOYER, DELEGATE, []);
  const at = await deployCompiled(chain, DEPLOYER, DELEGATOR, [ADMIN, delegate]);
  const timelock = await deployGovernance(chain, DEPLOYER, 'Timelock', [at, BigInt(2 * DAY)]);
  const args = [timelock, TOKEN, BigInt(VOTING_PERIOD), BigInt(VOTING_DELAY), 1n] as const;
  for (const data of [
    encodeFunctionData({ abi: initialize, functionName: 'initialize', args }),
    encodeFunctionData({
      abi: initialize,
      functionName: '_setWhitelistGuardian',
      args: [GUARDIAN],
    }),
  ]) {
    await send(chain, ADMIN, { to: at, data });
  }
  return { at, timelock, delegate };
}

const call = (from: Address, to: Address, data: `0x${string}`) => send(chain, from, { to, data });

const actorsOf = (found: Discovery, at: Address) => holdersOf(found, act(`eip155:1:${at}`));

describe('Bravo', () => {
  test('the voters act after the vote; the admin replaces the code at once', async () => {
    const { at } = await deployBravo();
    const found = await discoverOn(chain, at);
    expect(kindsAt(found, at)).toEqual(['GovernorBravoDelegator', 'GovernorBravo']);
    expect(actorsOf(found, at)).toEqual(
      [
        `${key(ADMIN)} after 0`,
        `${opaque(TOKEN)} after ${BLOCK * (VOTING_DELAY + VOTING_PERIOD)}`,
      ].sort(),
    );
    expect(holdersOf(found, power(`eip155:1:${at}`, 'upgrade'))).toEqual([`${key(ADMIN)} after 0`]);
    expect(found.unread).toContainEqual({
      account: `eip155:1:${TOKEN}`,
      reason: `voters of eip155:1:${at}: whoever musters votes of ${400_000n * 10n ** 18n} base units; who holds them is not read`,
    });
  });

  test('its timelock adds the delay', async () => {
    const { timelock } = await deployBravo();
    expect(actorsOf(await discoverOn(chain, timelock), timelock)).toEqual(
      [
        `${key(ADMIN)} after ${2 * DAY}`,
        `${opaque(TOKEN)} after ${BLOCK * (VOTING_DELAY + VOTING_PERIOD) + 2 * DAY}`,
      ].sort(),
    );
  });

  test('the guardian of the whitelist may write to it, and stops no vote', async () => {
    const { at } = await deployBravo();
    const found = await discoverOn(chain, at);
    expect(holdersOf(found, power(`eip155:1:${at}`, 'configure'))).toEqual(
      [ADMIN, GUARDIAN].map((each) => `${key(each)} after 0`).sort(),
    );
    expect(holdersOf(found, power(`eip155:1:${at}`, 'veto'))).toEqual([]);
  });

  test('whoever is offered to be the next admin has that power already', async () => {
    const { at } = await deployBravo();
    await call(
      ADMIN,
      at,
      encodeFunctionData({ abi, functionName: '_setPendingAdmin', args: [NEXT] }),
    );
    const admins = async () =>
      holdersOf(await discoverOn(chain, at), power(`eip155:1:${at}`, 'upgrade'));
    expect(await admins()).toEqual([ADMIN, NEXT].map((each) => `${key(each)} after 0`).sort());
    await call(NEXT, at, encodeFunctionData({ abi, functionName: '_acceptAdmin' }));
    expect(await admins()).toEqual([`${key(NEXT)} after 0`]);
  });

  test('it is read on a state that is only simulated', async () => {
    const { at } = await deployBravo();
    const after = overlay(await stateOf(chain), {
      [at]: { storage: { [slot(0n)]: slot(BigInt(NEXT)) } },
    });
    expect(actorsOf(await discover(after, [at], readers), at)).toContain(`${key(NEXT)} after 0`);
  });
});

describe('Alpha', () => {
  test('the voters of Uniswap’s, which has no guardian', async () => {
    const at = await deployGovernance(chain, DEPLOYER, 'GovernorAlpha', [GUARDIAN, TOKEN]);
    const found = await discoverOn(chain, at);
    expect(kindsAt(found, at)).toEqual(['GovernorAlpha']);
    expect(actorsOf(found, at)).toEqual([`${opaque(TOKEN)} after ${BLOCK * (1 + 40_320)}`]);
  });

  test('a guardian cancels, and takes the timelock after twice its delay', async () => {
    const timelock = await deployGovernance(chain, DEPLOYER, 'Timelock', [ADMIN, BigInt(2 * DAY)]);
    const at = await deployCompiled(chain, DEPLOYER, ALPHA, [timelock, TOKEN, GUARDIAN]);
    const before = await discoverOn(chain, timelock, at);
    expect(holdersOf(before, power(`eip155:1:${at}`, 'veto'))).toEqual([
      `${key(GUARDIAN)} after 0`,
    ]);
    expect(actorsOf(before, timelock)).toEqual([`${key(ADMIN)} after ${2 * DAY}`]);
    await chain.set({ [timelock]: { storage: { [slot(0n)]: slot(BigInt(at)) } } });
    const found = await discoverOn(chain, timelock);
    expect(actorsOf(found, timelock)).toEqual(
      [
        `${key(GUARDIAN)} after ${4 * DAY}`,
        `${opaque(TOKEN)} after ${BLOCK * (1 + 17_280) + 2 * DAY}`,
      ].sort(),
    );
    await call(GUARDIAN, at, '0x760fbc13');
    expect(actorsOf(await discoverOn(chain, timelock), timelock)).toEqual([
      `${opaque(TOKEN)} after ${BLOCK * (1 + 17_280) + 2 * DAY}`,
    ]);
  });

  test('a guardian whose timelock is none takes nothing', async () => {
    const at = await deployCompiled(chain, DEPLOYER, ALPHA, [NEXT, TOKEN, GUARDIAN]);
    const found = await discoverOn(chain, at);
    expect(holdersOf(found, role(`eip155:1:${NEXT}`, 'admin'))).toEqual([]);
  });
});

describe('refuses', () => {
  test('an OpenZeppelin Governor that speaks as Bravo does', async () => {
    const compatible = compile(
      'Dao',
      `import 'openzeppelin-4.9.6/governance/extensions/GovernorVotesQuorumFraction.sol';
      import 'openzeppelin-4.9.6/governance/compatibility/GovernorCompatibilityBravo.sol';
      contract Dao is GovernorCompatibilityBravo, GovernorVotesQuorumFraction {
        constructor() Governor('Dao') GovernorVotes(IVotes(address(1)))
          GovernorVotesQuorumFraction(4) {}
        function propose(address[] memory to, uint256[] memory values, bytes[] memory calls,
          string memory text) public override(Governor, GovernorCompatibilityBravo)
          returns (uint256) { return super.propose(to, values, calls, text); }
        function cancel(address[] memory to, uint256[] memory values, bytes[] memory calls,
          bytes32 hash) public override(Governor, GovernorCompatibilityBravo)
          returns (uint256) { return super.cancel(to, values, calls, hash); }
        function clock() public view override(IGovernor, GovernorVotes) returns (uint48) {
          return uint48(block.number);
        }
        function CLOCK_MODE() public pure override(IGovernor, GovernorVotes)
          returns (string memory) { return 'mode=blocknumber&from=default'; }
        function votingDelay() public pure override returns (uint256) { return 1; }
        function votingPeriod() public pure override returns (uint256) { return 5; }
        function timelock() public pure override returns (address) { return address(0); }
        function proposalEta(uint256) public pure override returns (uint256) { return 0; }
        function queue(address[] memory, uint256[] memory, bytes[] memory, bytes32) public pure
          override returns (uint256) { return 0; }
      }`,
    );
    const at = await deployCompiled(chain, DEPLOYER, compatible, []);
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual(['OpenZeppelin Governor']);
  });

  test('a delegator that keeps the code that it runs elsewhere than it says', async () => {
    const elsewhere = compile(
      'Delegator',
      `contract Delegator {
        address public admin = msg.sender;
        address public pendingAdmin;
        address hidden = address(2);
        address public implementation = address(1);
        function _setImplementation(address next) public { hidden = next; }
        fallback() external { (bool success, ) = hidden.delegatecall(msg.data); require(success); }
      }`,
    );
    const at = await deployCompiled(chain, DEPLOYER, elsewhere, []);
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });

  test('nobody is admin of a delegator whose admin is the zero address', async () => {
    const at = await deployCompiled(chain, DEPLOYER, DELEGATOR, [zeroAddress, TOKEN]);
    const found = await discoverOn(chain, at);
    expect(holdersOf(found, power(`eip155:1:${at}`, 'upgrade'))).toEqual([]);
  });
});
