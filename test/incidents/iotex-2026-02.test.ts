import type { Address } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  MINTER_POOL,
  NEXT_VALIDATOR,
  OWNER,
  rebuild,
  THIEF,
  TOKEN_SAFE,
  VALIDATOR,
} from '../../incidents/iotex-2026-02/rebuild.ts';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { account } from '../support/accounts.ts';
import { foundIn } from '../support/check.ts';
import { encode } from '../support/estate.ts';
import { incident } from '../support/incident.ts';
import { type LocalChain, send, whileSet } from '../support/local-chain.ts';

const { verdict: verdictOn, mutated } = incident('iotex-2026-02');
const [SAFE_ID, POOL_ID] = [TOKEN_SAFE, MINTER_POOL].map((each) => `eip155:1:${each}`);

let chain: LocalChain;

beforeAll(async () => {
  chain = await rebuild();
});

afterAll(() => chain.stop());

describe('the transfer of the validator, 18 minutes before the first theft', () => {
  test('is rejected: its new owner gains what the validator owns', async () => {
    const verdict = await verdictOn('transfer', rpcNode(chain.url));
    expect(verdict.decision).toBe('REJECT');
    expect(verdict.deciding.finding).toBe('control-passes');
    // The validator is not read in full, so that even its owner's word is told as one of unknown meaning.
    expect(new Set(foundIn(verdict))).toEqual(
      new Set(['control-passes', 'control-changes', 'unexplained-write', 'unread', 'unknown-call']),
    );
    expect(verdict.summary).toMatch(
      /^Control of 0xC2e0f31d…f0d7a passes from .* to the key 0xE6A191a8…E55d9\./,
    );
    const { gained, lost } = verdict.power;
    const takenBy = (coalitions: typeof gained, whose: Address) =>
      coalitions
        .filter(({ action, leaves }) => action === 'take' && leaves[0] === `key(eip155:1:${whose})`)
        .map((each) => each.account);
    expect(takenBy(gained, THIEF)).toEqual([SAFE_ID, POOL_ID, `eip155:1:${VALIDATOR}`]);
    expect(takenBy(lost, OWNER)).toEqual([SAFE_ID, POOL_ID, `eip155:1:${VALIDATOR}`]);
  });

  const to = (owner: Address, fields: object = {}) =>
    mutated(chain, 'transfer', { data: encode('transferOwnership(address)', owner), ...fields });

  test('to the owner that it has: nothing changes', async () => {
    const { power } = await to(OWNER);
    expect(power).toMatchObject({ gained: [], lost: [] });
  });

  test('of a validator that owns neither: neither can be taken', async () => {
    const elsewhere = { storage: { [`0x${'0'.repeat(64)}`]: `0x${'0'.repeat(63)}1` } } as const;
    const verdict = await whileSet(
      chain,
      { [TOKEN_SAFE]: elsewhere, [MINTER_POOL]: elsewhere },
      () => to(THIEF),
    );
    const taken = verdict.power.gained.map((each) => each.account);
    expect(taken).not.toContain(SAFE_ID);
    expect(taken).not.toContain(POOL_ID);
  });

  test('by someone who is not its owner: it fails', async () => {
    const verdict = await to(THIEF, { from: account(0xbad) });
    expect(foundIn(verdict)).toContain('execution-fails');
    expect(verdict.power.gained).toEqual([]);
  });
});

describe('the upgrade', () => {
  test('by the thief is held: who has all power gains none, and the witnesses lose theirs', async () => {
    const verdict = await whileSet(chain, {}, async () => {
      await send(chain, OWNER, {
        to: VALIDATOR,
        data: encode('transferOwnership(address)', THIEF),
      });
      return await verdictOn('upgrade', rpcNode(chain.url));
    });
    expect(verdict.decision).toBe('HOLD');
    expect(verdict.power.gained).toEqual([]);
    expect(verdict.power.lost.map((each) => each.account)).toContain(SAFE_ID);
  });

  test('by the owner would have been rejected: who deployed the next validator gains both', async () => {
    const verdict = await mutated(chain, 'upgrade', { from: OWNER });
    expect(verdict.decision).toBe('REJECT');
    const taken = verdict.power.gained.filter(({ action }) => action === 'take');
    expect(taken).toEqual(
      [SAFE_ID, POOL_ID].map((each) => ({
        account: each,
        action: 'take',
        leaves: [`key(eip155:1:${THIEF})`],
        seconds: 0,
      })),
    );
  });

  test('to a validator that serves no one: nobody gains', async () => {
    const verdict = await whileSet(chain, { [NEXT_VALIDATOR]: { code: '0x60006000fd' } }, () =>
      mutated(chain, 'upgrade', { from: OWNER }),
    );
    expect(verdict.power.gained).toEqual([]);
  });

  test('to the validator that was reviewed is the change that was expected', async () => {
    const verdict = await verdictOn('honest', rpcNode(chain.url));
    // What witnesses sign is counted in a loop, which is not followed: without that it could be signed.
    expect(foundIn(verdict)).toEqual(['unread']);
    expect(new Set(verdict.power.gained.map((each) => each.account))).toEqual(
      new Set([SAFE_ID, POOL_ID]),
    );
  });
});
