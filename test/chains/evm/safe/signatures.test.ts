import fc from 'fast-check';
import { type Address, concat, type Hex, pad, toHex, zeroHash } from 'viem';
import { describe, expect, test } from 'vitest';
import bybit from '../../../../incidents/bybit-2025-02/malicious.json' with { type: 'json' };
import { OWNERS, WALLET } from '../../../../incidents/bybit-2025-02/rebuild.ts';
import shown from '../../../../incidents/bybit-2025-02/shown.json' with { type: 'json' };
import { examineSignature } from '../../../../src/chains/evm/safe/signatures.ts';
import { approvalBy } from '../../../../src/chains/evm/safe/transaction.ts';
import { approvedHashSlot } from '../../../../src/chains/evm/safe/wallet.ts';
import { slot } from '../../../../src/chains/evm/values.ts';
import { stateOfReads } from '../../../support/states.ts';

/** A state in which only these slots of the wallet are written. */
const stateWith = (written: Readonly<Record<Hex, Hex>>) =>
  stateOfReads({ storage: async (_, at) => written[at] ?? slot(0n) });

const examine = (signature: Hex, hash: Hex, written: Readonly<Record<Hex, Hex>> = {}) =>
  examineSignature(
    { owner: null, signature },
    { domainHash: zeroHash, messageHash: zeroHash, safeTxHash: hash },
    { safe: WALLET, owners: OWNERS, version: '1.1.1' },
    stateWith(written),
  );

const HASH = bybit.safeTxHash as Hex;
const owner = OWNERS[0] as Address;

describe('the signatures collected from Bybit', () => {
  test.each(bybit.confirmations)(
    'of $owner were made for the transaction that took the wallet',
    async ({ owner: by, signature }) => {
      expect(await examine(signature as Hex, HASH)).toMatchObject({
        kind: 'eth_sign',
        signer: by,
        counts: 'yes',
      });
    },
  );

  test.each([
    ['0x1F4EB0a903619ac168b19A82F1a6e2e426522211', '0x9ed84723885128072E4EeBe53D2C71Cac23ceb01'],
    ['0xe3dF2cCEAc61B1aFA311372ecC5B40A3A6585a9E', '0xA85A24ee415d3AcE4873E147Ae1B7B1A349AC919'],
    ['0x3Cc3A225769900e003E264dd4CB43E90896BC21A', '0x4F9F84fe95f3248C61491717A54a0aEa5EEBa344'],
  ])(
    'filed under %s recover to %s for the transaction that was shown',
    async (filed, recovered) => {
      const signature = shown.confirmations.find(({ owner: by }) => by === filed)?.signature;
      expect(await examine(signature as Hex, shown.safeTxHash as Hex)).toMatchObject({
        signer: recovered,
        counts: 'no',
      });
    },
  );
});

describe('an honest transaction of the same wallet', () => {
  // Nonce 67, 2025-01-14: one plain signature, one by eth_sign, one owner who executed it himself.
  // https://etherscan.io/tx/0xf356b8a8b3dcd1530ef7ee3d2a896e5f0035ea9833cdf6f0fbea6f7b4369c813
  const hash = '0xad245c7f3218995cb1e6a723dce14910d23a5105d997650704b82d8e005efcf7';

  test.each([
    [
      'ecdsa',
      '0x828424517F9F04015db02169f4026D57B2B07229',
      '0x6ed10b9ac82aa3b01a5f26f289c4d8a5cf12835e87ba5a3782a4419251f18ae47aaed50e06dd602dd895445510b55c1817b6d04e05d40e307a62643aeee83bb01b',
    ],
    [
      'eth_sign',
      '0xe3dF2cCEAc61B1aFA311372ecC5B40A3A6585a9E',
      '0xd7d93a56b376f5e0ee049d477afe8b7c6f9cd195671554b2117f76a75b43147a5f3122e07308d5c789b97fe3fb3aa9705dbc4287c0cac1cdb56e78ab9bbbbc3b1f',
    ],
  ] as const)('%s by %s counts', async (kind, signer, signature) => {
    expect(await examine(signature, hash)).toMatchObject({ kind, signer, counts: 'yes' });
  });
});

describe('approvals on chain', () => {
  test('count when they are there', async () => {
    const written = { [approvedHashSlot(owner, HASH)]: slot(1n) };
    expect(await examine(approvalBy(owner), HASH, written)).toMatchObject({
      kind: 'approved hash',
      signer: owner,
      counts: 'yes',
    });
  });

  test('cannot be judged when they are not, since the owner may execute', async () => {
    expect(await examine(approvalBy(owner), HASH)).toMatchObject({ counts: 'unknown' });
  });

  test('do not count for another hash, or by a stranger', async () => {
    const written = { [approvedHashSlot(owner, HASH)]: slot(1n) };
    expect(await examine(approvalBy(owner), zeroHash, written)).toMatchObject({
      counts: 'unknown',
    });
    expect(await examine(approvalBy(WALLET), HASH, written)).toMatchObject({ counts: 'no' });
  });
});

test("a contract's signature cannot be judged without its data", async () => {
  const signature = concat([pad(owner), toHex(65, { size: 32 }), '0x00']);
  expect(await examine(signature, HASH)).toMatchObject({ kind: 'contract', counts: 'unknown' });
});

test('what is no signature recovers to no one, and never counts', async () => {
  const anything = fc.uint8Array({ maxLength: 70 }).map((made) => toHex(made));
  await fc.assert(
    fc.asyncProperty(anything, async (signature) => {
      expect((await examine(signature, HASH)).counts).not.toBe('yes');
    }),
    { numRuns: 500 },
  );
  expect(await examine('0x', HASH)).toMatchObject({
    kind: 'malformed',
    signer: null,
    counts: 'no',
  });
});

test('one bit changed in a signature, and it is not by that owner', async () => {
  const signature = bybit.confirmations[0]?.signature as Hex;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 511 }), async (bit) => {
      const changed = toHex(BigInt(signature) ^ (1n << BigInt(bit + 8)), { size: 65 });
      expect((await examine(changed, HASH)).counts).toBe('no');
    }),
  );
});
