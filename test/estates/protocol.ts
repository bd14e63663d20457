/**
 * A DeFi protocol. A council upgrades everything through a timelock that anyone may execute and guardians
 * may cancel; around it stand what such protocols leave lying about: a next owner who has not accepted, a
 * beacon that nobody owns any more, a clone and a proxy that were never set up.
 */
import { zeroAddress, zeroHash } from 'viem';
import { ERC1967 } from '../../src/chains/evm/proxy.ts';
import { cloneOf } from '../support/clone.ts';
import { compileAll } from '../support/compile.ts';
import { DEPLOYER, type Estate, encode, NOW, roleHash } from '../support/estate.ts';
import { paths } from '../support/packages.ts';

const DAY = 86_400;
const GRANT = 'grantRole(bytes32,address)';
const RENOUNCE = 'renounceRole(bytes32,address)';

const SOURCE = `
import '@openzeppelin/contracts/access/AccessControl.sol';
import '@openzeppelin/contracts/access/Ownable2Step.sol';
import '@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol';
import '@openzeppelin/contracts/proxy/utils/Initializable.sol';
import '@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol';
import '@openzeppelin/contracts/token/ERC20/IERC20.sol';

/** Anyone deposits and withdraws what is theirs; each of the rest is kept for a role. */
contract VaultLogic is Initializable, AccessControl {
  bytes32 public constant PAUSER_ROLE = keccak256('PAUSER_ROLE');
  bytes32 public constant KEEPER_ROLE = keccak256('KEEPER_ROLE');
  IERC20 public asset;
  bool public paused;
  uint256 public fee;
  mapping(address => uint256) public shares;
  function initialize(IERC20 asset_, address admin, address pauser, address keeper) external initializer {
    asset = asset_;
    _grantRole(DEFAULT_ADMIN_ROLE, admin);
    _grantRole(PAUSER_ROLE, pauser);
    _grantRole(KEEPER_ROLE, keeper);
  }
  function deposit(uint256 amount) external {
    require(!paused, 'paused');
    shares[msg.sender] += amount;
    require(asset.transferFrom(msg.sender, address(this), amount));
  }
  function withdraw(uint256 amount) external {
    require(!paused, 'paused');
    shares[msg.sender] -= amount;
    require(asset.transfer(msg.sender, amount));
  }
  function pause() external onlyRole(PAUSER_ROLE) { paused = true; }
  function unpause() external onlyRole(PAUSER_ROLE) { paused = false; }
  function setFee(uint256 to) external onlyRole(KEEPER_ROLE) { fee = to; }
  function rescue(IERC20 token, address to, uint256 amount) external onlyRole(DEFAULT_ADMIN_ROLE) {
    require(token.transfer(to, amount));
  }
}

contract RouterLogic is Initializable, Ownable {
  mapping(bytes4 => address) public routes;
  constructor() Ownable(msg.sender) {}
  function initialize(address owner) external initializer { _transferOwnership(owner); }
  function setRoute(bytes4 id, address to) external onlyOwner { routes[id] = to; }
}

contract StakingLogic is Initializable, Ownable2Step, UUPSUpgradeable {
  uint256 public rate;
  constructor() Ownable(msg.sender) {}
  function initialize(address owner) external initializer { _transferOwnership(owner); }
  function setRate(uint256 to) external onlyOwner { rate = to; }
  function _authorizeUpgrade(address) internal override onlyOwner {}
}

contract RewardsLogic is Initializable, Ownable, UUPSUpgradeable {
  constructor() Ownable(msg.sender) {}
  function initialize(address owner) external initializer { _transferOwnership(owner); }
  function _authorizeUpgrade(address) internal override onlyOwner {}
}

/** A pool has a manager of its own, who hands the post on, and takes what strays in. */
contract PoolLogic is Initializable {
  address public manager;
  function initialize(address manager_) external initializer { manager = manager_; }
  function setManager(address next) external { require(msg.sender == manager, 'manager'); manager = next; }
  function skim(IERC20 token, address to) external {
    require(msg.sender == manager, 'manager');
    require(token.transfer(to, token.balanceOf(address(this))));
  }
}

/** Its owner invests what it holds by calls to whatever they like. */
contract StrategyLogic is Initializable, Ownable {
  constructor() Ownable(msg.sender) {}
  function initialize(address owner) external initializer { _transferOwnership(owner); }
  function invest(address to, bytes calldata data) external onlyOwner {
    (bool success,) = to.call(data);
    require(success);
  }
}

contract Reserve is AccessControlDefaultAdminRules {
  constructor(uint48 delay, address admin) AccessControlDefaultAdminRules(delay, admin) {}
  receive() external payable {}
  function withdraw(address payable to, uint256 amount) external onlyRole(DEFAULT_ADMIN_ROLE) {
    to.transfer(amount);
  }
}`;

const KEYS = [
  ...['alice', 'bob', 'carol', 'dave', 'erin'],
  ...['frank', 'grace', 'heidi', 'ivan', 'judy'],
] as const;

export const protocol: Estate = {
  title: 'a DeFi protocol behind a timelock',
  contracts: 27,
  keys: KEYS,
  build: async (on) => {
    const { alice, bob, carol, dave, erin, frank, grace, heidi, ivan, judy } = on.keys(KEYS);
    const compiled = compileAll(SOURCE);
    const five = (name: string) => paths.openZeppelin('@openzeppelin/contracts', name);
    const four = (name: string) => paths.openZeppelin('openzeppelin-4.9.6', name);

    // Erin sits in both.
    const council = await on.safe('Council', '1.4.1', {
      owners: [alice, bob, carol, dave, erin],
      threshold: 3,
    });
    const guardians = await on.safe('Guardians', '1.3.0', {
      owners: [erin, frank, grace],
      threshold: 2,
    });

    // The deployer sets it up and leaves: from then on the timelock administers itself.
    const timelock = await on.deploy('Timelock', five('TimelockController'), [
      2 * DAY,
      [council],
      [zeroAddress],
      DEPLOYER,
    ]);
    await on.call(DEPLOYER, timelock, GRANT, roleHash('CANCELLER_ROLE'), guardians);
    await on.call(DEPLOYER, timelock, RENOUNCE, zeroHash, DEPLOYER);

    const coin = await on.deploy('Coin', four('ERC20PresetMinterPauser'), ['Coin', 'COIN']);

    // Transparent proxies: one admin for many until OpenZeppelin 4, an admin each from 5 on.
    const admin = await on.deploy('ProxyAdmin', four('ProxyAdmin'));
    await on.call(DEPLOYER, admin, 'transferOwnership(address)', timelock);
    const vault = await on.deploy('Vault', four('TransparentUpgradeableProxy'), [
      await on.deploy('VaultLogic', compiled('VaultLogic')),
      admin,
      encode('initialize(address,address,address,address)', coin, timelock, guardians, ivan),
    ]);
    const router = await on.deploy('Router', five('TransparentUpgradeableProxy'), [
      await on.deploy('RouterLogic', compiled('RouterLogic')),
      timelock,
      encode('initialize(address)', council),
    ]);
    await on.nameIn('RouterAdmin', router, ERC1967.admin.slot);

    for (const role of ['MINTER_ROLE', 'PAUSER_ROLE']) {
      await on.call(
        DEPLOYER,
        coin,
        GRANT,
        roleHash(role),
        role === 'MINTER_ROLE' ? vault : guardians,
      );
      await on.call(DEPLOYER, coin, RENOUNCE, roleHash(role), DEPLOYER);
    }
    await on.call(DEPLOYER, coin, GRANT, zeroHash, timelock);
    await on.call(DEPLOYER, coin, RENOUNCE, zeroHash, DEPLOYER);

    // UUPS proxies. The council has offered Staking to Judy.
    const staking = await on.deploy('Staking', five('ERC1967Proxy'), [
      await on.deploy('StakingLogic', compiled('StakingLogic')),
      encode('initialize(address)', council),
    ]);
    await on.call(council, staking, 'transferOwnership(address)', judy);
    await on.deploy('Rewards', five('ERC1967Proxy'), [
      await on.deploy('RewardsLogic', compiled('RewardsLogic')),
      encode('initialize(address)', timelock),
    ]);

    // Beacons. Pool B was never set up; the old beacon was given away for good.
    const poolLogic = await on.deploy('PoolLogic', compiled('PoolLogic'));
    const beacon = await on.deploy('Beacon', five('UpgradeableBeacon'), [poolLogic, timelock]);
    await on.deploy('Pool A', five('BeaconProxy'), [beacon, encode('initialize(address)', heidi)]);
    await on.deploy('Pool B', five('BeaconProxy'), [beacon, encode('manager()')]);
    const oldBeacon = await on.deploy('Old beacon', four('UpgradeableBeacon'), [poolLogic]);
    await on.deploy('Old pool', four('BeaconProxy'), [
      oldBeacon,
      encode('initialize(address)', zeroAddress),
    ]);
    await on.call(DEPLOYER, oldBeacon, 'renounceOwnership()');

    // Clones. The second was never set up.
    const strategy = await on.deploy('StrategyLogic', compiled('StrategyLogic'));
    const first = await on.place('Strategy 1', cloneOf(strategy));
    await on.call(DEPLOYER, first, 'initialize(address)', ivan);
    await on.place('Strategy 2', cloneOf(strategy));

    // A proxy that nobody gave any code yet.
    await on.deploy('Slot', paths.openZeppelinSdk('InitializableAdminUpgradeabilityProxy'));

    // Judy is to be its default admin in three days, of which one is over.
    const reserve = await on.deploy('Reserve', compiled('Reserve'), [3 * DAY, council]);
    await on.until(NOW - DAY);
    await on.call(council, reserve, 'beginDefaultAdminTransfer(address)', judy);
  },

  rules: `
    act(Council) <= 3 of [alice, bob, carol, dave, erin]
    act(Guardians) <= 2 of [erin, frank, grace]

    # The constructor makes each proposer a canceller, too. Executing is open, so that no executor is needed;
    # nobody but the timelock itself gives roles.
    act(Timelock) <= (PROPOSER_ROLE(Timelock)) after 2 d unless [CANCELLER_ROLE(Timelock)]
    veto(Timelock) <= CANCELLER_ROLE(Timelock)
    configure(Timelock) <= Timelock
    DEFAULT_ADMIN_ROLE(Timelock) <= Timelock
    PROPOSER_ROLE(Timelock) <= Council | DEFAULT_ADMIN_ROLE(Timelock)
    CANCELLER_ROLE(Timelock) <= Council | Guardians | DEFAULT_ADMIN_ROLE(Timelock)
    EXECUTOR_ROLE(Timelock) <= DEFAULT_ADMIN_ROLE(Timelock)

    # Shares are everyone's own: that anyone may withdraw theirs is no power.
    owner(ProxyAdmin), act(ProxyAdmin) <= Timelock
    upgrade(Vault) <= ProxyAdmin
    act(Vault) <= upgrade(Vault) | DEFAULT_ADMIN_ROLE(Vault)
    pause(Vault) <= PAUSER_ROLE(Vault)
    configure(Vault) <= KEEPER_ROLE(Vault)
    DEFAULT_ADMIN_ROLE(Vault) <= Timelock
    PAUSER_ROLE(Vault) <= Guardians | DEFAULT_ADMIN_ROLE(Vault)
    KEEPER_ROLE(Vault) <= ivan | DEFAULT_ADMIN_ROLE(Vault)

    owner(RouterAdmin), act(RouterAdmin) <= Timelock
    upgrade(Router) <= RouterAdmin
    act(Router) <= upgrade(Router)
    owner(Router) <= Council
    configure(Router) <= owner(Router)

    # Nothing makes the coin call others: nobody acts as it.
    DEFAULT_ADMIN_ROLE(Coin) <= Timelock
    MINTER_ROLE(Coin) <= Vault | DEFAULT_ADMIN_ROLE(Coin)
    PAUSER_ROLE(Coin) <= Guardians | DEFAULT_ADMIN_ROLE(Coin)
    mint(Coin) <= MINTER_ROLE(Coin)
    pause(Coin) <= PAUSER_ROLE(Coin)

    # Judy needs one call of her own: acceptOwnership().
    owner(Staking) <= Council | pendingOwner(Staking)
    pendingOwner(Staking) <= judy | owner(Staking)
    upgrade(Staking) <= owner(Staking)
    act(Staking) <= upgrade(Staking)
    configure(Staking) <= owner(Staking)

    owner(Rewards) <= Timelock
    upgrade(Rewards) <= owner(Rewards)
    act(Rewards) <= upgrade(Rewards)
    configure(Rewards) <= owner(Rewards)

    owner(Beacon), act(Beacon) <= Timelock
    upgrade(Pool A), upgrade(Pool B) <= Beacon
    upgrade(Old pool) <= Old beacon
    act(Pool A) <= upgrade(Pool A) | manager(Pool A)
    act(Pool B) <= upgrade(Pool B) | manager(Pool B)
    act(Old pool) <= upgrade(Old pool) | manager(Old pool)
    manager(Pool A) <= heidi
    manager(Pool B) <= anyone

    owner(Strategy 1) <= ivan
    act(Strategy 1) <= owner(Strategy 1)
    configure(Strategy 1) <= owner(Strategy 1)
    owner(Strategy 2) <= anyone
    act(Strategy 2) <= owner(Strategy 2)
    configure(Strategy 2) <= owner(Strategy 2)

    upgrade(Slot) <= anyone
    act(Slot) <= upgrade(Slot)

    # She accepts in the first second after the schedule.
    DEFAULT_ADMIN_ROLE(Reserve) <= Council | (judy) after 172801 s unless [DEFAULT_ADMIN_ROLE(Reserve)]
    configure(Reserve) <= DEFAULT_ADMIN_ROLE(Reserve)
    act(Reserve) <= DEFAULT_ADMIN_ROLE(Reserve)
  `,
  unread: '',

  positions: {
    Vault: { fewest: 3, soonest: '2 d', by: '3 of [alice, bob, carol, dave, erin] after 2 d' },
    Router: { fewest: 3, soonest: '2 d', by: '3 of [alice, bob, carol, dave, erin] after 2 d' },
    Coin: { fewest: null, soonest: null, by: '' },
    Staking: {
      fewest: 1,
      soonest: '0 s',
      by: `
        judy
        3 of [alice, bob, carol, dave, erin]
      `,
    },
    Rewards: { fewest: 3, soonest: '2 d', by: '3 of [alice, bob, carol, dave, erin] after 2 d' },
    'Pool A': {
      fewest: 1,
      soonest: '0 s',
      by: `
        heidi
        3 of [alice, bob, carol, dave, erin] after 2 d
      `,
    },
    'Pool B': { fewest: 0, soonest: '0 s', by: 'anyone' },
    'Old pool': { fewest: null, soonest: null, by: '' },
    'Strategy 1': { fewest: 1, soonest: '0 s', by: 'ivan' },
    'Strategy 2': { fewest: 0, soonest: '0 s', by: 'anyone' },
    Slot: { fewest: 0, soonest: '0 s', by: 'anyone' },
    Reserve: {
      fewest: 1,
      soonest: '0 s',
      by: `
        judy after 172801 s
        3 of [alice, bob, carol, dave, erin]
      `,
    },
  },

  others: {
    'mint(Coin)': {
      fewest: 3,
      soonest: '2 d',
      by: '3 of [alice, bob, carol, dave, erin] after 2 d',
    },
    'pause(Coin)': {
      fewest: 2,
      soonest: '0 s',
      by: `
        2 of [erin, frank, grace]
        3 of [alice, bob, carol, dave, erin] after 2 d
      `,
    },
    // What the council needs two days for, a guardian may stop; nobody but they may pause at once.
    'pause(Vault)': {
      fewest: 2,
      soonest: '0 s',
      by: `
        2 of [erin, frank, grace]
        3 of [alice, bob, carol, dave, erin] after 2 d
      `,
    },
  },
};
