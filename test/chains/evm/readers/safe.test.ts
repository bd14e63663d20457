import {
  type Address,
  encodeFunctionData,
  type Hex,
  keccak256,
  pad,
  parseAbi,
  toHex,
  zeroAddress,
} from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SafeVersion, singletonVersion } from '../../../../src/chains/evm/safe/code.ts';
import { approvedHashSlot, readSafe } from '../../../../src/chains/evm/safe/wallet.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { account, OWNERS } from '../../../support/accounts.ts';
import { type LocalChain, send, startLocalChain } from '../../../support/local-chain.ts';
import { OPAQUE_CODE } from '../../../support/opaque.ts';
import { discoverOn, key, kindsAt, opaque, stateOf, takers, ways } from '../../../support/read.ts';
import { type SafeContract, safeCode } from '../../../support/safe-contracts.ts';
import { SAFE, SINGLETON, safeAccounts } from '../../../support/safes.ts';

const [A, B, C, D] = [account(1), account(2), account(3), account(4)];
const MODULE = account(0x30d);
const GUARD = account(0x60a2d);
const HANDLER = account(0x4a);
const HASH = keccak256('0x01');
/** Answers 1 to everything, as a guard must to supportsInterface. */
const YES: Hex = OPAQUE_CODE;

const abi = parseAbi([
  'function setup(address[] owners, uint256 threshold, address to, bytes data, address paymentToken, uint256 payment, address paymentReceiver)',
  'function setup(address[] owners, uint256 threshold, address to, bytes data, address handler, address paymentToken, uint256 payment, address paymentReceiver)',
  'function enableModule(address module)',
  'function setGuard(address guard)',
  'function setModuleGuard(address guard)',
  'function setFallbackHandler(address handler)',
  'function approveHash(bytes32 hash)',
]);

let chain: LocalChain;

beforeAll(async () => {
  chain = await startLocalChain();
  await chain.set({ [GUARD]: { code: YES } });
});

afterAll(() => chain.stop());

/** A Safe that its own code set up, at `at`. */
async function setUp(version: SafeVersion, at: Address): Promise<void> {
  await chain.set({
    [SINGLETON]: { code: await safeCode(`singleton ${version}`) },
    [at]: { code: await safeCode(`proxy ${version}`), storage: { [slot(0n)]: pad(SINGLETON) } },
  });
  const owners = [A, B, C];
  const data =
    version === '1.0.0'
      ? encodeFunctionData({
          abi,
          functionName: 'setup',
          args: [owners, 2n, zeroAddress, '0x', zeroAddress, 0n, zeroAddress],
        })
      : encodeFunctionData({
          abi,
          functionName: 'setup',
          args: [owners, 2n, zeroAddress, '0x', HANDLER, zeroAddress, 0n, zeroAddress],
        });
  await send(chain, D, { to: at, data });
}

const byItself = (
  at: Address,
  functionName: 'enableModule' | 'setGuard' | 'setModuleGuard',
  to: Address,
) => send(chain, at, { to: at, data: encodeFunctionData({ abi, functionName, args: [to] }) });

describe('what the real code writes is read from storage', () => {
  const versions = ['1.0.0', '1.1.1', '1.2.0', '1.3.0', '1.4.1', '1.5.0'] as const;
  test.each(versions)('Safe %s', async (version) => {
    const at = account(0x100 + versions.indexOf(version));
    await setUp(version, at);
    await byItself(at, 'enableModule', MODULE);
    if (version >= '1.3.0') await byItself(at, 'setGuard', GUARD);
    if (version >= '1.5.0') await byItself(at, 'setModuleGuard', GUARD);
    await send(chain, A, {
      to: at,
      data: encodeFunctionData({ abi, functionName: 'approveHash', args: [HASH] }),
    });
    const state = await stateOf(chain);
    const wallet = await readSafe(at, version, state);
    expect(wallet).toMatchObject({
      version,
      owners: { value: [A, B, C] },
      threshold: { value: 2 },
      modules: { value: [MODULE] },
      nonce: { value: 0n },
      handler: { value: version === '1.0.0' ? zeroAddress : HANDLER },
      guard: { value: version >= '1.3.0' ? GUARD : zeroAddress },
      moduleGuard: { value: version >= '1.5.0' ? GUARD : zeroAddress },
    });
    expect(await state.storage(at, approvedHashSlot(A, HASH))).toBe(slot(1n));
    expect(await state.storage(at, approvedHashSlot(B, HASH))).toBe(slot(0n));
  });
});

// The packages of 1.0.0 and 1.2.0 hold builds that were never deployed, so for those two only the
// layout is tested, above; their published code hashes come from Safe's own list of deployments.
test.each([
  ['singleton 1.1.1', '1.1.1'],
  ['singleton 1.3.0', '1.3.0'],
  ['singleton 1.3.0 L2', '1.3.0'],
  ['singleton 1.4.1', '1.4.1'],
  ['singleton 1.4.1 L2', '1.4.1'],
  ['singleton 1.5.0', '1.5.0'],
  ['singleton 1.5.0 L2', '1.5.0'],
] satisfies [SafeContract, SafeVersion][])(
  'the published code of %s is known',
  async (name, version) => {
    expect(singletonVersion(keccak256(await safeCode(name)))).toBe(version);
  },
);

describe('rules', () => {
  test('the threshold of owners, each module, and the guard as a veto', async () => {
    const at = account(0x1d);
    await chain.set(await safeAccounts('1.3.0', { modules: [MODULE], guard: GUARD }, at));
    const found = await discoverOn(chain, at);
    expect(kindsAt(found, at)).toEqual(['Safe proxy', 'Safe 1.3.0']);
    expect(takers(found, at)).toEqual(
      ways([key(MODULE)], [key(A), key(B)], [key(A), key(C)], [key(B), key(C)]),
    );
    expect(found.rules).toContainEqual(
      expect.objectContaining({
        grants: { type: 'power', account: `eip155:1:${at}`, action: 'veto' },
      }),
    );
    expect(found.unread.map((each) => each.account)).toEqual([`eip155:1:${GUARD}`]);
  });

  test('rest on the slots that they were read from, the singleton included', async () => {
    await chain.set(await safeAccounts('1.4.1'));
    const { rules } = await discoverOn(chain, SAFE);
    const reads = rules.find(({ reader }) => reader === 'safe')?.evidence.map(({ read }) => read);
    expect(reads).toEqual(
      expect.arrayContaining([
        `code hash ${SAFE}`,
        `storage ${SAFE} slot 0x00`,
        `code hash ${SINGLETON}`,
        `storage ${SAFE} slot 0x04`,
      ]),
    );
  });

  test('a Safe that owns a Safe is opened', async () => {
    const inner = account(0x1a);
    await chain.set({
      ...(await safeAccounts('1.4.1', { owners: [inner, D], threshold: 2 })),
      ...(await safeAccounts('1.4.1', { owners: OWNERS.slice(0, 2), threshold: 1 }, inner)),
    });
    expect(takers(await discoverOn(chain, SAFE), SAFE)).toEqual(
      ways([key(A), key(D)], [key(B), key(D)]),
    );
  });

  test('two Safes that own each other belong to no one', async () => {
    const other = account(0x1b);
    await chain.set({
      ...(await safeAccounts('1.4.1', { owners: [other], threshold: 1 })),
      ...(await safeAccounts('1.4.1', { owners: [SAFE], threshold: 1 }, other)),
    });
    expect(takers(await discoverOn(chain, SAFE), SAFE)).toEqual([]);
  });

  test('a Safe that was never set up belongs to anyone', async () => {
    const fresh = account(0x1c);
    await chain.set({
      [SINGLETON]: { code: await safeCode('singleton 1.4.1') },
      [fresh]: { code: await safeCode('proxy 1.4.1'), storage: { [slot(0n)]: pad(SINGLETON) } },
    });
    expect(takers(await discoverOn(chain, fresh), fresh)).toEqual(['']);
  });

  test('a fallback handler gives power unless its code is known', async () => {
    const handled = async (code: Hex) => {
      await chain.set({
        ...(await safeAccounts('1.3.0', { handler: HANDLER })),
        [HANDLER]: { code },
      });
      return await discoverOn(chain, SAFE);
    };
    const known = await handled(await safeCode('handler 1.3.0'));
    expect(takers(known, SAFE)).not.toContain(opaque(HANDLER));
    expect(known.unread).toEqual([]);
    expect(takers(await handled('0x'), SAFE)).toContain(opaque(HANDLER));
    const token = await handled(YES);
    expect(takers(token, SAFE)).toContain(opaque(HANDLER));
    expect(token.unread).toContainEqual({
      account: `eip155:1:${HANDLER}`,
      reason: 'fallback handler of unknown code: anyone may have the Safe call it',
    });
  });
});

describe('refuses', () => {
  /** Answers every call with one word, so that each getter looks as it should. */
  const PRETENDER: Hex = '0x60043563feedface1460243557600260005260206000f3';

  test('a singleton that answers VERSION(), getOwners() and getThreshold() like a Safe', async () => {
    const lookalike = account(0x2a);
    await chain.set({ [lookalike]: { code: PRETENDER } });
    expect(takers(await discoverOn(chain, lookalike), lookalike)).toEqual([opaque(lookalike)]);
  });

  test('a Safe proxy whose slot 0 names another contract', async () => {
    const lookalike = account(0x2b);
    await chain.set({ ...(await safeAccounts('1.4.1')), [lookalike]: { code: PRETENDER } });
    await chain.set({ [SAFE]: { storage: { [slot(0n)]: pad(lookalike) } } });
    const found = await discoverOn(chain, SAFE);
    expect(kindsAt(found, SAFE)).toEqual(['Safe proxy']);
    expect(takers(found, SAFE)).toEqual([opaque(lookalike)]);
  });

  test('a singleton with one byte changed', async () => {
    const code = await safeCode('singleton 1.4.1');
    await chain.set({ ...(await safeAccounts('1.4.1')), [SINGLETON]: { code: `${code}00` } });
    expect(takers(await discoverOn(chain, SAFE), SAFE)).toEqual([opaque(SINGLETON)]);
  });

  test('a list of owners that does not close, or runs in a ring', async () => {
    const next = (owner: Address, to: Address) => ({
      [keccak256(`${pad(owner)}${toHex(2n, { size: 32 }).slice(2)}`)]: pad(to),
    });
    for (const broken of [next(C, zeroAddress), next(C, B)]) {
      const safe = await safeAccounts('1.4.1');
      await chain.set(safe);
      await chain.set({ [SAFE]: { storage: broken } });
      const found = await discoverOn(chain, SAFE);
      expect(takers(found, SAFE)).toEqual([opaque(SINGLETON)]);
      expect(found.unread[0]?.reason).toMatch(/the list in slot 2 .* does not close/);
    }
  });
});
