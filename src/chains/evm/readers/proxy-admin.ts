/**
 * OpenZeppelin's ProxyAdmin, 3.2 to 5.x: it is the admin of proxies, and upgrades them as its owner says.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/proxy/transparent/ProxyAdmin.sol
 */
import { keeperReader } from '../proxy-keeper.ts';
import { offers } from '../selectors.ts';

const UPGRADE_AND_CALL = 'upgradeAndCall(address,address,bytes)';

export const proxyAdmin = keeperReader({
  id: 'proxy-admin',
  kind: 'OpenZeppelin ProxyAdmin',
  refuses: ['a contract with upgradeAndCall() but without an owner'],
  published: ['ProxyAdmin'],
  isLike: (code) => offers(code, UPGRADE_AND_CALL),
  functions: ['upgrade(address,address)', UPGRADE_AND_CALL, 'changeProxyAdmin(address,address)'],
});
