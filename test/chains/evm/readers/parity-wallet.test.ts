import { type Address, encodeFunctionData, type Hex, parseAbi } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { coalitions } from '../../../../src/power/coalitions.ts';
import { act, type Node, nodeId, power } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import {
  type ParityBuild,
  parityStub,
  parityWallet,
  walletWithDailyLimit,
} from '../../../support/multisig-wallets.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { discoverOn, key, kindsAt, opaque, stateOf, ways } from '../../../support/read.ts';

const DEPLOYER = account(0xde1);
const [A, B, C, D] = [0xf1, 0xf2, 0xf3, 0xf4].map(account) as [Address, Address, Address, Address];
const ETHER = 10n ** 18n;
const DESTROYED = '0x863DF6BFa4469f3ead0bE8f9F2AAE51c91A907b4';

const abi = parseAbi([
  'function initWallet(address[] owners, uint256 required, uint256 dailyLimit)',
  'function changeOwner(address from, address to)',
  'function changeRequirement(uint256 required)',
  'function addOwner(address owner)',
]);

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

type Found = Awaited<ReturnType<typeof discoverOn>>;

/** Who reaches a power by this reader's rules. */
const reach = ({ rules }: Found, goal: Node) =>
  ways(
    ...coalitions(
      rules.filter(({ reader }) => reader !== 'opaque'),
      goal,
    ).list.map(({ leaves }) => leaves.map(nodeId)),
  );

const takes = (found: Found, at: Address) => reach(found, act(`eip155:1:${at}`));

const init = (at: Address, required = 2n, limit = 0n) =>
  send(chain, A, {
    to: at,
    data: encodeFunctionData({ abi, functionName: 'initWallet', args: [[B, C], required, limit] }),
  });

/** A wallet of this build, of 2 of 3 owners. */
async function walletOf(build: ParityBuild, required = 2n, limit = 0n): Promise<Address> {
  const at = await deployCompiled(chain, DEPLOYER, parityWallet(build), []);
  await init(at, required, limit);
  return at;
}

const TWO_OF_THREE = ways([key(A), key(B)], [key(A), key(C)], [key(B), key(C)]);

describe.each(['one', 'library'] as const)('in the layout of %s', (layout) => {
  test('enough owners act, and each spends the daily limit alone', async () => {
    const at = await walletOf({ layout }, 2n, 5n * ETHER);
    const found = await discoverOn(chain, at);
    expect(kindsAt(found, at)).toEqual(['Parity multisig wallet']);
    expect(takes(found, at)).toEqual(TWO_OF_THREE);
    const spend = power(`eip155:1:${at}`, { spend: 'eip155:1/slip44:60', limit: 5n * ETHER });
    expect(reach(found, spend)).toEqual(ways([key(A)], [key(B)], [key(C)]));
  });

  test('a limit of nothing lets nobody spend alone', async () => {
    const { rules } = await discoverOn(chain, await walletOf({ layout }));
    expect(rules.filter(({ grants }) => nodeId(grants).startsWith('spend'))).toEqual([]);
  });

  test('owners and requirement that changed are read as they are now', async () => {
    const at = await walletOf({ layout }, 1n);
    const changes: readonly Hex[] = [
      encodeFunctionData({ abi, functionName: 'changeOwner', args: [C, D] }),
      encodeFunctionData({ abi, functionName: 'changeRequirement', args: [3n] }),
    ];
    for (const data of changes) await send(chain, A, { to: at, data });
    expect(takes(await discoverOn(chain, at), at)).toEqual(ways([key(A), key(B), key(D)]));
  });

  test('where nobody is required, it takes one owner', async () => {
    const at = await walletOf({ layout }, 0n);
    expect(takes(await discoverOn(chain, at), at)).toEqual(ways([key(A)], [key(B)], [key(C)]));
  });

  test('in its first builds, one owner calls anything without ether', async () => {
    const at = await walletOf({ layout, callsForOne: true }, 3n, 1n);
    expect(takes(await discoverOn(chain, at), at)).toEqual(ways([key(A)], [key(B)], [key(C)]));
  });

  test('where initWallet is open, anyone becomes its owner', async () => {
    const at = await walletOf({ layout, isGuarded: false });
    expect(takes(await discoverOn(chain, at), at)).toEqual(['']);
  });

  test('a requirement that is only simulated is read, too', async () => {
    const at = await walletOf({ layout });
    const after = overlay(await stateOf(chain), { [at]: { storage: { [slot(0n)]: slot(3n) } } });
    expect(takes(await discover(after, [at], readers), at)).toEqual(ways([key(A), key(B), key(C)]));
  });
});

describe('a stub', () => {
  test('is read with its library’s code on its own storage', async () => {
    const library = await deployCompiled(chain, DEPLOYER, parityWallet({ layout: 'library' }), []);
    const at = await deployCompiled(chain, DEPLOYER, parityStub(library), []);
    await init(at);
    const found = await discoverOn(chain, at);
    expect(kindsAt(found, at)).toEqual([
      'Parity wallet that runs a library',
      'Parity multisig wallet',
    ]);
    expect(takes(found, at)).toEqual(TWO_OF_THREE);
  });

  test('leaves a library without owners that anyone takes, and destroys', async () => {
    const library = await deployCompiled(chain, DEPLOYER, parityWallet({ layout: 'library' }), []);
    expect(takes(await discoverOn(chain, library), library)).toEqual(['']);
  });

  test('whose library was destroyed belongs to nobody any more', async () => {
    const at = await deployCompiled(chain, DEPLOYER, parityStub(DESTROYED), []);
    const found = await discoverOn(chain, at);
    expect(kindsAt(found, at)).toEqual(['Parity wallet whose library was destroyed']);
    expect(takes(found, at)).toEqual([]);
  });

  test('whose library has no code otherwise is opaque: code may come there', async () => {
    const library = account(0xf10);
    const at = await deployCompiled(chain, DEPLOYER, parityStub(library), []);
    const all = coalitions((await discoverOn(chain, at)).rules, act(`eip155:1:${at}`)).list;
    expect(all.flatMap(({ leaves }) => leaves.map(nodeId))).toContain(opaque(library));
  });
});

test('more owners than it allows are unread, with the reason', async () => {
  const at = await walletOf({ layout: 'one' });
  const state = overlay(await stateOf(chain), { [at]: { storage: { [slot(1n)]: slot(251n) } } });
  const { unread } = await discover(state, [at], readers);
  expect(unread.map(({ reason }) => reason)).toContain(`${at} has more than 250 owners`);
});

test('one whose answers make no sense is unread, with the reason', async () => {
  const at = await walletOf({ layout: 'one' });
  const code = await (await stateOf(chain)).code(at);
  // Stops at once, so that every answer is empty.
  await chain.set({ [at]: { code: `0x00${code.slice(2)}` } });
  const { unread } = await discoverOn(chain, at);
  expect(unread[0]?.reason).toMatch(/gives no answer that makes sense/);
});

describe('refuses', () => {
  test('Gnosis’s MultiSigWallet, which confirms by number', async () => {
    const args = [[A, B, C], 2n, 0n];
    const at = await deployCompiled(chain, DEPLOYER, walletWithDailyLimit(), args);
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual(['MultiSigWallet with a daily limit']);
  });

  test('a contract with the same functions that keeps its owners elsewhere: it is unread', async () => {
    const at = await walletOf({ layout: 'elsewhere' });
    const { rules, unread } = await discoverOn(chain, at);
    expect(rules.filter(({ reader }) => reader === 'parity-wallet')).toEqual([]);
    expect(unread.map(({ reason }) => reason)).toEqual([
      `${at} keeps its owners where no such wallet does`,
    ]);
  });

  test('a stub whose code names more than one account', async () => {
    const stub = parityStub(account(0xf11), account(0xf12));
    const at = await deployCompiled(chain, DEPLOYER, stub, []);
    expect(kindsAt(await discoverOn(chain, at), at)).toEqual([]);
  });
});
