/** Writes the pictures of the documentation; tests fail where they are out of date. */
import { writeFile } from 'node:fs/promises';
import { powerSvg } from '../src/map/svg.ts';
import { exampleMap } from '../test/support/example.ts';
import { signersPicture } from '../test/support/terminal-picture.ts';

await writeFile('docs/images/map.svg', powerSvg(await exampleMap()));
await writeFile('docs/images/check.svg', await signersPicture());
