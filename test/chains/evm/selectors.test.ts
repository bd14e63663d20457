import { toFunctionSelector } from 'viem';
import { describe, expect, test } from 'vitest';
import { offers, pushedSelectors } from '../../../src/chains/evm/selectors.ts';
import { compile } from '../../support/compile.ts';

/** By how many zero bytes their selectors begin with: none, one and two. */
const SIGNATURES = ['pause()', 'f490()', 'f3011()'] as const;
const { bytecode } = compile(
  'Test',
  `contract Test { ${SIGNATURES.map((each) => `function ${each} external {}`).join(' ')} }`,
);

test.each(SIGNATURES)('code offers %s', (signature) => {
  expect(offers(bytecode, signature)).toBe(true);
});

test('code does not offer what it does not have', () => {
  expect(offers(bytecode, 'pause()', 'unpause()')).toBe(false);
});

describe('what is no selector', () => {
  const selector = toFunctionSelector('pause()').slice(2);

  test('stands within what is pushed', () => {
    expect(offers(`0x7f63${selector}${'00'.repeat(27)}`, 'pause()')).toBe(false);
  });

  test('is longer, or is cut off', () => {
    expect(offers(`0x64${selector}00`, 'pause()')).toBe(false);
    expect(offers(`0x63${selector.slice(2)}`, 'pause()')).toBe(false);
  });

  test('looks like a place in the code', () => {
    const [pause, one, two] = SIGNATURES.map((each) => toFunctionSelector(each));
    expect(pushedSelectors(bytecode)).toEqual(expect.arrayContaining([pause, one]));
    expect(pushedSelectors(bytecode)).not.toContain(two);
  });
});
