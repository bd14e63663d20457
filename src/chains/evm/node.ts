/** The edge to an Ethereum node: JSON-RPC over HTTP, answers parsed before anyone sees them. */
import { HttpRequestError, http } from 'viem';
import { z } from 'zod';
import {
  objections,
  ReadError,
  RefusedError,
  reasonOf,
  UnreachableError,
  UnsupportedMethodError,
} from '../../errors.ts';

/** A read that nodes of one chain answer in different ways. */
export interface Disagreement {
  readonly read: string;
  readonly answers: readonly { readonly source: string; readonly value: string }[];
}

/** Something that answers JSON-RPC requests: a node, several as one, or a recording. */
export interface Node {
  /** Where the answers come from, fit to be shown: no path or secret of a URL. */
  readonly source: string;
  /**
   * The node's answer, before it is parsed.
   *
   * @throws UnreachableError nobody answered.
   * @throws UnsupportedMethodError the node does not offer the method.
   * @throws ReadError the node refused.
   */
  request(method: string, params: readonly unknown[]): Promise<unknown>;
  /** What it turned out not to be able to do, in a line each: it answers all the same, as well as it can. */
  degraded?(): readonly string[];
  /** Where the nodes behind it disagreed. */
  disagreements?(): readonly Disagreement[];
}

const TIMEOUT_MS = 20_000;
const RETRIES = 2;
const BATCH_SIZE = 100;
const MAX_RESPONSE_BYTES = 64 << 20;

/** A node at a URL. Requests made in the same turn travel as one batch. */
export function rpcNode(url: string): Node {
  const source = new URL(url).host;
  const transport = http(url, {
    batch: { batchSize: BATCH_SIZE },
    // A node must not send us on to another host, which nobody configured.
    fetchOptions: { redirect: 'error' },
    maxResponseBodySize: MAX_RESPONSE_BYTES,
    raw: true,
    retryCount: RETRIES,
    timeout: TIMEOUT_MS,
  })({});
  return {
    source,
    request: async (method, params) => {
      let answer: unknown;
      try {
        answer = await transport.request({ method, params });
      } catch (error) {
        throw new UnreachableError(`${source} does not answer ${method}: ${rootCause(error)}`, {
          cause: error,
        });
      }
      const parsed = rpcAnswer.safeParse(answer);
      if (!parsed.success) throw new ReadError(`${source} gave a malformed answer to ${method}`);
      const { error, result } = parsed.data;
      if (error) throw refusal(source, method, error.code, error.message);
      return result;
    },
  };
}

const MAX_REASON = 200;

/** What went wrong at the bottom of a chain of errors, in its first line. */
function rootCause(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  if (root instanceof HttpRequestError && root.status !== undefined) return `HTTP ${root.status}`;
  return reasonOf(root).split('\n', 1).join('').slice(0, MAX_REASON);
}

const rpcAnswer = z.object({
  error: z.object({ code: z.number(), message: z.string() }).nullish(),
  result: z.unknown(),
});

/**
 * Asks a node and parses its answer.
 *
 * @throws ReadError also where the answer is not what the method promises.
 */
export async function ask<T>(
  node: Node,
  method: string,
  params: readonly unknown[],
  schema: z.ZodType<T>,
): Promise<T> {
  return parseAnswer(node, method, await node.request(method, params), schema);
}

/**
 * Parses an answer, or a part of one.
 *
 * @throws ReadError it is not what the method promises.
 */
export function parseAnswer<T>(
  node: Node,
  method: string,
  answer: unknown,
  schema: z.ZodType<T>,
): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [first = 'not what was expected'] = objections(parsed.error);
  throw new ReadError(`${node.source} gave a malformed answer to ${method}: ${first}`);
}

/** JSON-RPC codes by which nodes say that they do not offer a method. */
const UNSUPPORTED_CODES: ReadonlySet<number> = new Set([-32601, -32004]);
const UNSUPPORTED_WORDS = /method .*(not (found|supported|available|exist)|does not exist)/i;

/** What a node answered in place of a result, as one of our own errors. */
export function refusal(source: string, method: string, code: number, message: string): ReadError {
  const text = `${source} refused ${method}: ${message} (code ${code})`;
  return UNSUPPORTED_CODES.has(code) || UNSUPPORTED_WORDS.test(message)
    ? new UnsupportedMethodError(text, { code, message })
    : new RefusedError(text, { code, message });
}
