/**
 * Changes what is signed every day, and asks `check`: whatever it still says SIGN of is executed for real,
 * and may do nothing but pay whom castellan.yaml lists.
 */
import { type Address, encodeFunctionData, getAddress, type Hex, parseAbi } from 'viem';
import { rpcNode } from '../../src/chains/evm/node.ts';
import type { SigningRequest } from '../../src/chains/evm/requests/request.ts';
import { parseCall } from '../../src/chains/evm/requests/transaction.ts';
import { parseProposal } from '../../src/chains/evm/safe/exports.ts';
import type { Verdict } from '../../src/check/verdict.ts';
import { InputError } from '../../src/errors.ts';
import { verdictBy } from '../support/check.ts';
import type { LocalChain } from '../support/local-chain.ts';
import { ETHER, SAFE } from '../support/safes.ts';
import { effectsOf } from './effects.ts';
import { mutateHex } from './mutate.ts';
import { type Random, randomAt } from './random.ts';
import {
  ADDRESSES,
  type Data,
  encodeData,
  KEY,
  type Made,
  MOST_ETHER,
  MOST_TOKENS,
  ORGANISATION,
  ORIGINALS,
  type Original,
  TOKEN,
} from './treasury.ts';

const abi = parseAbi([
  'function approve(address spender, uint256 amount)',
  'function increaseAllowance(address spender, uint256 added)',
  'function transferFrom(address from, address to, uint256 amount)',
  'function burn(uint256 amount)',
  'function addOwnerWithThreshold(address owner, uint256 threshold)',
  'function changeThreshold(uint256 threshold)',
  'function enableModule(address module)',
  'function setGuard(address guard)',
  'function setFallbackHandler(address handler)',
  'function approveHash(bytes32 hash)',
]);

/** What an attacker would rather have called. */
const hostile = (random: Random): Hex => {
  const at = random.pick(ADDRESSES);
  const amount = anyAmount(random, 5n);
  const encode = (functionName: string, ...args: readonly unknown[]): Hex =>
    encodeFunctionData({ abi, functionName, args } as Parameters<typeof encodeFunctionData>[0]);
  return random.pick([
    encode('approve', at, amount),
    encode('increaseAllowance', at, amount),
    encode('transferFrom', random.pick(ADDRESSES), at, amount),
    encode('burn', amount),
    encode('addOwnerWithThreshold', at, 1n),
    encode('changeThreshold', amount),
    encode('enableModule', at),
    encode('setGuard', at),
    encode('setFallbackHandler', at),
    encode('approveHash', `0x${'11'.repeat(32)}`),
  ]);
};

const anyAddress = (random: Random, old: Address): Address =>
  random.once(3) ? getAddress(flipDigit(random, old)) : random.pick(ADDRESSES);

function flipDigit(random: Random, hex: Hex): Hex {
  const at = 2 + random.below(hex.length - 2);
  return `${hex.slice(0, at)}${random.below(16).toString(16)}${hex.slice(at + 1)}`.toLowerCase() as Hex;
}

const MAX = (1n << 256n) - 1n;

function anyAmount(random: Random, old: bigint): bigint {
  const near = [0n, 1n, old + 1n, old - 1n, old * 2n, old ^ (1n << BigInt(random.below(256)))];
  const known = [
    MOST_ETHER,
    MOST_ETHER + 1n,
    MOST_TOKENS,
    MOST_TOKENS + 1n,
    100n * ETHER,
    10n ** 9n,
    MAX,
  ];
  const amount = random.pick([...near, ...known]);
  return amount < 0n || amount > MAX ? 0n : amount;
}

const anyOperation = (random: Random): number => random.pick([0, 1, 1, 2, 3, 128, 255]);

function changeData(random: Random, data: Data): Data {
  const kind = random.below(8);
  if (kind === 0) return { kind: 'bytes', bytes: hostile(random) };
  if (kind === 1) return { kind: 'bytes', bytes: mutateHex(random, encodeData(data), HOSTILE) };
  switch (data.kind) {
    case 'bytes':
      return kind < 4 ? data : { kind: 'bytes', bytes: mutateHex(random, data.bytes, HOSTILE) };
    case 'transfer':
      return random.once(2)
        ? { ...data, to: anyAddress(random, data.to) }
        : { ...data, amount: anyAmount(random, data.amount) };
    case 'nested':
      return { kind: 'nested', call: changeCall(random, data.call) };
    case 'batch':
      return { kind: 'batch', calls: changeBatch(random, data.calls) };
  }
}

function changeBatch(random: Random, calls: readonly Made[]): readonly Made[] {
  const index = random.below(Math.max(1, calls.length));
  const call = calls[index];
  if (call === undefined) return calls;
  const kind = random.below(8);
  const more: Made = {
    operation: 0,
    to: random.pick(ADDRESSES),
    value: 0n,
    data: { kind: 'bytes', bytes: hostile(random) },
  };
  if (kind === 0) return [...calls, call];
  if (kind === 1) return calls.toSpliced(index, 1);
  if (kind === 2) return calls.toReversed();
  if (kind === 3) return calls.toSpliced(index, 0, more);
  return calls.with(index, changeCall(random, call));
}

function changeCall(random: Random, call: Made): Made {
  const kind = random.below(8);
  if (kind === 0) return { ...call, to: anyAddress(random, call.to) };
  if (kind === 1) return { ...call, value: anyAmount(random, call.value) };
  if (kind === 2) return { ...call, operation: anyOperation(random) };
  if (kind === 3 && call.data.kind === 'bytes' && call.value > 0n) {
    // What is meant for one is often meant for another that is listed.
    return { ...call, to: anyAddress(random, call.to), value: anyAmount(random, call.value) };
  }
  if (kind === 4)
    return {
      ...call,
      to: TOKEN,
      data: { kind: 'transfer', to: anyAddress(random, call.to), amount: anyAmount(random, 5n) },
    };
  return { ...call, data: changeData(random, call.data) };
}

/** What an executor may be paid, and when. */
const anyTerms = (random: Random): object => ({
  [random.pick(['safeTxGas', 'baseGas', 'gasPrice'])]: String(
    random.pick([1n, 21_000n, 10n ** 9n]),
  ),
  ...(random.once(2) ? { gasPrice: '1', baseGas: '21000' } : {}),
  ...(random.once(2) ? { gasToken: random.pick(ADDRESSES) } : {}),
  ...(random.once(2) ? { refundReceiver: random.pick(ADDRESSES) } : {}),
});

/** What is asked to be signed, changed; as it is for place 0 and the others of `ORIGINALS`. */
interface Mutant {
  readonly original: Original;
  readonly document: object;
}

function mutantAt(seed: number, place: number): Mutant {
  const random = randomAt(seed, place);
  const untouched = ORIGINALS[place];
  const original = untouched ?? random.pick(ORIGINALS);
  let { call } = original;
  for (let left = untouched === undefined ? 1 + random.below(3) : 0; left > 0; left -= 1) {
    call = changeCall(random, call);
  }
  const { to, value, operation, data } = call;
  const document =
    original.by === 'key'
      ? { from: KEY, to, value: String(value), data: encodeData(data) }
      : {
          ...{ safe: SAFE, to, value: String(value), operation, data: encodeData(data) },
          nonce: untouched === undefined && random.once(20) ? random.below(3) : 0,
          ...(untouched === undefined && random.once(10) ? anyTerms(random) : {}),
        };
  return { original, document };
}

const requestOf = async ({ original, document }: Mutant): Promise<SigningRequest> =>
  original.by === 'key'
    ? { kind: 'transaction', transaction: await parseCall('mutant', document) }
    : { kind: 'safe', proposal: parseProposal('mutant', document) };

/** What became of the mutants. */
export interface Signing {
  readonly decided: Readonly<Record<'SIGN' | 'HOLD' | 'REJECT' | 'refused', number>>;
  /** Signed, and not what it should be: for each, what was found. */
  readonly failures: readonly {
    readonly place: number;
    readonly name: string;
    readonly document: object;
    readonly found: readonly string[];
  }[];
}

/** Asks `check` about so many mutants, and executes what it would have signed. */
export async function fuzzSigning(
  chain: LocalChain,
  {
    seed,
    from,
    runs,
    until = Number.POSITIVE_INFINITY,
    onProgress,
  }: {
    readonly seed: number;
    readonly from: number;
    readonly runs: number;
    /** When to stop all the same: milliseconds since 1970. */
    readonly until?: number;
    readonly onProgress?: (done: number, failed: number) => void;
  },
): Promise<Signing> {
  const node = rpcNode(chain.url);
  const decided = { SIGN: 0, HOLD: 0, REJECT: 0, refused: 0 };
  const failures: Signing['failures'][number][] = [];
  for (let place = from; place < from + runs && Date.now() < until; place += 1) {
    const mutant = mutantAt(seed, place);
    const request = await orRefused(() => requestOf(mutant));
    if (request === null) {
      decided.refused += 1;
      continue;
    }
    const verdict = await verdictBy(node, ORGANISATION, request);
    decided[verdict.decision] += 1;
    if (verdict.decision === 'SIGN') {
      const { beyond, paid } = await effectsOf(chain, request);
      const found = [...beyond, ...misstated(verdict, paid)];
      const { original, document } = mutant;
      if (found.length > 0) failures.push({ place, name: original.name, document, found });
    }
    onProgress?.(place - from + 1, failures.length);
  }
  return { decided, failures };
}

/** What a verdict says that payees are paid, and they are not. */
function misstated({ assets }: Verdict, paid: ReadonlyMap<string, bigint>): readonly string[] {
  const said = new Map<string, bigint>();
  for (const { counterparty, token, amount } of assets.out) {
    // Whatever has code may be asked for a transfer, and do nothing: only here is it known what it is.
    if (token !== null && token !== `eip155:1:${TOKEN}`) continue;
    const name = `${counterparty.replace('eip155:1:', '')} ${token === null ? 'wei' : 'tokens'}`;
    said.set(name, (said.get(name) ?? 0n) + BigInt(amount));
  }
  return [...new Set([...said.keys(), ...paid.keys()])]
    .filter((name) => (said.get(name) ?? 0n) !== (paid.get(name) ?? 0n))
    .map((name) => `it says ${said.get(name) ?? 0n}, and pays ${paid.get(name) ?? 0n}: ${name}`);
}

async function orRefused<T>(parse: () => Promise<T>): Promise<T | null> {
  try {
    return await parse();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return null;
  }
}

const HOSTILE: readonly Hex[] = Array.from({ length: 30 }, (_, index) =>
  hostile(randomAt(0, index)),
);
