/**
 * Minimal proxies: few bytes that do nothing but delegate every call to one fixed address, as EIP-1167
 * has them, and shorter or older ones of the same kind.
 *
 * @see https://eips.ethereum.org/EIPS/eip-1167
 * @see https://eips.ethereum.org/EIPS/eip-7511
 */
import { type Address, getAddress, type Hex } from 'viem';
import type { Reader } from '../reader.ts';

/** What stands before and after the address. */
const MAKES: readonly (readonly [kind: string, before: string, after: string])[] = [
  ['EIP-1167 minimal proxy', '363d3d373d3d3d363d73', '5af43d82803e903d91602b57fd5bf3'],
  ['EIP-7511 minimal proxy', '365f5f375f5f365f73', '5af43d5f5f3e5f3d91602a57fd5bf3'],
  ['Solady minimal proxy', '3d3d3d3d363d3d37363d73', '5af43d3d93803e602a57fd5bf3'],
  ['Solady minimal proxy', '5f5f365f5f37365f73', '5af43d5f5f3e6029573d5ffd5b3d5ff3'],
  ['Vyper forwarder', '366000600037611000600036600073', '5af4602c57600080fd5b6110006000f3'],
];

const ADDRESS_DIGITS = 40;

/** The kind of minimal proxy that code is, and what it runs. */
function minimalProxyIn(code: Hex): { readonly kind: string; readonly runs: Address } | null {
  for (const [kind, before, after] of MAKES) {
    const start = 2 + before.length;
    const address = code.slice(start, start + ADDRESS_DIGITS);
    if (address.length === ADDRESS_DIGITS && code === `0x${before}${address}${after}`) {
      return { kind, runs: getAddress(`0x${address}`) };
    }
  }
  return null;
}

export const minimalProxy: Reader = {
  id: 'minimal-proxy',
  refuses: ['code that begins like a minimal proxy and goes on', 'a minimal proxy run by another'],
  read: async ({ account, codeAt, code }) => {
    const proxy = account === codeAt ? minimalProxyIn(code) : null;
    if (proxy === null) return null;
    return {
      kind: proxy.kind,
      rules: [],
      covers: 'all',
      // The address is part of the code, whose hash is evidence already.
      delegatesTo: [{ codeAt: proxy.runs, evidence: [] }],
      announces: [],
      unread: [],
    };
  },
};
