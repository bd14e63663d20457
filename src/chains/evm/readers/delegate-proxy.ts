/**
 * Proxies that keep what they run where no standard says: EIP-897 (DelegateProxy), where only
 * `implementation()` tells, Aragon's app proxies among them, and proxies with their implementation in the
 * first slot. Neither is believed: the proxy is run, to see whether a call ends there.
 *
 * @see https://eips.ethereum.org/EIPS/eip-897
 */
import { type Address, keccak256, size, toFunctionSelector, toHex, zeroAddress } from 'viem';
import { ReadError } from '../../../errors.ts';
import { delegates } from '../bytecode/instructions.ts';
import { publishedCode } from '../bytecode/published.ts';
import { type Observed, observe, observeAddress } from '../evidence.ts';
import { hasNamedSlot, proxyReading } from '../proxy.ts';
import type { Reader } from '../reader.ts';
import { runs } from '../runs.ts';
import { isSafeProxy } from '../safe/code.ts';
import { dispatches } from '../selectors.ts';
import type { State } from '../state.ts';
import { addressOf, slot, word } from '../values.ts';

const IMPLEMENTATION = toFunctionSelector('implementation()');
const PROXY_TYPE = toFunctionSelector('proxyType()');

/** How compilers write that the first slot is read. */
const FIRST_SLOT_READS: readonly string[] = ['600054', '5f54'];
/** Code that does little but delegate is no longer. */
const MAX_BARE_SIZE = 1_024;

/** In Aragon's app proxies: the kernel says which code they run, unless they are pinned to one. */
const KERNEL_SLOT = keccak256(toHex('aragonOS.appStorage.kernel'));
const PINNED_SLOT = keccak256(toHex('aragonOS.appStorage.pinnedCode'));

export const delegateProxy: Reader = {
  id: 'delegate-proxy',
  refuses: [
    'a contract whose implementation() names code that it does not run',
    'a contract that reads its first slot but does not run what is there',
    'a proxy with a slot of its own, or of Safe',
  ],
  read: async ({ account, codeAt, code, codeHash }, state) => {
    const tells = dispatches(code, IMPLEMENTATION) && dispatches(code, PROXY_TYPE);
    const reads =
      size(code) <= MAX_BARE_SIZE && FIRST_SLOT_READS.some((digits) => code.includes(digits));
    if (account !== codeAt || !(tells || reads) || hasNamedSlot(code) || isSafeProxy(codeHash)) {
      return null;
    }
    if (!delegates(code)) return null;
    const isApp = code.includes(KERNEL_SLOT.slice(2)) && !code.includes(PINNED_SLOT.slice(2));
    const [told, first, kernel] = await Promise.all([
      tells ? implementationOf(account, state) : NONE,
      reads ? observeAddress(state, account, slot(0n)) : NONE,
      isApp ? observeAddress(state, account, KERNEL_SLOT) : NONE,
    ]);
    for (const implementation of [told, first]) {
      const { value, evidence } = implementation;
      if (value === zeroAddress || value === account) continue;
      const run = await observe(state, (view) => runs(view, account, value));
      if (!run.value) continue;
      return {
        kind:
          kernel !== NONE
            ? 'Aragon app proxy'
            : tells
              ? 'EIP-897 proxy'
              : 'proxy by its first slot',
        ...proxyReading({
          reader: 'delegate-proxy',
          chainId: state.chainId,
          account,
          code,
          implementation: { value, evidence: [...evidence, ...run.evidence] },
          owners: [kernel],
          takesFirst: false,
        }),
        covers: publishedCode(code) === null ? [] : 'all',
      };
    }
    return null;
  },
};

const NONE: Observed<Address> = { value: zeroAddress, evidence: [] };

/** What `implementation()` answers; none where it answers with no address. */
async function implementationOf(account: Address, state: State): Promise<Observed<Address>> {
  try {
    const { value, evidence } = await observe(state, (view) =>
      view.call({ to: account, data: IMPLEMENTATION }),
    );
    return word.safeParse(value).success ? { value: addressOf(value), evidence } : NONE;
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return NONE;
  }
}
