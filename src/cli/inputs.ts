/** What the verbs read: files, standard input, nodes. */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Address } from 'viem';
import { type BatchOptions, batched } from '../chains/evm/batch.ts';
import { type Node, rpcNode } from '../chains/evm/node.ts';
import { majority, quorum } from '../chains/evm/quorum.ts';
import { readsAhead } from '../chains/evm/readers/index.ts';
import { parseRecording, recordedNode } from '../chains/evm/recording.ts';
import { openState, type State } from '../chains/evm/state.ts';
import { InputError, reasonOf, UsageError } from '../errors.ts';
import { everyPosition } from '../map/map.ts';
import { NO_ORGANISATION, type Organisation, parseOrganisation } from '../org/org.ts';
import { codeCache } from './code-cache.ts';
import { withProgress } from './progress.ts';

const MAX_INPUT_BYTES = 1 << 20;
const MAX_RECORDING_BYTES = 256 << 20;
export const DEFAULT_ORGANISATION = 'castellan.yaml';

/** The options by which every verb is told where to read. */
export interface StateOptions {
  /** One or more. */
  readonly rpc?: readonly string[] | undefined;
  /** How many of them must agree. */
  readonly quorum?: string;
  readonly recording?: string | undefined;
  readonly block?: string | undefined;
  readonly chain?: string;
  readonly org?: string;
  /** A folder; `false` for none. */
  readonly cache?: string | boolean;
}

/** What the options name, opened. */
export interface Inputs {
  readonly node: Node;
  readonly state: State;
  readonly organisation: Organisation;
}

/**
 * Opens what the options name, for as long as `work` takes; shows progress meanwhile.
 *
 * @param own accounts that are read, beside the organisation's.
 */
export async function withInputs<T>(
  options: StateOptions,
  own: readonly Address[],
  work: (inputs: Inputs) => Promise<T>,
): Promise<T> {
  const block = options.block === undefined ? undefined : wholeNumber('--block', options.block);
  const chain = options.chain === undefined ? undefined : wholeNumber('--chain', options.chain);
  const organisation = await openOrganisation(options);
  const first = [...own, ...everyPosition(organisation)];
  const { node, stop } = withProgress(await openNode(options, first));
  try {
    const state = await openState(node, block);
    if (chain !== undefined && chain !== BigInt(state.chainId)) {
      throw new InputError(node.source, `it serves chain ${state.chainId}, expected ${chain}`);
    }
    return await work({ node, state, organisation });
  } finally {
    stop();
  }
}

async function openNode(
  { rpc, quorum: votes, recording, cache = true }: StateOptions,
  first: readonly Address[],
): Promise<Node> {
  if (rpc !== undefined && recording !== undefined) {
    throw new UsageError('give --rpc or --recording, not both');
  }
  if (rpc !== undefined) return quorumOf([...new Set(rpc)], votes, { first, ...cacheIn(cache) });
  if (recording === undefined) {
    throw new UsageError('say where to read the chain: --rpc URL, or --recording FILE');
  }
  return recordedNode(
    recording,
    parseRecording(recording, await readJson(recording, MAX_RECORDING_BYTES)),
  );
}

/** The nodes at some URLs as one, of which a majority must agree unless said otherwise. */
function quorumOf(urls: readonly string[], votes: string | undefined, options: BatchOptions): Node {
  if (!urls.every((url) => /^https?:\/\//.test(url) && URL.canParse(url))) {
    throw new UsageError('--rpc: expected an http or https URL');
  }
  const nodes = urls.map((url) => batched(rpcNode(url), { readsAhead, ...options }));
  const atLeast =
    votes === undefined ? majority(urls.length) : Number(wholeNumber('--quorum', votes));
  if (atLeast < 1 || atLeast > urls.length) {
    throw new UsageError(
      `--quorum: expected a number from 1 to ${urls.length}, the nodes that are named`,
    );
  }
  const [only, ...more] = nodes;
  return only !== undefined && more.length === 0 ? only : quorum(nodes, atLeast);
}

/** `--no-cache` is `false`, and no option at all is `true`. */
const cacheIn = (cache: string | boolean): Pick<BatchOptions, 'cache'> =>
  cache === false ? {} : { cache: codeCache(cache === true ? undefined : cache) };

async function openOrganisation({ org }: StateOptions): Promise<Organisation> {
  if (org !== undefined) return parseOrganisation(org, await readText(org));
  if (!existsSync(DEFAULT_ORGANISATION)) return NO_ORGANISATION;
  return parseOrganisation(DEFAULT_ORGANISATION, await readText(DEFAULT_ORGANISATION));
}

/** What an input is called in errors. */
export const inputName = (path: string): string => (path === '-' ? 'standard input' : path);

/** A JSON document from a file, or from standard input where the path is `-`. */
export async function readJson(path: string, maxBytes = MAX_INPUT_BYTES): Promise<unknown> {
  const content = await readText(path, maxBytes);
  try {
    return JSON.parse(content);
  } catch (error) {
    const reason = reasonOf(error);
    throw new InputError(inputName(path), `expected JSON: ${reason}`);
  }
}

/** A text from a file, or from standard input where the path is `-`. */
export async function readText(path: string, maxBytes = MAX_INPUT_BYTES): Promise<string> {
  if (path === '-') return await readStandardInput(maxBytes);
  try {
    const { size } = await stat(path);
    if (size > maxBytes)
      throw new InputError(path, `expected at most ${maxBytes} bytes, not ${size}`);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = reasonOf(error);
    throw new InputError(
      path,
      /^ENOENT/.test(reason) ? 'no such file' : `cannot be read: ${reason}`,
    );
  }
}

async function readStandardInput(maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) {
      throw new InputError('standard input', `expected at most ${maxBytes} bytes`);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function wholeNumber(option: string, value: string): bigint {
  if (!/^[0-9]{1,18}$/.test(value)) throw new UsageError(`${option}: expected a whole number`);
  return BigInt(value);
}
