/** YAML as people write it: read without its traps, and with the line of everything in it. */
import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { InputError, reasonOf } from '../errors.ts';

/** What a YAML text says, and where it says it. */
export interface Yaml {
  readonly value: unknown;
  /** The line of what stands at a path, or else of the nearest thing around it. */
  lineOf(path: readonly PropertyKey[]): number | null;
}

/**
 * Parses YAML without aliases (a small file could grow without end) and without tags of its own.
 *
 * @throws InputError with every objection and its line.
 */
export function parseYaml(where: string, text: string): Yaml {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'core',
    // An address is no number, with or without quotes.
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || tag.format !== 'HEX'),
    uniqueKeys: true,
    lineCounter: lines,
    prettyErrors: false,
  });
  const problems = [...document.errors, ...document.warnings];
  if (problems.length > 0) {
    throw new InputError(
      where,
      problems.map(({ message, pos: [start] }) => ({ line: lines.linePos(start).line, message })),
    );
  }
  try {
    return {
      value: document.toJS({ maxAliasCount: 0 }) as unknown,
      lineOf: (path) => {
        const offset = offsetOf(document.contents, path);
        return offset === null ? null : lines.linePos(offset).line;
      },
    };
  } catch (error) {
    throw new InputError(where, `expected YAML without aliases: ${reasonOf(error)}`);
  }
}

/** Where in the text the last part of a path that exists begins. */
function offsetOf(root: Node | null, path: readonly PropertyKey[]): number | null {
  let node: unknown = root;
  let offset = startOf(root);
  for (const step of path) {
    if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else if (isMap(node)) {
      const pair = node.items.find(
        ({ key }) => isScalar(key) && String(key.value) === String(step),
      );
      if (!isPair(pair)) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else break;
  }
  return offset;
}

const startOf = (node: unknown): number | null =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : null;
