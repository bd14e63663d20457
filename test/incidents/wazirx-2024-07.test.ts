import { type Hex, keccak256, pad, zeroHash } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import failed from '../../incidents/wazirx-2024-07/failed.json' with { type: 'json' };
import {
  BACKDOOR,
  LIMINAL,
  OWNERS,
  rebuild,
  SINGLETON,
  THIEF,
  TROJAN,
  WALLET,
} from '../../incidents/wazirx-2024-07/rebuild.ts';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { examineSignature } from '../../src/chains/evm/safe/signatures.ts';
import { openState } from '../../src/chains/evm/state.ts';
import { foundIn } from '../support/check.ts';
import { incident } from '../support/incident.ts';
import { codeAt, type LocalChain, whileSet } from '../support/local-chain.ts';
import { OPAQUE_CODE } from '../support/opaque.ts';

const { verdict: verdictOn, mutated } = incident('wazirx-2024-07');

describe('the transaction that took the wallet', () => {
  test('is rejected, in two sentences', async () => {
    const verdict = await verdictOn('malicious');
    expect(verdict.decision).toBe('REJECT');
    expect(verdict.summary).toBe(
      'Control of 0x27fD43BA…0C9b4 passes from 4 of its 6 owners to the key 0x6EeDF92F…28066. No owner event will be emitted.',
    );
    expect(foundIn(verdict)).toEqual([
      'control-passes',
      'silent-change',
      'code-changes',
      'foreign-code',
      'signature-unverified',
    ]);
  });

  test('has the published hash', async () => {
    expect((await verdictOn('malicious')).hashes?.digest).toBe(
      '0x4e82121a3bc2fb62c0b06ab5fff5ca965ceab4f51cc949c6e50d85ed63e6aa70',
    );
  });

  test('was signed by three owners; the fourth stands for whoever executes it', async () => {
    const { signatures } = await verdictOn('malicious');
    expect(signatures.map(({ signer, counts }) => [signer, counts])).toEqual([
      [OWNERS[2], 'yes'],
      [OWNERS[3], 'yes'],
      [LIMINAL, 'unknown'],
      [OWNERS[1], 'yes'],
    ]);
  });

  test('gives the wallet to the one account that the backdoor serves, and takes it from every four owners', async () => {
    const { power } = await verdictOn('malicious');
    expect(power.gained).toEqual([
      {
        account: `eip155:1:${WALLET}`,
        action: 'take',
        leaves: [`key(eip155:1:${THIEF})`],
        seconds: 0,
      },
    ]);
    expect(power.lost).toHaveLength(15);
  });
});

test('a transfer of USDT to the hot wallet may be signed', async () => {
  const verdict = await verdictOn('transfer');
  expect(verdict.decision).toBe('SIGN');
  expect(verdict.findings).toEqual([]);
});

describe('on a live node', () => {
  let chain: LocalChain;

  beforeAll(async () => {
    chain = await rebuild();
  });

  afterAll(() => chain.stop());

  test('the singleton is the one that is published', async () => {
    expect(keccak256(await codeAt(chain, SINGLETON))).toBe(
      '0xbba688fbdb21ad2bb58bc320638b43d94e7d100f6f3ebaab0a4e4de6304b1c2e',
    );
  });

  describe('the transfer that failed minutes before', () => {
    test('one of its three signatures was not made for it', async () => {
      const state = await openState(rpcNode(chain.url));
      const wallet = { safe: WALLET, owners: OWNERS, version: '1.3.0' } as const;
      // The transaction is not public: of its hashes, only the last one is.
      const hashes = { domainHash: zeroHash, messageHash: zeroHash };
      const examined = await Promise.all(
        failed.confirmations.map(({ signature }) =>
          examineSignature(
            { owner: null, signature: signature as Hex },
            { ...hashes, safeTxHash: failed.safeTxHash as Hex },
            wallet,
            state,
          ),
        ),
      );
      expect(examined.map(({ signer, counts }) => [signer, counts])).toEqual([
        [OWNERS[2], 'yes'],
        [OWNERS[3], 'yes'],
        ['0x7843965F0C2bE09c9a8A04AF093165175cD91E5A', 'no'],
      ]);
    });

    test('with that signature, no transfer of the wallet is signed', async () => {
      const verdict = await mutated(chain, 'transfer', {
        confirmations: failed.confirmations.slice(2),
      });
      expect(verdict.decision).toBe('REJECT');
      expect(foundIn(verdict)).toEqual(['signature-mismatch']);
    });
  });

  describe('mutations that silence it', () => {
    const check = (changed: object = {}) => mutated(chain, 'malicious', changed);
    const order = (singleton: Hex) => `0x804e1f0a${pad(singleton).slice(2)}`;

    test('the same bytes by call: the trojan writes its own storage', async () => {
      const verdict = await check({ operation: 0 });
      expect(foundIn(verdict)).toEqual(['unknown-call']);
      expect(verdict.power.gained).toEqual([]);
    });

    test('the honest singleton as the argument: nothing changes', async () => {
      expect(foundIn(await check({ data: order(SINGLETON) }))).toEqual(['foreign-code']);
    });

    test('no code at the trojan: nothing changes, yet it is held', async () => {
      const verdict = await whileSet(chain, { [TROJAN]: { code: '0x' } }, check);
      expect(foundIn(verdict)).toEqual(['foreign-code']);
    });

    test('a backdoor that serves no one: the owners lose the wallet, and no one gains it', async () => {
      const verdict = await whileSet(chain, { [BACKDOOR]: { code: '0x60006000fd' } }, check);
      expect(verdict.decision).toBe('HOLD');
      expect(verdict.power.gained).toEqual([]);
      expect(verdict.power.lost).toHaveLength(15);
    });
  });

  test('whomever the backdoor serves, it is rejected', async () => {
    const verdict = await whileSet(chain, { [BACKDOOR]: { code: OPAQUE_CODE } }, () =>
      mutated(chain, 'malicious', {}),
    );
    expect(verdict.decision).toBe('REJECT');
    expect(verdict.deciding.finding).toBe('control-passes');
  });
});
