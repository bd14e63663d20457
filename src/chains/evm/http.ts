/**
 * JSON by HTTP POST, bounded in time, in length and in the number of attempts: a server may be slow, busy,
 * broken or hostile.
 */
import { reasonOf } from '../../errors.ts';

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 64 << 20;
/** After silence or a failure of the server; and where it only asks for patience. */
const MAX_RETRIES = 2;
const MAX_BUSY_RETRIES = 4;
const FIRST_WAIT_MS = 250;
/** A server that asks for more patience than this is as good as gone. */
const MAX_WAIT_MS = 10_000;
const MAX_REASON = 200;

const TOO_LONG = 413;
const BUSY: ReadonlySet<number> = new Set([408, 429, 503]);

/** What came back, parsed; or why nothing that could be. */
export type Reply =
  | { readonly json: unknown }
  | { readonly failure: string; readonly isTooLong?: boolean };

/** One attempt. `wait`: it may be worth another, after at least so many milliseconds. */
type Attempt = Reply & { readonly wait?: number; readonly isBusy?: boolean };

/** Limits that tests make small. */
export interface HttpLimits {
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly firstWaitMs?: number;
}

/** A function that posts to a URL. Credentials in the URL become a header. */
export function poster(
  url: string,
  { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES, firstWaitMs = FIRST_WAIT_MS }: HttpLimits = {},
): (body: unknown) => Promise<Reply> {
  const target = new URL(url);
  const headers = { 'content-type': 'application/json', ...authorization(target) };
  target.username = '';
  target.password = '';

  async function attempt(body: string): Promise<Attempt> {
    try {
      // Nobody configured the host to which a redirect leads.
      const response = await fetch(target, {
        method: 'POST',
        headers,
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await textOf(response, maxBytes);
      if (text === null) return { failure: `it answers with more than ${maxBytes} bytes` };
      return read(response, text);
    } catch (error) {
      const isSlow = error instanceof Error && error.name === 'TimeoutError';
      return {
        failure: isSlow ? `nothing came for ${timeoutMs / 1000} s` : rootCause(error),
        wait: 0,
      };
    }
  }

  return async (body) => {
    const text = JSON.stringify(body);
    for (let attempts = 0; ; attempts += 1) {
      const { wait, isBusy = false, ...reply } = await attempt(text);
      if (wait === undefined || attempts >= (isBusy ? MAX_BUSY_RETRIES : MAX_RETRIES)) return reply;
      if (wait > MAX_WAIT_MS) {
        return { failure: `it asks to be left alone for ${Math.ceil(wait / 1000)} s` };
      }
      await pause(Math.max(wait, backoff(attempts, firstWaitMs)));
    }
  };
}

/** How long to wait after so many attempts: the same each time, so that a run can be repeated. */
export const backoff = (attempts: number, firstWaitMs = FIRST_WAIT_MS): number =>
  firstWaitMs * 2 ** attempts;

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What one response says. */
function read({ status, ok, headers }: Response, text: string): Attempt {
  const json = parse(text);
  // Some nodes put a proper JSON-RPC error under a status of failure.
  if (json !== undefined && (ok || (isJsonRpc(json) && !BUSY.has(status)))) return { json };
  if (ok) return { failure: `it answers with ${described(headers, text)}` };
  const failure = `HTTP ${status}`;
  if (status === TOO_LONG) return { failure, isTooLong: true };
  if (BUSY.has(status)) return { failure, wait: retryAfter(headers), isBusy: true };
  return status >= 500 ? { failure, wait: retryAfter(headers) } : { failure };
}

/** The JSON in a text; `undefined` where it is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

const isJsonRpc = (json: unknown): boolean =>
  Array.isArray(json)
    ? json.length > 0 && json.every(isJsonRpc)
    : typeof json === 'object' && json !== null && 'error' in json && 'jsonrpc' in json;

function described(headers: Headers, text: string): string {
  if (text === '') return 'nothing';
  const type = headers.get('content-type')?.split(';', 1).join('').slice(0, 50);
  return /^\s*[[{]/.test(text) ? 'JSON that breaks off' : `no JSON but ${type ?? 'something else'}`;
}

/** The body of a response; `null` where it is longer than `maxBytes`, of which no more is read. */
async function textOf({ body }: Response, maxBytes: number): Promise<string | null> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    // Leaving the loop cancels the body.
    if (length > maxBytes) return null;
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  return [...parts, decoder.decode()].join('');
}

/** Milliseconds that a server asks to wait: it gives seconds, or a date. */
function retryAfter(headers: Headers): number {
  const asked = headers.get('retry-after');
  if (asked === null) return 0;
  const milliseconds = /^[0-9]+$/.test(asked)
    ? Number(asked) * 1000
    : Date.parse(asked) - Date.now();
  return Number.isNaN(milliseconds) ? 0 : Math.max(milliseconds, 0);
}

function authorization({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${btoa(credentials)}` };
}

/** What went wrong at the bottom of a chain of errors, in its first line. */
function rootCause(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  if (root instanceof AggregateError) root = root.errors[0];
  return reasonOf(root).split('\n', 1).join('').slice(0, MAX_REASON);
}
