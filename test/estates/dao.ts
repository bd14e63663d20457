/**
 * A DAO, and what others left it: a governor of OpenZeppelin before a timelock whose first administrators
 * never left; Uniswap's governor before Compound's timelock, with a next admin on offer; an AccessManager
 * with delays; contracts of Solmate's and of MakerDAO's making.
 */
import { toFunctionSelector, zeroAddress } from 'viem';
import { compileAll } from '../support/compile.ts';
import { DEPLOYER, type Estate, roleHash, START } from '../support/estate.ts';
import { paths } from '../support/packages.ts';

const DAY = 86_400;
const KEYS = ['rae', 'sol', 'tom', 'uma', 'vic', 'wes', 'xia', 'yan', 'zoe'] as const;

const GOVERNANCE = '@openzeppelin/contracts/governance';
const TOKENS = '@openzeppelin/contracts/token/ERC20';

const SOURCE = `
import '${GOVERNANCE}/Governor.sol';
import '${GOVERNANCE}/extensions/GovernorSettings.sol';
import '${GOVERNANCE}/extensions/GovernorCountingSimple.sol';
import '${GOVERNANCE}/extensions/GovernorVotes.sol';
import '${GOVERNANCE}/extensions/GovernorVotesQuorumFraction.sol';
import '${GOVERNANCE}/extensions/GovernorTimelockControl.sol';
import '${TOKENS}/extensions/ERC20Votes.sol';
import '@openzeppelin/contracts/access/Ownable.sol';
import '@openzeppelin/contracts/access/manager/AccessManaged.sol';
import 'solmate/src/auth/Auth.sol';

/** Its owner mints votes. */
contract VotesToken is ERC20Votes, Ownable {
  constructor(address owner) ERC20('Votes', 'VOTE') EIP712('Votes', '1') Ownable(owner) { _mint(owner, 1000); }
  function mint(address to, uint256 amount) external onlyOwner { _mint(to, amount); }
}

/** 7,200 blocks until a vote begins, 50,400 while it lasts; 4 % of all votes. */
contract Dao is Governor, GovernorSettings, GovernorCountingSimple, GovernorVotes,
  GovernorVotesQuorumFraction, GovernorTimelockControl {
  constructor(IVotes votes, TimelockController timelock)
    Governor('Dao') GovernorSettings(7200, 50400, 0) GovernorVotes(votes)
    GovernorVotesQuorumFraction(4) GovernorTimelockControl(timelock) {}
  function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
    return super.proposalThreshold();
  }
  function state(uint256 id) public view override(Governor, GovernorTimelockControl)
    returns (ProposalState) { return super.state(id); }
  function proposalNeedsQueuing(uint256 id) public view
    override(Governor, GovernorTimelockControl) returns (bool) { return super.proposalNeedsQueuing(id); }
  function _queueOperations(uint256 id, address[] memory to, uint256[] memory values,
    bytes[] memory calls, bytes32 hash) internal override(Governor, GovernorTimelockControl)
    returns (uint48) { return super._queueOperations(id, to, values, calls, hash); }
  function _executeOperations(uint256 id, address[] memory to, uint256[] memory values,
    bytes[] memory calls, bytes32 hash) internal override(Governor, GovernorTimelockControl) {
    super._executeOperations(id, to, values, calls, hash);
  }
  function _cancel(address[] memory to, uint256[] memory values, bytes[] memory calls, bytes32 hash)
    internal override(Governor, GovernorTimelockControl) returns (uint256) {
    return super._cancel(to, values, calls, hash);
  }
  function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
    return super._executor();
  }
}

contract Reserve is AccessManaged {
  uint256 public cap;
  constructor(address authority) AccessManaged(authority) {}
  receive() external payable {}
  function setCap(uint256 to) external restricted { cap = to; }
  function withdraw(address payable to, uint256 amount) external restricted { to.transfer(amount); }
}

contract Box is Auth {
  constructor(address owner) Auth(owner, Authority(address(0))) {}
  receive() external payable {}
  function empty(address payable to) external requiresAuth { to.transfer(address(this).balance); }
}

/** As MakerDAO's contracts are: every ward makes others wards. */
contract Jug {
  mapping(address => uint256) public wards;
  uint256 public duty;
  event Rely(address indexed usr);
  event Deny(address indexed usr);
  modifier auth() { require(wards[msg.sender] == 1, 'Jug/not-authorized'); _; }
  constructor() { wards[msg.sender] = 1; emit Rely(msg.sender); }
  function rely(address usr) external auth { wards[usr] = 1; emit Rely(usr); }
  function deny(address usr) external auth { wards[usr] = 0; emit Deny(usr); }
  function file(uint256 to) external auth { duty = to; }
}`;

const uniswap = (name: string): string => `@uniswap/governance/build/${name}.json`;

export const dao: Estate = {
  title: 'a DAO',
  contracts: 12,
  keys: KEYS,
  build: async (on) => {
    const { rae, sol, tom, uma, vic, wes, xia, yan, zoe } = on.keys(KEYS);
    const compiled = compileAll(SOURCE);
    const security = await on.safe('Security', '1.4.1', { owners: [sol, tom, uma], threshold: 2 });

    // The security council is still admin of the timelock's roles: it can make itself proposer.
    const votes = await on.deploy('Votes', compiled('VotesToken'), [rae]);
    const treasury = await on.deploy(
      'Treasury',
      paths.openZeppelin('@openzeppelin/contracts', 'TimelockController'),
      [2 * DAY, [], [zeroAddress], security],
    );
    const governor = await on.deploy('Governor', compiled('Dao'), [votes, treasury]);
    const grant = 'grantRole(bytes32,address)';
    await on.call(security, treasury, grant, roleHash('PROPOSER_ROLE'), governor);
    await on.call(security, treasury, grant, roleHash('CANCELLER_ROLE'), governor);

    // Uniswap's: the timelock has taken its governor for admin, and then offered Vic to be the next.
    const uni = await on.deploy('Uni', uniswap('Uni'), [rae, xia, START + 10 * DAY]);
    const lock = await on.deploy('Lock', uniswap('Timelock'), [DEPLOYER, 2 * DAY]);
    const alpha = await on.deploy('Alpha', uniswap('GovernorAlpha'), [lock, uni]);
    await on.call(lock, lock, 'setPendingAdmin(address)', alpha);
    await on.call(alpha, lock, 'acceptAdmin()');
    await on.call(lock, lock, 'setPendingAdmin(address)', vic);

    // Yan sets the cap after a day, in which Zoe may cancel; the rest is for the security council, which
    // waits for five days before it replaces the manager itself.
    const manager = await on.deploy(
      'Manager',
      paths.openZeppelin('@openzeppelin/contracts', 'AccessManager'),
      [security],
    );
    const reserve = await on.deploy('Reserve', compiled('Reserve'), [manager]);
    await on.call(security, manager, 'grantRole(uint64,address,uint32)', 5n, yan, DAY);
    await on.call(security, manager, 'grantRole(uint64,address,uint32)', 7n, zoe, 0);
    await on.call(security, manager, 'setRoleGuardian(uint64,uint64)', 5n, 7n);
    await on.call(
      security,
      manager,
      'setTargetFunctionRole(address,bytes4[],uint64)',
      ...[reserve, [toFunctionSelector('setCap(uint256)')], 5n],
    );
    await on.call(security, manager, 'setTargetAdminDelay(address,uint32)', reserve, 5 * DAY);

    await on.deploy('Box', compiled('Box'), [wes]);
    const jug = await on.deploy('Jug', compiled('Jug'));
    await on.call(DEPLOYER, jug, 'rely(address)', lock);
    await on.call(DEPLOYER, jug, 'rely(address)', wes);
    await on.call(DEPLOYER, jug, 'deny(address)', DEPLOYER);
  },

  rules: `
    act(Security) <= 2 of [sol, tom, uma]

    # Who holds how many votes is not read; Rae makes as many as it takes.
    owner(Votes) <= rae
    mint(Votes), configure(Votes) <= owner(Votes)
    # Nothing makes it call others; but to count votes at each transfer was not followed to its ends.
    act(Votes) <= opaque(Votes)
    voters(Governor) <= opaque(Votes) | mint(Votes) | upgrade(Votes)
    # 57,600 blocks of 12 seconds.
    act(Governor) <= (voters(Governor)) after 8 d
    # Its settings change by a proposal that the timelock carries out.
    configure(Governor) <= all of [Governor, Treasury]

    # Whoever administers the roles proposes at once, and waits as everyone does.
    act(Treasury) <= (PROPOSER_ROLE(Treasury)) after 2 d unless [CANCELLER_ROLE(Treasury)]
    veto(Treasury) <= CANCELLER_ROLE(Treasury)
    configure(Treasury) <= Treasury
    DEFAULT_ADMIN_ROLE(Treasury) <= Security | Treasury
    PROPOSER_ROLE(Treasury), CANCELLER_ROLE(Treasury) <= Governor | DEFAULT_ADMIN_ROLE(Treasury)
    EXECUTOR_ROLE(Treasury) <= DEFAULT_ADMIN_ROLE(Treasury)

    minter(Uni) <= xia
    mint(Uni) <= minter(Uni)
    voters(Alpha) <= opaque(Uni) | mint(Uni) | upgrade(Uni)
    # 40,321 blocks of 12 seconds. Nobody is its guardian.
    act(Alpha) <= (voters(Alpha)) after 483852 s
    # Vic needs one call of his own: acceptAdmin().
    admin(Lock) <= Alpha | vic
    act(Lock) <= (admin(Lock)) after 2 d unless [admin(Lock)]
    veto(Lock) <= admin(Lock)
    configure(Lock) <= Lock

    act(Manager), configure(Manager) <= ADMIN_ROLE(Manager)
    PUBLIC_ROLE(Manager) <= anyone
    ADMIN_ROLE(Manager), ADMIN_ROLE member(Manager) <= Security
    role 5(Manager) <= (yan) after 1 d unless [ADMIN_ROLE(Manager), role 7(Manager)] | ADMIN_ROLE(Manager)
    role 7(Manager) <= zoe | ADMIN_ROLE(Manager)
    veto(Manager) <= ADMIN_ROLE(Manager) | Security | role 7(Manager) | zoe
    authority(Reserve) <= all of [ADMIN_ROLE(Manager), (ADMIN_ROLE member(Manager)) after 5 d]
    authority(Reserve) <= upgrade(Manager)
    configure(Reserve) <= role 5(Manager) | authority(Reserve)
    act(Reserve) <= ADMIN_ROLE(Manager) | authority(Reserve)

    owner(Box) <= wes
    act(Box) <= owner(Box)

    ward(Jug) <= Lock | wes
    configure(Jug) <= ward(Jug)
  `,
  unread: `
    Votes: transfer(address,uint256) could not be followed to its ends
    Votes: voters of Governor: whoever musters votes of 40 base units; who holds them is not read
    Uni: voters of Alpha: whoever musters votes of 40000000000000000000000000 base units; who holds them is not read
  `,

  positions: {
    Treasury: {
      fewest: 1,
      soonest: '2 d',
      by: `
        opaque(Votes) after 10 d
        rae after 10 d
        2 of [sol, tom, uma] after 2 d
      `,
    },
    Lock: {
      fewest: 1,
      soonest: '2 d',
      by: `
        opaque(Uni) after 656652 s
        xia after 656652 s
        vic after 2 d
      `,
    },
    Reserve: { fewest: 2, soonest: '0 s', by: '2 of [sol, tom, uma]' },
    Box: { fewest: 1, soonest: '0 s', by: 'wes' },
    // Nothing sits in it: what it is for is to be configured.
    Jug: { fewest: null, soonest: null, by: '' },
  },
  others: {
    'configure(Reserve)': {
      fewest: 1,
      soonest: '0 s',
      by: `
        yan after 1 d
        2 of [sol, tom, uma]
      `,
    },
    'configure(Jug)': {
      fewest: 1,
      soonest: '0 s',
      by: `
        wes
        vic after 2 d
        xia after 656652 s
        opaque(Uni) after 656652 s
      `,
    },
    'veto(Treasury)': {
      fewest: 1,
      soonest: '0 s',
      by: `
        rae after 8 d
        opaque(Votes) after 8 d
        2 of [sol, tom, uma]
      `,
    },
  },
};
