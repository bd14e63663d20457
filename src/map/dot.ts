/** A map for Graphviz. @see https://graphviz.org/doc/info/lang.html */
import type { PowerDocument } from './document.ts';
import { type Edge, toPicture, type Vertex } from './picture.ts';
import type { Heat } from './wording.ts';

const COLOURS: Readonly<Record<Heat, string>> = {
  red: '#c62828',
  yellow: '#b7791f',
  green: '#2e7d32',
  none: '#5f6b7a',
};

/** The map in the DOT language. */
export function powerDot(document: PowerDocument): string {
  const { title, warning, vertices, edges } = toPicture(document);
  const label = warning === null ? title : `${title}. ${warning}`;
  return [
    'digraph castellan {',
    `  graph [rankdir=RL, label=${quote(label)}, fontname="sans-serif"];`,
    '  node [shape=box, style=rounded, fontname="sans-serif", fontsize=11];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...vertices.map(vertexLine),
    ...edges.map(edgeLine),
    '}',
    '',
  ].join('\n');
}

const SHAPES: Readonly<Partial<Record<Vertex['type'], string>>> = {
  person: 'oval',
  gate: 'plain',
  free: 'octagon',
};

function vertexLine({ id, type, title, lines, full, isUnread, heat }: Vertex): string {
  const isAlarming = isUnread || type === 'free';
  return `  ${quote(id)} ${attributes({
    label: [title, ...lines].join('\n'),
    tooltip: full,
    ...(SHAPES[type] === undefined ? {} : { shape: SHAPES[type] }),
    ...(type === 'position' ? { penwidth: '3', color: COLOURS[heat] } : {}),
    ...(isAlarming ? { color: COLOURS.red, fontcolor: COLOURS.red } : {}),
  })};`;
}

function edgeLine({ from, to, label, isInferred, takes }: Edge): string {
  return `  ${quote(from)} -> ${quote(to)} ${attributes({
    ...(label === '' ? {} : { label }),
    ...(isInferred ? { style: 'dashed' } : {}),
    ...(takes ? {} : { color: COLOURS.none }),
  })};`;
}

const attributes = (values: Readonly<Record<string, string>>): string =>
  `[${Object.entries(values)
    .map(([name, value]) => `${name}=${quote(value)}`)
    .join(', ')}]`;

/** Every string is quoted: a name can end neither its string nor its statement. */
const quote = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
