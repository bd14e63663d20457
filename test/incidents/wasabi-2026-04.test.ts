import { type Address, encodeFunctionData, getContractAddress, parseAbi } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ADMIN,
  HELPER,
  rebuild,
  THIEF,
  USDC_VAULT,
  WETH_VAULT,
} from '../../incidents/wasabi-2026-04/rebuild.ts';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { account } from '../support/accounts.ts';
import { foundIn } from '../support/check.ts';
import { incident } from '../support/incident.ts';
import { type LocalChain, whileSet } from '../support/local-chain.ts';
import { OPAQUE_CODE } from '../support/opaque.ts';

const { verdict: verdictOn, mutated } = incident('wasabi-2026-04');
const VAULTS = [WETH_VAULT, USDC_VAULT].map((vault) => `eip155:1:${vault}`);
const WEEK = 604_800;

let chain: LocalChain;

beforeAll(async () => {
  chain = await rebuild();
});

afterAll(() => chain.stop());

const abi = parseAbi(['function grantRole(uint64 role, address account, uint32 executionDelay)']);
const grant = (role: bigint, to: Address, delay: number) =>
  mutated(chain, 'malicious', {
    data: encodeFunctionData({ abi, functionName: 'grantRole', args: [role, to, delay] }),
  });

test('the helper is the first contract that the account deployed which the vaults were paid to', () => {
  expect(getContractAddress({ from: THIEF, nonce: 0n })).toBe(HELPER);
});

test('the grant without a delay is rejected: whoever controls the helper gains the vaults', async () => {
  const verdict = await verdictOn('malicious', rpcNode(chain.url));
  expect(verdict.decision).toBe('REJECT');
  expect(verdict.deciding.finding).toBe('control-passes');
  expect(new Set(foundIn(verdict))).toEqual(
    new Set(['control-passes', 'control-changes', 'unread']),
  );
  expect(verdict.summary).toMatch(
    /^Control of 0x630ED822…61397 is opened to the key 0x02228b0a…1d1ab, beside the address in /,
  );
  const taken = verdict.power.gained.filter(({ action }) => action === 'take');
  expect(taken.filter(({ account: of }) => VAULTS.includes(of))).toEqual(
    VAULTS.map((vault) => ({
      account: vault,
      action: 'take',
      leaves: [`key(eip155:1:${THIEF})`],
      seconds: 0,
    })),
  );
  expect(verdict.power.lost).toEqual([]);
});

test('the same grant to the team’s wallet, with a week of delay, is the change that was expected', async () => {
  const verdict = await verdictOn('delayed', rpcNode(chain.url));
  // The code behind the vaults is not followed to all its ends: without that it could be signed.
  expect(foundIn(verdict)).toEqual(['unread']);
  const gained = verdict.power.gained.filter(({ account: of }) => VAULTS.includes(of));
  expect(gained.length).toBeGreaterThan(0);
  for (const { leaves, seconds } of gained) {
    expect(leaves).toHaveLength(2);
    expect(seconds).toBe(WEEK);
  }
});

describe('mutations that silence it', () => {
  test('the role for the one who has it: nothing changes', async () => {
    const verdict = await grant(0n, ADMIN, 0);
    expect(foundIn(verdict)).toEqual(['unread']);
    expect(verdict.power).toMatchObject({ gained: [], lost: [] });
  });

  test('a role that may do nothing to the vaults: nobody gains them', async () => {
    const { power } = await grant(100n, HELPER, 0);
    expect(power.gained.filter(({ account: of }) => VAULTS.includes(of))).toEqual([]);
  });

  test('a helper that serves no one: no one gains', async () => {
    const verdict = await whileSet(chain, { [HELPER]: { code: '0x60006000fd' } }, () =>
      grant(0n, HELPER, 0),
    );
    expect(verdict.power.gained).toEqual([]);
    expect(verdict.decision).toBe('HOLD');
  });

  test('by someone who is no admin: it fails', async () => {
    const verdict = await mutated(chain, 'malicious', { from: account(0xbad) });
    expect(foundIn(verdict)).toContain('execution-fails');
    expect(verdict.power.gained).toEqual([]);
  });
});

describe('mutations that do not', () => {
  test('a week of delay for the helper: that one is not expected to have the power', async () => {
    const verdict = await grant(0n, HELPER, WEEK);
    expect(verdict.decision).toBe('REJECT');
    expect(verdict.power.gained).toContainEqual({
      account: VAULTS[0],
      action: 'take',
      leaves: [`key(eip155:1:${THIEF})`],
      seconds: WEEK,
    });
  });

  test('no delay for the team’s wallet', async () => {
    expect((await grant(0n, account(0x7ea), 0)).decision).toBe('REJECT');
  });

  test('whomever the helper serves', async () => {
    const verdict = await whileSet(chain, { [HELPER]: { code: OPAQUE_CODE } }, () =>
      grant(0n, HELPER, 0),
    );
    expect(verdict.decision).toBe('REJECT');
  });
});
