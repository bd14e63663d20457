import { type Hex, pad } from 'viem';
import { describe, expect, test } from 'vitest';
import { callerConstants, delegates } from '../../../../src/chains/evm/bytecode/instructions.ts';
import { account } from '../../../support/accounts.ts';
import { packaged, paths } from '../../../support/packages.ts';

const ADMIN = account(1);
const PUSHED = `7f${pad(ADMIN).slice(2)}`.toLowerCase();

describe('code delegates', () => {
  test.each([
    ['by DELEGATECALL', '0x60006000f4', true],
    ['by CALLCODE', '0x60006000f2', true],
    ['not by what it pushes', '0x61f4f45b', false],
    ['not by what stands past an unfinished push', '0x62f4', false],
    ['not without code', '0x', false],
  ] satisfies [string, Hex, boolean][])('%s', (_, code, expected) => {
    expect(delegates(code)).toBe(expected);
  });
});

describe('what code compares its caller with', () => {
  test.each([
    ['OpenZeppelin 5.0', paths.openZeppelin('openzeppelin-5.0', 'TransparentUpgradeableProxy')],
    [
      'OpenZeppelin 5.7',
      paths.openZeppelin('@openzeppelin/contracts', 'TransparentUpgradeableProxy'),
    ],
    ['Aave v2', paths.aaveV2Proxy],
    ['Aave v3', paths.aaveV3Proxy],
    ['hardhat-deploy', paths.hardhatDeploy('OptimizedTransparentUpgradeableProxy')],
  ])('is the admin of %s', async (_, path) => {
    const { deployedBytecode } = await packaged(path);
    const code = deployedBytecode.replaceAll(`7f${'0'.repeat(64)}`, PUSHED) as Hex;
    expect(callerConstants(code)).toEqual([ADMIN]);
  });

  test.each([
    [
      'nothing where the slot of ERC-1967 says it',
      paths.openZeppelin('openzeppelin-4.9', 'TransparentUpgradeableProxy'),
    ],
    ['nothing in a beacon proxy', paths.openZeppelin('@openzeppelin/contracts', 'BeaconProxy')],
  ])('is %s', async (_, path) => {
    const { deployedBytecode } = await packaged(path);
    const code = deployedBytecode.replaceAll(`7f${'0'.repeat(64)}`, PUSHED) as Hex;
    expect(callerConstants(code)).toEqual([]);
  });

  test.each([
    ['is no number', `0x33${`7f${pad('0x12').slice(2)}`}14`],
    ['is no mask', `0x3373${'ff'.repeat(20)}14`],
    ['is nothing in another stretch of code', `0x33600014575b${PUSHED}50`],
  ] satisfies [string, Hex][])('%s', (_, code) => {
    expect(callerConstants(code)).toEqual([]);
  });
});
