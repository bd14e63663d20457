/**
 * Proxies: whoever replaces the code has all that is behind it. The code that comes is a stranger's, or can
 * be set up by whoever comes first.
 *
 * @see https://eips.ethereum.org/EIPS/eip-1967
 * @see https://eips.ethereum.org/EIPS/eip-2535
 */
import { zeroAddress } from 'viem';
import { ERC1967 } from '../../../../src/chains/evm/proxy.ts';
import { compileAll } from '../../../support/compile.ts';
import { DEPLOYER, encode } from '../../../support/estate.ts';
import { packaged, paths } from '../../../support/packages.ts';
import { type AuthorityGroup, by, call, data, ETHER, pay, selector } from '../catalogue.ts';
import { backdoor, treasury } from '../wallets.ts';

const SOURCE = `
import '@openzeppelin/contracts/access/Ownable.sol';
import '@openzeppelin/contracts/proxy/utils/Initializable.sol';
import '@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol';
import {SolidStateDiamond} from '@solidstate/contracts/proxy/diamond/SolidStateDiamond.sol';

contract Diamond is SolidStateDiamond {}
/** The provider sets it up each time that it replaces its code. */
contract MarketLogic {
  function initialize(address) external {}
  function total() external view returns (uint256) { return address(this).balance; }
}
contract Facet { function total() external view returns (uint256) { return address(this).balance; } }

/** Its owner withdraws; anyone pays in. */
contract VaultLogic is Initializable, Ownable {
  constructor() Ownable(msg.sender) {}
  function initialize(address owner) external initializer { _transferOwnership(owner); }
  receive() external payable {}
  function withdraw(address payable to, uint256 amount) external onlyOwner { to.transfer(amount); }
}
/** The next version, whose second initialisation is open until somebody makes it. */
contract NextLogic is Initializable, Ownable {
  constructor() Ownable(msg.sender) {}
  function initializeV2(address owner) external reinitializer(2) { _transferOwnership(owner); }
  receive() external payable {}
  function withdraw(address payable to, uint256 amount) external onlyOwner { to.transfer(amount); }
}
contract RewardsLogic is Initializable, Ownable, UUPSUpgradeable {
  constructor() Ownable(msg.sender) {}
  function initialize(address owner) external initializer { _transferOwnership(owner); }
  function _authorizeUpgrade(address) internal override onlyOwner {}
}
contract NextRewardsLogic is Initializable, Ownable, UUPSUpgradeable {
  constructor() Ownable(msg.sender) {}
  function initializeV2(address owner) external reinitializer(2) { _transferOwnership(owner); }
  function _authorizeUpgrade(address) internal override onlyOwner {}
}`;

const UPGRADE = 'upgrade(address,address)';
const UPGRADE_AND_CALL = 'upgradeAndCall(address,address,bytes)';
const UPGRADE_TO = 'upgradeTo(address)';
const UPGRADE_TO_AND_CALL = 'upgradeToAndCall(address,bytes)';
const CHANGE_ADMIN = 'changeAdmin(address)';
const TRANSFER = 'transferOwnership(address)';
const CUT = 'diamondCut((address,uint8,bytes4[])[],address,bytes)';

const RUN = selector('run(address,uint256,bytes)');
/** A stranger replaces the code, and so takes what is behind it. */
const upgraded = (...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [`take ${name}: mallory`, `upgrade ${name}: mallory`]);

export const proxies: AuthorityGroup = {
  title: 'proxies',
  payees: ['Payee'],
  contracts: [
    ...['ProxyAdmin', 'VaultAdmin', 'Lone', 'Rewards', 'Beacon', 'Old', 'Provider', 'Diamond'],
    ...['Open', 'Vault', 'Titled'],
  ].map((name) => ({ name })),
  build: async (on) => {
    const safe = await treasury(on);
    const mallory = on.at('mallory');
    const compiled = compileAll(SOURCE);
    const five = (name: string) => paths.openZeppelin('@openzeppelin/contracts', name);
    const four = (name: string) => paths.openZeppelin('openzeppelin-4.9.6', name);
    const initialize = encode('initialize(address)', safe);
    await on.deploy('Backdoor', backdoor(mallory));
    const logic = await on.deploy('VaultLogic', compiled('VaultLogic'));
    await on.deploy('MarketLogic', compiled('MarketLogic'));
    await on.deploy('Facet', compiled('Facet'));
    await on.deploy('NextLogic', compiled('NextLogic'));
    const rewardsLogic = await on.deploy('RewardsLogic', compiled('RewardsLogic'));
    await on.deploy('NextRewardsLogic', compiled('NextRewardsLogic'));

    const admin = await on.deploy('ProxyAdmin', four('ProxyAdmin'));
    await on.call(DEPLOYER, admin, TRANSFER, safe);
    const transparent = 'TransparentUpgradeableProxy';
    await on.deploy('Fund', four(transparent), [logic, admin, initialize]);
    const vault = await on.deploy('Vault', five(transparent), [logic, safe, initialize]);
    await on.nameIn('VaultAdmin', vault, ERC1967.admin.slot);
    await on.deploy('Lone', paths.openZeppelin('openzeppelin-3.4', transparent), [
      logic,
      safe,
      encode('initialize(address)', DEPLOYER),
    ]);
    await on.deploy('Old', paths.openZeppelinSdk('AdminUpgradeabilityProxy'), [
      logic,
      safe,
      encode('initialize(address)', DEPLOYER),
    ]);
    await on.deploy('Rewards', five('ERC1967Proxy'), [rewardsLogic, initialize]);
    const beacon = await on.deploy('Beacon', five('UpgradeableBeacon'), [logic, safe]);
    await on.deploy('Pool A', five('BeaconProxy'), [beacon, initialize]);
    await on.deploy('Pool B', five('BeaconProxy'), [beacon, initialize]);
    await on.deploy('Titled', await packaged(paths.hardhatDeploy('EIP173Proxy')), [
      logic,
      safe,
      initialize,
    ]);
    await on.deploy('Open', four('ERC1967Proxy'), [logic, '0x']);

    const provider = await on.deploy('Provider', paths.aaveV3Provider, ['market', DEPLOYER]);
    await on.call(DEPLOYER, provider, 'setPoolImpl(address)', on.at('MarketLogic'));
    await on.call(DEPLOYER, provider, TRANSFER, safe);
    await on.nameAt('Market', provider, 'getPool()');

    const diamond = await on.deploy('Diamond', compiled('Diamond'));
    await on.call(DEPLOYER, diamond, TRANSFER, safe);
    await on.call(safe, diamond, 'acceptOwnership()');
  },
  changes: [
    {
      name: 'code of a stranger, by a ProxyAdmin of OpenZeppelin 4',
      request: by('Treasury', call('ProxyAdmin', UPGRADE, 'Fund', 'Backdoor')),
      decision: 'REJECT',
      gains: ['take Fund: mallory'],
      lookAlike: {
        name: 'the code that it runs',
        request: by('Treasury', call('ProxyAdmin', UPGRADE, 'Fund', 'VaultLogic')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a next version, set up for a stranger in the same call',
      request: by(
        'Treasury',
        call(
          'ProxyAdmin',
          UPGRADE_AND_CALL,
          'Fund',
          'NextLogic',
          data('initializeV2(address)', 'mallory'),
        ),
      ),
      decision: 'REJECT',
      gains: ['take Fund: mallory', 'configure Fund: mallory'],
      lookAlike: {
        name: 'a next version, set up for the owner in the same call',
        request: by(
          'Treasury',
          call(
            'ProxyAdmin',
            UPGRADE_AND_CALL,
            'Fund',
            'NextLogic',
            data('initializeV2(address)', 'Treasury'),
          ),
        ),
        // Nobody gains anything; but other code is other code.
        decision: 'HOLD',
      },
    },
    {
      name: 'a next version that anyone may set up',
      request: by('Treasury', call('ProxyAdmin', UPGRADE, 'Fund', 'NextLogic')),
      decision: 'REJECT',
      gains: ['take Fund: anyone', 'configure Fund: anyone'],
      lookAlike: {
        name: 'the code that it runs',
        request: by('Treasury', call('ProxyAdmin', UPGRADE, 'Fund', 'VaultLogic')),
        decision: 'SIGN',
      },
    },
    {
      name: 'another admin of a proxy, by a ProxyAdmin of OpenZeppelin 4',
      request: by(
        'Treasury',
        call('ProxyAdmin', 'changeProxyAdmin(address,address)', 'Fund', 'mallory'),
      ),
      decision: 'REJECT',
      gains: upgraded('Fund'),
      lookAlike: {
        name: 'the same admin again',
        request: by(
          'Treasury',
          call('ProxyAdmin', 'changeProxyAdmin(address,address)', 'Fund', 'ProxyAdmin'),
        ),
        decision: 'SIGN',
      },
    },
    {
      name: 'another owner of a ProxyAdmin',
      request: by('Treasury', call('ProxyAdmin', TRANSFER, 'mallory')),
      decision: 'REJECT',
      gains: upgraded('Fund'),
      lookAlike: {
        name: 'the same owner again',
        request: by('Treasury', call('ProxyAdmin', TRANSFER, 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      name: 'code of a stranger, by the ProxyAdmin of a proxy of OpenZeppelin 5',
      request: by('Treasury', call('VaultAdmin', UPGRADE_AND_CALL, 'Vault', 'Backdoor', '0x')),
      decision: 'REJECT',
      gains: ['take Vault: mallory'],
      lookAlike: {
        name: 'the code that it runs',
        request: by('Treasury', call('VaultAdmin', UPGRADE_AND_CALL, 'Vault', 'VaultLogic', '0x')),
        decision: 'SIGN',
      },
    },
    {
      name: 'another owner of the ProxyAdmin of a proxy that is no position',
      request: by('Treasury', call('VaultAdmin', TRANSFER, 'mallory')),
      decision: 'REJECT',
      gains: ['take VaultAdmin: mallory'],
      positions: [],
      lookAlike: {
        name: 'the same owner again',
        request: by('Treasury', call('VaultAdmin', TRANSFER, 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      name: 'code of a stranger, by the admin of a proxy of OpenZeppelin 3',
      request: by('Treasury', call('Lone', UPGRADE_TO, 'Backdoor')),
      decision: 'REJECT',
      gains: ['take Lone: mallory'],
      lookAlike: {
        name: 'the code that it runs',
        request: by('Treasury', call('Lone', UPGRADE_TO, 'VaultLogic')),
        decision: 'SIGN',
      },
    },
    {
      name: 'another admin of a proxy of OpenZeppelin 3',
      request: by('Treasury', call('Lone', CHANGE_ADMIN, 'mallory')),
      decision: 'REJECT',
      gains: upgraded('Lone'),
      lookAlike: {
        name: 'the same admin again',
        request: by('Treasury', call('Lone', CHANGE_ADMIN, 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      name: 'code of a stranger, by the admin of an AdminUpgradeabilityProxy',
      request: by('Treasury', call('Old', UPGRADE_TO_AND_CALL, 'Backdoor', '0x')),
      decision: 'REJECT',
      gains: ['take Old: mallory'],
      lookAlike: {
        name: 'the code that it runs',
        request: by('Treasury', call('Old', UPGRADE_TO, 'VaultLogic')),
        decision: 'SIGN',
      },
    },
    {
      name: 'another admin of an AdminUpgradeabilityProxy',
      request: by('Treasury', call('Old', CHANGE_ADMIN, 'mallory')),
      decision: 'REJECT',
      gains: upgraded('Old'),
      lookAlike: {
        name: 'the same admin again',
        request: by('Treasury', call('Old', CHANGE_ADMIN, 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      name: 'another owner of an EIP-173 proxy',
      request: by('Treasury', call('Titled', TRANSFER, 'mallory')),
      decision: 'REJECT',
      gains: [...upgraded('Titled'), 'configure Titled: mallory'],
      lookAlike: {
        name: 'the same owner again',
        request: by('Treasury', call('Titled', TRANSFER, 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      name: 'code of a stranger, by the owner of a UUPS proxy',
      request: by('Treasury', call('Rewards', UPGRADE_TO_AND_CALL, 'Backdoor', '0x')),
      decision: 'REJECT',
      gains: ['take Rewards: mallory'],
      lookAlike: {
        name: 'the code that it runs',
        request: by('Treasury', call('Rewards', UPGRADE_TO_AND_CALL, 'RewardsLogic', '0x')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a next version of a UUPS proxy that anyone may set up',
      request: by('Treasury', call('Rewards', UPGRADE_TO_AND_CALL, 'NextRewardsLogic', '0x')),
      decision: 'REJECT',
      gains: ['take Rewards: anyone', 'upgrade Rewards: anyone', 'configure Rewards: anyone'],
      lookAlike: {
        name: 'a next version, set up for the owner in the same call',
        request: by(
          'Treasury',
          call(
            'Rewards',
            UPGRADE_TO_AND_CALL,
            'NextRewardsLogic',
            data('initializeV2(address)', 'Treasury'),
          ),
        ),
        decision: 'HOLD',
      },
    },
    {
      name: 'another owner of a UUPS proxy',
      request: by('Treasury', call('Rewards', TRANSFER, 'mallory')),
      decision: 'REJECT',
      gains: [...upgraded('Rewards'), 'configure Rewards: mallory'],
      lookAlike: {
        name: 'the same owner again',
        request: by('Treasury', call('Rewards', TRANSFER, 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      name: 'code of a stranger, by the owner of a beacon',
      request: by('Treasury', call('Beacon', UPGRADE_TO, 'Backdoor')),
      decision: 'REJECT',
      gains: ['take Pool A: mallory', 'take Pool B: mallory'],
      lookAlike: {
        name: 'the code that it names',
        request: by('Treasury', call('Beacon', UPGRADE_TO, 'VaultLogic')),
        decision: 'SIGN',
      },
    },
    {
      name: 'another owner of a beacon',
      request: by('Treasury', call('Beacon', TRANSFER, 'mallory')),
      decision: 'REJECT',
      gains: upgraded('Pool A', 'Pool B'),
      lookAlike: {
        name: 'the same owner again',
        request: by('Treasury', call('Beacon', TRANSFER, 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      name: 'code of a stranger, by the owner of an address provider of Aave',
      request: by('Treasury', call('Provider', 'setPoolImpl(address)', 'Backdoor')),
      decision: 'REJECT',
      gains: ['take Market: mallory'],
      lookAlike: {
        name: 'the code that it runs',
        request: by('Treasury', call('Provider', 'setPoolImpl(address)', 'MarketLogic')),
        decision: 'SIGN',
      },
    },
    {
      name: 'another owner of an address provider, as at Radiant',
      request: by('Treasury', call('Provider', TRANSFER, 'mallory')),
      decision: 'REJECT',
      gains: upgraded('Market'),
      lookAlike: {
        name: 'the same owner again',
        request: by('Treasury', call('Provider', TRANSFER, 'Treasury')),
        decision: 'SIGN',
      },
    },
    {
      name: 'a facet of a stranger',
      request: by('Treasury', call('Diamond', CUT, [['Backdoor', 0, [RUN]]], zeroAddress, '0x')),
      decision: 'REJECT',
      gains: ['take Diamond: mallory'],
      lookAlike: {
        name: 'a facet that only tells',
        request: by(
          'Treasury',
          call('Diamond', CUT, [['Facet', 0, [selector('total()')]]], zeroAddress, '0x'),
        ),
        // Nobody gains anything; but other code is other code.
        decision: 'HOLD',
      },
    },
    {
      name: 'another owner of a diamond, offered',
      request: by('Treasury', call('Diamond', TRANSFER, 'mallory')),
      decision: 'REJECT',
      gains: upgraded('Diamond'),
      lookAlike: {
        name: 'the same owner again',
        request: by('Treasury', call('Diamond', TRANSFER, 'Treasury')),
        // Solidstate's diamond is not read in full: whatever rests on it is held.
        decision: 'HOLD',
      },
    },
    {
      name: 'a proxy that anyone could set up, set up',
      request: by('Treasury', call('Open', 'initialize(address)', 'Treasury')),
      decision: 'HOLD',
      gains: [],
      loses: ['take Open: anyone', 'configure Open: anyone'],
      lookAlike: {
        name: 'ether for another such proxy',
        request: by('Treasury', pay('Vault', ETHER)),
        decision: 'SIGN',
      },
    },
  ],
};
