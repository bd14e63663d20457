/**
 * Which instructions with an effect a function can reach at all, whatever its branches decide: values are
 * followed only where they are known, so that it ends, and loops are no obstacle. It is what the paths
 * that were followed are measured against.
 */
import { hasEffect, isJumpDestination, type Point } from './execute.ts';
import { isTerm } from './terms.ts';

/** The instructions with an effect that can be reached; `null` where a jump could not be followed. */
export function reach(bytes: Uint8Array, from: Point, without: ReadonlySet<number>): Reached {
  const effects = new Set<number>();
  const seen = new Set<string>();
  const open: State[] = [
    { pc: from.pc, stack: from.stack.map((word) => (isTerm(word) ? null : word)) },
  ];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const name = nameOf(state, bytes);
    if (seen.has(name)) continue;
    seen.add(name);
    if (seen.size > MAX_STATES) return { effects, isWhole: false };
    const next = runBlock(state, bytes, effects);
    if (next === null) return { effects, isWhole: false };
    open.push(...next.filter(({ pc }) => !without.has(pc)));
  }
  return { effects, isWhole: true };
}

/** What can be reached, and whether that is all. */
export interface Reached {
  readonly effects: ReadonlySet<number>;
  readonly isWhole: boolean;
}

interface State {
  readonly pc: number;
  /** Values that are known; `null` for those that are not. */
  readonly stack: readonly (bigint | null)[];
}

const MAX_STATES = 20_000;

/** States that differ only in values that lead nowhere are one. */
function nameOf({ pc, stack }: State, bytes: Uint8Array): string {
  const leads = stack.map((word) =>
    word !== null && isJumpDestination(bytes, word) ? word.toString(36) : '',
  );
  return `${pc} ${leads.join()}`;
}

const JUMP = 0x56;
const JUMPI = 0x57;
const JUMPDEST = 0x5b;

/** Runs to the next jump: the states that follow; `null` where a jump leads to no known place. */
function runBlock(
  { pc, stack: before }: State,
  bytes: Uint8Array,
  effects: Set<number>,
): readonly State[] | null {
  const stack = [...before];
  for (let at = pc; ; at += 1) {
    const opcode = bytes[at] ?? 0;
    if (hasEffect(opcode)) effects.add(at);
    if (opcode === JUMP || opcode === JUMPI) {
      const to = stack.pop();
      if (to === undefined || (opcode === JUMPI && stack.pop() === undefined)) return [];
      if (to === null) return null;
      const jumped = isJumpDestination(bytes, to) ? [{ pc: Number(to), stack }] : [];
      return opcode === JUMP ? jumped : [...jumped, { pc: at + 1, stack }];
    }
    if (opcode === JUMPDEST && at !== pc) return [{ pc: at, stack }];
    const shape = shapeOf(opcode);
    if (shape === null) return [];
    const [pops, pushes] = shape;
    if (stack.length < pops || stack.length > MAX_STACK) return [];
    if (opcode >= 0x5f && opcode <= 0x7f) {
      let value = 0n;
      for (let index = 1; index <= opcode - 0x5f; index += 1) {
        value = (value << 8n) | BigInt(bytes[at + index] ?? 0);
      }
      stack.push(value);
      at += opcode - 0x5f;
    } else if (opcode >= 0x80 && opcode <= 0x8f) {
      stack.push(stack.at(-(opcode - 0x7f)) ?? null);
    } else if (opcode >= 0x90 && opcode <= 0x9f) {
      const depth = opcode - 0x8f;
      const top = stack.at(-1) ?? null;
      stack[stack.length - 1] = stack.at(-1 - depth) ?? null;
      stack[stack.length - 1 - depth] = top;
    } else if (opcode === 0x16) {
      // Compilers clean pointers to code with a mask.
      const [a = null, b = null] = [stack.pop(), stack.pop()];
      stack.push(a === null || b === null ? null : a & b);
    } else {
      stack.splice(stack.length - pops, pops);
      for (let count = 0; count < pushes; count += 1) stack.push(null);
    }
  }
}

const MAX_STACK = 1024;

/** How many words an instruction takes and gives; `null` where it ends the call. */
function shapeOf(opcode: number): readonly [number, number] | null {
  if (opcode >= 0x5f && opcode <= 0x7f) return [0, 1];
  if (opcode >= 0x80 && opcode <= 0x8f) return [opcode - 0x7f, 0];
  if (opcode >= 0x90 && opcode <= 0x9f) return [opcode - 0x8e, 0];
  if (opcode >= 0xa0 && opcode <= 0xa4) return [opcode - 0xa0 + 2, 0];
  return SHAPES.get(opcode) ?? null;
}

const SHAPES: ReadonlyMap<number, readonly [number, number]> = new Map(
  (
    [
      [
        [0x08, 0x09],
        [3, 1],
      ],
      [
        [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0a, 0x0b],
        [2, 1],
      ],
      [
        [0x10, 0x11, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a, 0x1b, 0x1c, 0x1d, 0x20],
        [2, 1],
      ],
      [
        [0x15, 0x19, 0x1e, 0x31, 0x35, 0x3b, 0x3f, 0x40, 0x49, 0x51, 0x54, 0x5c],
        [1, 1],
      ],
      [
        [0x30, 0x32, 0x33, 0x34, 0x36, 0x38, 0x3a, 0x3d],
        [0, 1],
      ],
      [
        [0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x4a, 0x58, 0x59, 0x5a],
        [0, 1],
      ],
      [
        [0x37, 0x39, 0x3e, 0x5e],
        [3, 0],
      ],
      [
        [0x52, 0x53, 0x55, 0x5d],
        [2, 0],
      ],
      [[0x3c], [4, 0]],
      [[0x50], [1, 0]],
      [[JUMPDEST], [0, 0]],
      [[0xf0], [3, 1]],
      [[0xf5], [4, 1]],
      [
        [0xf1, 0xf2],
        [7, 1],
      ],
      [
        [0xf4, 0xfa],
        [6, 1],
      ],
    ] as const
  ).flatMap(([opcodes, shape]) => opcodes.map((opcode) => [opcode, shape] as const)),
);
