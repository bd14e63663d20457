import type { Address, Hex } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ADAPTER,
  chooseVerifiers,
  DELIVERER,
  DVN,
  ENDPOINT,
  FORGED,
  packet,
  RSETH,
  rebuild,
  SAFE,
  SECOND_DVN,
  SIGNERS,
  THIEF,
  vouch,
} from '../../incidents/kelp-2026-04/rebuild.ts';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { parseCall } from '../../src/chains/evm/requests/transaction.ts';
import { account } from '../support/accounts.ts';
import { foundIn } from '../support/check.ts';
import { incident } from '../support/incident.ts';
import { type LocalChain, send, whileSet } from '../support/local-chain.ts';

const { transaction, verdict: verdictOn, mutated } = incident('kelp-2026-04');
const ADAPTER_ID = `eip155:1:${ADAPTER}`;

let chain: LocalChain;

beforeAll(async () => {
  chain = await rebuild();
});

afterAll(() => chain.stop());

describe('the choice of one verifier in place of two', () => {
  const choose = (...verifiers: readonly Address[]) =>
    mutated(chain, 'downgrade', { data: chooseVerifiers(...verifiers) });

  test('is held: the signers of one suffice, who needed those of another before', async () => {
    const verdict = await verdictOn('downgrade', rpcNode(chain.url));
    expect(verdict.decision).toBe('HOLD');
    expect(foundIn(verdict)).toEqual(['control-changes']);
    const pairs = [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const;
    const gained = verdict.power.gained.map(({ account: of, action, leaves }) => [
      of,
      action,
      [...leaves].sort(),
    ]);
    expect(gained).toHaveLength(pairs.length);
    for (const pair of pairs) {
      const keys = pair.map((index) => `key(eip155:1:${SIGNERS[index]})`).sort();
      expect(gained).toContainEqual([ADAPTER_ID, 'take', keys]);
    }
  });

  test('of one that had no part is rejected', async () => {
    const stranger = account(0xbad);
    const verdict = await choose(stranger);
    expect(verdict.decision).toBe('REJECT');
    expect(verdict.power.gained).toContainEqual({
      account: ADAPTER_ID,
      action: 'take',
      leaves: [`key(eip155:1:${stranger})`],
      seconds: 0,
    });
  });

  test('of the same two again changes nothing, and may be signed', async () => {
    const verdict = await verdictOn('same', rpcNode(chain.url));
    expect(verdict.decision).toBe('SIGN');
    expect(verdict.power).toMatchObject({ gained: [], lost: [] });
  });

  test('of a third beside the two lets nobody gain', async () => {
    expect((await choose(DVN, SECOND_DVN, account(0xbad))).power.gained).toEqual([]);
  });
});

describe('the message that was never sent', () => {
  test('has the published identifier and the published hash', async () => {
    expect(FORGED.guid).toBe('0x3f4510d855cf3a805fec59daafae640d290749b7bf1e5450f91b5fb0018b3b4e');
    expect(FORGED.payloadHash).toBe(
      '0xf79a27bb975e38a484124e6f31aad957397b6760a15e522241cd4c372663fef4',
    );
    const { data } = await parseCall('deliver.json', await transaction('deliver'));
    expect(data).toBe(FORGED.delivery.toLowerCase());
  });

  /** Runs after the downgrade and after one verifier vouched, and has the chain as it was again. */
  const whileVouched = <T>(sent: ReturnType<typeof packet>, run: () => Promise<T>): Promise<T> =>
    whileSet(chain, {}, async () => {
      await send(chain, SAFE, { to: ENDPOINT, data: chooseVerifiers(DVN) });
      await vouch(chain, sent, DVN);
      return await run();
    });
  const deliver = (data: Hex) => mutated(chain, 'deliver', { data });

  test('is held when it is delivered: it pays whom nobody listed', async () => {
    const verdict = await whileVouched(FORGED, () => verdictOn('deliver', rpcNode(chain.url)));
    expect(verdict.decision).toBe('HOLD');
    expect(foundIn(verdict)).toEqual(['unknown-call', 'unknown-payee']);
    expect(verdict.power).toMatchObject({ gained: [], lost: [] });
    expect(verdict.assets.out).toEqual([
      {
        account: ADAPTER_ID,
        counterparty: `eip155:1:${THIEF}`,
        token: `eip155:1:${RSETH}`,
        item: null,
        amount: '116500000000000000000000',
      },
    ]);
  });

  test('whoever delivers it', async () => {
    const verdict = await whileVouched(FORGED, () =>
      mutated(chain, 'deliver', { from: account(0xa) }),
    );
    expect(foundIn(verdict)).toEqual(['unknown-call', 'unknown-payee']);
  });

  test('is not taken from one verifier where two are asked', async () => {
    await expect(whileSet(chain, {}, () => vouch(chain, FORGED, DVN))).rejects.toThrow(DELIVERER);
  });

  test('cannot be delivered where no verifier vouched', async () => {
    const verdict = await deliver(FORGED.delivery);
    expect(foundIn(verdict)).toContain('execution-fails');
    expect(verdict.assets.out).toEqual([]);
  });

  test('to an account that is listed pays no stranger, forged or not: that is not on this chain', async () => {
    const honest = packet(308n, account(0xa), 6_000n);
    const verdict = await whileVouched(honest, () => deliver(honest.delivery));
    expect(foundIn(verdict)).toEqual(['unknown-call']);
    expect(verdict.assets.out.map(({ amount }) => amount)).toEqual(['6000000000000000']);
  });
});
