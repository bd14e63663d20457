import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { NO_ORGANISATION, parseOrganisation } from '../../src/org/org.ts';

const WALLET = 'eip155:1:0x1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4';
const parse = (text: string) => parseOrganisation('castellan.yaml', text);

test('positions and payees are read, and their addresses made checksummed', () => {
  const text = `payees:\n  - account: ${WALLET.toLowerCase()}\n    name: Warm wallet\n`;
  expect(parse(text)).toEqual({
    positions: [],
    payees: [{ account: WALLET, name: 'Warm wallet' }],
  });
});

test('an empty file declares nothing', () => {
  expect(parse('')).toEqual(NO_ORGANISATION);
});

describe('refuses, in one line', () => {
  test.each([
    ['an unknown key', 'payes: []', /Unrecognized key: "payes"/],
    [
      'an unknown key inside',
      `payees: [{account: "${WALLET}", name: a, nme: b}]`,
      /payees\.0: Unrecognized key: "nme"/,
    ],
    [
      'an address without its chain',
      'payees: [{account: "0x12", name: a}]',
      /payees\.0\.account: expected eip155:CHAIN:0xADDRESS/,
    ],
    [
      'a wrong checksum',
      `payees: [{account: "${WALLET.replace('1D', '1d')}", name: a}]`,
      /the checksum of this address is wrong/,
    ],
    ['a key given twice', 'payees: []\npayees: []', /unique/],
    ['what is not YAML', 'payees: [', /castellan\.yaml: /],
    ['a list', '[]', /expected object/],
    ['aliases, by which a small file grows large', 'payees: &a []\npositions: *a', /alias/i],
    ['tags', 'payees: !!js/function "x"', /tag/i],
  ])('%s', (_, text, message) => {
    expect(() => parse(text)).toThrow(InputError);
    expect(() => parse(text)).toThrow(message);
  });
});

test('never crashes on any text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      try {
        parse(text);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 1_000 },
  );
});
