/** Writes the pictures of the documentation; a test fails where they are out of date. */
import { writeFile } from 'node:fs/promises';
import { powerSvg } from '../src/map/svg.ts';
import { exampleMap } from '../test/support/example.ts';

await writeFile('docs/images/map.svg', powerSvg(await exampleMap()));
