import {
  type Address,
  concat,
  encodeFunctionData,
  type Hex,
  keccak256,
  pad,
  parseAbi,
  toFunctionSelector,
  toHex,
  zeroAddress,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Discovery, discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { account } from '../../../support/accounts.ts';
import { compile } from '../../../support/compile.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { deployPackaged, packaged, paths } from '../../../support/packages.ts';
import {
  discoverOn,
  holders,
  isReadInFull,
  key,
  kindsAt,
  stateOf,
  takers,
} from '../../../support/read.ts';

const [DEPLOYER, OWNER, OTHER, FACET, SECOND] = [0xc1, 0xc2, 0xc3, 0xc4, 0xc5].map(account) as [
  Address,
  Address,
  Address,
  Address,
  Address,
];
const KIND = 'EIP-2535 diamond';
const CUT = '0x1f931c1c';
const BASE = BigInt(keccak256(toHex('diamond.standard.diamond.storage')));
const [ADD, REMOVE] = [0, 2];

const abi = parseAbi([
  'struct Cut { address facet; uint8 action; bytes4[] selectors; }',
  'function diamondCut(Cut[] cuts, address init, bytes data)',
  'function transferOwnership(address owner)',
  'function setFallbackAddress(address to)',
]);

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({ [FACET]: { code: '0x00' }, [SECOND]: { code: '0x00' } });
});

afterAll(() => chain.stop());

/** Selectors that nobody has, as many as asked for. */
const selectors = (count: number, from = 1): readonly Hex[] =>
  [...new Array(count).keys()].map((index) => toHex(from + index, { size: 4 }));

/** What reaches each facet of a diamond. */
const reaching = ({ found }: Discovery, diamond: Address) =>
  Object.fromEntries(
    found
      .map(({ frame }) => frame)
      .filter((frame) => frame.account === diamond && frame.codeAt !== diamond)
      .map(({ codeAt, reaches }) => [codeAt, reaches && [...reaches].sort()]),
  );

describe('hardhat-deploy’s, which is diamond-3', () => {
  /** A diamond of its owner with FACET in it, and its own facets. */
  async function deployDiamond(owner: Address = OWNER) {
    const [cut, ownership] = await Promise.all([
      deployPackaged(chain, DEPLOYER, paths.hardhatDeploy('DiamondCutFacet')),
      deployPackaged(chain, OTHER, paths.hardhatDeploy('OwnershipFacet')),
    ]);
    const facets = [
      { facetAddress: cut, functionSelectors: [CUT] },
      { facetAddress: ownership, functionSelectors: ['0xf2fde38b', '0x8da5cb5b'] },
      { facetAddress: FACET, functionSelectors: selectors(19) },
    ].map((facet) => ({ ...facet, action: ADD }));
    const path = paths.hardhatDeploy('Diamond');
    const diamond = await deployPackaged(chain, DEPLOYER, path, owner, facets, []);
    return { diamond, cut, ownership };
  }

  const cutting = (
    diamond: Address,
    cuts: readonly { facet: Address; action: number; selectors: readonly Hex[] }[],
  ) =>
    send(chain, OWNER, {
      to: diamond,
      data: encodeFunctionData({
        abi,
        functionName: 'diamondCut',
        args: [cuts, zeroAddress, '0x'],
      }),
    });

  test('the owner cuts it, and each facet is reached by its own functions', async () => {
    const { diamond, cut, ownership } = await deployDiamond();
    const found = await discoverOn(chain, diamond);
    expect(kindsAt(found, diamond)).toContain(KIND);
    expect(reaching(found, diamond)).toEqual({
      [cut]: [CUT],
      [ownership]: ['0x8da5cb5b', '0xf2fde38b'],
      [FACET]: selectors(19),
    });
    expect(isReadInFull(found, diamond)).toBe(true);
    expect(holders(found, diamond)).toEqual([key(OWNER)]);
    expect(found.rules.find(({ reader }) => reader === 'diamond')?.functions).toEqual([
      'diamondCut((address,uint8,bytes4[])[],address,bytes)',
    ]);
  });

  test('facets that were cut in and out are read as they are now', async () => {
    const { diamond } = await deployDiamond();
    await cutting(diamond, [
      { facet: SECOND, action: ADD, selectors: selectors(9, 100) },
      { facet: zeroAddress, action: REMOVE, selectors: selectors(19) },
    ]);
    const reached = reaching(await discoverOn(chain, diamond), diamond);
    expect(reached[SECOND]).toEqual(selectors(9, 100));
    expect(reached).not.toHaveProperty(FACET);
  });

  test('without diamondCut nobody cuts it', async () => {
    const { diamond, ownership } = await deployDiamond();
    await cutting(diamond, [{ facet: zeroAddress, action: REMOVE, selectors: [CUT] }]);
    const found = await discoverOn(chain, diamond);
    expect(found.rules.filter(({ reader }) => reader === 'diamond')).toEqual([]);
    expect(reaching(found, diamond)).toEqual({
      [ownership]: expect.anything(),
      [FACET]: selectors(19),
    });
  });

  test('an owner of zero is no one', async () => {
    const { diamond } = await deployDiamond(zeroAddress);
    expect(holders(await discoverOn(chain, diamond), diamond)).toEqual([]);
  });

  test('an owner that is only simulated is read, too', async () => {
    const { diamond } = await deployDiamond();
    const storage = { [slot(BASE + 4n)]: pad(OTHER) };
    const after = overlay(await stateOf(chain), { [diamond]: { storage } });
    expect(takers(await discover(after, [diamond], readers), diamond)).toContain(key(OTHER));
  });

  test('a diamondCut that asks for something else is opaque', async () => {
    const { diamond, cut } = await deployDiamond();
    await chain.set({ [cut]: { code: '0x00' } });
    const found = await discoverOn(chain, diamond);
    expect(found.unread).toContainEqual({
      account: `eip155:1:${cut}`,
      reason: `who may cut the diamond ${diamond} with it is not known`,
    });
    expect(
      found.rules.filter(({ reader }) => reader === 'diamond').map(({ requires }) => requires.type),
    ).toEqual(['leaf', 'power']);
  });

  test('a diamondCut that is in the mapping, but in no list, counts', async () => {
    const { diamond, cut } = await deployDiamond();
    await cutting(diamond, [{ facet: zeroAddress, action: REMOVE, selectors: [CUT] }]);
    const hidden = keccak256(concat([pad(CUT, { dir: 'right' }), slot(BASE)]));
    await chain.set({ [diamond]: { storage: { [hidden]: pad(cut) } } });
    expect(takers(await discoverOn(chain, diamond), diamond)).toContain(key(OWNER));
  });

  test('an endless list of facets is refused, with the reason', async () => {
    const { diamond } = await deployDiamond();
    await chain.set({ [diamond]: { storage: { [slot(BASE + 2n)]: `0x${'ff'.repeat(32)}` } } });
    const { unread } = await discoverOn(chain, diamond);
    expect(unread).toContainEqual({
      account: `eip155:1:${diamond}`,
      reason: 'a diamond with a list of more than 2000',
    });
  });

  test('refuses a facet on its own', async () => {
    const cut = await deployPackaged(chain, DEPLOYER, paths.hardhatDeploy('DiamondCutFacet'));
    expect(kindsAt(await discoverOn(chain, cut), cut)).toEqual([]);
  });
});

/** Code that holds the slot of the reference implementations, and delegates: no package holds the others. */
const STAND_IN: Hex = `0x7f${slot(BASE).slice(2)}600060006000600060006000f4`;

const facetSlot = (selector: Hex): Hex =>
  keccak256(concat([pad(selector, { dir: 'right' }), slot(BASE)]));

/** Eight selectors in a word. */
const packed = (list: readonly Hex[], dir: 'left' | 'right'): Hex =>
  pad(concat(list as Hex[]), { dir, size: 32 });

const LISTED = [...selectors(8), CUT] as const;
const homeOf = (selector: Hex): Address => (selector === CUT ? SECOND : FACET);

test.each([
  {
    make: 'diamond-1: one array of selectors',
    owner: 3n,
    storage: {
      [slot(BASE + 1n)]: slot(9n),
      [keccak256(slot(BASE + 1n))]: packed([...LISTED.slice(0, 8)].reverse(), 'left'),
      [slot(BigInt(keccak256(slot(BASE + 1n))) + 1n)]: packed([CUT], 'left'),
      ...Object.fromEntries(LISTED.map((each) => [facetSlot(each), pad(homeOf(each))])),
    },
  },
  {
    make: 'diamond-2: words of selectors by number',
    owner: 4n,
    storage: {
      [slot(BASE + 2n)]: slot(9n),
      [keccak256(concat([slot(0n), slot(BASE + 1n)]))]: packed(LISTED.slice(0, 8), 'right'),
      [keccak256(concat([slot(1n), slot(BASE + 1n)]))]: packed([CUT], 'right'),
      ...Object.fromEntries(
        LISTED.map((each) => [facetSlot(each), pad(homeOf(each), { dir: 'right' })]),
      ),
    },
  },
])('$make', async ({ owner, storage }) => {
  const diamond = account(0xd0 + Number(owner));
  // The code that cuts holds the slot of the owner.
  const cutCode: Hex = `0x7f${slot(BASE + owner).slice(2)}5400`;
  await chain.set({
    [SECOND]: { code: cutCode },
    [diamond]: {
      code: STAND_IN,
      storage: { ...storage, [slot(BASE + owner)]: pad(OWNER) },
    },
  });
  const found = await discoverOn(chain, diamond);
  expect(reaching(found, diamond)).toEqual({ [FACET]: selectors(8), [SECOND]: [CUT] });
  expect(isReadInFull(found, diamond)).toBe(false);
  expect(holders(found, diamond)).toEqual([key(OWNER)]);
});

test('solidstate’s: the owner cuts, and a nominee may become it', async () => {
  const compiled = compile(
    'Ours',
    `import {SolidStateDiamond} from "@solidstate/contracts/proxy/diamond/SolidStateDiamond.sol";
    contract Ours is SolidStateDiamond {}`,
  );
  const diamond = await deployCompiled(chain, OWNER, compiled, []);
  const call = (data: Hex) => send(chain, OWNER, { to: diamond, data });
  const cuts = [{ facet: FACET, action: ADD, selectors: selectors(12) }];
  await call(
    encodeFunctionData({ abi, functionName: 'diamondCut', args: [cuts, zeroAddress, '0x'] }),
  );
  await call(encodeFunctionData({ abi, functionName: 'setFallbackAddress', args: [SECOND] }));
  await call(encodeFunctionData({ abi, functionName: 'transferOwnership', args: [OTHER] }));
  const found = await discoverOn(chain, diamond);
  expect(kindsAt(found, diamond)).toContain(KIND);
  expect(reaching(found, diamond)).toEqual({ [FACET]: selectors(12), [SECOND]: undefined });
  expect(
    found.rules
      .filter(({ reader, grants }) => reader === 'diamond' && grants.type === 'power')
      .map(({ requires }) => requires),
  ).toEqual([
    { type: 'power', account: `eip155:1:${OWNER}`, action: 'act' },
    { type: 'power', account: `eip155:1:${OTHER}`, action: 'act' },
    { type: 'power', account: `eip155:1:${diamond}`, action: 'upgrade' },
  ]);
});

test('refuses a contract that names the storage of a diamond and keeps none', async () => {
  const at = account(0xc7);
  const { deployedBytecode } = await packaged(paths.hardhatDeploy('Diamond'));
  await chain.set({ [at]: { code: deployedBytecode } });
  expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  expect(toFunctionSelector('diamondCut((address,uint8,bytes4[])[],address,bytes)')).toBe(CUT);
});
