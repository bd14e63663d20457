/** The constants that code pushes, read instruction by instruction: data of one is no other. */
import type { Hex } from 'viem';

const PUSH1 = 0x60;
const PUSH32 = 0x7f;

/** Every constant of `width` bytes that code pushes, once each, in the order of the code. */
export function pushes(code: Hex, width: number): readonly Hex[] {
  const found = new Set<Hex>();
  for (let at = 2; at < code.length; ) {
    const opcode = Number.parseInt(code.slice(at, at + 2), 16);
    const size = opcode >= PUSH1 && opcode <= PUSH32 ? opcode - PUSH1 + 1 : 0;
    const data = code.slice(at + 2, at + 2 + 2 * size);
    if (size === width && data.length === 2 * width) found.add(`0x${data}`);
    at += 2 + 2 * size;
  }
  return [...found];
}
