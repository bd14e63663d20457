/**
 * A diamond as its storage has it: which facet each function runs on, and who may cut. The three
 * reference implementations keep it at one place in three ways, solidstate's at another.
 *
 * @see https://github.com/mudgen/diamond
 * @see https://github.com/solidstate-network/solidstate-solidity
 */
import { type Address, concat, type Hex, keccak256, pad, toHex, zeroAddress } from 'viem';
import { ReadError } from '../../errors.ts';
import { publishedCode } from './bytecode/published.ts';
import type { State } from './state.ts';
import { addressOf, slot } from './values.ts';

/** What a diamond's storage says. */
export interface Diamond {
  /** The selectors that each facet is reached with. */
  readonly facets: ReadonlyMap<Address, readonly Hex[]>;
  /** What every other call runs; zero where nothing does. */
  readonly fallback: Address;
  /** The facet that cuts; zero where the diamond cannot be cut any more. */
  readonly cut: Address;
  /** The owner, and a nominee who has yet to accept. */
  readonly owners: readonly Address[];
  /** Whether the code that cuts asks for the owner. */
  readonly ownerCuts: boolean;
}

const named = (name: string): bigint => BigInt(keccak256(toHex(name)));

const REFERENCE = named('diamond.standard.diamond.storage');
const SOLIDSTATE = named('solidstate.contracts.storage.DiamondBase');
const SOLIDSTATE_OWNER = named('solidstate.contracts.storage.Ownable');
const SOLIDSTATE_NOMINEE = named('solidstate.contracts.storage.SafeOwnable');

/** `diamondCut((address,uint8,bytes4[])[],address,bytes)`. */
const DIAMOND_CUT: Hex = '0x1f931c1c';
/** `acceptOwnership()`. */
const ACCEPT_OWNERSHIP: Hex = '0x79ba5097';

/** No diamond that anyone means has more facets or functions. */
const MAX_LIST = 2_000;
const SELECTORS_IN_WORD = 8;
const EMPTY: Hex = '0x';

/** How one implementation keeps a diamond: slots, and what is in them. */
interface Layout {
  /** The mapping from selectors to facets. */
  readonly facets: bigint;
  readonly facetIn: (word: Hex) => Address;
  readonly selectors: () => Promise<readonly Hex[]>;
  readonly owner: bigint;
  readonly nominee: bigint | null;
  readonly fallback: bigint | null;
}

type ReadSlot = (at: bigint) => Promise<Hex>;

/** Whether code keeps a diamond where one of the implementations does. */
export const keepsDiamond = (code: Hex): boolean =>
  [REFERENCE, SOLIDSTATE].some((base) => holds(code, base));

/** Reads the diamond that `code` keeps at `account`; `null` where there is nothing. */
export async function readDiamond(
  account: Address,
  code: Hex,
  state: State,
): Promise<Diamond | null> {
  const read: ReadSlot = (at) => state.storage(account, slot(at));
  const layout = holds(code, SOLIDSTATE) ? solidstate(read) : await reference(read);
  if (layout === null) return null;
  const addressAt = async (at: bigint | null): Promise<Address> =>
    at === null ? zeroAddress : addressOf(await read(at));
  const facetOf = async (selector: Hex): Promise<Address> =>
    layout.facetIn(await read(mappingSlot(pad(selector, { dir: 'right' }), layout.facets)));

  const [listed, cut, accepts, owner, nominee, fallback] = await Promise.all([
    layout.selectors(),
    facetOf(DIAMOND_CUT),
    facetOf(ACCEPT_OWNERSHIP),
    addressAt(layout.owner),
    addressAt(layout.nominee),
    addressAt(layout.fallback),
  ]);
  // The mapping decides, listed or not.
  const selectors = [...new Set([...listed, DIAMOND_CUT])];
  const [homes, cutCode] = await Promise.all([
    Promise.all(selectors.map(facetOf)),
    cut === zeroAddress ? EMPTY : state.code(cut),
  ]);
  const facets = new Map<Address, readonly Hex[]>();
  selectors.forEach((selector, index) => {
    const home = homes[index] ?? zeroAddress;
    if (home !== zeroAddress) facets.set(home, [...(facets.get(home) ?? []), selector]);
  });
  return {
    facets,
    fallback,
    cut,
    owners: (accepts === zeroAddress ? [owner] : [owner, nominee]).filter(
      (each) => each !== zeroAddress,
    ),
    ownerCuts: readsSlot(cutCode, layout),
  };
}

/** Which of the reference implementations keeps this storage; `null` where there is nothing. */
async function reference(read: ReadSlot): Promise<Layout | null> {
  const facetList = arraySlot(REFERENCE + 2n);
  const [second, third, firstFacet] = await Promise.all(
    [REFERENCE + 1n, REFERENCE + 2n, facetList].map(async (at) => BigInt(await read(at))),
  );
  const layout = (owner: bigint, facetIn: Layout['facetIn'], selectors: Layout['selectors']) => ({
    facets: REFERENCE,
    facetIn,
    selectors,
    owner: REFERENCE + owner,
    nominee: null,
    fallback: null,
  });
  // diamond-1: one array of selectors. diamond-3: one of facets, and one of selectors for each.
  if (second) return layout(3n, addressOf, () => selectorArray(read, REFERENCE + 1n));
  if (third && firstFacet) return layout(4n, addressOf, () => selectorsByFacet(read));
  // diamond-2: words of selectors by number, and the facet in front of its word.
  const words = () => numberedSelectors(read, REFERENCE + 2n, REFERENCE + 1n);
  return third ? layout(4n, addressInFront, words) : null;
}

const solidstate = (read: ReadSlot): Layout => ({
  facets: SOLIDSTATE,
  facetIn: addressInFront,
  selectors: () => numberedSelectors(read, SOLIDSTATE + 1n, SOLIDSTATE + 2n),
  owner: SOLIDSTATE_OWNER,
  nominee: SOLIDSTATE_NOMINEE,
  fallback: SOLIDSTATE + 3n,
});

/** Whether code reads the slot of the owner: named in full, or as the base and what is added to it. */
const readsSlot = (code: Hex, { owner, facets }: Layout): boolean =>
  holds(code, owner) ||
  publishedCode(code)?.name === 'DiamondCutFacet' ||
  // PUSH1, the offset, ADD, SLOAD.
  code.includes(`${slot(facets).slice(2)}60${slot(owner - facets).slice(-2)}0154`);

async function selectorsByFacet(read: ReadSlot): Promise<readonly Hex[]> {
  const count = countable(BigInt(await read(REFERENCE + 2n)));
  const start = arraySlot(REFERENCE + 2n);
  const facets = await Promise.all(upTo(count).map((index) => read(start + BigInt(index))));
  const lists = await Promise.all(
    facets.map((facet) => selectorArray(read, mappingSlot(pad(addressOf(facet)), REFERENCE + 1n))),
  );
  return lists.flat();
}

/** A Solidity array of selectors: eight in a word, the first at its low end. */
async function selectorArray(read: ReadSlot, at: bigint): Promise<readonly Hex[]> {
  const count = countable(BigInt(await read(at)));
  const words = await readWords(count, (index) => read(arraySlot(at) + index));
  return words.flatMap((word) => selectorsIn(word).reverse()).slice(0, count);
}

/** Words of selectors in a mapping from their number, the first selector at the high end. */
async function numberedSelectors(
  read: ReadSlot,
  countAt: bigint,
  mapping: bigint,
): Promise<readonly Hex[]> {
  const count = countable(BigInt(await read(countAt)) & 0xffffn);
  const words = await readWords(count, (index) => read(mappingSlot(slot(index), mapping)));
  return words.flatMap(selectorsIn).slice(0, count);
}

const readWords = (count: number, read: ReadSlot): Promise<readonly Hex[]> =>
  Promise.all(upTo(Math.ceil(count / SELECTORS_IN_WORD)).map((index) => read(BigInt(index))));

const selectorsIn = (word: Hex): Hex[] =>
  upTo(SELECTORS_IN_WORD).map((index): Hex => `0x${word.slice(2 + 8 * index, 10 + 8 * index)}`);

const upTo = (count: number): readonly number[] => [...new Array(count).keys()];

function countable(count: bigint): number {
  if (count <= BigInt(MAX_LIST)) return Number(count);
  throw new ReadError(`a diamond with a list of more than ${MAX_LIST}`);
}

/** The address in the first twenty bytes of a word. */
const addressInFront = (word: Hex): Address => addressOf(word.slice(0, 42) as Hex);

const holds = (code: Hex, at: bigint): boolean => code.includes(slot(at).slice(2));

const mappingSlot = (key: Hex, mapping: bigint): bigint =>
  BigInt(keccak256(concat([key, slot(mapping)])));

const arraySlot = (at: bigint): bigint => BigInt(keccak256(slot(at)));
