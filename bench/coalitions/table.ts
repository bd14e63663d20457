/** Tables on the terminal, and times in them. */

export const print = (line: string): boolean => process.stdout.write(`${line}\n`);

/** Prints a row: the first cell to the left, the others to the right, each as wide as said. */
export const row = (widths: readonly number[], cells: readonly (string | number)[]): boolean =>
  print(
    cells
      .map((cell, index) => {
        const width = widths[index] ?? 10;
        return index === 0 ? String(cell).padEnd(width) : String(cell).padStart(width);
      })
      .join(' '),
  );

/** Milliseconds with as many digits as mean anything. */
export const shown = (milliseconds: number): string =>
  milliseconds < 100 ? milliseconds.toFixed(1) : milliseconds.toFixed(0);

/** The one in the middle. */
export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
