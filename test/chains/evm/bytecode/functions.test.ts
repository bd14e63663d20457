import fc from 'fast-check';
import { type Hex, toFunctionSelector, toHex } from 'viem';
import { describe, expect, test } from 'vitest';
import { functionsOf } from '../../../../src/chains/evm/bytecode/functions.ts';
import { safeCode } from '../../../support/safe-contracts.ts';

const hex = (bytes: Uint8Array): Hex => toHex(bytes);

describe('hostile code', () => {
  test('any bytes at all come to an end, and to the same one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (bytes) => {
        const once = functionsOf(hex(bytes));
        const again = functionsOf(hex(bytes));
        expect(again.map(({ isWhole }) => isWhole)).toEqual(once.map(({ isWhole }) => isWhole));
        expect(once.at(-1)?.selector).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  test('real code with some bytes changed comes to an end', async () => {
    const code = await safeCode('proxy 1.4.1');
    const real = Uint8Array.from(Buffer.from(code.slice(2), 'hex'));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (changes) => {
          const changed = Uint8Array.from(real);
          for (const [at, byte] of changes) changed[at] = byte;
          expect(functionsOf(hex(changed)).length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    ['an endless loop', '0x5b600056'],
    ['a loop that branches on the time', '0x5b4260005742600056'],
    ['a stack that grows for ever', '0x5b6001600056'],
    ['memory that grows for ever', '0x5b595952600056'],
    ['an expression that grows for ever', `0x33${'5b19600157'.slice(0, 2)}5b1960015600`],
    ['a jump to where the caller says', '0x60043556'],
    ['pushes beyond its end', '0x7f00'],
    ['an expression of a thousand parts', `0x33${'4218'.repeat(1000)}600a5700`],
  ] as const)('%s ends', (_, code) => {
    expect(functionsOf(code).length).toBeGreaterThan(0);
  });

  test('a check hidden in an expression that is too deep is not taken for none', () => {
    // The caller, negated a thousand times, is compared with a number; who passes writes to slot 0.
    const deep: Hex = `0x33${'19'.repeat(1000)}600a14610400576001600055005b${'5b'.repeat(40)}6001600055`;
    expect(functionsOf(deep).every(({ isWhole }) => !isWhole)).toBe(true);
  });

  test('more functions than are followed are said to be more', () => {
    const dispatch = Array.from({ length: 500 }, (_, index) => {
      const selector = (0x1000_0000 + index).toString(16);
      return `8063${selector}1461ffff57`;
    }).join('');
    const functions = functionsOf(`0x60003560e01c${dispatch}00`);
    expect(functions).toHaveLength(401);
    expect(functions.at(-1)?.isWhole).toBe(false);
  });
});

describe('real code', () => {
  test('a Safe: its own functions are for itself, modules act, getters change nothing', async () => {
    const functions = functionsOf(await safeCode('singleton 1.4.1'));
    const find = (signature: string) =>
      functions.find(({ selector }) => selector === toFunctionSelector(signature));
    expect(find('getOwners()')?.isView).toBe(true);
    expect(find('nonce()')?.answer).toMatchObject({ op: 'sload', args: [5n] });
    const own = find('addOwnerWithThreshold(address,uint256)')?.ways ?? [];
    expect(own.map(({ demands }) => demands.map(({ term }) => term.args.map(opOf)))).toEqual([
      [['caller', 'self']],
    ]);
  });
});

const opOf = (word: unknown): unknown =>
  typeof word === 'object' && word !== null && 'op' in word ? word.op : word;
