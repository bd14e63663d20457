import fc from 'fast-check';
import { concat, keccak256, size, zeroAddress } from 'viem';
import { describe, expect, test } from 'vitest';
import bybit from '../../../../incidents/bybit-2025-02/malicious.json' with { type: 'json' };
import shown from '../../../../incidents/bybit-2025-02/shown.json' with { type: 'json' };
import { parseProposal } from '../../../../src/chains/evm/safe/exports.ts';
import { encodeExecution, safeHashes } from '../../../../src/chains/evm/safe/transaction.ts';
import { InputError } from '../../../../src/errors.ts';

/** WazirX, 2024-07-18: https://etherscan.io/tx/0x48164d3adbab78c2cb9876f6e17f88e321097fcd14cadd57556866e4ef3e185d */
const WAZIRX = {
  safe: '0x27fD43BABfbe83a81d14665b1a6fB8030A60C9b4',
  to: '0xfbffef83b1c172fe3bc86c1ccb036ab9f3efcaf2',
  value: '0',
  data: '0x804e1f0a000000000000000000000000ef279c2ab14960aa319008cbea384b9f8ac35fc6',
  operation: 1,
  nonce: 1718,
};
/** Radiant on Arbitrum, 2024-10-16: the transaction that gave away the pools' provider. */
const RADIANT = {
  safe: '0x111CEEee040739fD91D29C34C33E6B3E112F2177',
  to: '0x091d52CacE1edc5527C99cDCFA6937C1635330E4',
  value: '0',
  data: '0xf2fde38b00000000000000000000000057ba8957ed2ff2e7ae38f4935451e81ce1eefbf5',
  operation: 0,
  nonce: 230,
};

describe('safeHashes equal the published ones', () => {
  const ofWazirx = {
    domainHash: '0xa630c4b736c54422250992ab01205a95e6824e0c34a2ab8d4406521b3d6da09a',
    safeTxHash: '0x4e82121a3bc2fb62c0b06ab5fff5ca965ceab4f51cc949c6e50d85ed63e6aa70',
  };
  const ofRadiant = {
    domainHash: '0x1cf7f9b1efe3bc47fe02fd27c649fea19e79d66040683a1c86c7490c80bf7291',
    messageHash: '0xf33820977ba44a88a349334d1721c0d51c578da420fac8a10902328a939a6e0b',
    safeTxHash: '0x5c28ef88f6696dd8c5c5e4ba5632374d5de9e6cb9ebf75884332f29ef9fad416',
  };
  const ofBybit = {
    domainHash: '0xb3ded2bdbff5db1a87f6d551fa256e9f2bd6517a3bb84f4c2ea863fb3a559622',
    messageHash: '0xea68fc75e93bf7286b1257680ca8e2033bfadd8e1cb8a23f3ca18f1031ecf1e0',
    safeTxHash: bybit.safeTxHash,
  };
  const ofShown = {
    messageHash: '0x0ef66f55ee7a02ce209b1d7bc0e75079e71649d2e64049a9e6e84206d8552cc0',
    safeTxHash: shown.safeTxHash,
  };

  test.each([
    ['Bybit, Safe 1.1.1', bybit, '1.1.1', 1, ofBybit],
    ['what Bybit was shown', shown, '1.1.1', 1, ofShown],
    ['WazirX, Safe 1.3.0', WAZIRX, '1.3.0', 1, ofWazirx],
    ['Radiant, Safe 1.3.0 on Arbitrum', RADIANT, '1.3.0', 42_161, ofRadiant],
  ] as const)('%s', (_, document, version, chainId, published) => {
    const { transaction } = parseProposal('test', document);
    expect(safeHashes(transaction, version, chainId)).toMatchObject(published);
  });

  // https://github.com/safe-global/safe-eth-py, in its tests of SafeTx
  test.each([
    ['0.1.0', '0xc9d69a2350aede7978fdee58e702647e4bbdc82168577aa4a43b66ad815c6d1a'],
    ['1.1.1', '0x7c60341f3e1b4483575f38e84e97d6b332a2dd55b9290f39e6e26eef29a04fe7'],
  ] as const)('of Safe %s, as those of safe-eth-py', (version, published) => {
    const { transaction } = parseProposal('test', {
      safe: '0x692a70d2e424a56d2c6c27aa97d1a86395877b3a',
      to: '0x5AC255889882aaB35A2aa939679E3F3d4Cea221E',
      value: 5_000_000,
      data: '0x00',
      operation: 0,
      safeTxGas: 50_000,
      baseGas: 100,
      gasPrice: 10_000,
      nonce: 67,
    });
    expect(safeHashes(transaction, version, 1).safeTxHash).toBe(published);
  });

  test('the chain is part of them from 1.3.0 on, and was not before', () => {
    const { transaction } = parseProposal('test', WAZIRX);
    const on = (version: '1.2.0' | '1.3.0', chainId: number) =>
      safeHashes(transaction, version, chainId).safeTxHash;
    expect(on('1.3.0', 1)).not.toBe(on('1.3.0', 10));
    expect(on('1.2.0', 1)).toBe(on('1.2.0', 10));
  });

  test('change with every field', () => {
    const { transaction } = parseProposal('test', WAZIRX);
    const hash = (changed: object) =>
      safeHashes({ ...transaction, ...changed }, '1.3.0', 1).safeTxHash;
    const hashes = [
      {},
      { safe: zeroAddress },
      { to: zeroAddress },
      { value: 1n },
      { data: '0x' },
      { operation: 'call' },
      { safeTxGas: 1n },
      { baseGas: 1n },
      { gasPrice: 1n },
      { gasToken: transaction.to },
      { refundReceiver: transaction.to },
      { nonce: 1n },
    ].map(hash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

test('encodeExecution makes the calldata that took the wallet', () => {
  const { transaction, signatures } = parseProposal('test', bybit);
  const blob = concat(signatures.map(({ signature }) => signature));
  // 708 bytes of https://etherscan.io/tx/0x46deef0f52e3a983b67abf4714448a41dd7ffd6d32d32da69d62081c68ad7882
  const calldata = encodeExecution(transaction, blob);
  expect(size(calldata)).toBe(708);
  expect(keccak256(calldata)).toBe(
    '0xd7e3712c79253023dc70ff14b957ab3c7625c30517d6f31cba35df7bb88c6735',
  );
});

describe('parseProposal', () => {
  test('reads signatures from the blob where there are no confirmations', () => {
    const { confirmations, ...rest } = bybit;
    const signatures = confirmations.map(({ signature }) => signature);
    const blob = `0x${signatures.map((signature) => signature.slice(2)).join('')}`;
    expect(parseProposal('test', { ...rest, signatures: blob }).signatures).toEqual(
      signatures.map((signature) => ({ owner: null, signature })),
    );
  });

  test('says every objection, with where it is', () => {
    const document = {
      ...bybit,
      to: '0x12',
      value: -1,
      operation: 2,
      confirmations: [{ signature: 'x' }],
    };
    expect(() => parseProposal('tx.json', document)).toThrow(
      [
        'tx.json: to: expected an address: 0x and 40 hex digits',
        'tx.json: value: expected a whole number; as a string where it is large',
        'tx.json: operation: expected 0 (call) or 1 (delegatecall)',
        'tx.json: confirmations.0.signature: expected bytes as 0x and an even number of hex digits',
      ].join('\n'),
    );
  });

  test('never crashes and never accepts what is not there', () => {
    const some = fc.oneof(fc.anything(), fc.constantFrom(...Object.values(bybit)), fc.string());
    const mutated = fc
      .tuple(fc.constantFrom(...Object.keys(bybit)), some)
      .map(([field, value]) => ({ ...bybit, [field]: value }));
    fc.assert(
      fc.property(fc.oneof(fc.anything(), mutated), (document) => {
        try {
          const { transaction } = parseProposal('test', document);
          expect(keccak256(transaction.data)).toMatch(/^0x/);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
