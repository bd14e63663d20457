/**
 * Code as the EVM reads it: instruction by instruction from its first byte, which is also how it decides
 * where a jump may land. What is not an instruction here is never run.
 *
 * @see https://ethereum.github.io/yellowpaper/paper.pdf (9.4.3)
 */
import { type Address, getAddress, type Hex } from 'viem';
import { memo } from '../memo.ts';

interface Instruction {
  readonly opcode: number;
  /** Hex digits of what it pushes; none for what is no PUSH. */
  readonly pushed: string;
}

const PUSH1 = 0x60;
const PUSH20 = 0x73;
const PUSH32 = 0x7f;
const CALLER = 0x33;
/** By which two words are compared: SUB and XOR where only equal ones give zero. */
const COMPARISONS: ReadonlySet<number> = new Set([0x03, 0x14, 0x18]);
/** Where a stretch of code that runs as a whole begins or ends. */
const BREAKS: ReadonlySet<number> = new Set([0x00, 0x56, 0x57, 0x5b, 0xf3, 0xfd, 0xfe, 0xff]);
/** DELEGATECALL, and CALLCODE before it. */
const DELEGATES: ReadonlySet<number> = new Set([0xf2, 0xf4]);

/** What is no account: a number of up to eight bytes, and the mask of an address. */
const NO_ACCOUNT = /^(0{24}|f{40}$)/;

/** Every instruction of some code, in its order; data that it pushes is none. */
export function* instructions(code: Hex): Generator<Instruction> {
  const digits = code.slice(2);
  for (let at = 0; at < digits.length; ) {
    const opcode = Number.parseInt(digits.slice(at, at + 2), 16);
    const length = opcode >= PUSH1 && opcode <= PUSH32 ? opcode - PUSH1 + 1 : 0;
    const pushed = digits.slice(at + 2, at + 2 + 2 * length).padEnd(2 * length, '0');
    yield { opcode, pushed };
    at += 2 + 2 * length;
  }
}

/** Every constant of `width` bytes that code pushes, once each, in the order of the code. */
export function pushes(code: Hex, width: number): readonly Hex[] {
  const found = new Set<Hex>();
  for (const { pushed } of instructions(code)) {
    if (pushed.length === 2 * width) found.add(`0x${pushed}`);
  }
  return [...found];
}

/** Whether code may run other code on its own storage. */
export const delegates = memo(2_000, (code: Hex): boolean => {
  for (const { opcode } of instructions(code)) if (DELEGATES.has(opcode)) return true;
  return false;
});

/**
 * Addresses that are part of the code and that it compares its caller with, each once. Only those are
 * found that stand beside the comparison, as compilers write `msg.sender == ADMIN`.
 */
export const callerConstants = memo(2_000, (code: Hex): readonly Address[] => {
  const found = new Set<Address>();
  let stretch: Instruction[] = [];
  const close = (): void => {
    const asksForCaller = stretch.some(({ opcode }) => opcode === CALLER);
    if (asksForCaller && stretch.some(({ opcode }) => COMPARISONS.has(opcode))) {
      for (const account of stretch.map(accountPushed)) if (account !== null) found.add(account);
    }
    stretch = [];
  };
  for (const instruction of instructions(code)) {
    stretch.push(instruction);
    if (BREAKS.has(instruction.opcode)) close();
  }
  close();
  return [...found];
});

/** The address that an instruction pushes: twenty bytes, or more with zeros before. */
function accountPushed({ opcode, pushed }: Instruction): Address | null {
  if (opcode < PUSH20 || opcode > PUSH32) return null;
  const account = pushed.slice(-40).padStart(40, '0');
  const isPadded = /^0*$/.test(pushed.slice(0, -40));
  return isPadded && !NO_ACCOUNT.test(account) ? getAddress(`0x${account}`) : null;
}
