/** Which functions code offers, as compilers write their dispatch: each selector is pushed, to be compared. */
import { type Hex, toFunctionSelector } from 'viem';
import { instructions } from './bytecode/instructions.ts';
import { memo } from './memo.ts';

/** Of a selector. */
const DIGITS = 8;

/** Whether code compares the selector of a call with this one. */
export const dispatches = (code: Hex, selector: Hex): boolean => pushedIn(code).has(selector);

/** The selectors of functions, by their signatures. */
export const selectorsOf = (...signatures: readonly string[]): readonly Hex[] =>
  signatures.map(selectorOf);

const selectorOf = memo(5_000, (signature: string) => toFunctionSelector(signature));

/** Whether code offers every one of these functions. */
export const offers = (code: Hex, ...signatures: readonly string[]): boolean =>
  selectorsOf(...signatures).every((selector) => dispatches(code, selector));

/**
 * The selectors that code pushes: of its functions, and of those that it calls. Those with two leading
 * zero bytes are left out: they look like any place in the code.
 */
export const pushedSelectors = (code: Hex): readonly Hex[] =>
  [...pushedIn(code)].filter((selector) => !selector.startsWith('0x0000'));

/** What code pushes that a selector can be; compilers push no leading zeros. */
const pushedIn = memo(200, parsed);

function parsed(code: Hex): ReadonlySet<Hex> {
  const found = new Set<Hex>();
  for (const { pushed } of instructions(code)) {
    if (pushed.length > 0 && pushed.length <= DIGITS)
      found.add(`0x${pushed.padStart(DIGITS, '0')}`);
  }
  return found;
}
