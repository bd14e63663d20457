import { type Address, type Hex, keccak256, pad, toFunctionSelector, toHex, zeroHash } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Discovery, discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { ReadError } from '../../../../src/errors.ts';
import { nodeId } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { compile } from '../../../support/compile.ts';
import { type LocalChain, startLocalChain } from '../../../support/local-chain.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { deployPackaged, paths } from '../../../support/packages.ts';
import { codeRunBy, discoverOn, isReadInFull, kindsAt, stateOf } from '../../../support/read.ts';
import { safeAccounts } from '../../../support/safes.ts';

const [DEPLOYER, KERNEL, IMPLEMENTATION, OTHER] = [0xb1, 0xb2, 0xb3, 0xb4].map(account) as [
  Address,
  Address,
  Address,
  Address,
];

/** Answers every call with an address. */
const answering = (answer: Address): Hex => `0x73${answer.slice(2)}60005260206000f3`;

/** Who may upgrade, by this reader. */
const upgraders = ({ rules }: Discovery): readonly string[] =>
  rules
    .filter(
      ({ reader, grants }) => reader === 'delegate-proxy' && nodeId(grants).startsWith('upgrade'),
    )
    .flatMap(({ requires }) => (requires.type === 'power' ? [requires.account] : []));

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({
    [IMPLEMENTATION]: { code: '0x00' },
    [OTHER]: { code: '0x00' },
    // A kernel that runs every app on one code.
    [KERNEL]: { code: answering(IMPLEMENTATION) },
  });
});

afterAll(() => chain.stop());

describe('Aragon', () => {
  test('an app is its kernel’s', async () => {
    const path = paths.aragon('AppProxyUpgradeable');
    const proxy = await deployPackaged(chain, DEPLOYER, path, KERNEL, zeroHash, '0x');
    const found = await discoverOn(chain, proxy);
    expect(kindsAt(found, proxy)).toEqual(['Aragon app proxy']);
    expect(isReadInFull(found, proxy)).toBe(true);
    expect(codeRunBy(found, proxy)).toEqual([IMPLEMENTATION]);
    expect(upgraders(found)).toEqual([`eip155:1:${KERNEL}`]);
  });

  test('a pinned app runs one code for ever', async () => {
    const path = paths.aragon('AppProxyPinned');
    const proxy = await deployPackaged(chain, DEPLOYER, path, KERNEL, zeroHash, '0x');
    const found = await discoverOn(chain, proxy);
    expect(kindsAt(found, proxy)).toEqual(['EIP-897 proxy']);
    expect(isReadInFull(found, proxy)).toBe(true);
    expect(codeRunBy(found, proxy)).toEqual([IMPLEMENTATION]);
    expect(upgraders(found)).toEqual([]);
  });

  test('a kernel is what it runs', async () => {
    const path = paths.aragon('KernelProxy');
    const proxy = await deployPackaged(chain, DEPLOYER, path, IMPLEMENTATION);
    const found = await discoverOn(chain, proxy);
    expect(kindsAt(found, proxy)).toEqual(['EIP-897 proxy']);
    expect(isReadInFull(found, proxy)).toBe(true);
    expect(codeRunBy(found, proxy)).toEqual([IMPLEMENTATION]);
    expect(upgraders(found)).toEqual([]);
  });
});

/** Runs what is in its first slot, after `before`; `told` is what implementation() answers. */
const bare = (told = 'code', before = '') =>
  compile(
    'Bare',
    `contract Bare {
      address code;
      constructor(address to) { code = to; }
      ${
        told === ''
          ? ''
          : `function implementation() external view returns (address) { return ${told}; }
      function proxyType() external pure returns (uint256) { return 2; }`
      }
      fallback() external payable {
        ${before}
        assembly {
          calldatacopy(0, 0, calldatasize())
          let done := delegatecall(gas(), sload(0), 0, calldatasize(), 0, 0)
          returndatacopy(0, 0, returndatasize())
          switch done case 0 { revert(0, returndatasize()) } default { return(0, returndatasize()) }
        }
      }
    }`,
  );

describe('a proxy of no standard slot', () => {
  test('that tells what it runs is believed once it is seen to run it', async () => {
    const proxy = await deployCompiled(chain, DEPLOYER, bare(), [IMPLEMENTATION]);
    const found = await discoverOn(chain, proxy);
    expect(kindsAt(found, proxy)).toEqual(['EIP-897 proxy']);
    expect(isReadInFull(found, proxy)).toBe(false);
    expect(codeRunBy(found, proxy)).toEqual([IMPLEMENTATION]);
  });

  test('that tells nothing runs its first slot', async () => {
    const proxy = await deployCompiled(chain, DEPLOYER, bare(''), [IMPLEMENTATION]);
    const found = await discoverOn(chain, proxy);
    expect(kindsAt(found, proxy)).toEqual(['proxy by its first slot']);
    expect(isReadInFull(found, proxy)).toBe(false);
    expect(codeRunBy(found, proxy)).toEqual([IMPLEMENTATION]);
  });

  test('is read as it would be after a transaction', async () => {
    const proxy = await deployCompiled(chain, DEPLOYER, bare(), [IMPLEMENTATION]);
    const storage = { [slot(0n)]: pad(OTHER) };
    const after = overlay(await stateOf(chain), { [proxy]: { storage } });
    expect(codeRunBy(await discover(after, [proxy], readers), proxy)).toEqual([OTHER]);
  });

  test('is read from its bytecode where the node takes no overrides', async () => {
    const proxy = await deployCompiled(chain, DEPLOYER, bare(), [IMPLEMENTATION]);
    const state = await stateOf(chain);
    const found = await discover(
      {
        ...state,
        call: async (call, overrides) => {
          if (overrides !== undefined) throw new ReadError('no overrides');
          return await state.call(call);
        },
      },
      [proxy],
      readers,
    );
    expect(codeRunBy(found, proxy)).toEqual([IMPLEMENTATION]);
  });

  test('that names itself is read once', async () => {
    const proxy = await deployCompiled(chain, DEPLOYER, bare(), [OTHER]);
    await chain.set({ [proxy]: { storage: { [slot(0n)]: pad(proxy) } } });
    expect(kindsAt(await discoverOn(chain, proxy), proxy)).toEqual([]);
  });
});

describe('refuses', () => {
  test('a contract whose implementation() names code that it does not run', async () => {
    const compiled = bare(OTHER);
    const proxy = await deployCompiled(chain, DEPLOYER, compiled, [IMPLEMENTATION]);
    const found = await discoverOn(chain, proxy);
    expect(codeRunBy(found, proxy)).toEqual([IMPLEMENTATION]);
  });

  test('a contract that reads its first slot but does not run what is there', async () => {
    const compiled = bare('', 'if (msg.data.length < 5) return;');
    const proxy = await deployCompiled(chain, DEPLOYER, compiled, [IMPLEMENTATION]);
    expect(kindsAt(await discoverOn(chain, proxy), proxy)).toEqual([]);
  });

  test('a proxy with a slot of its own, or of Safe', async () => {
    const safe = account(0xb5);
    await chain.set(await safeAccounts('1.4.1', {}, safe));
    expect(kindsAt(await discoverOn(chain, safe), safe)).toEqual(['Safe proxy', 'Safe 1.4.1']);

    const at = account(0xb6);
    const proxiable = keccak256(toHex('PROXIABLE'));
    const selectors = ['implementation()', 'proxyType()'].map((signature) =>
      toFunctionSelector(signature).slice(2),
    );
    const code = `${answering(OTHER)}f463${selectors.join('63')}7f${proxiable.slice(2)}` as Hex;
    await chain.set({ [at]: { code, storage: { [proxiable]: pad(OTHER) } } });
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual(['EIP-1822 proxy']);
  });
});
