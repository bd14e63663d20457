import { expect, test } from 'vitest';
import {
  briefUsd,
  count,
  formatAmount,
  formatUsd,
  fullId,
  list,
  printable,
  short,
  shortId,
  utc,
} from '../src/words.ts';

test.each([
  [0n, 18, '0'],
  [1n, 18, '0.000000000000000001'],
  [401_346_768_858_404_671_846_374n, 18, '401,346.768858404671846374'],
  [30_000n * 10n ** 18n, 18, '30,000'],
  [-1_500_000n, 6, '-1.5'],
  [1_234_567n, 0, '1,234,567'],
])('formatAmount writes %s of %i decimals as %s', (amount, decimals, text) => {
  expect(formatAmount(amount, decimals)).toBe(text);
});

test('short keeps eight digits in front and five behind', () => {
  const wallet = '0x1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4';
  expect(short(wallet)).toBe('0x1Db92e2E…dFCF4');
  expect(shortId(`eip155:1:${wallet}`)).toBe('0x1Db92e2E…dFCF4');
  expect(fullId(`eip155:1:${wallet}`)).toBe(wallet);
});

test('list names alternatives, one as well as several', () => {
  expect([list(['a'], 'or'), list(['a', 'b', 'c'], 'or')]).toEqual(['a', 'a, b or c']);
});

test('count and list read as people write', () => {
  expect([count(1, 'owner'), count(2, 'owner')]).toEqual(['1 owner', '2 owners']);
  expect([list([]), list(['a']), list(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
});

test.each([
  ['0.00', '$0', '$0.00'],
  ['999.99', '$999', '$999.99'],
  ['12345.60', '$12.3k', '$12,345.60'],
  ['1460000000.00', '$1.46B', '$1,460,000,000.00'],
  ['285999999.01', '$285M', '$285,999,999.01'],
  ['1000000.00', '$1M', '$1,000,000.00'],
])('%s dollars are %s in brief and %s in full', (usd, brief, full) => {
  expect([briefUsd(usd), formatUsd(usd)]).toEqual([brief, full]);
});

test('utc writes a time as people do', () => {
  expect([utc(0), utc(1_740_147_203)]).toEqual([
    '1970-01-01 00:00:00 UTC',
    '2025-02-21 14:13:23 UTC',
  ]);
});

test('printable shows what is no character, which no XML may have', () => {
  expect(printable('a\ufffe\uffff\u{1fffe}')).toBe('a\\u{fffe}\\u{ffff}\\u{1fffe}');
});
