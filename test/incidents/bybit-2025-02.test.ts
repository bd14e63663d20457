import { type Hex, keccak256, pad } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BACKDOOR, OWNERS, rebuild, THIEF, WALLET } from '../../incidents/bybit-2025-02/rebuild.ts';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { parseProposal } from '../../src/chains/evm/safe/exports.ts';
import { openState } from '../../src/chains/evm/state.ts';
import { addressOf, slot } from '../../src/chains/evm/values.ts';
import { gatherFacts } from '../../src/check/check.ts';
import { toPowerDocument } from '../../src/map/document.ts';
import { mapPower } from '../../src/map/map.ts';
import { NO_ORGANISATION } from '../../src/org/org.ts';
import { foundIn } from '../support/check.ts';
import { incident } from '../support/incident.ts';
import { codeAt, type LocalChain, whileSet } from '../support/local-chain.ts';
import { OPAQUE_CODE } from '../support/opaque.ts';
import { safeCode } from '../support/safe-contracts.ts';

const { transaction, verdict: verdictOn, mutated } = incident('bybit-2025-02');
const TROJAN = '0x96221423681A6d52E184D440a8eFCEbB105C7242';

describe('the transaction that took the wallet', () => {
  test('is rejected, in two sentences', async () => {
    const verdict = await verdictOn('malicious');
    expect(verdict.decision).toBe('REJECT');
    expect(verdict.summary).toBe(
      'Control of 0x1Db92e2E…dFCF4 passes from 3 of its 6 owners to the key 0x0fa09C3A…a6d2e. No owner event will be emitted.',
    );
    expect(foundIn(verdict)).toEqual([
      'control-passes',
      'silent-change',
      'code-changes',
      'foreign-code',
    ]);
  });

  test('has the published hash', async () => {
    expect((await verdictOn('malicious')).hashes?.digest).toBe(
      '0xb3476d061aeb8fc1d605a873c483a2402d88a68a9cdd1a8b47655dd55ba004f8',
    );
  });

  test('was signed by three owners, each of whose signatures counts', async () => {
    const { signatures } = await verdictOn('malicious');
    expect(signatures.map(({ counts }) => counts)).toEqual(['yes', 'yes', 'yes']);
  });

  test('gives the wallet to the one account that the backdoor serves, and takes it from all 20 trios of owners', async () => {
    const { power } = await verdictOn('malicious');
    expect(power.gained).toEqual([
      {
        account: `eip155:1:${WALLET}`,
        action: 'take',
        leaves: [`key(eip155:1:${THIEF})`],
        seconds: 0,
      },
    ]);
    expect(power.lost).toHaveLength(20);
  });

  test('rests on the one slot that it overwrites', async () => {
    const { findings } = await verdictOn('malicious');
    const [before, after, ...rest] = findings[0]?.evidence ?? [];
    expect(before).toEqual({
      read: `before: storage ${WALLET} slot 0x00`,
      value: pad('0x34CfAC646f301356fAa8B21e94227e3583Fe3F5F').toLowerCase(),
    });
    expect(after).toEqual({
      read: `after: storage ${WALLET} slot 0x00`,
      value: pad(BACKDOOR).toLowerCase(),
    });
    expect(rest[0]?.read).toBe(`after: code hash ${BACKDOOR}`);
  });
});

test('the transaction that the signers were shown is rejected for its signatures', async () => {
  const verdict = await verdictOn('shown');
  expect(verdict.decision).toBe('REJECT');
  expect(foundIn(verdict)).toEqual(['signature-mismatch']);
  expect(verdict.signatures.map(({ signer, counts }) => [signer, counts])).toEqual([
    ['0x9ed84723885128072E4EeBe53D2C71Cac23ceb01', 'no'],
    ['0xA85A24ee415d3AcE4873E147Ae1B7B1A349AC919', 'no'],
    ['0x4F9F84fe95f3248C61491717A54a0aEa5EEBa344', 'no'],
  ]);
});

test('a plain payment to the same warm wallet may be signed', async () => {
  const verdict = await verdictOn('transfer');
  expect(verdict.decision).toBe('SIGN');
  expect(foundIn(verdict)).toEqual([]);
});

describe('on a live node', () => {
  let chain: LocalChain;

  beforeAll(async () => {
    chain = await rebuild();
  });

  afterAll(() => chain.stop());

  test('the wallet is the one that is published', async () => {
    expect(keccak256(await codeAt(chain, WALLET))).toBe(
      '0xaea7d4252f6245f301e540cfbee27d3a88de543af8e49c5c62405d5499fab7e5',
    );
    const singleton = await chain.request('eth_getStorageAt', [WALLET, slot(0n), 'latest']);
    expect(keccak256(await codeAt(chain, addressOf(singleton as Hex)))).toBe(
      '0x56b8be58b5ad629a621593a2e5e5e8e9a28408dc06e95597497b303902772e45',
    );
  });

  test('the map names the six owners, any three of whom held the wallet', async () => {
    const node = rpcNode(chain.url);
    const state = await openState(node);
    const { positions, unread } = toPowerDocument(
      node.source,
      state,
      await mapPower(state, [WALLET]),
    );
    expect(unread).toEqual([]);
    expect(positions[0]).toMatchObject({ fewest: 3, soonest: 0 });
    expect(positions[0]?.coalitions.list).toHaveLength(20);
    const leaves = new Set(positions[0]?.coalitions.list.flatMap((each) => each.leaves));
    expect([...leaves].sort()).toEqual(OWNERS.map((owner) => `key(eip155:1:${owner})`).sort());
  });

  test('the seizure emits one event, the ordinary ExecutionSuccess', async () => {
    const node = rpcNode(chain.url);
    const proposal = parseProposal('test', await transaction('malicious'));
    const { outcome } = await gatherFacts({
      node,
      state: await openState(node),
      organisation: NO_ORGANISATION,
      request: { kind: 'safe', proposal },
    });
    expect(outcome.simulated && outcome.simulation.logs).toEqual([
      {
        account: WALLET,
        topics: ['0x442e715f626346e8c54381002da614f62bee8d27386535b2521ec8540898556e'],
        data: `0xb3476d061aeb8fc1d605a873c483a2402d88a68a9cdd1a8b47655dd55ba004f8${'0'.repeat(64)}`,
      },
    ]);
  });

  describe('mutations that silence it', () => {
    const check = (changed: object = {}) => mutated(chain, 'malicious', changed);

    test('the same bytes by call: the trojan writes its own storage', async () => {
      const verdict = await check({ operation: 0 });
      expect(foundIn(verdict)).not.toContain('control-passes');
      expect(verdict.power.gained).toEqual([]);
    });

    test('the honest singleton as the argument: nothing changes', async () => {
      const data = `0xa9059cbb${pad('0x34CfAC646f301356fAa8B21e94227e3583Fe3F5F').slice(2)}${'0'.repeat(64)}`;
      const verdict = await check({ data });
      expect(foundIn(verdict)).toEqual(['foreign-code']);
    });

    test('no code at the trojan: nothing changes, yet it is held', async () => {
      const verdict = await whileSet(chain, { [TROJAN]: { code: '0x' } }, check);
      expect(foundIn(verdict)).toEqual(['foreign-code']);
      expect((await check()).decision).toBe('REJECT');
    });

    test('a backdoor that cannot be read: whoever controls it gains the wallet', async () => {
      const verdict = await whileSet(chain, { [BACKDOOR]: { code: OPAQUE_CODE } }, check);
      expect(verdict.decision).toBe('REJECT');
      expect(foundIn(verdict)).toEqual([
        'control-passes',
        'silent-change',
        'code-changes',
        'unread',
        'foreign-code',
      ]);
    });

    test('a backdoor that serves no one: the owners lose the wallet, and no one gains it', async () => {
      const verdict = await whileSet(chain, { [BACKDOOR]: { code: '0x60006000fd' } }, check);
      expect(verdict.decision).toBe('HOLD');
      expect(verdict.power.gained).toEqual([]);
      expect(verdict.power.lost).toHaveLength(20);
    });

    test('another published singleton as the argument: no one gains by it', async () => {
      const newer = '0xd9Db270c1B5E3Bd161E8c8503c55cEABeE709552';
      await chain.set({ [newer]: { code: await safeCode('singleton 1.3.0') } });
      const data = `0xa9059cbb${pad(newer).slice(2)}${'0'.repeat(64)}`;
      const verdict = await check({ data });
      expect(foundIn(verdict)).toEqual(['code-changes', 'foreign-code']);
      expect(verdict.power.gained).toEqual([]);
    });
  });
});
