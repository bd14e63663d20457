/** The edge to an Ethereum node: JSON-RPC over HTTP, answers parsed before anyone sees them. */
import { z } from 'zod';
import {
  objections,
  ReadError,
  RefusedError,
  UnreachableError,
  UnsupportedMethodError,
} from '../../errors.ts';
import { backoff, type HttpLimits, pause, poster } from './http.ts';
import { chunks, perTurn } from './turns.ts';

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

/** A node that is asked each thing once; a failure is remembered like an answer. */
export function askedOnce(node: Node): Node {
  const answers = new Map<string, Promise<unknown>>();
  return {
    ...node,
    request: (method, params) => {
      const name = `${method} ${JSON.stringify(params)}`;
      const known = answers.get(name) ?? node.request(method, params);
      answers.set(name, known);
      return known;
    },
  };
}

/** Requests in one batch, batches under way, and times that a request is made again that met a busy node. */
const BATCH_SIZE = 100;
const MAX_UNDER_WAY = 8;
const MAX_BUSY_RETRIES = 4;

/** A request, and where its answer goes. */
interface Pending {
  readonly method: string;
  readonly params: readonly unknown[];
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A node at a URL. Requests made in the same turn travel as one batch. */
export function rpcNode(url: string, limits?: HttpLimits): Node {
  const source = new URL(url).host;
  const post = poster(url, limits);
  const inTurn = limiter(MAX_UNDER_WAY);
  let batchSize = BATCH_SIZE;

  const enqueue = perTurn<Pending>(async (turn) => {
    await Promise.all(chunks(turn, batchSize).map((batch) => send(batch)));
  });

  async function send(batch: readonly Pending[], retries = 0): Promise<void> {
    const requests = batch.map(({ method, params }, index) => ({
      jsonrpc: '2.0',
      id: index + 1,
      method,
      params,
    }));
    const reply = await inTurn(() => post(requests.length === 1 ? requests[0] : requests));
    const answers = 'json' in reply ? answersIn(reply.json, batch.length) : reply.failure;
    const half = Math.ceil(batch.length / 2);
    if (batch.length > 1 && ('isTooLong' in reply || answers === REFUSES_BATCH)) {
      batchSize = Math.min(batchSize, half);
      await Promise.all([batch.slice(0, half), batch.slice(half)].map((some) => send(some)));
      return;
    }
    if (typeof answers === 'string') {
      for (const { method, reject } of batch) {
        reject(
          'isTooLong' in reply
            ? refusal(source, method, 413, 'the request is too long')
            : new UnreachableError(`${source} does not answer ${method}: ${answers}`),
        );
      }
      return;
    }
    const again: Pending[] = [];
    for (const [index, pending] of batch.entries()) {
      const { error, result } = answers[index] ?? {};
      if (!error) pending.resolve(result);
      else if (isBusy(error) && retries < MAX_BUSY_RETRIES) again.push(pending);
      else pending.reject(refusal(source, pending.method, error.code, error.message));
    }
    if (again.length === 0) return;
    await pause(backoff(retries, limits?.firstWaitMs));
    await send(again, retries + 1);
  }

  return {
    source,
    request: (method, params) =>
      new Promise((resolve, reject) => enqueue({ method, params, resolve, reject })),
  };
}

const rpcAnswer = z.object({
  id: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string() }).nullish(),
  result: z.unknown().optional(),
});

type RpcAnswer = z.infer<typeof rpcAnswer>;

const REFUSES_BATCH = 'it takes no batch';

/** The answers to a batch in the order of its requests, or what is wrong with them. */
function answersIn(json: unknown, count: number): readonly RpcAnswer[] | string {
  const parsed = z.union([rpcAnswer, z.array(rpcAnswer)]).safeParse(json);
  if (!parsed.success) return 'what it says is no JSON-RPC answer';
  const isList = Array.isArray(parsed.data);
  const answers = [parsed.data].flat();
  const [only] = answers;
  // Nodes say once for all that a batch is refused, in an answer to none of its requests.
  const isForAll = answers.length === 1 && only?.error && (only.id ?? null) === null;
  if (isForAll) return count === 1 ? [only] : REFUSES_BATCH;
  if (isList !== count > 1) return 'it answers a batch as one request, or one request as a batch';
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  const inOrder = Array.from({ length: count }, (_, index) => byId.get(index + 1));
  if (byId.size < answers.length) return 'it answers one request twice';
  if (answers.length < count) return `it answers ${answers.length} of ${count} requests`;
  return inOrder.every((answer) => answer !== undefined)
    ? inOrder
    : 'it answers requests that were not made';
}

/** The codes and words by which nodes say that they were asked too often. */
const BUSY_CODES: ReadonlySet<number> = new Set([429, -32007]);
const BUSY_WORDS = /rate.?limit|too many requests|requests? (per|limit)|per second|compute units/i;

const isBusy = ({ code, message }: { readonly code: number; readonly message: string }): boolean =>
  BUSY_CODES.has(code) || BUSY_WORDS.test(message);

/** Lets so many tasks run at a time; the others wait in line. */
function limiter(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

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

/** A contract may revert with a reason of any length. */
const MAX_WORDS = 500;

/** What a node answered in place of a result, as one of our own errors. */
export function refusal(source: string, method: string, code: number, message: string): ReadError {
  const words = message.length > MAX_WORDS ? `${message.slice(0, MAX_WORDS)}…` : message;
  const text = `${source} refused ${method}: ${words} (code ${code})`;
  return UNSUPPORTED_CODES.has(code) || UNSUPPORTED_WORDS.test(message)
    ? new UnsupportedMethodError(text, { code, message })
    : new RefusedError(text, { code, message });
}

/** What most nodes say where a call reverts with a reason. */
const REVERTED = 3;

/** Whether the contract refused, and not the node: nodes differ in how they say so. */
export const wasReverted = ({ answer: { code, message } }: RefusedError): boolean =>
  code === REVERTED || /revert|invalid opcode|out of gas|stack|invalid jump/i.test(message);
