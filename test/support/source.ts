/** The source as text and as syntax, for the tests of its style. */
import { readFile } from 'node:fs/promises';
import { parseSync, Visitor } from 'oxc-parser';
import { glob } from 'tinyglobby';

export interface SourceFile {
  /** From the root of the project: `src/power/model.ts`. */
  readonly path: string;
  readonly text: string;
}

/** Every TypeScript file under `src/`. */
export async function sourceFiles(): Promise<readonly SourceFile[]> {
  const paths = await glob('src/**/*.ts');
  return await Promise.all(
    paths.sort().map(async (path) => ({ path, text: await readFile(path, 'utf8') })),
  );
}

/** What a file imports: other files by their path, packages and `node:` modules by their name. */
export function importsOf({ path, text }: SourceFile): readonly string[] {
  const { module } = parseSync(path, text);
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
      text.slice(start, end).replace(/^['"`]|['"`]$/g, ''),
    ),
  ];
  return [...new Set(requests)].map((request) =>
    request.startsWith('.') ? new URL(request, `file:///${path}`).pathname.slice(1) : request,
  );
}

/** Where a file drops an error: a catch that does not use what it caught. */
export function swallowedErrors({ path, text }: SourceFile): readonly string[] {
  const { program } = parseSync(path, text);
  const found: string[] = [];
  const report = (start: number, what: string): void => {
    found.push(`${path}:${text.slice(0, start).split('\n').length}: ${what}`);
  };
  const uses = (name: string, start: number, end: number): boolean =>
    new RegExp(`\\b${name}\\b`).test(text.slice(start, end));
  new Visitor({
    CatchClause: ({ param, body, start }) => {
      if (param?.type !== 'Identifier' || !uses(param.name, body.start, body.end)) {
        report(start, 'a catch that does not use what it caught');
      }
    },
    CallExpression: ({ callee, arguments: [handler], start }) => {
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
      if (callee.property.name !== 'catch') return;
      const isFunction =
        handler?.type === 'ArrowFunctionExpression' || handler?.type === 'FunctionExpression';
      const [param] = isFunction ? handler.params : [];
      const body = isFunction ? handler.body : null;
      if (
        param?.type !== 'Identifier' ||
        body === null ||
        !uses(param.name, body.start, body.end)
      ) {
        report(start, 'a .catch() that does not use what it caught');
      }
    },
  }).visit(program);
  return found;
}
