/** A decoder under test, and what is wrong with how it takes an input. */
import { InputError } from '../../src/errors.ts';
import type { Mutation } from './mutate.ts';

/** A decoder under test. */
export interface Target {
  readonly name: string;
  readonly corpus: readonly string[];
  readonly mutate: Mutation;
  /** How often it comes, beside the others: less where an input takes it longer. */
  readonly share: number;
  /** Decodes; throws `InputError` for what it refuses, and anything else where something is wrong. */
  readonly decode: (input: string) => unknown;
}

export const WHERE = 'input';
/** Long enough for every objection to a document of many parts. */
const MAX_MESSAGE = 1 << 16;

/**
 * What is wrong with how a target takes an input; `null` where nothing is.
 *
 * What it refuses must be told in words, few enough to be read.
 */
export async function problemWith(target: Target, input: string): Promise<string | null> {
  try {
    await target.decode(input);
    return null;
  } catch (error) {
    if (!(error instanceof InputError)) {
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    const { message } = error;
    if (!message.startsWith(`${WHERE}: `) && !message.startsWith(`${WHERE}:`)) {
      return `it does not say where: ${message.slice(0, 200)}`;
    }
    return message.length > MAX_MESSAGE ? `it objects in ${message.length} characters` : null;
  }
}
