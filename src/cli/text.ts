/** Text for an 80-column terminal, fit to show what an attacker wrote. */
import pc from 'picocolors';
import wrapAnsi from 'wrap-ansi';
import { UNPRINTABLE } from '../words.ts';

const WIDTH = 80;

/** A document as JSON, with unprintable characters escaped as JSON escapes them. */
export function toJson(document: unknown): string {
  const text = JSON.stringify(document, null, 2).replace(UNPRINTABLE, (character) =>
    character === '\n'
      ? character
      : character
          .split('')
          .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join(''),
  );
  return `${text}\n`;
}

/** The same text with every hex string longer than a hash cut in its middle. */
export const abbreviate = (text: string): string =>
  text.replace(
    /0x[0-9a-f]{65,}/g,
    (hex) => `${hex.slice(0, 10)}…${hex.slice(-8)} (${(hex.length - 2) / 2} bytes)`,
  );

const MAX_INDENT = WIDTH / 2;

/** A paragraph, wrapped, each line indented by `indent` spaces, as far as half of the width. */
export function paragraph(text: string, indent = 0): string {
  const margin = ' '.repeat(Math.min(indent, MAX_INDENT));
  return wrapAnsi(text, WIDTH - margin.length, { hard: true })
    .split('\n')
    .map((line) => (line === '' ? '' : `${margin}${line}`))
    .join('\n');
}

const LABEL_WIDTH = 12;

export type Rows = readonly (readonly [label: string, value: string])[];

/**
 * Labelled values, one below the other; a 32-byte hash just fits. Beside a longer label stands
 * what fits there, and below it what does not.
 */
export function fields(rows: Rows): string {
  const margin = 2 + LABEL_WIDTH;
  return rows
    .map(([label, value]) => {
      const shown = paragraph(value, margin);
      if (label.length < LABEL_WIDTH) {
        return `  ${pc.dim(label.padEnd(LABEL_WIDTH))}${shown.slice(margin)}`;
      }
      const fits = !value.includes('\n') && label.length + value.length + 4 <= WIDTH;
      return fits ? `  ${pc.dim(label)}  ${value}` : `${pc.dim(paragraph(label, 2))}\n${shown}`;
    })
    .join('\n');
}

export const heading = (text: string): string => pc.bold(text);
