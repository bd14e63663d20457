/**
 * OpenZeppelin's UpgradeableBeacon, 3.4 to 5.x: it names the code that its proxies run, as its owner says.
 *
 * @see https://github.com/OpenZeppelin/openzeppelin-contracts/blob/v5.7.0/contracts/proxy/beacon/UpgradeableBeacon.sol
 */
import { delegates } from '../bytecode/instructions.ts';
import { keeperReader } from '../proxy-keeper.ts';
import { offers } from '../selectors.ts';

const UPGRADE_TO = 'upgradeTo(address)';

export const beacon = keeperReader({
  id: 'beacon',
  kind: 'OpenZeppelin UpgradeableBeacon',
  refuses: [
    'a proxy that offers the functions of a beacon',
    'a beacon that nobody may upgrade: one with implementation() alone',
  ],
  published: ['UpgradeableBeacon'],
  isLike: (code) => offers(code, 'implementation()', UPGRADE_TO) && !delegates(code),
  functions: [UPGRADE_TO],
});
