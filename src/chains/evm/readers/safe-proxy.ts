/**
 * The proxy that stands at a Safe's address: it runs the singleton named in slot 0.
 *
 * @see https://github.com/safe-global/safe-smart-account/blob/v1.4.1/contracts/proxies/SafeProxy.sol
 */
import { storageHint } from '../ahead.ts';
import { observeAddress } from '../evidence.ts';
import type { Reader } from '../reader.ts';
import { isSafeProxy } from '../safe/code.ts';
import { slot } from '../values.ts';

const SINGLETON_SLOT = slot(0n);

export const safeProxy: Reader = {
  id: 'safe-proxy',
  refuses: ['a proxy of another make that also keeps its implementation in slot 0'],
  readsAhead: (account) => [storageHint(account, SINGLETON_SLOT)],
  read: async ({ account, codeAt, codeHash }, state) => {
    if (account !== codeAt || !isSafeProxy(codeHash)) return null;
    const singleton = await observeAddress(state, account, SINGLETON_SLOT);
    return {
      kind: 'Safe proxy',
      rules: [],
      covers: 'all',
      delegatesTo: [{ codeAt: singleton.value, evidence: singleton.evidence }],
      announces: [],
      unread: [],
    };
  },
};
