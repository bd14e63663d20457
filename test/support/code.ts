/** Code that offers functions and does something else. */
import { type Hex, toFunctionSelector } from 'viem';

/** What such code does when it is called: nothing that its dispatch says. */
export const REVERTS = '60006000fd';
/** Answers with nothing. */
export const STOPS = '00';

/** Code that does `body`, and then compares with the selectors of some functions, which never runs. */
export const offering = (body: string, ...signatures: readonly string[]): Hex =>
  `0x${body}${signatures.map((each) => `63${toFunctionSelector(each).slice(2)}`).join('')}`;
