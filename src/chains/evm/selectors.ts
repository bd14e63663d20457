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

/** Every four bytes that code pushes: the selectors of its functions, and of those that it calls. */
export function pushedSelectors(code: Hex): readonly Hex[] {
  const found = new Set<Hex>();
  for (let at = 2; at < code.length; at += 2) {
    const pushes = Number.parseInt(code.slice(at, at + 2), 16) - 0x5f;
    if (pushes === 4 && at + 10 <= code.length) found.add(`0x${code.slice(at + 2, at + 10)}`);
    if (pushes >= 1 && pushes <= 32) at += 2 * pushes;
  }
  return [...found];
}
