import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  MANAGER,
  OWNERS,
  rebuild,
  THIEF,
  TRANSACTION,
  USDT,
  WALLET,
} from '../../incidents/harmony-2022-06/rebuild.ts';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { parseCall } from '../../src/chains/evm/requests/transaction.ts';
import { openState } from '../../src/chains/evm/state.ts';
import { slot } from '../../src/chains/evm/values.ts';
import { toPowerDocument } from '../../src/map/document.ts';
import { mapPower } from '../../src/map/map.ts';
import { account } from '../support/accounts.ts';
import { foundIn } from '../support/check.ts';
import { encode } from '../support/estate.ts';
import { incident } from '../support/incident.ts';
import { type LocalChain, send, whileSet } from '../support/local-chain.ts';

const { transaction, verdict: verdictOn, mutated } = incident('harmony-2022-06');
/** The call that the wallet made, as it is published. */
const UNLOCK =
  '0xfe7f61ea000000000000000000000000dac17f958d2ee523a2206206994597c13d831ec700000000000000000000000000000000000000000000000000000913e1f5a200000000000000000000000000b4c79dab8f259c7aee6e5b2aa729821864227e84d48d952695ede26c0ac11a6028ab1be6059e9d104b55208931a84e99ef5479b6';

let chain: LocalChain;

beforeAll(async () => {
  chain = await rebuild();
});

afterAll(() => chain.stop());

/** Runs after the first owner submitted, and has the chain as it was again. */
const whileSubmitted = <T>(run: () => Promise<T>): Promise<T> =>
  whileSet(chain, {}, async () => {
    const { from, to, data } = await parseCall('submit.json', await transaction('submit'));
    if (from === null || to === null) throw new Error('submit.json says who sends it, and to whom');
    await send(chain, from, { to, data });
    return await run();
  });

test('the map says two of four, where nearly all reports say two of five', async () => {
  const node = rpcNode(chain.url);
  const state = await openState(node);
  const { positions, unread } = toPowerDocument(
    node.source,
    state,
    await mapPower(state, [MANAGER]),
  );
  expect(unread).toEqual([]);
  expect(positions[0]).toMatchObject({ fewest: 2, soonest: 0 });
  expect(positions[0]?.coalitions.list).toHaveLength(6);
  const leaves = new Set(positions[0]?.coalitions.list.flatMap((each) => each.leaves));
  expect([...leaves].sort()).toEqual(OWNERS.map((owner) => `key(eip155:1:${owner})`).sort());
});

describe('the submission by the first owner', () => {
  test('is held for what it would do once another confirms', async () => {
    const verdict = await verdictOn('submit', rpcNode(chain.url));
    expect(verdict.decision).toBe('HOLD');
    expect(verdict.findings.map(({ id, when }) => [id, when])).toEqual([
      ['unknown-call', 'when executed'],
      ['unknown-payee', 'when executed'],
    ]);
    expect(verdict.calls.map(({ made, data }) => [made, data])).toContainEqual(['later', UNLOCK]);
  });

  test('changes power neither now nor then: the keys were stolen, no authority was', async () => {
    const { power, queued } = await verdictOn('submit', rpcNode(chain.url));
    expect(power).toMatchObject({ gained: [], lost: [] });
    expect(queued).toMatchObject([{ gained: [], lost: [] }]);
  });
});

describe('the confirmation by the second', () => {
  test('is held: it pays whom nobody listed, and does not say so itself', async () => {
    const verdict = await whileSubmitted(() => verdictOn('confirm', rpcNode(chain.url)));
    expect(verdict.decision).toBe('HOLD');
    expect(foundIn(verdict)).toEqual(['unknown-call', 'unknown-payee']);
    expect(verdict.power).toMatchObject({ gained: [], lost: [] });
    expect(verdict.assets.out).toEqual([
      {
        account: `eip155:1:${MANAGER}`,
        counterparty: `eip155:1:${THIEF}`,
        token: `eip155:1:${USDT}`,
        item: null,
        amount: '9981000000000',
      },
    ]);
  });

  test('names the number that was next', async () => {
    const { data } = await parseCall('confirm.json', await transaction('confirm'));
    expect(data).toBe(encode('confirmTransaction(uint256)', TRANSACTION));
  });

  test('of another number executes nothing', async () => {
    const verdict = await whileSubmitted(() =>
      mutated(chain, 'confirm', { data: encode('confirmTransaction(uint256)', 21_106n) }),
    );
    expect(verdict.assets.out).toEqual([]);
  });

  test('where three must confirm executes nothing yet', async () => {
    const verdict = await whileSubmitted(() =>
      whileSet(chain, { [WALLET]: { storage: { [slot(4n)]: slot(3n) } } }, () =>
        verdictOn('confirm', rpcNode(chain.url)),
      ),
    );
    expect(foundIn(verdict)).toEqual(['unknown-call']);
    expect(verdict.assets.out).toEqual([]);
  });
});

test('the same for an account that is listed pays no stranger: only the call is to be confirmed', async () => {
  const verdict = await verdictOn('honest', rpcNode(chain.url));
  expect(foundIn(verdict)).toEqual(['unknown-call']);
  expect(verdict.queued).toHaveLength(1);
});

test('the same by someone who is no owner fails', async () => {
  const verdict = await mutated(chain, 'submit', { from: account(0xbad) });
  expect(foundIn(verdict)).toContain('execution-fails');
});
