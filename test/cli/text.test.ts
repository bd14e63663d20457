import fc from 'fast-check';
import { expect, test } from 'vitest';
import { abbreviate, fields, paragraph, toJson } from '../../src/cli/text.ts';
import { printable } from '../../src/words.ts';

test('printable shows control, format and bidi characters as their codes', () => {
  expect(printable('pay\u202e eman\u001b[2J\u200b')).toBe('pay\\u{202e} eman\\u{1b}[2J\\u{200b}');
  expect(printable('plain text, é, 漢字')).toBe('plain text, é, 漢字');
});

test('JSON survives being made printable, and holds no unprintable character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = toJson({ text });
      expect(JSON.parse(json)).toEqual({ text });
      expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    }),
  );
});

test('no line is longer than 80 columns, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 300 }), (text) => {
      for (const made of [
        paragraph(text, 4),
        paragraph(text, 100),
        fields([['label', text]]),
        fields([[text, 'value']]),
        fields([[text, text]]),
      ]) {
        expect(Math.max(...made.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
      }
    }),
  );
});

test('a hash fits its line, and anything longer is cut in the middle', () => {
  const hash = `0x${'ab'.repeat(32)}`;
  expect(fields([['safeTxHash', hash]]).split('\n')).toHaveLength(1);
  expect(abbreviate(`= ${hash}`)).toBe(`= ${hash}`);
  expect(abbreviate(`signature ${hash}cd1f`)).toBe('signature 0xabababab…ababcd1f (34 bytes)');
});

test('a long label stands beside its value where both fit, and else above it', () => {
  expect(fields([['partiallyFillable', 'false']])).toBe('  partiallyFillable  false');
  const long = 'x'.repeat(62);
  expect(fields([['partiallyFillable', long]])).toBe(`  partiallyFillable\n              ${long}`);
});
