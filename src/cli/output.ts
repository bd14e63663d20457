/** Where results go: data on standard output or into a file, all else on standard error. */
import { writeFile } from 'node:fs/promises';
import { InputError, reasonOf, UsageError } from '../errors.ts';
import { list } from '../words.ts';
import { toJson } from './text.ts';

/** The options by which every verb is told how to answer. */
export interface OutputOptions {
  readonly json?: boolean;
  readonly format?: string;
  readonly output?: string;
}

/** How a document is written, by the name of the format; `text` where none is named. */
export type Formats<T> = Readonly<Record<string, (document: T) => string>>;

/** Writes a document in the format that is asked for. */
export async function write<T>(
  options: OutputOptions,
  document: T,
  formats: Formats<T>,
): Promise<void> {
  const content = writerFor(options, formats)(document);
  if (options.output === undefined) {
    process.stdout.write(content);
    return;
  }
  try {
    await writeFile(options.output, content);
  } catch (error) {
    const reason = reasonOf(error);
    throw new InputError(options.output, `cannot be written: ${reason}`);
  }
}

/** The writer of the format that is asked for; JSON is one of every document. */
export function writerFor<T>(
  { json = false, format }: OutputOptions,
  formats: Formats<T>,
): (document: T) => string {
  if (json && format !== undefined && format !== 'json') {
    throw new UsageError('give --json or --format, not both');
  }
  const known: Formats<T> = { ...formats, json: toJson };
  const name = json ? 'json' : (format ?? 'text');
  const writer = Object.hasOwn(known, name) ? known[name] : undefined;
  if (writer !== undefined) return writer;
  throw new UsageError(`--format: expected ${list(Object.keys(known), 'or')}`);
}
