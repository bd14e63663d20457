/**
 * A map as a picture: SVG 1.1 without scripts, styles from outside or fonts of its own, the same to the
 * byte for the same map. Power flows from right to left, to the positions.
 */
import { type EdgeLabel, Graph, type GraphLabel, layout, type NodeLabel } from '@dagrejs/dagre';
import type { PowerDocument } from './document.ts';
import { type Edge, type Picture, toPicture, type Vertex } from './picture.ts';
import type { Heat } from './wording.ts';
import { asText } from './xml.ts';

const FONT = 'system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif';
const TITLE_SIZE = 12;
const LINE_SIZE = 11;
const LINE_HEIGHT = 16;
const PADDING = 10;
const STRIPE = 6;
const TIP = 7;
const MARGIN = 24;
const MIN_WIDTH = 760;
const HEADER = 64;
const LEGEND = 52;
const MAX_LETTERS = 34;

const INK = '#1f2933';
const FAINT = '#5f6b7a';
const PAPER = '#ffffff';
const FRAME = '#cbd2d9';
const ALARM = '#c62828';

const HEATS: Readonly<Record<Heat, { readonly line: string; readonly fill: string }>> = {
  red: { line: '#c62828', fill: '#fdecea' },
  yellow: { line: '#b7791f', fill: '#fff8e1' },
  green: { line: '#2e7d32', fill: '#edf7ed' },
  none: { line: '#9aa5b1', fill: '#f5f7fa' },
};

const FILLS: Readonly<Record<Vertex['type'], string>> = {
  position: HEATS.none.fill,
  account: HEATS.none.fill,
  key: PAPER,
  person: '#eaf2fb',
  device: '#f3eefb',
  vendor: '#f3eefb',
  gate: PAPER,
  free: HEATS.red.fill,
};

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where something stands: its centre and its size. */
interface Place extends Point {
  readonly width: number;
  readonly height: number;
}

/** The map as an SVG document. */
export function powerSvg(document: PowerDocument): string {
  const picture = toPicture(document);
  const { vertices, edges, ...size } = arrange(picture);
  const width = Math.max(size.width, MIN_WIDTH) + 2 * MARGIN;
  const height = size.height + HEADER + LEGEND;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" font-family="${FONT}">`,
    `<title>${asText(`Who can take what. ${picture.title}`)}</title>`,
    `<rect x="0.5" y="0.5" width="${round(width - 1)}" height="${round(height - 1)}" rx="8" fill="${PAPER}" stroke="${FRAME}"/>`,
    `<text x="${MARGIN}" y="28" font-size="15" fill="${INK}"><tspan font-weight="600">Who can take what</tspan><tspan dx="12" font-size="${TITLE_SIZE}" fill="${FAINT}">${asText(picture.title)}</tspan></text>`,
    ...(picture.warning === null
      ? []
      : [text({ x: MARGIN, y: 48 }, picture.warning, { colour: ALARM, bold: true })]),
    `<g transform="translate(${MARGIN} ${HEADER})">`,
    ...edges.map(edgeLine),
    ...vertices.map(vertexBox),
    ...edges.map(edgeLabel),
    '</g>',
    legend(height - 18),
    '</svg>',
    '',
  ].join('\n');
}

interface Arranged {
  readonly vertices: readonly (readonly [Vertex, Place])[];
  readonly edges: readonly (readonly [Edge, readonly Point[], Point])[];
  readonly width: number;
  readonly height: number;
}

/** Where everything stands. */
function arrange(picture: Picture): Arranged {
  const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>();
  // The more lines there are between two columns, the more room they need to be told apart.
  const ranksep = 36 + Math.min(60, picture.edges.length);
  graph.setGraph({ rankdir: 'RL', nodesep: 14, edgesep: 10, ranksep });
  for (const vertex of picture.vertices) graph.setNode(vertex.id, sizeOf(vertex));
  for (const edge of picture.edges) graph.setEdge(edge.from, edge.to, labelSize(edge));
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    vertices: picture.vertices.map((vertex) => {
      const { x = 0, y = 0, ...size } = graph.node(vertex.id);
      return [vertex, { x, y, ...size }];
    }),
    edges: picture.edges.map((edge) => {
      const { points = [], x = 0, y = 0 } = graph.edge(edge.from, edge.to);
      const [from, to] = [graph.node(edge.from), graph.node(edge.to)];
      // From side to side: where boxes stand one below the other, corners would cross them.
      const ends = [side(from, to), side(to, from)] as const;
      // Between neighbours nothing is in the way.
      const between = points.length > 3 || edge.label !== '' ? points.slice(1, -1) : [];
      return [edge, [ends[0], ...between, ends[1]], { x, y }];
    }),
    // Where nothing is drawn, nothing has a size.
    width: Math.max(0, width),
    height: Math.max(0, height),
  };
}

/** The middle of the side of a box that faces another. */
const side = ({ x = 0, y = 0, width }: NodeLabel, other: NodeLabel): Point => ({
  x: x + (width / 2) * Math.sign((other.x ?? 0) - x),
  y,
});

/** About as wide as letters are drawn: we have no font to measure. */
function widthOf(words: string, size: number): number {
  const letters = [...words].map((letter) => ((letter.codePointAt(0) ?? 0) > WIDE_FROM ? 1 : 0.61));
  return size * letters.reduce((sum, letter) => sum + letter, 0);
}

/** Bold letters are wider. */
const BOLD = 1.13;
/** From here on, letters are as wide as they are high. */
const WIDE_FROM = 0x2e80;

function sizeOf({ type, title, lines }: Vertex): Pick<Place, 'width' | 'height'> {
  if (type === 'gate') return { width: widthOf(title, LINE_SIZE) + 20, height: 24 };
  const widest = Math.max(
    widthOf(cut(title), TITLE_SIZE) * BOLD,
    ...lines.map((line) => widthOf(cut(line), LINE_SIZE)),
  );
  return { width: widest + 2 * PADDING + STRIPE, height: LINE_HEIGHT * (lines.length + 1) + 12 };
}

const labelSize = ({ label }: Edge): Pick<Place, 'width' | 'height'> & { labelpos: 'c' } =>
  label === ''
    ? { width: 0, height: 0, labelpos: 'c' }
    : { width: widthOf(cut(label), LINE_SIZE) + 8, height: LINE_HEIGHT, labelpos: 'c' };

const ROUNDING: Readonly<Record<Vertex['type'], number>> = {
  position: 4,
  account: 4,
  key: 4,
  device: 4,
  vendor: 4,
  gate: 12,
  free: 18,
  person: 18,
};

function vertexBox([vertex, { x, y, width, height }]: readonly [Vertex, Place]): string {
  const { type, title, lines, full, isUnread, heat } = vertex;
  const [left, top] = [x - width / 2, y - height / 2];
  const isAlarming = isUnread || type === 'free';
  const line = isAlarming ? ALARM : HEATS[heat].line;
  const fill = isAlarming ? HEATS.red.fill : type === 'position' ? HEATS[heat].fill : FILLS[type];
  const shape = `<rect x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" rx="${ROUNDING[type]}" fill="${fill}" stroke="${line}" stroke-width="${type === 'position' || isAlarming ? 1.5 : 1}"${isUnread ? ' stroke-dasharray="5 3"' : ''}/>`;
  if (type === 'gate') {
    return `<g>${shape}${text({ x, y: y + 4 }, title, { size: LINE_SIZE, anchor: 'middle' })}</g>`;
  }
  const stripe =
    type === 'position'
      ? `<rect x="${round(left)}" y="${round(top)}" width="${STRIPE}" height="${round(height)}" rx="2" fill="${HEATS[heat].line}"/>`
      : '';
  const start = left + PADDING + (type === 'position' ? STRIPE : STRIPE / 2);
  return [
    `<g><title>${asText(full)}</title>${shape}${stripe}`,
    text({ x: start, y: top + 20 }, cut(title), { bold: true }),
    ...lines.map((words, index) =>
      text({ x: start, y: top + 20 + LINE_HEIGHT * (index + 1) }, cut(words), {
        size: LINE_SIZE,
        colour: isAlarming ? ALARM : type === 'position' && index > 0 ? INK : FAINT,
        bold: type === 'position' && index === lines.length - 1,
      }),
    ),
    '</g>',
  ].join('');
}

function edgeLine([{ isInferred, takes }, points]: Arranged['edges'][number]): string {
  const colour = takes ? INK : HEATS.none.line;
  const [start, ...rest] = points;
  const end = rest.at(-1);
  if (start === undefined || end === undefined) return '';
  const curves = rest.map((point, index) => {
    const from = points[index] ?? start;
    const middle = (from.x + point.x) / 2;
    return `C${at({ x: middle, y: from.y })} ${at({ x: middle, y: point.y })} ${at(point)}`;
  });
  const dashes = isInferred ? ' stroke-dasharray="5 4"' : '';
  const back = start.x < end.x ? -TIP : TIP;
  const tip = `M${at(end)}L${at({ x: end.x + back, y: end.y - TIP / 2 })}V${round(end.y + TIP / 2)}Z`;
  return `<path d="M${at(start)}${curves.join('')}" fill="none" stroke="${colour}" stroke-width="1.2"${dashes}/><path d="${tip}" fill="${colour}"/>`;
}

function edgeLabel([{ label, takes }, , { x, y }]: Arranged['edges'][number]): string {
  if (label === '') return '';
  const width = widthOf(cut(label), LINE_SIZE) + 6;
  return `<rect x="${round(x - width / 2)}" y="${round(y - 8)}" width="${round(width)}" height="15" fill="${PAPER}"/>${text({ x, y: y + 4 }, cut(label), { size: LINE_SIZE, colour: takes ? INK : FAINT, anchor: 'middle' })}`;
}

/** What the colours and lines mean. */
function legend(y: number): string {
  const items: readonly (readonly [string, string])[] = [
    [swatch(HEATS.red.line), 'taken within a day'],
    [swatch(HEATS.yellow.line), 'within a week'],
    [swatch(HEATS.green.line), 'later'],
    [
      `<rect width="11" height="11" fill="${HEATS.red.fill}" stroke="${ALARM}" stroke-dasharray="3 2"/>`,
      'not read',
    ],
    [line(INK), 'takes'],
    [line(HEATS.none.line), 'may do something else'],
    [line(INK, ' stroke-dasharray="5 4"'), 'by its bytecode alone'],
  ];
  const drawn: string[] = [];
  let x = MARGIN;
  for (const [sign, words] of items) {
    drawn.push(
      `<g transform="translate(${round(x)} ${round(y - 9)})">${sign}</g>${text({ x: x + 24, y: y }, words, { size: LINE_SIZE, colour: FAINT })}`,
    );
    x += 24 + widthOf(words, LINE_SIZE) + 14;
  }
  return drawn.join('');
}

const swatch = (colour: string): string => `<rect width="11" height="11" rx="2" fill="${colour}"/>`;

const line = (colour: string, more = ''): string =>
  `<path d="M0 5H18" stroke="${colour}" stroke-width="1.5"${more}/>`;

interface TextStyle {
  readonly size?: number;
  readonly colour?: string;
  readonly bold?: boolean;
  readonly anchor?: 'middle';
}

function text({ x, y }: Point, words: string, style: TextStyle): string {
  const { size = TITLE_SIZE, colour = INK, bold = false, anchor } = style;
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${colour}"${bold ? ' font-weight="600"' : ''}${anchor === undefined ? '' : ` text-anchor="${anchor}"`}>${asText(words)}</text>`;
}

/** A text that is too long for its box, cut. */
function cut(words: string): string {
  const letters = [...words];
  return letters.length > MAX_LETTERS ? `${letters.slice(0, MAX_LETTERS - 1).join('')}…` : words;
}

const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;

/** To a tenth of a pixel. */
const round = (value: number): string => String(Math.round(value * 10) / 10);
