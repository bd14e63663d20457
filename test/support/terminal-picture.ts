/** A terminal as a picture: text with ANSI colours as SVG. */
import { execFile } from 'node:child_process';

const COLUMN = 8;
const LINE = 17;
const MARGIN = 14;

const COLOURS: Readonly<Record<string, string>> = {
  '31': '#ff7b72',
  '32': '#56d364',
  '33': '#e3b341',
};

interface Style {
  readonly bold: boolean;
  readonly dim: boolean;
  readonly colour: string;
}

const PLAIN: Style = { bold: false, dim: false, colour: '#e6edf3' };

function after(style: Style, code: string): Style {
  if (code === '1') return { ...style, bold: true };
  if (code === '2') return { ...style, dim: true };
  if (code === '22') return { ...style, bold: false, dim: false };
  return { ...style, colour: COLOURS[code] ?? PLAIN.colour };
}

const escaped = (text: string): string =>
  text.replaceAll(' ', '\u00a0').replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);

function span(text: string, column: number, { bold, dim, colour }: Style): string {
  const attributes = [
    `x="${MARGIN + column * COLUMN}"`,
    `textLength="${text.length * COLUMN}"`,
    ...(colour === PLAIN.colour ? [] : [`fill="${colour}"`]),
    ...(bold ? ['font-weight="bold"'] : []),
    ...(dim ? ['opacity="0.65"'] : []),
  ];
  return `<tspan ${attributes.join(' ')}>${escaped(text)}</tspan>`;
}

/** The picture of what a terminal shows. @param title what those hear who do not see it. */
function terminalSvg(title: string, ansi: string): string {
  let style = PLAIN;
  const lines = ansi
    .trimEnd()
    .split('\n')
    .map((line) => {
      let column = 0;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of.
      return line.split(/\u001b\[(\d+)m/).flatMap((part, index) => {
        if (index % 2 === 1) {
          style = after(style, part);
          return [];
        }
        const [indent = ''] = /^ */.exec(part) ?? [];
        const text = part.trim();
        const drawn = text === '' ? [] : [span(text, column + indent.length, style)];
        column += part.length;
        return drawn;
      });
    });
  const [width, height] = [2 * MARGIN + 80 * COLUMN, 2 * MARGIN + lines.length * LINE];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" fill="${PLAIN.colour}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="6" fill="#0d1117"/>`,
    ...lines.flatMap((spans, index) =>
      spans.length === 0
        ? []
        : [`<text y="${MARGIN + 12 + index * LINE}">${spans.join('')}</text>`],
    ),
    '</svg>',
    '',
  ].join('\n');
}

/** The picture in the page for signers. */
export const signersPicture = async (): Promise<string> =>
  terminalSvg('A terminal with the verdict SIGN on a payment', await signersTerminal());

const INCIDENT = 'incidents/bybit-2025-02';

/** The terminal of a signer, in colour: a payment that was recorded. */
const signersTerminal = (): Promise<string> =>
  new Promise((done) => {
    const args = [
      ...['check', '--safe-tx', `${INCIDENT}/transfer.json`],
      ...['--recording', `${INCIDENT}/recording.json`, '--org', `${INCIDENT}/castellan.yaml`],
    ];
    const env = { PATH: process.env['PATH'], FORCE_COLOR: '1' };
    execFile(process.execPath, ['dist/cli/main.js', ...args], { env }, (_, stdout) => {
      done(stdout);
    });
  });
