/**
 * Aave's address providers, v2 and v3, and those of its forks (Radiant): the provider is the admin of the
 * pool's proxies and replaces their code as its owner says.
 *
 * @see https://github.com/aave/aave-v3-core/blob/v1.19.3/contracts/protocol/configuration/PoolAddressesProvider.sol
 */
import { keeperReader } from '../proxy-keeper.ts';
import { offers } from '../selectors.ts';

const SET_AS_PROXY = 'setAddressAsProxy(bytes32,address)';
const [V2_POOL, V3_POOL] = ['setLendingPoolImpl(address)', 'setPoolImpl(address)'];

export const addressProvider = keeperReader({
  id: 'address-provider',
  kind: 'Aave address provider',
  refuses: ['a registry of addresses that sets no implementations'],
  published: ['LendingPoolAddressesProvider', 'PoolAddressesProvider'],
  isLike: (code) => offers(code, SET_AS_PROXY) && (offers(code, V2_POOL) || offers(code, V3_POOL)),
  functions: [
    SET_AS_PROXY,
    'setAddress(bytes32,address)',
    'setMarketId(string)',
    'setPriceOracle(address)',
    // v2
    V2_POOL,
    'setLendingPoolConfiguratorImpl(address)',
    'setLendingPoolCollateralManager(address)',
    'setPoolAdmin(address)',
    'setEmergencyAdmin(address)',
    'setLendingRateOracle(address)',
    // v3
    V3_POOL,
    'setPoolConfiguratorImpl(address)',
    'setACLManager(address)',
    'setACLAdmin(address)',
    'setPriceOracleSentinel(address)',
    'setPoolDataProvider(address)',
  ],
});
