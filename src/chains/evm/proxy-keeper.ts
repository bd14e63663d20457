/**
 * Contracts that keep proxies for an owner: OpenZeppelin's ProxyAdmin and UpgradeableBeacon, Aave's
 * address providers. A proxy asks for the contract's own power; here it is passed on to the owner.
 */
import { type Address, type Hex, pad, toFunctionSelector, zeroAddress } from 'viem';
import { ReadError } from '../../errors.ts';
import { act } from '../../power/model.ts';
import { type PublishedName, publishedCode } from './bytecode/published.ts';
import { type Observed, observe, observeAddress } from './evidence.ts';
import { announcement, type Reader } from './reader.ts';
import { offers } from './selectors.ts';
import type { State } from './state.ts';
import { accountId, slot } from './values.ts';

interface ProxyKeeper {
  readonly id: string;
  readonly kind: string;
  readonly refuses: readonly string[];
  readonly published: readonly PublishedName[];
  /** Whether code that nobody published is of this kind. */
  readonly isLike: (code: Hex) => boolean;
  /** What the owner may call, apart from what every Ownable has. */
  readonly functions: readonly string[];
}

const OWNER = 'owner()';
const OWNABLE: readonly string[] = ['transferOwnership(address)', 'renounceOwnership()'];
/** All of these inherit Ownable before anything else that is stored. */
const OWNER_SLOT = slot(0n);

/** The reader of one kind of keeper. */
export const keeperReader = ({
  id,
  kind,
  refuses,
  published,
  isLike,
  functions,
}: ProxyKeeper): Reader => ({
  id,
  refuses: [...refuses, OTHER_OWNER],
  read: async ({ account, code }, state) => {
    const name = publishedCode(code)?.name;
    const isPublished = name !== undefined && published.includes(name);
    if (!isPublished && !(offers(code, OWNER, ...OWNABLE) && isLike(code))) return null;
    const owner = isPublished
      ? await observeAddress(state, account, OWNER_SLOT)
      : await ownerOf(account, state);
    if (owner === null) return null;
    const self = accountId(state.chainId, account);
    return {
      kind,
      rules:
        owner.value === zeroAddress
          ? []
          : [
              {
                grants: act(self),
                requires: act(accountId(state.chainId, owner.value)),
                reader: id,
                functions: [...functions, ...OWNABLE].filter((signature) =>
                  offers(code, signature),
                ),
                evidence: owner.evidence,
              },
            ],
      covers: isPublished ? 'all' : [],
      delegatesTo: [],
      announces: [announcement('OwnershipTransferred(address,address)')],
      unread: [],
    };
  },
});

const OTHER_OWNER = 'one whose owner() answers with another than its storage holds';

/** The owner that the first slot and `owner()` agree on; `null` where they do not. */
async function ownerOf(account: Address, state: State): Promise<Observed<Address> | null> {
  try {
    const [stored, told] = await Promise.all([
      observeAddress(state, account, OWNER_SLOT),
      observe(state, (view) => view.call({ to: account, data: toFunctionSelector(OWNER) })),
    ]);
    if (told.value !== pad(stored.value).toLowerCase()) return null;
    return { value: stored.value, evidence: [...stored.evidence, ...told.evidence] };
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return null;
  }
}
