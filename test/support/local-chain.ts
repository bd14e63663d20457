/** A local EVM to test on: anvil, from its npm package, with nothing mined. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { type Address, getAddress, type Hex, pad, toHex } from 'viem';
import { z } from 'zod';
import type { AccountOverride } from '../../src/chains/evm/state.ts';
import { listen } from './listen.ts';

const START_ATTEMPTS = 200;
const RETRY_MS = 50;

const BATCH = 500;

interface Call {
  readonly method: string;
  readonly params: readonly unknown[];
}

const setting = (method: string, account: string, value: bigint | undefined): readonly Call[] =>
  value === undefined ? [] : [{ method, params: [account, toHex(value)] }];

export interface LocalChain {
  readonly url: string;
  request(method: string, params: readonly unknown[]): Promise<unknown>;
  /** Makes accounts what they are said to be. */
  set(accounts: Readonly<Record<Address, AccountOverride>>): Promise<void>;
  stop(): Promise<void>;
}

export interface LocalChainOptions {
  readonly chainId?: number;
  readonly number?: number;
  readonly timestamp?: number;
}

/** Starts a chain on a free port of this machine. */
export async function startLocalChain(options: LocalChainOptions = {}): Promise<LocalChain> {
  const { chainId = 1, number = 0, timestamp = 1_700_000_000 } = options;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const anvil = spawn(
    'node_modules/.bin/anvil',
    [
      ...['--port', String(port), '--chain-id', String(chainId), '--number', String(number)],
      ...['--timestamp', String(timestamp), '--accounts', '0', '--silent'],
    ],
    { stdio: 'ignore' },
  );
  const requestAll = async (calls: readonly Call[]): Promise<readonly unknown[]> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(calls.map((call, id) => ({ jsonrpc: '2.0', id, ...call }))),
    });
    const answers = (await response.json()) as readonly { error?: unknown; result?: unknown }[];
    return answers.map(({ error, result }) => {
      if (error !== undefined) throw new Error(JSON.stringify({ calls, error }).slice(0, 1_000));
      return result;
    });
  };
  const request = async (method: string, params: readonly unknown[]): Promise<unknown> =>
    (await requestAll([{ method, params }]))[0];
  await untilReady(anvil, request);
  return {
    url,
    request,
    set: async (accounts) => {
      const calls = Object.entries(accounts).flatMap(([account, is]): readonly Call[] => [
        ...setting('anvil_setBalance', account, is.balance),
        ...setting('anvil_setNonce', account, is.nonce),
        ...(is.code === undefined ? [] : [{ method: 'anvil_setCode', params: [account, is.code] }]),
        ...(Object.entries(is.storage ?? {}) as [Hex, Hex][]).map(([slot, value]) => ({
          method: 'anvil_setStorageAt',
          params: [account, slot, pad(value)],
        })),
      ]);
      for (let from = 0; from < calls.length; from += BATCH) {
        await requestAll(calls.slice(from, from + BATCH));
      }
    },
    stop: async () => {
      const exited = new Promise((resolve) => anvil.once('exit', resolve));
      anvil.kill();
      await exited;
    },
  };
}

/** The code that an account has. */
export const codeAt = async (chain: LocalChain, account: Address): Promise<Hex> =>
  (await chain.request('eth_getCode', [account, 'latest'])) as Hex;

/** Runs with accounts as they are said to be, and has the chain as it was again. */
export async function whileSet<T>(
  chain: LocalChain,
  accounts: Readonly<Record<Address, AccountOverride>>,
  run: () => Promise<T>,
): Promise<T> {
  const snapshot = await chain.request('evm_snapshot', []);
  try {
    await chain.set(accounts);
    return await run();
  } finally {
    await chain.request('evm_revert', [snapshot]);
  }
}

async function untilReady(anvil: ChildProcess, request: LocalChain['request']): Promise<void> {
  let failure: unknown;
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt += 1) {
    if (anvil.exitCode !== null) throw new Error(`anvil ended with code ${anvil.exitCode}`);
    try {
      await request('eth_chainId', []);
      return;
    } catch (error) {
      failure = error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  throw new Error('anvil did not start', { cause: failure });
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const receiptSchema = z.object({
  status: z.enum(['0x0', '0x1']),
  contractAddress: z.string().nullable(),
});

/** What an account needs to send a transaction, in wei. */
const GAS = 10n ** 18n;

/**
 * Sends a transaction in the name of any account, which need not have a key, and waits for it.
 * Returns the address of the contract that it created, if any.
 */
export async function send(
  chain: LocalChain,
  from: Address,
  transaction: { readonly to?: Address; readonly data: Hex; readonly value?: Hex },
): Promise<Address | null> {
  await chain.request('anvil_impersonateAccount', [from]);
  const balance = z.string().parse(await chain.request('eth_getBalance', [from, 'latest']));
  if (BigInt(balance) < GAS) await chain.request('anvil_setBalance', [from, toHex(GAS)]);
  const hash = await chain.request('eth_sendTransaction', [
    { from, ...transaction, gas: toHex(10_000_000) },
  ]);
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt += 1) {
    const receipt = await chain.request('eth_getTransactionReceipt', [hash]);
    if (receipt !== null) {
      const { status, contractAddress } = receiptSchema.parse(receipt);
      if (status !== '0x1') throw new Error(`the transaction of ${from} reverted`);
      return contractAddress === null ? null : getAddress(contractAddress);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  throw new Error(`the transaction of ${from} was not mined`);
}
