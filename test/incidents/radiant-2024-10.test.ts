import { type Address, pad } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CONTROLLER,
  OWNERS,
  POOL,
  PROVIDER,
  rebuild,
  SAFE,
  THIEF,
} from '../../incidents/radiant-2024-10/rebuild.ts';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { ERC1967 } from '../../src/chains/evm/proxy.ts';
import { slot } from '../../src/chains/evm/values.ts';
import type { Verdict } from '../../src/check/verdict.ts';
import { checkOn, foundIn } from '../support/check.ts';
import { incident } from '../support/incident.ts';
import { type LocalChain, whileSet } from '../support/local-chain.ts';
import { OPAQUE_CODE } from '../support/opaque.ts';

const { transaction, verdict: verdictOn, mutated } = incident('radiant-2024-10');
const POOL_ID = `eip155:42161:${POOL}`;

let chain: LocalChain;

beforeAll(async () => {
  chain = await rebuild();
});

afterAll(() => chain.stop());

describe('the transaction that took the pools', () => {
  let verdict: Verdict;

  beforeAll(async () => {
    verdict = await verdictOn('malicious', rpcNode(chain.url));
  });

  test('is rejected: the controller gains the pool', () => {
    expect(verdict.decision).toBe('REJECT');
    expect(verdict.deciding.finding).toBe('control-passes');
    expect(verdict.summary).toMatch(
      /^Control of 0xF4B1486D…659E1 .* to the key 0x0629b104…98962\./,
    );
  });

  test('has the published hash', () => {
    expect(verdict.hashes?.digest).toBe(
      '0x5c28ef88f6696dd8c5c5e4ba5632374d5de9e6cb9ebf75884332f29ef9fad416',
    );
  });

  test('is a plain call', () => {
    expect(verdict.request).toMatchObject({ operation: 'call' });
    expect(foundIn(verdict)).not.toContain('foreign-code');
  });

  test('gives the pool to whoever controls the controller, and takes it from all 165 trios of owners', () => {
    const { gained, lost } = verdict.power;
    expect(
      gained.filter(({ account, action }) => account === POOL_ID && action === 'take'),
    ).toEqual([
      { account: POOL_ID, action: 'take', leaves: [`key(eip155:42161:${THIEF})`], seconds: 0 },
    ]);
    expect(
      lost.filter(({ account, action }) => account === POOL_ID && action === 'take'),
    ).toHaveLength(165);
  });

  test('rests on the owner of the provider, which the slot of ERC-1967 does not name', async () => {
    expect(verdict.findings[0]?.evidence.slice(0, 2)).toEqual([
      { read: `before: storage ${PROVIDER} slot 0x00`, value: pad(SAFE).toLowerCase() },
      { read: `after: storage ${PROVIDER} slot 0x00`, value: pad(CONTROLLER).toLowerCase() },
    ]);
    const admin = await chain.request('eth_getStorageAt', [POOL, ERC1967.admin.slot, 'latest']);
    expect(admin).toBe(slot(0n));
  });

  test('where nobody said that the pool is to be guarded, it is not signed either', async () => {
    expect((await checkOn(chain, await transaction('malicious'))).decision).not.toBe('SIGN');
  });
});

test('another call to the same provider gains nobody anything', async () => {
  const verdict = await verdictOn('rename', rpcNode(chain.url));
  // Aave's pool is not followed to all its ends.
  expect(foundIn(verdict)).toEqual(['unread']);
  expect(verdict.power).toMatchObject({ gained: [], lost: [] });
});

describe('mutations that silence it', () => {
  const to = (owner: Address) =>
    mutated(chain, 'malicious', { data: `0xf2fde38b${pad(owner).slice(2)}` });

  test('the wallet itself as the new owner: nothing changes', async () => {
    const { power } = await to(SAFE);
    expect(power).toMatchObject({ gained: [], lost: [] });
  });

  test('one of its owners as the new owner: held, for that one had a part in it', async () => {
    const verdict = await to(OWNERS[0] as Address);
    expect(verdict.decision).toBe('HOLD');
    expect(foundIn(verdict)).toContain('control-changes');
  });

  test('a controller that serves no one: the owners lose the pool, and no one gains it', async () => {
    const verdict = await whileSet(chain, { [CONTROLLER]: { code: '0x60006000fd' } }, () =>
      to(CONTROLLER),
    );
    expect(verdict.decision).toBe('HOLD');
    expect(verdict.power.gained).toEqual([]);
    expect(verdict.power.lost.length).toBeGreaterThan(0);
  });

  test('a provider that is not the wallet’s: the call fails, and nothing changes', async () => {
    const other = { [PROVIDER]: { storage: { [slot(0n)]: pad(OWNERS[0] as Address) } } };
    const verdict = await whileSet(chain, other, () => to(CONTROLLER));
    expect(foundIn(verdict)).toContain('execution-fails');
    expect(verdict.power.gained).toEqual([]);
  });
});

test('whomever the controller serves, it is rejected', async () => {
  const verdict = await whileSet(chain, { [CONTROLLER]: { code: OPAQUE_CODE } }, () =>
    mutated(chain, 'malicious', {}),
  );
  expect(verdict.decision).toBe('REJECT');
  expect(verdict.deciding.finding).toBe('control-passes');
});
