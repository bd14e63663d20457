import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  accountId,
  address,
  addressIn,
  addressOf,
  bytes,
  quantity,
  slot,
  uint256,
  word,
} from '../../../src/chains/evm/values.ts';

const WALLET = '0x1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4';

describe('address', () => {
  test('is made checksummed', () => {
    expect(address.parse(WALLET.toLowerCase())).toBe(WALLET);
    expect(address.parse(WALLET)).toBe(WALLET);
  });

  test('refuses a wrong checksum: a digit was changed, or its case', () => {
    const changed = WALLET.replace('1D', '1d');
    expect(address.safeParse(changed).success).toBe(false);
  });

  test.each(['', '0x', '0x1', WALLET.slice(2), `${WALLET}0`, 'vitalik.eth', `0x${'g'.repeat(40)}`])(
    'refuses %j',
    (text) => {
      expect(address.safeParse(text).success).toBe(false);
    },
  );
});

describe('uint256', () => {
  test('takes decimal text, and numbers that are exact', () => {
    expect(uint256.parse('30000000000000000000000')).toBe(30_000n * 10n ** 18n);
    expect(uint256.parse(45746)).toBe(45746n);
    expect(uint256.parse(String((1n << 256n) - 1n))).toBe((1n << 256n) - 1n);
  });

  test.each([String(1n << 256n), '-1', '0x10', '1e3', ' 1', -1, 1.5, 2 ** 53, Number.NaN])(
    'refuses %j',
    (value) => {
      expect(uint256.safeParse(value).success).toBe(false);
    },
  );
});

test('bytes need whole bytes, words 32 of them, quantities one digit', () => {
  expect(bytes.safeParse('0xabc').success).toBe(false);
  expect(bytes.parse('0xAB')).toBe('0xab');
  expect(word.safeParse('0xab').success).toBe(false);
  expect(quantity.parse('0x0')).toBe(0n);
  expect(quantity.safeParse('0x').success).toBe(false);
});

test('no parser crashes, whatever it is given', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      for (const parser of [address, bytes, word, quantity, uint256]) parser.safeParse(value);
    }),
  );
});

test('a slot keeps an address in its low 20 bytes', () => {
  expect(addressOf(slot(BigInt(WALLET)))).toBe(WALLET);
});

test('an account id names its chain, and is not found on another', () => {
  const id = accountId(1, WALLET);
  expect(id).toBe(`eip155:1:${WALLET}`);
  expect(addressIn(1, id)).toBe(WALLET);
  expect(addressIn(10, id)).toBeNull();
});
