/** Writes the published JSON Schemas; a test fails where they are out of date. */
import { writeFile } from 'node:fs/promises';
import { schemas } from '../src/schemas.ts';

for (const [name, schema] of Object.entries(schemas)) {
  await writeFile(`schemas/${name}.json`, `${JSON.stringify(schema, null, 2)}\n`);
}
