/** Recordings: the answers of a node, kept in a file, so that a check can be repeated without one. */
import { z } from 'zod';
import { InputError, objections, ReadError, RefusedError } from '../../errors.ts';
import { type Node, refusal } from './node.ts';

const SCHEMA = 'castellan.recording/1';

const answer = z.union([
  z.strictObject({ result: z.unknown() }),
  z.strictObject({ error: z.strictObject({ code: z.number(), message: z.string() }) }),
]);

const recording = z.strictObject({
  schema: z.literal(SCHEMA),
  entries: z
    .array(z.strictObject({ method: z.string(), params: z.array(z.unknown()), answer }))
    .max(1_000_000),
});

type Answer = z.infer<typeof answer>;

/** The answers of one node, in a stable order. */
export type Recording = z.infer<typeof recording>;

/** Our own requests nest less than this. */
const MAX_DEPTH = 20;

/** How deeply lists and objects are nested, as far as is worth knowing. */
function depthOf(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return depth;
  return Object.values(value).reduce<number>(
    (deepest, part) => Math.max(deepest, depthOf(part, depth + 1)),
    depth,
  );
}

/**
 * Parses a recording.
 *
 * @throws InputError the document is not one.
 */
export function parseRecording(where: string, document: unknown): Recording {
  const parsed = recording.safeParse(document);
  if (!parsed.success) throw new InputError(where, objections(parsed.error).slice(0, 10));
  const deep = parsed.data.entries.findIndex(({ params }) => depthOf(params) > MAX_DEPTH);
  if (deep >= 0) throw new InputError(where, `entries.${deep}.params: nested too deeply`);
  return parsed.data;
}

/**
 * A node that answers from a recording alone.
 *
 * What was not recorded cannot be read: its `request` throws {@link ReadError}.
 */
export function recordedNode(source: string, { entries }: Recording): Node {
  const answers = new Map(
    entries.map((entry) => [keyOf(entry.method, entry.params), entry.answer]),
  );
  return {
    source,
    request: async (method, params) => {
      const known = answers.get(keyOf(method, params));
      if (known === undefined) {
        throw new ReadError(
          `${source} holds no answer to ${method}: point --rpc at a node instead`,
        );
      }
      if ('error' in known) throw refusal(source, method, known.error.code, known.error.message);
      return known.result;
    },
  };
}

/** A node that passes every request on and keeps the answers, refusals among them. */
export function recordingNode(node: Node): { readonly node: Node; recording(): Recording } {
  const answers = new Map<string, Recording['entries'][number]>();
  const keep = (method: string, params: readonly unknown[], given: Answer): void => {
    answers.set(keyOf(method, params), { method, params: [...params], answer: given });
  };
  return {
    node: {
      ...node,
      request: async (method, params) => {
        try {
          const result = await node.request(method, params);
          keep(method, params, { result });
          return result;
        } catch (error) {
          if (error instanceof RefusedError) keep(method, params, { error: error.answer });
          throw error;
        }
      },
    },
    recording: () => ({
      schema: SCHEMA,
      entries: [...answers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry),
    }),
  };
}

/** Params are plain JSON that we wrote ourselves, with keys in a fixed order. */
const keyOf = (method: string, params: readonly unknown[]): string =>
  `${method} ${JSON.stringify(params)}`;
