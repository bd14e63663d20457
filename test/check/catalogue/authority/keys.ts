/**
 * What a key signs by itself: transactions of its own account, code that its account is to run, messages.
 *
 * @see https://eips.ethereum.org/EIPS/eip-7702
 * @see https://eips.ethereum.org/EIPS/eip-2612
 */
import type { Address } from 'viem';
import { compileAll } from '../../../support/compile.ts';
import { placePermit2 } from '../../../support/estate.ts';
import { paths } from '../../../support/packages.ts';
import {
  type AuthorityGroup,
  type Call,
  call,
  ETHER,
  pay,
  sent,
  signed,
  UNLIMITED,
} from '../catalogue.ts';
import { PEOPLE, safeTransaction, safeTransactionHash, wallet } from '../wallets.ts';

type At = (name: string) => Address;

const SOURCE = `
import '@openzeppelin/contracts/access/Ownable.sol';
import '@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol';
contract Permitted is ERC20Permit {
  constructor(address to) ERC20('Permitted', 'PRM') ERC20Permit('Permitted') { _mint(to, 1000 ether); }
}
contract Box is Ownable {
  constructor(address owner) Ownable(owner) {}
  receive() external payable {}
  function withdraw(address payable to, uint256 amount) external onlyOwner { to.transfer(amount); }
}
/** Code for a key: its sponsor may use it, too. */
contract Sponsored {
  address immutable sponsor;
  constructor(address sponsor_) { sponsor = sponsor_; }
  receive() external payable {}
  function execute(address to, uint256 value, bytes calldata data) external {
    require(msg.sender == address(this) || msg.sender == sponsor, 'neither');
    (bool success,) = to.call{value: value}(data);
    require(success);
  }
}
/** Code for a key that nobody else uses. */
contract Batching {
  receive() external payable {}
  function execute(address to, uint256 value, bytes calldata data) external {
    require(msg.sender == address(this), 'not itself');
    (bool success,) = to.call{value: value}(data);
    require(success);
  }
}`;

const permitOf =
  (spender: string, value: bigint) =>
  (at: At): object => ({
    domain: { name: 'Permitted', version: '1', chainId: 1, verifyingContract: at('Permitted') },
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
        { name: 'chainId', type: 'uint256' },
        { name: 'verifyingContract', type: 'address' },
      ],
      Permit: [
        { name: 'owner', type: 'address' },
        { name: 'spender', type: 'address' },
        { name: 'value', type: 'uint256' },
        { name: 'nonce', type: 'uint256' },
        { name: 'deadline', type: 'uint256' },
      ],
    },
    primaryType: 'Permit',
    message: {
      owner: at('Hot'),
      spender: at(spender),
      value: String(value),
      nonce: '0',
      deadline: String(UNLIMITED),
    },
  });

const permit2Of =
  (spender: string, amount: bigint) =>
  (at: At): object => ({
    domain: { name: 'Permit2', chainId: 1, verifyingContract: at('Permit2') },
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'chainId', type: 'uint256' },
        { name: 'verifyingContract', type: 'address' },
      ],
      PermitSingle: [
        { name: 'details', type: 'PermitDetails' },
        { name: 'spender', type: 'address' },
        { name: 'sigDeadline', type: 'uint256' },
      ],
      PermitDetails: [
        { name: 'token', type: 'address' },
        { name: 'amount', type: 'uint160' },
        { name: 'expiration', type: 'uint48' },
        { name: 'nonce', type: 'uint48' },
      ],
    },
    primaryType: 'PermitSingle',
    message: {
      details: {
        token: at('Coin'),
        amount: String(amount),
        expiration: String(2n ** 48n - 1n),
        nonce: '0',
      },
      spender: at(spender),
      sigDeadline: String(UNLIMITED),
    },
  });

/** A transaction of the treasury, as a wallet shows it: numbers in decimal. */
const shown =
  (made: Call) =>
  (at: At): object =>
    JSON.parse(
      JSON.stringify(safeTransaction(at, 'Treasury', made), (_, value) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    );

const ENABLE = call('Treasury', 'enableModule(address)', 'mallory');

export const keys: AuthorityGroup = {
  title: 'what a key signs by itself',
  payees: ['Payee'],
  tokens: { Coin: 18, Permitted: 18 },
  contracts: [
    { name: 'Permit2' },
    { name: 'Treasury' },
    {
      name: 'Router',
      allowances: [
        { token: 'Permitted', amount: '100' },
        { token: 'Coin', amount: '100' },
      ],
    },
  ],
  build: async (on) => {
    const { mallory } = on.keys(PEOPLE);
    const { Hot: hot } = on.keys(['Hot']);
    await wallet(on, 'Treasury', '1.3.0');
    await on.chain.set({ [hot]: { balance: 100n * ETHER } });
    const compiled = compileAll(SOURCE);
    await on.deploy('Sponsored', compiled('Sponsored'), [mallory]);
    await on.deploy('Batching', compiled('Batching'));
    await on.deploy('Box', compiled('Box'), [hot]);
    await on.deploy('Permitted', compiled('Permitted'), [hot]);
    const preset = paths.openZeppelin('openzeppelin-4.9.6', 'ERC20PresetFixedSupply');
    const coin = await on.deploy('Coin', preset, ['Coin', 'COIN', 1_000n * ETHER, hot]);
    const weth = await on.deploy('WETH', '@uniswap/v2-periphery/build/WETH9.json');
    const factory = await on.deploy('Factory', '@uniswap/v2-core/build/UniswapV2Factory.json', [
      mallory,
    ]);
    const router = '@uniswap/v2-periphery/build/UniswapV2Router02.json';
    await on.deploy('Router', router, [factory, weth]);
    const permit2 = await placePermit2(on);
    await on.call(hot, coin, 'approve(address,uint256)', permit2, UNLIMITED);
  },
  changes: [
    {
      name: 'code of a stranger for a key that signs for the treasury',
      request: sent('alice', pay('alice', 0n), [{ authority: 'alice', delegate: 'Sponsored' }]),
      // The key is taken at once, and the treasury with any other.
      decision: 'REJECT',
      gains: ['take Treasury: mallory + 1 of [bob, carol]'],
      lookAlike: {
        name: 'nothing, for itself',
        request: sent('alice', pay('alice', 0n)),
        decision: 'SIGN',
      },
    },
    {
      name: 'code of a stranger for a key that holds assets',
      request: sent('Hot', pay('Hot', 0n), [{ authority: 'Hot', delegate: 'Sponsored' }]),
      decision: 'REJECT',
      gains: ['take Hot: mallory'],
      lookAlike: {
        name: 'code that only the key itself uses',
        request: sent('Hot', pay('Hot', 0n), [{ authority: 'Hot', delegate: 'Batching' }]),
        decision: 'HOLD',
      },
    },
    {
      name: 'all of a token, by a key',
      request: sent('Hot', call('Coin', 'approve(address,uint256)', 'mallory', UNLIMITED)),
      decision: 'REJECT',
      gains: ['take Hot: mallory'],
      lookAlike: {
        name: 'some of it, paid by a key',
        request: sent('Hot', call('Coin', 'transfer(address,uint256)', 'Payee', ETHER)),
        decision: 'SIGN',
      },
    },
    {
      name: 'another owner of what a key owns',
      request: sent('Hot', call('Box', 'transferOwnership(address)', 'mallory')),
      decision: 'REJECT',
      gains: ['take Box: mallory', 'configure Box: mallory'],
      lookAlike: {
        name: 'a payment by a key',
        request: sent('Hot', pay('Payee', ETHER)),
        decision: 'SIGN',
      },
    },
    {
      name: 'an approval on chain, of a transaction that is not shown',
      request: sent(
        'alice',
        call('Treasury', 'approveHash(bytes32)', safeTransactionHash('Treasury', ENABLE)),
      ),
      decision: 'HOLD',
      gains: [],
      finds: 'unknown-call',
      positions: ['Treasury'],
      lookAlike: {
        name: 'no ether for the treasury',
        request: sent('alice', pay('Treasury', 0n)),
        decision: 'SIGN',
      },
    },
    {
      name: 'a permit of all of a token, for a key',
      request: signed('Hot', permitOf('mallory', UNLIMITED)),
      decision: 'REJECT',
      gains: ['take Hot: mallory'],
      lookAlike: {
        name: 'a permit of fifty, for a listed contract',
        request: signed('Hot', permitOf('Router', 50n * ETHER)),
        decision: 'SIGN',
      },
    },
    {
      name: 'a permit of Permit2, for a key',
      request: signed('Hot', permit2Of('mallory', 2n ** 160n - 1n)),
      decision: 'REJECT',
      gains: ['take Hot: mallory'],
      lookAlike: {
        name: 'a permit of Permit2 of fifty, for a listed contract',
        request: signed('Hot', permit2Of('Router', 50n * ETHER)),
        decision: 'SIGN',
      },
    },
    {
      name: 'a transaction of the treasury, as typed data',
      request: signed('alice', shown(ENABLE)),
      decision: 'REJECT',
      gains: ['take Treasury: mallory'],
      lookAlike: {
        name: 'a payment of the treasury, as typed data',
        request: signed('alice', shown(pay('Payee', ETHER))),
        decision: 'SIGN',
      },
    },
  ],
};
