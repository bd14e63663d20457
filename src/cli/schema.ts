import { UsageError } from '../errors.ts';
import { schemas } from '../schemas.ts';
import { list } from '../words.ts';
import { toJson } from './text.ts';

/** `castellan schema NAME`: returns the exit code. */
export function schema(name: string): number {
  // `constructor` and its like are names that every object answers to.
  const known = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  if (known === undefined) {
    throw new UsageError(
      `no schema is called ${name}: expected ${list(Object.keys(schemas), 'or')}`,
    );
  }
  process.stdout.write(toJson(known));
  return 0;
}
