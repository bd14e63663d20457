/** Which functions code offers, as compilers write their dispatch. */
import type { Hex } from 'viem';

const PUSH4 = '63';

/** Whether code compares the selector of a call with this one. */
export const dispatches = (code: Hex, selector: Hex): boolean =>
  code.includes(`${PUSH4}${selector.slice(2)}`);
