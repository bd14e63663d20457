/**
 * Approvals: what others may take from then on, without another signature.
 *
 * @see https://eips.ethereum.org/EIPS/eip-2612
 * @see https://github.com/Uniswap/permit2
 */
import { type Address, type Hex, parseSignature } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { compileAll } from '../../../support/compile.ts';
import { placePermit2 } from '../../../support/estate.ts';
import { paths } from '../../../support/packages.ts';
import { type AuthorityGroup, by, call, ETHER, pay, UNLIMITED } from '../catalogue.ts';
import { treasury } from '../wallets.ts';

const SOURCE = `
import '@openzeppelin/contracts/access/Ownable.sol';
import '@openzeppelin/contracts/token/ERC20/IERC20.sol';
import '@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol';

contract Permitted is ERC20Permit {
  constructor(address to) ERC20('Permitted', 'PRM') ERC20Permit('Permitted') { _mint(to, 1000 ether); }
}
/** It moves tokens of those who allow it to, as its owner says. */
contract Sweeper is Ownable {
  constructor(address owner) Ownable(owner) {}
  function sweep(IERC20 token, address from, address to, uint256 amount) external onlyOwner {
    require(token.transferFrom(from, to, amount));
  }
}`;

const APPROVE = 'approve(address,uint256)';
const FOR_ALL = 'setApprovalForAll(address,bool)';
const APPROVE_PERMIT2 = 'approve(address,address,uint160,uint48)';
const FOREVER = 2 ** 48 - 1;
const HOT = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const ALLOWED = 'approval';

/** What Hot signs: that mallory may take all of a token. */
let permit: { readonly v: bigint; readonly r: Hex; readonly s: Hex } | null = null;

const signPermit = async (token: Address, spender: Address): Promise<void> => {
  const signature = await HOT.signTypedData({
    domain: { name: 'Permitted', version: '1', chainId: 1, verifyingContract: token },
    types: {
      Permit: [
        { name: 'owner', type: 'address' },
        { name: 'spender', type: 'address' },
        { name: 'value', type: 'uint256' },
        { name: 'nonce', type: 'uint256' },
        { name: 'deadline', type: 'uint256' },
      ],
    },
    primaryType: 'Permit',
    message: { owner: HOT.address, spender, value: UNLIMITED, nonce: 0n, deadline: UNLIMITED },
  });
  const { v, r, s } = parseSignature(signature);
  permit = { v: v ?? 27n, r, s };
};

export const approvals: AuthorityGroup = {
  title: 'approvals',
  payees: ['Payee'],
  tokens: { Coin: 18, Permitted: 18, Art: 0, Items: 0 },
  contracts: [
    { name: 'Router', allowances: [{ token: 'Coin', amount: '100' }] },
    { name: 'Permit2', functions: [APPROVE_PERMIT2, 'lockdown((address,address)[])'] },
    {
      name: 'Permitted',
      functions: ['permit(address,address,uint256,uint256,uint8,bytes32,bytes32)'],
    },
  ],
  build: async (on) => {
    const safe = await treasury(on);
    const mallory = on.at('mallory');
    on.name('Hot', HOT.address);
    const compiled = compileAll(SOURCE);
    const four = (name: string) => paths.openZeppelin('openzeppelin-4.9.6', name);
    const fixed = four('ERC20PresetFixedSupply');
    const coin = await on.deploy('Coin', fixed, ['Coin', 'COIN', 1_000n * ETHER, safe]);
    await on.deploy('Unlisted', fixed, ['Unlisted', 'UNL', 1_000n * ETHER, safe]);
    const permitted = await on.deploy('Permitted', compiled('Permitted'), [HOT.address]);
    await signPermit(permitted, mallory);
    const art = await on.deploy('Art', four('ERC721PresetMinterPauserAutoId'), ['Art', 'ART', '']);
    await on.call(on.at('deployer'), art, 'mint(address)', safe);
    const items = await on.deploy('Items', four('ERC1155PresetMinterPauser'), ['']);
    const mint = 'mint(address,uint256,uint256,bytes)';
    await on.call(on.at('deployer'), items, mint, HOT.address, 1, 5, '0x');
    const weth = await on.deploy('WETH', '@uniswap/v2-periphery/build/WETH9.json');
    const factory = await on.deploy('Factory', '@uniswap/v2-core/build/UniswapV2Factory.json', [
      mallory,
    ]);
    const router = '@uniswap/v2-periphery/build/UniswapV2Router02.json';
    await on.deploy('Router', router, [factory, weth]);
    await on.deploy('Other router', router, [factory, weth]);
    await on.deploy('Sweeper', compiled('Sweeper'), [mallory]);
    const permit2 = await placePermit2(on);
    await on.call(safe, coin, APPROVE, permit2, UNLIMITED);
    await on.call(safe, coin, APPROVE, on.at('dave'), 5n);
  },
  changes: [
    {
      name: 'all of a token, for a key',
      request: by('Treasury', call('Coin', APPROVE, 'mallory', UNLIMITED)),
      decision: 'REJECT',
      gains: ['take Treasury: mallory'],
      lookAlike: {
        name: 'nothing of it, for the same key',
        request: by('Treasury', call('Coin', APPROVE, 'mallory', 0n)),
        decision: 'SIGN',
      },
    },
    {
      name: 'five of a token, for a key, between payments',
      request: by(
        'Treasury',
        pay('Payee', ETHER),
        call('Coin', APPROVE, 'mallory', 5n),
        pay('Payee', ETHER),
      ),
      decision: 'HOLD',
      gains: ['spend Treasury: mallory'],
      lookAlike: {
        name: 'five of it, paid',
        request: by(
          'Treasury',
          pay('Payee', ETHER),
          call('Coin', 'transfer(address,uint256)', 'Payee', 5n),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'more of a token, for a key',
      request: by('Treasury', call('Coin', 'increaseAllowance(address,uint256)', 'mallory', 5n)),
      decision: 'HOLD',
      gains: ['spend Treasury: mallory'],
      lookAlike: {
        name: 'nothing more, for the same key',
        request: by('Treasury', call('Coin', 'increaseAllowance(address,uint256)', 'mallory', 0n)),
        decision: 'SIGN',
      },
    },
    {
      name: 'all of a token, for a contract that a stranger owns',
      request: by('Treasury', call('Coin', APPROVE, 'Sweeper', UNLIMITED)),
      decision: 'REJECT',
      gains: ['take Treasury: mallory'],
      lookAlike: {
        name: 'fifty of it, for a listed contract that nobody owns',
        request: by('Treasury', call('Coin', APPROVE, 'Router', 50n * ETHER)),
        decision: 'SIGN',
      },
    },
    {
      name: 'all of a token, for a listed contract that may have a hundred',
      request: by('Treasury', call('Coin', APPROVE, 'Router', UNLIMITED)),
      decision: 'HOLD',
      gains: [],
      finds: ALLOWED,
      positions: [],
      lookAlike: {
        name: 'a hundred of it',
        request: by('Treasury', call('Coin', APPROVE, 'Router', 100n * ETHER)),
        decision: 'SIGN',
      },
    },
    {
      name: 'five of a token, for a contract that is not listed',
      request: by('Treasury', call('Coin', APPROVE, 'Other router', 5n)),
      decision: 'HOLD',
      gains: [],
      finds: ALLOWED,
      positions: [],
      lookAlike: {
        name: 'five of it, for a listed contract',
        request: by('Treasury', call('Coin', APPROVE, 'Router', 5n)),
        decision: 'SIGN',
      },
    },
    {
      name: 'all of a token that is not listed, for a key',
      request: by('Treasury', call('Unlisted', APPROVE, 'mallory', UNLIMITED)),
      decision: 'REJECT',
      gains: ['take Treasury: mallory'],
      lookAlike: {
        name: 'some of it, paid',
        request: by('Treasury', call('Unlisted', 'transfer(address,uint256)', 'Payee', 5n)),
        decision: 'SIGN',
      },
    },
    {
      name: 'every item of an NFT',
      request: by('Treasury', call('Art', FOR_ALL, 'mallory', true)),
      decision: 'REJECT',
      gains: ['take Treasury: mallory'],
      lookAlike: {
        name: 'no item of it',
        request: by('Treasury', call('Art', FOR_ALL, 'mallory', false)),
        decision: 'SIGN',
      },
    },
    {
      name: 'one item of an NFT',
      request: by('Treasury', call('Art', APPROVE, 'mallory', 0n)),
      decision: 'REJECT',
      gains: ['take Treasury: mallory'],
      lookAlike: {
        name: 'the item, paid',
        request: by(
          'Treasury',
          call('Art', 'transferFrom(address,address,uint256)', 'Treasury', 'Payee', 0n),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'every item of an ERC-1155',
      request: by('Treasury', call('Items', FOR_ALL, 'mallory', true)),
      decision: 'REJECT',
      gains: ['take Treasury: mallory'],
      lookAlike: {
        name: 'no item of it',
        request: by('Treasury', call('Items', FOR_ALL, 'mallory', false)),
        decision: 'SIGN',
      },
    },
    {
      name: 'a token, through Permit2, which has all of it already',
      request: by('Treasury', call('Permit2', APPROVE_PERMIT2, 'Coin', 'mallory', 70n, FOREVER)),
      decision: 'HOLD',
      gains: ['spend Treasury: mallory'],
      lookAlike: {
        name: 'the same, taken back',
        request: by(
          'Treasury',
          call('Permit2', 'lockdown((address,address)[])', [['Coin', 'mallory']]),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'a permit that another position signed, handed in',
      request: (at) =>
        by(
          'Treasury',
          call(
            'Permitted',
            'permit(address,address,uint256,uint256,uint8,bytes32,bytes32)',
            'Hot',
            'mallory',
            ...[UNLIMITED, UNLIMITED, permit?.v, permit?.r, permit?.s],
          ),
        )(at),
      decision: 'REJECT',
      gains: ['take Hot: mallory'],
      lookAlike: {
        name: 'a payment of the token',
        request: by('Treasury', call('Coin', 'transfer(address,uint256)', 'Payee', 5n)),
        decision: 'SIGN',
      },
    },
    {
      name: 'an allowance taken back',
      request: by('Treasury', call('Coin', APPROVE, 'dave', 0n)),
      decision: 'HOLD',
      gains: [],
      loses: ['take Treasury: dave'],
      lookAlike: {
        name: 'the allowance as it is',
        request: by('Treasury', call('Coin', APPROVE, 'dave', 5n)),
        decision: 'SIGN',
      },
    },
  ],
};
