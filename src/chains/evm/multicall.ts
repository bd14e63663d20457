/**
 * Many reads of one block in one `eth_call`. Two small programs are put under it by state override: a
 * dispatcher, at an address that nobody uses, makes one read after the other; a slot reader takes the
 * place of an account's code, and returns words of the storage, which the override leaves as it is.
 *
 * @see https://geth.ethereum.org/docs/interacting-with-geth/rpc/objects#state-override-set
 */
import { type Address, type Hex, numberToHex, pad, size, slice, toHex } from 'viem';
import { overridesParam } from './state.ts';

/** The instructions that the programs use. @see https://www.evm.codes */
const OPCODES: Readonly<Record<string, number>> = {
  ADD: 0x01,
  SUB: 0x03,
  LT: 0x10,
  GT: 0x11,
  EQ: 0x14,
  ISZERO: 0x15,
  AND: 0x16,
  NOT: 0x19,
  SHR: 0x1c,
  ADDRESS: 0x30,
  BALANCE: 0x31,
  CALLDATALOAD: 0x35,
  CALLDATASIZE: 0x36,
  CALLDATACOPY: 0x37,
  EXTCODESIZE: 0x3b,
  EXTCODECOPY: 0x3c,
  RETURNDATASIZE: 0x3d,
  RETURNDATACOPY: 0x3e,
  EXTCODEHASH: 0x3f,
  NUMBER: 0x43,
  POP: 0x50,
  MLOAD: 0x51,
  MSTORE: 0x52,
  SLOAD: 0x54,
  JUMP: 0x56,
  JUMPI: 0x57,
  GAS: 0x5a,
  JUMPDEST: 0x5b,
  PUSH: 0x60,
  DUP: 0x80,
  RETURN: 0xf3,
  STATICCALL: 0xfa,
};

/** One read. */
export interface Item {
  readonly kind: 'call' | 'storage' | 'code' | 'codeHash' | 'balance';
  readonly account: Address;
  /** What is passed to a call; the slots of which storage is read. */
  readonly data: Hex;
  /** Whether nobody asked for it yet, so that it may burn less. */
  readonly isHint?: boolean;
}

/**
 * Where the dispatcher is put; nobody holds a key to it. It is the caller of every call, where a plain
 * `eth_call` has the zero address.
 */
export const DISPATCHER: Address = '0x00000000000000000000000000ca57e11A00D15B';

/** By this word an answer is known to come from the dispatcher. */
const MAGIC = pad(toHex('castellan dispatcher'), { dir: 'right' });

/** Longer answers are not copied: one that returns megabytes would use up the gas of all. */
const MAX_ANSWER = 0x10000;
/** The dispatcher starts no item past this much output: memory costs more the more there is. */
const MAX_OUTPUT = 0x200000;
/** Gas to copy the longest answer behind the longest output, and to return. */
const RESERVE = 0xc0000;

const KINDS: Readonly<Record<Item['kind'], number>> = {
  call: 0,
  storage: 0,
  code: 1,
  codeHash: 2,
  balance: 3,
};

/** The most gas that a call may burn. A getter that needs more is asked by itself. */
const CALL_GAS = 2_000_000;
const HINT_GAS = 500_000;
/** A cold slot costs 2,100. */
const SLOT_GAS = 2_500;

/**
 * Input: items, each a word (from its high end: 1 byte kind, 3 bytes nothing, 4 bytes gas, 4 bytes length
 * of the data, 20 bytes account) and its data. Output: the magic word, the number of the block, then for each
 * item that was done a word with the length of its answer, and the answer; all ones where there is none.
 *
 * Memory: 0x00 position in the input, 0x20 position in the output, 0x40 the item's word, 0x60 the output.
 */
const DISPATCHER_CODE = assemble(`
    PUSH32 ${MAGIC} PUSH1 0x60 MSTORE
    NUMBER PUSH1 0x80 MSTORE
    PUSH1 0xa0 PUSH1 0x20 MSTORE
  next:
    CALLDATASIZE PUSH1 0x00 MLOAD LT ISZERO @done JUMPI               # no item is left
    PUSH3 ${toHex(MAX_OUTPUT, { size: 3 })} PUSH1 0x20 MLOAD GT @done JUMPI  # enough was written
    PUSH1 0x00 MLOAD CALLDATALOAD PUSH1 0x40 MSTORE
    PUSH1 0x40 MLOAD PUSH1 192 SHR PUSH4 0xffffffff AND               # gas
    DUP1 PUSH1 5 SHR ADD PUSH3 ${toHex(RESERVE, { size: 3 })} ADD     # a call gets at most 63/64 of what is left
    GAS LT @done JUMPI
    PUSH1 0x40 MLOAD PUSH1 160 SHR PUSH4 0xffffffff AND               # length
    PUSH1 0x40 MLOAD PUSH1 248 SHR                                    # length kind
    DUP1 PUSH1 1 EQ @code JUMPI
    DUP1 PUSH1 2 EQ @codeHash JUMPI
    DUP1 PUSH1 3 EQ @balance JUMPI
    POP                                                               # length
    DUP1 PUSH1 0x00 MLOAD PUSH1 0x20 ADD PUSH1 0x20 MLOAD CALLDATACOPY
    PUSH1 0 PUSH1 0 DUP3 PUSH1 0x20 MLOAD PUSH1 0x40 MLOAD            # length 0 0 length output account
    DUP1 PUSH1 192 SHR PUSH4 0xffffffff AND STATICCALL                # length ok
    ISZERO @nothing JUMPI
    PUSH3 ${toHex(MAX_ANSWER, { size: 3 })} RETURNDATASIZE GT @nothing JUMPI
    RETURNDATASIZE PUSH1 0x20 MLOAD MSTORE
    RETURNDATASIZE PUSH1 0 PUSH1 0x20 MLOAD PUSH1 0x20 ADD RETURNDATACOPY
    RETURNDATASIZE @advance JUMP
  code:
    POP PUSH3 ${toHex(MAX_ANSWER, { size: 3 })} PUSH1 0x40 MLOAD EXTCODESIZE GT @nothing JUMPI
    PUSH1 0x40 MLOAD EXTCODESIZE                                      # length size
    DUP1 PUSH1 0x20 MLOAD MSTORE
    DUP1 PUSH1 0 PUSH1 0x20 MLOAD PUSH1 0x20 ADD PUSH1 0x40 MLOAD EXTCODECOPY
    @advance JUMP
  codeHash:
    POP PUSH1 0x40 MLOAD EXTCODEHASH @word JUMP
  balance:
    POP PUSH1 0x40 MLOAD BALANCE @word JUMP
  word:                                                               # length word
    PUSH1 0x20 PUSH1 0x20 MLOAD MSTORE
    PUSH1 0x20 MLOAD PUSH1 0x20 ADD MSTORE
    PUSH1 0x20 @advance JUMP
  nothing:                                                            # length
    PUSH1 0 NOT PUSH1 0x20 MLOAD MSTORE
    PUSH1 0
  advance:                                                            # length size
    PUSH1 0x20 MLOAD ADD PUSH1 0x20 ADD PUSH1 0x20 MSTORE
    PUSH1 0x00 MLOAD ADD PUSH1 0x20 ADD PUSH1 0x00 MSTORE
    @next JUMP
  done:
    PUSH1 0x60 PUSH1 0x20 MLOAD SUB PUSH1 0x60 RETURN
`);

/** Input: slots. Output: the account, as proof that this code ran, and not a precompile; their words. */
const SLOT_READER_CODE = assemble(`
    ADDRESS PUSH1 0 MSTORE
    PUSH1 0                                                           # position
  next:
    DUP1 CALLDATASIZE GT @read JUMPI
    PUSH1 0x20 ADD PUSH1 0 RETURN
  read:
    DUP1 CALLDATALOAD SLOAD DUP2 PUSH1 0x20 ADD MSTORE
    PUSH1 0x20 ADD @next JUMP
`);

/** The words of the slots that an item of storage named; none where the slot reader did not run. */
export function wordsIn({ account, data }: Item, answer: Hex): readonly Hex[] {
  if (size(answer) !== 32 + size(data) || !answer.startsWith(pad(account).toLowerCase())) return [];
  return Array.from({ length: size(data) / 32 }, (_, index) =>
    slice(answer, 32 * (index + 1), 32 * (index + 2)),
  );
}

/**
 * The params of the `eth_call` that makes the reads. Storage is read in place of an account's code, so
 * that it must not be read together with anything else.
 *
 * @param changes state overrides under all of them.
 */
export const dispatchParams = (
  items: readonly Item[],
  block: string,
  changes: Readonly<Record<string, unknown>> = {},
): readonly unknown[] => [
  { to: DISPATCHER, data: `0x${items.map(encodeItem).join('')}` },
  block,
  {
    ...changes,
    ...overridesParam({
      ...Object.fromEntries(
        items
          .filter(({ kind }) => kind === 'storage')
          .map(({ account }) => [account, { code: SLOT_READER_CODE }]),
      ),
      [DISPATCHER]: { code: DISPATCHER_CODE },
    }),
  },
];

/** The hex digits of an item. There are many, so that they are not put together by way of checks. */
function encodeItem(item: Item): string {
  const { kind, account, data } = item;
  const numbers = digits(KINDS[kind], 1) + digits(gasFor(item), 7) + digits(size(data), 4);
  return numbers + account.slice(2) + data.slice(2);
}

const digits = (number: number, bytes: number): string =>
  number.toString(16).padStart(2 * bytes, '0');

function gasFor({ kind, data, isHint = false }: Item): number {
  if (kind === 'storage') return SLOT_GAS * (4 + size(data) / 32);
  if (kind === 'call') return isHint ? HINT_GAS : CALL_GAS;
  return 0;
}

/** What the dispatcher answered. */
export interface Dispatched {
  /** What the chain says is the number of the block: some say that of another chain. */
  readonly number: bigint;
  /** Item by item, as far as it came; `null` for an item that failed or whose answer is too long. */
  readonly answers: readonly (Hex | null)[];
}

/** Reads the output of the dispatcher; `null` where it is not the dispatcher that answered. */
export function answersIn(output: unknown, most: number): Dispatched | null {
  if (typeof output !== 'string' || !/^0x[0-9a-f]*$/.test(output)) return null;
  // Positions in the text: two digits for a byte, after `0x`.
  let at = MAGIC.length + 64;
  if (!output.startsWith(MAGIC) || output.length < at) return null;
  const number = BigInt(`0x${output.slice(MAGIC.length, at)}`);
  const answers: (Hex | null)[] = [];
  while (at < output.length) {
    if (answers.length === most) return null;
    const length = output.slice(at, at + 64);
    at += 64;
    if (/^f{64}$/.test(length)) {
      answers.push(null);
      continue;
    }
    const end = at + 2 * Number(`0x${length}`);
    if (end > output.length) return null;
    answers.push(`0x${output.slice(at, end)}`);
    at = end;
  }
  return { number, answers };
}

/** Mnemonics, `label:`, `@label` to push where it is, `# remark`; a number goes with the push before it. */
function assemble(source: string): Hex {
  const words = source
    .replace(/#.*/g, '')
    .split(/\s+/)
    .filter((word) => word !== '');
  const labels = new Map<string, number>();
  const bytes: (string | { readonly label: string })[] = [];
  let length = 0;
  for (const [index, word] of words.entries()) {
    if (word.endsWith(':')) {
      labels.set(word.slice(0, -1), length);
      bytes.push(opcode('JUMPDEST'));
      length += 1;
    } else if (word.startsWith('@')) {
      bytes.push('61', { label: word.slice(1) });
      length += 3;
    } else if (/^[0-9]/.test(word)) {
      const width = Number(words[index - 1]?.slice('PUSH'.length));
      bytes.push(numberToHex(BigInt(word), { size: width }).slice(2));
      length += width;
    } else {
      bytes.push(opcode(word));
      length += 1;
    }
  }
  return `0x${bytes
    .map((part) =>
      typeof part === 'string'
        ? part
        : numberToHex(labels.get(part.label) ?? 0, { size: 2 }).slice(2),
    )
    .join('')}`;
}

function opcode(name: string): string {
  const [, family = name, index] = /^(PUSH|DUP)([0-9]+)$/.exec(name) ?? [];
  const base = OPCODES[family];
  if (base === undefined) throw new Error(`no such instruction: ${name}`);
  return numberToHex(base + (index === undefined ? 0 : Number(index) - 1), { size: 1 }).slice(2);
}
