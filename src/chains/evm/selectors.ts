/** Which functions code offers, as compilers write their dispatch. */
import { type Hex, toFunctionSelector } from 'viem';

const PUSH4 = '63';

/** Whether code compares the selector of a call with this one. */
export const dispatches = (code: Hex, selector: Hex): boolean =>
  code.includes(`${PUSH4}${selector.slice(2)}`);

/** The selectors of functions, by their signatures. */
export const selectorsOf = (...signatures: readonly string[]): readonly Hex[] =>
  signatures.map((signature) => toFunctionSelector(signature));

/** Whether code offers every one of these functions. */
export const offers = (code: Hex, ...signatures: readonly string[]): boolean =>
  selectorsOf(...signatures).every((selector) => dispatches(code, selector));
