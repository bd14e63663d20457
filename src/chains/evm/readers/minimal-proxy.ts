/**
 * EIP-1167 minimal proxies: 45 bytes that do nothing but delegate every call to one fixed address.
 *
 * @see https://eips.ethereum.org/EIPS/eip-1167
 */
import { getAddress, type Hex } from 'viem';
import type { Reader } from '../reader.ts';

const BEFORE_ADDRESS: Hex = '0x363d3d373d3d3d363d73';
const AFTER_ADDRESS = '5af43d82803e903d91602b57fd5bf3';
const CODE = new RegExp(`^${BEFORE_ADDRESS}([0-9a-f]{40})${AFTER_ADDRESS}$`);

export const minimalProxy: Reader = {
  id: 'minimal-proxy',
  refuses: ['code that begins like a minimal proxy and goes on', 'a minimal proxy run by another'],
  read: async ({ account, codeAt, code }) => {
    const [, implementation] = CODE.exec(code) ?? [];
    if (account !== codeAt || implementation === undefined) return null;
    return {
      kind: 'EIP-1167 minimal proxy',
      rules: [],
      covers: 'all',
      // The address is part of the code, whose hash is evidence already.
      delegatesTo: [{ codeAt: getAddress(`0x${implementation}`), evidence: [] }],
      announces: [],
      unread: [],
    };
  },
};
