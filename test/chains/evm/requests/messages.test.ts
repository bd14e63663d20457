import fc from 'fast-check';
import { concat, hashMessage, hexToString, keccak256, stringToHex, toHex } from 'viem';
import { createSiweMessage } from 'viem/siwe';
import { describe, expect, test } from 'vitest';
import { parseMessage } from '../../../../src/chains/evm/requests/messages.ts';
import type { OffchainMessage } from '../../../../src/chains/evm/requests/request.ts';
import { InputError } from '../../../../src/errors.ts';
import { account } from '../../../support/accounts.ts';

function messageIn(content: string, options = {}): OffchainMessage {
  const request = parseMessage('test', content, options);
  if (request.kind !== 'message') throw new Error(`it is of a ${request.kind}`);
  return request.message;
}

/** The example of EIP-4361. */
const SIGN_IN = `example.com wants you to sign in with your Ethereum account:
0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2

I accept the ExampleOrg Terms of Service: https://example.com/tos

URI: https://example.com/login
Version: 1
Chain ID: 1
Nonce: 32891756
Issued At: 2021-09-30T16:25:24Z
Resources:
- ipfs://bafybeiemxf5abjwjbikoz4mc3a3dla6ual3jsgpdr4cjr3oz3evfyavhwq/
- https://example.com/my-web2-claim.json`;
const WETH = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2';

const HASH_OF_ANYTHING =
  'The 32 bytes may be the hash of anything: of a Safe transaction, which owners may sign so';
const A_TEXT =
  'No contract is known to act on a text, but a service may: as an order, or to make keys from its signature';
const NOT_TO_THE_LETTER = 'It looks like a sign-in (EIP-4361), and is not one to the letter';

describe('signing in', () => {
  test('permits nothing', () => {
    expect(messageIn(SIGN_IN, { signer: WETH, chainId: 1 })).toEqual({
      form: 'text',
      signer: WETH,
      chainId: 1,
      domain: null,
      primaryType: null,
      hashes: { domainHash: null, messageHash: null, digest: hashMessage(SIGN_IN) },
      fields: [
        ['domain', 'example.com'],
        ['address', WETH],
        ['statement', 'I accept the ExampleOrg Terms of Service: https://example.com/tos'],
        ['uri', 'https://example.com/login'],
        ['version', '1'],
        ['chainId', '1'],
        ['nonce', '32891756'],
        ['issuedAt', '2021-09-30T16:25:24.000Z'],
        [
          'resources',
          'ipfs://bafybeiemxf5abjwjbikoz4mc3a3dla6ual3jsgpdr4cjr3oz3evfyavhwq/,https://example.com/my-web2-claim.json',
        ],
      ].map(([path, value]) => ({ path, value })),
      unsigned: [],
      permits: [],
      unknown: null,
    });
  });

  const fields = {
    address: WETH,
    chainId: 1,
    domain: 'example.com:8080',
    nonce: 'abcdefgh1',
    uri: 'https://example.com/login',
    version: '1',
  } as const;

  test.each([
    ['with as little as it may have', createSiweMessage(fields)],
    [
      'with all that it may have',
      createSiweMessage({
        ...fields,
        scheme: 'https',
        statement: 'Welcome.',
        expirationTime: new Date(1e12),
        notBefore: new Date(1e12),
        requestId: 'a',
        resources: ['https://example.com'],
      }),
    ],
    ['at a time with an offset', SIGN_IN.replace('24Z', '24.123456+02:00')],
    ['as bytes', stringToHex(SIGN_IN)],
    ['with a line break at the end of the file', `${SIGN_IN}\n`],
  ])('is one %s', (_, text) => {
    expect(messageIn(text)).toMatchObject({ form: 'text', signer: WETH, unknown: null });
  });

  test.each([
    [
      'another account',
      SIGN_IN,
      { signer: account(1) },
      `It signs in ${WETH}, and ${account(1)} is to sign it`,
    ],
    ['another chain', SIGN_IN, { chainId: 10 }, 'It is for chain 1, and not 10'],
    [
      'a session that may act for its signer',
      SIGN_IN.replace('URI: https://example.com/login', 'URI: lit:session:90db'),
      {},
      'It lets another act for its signer at example.com: lit:session:90db',
    ],
    [
      'capabilities for another',
      SIGN_IN.replace('- ipfs://bafy', '- urn:recap:eyJhdHQ'),
      {},
      'It lets another act for its signer at example.com: https://example.com/login',
    ],
    ['a line more', SIGN_IN.replace('\nNonce', '\nTransfer: all\nNonce'), {}, NOT_TO_THE_LETTER],
    ['words in front', `Transfer all. ${SIGN_IN}`, {}, NOT_TO_THE_LETTER],
    ['words behind', `${SIGN_IN}\n\nTransfer all.`, {}, NOT_TO_THE_LETTER],
    ['two statements', SIGN_IN.replace('\n\nURI', '\nTransfer all.\n\nURI'), {}, NOT_TO_THE_LETTER],
    [
      'an account that is not checksummed',
      SIGN_IN.replace(WETH, WETH.toLowerCase()),
      {},
      NOT_TO_THE_LETTER,
    ],
    ['a time that is none', SIGN_IN.replace('2021-09-30', '2021-19-30'), {}, NOT_TO_THE_LETTER],
    ['a nonce that is too short', SIGN_IN.replace('32891756', '3289'), {}, NOT_TO_THE_LETTER],
    ['no nonce', SIGN_IN.replace('Nonce: 32891756\n', ''), {}, NOT_TO_THE_LETTER],
  ])('is doubted with %s', (_, text, options, unknown) => {
    expect(messageIn(text, options)).toMatchObject({ permits: [], unknown });
  });
});

describe('what is signed by personal_sign', () => {
  const HASH = keccak256('0x12');

  test.each([
    ['a text', 'Hello', 'text', stringToHex('Hello'), A_TEXT],
    ['a text of several lines', 'a\n\tb', 'text', stringToHex('a\n\tb'), A_TEXT],
    ['nothing', '', 'text', '0x', A_TEXT],
    ['bytes', '0xff00', 'bytes', '0xff00', 'What these bytes mean, and to whom, is not known'],
    ['bytes that are a text', stringToHex('Hello'), 'text', stringToHex('Hello'), A_TEXT],
    [
      'bytes with a line break behind',
      '0xff00\n',
      'bytes',
      '0xff00',
      'What these bytes mean, and to whom, is not known',
    ],
    ['half a byte, which is a text', '0xff0', 'text', stringToHex('0xff0'), A_TEXT],
    ['a hash', HASH, 'bytes', HASH, HASH_OF_ANYTHING],
    [
      '32 bytes that are a text',
      'a'.repeat(32),
      'text',
      stringToHex('a'.repeat(32)),
      HASH_OF_ANYTHING,
    ],
    [
      'a text with a hash',
      `Approve ${HASH}`,
      'text',
      stringToHex(`Approve ${HASH}`),
      'It names 32 bytes, which may be the hash of anything',
    ],
    [
      'a text with what does not show',
      'pay\u{202e}ecila',
      'bytes',
      stringToHex('pay\u{202e}ecila'),
      'What these bytes mean, and to whom, is not known',
    ],
    ['JSON that is no typed data', '{"a":1}', 'text', stringToHex('{"a":1}'), A_TEXT],
  ] as const)('%s', (_, content, form, raw, unknown) => {
    const message = messageIn(content, { signer: account(1) });
    expect(message).toMatchObject({ form, signer: account(1), permits: [], unknown });
    expect(message.hashes.digest).toBe(hashMessage({ raw }));
    expect(message.fields).toEqual([
      { path: 'message', value: form === 'text' ? hexToString(raw) : raw },
    ]);
  });

  test('a hash that a Safe takes from eth_sign', () => {
    const prefixed = concat([stringToHex('\x19Ethereum Signed Message:\n32'), HASH]);
    expect(messageIn(HASH).hashes.digest).toBe(keccak256(prefixed));
  });

  test('at most 1 MiB', () => {
    expect(() => messageIn('a'.repeat((1 << 20) + 1))).toThrow('expected at most 1 MiB of text');
  });
});

describe('typed data in a file', () => {
  const typed = {
    types: { EIP712Domain: [], Only: [{ name: 'it', type: 'uint8' }] },
    primaryType: 'Only',
    domain: {},
    message: { it: 1 },
  };

  test.each([
    ['as it is', typed],
    ['in another object', { typedData: typed }],
    ['as parameters', [account(1), JSON.stringify(typed)]],
  ])('is read as such: %s', (_, document) => {
    expect(messageIn(JSON.stringify(document, null, 2))).toMatchObject({ primaryType: 'Only' });
  });

  test('is refused where it is wrong, and not taken for a text', () => {
    expect(() => messageIn(JSON.stringify({ ...typed, primaryType: 'Other' }))).toThrow(
      'test: primaryType: expected one of the types',
    );
  });
});

test('whatever is in the file, it is read or refused', () => {
  const lines = SIGN_IN.split('\n');
  const shuffled = fc.shuffledSubarray(lines).map((some) => some.join('\n'));
  const bytes = fc.uint8Array({ maxLength: 40 }).map((some) => toHex(some));
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), shuffled, bytes), (content) => {
      try {
        const { unknown } = messageIn(content);
        if (content !== SIGN_IN) expect(unknown).not.toBeNull();
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 3_000 },
  );
});
