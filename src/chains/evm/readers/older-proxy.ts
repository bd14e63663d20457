/**
 * Proxies from before ERC-1967, which keep what they run in a slot of their own: EIP-1822 (the first
 * UUPS), ZeppelinOS (USDC is one), Polygon's, TrueUSD's. Who may call an upgrade function of the
 * implementation itself is for the reader of that code to say.
 *
 * @see https://eips.ethereum.org/EIPS/eip-1822
 */
import { zeroAddress } from 'viem';
import { delegates } from '../bytecode/instructions.ts';
import { publishedCode } from '../bytecode/published.ts';
import { observeAddress } from '../evidence.ts';
import { mentions, OLDER_PROXIES, proxyReading } from '../proxy.ts';
import type { Reader } from '../reader.ts';

export const olderProxy: Reader = {
  id: 'older-proxy',
  refuses: [
    'a contract that holds the name of such a slot but delegates nothing',
    'a proxy of unknown code whose slot was never written',
  ],
  read: async ({ account, codeAt, code }, state) => {
    if (account !== codeAt) return null;
    const make = OLDER_PROXIES.find(({ implementation }) => mentions(code, implementation));
    if (make === undefined || !delegates(code)) return null;
    const published = publishedCode(code);
    const [implementation, ...owners] = await Promise.all([
      observeAddress(state, account, make.implementation.slot),
      ...make.owners
        .filter((owner) => mentions(code, owner))
        .map((owner) => observeAddress(state, account, owner.slot)),
    ]);
    if (published === null && implementation.value === zeroAddress) return null;
    return {
      kind: make.kind,
      ...proxyReading({
        reader: 'older-proxy',
        chainId: state.chainId,
        account,
        code,
        implementation,
        owners,
        takesFirst: published?.name.startsWith('ZosInitializable') === true,
      }),
      covers: published === null ? [] : 'all',
    };
  },
};
