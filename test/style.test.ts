import { describe, expect, test } from 'vitest';
import { importsOf, type SourceFile, sourceFiles, swallowedErrors } from './support/source.ts';

/**
 * The layers, lowest first, as the design has them; those of one line stand beside each other in the
 * order in which the left may use the right. A file may import from its own layer and from those below.
 */
const LAYERS: readonly string[] = [
  'power',
  'chains',
  'notify',
  'store',
  'org',
  ...['watch', 'replay', 'check', 'map', 'contain', 'trace', 'inspect', 'cases'].reverse(),
  'server',
  'cli',
];
/** Words and errors: below every layer but `power`, which needs nothing. */
const BASE: readonly string[] = ['src/errors.ts', 'src/words.ts'];
/** What integrators import: above every layer but `server` and `cli`, which it must not need. */
const SURFACE: readonly string[] = ['src/index.ts', 'src/schemas.ts'];

const layerOf = (path: string): string => path.split('/')[1] ?? '';

interface Rule {
  readonly says: string;
  /** What a file breaks of it. */
  readonly breaks: (file: SourceFile) => readonly string[];
  /** A file that breaks it. */
  readonly broken: SourceFile;
}

const inSource = (path: string): boolean => path.startsWith('src/');

const RULES: readonly Rule[] = [
  {
    says: 'dependencies point down the list of layers',
    breaks: (file) => {
      if (SURFACE.includes(file.path)) return [];
      const own = BASE.includes(file.path) ? -1 : LAYERS.indexOf(layerOf(file.path));
      return importsOf(file)
        .filter((path) => inSource(path) && !BASE.includes(path) && path !== 'src/schemas.ts')
        .filter((path) => LAYERS.indexOf(layerOf(path)) > own);
    },
    broken: {
      path: 'src/map/map.ts',
      text: "import type { Facts } from '../check/facts.ts';",
    },
  },
  {
    says: 'every folder of src/ is a layer',
    breaks: ({ path }) =>
      BASE.includes(path) || SURFACE.includes(path) || LAYERS.includes(layerOf(path)) ? [] : [path],
    broken: { path: 'src/utils/misc.ts', text: '' },
  },
  {
    says: 'power/ knows nothing but itself: no package, no chain, no I/O',
    breaks: (file) =>
      layerOf(file.path) === 'power'
        ? importsOf(file).filter((path) => !path.startsWith('src/power/'))
        : [],
    broken: { path: 'src/power/model.ts', text: "import { getAddress } from 'viem';" },
  },
  {
    says: 'chains/ never imports a verb',
    breaks: (file) =>
      layerOf(file.path) === 'chains'
        ? importsOf(file).filter(
            (path) =>
              inSource(path) &&
              !['chains', 'power'].includes(layerOf(path)) &&
              !BASE.includes(path),
          )
        : [],
    broken: {
      path: 'src/chains/evm/discover.ts',
      text: "export { judge } from '../../check/verdict.ts';",
    },
  },
  {
    says: 'nothing imports cli/ but cli/ itself',
    breaks: (file) =>
      layerOf(file.path) === 'cli'
        ? []
        : importsOf(file).filter((path) => path.startsWith('src/cli/')),
    broken: { path: 'src/index.ts', text: "export { toJson } from './cli/text.ts';" },
  },
  {
    says: 'only cli/ touches files and processes',
    breaks: (file) =>
      layerOf(file.path) === 'cli'
        ? []
        : importsOf(file).filter((path) => path.startsWith('node:')),
    broken: { path: 'src/org/org.ts', text: "const fs = await import('node:fs');" },
  },
  {
    says: 'a reader is imported by the index of readers alone',
    breaks: (file) =>
      /^src\/chains\/\w+\/readers\/index\.ts$/.test(file.path)
        ? []
        : importsOf(file).filter((path) => /^src\/chains\/\w+\/readers\/(?!index\.ts)/.test(path)),
    broken: {
      path: 'src/chains/evm/safe/signatures.ts',
      text: "import { safe } from '../readers/safe.ts';",
    },
  },
  {
    says: 'a finding is imported by the index of findings alone',
    breaks: (file) =>
      file.path === 'src/check/findings/index.ts'
        ? []
        : importsOf(file).filter((path) => /^src\/check\/findings\/(?!index\.ts)/.test(path)),
    broken: {
      path: 'src/check/findings/unread.ts',
      text: "import { unknownCall } from './unknown-call.ts';",
    },
  },
  {
    says: 'no error is swallowed',
    breaks: swallowedErrors,
    broken: { path: 'src/cli/main.ts', text: 'try { run(); } catch (error) { retry(); }' },
  },
];

describe.each(RULES)('$says', ({ breaks, broken }) => {
  test('holds in every file', async () => {
    const files = await sourceFiles();
    expect(files.length).toBeGreaterThan(30);
    const found = files.flatMap((file) => breaks(file).map((what) => `${file.path}: ${what}`));
    expect(found).toEqual([]);
  });

  test('is noticed when broken', () => {
    expect(breaks(broken)).not.toEqual([]);
  });
});

test.each([
  'try { run(); } catch { retry(); }',
  'try { run(); } catch (error) {}',
  'run().catch(() => undefined);',
  'run().catch((error) => null);',
  'run().catch(ignore);',
])('a swallowed error is noticed in %j', (text) => {
  expect(swallowedErrors({ path: 'src/x.ts', text })).toHaveLength(1);
});

test.each([
  'try { run(); } catch (error) { throw new ReadError("no", { cause: error }); }',
  'run().catch((error) => { report(error); });',
])('an error that is used is not swallowed: %j', (text) => {
  expect(swallowedErrors({ path: 'src/x.ts', text })).toEqual([]);
});
