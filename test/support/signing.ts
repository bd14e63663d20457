/** A signer with a key, for tests of what a signature permits: used on chain, beside what is said of it. */
import {
  type Abi,
  type Address,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  pad,
  parseAbiItem,
  parseSignature,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { expect } from 'vitest';
import { parseTypedData } from '../../src/chains/evm/requests/messages.ts';
import type { OffchainMessage, Permitted } from '../../src/chains/evm/requests/request.ts';
import { type LocalChain, send } from './local-chain.ts';

const KEY = privateKeyToAccount(pad('0x5167'));
export const SIGNER = KEY.address;

/** Typed data with the fields of each type in one line; the first is the primary type. */
export interface Document {
  readonly types: Readonly<Record<string, string>>;
  readonly domain: object;
  readonly message: object;
}

/** Typed data as wallets show it. */
export function typedData({ types, domain, message }: Document): object {
  const [primaryType] = Object.keys(types);
  const spelt = Object.entries(types).map(([name, fields]) => {
    const members = fields.split(',').map((member) => member.split(' '));
    return [name, members.map(([type, name]) => ({ type, name }))];
  });
  const document = { primaryType, types: Object.fromEntries(spelt), domain, message };
  return JSON.parse(
    JSON.stringify(document, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
  );
}

/** What is read of typed data that the signer is asked to sign. */
export function messageOf(document: Document, signer: Address | null = SIGNER): OffchainMessage {
  const asked = signer === null ? {} : { signer };
  const request = parseTypedData('test', typedData(document), asked);
  if (request.kind !== 'message') throw new Error(`it is of a ${request.kind}`);
  return request.message;
}

/** A signature as contracts take it: whole, or in parts. */
export interface Signature {
  readonly whole: Hex;
  /** `v`, `r` and `s`. */
  readonly parts: readonly [number, Hex, Hex];
}

/** The signature of 32 bytes. */
export async function sign(hash: Hex): Promise<Signature> {
  const whole = await KEY.sign({ hash });
  const { r, s, yParity } = parseSignature(whole);
  return { whole, parts: [27 + yParity, r, s] };
}

type Args = readonly unknown[];
const encode = (signature: string, args: Args) => {
  const abi: Abi = [parseAbiItem(`function ${signature}` as 'function any()')];
  return { data: encodeFunctionData({ abi, args }), abi };
};

/** Calls a function in the name of any account. */
export async function call(
  chain: LocalChain,
  from: Address,
  to: Address,
  signature: string,
  ...args: Args
): Promise<void> {
  await send(chain, from, { to, data: encode(signature, args).data });
}

/** What a function answers. */
export async function ask(
  chain: LocalChain,
  to: Address,
  signature: string,
  ...args: Args
): Promise<unknown> {
  const { abi, data } = encode(signature, args);
  const answer = (await chain.request('eth_call', [{ to, data }, 'latest'])) as Hex;
  return decodeFunctionResult({ abi, data: answer });
}

/** What `reads` answer after `act`, which is undone. */
async function after(
  chain: LocalChain,
  act: () => Promise<unknown>,
  reads: () => Promise<unknown>,
): Promise<unknown> {
  const snapshot = await chain.request('evm_snapshot', []);
  await act();
  const answer = await reads();
  await chain.request('evm_revert', [snapshot]);
  return answer;
}

/** Proves that the signature, used, does what the calls by the signer do, and that this is something. */
export async function proveCalls(
  chain: LocalChain,
  document: Document,
  use: (signature: Signature) => Promise<unknown>,
  reads: () => Promise<unknown>,
): Promise<readonly Permitted[]> {
  const { hashes, permits, unknown, signer } = messageOf(document);
  expect({ unknown, signer }).toEqual({ unknown: null, signer: SIGNER });
  const before = await reads();
  const used = await after(chain, async () => await use(await sign(hashes.digest)), reads);
  const called = await after(
    chain,
    async () => {
      for (const each of permits) {
        if (each.kind !== 'call') throw new Error(`it permits a ${each.kind}`);
        const { from, to, data } = each.call;
        if (to === null) throw new Error('it permits new code');
        await send(chain, from, { to, data });
      }
    },
    reads,
  );
  expect(used).not.toEqual(before);
  expect(called).toEqual(used);
  return permits;
}
