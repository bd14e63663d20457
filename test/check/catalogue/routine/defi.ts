/**
 * What a treasury does with contracts of others: swaps, deposits, stakes, claims. Uniswap's, Aave's and
 * OpenZeppelin's contracts are those of their packages. No package publishes Lido's, Synthetix's, Optimism's
 * and ENS's: what the treasury calls of them is written anew.
 *
 * @see https://github.com/lidofinance/lido-dao/blob/master/contracts/0.4.24/Lido.sol
 * @see https://github.com/Synthetixio/synthetix/blob/develop/contracts/StakingRewards.sol
 * @see https://github.com/ethereum-optimism/optimism/blob/develop/packages/contracts-bedrock/src/L1/L1StandardBridge.sol
 * @see https://github.com/ensdomains/ens-contracts/blob/staging/contracts/resolvers/profiles/TextResolver.sol
 */
import { type Address, concat, type Hex, keccak256, pad, toHex, zeroAddress, zeroHash } from 'viem';
import { addressOf } from '../../../../src/chains/evm/values.ts';
import { compileAll } from '../../../support/compile.ts';
import { type Builder, DEPLOYER, encode, linked, START } from '../../../support/estate.ts';
import { paths } from '../../../support/packages.ts';
import { safeCode } from '../../../support/safe-contracts.ts';
import {
  by,
  type Call,
  call,
  DAY,
  delegating,
  ETHER,
  NOW,
  type RoutineGroup,
  sending,
  UNLIMITED,
} from '../catalogue.ts';
import { make, PEOPLE, wallet } from '../wallets.ts';

const SOURCE = `
import '@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol';

contract Savings is ERC4626 {
  constructor(IERC20 asset) ERC20('Savings', 'SAV') ERC4626(asset) {}
}
/** As Lido's: what is sent is staked, and the balance is a share of all. */
contract Lido is ERC20('Staked', 'STE') {
  function submit(address) external payable returns (uint256) { _mint(msg.sender, msg.value); return msg.value; }
}
/** As Lido's queue: staked ether is handed in, and paid later. */
contract Withdrawals {
  IERC20 immutable staked;
  mapping(uint256 => address) public requests;
  mapping(uint256 => uint256) public amounts;
  uint256 public last;
  constructor(IERC20 staked_) payable { staked = staked_; }
  receive() external payable {}
  function requestWithdrawals(uint256[] calldata values, address owner) external {
    for (uint256 i = 0; i < values.length; i++) {
      staked.transferFrom(msg.sender, address(this), values[i]);
      last++;
      requests[last] = owner;
      amounts[last] = values[i];
    }
  }
  function claimWithdrawal(uint256 id) external {
    require(requests[id] == msg.sender, 'owner');
    delete requests[id];
    payable(msg.sender).call{value: amounts[id]}('');
  }
}
/** As Synthetix's: what is staked earns, and is there to be taken back. */
contract StakingRewards {
  IERC20 immutable rewards;
  IERC20 immutable staking;
  mapping(address => uint256) public balanceOf;
  constructor(IERC20 rewards_, IERC20 staking_) { rewards = rewards_; staking = staking_; }
  function stake(uint256 amount) external {
    balanceOf[msg.sender] += amount;
    staking.transferFrom(msg.sender, address(this), amount);
  }
  function withdraw(uint256 amount) public {
    balanceOf[msg.sender] -= amount;
    staking.transfer(msg.sender, amount);
  }
  function getReward() public { rewards.transfer(msg.sender, balanceOf[msg.sender] / 100); }
  function exit() external { getReward(); withdraw(balanceOf[msg.sender]); }
}
/** As Optimism's: what is deposited here is had there. */
contract Bridge {
  event Deposited(address token, address from, address to, uint256 amount);
  function bridgeETHTo(address to, uint32, bytes calldata) external payable {
    emit Deposited(address(0), msg.sender, to, msg.value);
  }
  function bridgeERC20To(IERC20 token, address, address to, uint256 amount, uint32, bytes calldata) external {
    token.transferFrom(msg.sender, address(this), amount);
    emit Deposited(address(token), msg.sender, to, amount);
  }
}
/** As ENS's: who has a name says what it stands for. */
contract Resolver {
  mapping(bytes32 => mapping(string => string)) public text;
  mapping(bytes32 => address) public owner;
  constructor(bytes32 node, address owner_) { owner[node] = owner_; }
  function setText(bytes32 node, string calldata key, string calldata value) external {
    require(owner[node] == msg.sender);
    text[node][key] = value;
  }
  function setContenthash(bytes32 node, bytes calldata hash) external {
    require(owner[node] == msg.sender);
    text[node]['contenthash'] = string(hash);
  }
}`;

const V2 = '@uniswap/v2-periphery/build';
const V3 = '@uniswap/v3-periphery/artifacts/contracts';
const AAVE = '@aave/core-v3/artifacts/contracts/protocol';

const APPROVE = 'approve(address,uint256)';
const DEADLINE = BigInt(START + NOW + DAY);
const SWAP = 'swapExactTokensForTokens(uint256,uint256,address[],address,uint256)';
const SWAP_ETHER = 'swapExactETHForTokens(uint256,address[],address,uint256)';
const SWAP_FOR_ETHER = 'swapExactTokensForETH(uint256,uint256,address[],address,uint256)';
const ADD_LIQUIDITY =
  'addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)';
const REMOVE_LIQUIDITY = 'removeLiquidity(address,address,uint256,uint256,uint256,address,uint256)';
const SWAP_V3 =
  'exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))';
const MINT_V3 =
  'mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,uint256))';
const COLLECT_V3 = 'collect((uint256,address,uint128,uint128))';
const FEE = 3_000;
const SUPPLY = 'supply(address,uint256,address,uint16)';
const WITHDRAW = 'withdraw(address,uint256,address)';
const DEPOSIT = 'deposit(uint256,address)';
const MAX_UINT128 = (1n << 128n) - 1n;
/** Its place in Uniswap's third version: the first three are the maker's. */
const OWN_LIQUIDITY = 4n;
const NODE = keccak256(toHex('treasury.eth'));

const allow = (token: string, spender: string, amount: bigint): Call =>
  call(token, APPROVE, spender, amount);
const swap = (from: string, to: string, amount: bigint): Call =>
  call('Router', SWAP, amount, amount / 2n, [from, to], 'Treasury', DEADLINE);
const swapV3 = (from: string, to: string, amount: bigint): Call =>
  call('Router 3', SWAP_V3, [from, to, FEE, 'Treasury', DEADLINE, amount, amount / 2n, 0n]);
const supply = (amount: bigint): Call => call('Aave', SUPPLY, 'Dollar', amount, 'Treasury', 0);

/** Aave's third version, with one asset. */
async function deployAave(on: Builder): Promise<void> {
  const logic = async (name: string, libraries: Readonly<Record<string, Address>> = {}) =>
    await on.deploy(
      name,
      await linked(`${AAVE}/libraries/logic/${name}.sol/${name}.json`, libraries),
    );
  const provider = await on.deploy('Provider', paths.aaveV3Provider, ['market', DEPLOYER]);
  const BorrowLogic = await logic('BorrowLogic');
  const libraries = {
    BorrowLogic,
    BridgeLogic: await logic('BridgeLogic'),
    EModeLogic: await logic('EModeLogic'),
    FlashLoanLogic: await logic('FlashLoanLogic', { BorrowLogic }),
    LiquidationLogic: await logic('LiquidationLogic'),
    PoolLogic: await logic('PoolLogic'),
    SupplyLogic: await logic('SupplyLogic'),
  };
  const pool = await on.deploy(
    'AaveCode',
    await linked(`${AAVE}/pool/Pool.sol/Pool.json`, libraries),
    [provider],
  );
  const configurator = await on.deploy(
    'ConfiguratorCode',
    await linked(`${AAVE}/pool/PoolConfigurator.sol/PoolConfigurator.json`, {
      ConfiguratorLogic: await logic('ConfiguratorLogic'),
    }),
  );
  await on.call(DEPLOYER, provider, 'setACLAdmin(address)', DEPLOYER);
  const acl = await on.deploy(
    'ACLManager',
    `${AAVE}/configuration/ACLManager.sol/ACLManager.json`,
    [provider],
  );
  await on.call(DEPLOYER, provider, 'setACLManager(address)', acl);
  await on.call(DEPLOYER, acl, 'addPoolAdmin(address)', DEPLOYER);
  await on.call(DEPLOYER, provider, 'setPoolImpl(address)', pool);
  await on.call(DEPLOYER, provider, 'setPoolConfiguratorImpl(address)', configurator);
  const aave = await on.nameAt('Aave', provider, 'getPool()');
  await on.nameAt('Configurator', provider, 'getPoolConfigurator()');
  const token = async (name: string) =>
    await on.deploy(name, `${AAVE}/tokenization/${name}.sol/${name}.json`, [aave]);
  const rates = [8n, 0n, 4n, 60n, 1n, 60n, 1n, 8n, 20n].map((percent) => percent * 10n ** 25n);
  const strategy = await on.deploy(
    'Rates',
    `${AAVE}/pool/DefaultReserveInterestRateStrategy.sol/DefaultReserveInterestRateStrategy.json`,
    [provider, ...rates],
  );
  const debts = [await token('StableDebtToken'), await token('VariableDebtToken')];
  const names = ['aDollar', 'aUSD', 'vDollar', 'vUSD', 'sDollar', 'sUSD'];
  const INPUT =
    '(address,address,address,uint8,address,address,address,address,string,string,string,string,string,string,bytes)';
  await make(
    on,
    DEPLOYER,
    call('Configurator', `initReserves(${INPUT}[])`, [
      [
        await token('AToken'),
        ...debts,
        18,
        strategy,
        on.at('Dollar'),
        DEPLOYER,
        zeroAddress,
        ...names,
        '0x',
      ],
    ]),
  );
}

/** Two exchanges of Uniswap, and somebody's liquidity in them. */
async function deployUniswap(on: Builder, maker: Address): Promise<void> {
  const weth = await on.deploy('WETH', `${V2}/WETH9.json`);
  await on.chain.set({ [maker]: { balance: 1_000n * ETHER } });
  await make(on, maker, sending(500n * ETHER, call('WETH', 'deposit()')));
  const factory = await on.deploy('Factory', '@uniswap/v2-core/build/UniswapV2Factory.json', [
    maker,
  ]);
  await on.deploy('Router', `${V2}/UniswapV2Router02.json`, [factory, weth]);
  const factory3 = await on.deploy(
    'Factory 3',
    '@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json',
  );
  await on.deploy('Router 3', `${V3}/SwapRouter.sol/SwapRouter.json`, [factory3, weth]);
  const manager = `${V3}/NonfungiblePositionManager.sol/NonfungiblePositionManager.json`;
  await on.deploy('Liquidity', manager, [factory3, weth, zeroAddress]);
  for (const token of ['Coin', 'Dollar', 'WETH']) {
    for (const spender of ['Router', 'Liquidity']) {
      await make(on, maker, allow(token, spender, UNLIMITED));
    }
  }
  for (const [a, b] of [
    ['Coin', 'Dollar'],
    ['Coin', 'WETH'],
    ['Dollar', 'WETH'],
  ] as const) {
    const amount = 100n * ETHER;
    const amounts = [amount, amount, 0n, 0n] as const;
    await make(on, maker, call('Router', ADD_LIQUIDITY, a, b, ...amounts, maker, DEADLINE));
    const [low, high] = [on.at(a), on.at(b)].sort((x, y) => (BigInt(x) < BigInt(y) ? -1 : 1));
    const create = 'createAndInitializePoolIfNecessary(address,address,uint24,uint160)';
    await make(on, maker, call('Liquidity', create, low, high, FEE, 2n ** 96n));
    const range = [low, high, FEE, -60_000, 60_000] as const;
    await make(on, maker, call('Liquidity', MINT_V3, [...range, ...amounts, maker, DEADLINE]));
  }
}

export const defi: RoutineGroup = {
  title: 'what it does with contracts of others',
  positions: ['Treasury'],
  payees: ['Payee'],
  tokens: { Coin: 18, Dollar: 18, WETH: 18, Lido: 18, Savings: 18 },
  contracts: [
    { name: 'WETH', functions: ['deposit()', 'withdraw(uint256)'] },
    {
      name: 'Router',
      allowances: ['Coin', 'Dollar', 'WETH', 'Pair'].map((token) => ({ token, amount: '1000' })),
    },
    {
      name: 'Router 3',
      allowances: ['Coin', 'Dollar', 'WETH'].map((token) => ({ token, amount: '1000' })),
    },
    {
      name: 'Liquidity',
      allowances: ['Coin', 'Dollar', 'WETH'].map((token) => ({ token, amount: '1000' })),
    },
    { name: 'Aave', allowances: [{ token: 'Dollar', amount: '100000' }] },
    { name: 'Savings', allowances: [{ token: 'Dollar', amount: 'unlimited' }] },
    { name: 'Lido', functions: ['submit(address)'] },
    { name: 'Withdrawals', allowances: [{ token: 'Lido', amount: '100' }] },
    { name: 'Staking', allowances: [{ token: 'Coin', amount: '1000' }] },
    { name: 'Distributor' },
    { name: 'Vesting' },
    { name: 'Bridge', allowances: [{ token: 'Dollar', amount: '100000' }] },
    { name: 'Resolver', functions: ['setText(bytes32,string,string)'] },
  ],
  build: async (on) => {
    on.keys(PEOPLE);
    const { maker } = on.keys(['maker']);
    const handler = await on.place('Handler', await safeCode('handler 1.3.0'));
    const safe = await wallet(on, 'Treasury', '1.4.1', { handler });
    const compiled = compileAll(SOURCE);
    const fixed = paths.openZeppelin('openzeppelin-4.9.6', 'ERC20PresetFixedSupply');
    for (const name of ['Coin', 'Dollar']) {
      const token = await on.deploy(name, fixed, [name, name, 1_000_000n * ETHER, maker]);
      await on.call(maker, token, 'transfer(address,uint256)', safe, 10_000n * ETHER);
    }
    await deployUniswap(on, maker);
    await deployAave(on);
    const [coin, dollar] = [on.at('Coin'), on.at('Dollar')];
    const pair = await on.chain.request('eth_call', [
      { to: on.at('Factory'), data: encode('getPair(address,address)', coin, dollar) },
      'latest',
    ]);
    on.name('Pair', addressOf(pair as Hex));
    await on.deploy('Savings', compiled('Savings'), [dollar]);
    const lido = await on.deploy('Lido', compiled('Lido'));
    const withdrawals = await on.deploy('Withdrawals', compiled('Withdrawals'), [lido]);
    await on.chain.set({ [withdrawals]: { balance: 50n * ETHER } });
    const staking = await on.deploy('Staking', compiled('StakingRewards'), [dollar, coin]);
    await on.call(maker, dollar, 'transfer(address,uint256)', staking, 1_000n * ETHER);
    const leaf = keccak256(concat([zeroHash, safe, pad(toHex(70n * ETHER))]));
    const distributor = await on.deploy(
      'Distributor',
      '@uniswap/merkle-distributor/build/MerkleDistributor.json',
      [coin, leaf],
    );
    await on.call(maker, coin, 'transfer(address,uint256)', distributor, 70n * ETHER);
    const vesting = await on.deploy(
      'Vesting',
      paths.openZeppelin('@openzeppelin/contracts', 'VestingWallet'),
      [safe, START, 60 * DAY],
    );
    await on.call(maker, coin, 'transfer(address,uint256)', vesting, 60n * ETHER);
    await on.chain.set({ [vesting]: { balance: 6n * ETHER } });
    await on.place('SignMessageLib', await safeCode('SignMessageLib 1.3.0'));
    await on.deploy('Bridge', compiled('Bridge'));
    await on.deploy('Resolver', compiled('Resolver'), [NODE, safe]);

    // What it did before.
    for (const made of [
      allow('Dollar', 'Aave', 100n * ETHER),
      supply(100n * ETHER),
      allow('Dollar', 'Savings', UNLIMITED),
      call('Savings', DEPOSIT, 200n * ETHER, 'Treasury'),
      allow('Coin', 'Staking', 200n * ETHER),
      call('Staking', 'stake(uint256)', 100n * ETHER),
      sending(10n * ETHER, call('Lido', 'submit(address)', zeroAddress)),
      sending(5n * ETHER, call('WETH', 'deposit()')),
      allow('Lido', 'Withdrawals', 2n * ETHER),
      call('Withdrawals', 'requestWithdrawals(uint256[],address)', [ETHER], 'Treasury'),
      allow('Coin', 'Router 3', 50n * ETHER),
      allow('Coin', 'Liquidity', 10n * ETHER),
      allow('Dollar', 'Liquidity', 10n * ETHER),
    ]) {
      await make(on, safe, made);
    }
    const [low, high] = [coin, dollar].sort((x, y) => (BigInt(x) < BigInt(y) ? -1 : 1));
    const position = [low, high, FEE, -600, 600, ETHER, ETHER, 0n, 0n, safe, DEADLINE] as const;
    await make(on, safe, call('Liquidity', MINT_V3, position));
  },
  routine: [
    { name: 'ether wrapped', request: by('Treasury', sending(ETHER, call('WETH', 'deposit()'))) },
    { name: 'ether unwrapped', request: by('Treasury', call('WETH', 'withdraw(uint256)', ETHER)) },
    {
      name: 'a swap, allowed for that',
      request: by(
        'Treasury',
        allow('Coin', 'Router', 5n * ETHER),
        swap('Coin', 'Dollar', 5n * ETHER),
      ),
    },
    {
      name: 'a small swap, allowed for that',
      request: by('Treasury', allow('Dollar', 'Router', ETHER), swap('Dollar', 'Coin', ETHER)),
    },
    {
      name: 'a swap by way of another token',
      request: by(
        'Treasury',
        allow('Coin', 'Router', ETHER),
        call('Router', SWAP, ETHER, 1n, ['Coin', 'WETH', 'Dollar'], 'Treasury', DEADLINE),
      ),
    },
    {
      name: 'a swap of ether',
      request: by(
        'Treasury',
        sending(
          2n * ETHER,
          call('Router', SWAP_ETHER, ETHER, ['WETH', 'Dollar'], 'Treasury', DEADLINE),
        ),
      ),
    },
    {
      name: 'a swap for ether',
      request: by(
        'Treasury',
        allow('Dollar', 'Router', 3n * ETHER),
        call('Router', SWAP_FOR_ETHER, 3n * ETHER, ETHER, ['Dollar', 'WETH'], 'Treasury', DEADLINE),
      ),
    },
    {
      name: 'a swap for a payee',
      held: 'nothing comes back to the treasury',
      request: by(
        'Treasury',
        allow('Coin', 'Router', ETHER),
        call('Router', SWAP, ETHER, 1n, ['Coin', 'Dollar'], 'Payee', DEADLINE),
      ),
    },
    {
      name: 'a swap, and a payment of what comes of it',
      request: by(
        'Treasury',
        allow('Coin', 'Router', 2n * ETHER),
        swap('Coin', 'Dollar', 2n * ETHER),
        call('Dollar', 'transfer(address,uint256)', 'Payee', ETHER),
      ),
    },
    {
      name: 'two swaps',
      request: by(
        'Treasury',
        allow('Coin', 'Router', 2n * ETHER),
        swap('Coin', 'Dollar', ETHER),
        swap('Coin', 'WETH', ETHER),
      ),
    },
    {
      name: "a swap by Uniswap's third version, allowed before",
      request: by('Treasury', swapV3('Coin', 'Dollar', 5n * ETHER)),
    },
    {
      name: "a swap by Uniswap's third version, allowed for that",
      request: by(
        'Treasury',
        allow('Dollar', 'Router 3', 7n * ETHER),
        swapV3('Dollar', 'WETH', 7n * ETHER),
      ),
    },
    {
      name: 'liquidity added',
      request: by(
        'Treasury',
        allow('Coin', 'Router', 4n * ETHER),
        allow('Dollar', 'Router', 4n * ETHER),
        call(
          'Router',
          ADD_LIQUIDITY,
          ...['Coin', 'Dollar', 4n * ETHER, 4n * ETHER, 0n, 0n, 'Treasury', DEADLINE],
        ),
      ),
    },
    {
      name: 'liquidity added and removed',
      request: by(
        'Treasury',
        allow('Coin', 'Router', 4n * ETHER),
        allow('Dollar', 'Router', 4n * ETHER),
        call(
          'Router',
          ADD_LIQUIDITY,
          ...['Coin', 'Dollar', 4n * ETHER, 4n * ETHER, 0n, 0n, 'Treasury', DEADLINE],
        ),
        allow('Pair', 'Router', ETHER),
        call(
          'Router',
          REMOVE_LIQUIDITY,
          ...['Coin', 'Dollar', ETHER, 0n, 0n, 'Treasury', DEADLINE],
        ),
      ),
    },
    {
      name: "liquidity added to Uniswap's third version, allowed before",
      request: (at) => {
        const ofTokens = ['Coin', 'Dollar']
          .map(at)
          .sort((x, y) => (BigInt(x) < BigInt(y) ? -1 : 1));
        const range = [...ofTokens, FEE, -600, 600] as const;
        const amounts = [3n * ETHER, 3n * ETHER, 0n, 0n] as const;
        return by(
          'Treasury',
          call('Liquidity', MINT_V3, [...range, ...amounts, 'Treasury', DEADLINE]),
        )(at);
      },
    },
    {
      name: "what liquidity in Uniswap's third version earned",
      request: by(
        'Treasury',
        call('Liquidity', COLLECT_V3, [OWN_LIQUIDITY, 'Treasury', MAX_UINT128, MAX_UINT128]),
      ),
    },
    {
      name: 'a supply at Aave, allowed for that',
      request: by('Treasury', allow('Dollar', 'Aave', 500n * ETHER), supply(500n * ETHER)),
    },
    {
      name: 'a withdrawal at Aave',
      request: by('Treasury', call('Aave', WITHDRAW, 'Dollar', 20n * ETHER, 'Treasury')),
    },
    {
      name: 'everything withdrawn at Aave',
      request: by('Treasury', call('Aave', WITHDRAW, 'Dollar', UNLIMITED, 'Treasury')),
    },
    {
      name: 'a withdrawal at Aave, and a payment',
      request: by(
        'Treasury',
        call('Aave', WITHDRAW, 'Dollar', 20n * ETHER, 'Treasury'),
        call('Dollar', 'transfer(address,uint256)', 'Payee', 20n * ETHER),
      ),
    },
    {
      name: 'a withdrawal at Aave for a payee',
      held: 'nothing comes back to the treasury',
      request: by('Treasury', call('Aave', WITHDRAW, 'Dollar', 20n * ETHER, 'Payee')),
    },
    {
      name: 'a deposit in a vault that may have all',
      request: by('Treasury', call('Savings', DEPOSIT, 50n * ETHER, 'Treasury')),
    },
    {
      name: 'a deposit in a vault, allowed again',
      request: by(
        'Treasury',
        allow('Dollar', 'Savings', UNLIMITED),
        call('Savings', DEPOSIT, 50n * ETHER, 'Treasury'),
      ),
    },
    {
      name: 'shares of a vault minted',
      request: by('Treasury', call('Savings', 'mint(uint256,address)', 50n * ETHER, 'Treasury')),
    },
    {
      name: 'a withdrawal from a vault',
      request: by(
        'Treasury',
        call('Savings', 'withdraw(uint256,address,address)', 50n * ETHER, 'Treasury', 'Treasury'),
      ),
    },
    {
      name: 'shares of a vault redeemed',
      request: by(
        'Treasury',
        call('Savings', 'redeem(uint256,address,address)', 50n * ETHER, 'Treasury', 'Treasury'),
      ),
    },
    {
      name: 'shares of a vault paid',
      request: by('Treasury', call('Savings', 'transfer(address,uint256)', 'Payee', ETHER)),
    },
    {
      name: 'from Aave to a vault',
      request: by(
        'Treasury',
        call('Aave', WITHDRAW, 'Dollar', 60n * ETHER, 'Treasury'),
        call('Savings', DEPOSIT, 60n * ETHER, 'Treasury'),
      ),
    },
    {
      name: 'ether staked at Lido',
      request: by('Treasury', sending(3n * ETHER, call('Lido', 'submit(address)', zeroAddress))),
    },
    {
      name: 'staked ether handed in, allowed for that',
      request: by(
        'Treasury',
        allow('Lido', 'Withdrawals', 4n * ETHER),
        call('Withdrawals', 'requestWithdrawals(uint256[],address)', [4n * ETHER], 'Treasury'),
      ),
    },
    {
      name: 'staked ether handed in, allowed before',
      request: by(
        'Treasury',
        call('Withdrawals', 'requestWithdrawals(uint256[],address)', [ETHER], 'Treasury'),
      ),
    },
    {
      name: 'ether for staked ether that was handed in',
      request: by('Treasury', call('Withdrawals', 'claimWithdrawal(uint256)', 1n)),
    },
    {
      name: 'tokens staked, allowed for that',
      request: by(
        'Treasury',
        allow('Coin', 'Staking', 60n * ETHER),
        call('Staking', 'stake(uint256)', 60n * ETHER),
      ),
    },
    {
      name: 'tokens staked, allowed before',
      request: by('Treasury', call('Staking', 'stake(uint256)', 60n * ETHER)),
    },
    { name: 'rewards claimed', request: by('Treasury', call('Staking', 'getReward()')) },
    {
      name: 'rewards claimed and paid',
      request: by(
        'Treasury',
        call('Staking', 'getReward()'),
        call('Dollar', 'transfer(address,uint256)', 'Payee', ETHER / 2n),
      ),
    },
    {
      name: 'tokens unstaked',
      request: by('Treasury', call('Staking', 'withdraw(uint256)', 10n * ETHER)),
    },
    {
      name: 'tokens unstaked, and rewards claimed',
      request: by('Treasury', call('Staking', 'exit()')),
    },
    {
      name: 'a share of a distribution claimed',
      request: by(
        'Treasury',
        call(
          'Distributor',
          'claim(uint256,address,uint256,bytes32[])',
          0n,
          'Treasury',
          70n * ETHER,
          [],
        ),
      ),
    },
    {
      name: 'tokens that are vested released',
      request: by('Treasury', call('Vesting', 'release(address)', 'Coin')),
    },
    {
      name: 'ether that is vested released',
      request: by('Treasury', call('Vesting', 'release()')),
    },
    {
      name: 'ether deposited at a bridge, for itself',
      request: by(
        'Treasury',
        sending(
          ETHER,
          call('Bridge', 'bridgeETHTo(address,uint32,bytes)', 'Treasury', 200_000, '0x'),
        ),
      ),
    },
    {
      name: 'dollars deposited at a bridge, for itself',
      request: by(
        'Treasury',
        allow('Dollar', 'Bridge', 90n * ETHER),
        call(
          'Bridge',
          'bridgeERC20To(address,address,address,uint256,uint32,bytes)',
          ...['Dollar', 'Dollar', 'Treasury', 90n * ETHER, 200_000, '0x'],
        ),
      ),
    },
    {
      name: 'what its name says: a home page',
      request: by(
        'Treasury',
        call('Resolver', 'setText(bytes32,string,string)', NODE, 'url', 'https://example.org'),
      ),
    },
    {
      name: 'what its name says: several records',
      request: by(
        'Treasury',
        ...['url', 'email', 'description'].map((key) =>
          call('Resolver', 'setText(bytes32,string,string)', NODE, key, 'x'),
        ),
      ),
    },
    {
      name: 'a function of a resolver that is not listed',
      request: by('Treasury', call('Resolver', 'setContenthash(bytes32,bytes)', NODE, '0x1234')),
      held: 'castellan.yaml lists another function alone',
    },
    {
      name: 'an allowance for a contract that is used for the first time',
      request: by('Treasury', allow('Coin', 'Distributor', ETHER)),
      held: 'castellan.yaml lets it have nothing',
    },
    {
      name: 'what is allowed for staking, taken back',
      request: by('Treasury', allow('Coin', 'Staking', 0n)),
    },
    {
      name: 'every allowance taken back',
      request: by(
        'Treasury',
        allow('Coin', 'Staking', 0n),
        allow('Dollar', 'Savings', 0n),
        allow('Coin', 'Router 3', 0n),
      ),
    },
    {
      name: 'a message signed by the library of Safe, for an order',
      request: delegating('Treasury', call('SignMessageLib', 'signMessage(bytes)', '0x1234')),
      held: 'what was signed is not shown',
    },
  ],
};
