/** Which functions code offers, as compilers write their dispatch: each selector is pushed, to be compared. */
import { type Hex, toFunctionSelector } from 'viem';
import { instructions } from './bytecode/instructions.ts';

/** Of a selector. */
const DIGITS = 8;

/** Whether code compares the selector of a call with this one. */
export const dispatches = (code: Hex, selector: Hex): boolean => pushedIn(code).has(selector);

/** The selectors of functions, by their signatures. */
export const selectorsOf = (...signatures: readonly string[]): readonly Hex[] =>
  signatures.map((signature) => toFunctionSelector(signature));

/** Whether code offers every one of these functions. */
export const offers = (code: Hex, ...signatures: readonly string[]): boolean =>
  selectorsOf(...signatures).every((selector) => dispatches(code, selector));

/**
 * The selectors that code pushes: of its functions, and of those that it calls. Those with two leading
 * zero bytes are left out: they look like any place in the code.
 */
export const pushedSelectors = (code: Hex): readonly Hex[] =>
  [...pushedIn(code)].filter((selector) => !selector.startsWith('0x0000'));

const known = new Map<Hex, ReadonlySet<Hex>>();
const MAX_KNOWN = 200;

/** What code pushes that a selector can be; compilers push no leading zeros. */
function pushedIn(code: Hex): ReadonlySet<Hex> {
  const pushed = known.get(code) ?? parsed(code);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(code, pushed);
  return pushed;
}

function parsed(code: Hex): ReadonlySet<Hex> {
  const found = new Set<Hex>();
  for (const { pushed } of instructions(code)) {
    if (pushed.length > 0 && pushed.length <= DIGITS)
      found.add(`0x${pushed.padStart(DIGITS, '0')}`);
  }
  return found;
}
