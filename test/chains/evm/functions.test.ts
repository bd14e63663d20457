import type { Hex } from 'viem';
import { expect, test } from 'vitest';
import { knownFunction } from '../../../src/chains/evm/functions.ts';

// Selectors as explorers show them, not as this code computes them.
test.each([
  ['0x40c10f19', 'mint(address,uint256)', 'mint'],
  ['0xcc872b66', 'issue(uint256)', 'mint'],
  ['0x8456cb59', 'pause()', 'pause'],
  ['0xf9f92be4', 'blacklist(address)', 'freeze'],
  ['0x0ecb93c0', 'addBlackList(address)', 'freeze'],
  ['0x3659cfe6', 'upgradeTo(address)', 'upgrade'],
  ['0x4f1ef286', 'upgradeToAndCall(address,bytes)', 'upgrade'],
  ['0x0753c30c', 'deprecate(address)', 'upgrade'],
  ['0xb61d27f6', 'execute(address,uint256,bytes)', 'act'],
  ['0x853828b6', 'withdrawAll()', 'act'],
  ['0xf2fde38b', 'transferOwnership(address)', 'configure'],
  ['0x2f2ff15d', 'grantRole(bytes32,address)', 'configure'],
  ['0x25c471a0', 'grantRole(uint64,address,uint32)', 'configure'],
  ['0x3400288b', 'setPeer(uint32,bytes32)', 'configure'],
  ['0xa9059cbb', 'transfer(address,uint256)', null],
] as const)('%s is %s', (selector, signature, action) => {
  expect(knownFunction(selector)).toEqual({ signature, action });
});

test('a selector that the field does not know is none', () => {
  const unknown: Hex = '0xdeadbeef';
  expect(knownFunction(unknown)).toBeNull();
});
