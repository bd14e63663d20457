/** Where results go: data on standard output or into a file, all else on standard error. */
import { writeFile } from 'node:fs/promises';
import { InputError, reasonOf } from '../errors.ts';
import { toJson } from './text.ts';

/** The options by which every verb is told how to answer. */
export interface OutputOptions {
  readonly json?: boolean;
  readonly output?: string;
}

/** Writes a document as JSON where that is asked for, and as text otherwise. */
export async function write<T>(
  options: OutputOptions,
  document: T,
  asText: (document: T) => string,
): Promise<void> {
  const content = options.json ? toJson(document) : asText(document);
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
