/**
 * Errors that a person can act on, sorted by what they can do next. Anything else that is thrown is a
 * bug in Castellan.
 */

/** One thing wrong with an input, and the line that it stands on where that is known. */
export interface Objection {
  readonly line: number | null;
  readonly message: string;
}

/** The input cannot be parsed: correct it. Every objection is listed, one per line. */
export class InputError extends Error {
  override readonly name = 'InputError';

  /** @param where the file or option at fault. @param objections what is wrong, and what was expected. */
  constructor(where: string, objections: string | readonly (string | Objection)[]) {
    const list = typeof objections === 'string' ? [objections] : objections;
    const lines = list.map((each) => {
      const { line, message } = typeof each === 'string' ? { line: null, message: each } : each;
      return `${where}${line === null ? '' : `:${line}`}: ${message}`;
    });
    super(lines.join('\n'));
  }
}

/** The command line is wrong: see `--help`. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A node that everything rests on does not answer: check the URL, or use another. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** One read failed. What rested on it is unread, which is never "safe". */
export class ReadError extends Error {
  override readonly name = 'ReadError';
}

/** A node answered a request with an error, kept as it gave it. */
export class RefusedError extends ReadError {
  readonly answer: { readonly code: number; readonly message: string };

  constructor(message: string, answer = { code: -32601, message }) {
    super(message);
    this.answer = answer;
  }
}

/** The node does not offer this method; another may do instead. */
export class UnsupportedMethodError extends RefusedError {}

/** What went wrong, in the words of whatever was thrown. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** What is read, or why it could not be. */
export async function orReason<T>(reading: Promise<T>): Promise<T | string> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return error.message;
  }
}

/** The objections of a zod schema, each with where it is in the input. */
export function objections(error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}): readonly string[] {
  return error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
  );
}
