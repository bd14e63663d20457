import { type Address, encodeFunctionData, keccak256, parseAbi, toFunctionSelector } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discover } from '../../../../src/chains/evm/discover.ts';
import { overlay } from '../../../../src/chains/evm/overlay.ts';
import { readers } from '../../../../src/chains/evm/readers/index.ts';
import { mappingSlot, slot } from '../../../../src/chains/evm/values.ts';
import { coalitions } from '../../../../src/power/coalitions.ts';
import { act, type Node, nodeId, power } from '../../../../src/power/model.ts';
import { account } from '../../../support/accounts.ts';
import { cloneOf } from '../../../support/clone.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { wallet0x, walletWithDailyLimit } from '../../../support/multisig-wallets.ts';
import { deployCompiled } from '../../../support/openzeppelin.ts';
import { discoverOn, key, kindsAt, stateOf } from '../../../support/read.ts';

const DEPLOYER = account(0xde1);
const [A, B, C, D] = [0xc1, 0xc2, 0xc3, 0xc4].map(account) as [Address, Address, Address, Address];
const DAY = 86_400;
const ETHER = 10n ** 18n;

const abi = parseAbi([
  'function addOwner(address owner)',
  'function replaceOwner(address owner, address newOwner)',
  'function changeRequirement(uint256 required)',
  'function changeTimeLock(uint256 seconds)',
  'function submitTransaction(address destination, uint256 value, bytes data)',
  'function confirmTransaction(uint256 id)',
  'function registerFunctionCall(bool hasCustomTimeLock, bytes4 selector, address destination, uint128 seconds)',
]);

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

type Found = Awaited<ReturnType<typeof discoverOn>>;

/** Who reaches a power by this reader's rules, and when. */
const reach = ({ rules }: Found, goal: Node) =>
  coalitions(
    rules.filter(({ reader }) => reader !== 'opaque'),
    goal,
  )
    .list.map(({ leaves, seconds }) => `${leaves.map(nodeId).sort().join(' + ')} after ${seconds}`)
    .sort();

const pairs = (seconds: number, ...sets: readonly (readonly Address[])[]) =>
  sets.map((owners) => `${owners.map(key).sort().join(' + ')} after ${seconds}`).sort();

const takes = (found: Found, at: Address) => reach(found, act(`eip155:1:${at}`));

const daily = (limit: bigint) =>
  deployCompiled(chain, DEPLOYER, walletWithDailyLimit(), [[A, B, C], 2n, limit]);

const timeLocked = async (seconds: number) =>
  deployCompiled(chain, DEPLOYER, await wallet0x('MultiSigWalletWithTimeLock'), [
    [A, B, C],
    2n,
    BigInt(seconds),
  ]);

describe('with a daily limit', () => {
  test('enough owners act, and each spends the limit alone', async () => {
    const at = await daily(5n * ETHER);
    const found = await discoverOn(chain, at);
    expect(kindsAt(found, at)).toEqual(['MultiSigWallet with a daily limit']);
    expect(takes(found, at)).toEqual(pairs(0, [A, B], [A, C], [B, C]));
    const spend = power(`eip155:1:${at}`, { spend: 'eip155:1/slip44:60', limit: 5n * ETHER });
    expect(reach(found, spend)).toEqual(pairs(0, [A], [B], [C]));
  });

  test('a limit of nothing lets nobody spend alone', async () => {
    const { rules } = await discoverOn(chain, await daily(0n));
    expect(rules.filter(({ grants }) => nodeId(grants).startsWith('spend'))).toEqual([]);
  });

  test('owners who were replaced and a requirement that was changed are read as they are now', async () => {
    const at = await daily(0n);
    const changes = [
      encodeFunctionData({ abi, functionName: 'replaceOwner', args: [C, D] }),
      encodeFunctionData({ abi, functionName: 'changeRequirement', args: [3n] }),
    ];
    for (const data of changes) await send(chain, at, { to: at, data });
    expect(takes(await discoverOn(chain, at), at)).toEqual(pairs(0, [A, B, D]));
  });

  test('behind a proxy it is read on the proxy’s storage', async () => {
    const implementation = await daily(0n);
    const at = account(0xc00);
    const storage = {
      [mappingSlot(D, slot(2n))]: slot(1n),
      [slot(3n)]: slot(1n),
      [keccak256(slot(3n))]: D,
      [slot(4n)]: slot(1n),
    };
    await chain.set({ [at]: { code: cloneOf(implementation), storage } });
    expect(takes(await discoverOn(chain, at), at)).toEqual(pairs(0, [D]));
  });
});

describe('with a time lock, by 0x', () => {
  test('enough owners act after it', async () => {
    const at = await timeLocked(14 * DAY);
    const found = await discoverOn(chain, at);
    expect(kindsAt(found, at)).toEqual(['MultiSigWallet with a time lock']);
    expect(takes(found, at)).toEqual(pairs(14 * DAY, [A, B], [A, C], [B, C]));
  });

  test('the wallet itself shortens it, and adds owners', async () => {
    const at = await timeLocked(0);
    const changes = [
      encodeFunctionData({ abi, functionName: 'changeTimeLock', args: [60n] }),
      encodeFunctionData({ abi, functionName: 'addOwner', args: [D] }),
      encodeFunctionData({ abi, functionName: 'changeRequirement', args: [4n] }),
    ];
    for (const data of changes) await send(chain, at, { to: at, data });
    expect(takes(await discoverOn(chain, at), at)).toEqual(pairs(60, [A, B, C, D]));
  });

  test('a change that is only simulated is read, too', async () => {
    const at = await timeLocked(DAY);
    const after = overlay(await stateOf(chain), { [at]: { storage: { [slot(4n)]: slot(3n) } } });
    expect(takes(await discover(after, [at], readers), at)).toEqual(pairs(DAY, [A, B, C]));
  });

  test('time locks of single functions are unread', async () => {
    const governor = await wallet0x('ZeroExGovernor');
    const args = [[], [], [], [A, B, C], 2n, BigInt(DAY)];
    const at = await deployCompiled(chain, DEPLOYER, governor, args);
    const reasons = async () => (await discoverOn(chain, at)).unread.map(({ reason }) => reason);
    const unread = 'some functions have a time lock of their own: not read';
    expect(await reasons()).not.toContain(unread);
    const data = encodeFunctionData({
      abi,
      functionName: 'registerFunctionCall',
      args: [true, '0xa9059cbb', D, 0n],
    });
    await send(chain, at, { to: at, data });
    expect(await reasons()).toContain(unread);
  });
});

test('more owners than anyone means are unread, with the reason', async () => {
  const at = await daily(0n);
  const state = overlay(await stateOf(chain), {
    [at]: { storage: { [slot(3n)]: slot(1n << 200n) } },
  });
  const { unread } = await discover(state, [at], readers);
  expect(unread.map(({ reason }) => reason)).toContain(`${at} has more than 200 owners`);
});

describe('refuses', () => {
  test('a multisig wallet that confirms by the hash of an operation, as Parity’s does', async () => {
    const at = account(0xc01);
    const selectors = [
      'addOwner(address)',
      'removeOwner(address)',
      'changeRequirement(uint256)',
      'confirm(bytes32)',
      'execute(address,uint256,bytes)',
    ].map((signature) => toFunctionSelector(signature).slice(2));
    await chain.set({
      [at]: { code: `0x60006000fd${selectors.map((each) => `63${each}`).join('')}` },
    });
    const kinds = kindsAt(await discoverOn(chain, at), at);
    expect(kinds.filter((kind) => kind.startsWith('MultiSigWallet'))).toEqual([]);
  });

  test('a contract with the same functions that keeps its owners elsewhere: it is unread', async () => {
    const at = await deployCompiled(chain, DEPLOYER, walletWithDailyLimit(true), [
      [A, B, C],
      2n,
      0n,
    ]);
    const { rules, unread } = await discoverOn(chain, at);
    expect(rules.filter(({ reader }) => reader === 'multisig-wallet')).toEqual([]);
    expect(unread.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/requires \d+ of \d+ owners|where no MultiSigWallet does/),
    ]);
  });
});
