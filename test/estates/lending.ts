/**
 * Two lending markets. The first is built as Radiant's was, on Aave v2: a Safe of 3 of 11 owns the address
 * provider, the provider is an immutable admin of the pool, and the slot of ERC-1967 says nothing of it.
 * The second keeps its roles in Aave v3's ACLManager.
 */
import { keccak256, toHex, zeroAddress } from 'viem';
import { DEPLOYER, type Estate, encode, linked } from '../support/estate.ts';
import { paths } from '../support/packages.ts';

const OWNERS = [
  ...['ann', 'ben', 'cleo', 'dan', 'eve', 'finn'],
  ...['gus', 'hal', 'ida', 'jon', 'kim'],
] as const;
const KEYS = [...OWNERS, 'lee', 'mia', 'nina', 'omar'] as const;

const V2 = '@aave/protocol-v2/artifacts/contracts/protocol';
const V3 = '@aave/core-v3/artifacts/contracts/protocol';

export const lending: Estate = {
  title: 'two lending markets',
  contracts: 17,
  keys: KEYS,
  build: async (on) => {
    const { lee, mia, nina, omar, kim, ...others } = on.keys(KEYS);
    const owners = await on.safe('Owners', '1.3.0', {
      owners: [...Object.values(others), kim],
      threshold: 3,
    });
    const guardians = await on.safe('Guardians', '1.4.1', {
      owners: [kim, lee, mia],
      threshold: 2,
    });

    // The first market. Nina administers the pool; the guardians may stop it.
    const provider = await on.deploy('Provider', paths.aaveV2Provider, ['market']);
    const generic = await on.deploy(
      'GenericLogic',
      `${V2}/libraries/logic/GenericLogic.sol/GenericLogic.json`,
    );
    const logic = {
      ReserveLogic: await on.deploy(
        'ReserveLogic',
        `${V2}/libraries/logic/ReserveLogic.sol/ReserveLogic.json`,
      ),
      ValidationLogic: await on.deploy(
        'ValidationLogic',
        await linked(`${V2}/libraries/logic/ValidationLogic.sol/ValidationLogic.json`, {
          GenericLogic: generic,
        }),
      ),
    };
    const poolCode = await on.deploy(
      'PoolCode',
      await linked(`${V2}/lendingpool/LendingPool.sol/LendingPool.json`, logic),
    );
    const configuratorCode = await on.deploy(
      'ConfiguratorCode',
      `${V2}/lendingpool/LendingPoolConfigurator.sol/LendingPoolConfigurator.json`,
    );
    await on.call(DEPLOYER, provider, 'setLendingPoolImpl(address)', poolCode);
    const pool = await on.nameAt('Pool', provider, 'getLendingPool()');
    await on.call(DEPLOYER, provider, 'setLendingPoolConfiguratorImpl(address)', configuratorCode);
    const configurator = await on.nameAt('Configurator', provider, 'getLendingPoolConfigurator()');
    await on.call(DEPLOYER, provider, 'setPoolAdmin(address)', nina);
    await on.call(DEPLOYER, provider, 'setEmergencyAdmin(address)', guardians);
    await on.call(DEPLOYER, provider, 'transferOwnership(address)', owners);

    // What was deposited sits in the interest-bearing token, which obeys the pool.
    const usd = await on.deploy(
      'USD',
      paths.openZeppelin('openzeppelin-4.9.6', 'ERC20PresetFixedSupply'),
      ['USD', 'USD', 1_000_000, omar],
    );
    const tokenCode = await on.deploy('ATokenCode', `${V2}/tokenization/AToken.sol/AToken.json`, [
      pool,
      usd,
      owners,
      ...['aUSD', 'aUSD'],
      zeroAddress,
    ]);
    const token = await on.deploy('aUSD', paths.aaveV2Proxy, [configurator]);
    const initialize = encode('initialize(uint8,string,string)', 18, 'aUSD', 'aUSD');
    await on.call(configurator, token, 'initialize(address,bytes)', tokenCode, initialize);

    // The second market. The deployer leaves the roles to the owners; the pool's admins pick the risk admins.
    const provider3 = await on.deploy('Provider 3', paths.aaveV3Provider, ['market', DEPLOYER]);
    await on.call(DEPLOYER, provider3, 'setACLAdmin(address)', DEPLOYER);
    const acl = await on.deploy(
      'ACLManager',
      `${V3}/configuration/ACLManager.sol/ACLManager.json`,
      [provider3],
    );
    await on.call(DEPLOYER, acl, 'addPoolAdmin(address)', nina);
    await on.call(DEPLOYER, acl, 'addEmergencyAdmin(address)', guardians);
    await on.call(DEPLOYER, acl, 'addRiskAdmin(address)', omar);
    const [admin, riskAdmin] = [keccak256(toHex('POOL_ADMIN')), keccak256(toHex('RISK_ADMIN'))];
    await on.call(DEPLOYER, acl, 'setRoleAdmin(bytes32,bytes32)', riskAdmin, admin);
    await on.call(DEPLOYER, acl, 'grantRole(bytes32,address)', toHex(0, { size: 32 }), owners);
    await on.call(DEPLOYER, acl, 'renounceRole(bytes32,address)', toHex(0, { size: 32 }), DEPLOYER);
    await on.call(DEPLOYER, provider3, 'setACLManager(address)', acl);
    await on.call(DEPLOYER, provider3, 'transferOwnership(address)', owners);
  },

  rules: `
    act(Owners) <= 3 of [ann, ben, cleo, dan, eve, finn, gus, hal, ida, jon, kim]
    act(Guardians) <= 2 of [kim, lee, mia]

    # transferOwnership(), then setLendingPoolImpl(): this is how Radiant was taken.
    owner(Provider), act(Provider) <= Owners
    upgrade(Pool), upgrade(Configurator) <= Provider

    # The pool asks the provider who its configurator is: whoever acts as the provider decides.
    configure(Pool), pause(Pool) <= Configurator | Provider
    # Some of what everyone does there was not followed to its ends.
    act(Pool) <= upgrade(Pool) | opaque(PoolCode)

    # The pool's admin has the configurator replace the code of aUSD, by updateAToken().
    configure(Configurator) <= nina | Provider
    pause(Configurator) <= Guardians | Provider
    act(Configurator) <= upgrade(Configurator) | nina | Provider | opaque(ConfiguratorCode)

    upgrade(aUSD) <= Configurator
    act(aUSD) <= upgrade(aUSD) | Pool
    mint(aUSD), configure(aUSD) <= Pool

    owner(Provider 3), act(Provider 3) <= Owners
    DEFAULT_ADMIN_ROLE(ACLManager) <= Owners
    POOL_ADMIN(ACLManager) <= nina | DEFAULT_ADMIN_ROLE(ACLManager)
    EMERGENCY_ADMIN(ACLManager) <= Guardians | DEFAULT_ADMIN_ROLE(ACLManager)
    RISK_ADMIN(ACLManager) <= omar | POOL_ADMIN(ACLManager)
    # FLASH_BORROWER and BRIDGE are names that nobody else gives a role, and nobody has them.
    ASSET_LISTING_ADMIN(ACLManager) <= DEFAULT_ADMIN_ROLE(ACLManager)
    configure(ACLManager) <= DEFAULT_ADMIN_ROLE(ACLManager) | POOL_ADMIN(ACLManager)
  `,
  unread: `
    # repay, flashLoan and finalizeTransfer; deposit, of an asset that has to be listed before.
    PoolCode: 0x573ade81 could not be followed to its ends; 0xab9c4b5d could not be followed to its ends; 0xd5ed3933 could not be followed to its ends; 0xe8eda9df acts on what was staged before
    # initReserve
    ConfiguratorCode: 0x6e801a71 could not be followed to its ends
  `,

  positions: {
    Pool: {
      fewest: 1,
      soonest: '0 s',
      by: `
        opaque(PoolCode)
        3 of [ann, ben, cleo, dan, eve, finn, gus, hal, ida, jon, kim]
      `,
    },
    aUSD: {
      fewest: 1,
      soonest: '0 s',
      by: `
        nina
        opaque(PoolCode)
        opaque(ConfiguratorCode)
        3 of [ann, ben, cleo, dan, eve, finn, gus, hal, ida, jon, kim]
      `,
    },
    'Provider 3': {
      fewest: 3,
      soonest: '0 s',
      by: '3 of [ann, ben, cleo, dan, eve, finn, gus, hal, ida, jon, kim]',
    },
    ACLManager: { fewest: null, soonest: null, by: '' },
  },
  others: {
    'pause(Pool)': {
      fewest: 1,
      soonest: '0 s',
      by: `
        nina
        opaque(ConfiguratorCode)
        3 of [ann, ben, cleo, dan, eve, finn, gus, hal, ida, jon, kim]
      `,
    },
  },
};
