/** HiGHS, for what is too large to be worked out otherwise. */
import { z } from 'zod';
import type { IntegerProgramme } from '../power/least.ts';

/** Seconds that it may take; what it has then may not be the least. */
const TIME_LIMIT = 20;

type Solve = (programme: string, options: Readonly<Record<string, unknown>>) => unknown;

/** What is used of the package, whose types are not those of its ES module. */
const highsModule = z.object({
  default: z.custom<() => Promise<{ readonly solve: Solve }>>(
    (value) => typeof value === 'function',
  ),
});

const solution = z.object({
  Status: z.string(),
  Columns: z.record(z.string(), z.looseObject({ Primal: z.number().optional() })),
});

/**
 * Loads the solver, which is some megabytes of WebAssembly.
 *
 * @see https://highs.dev
 */
export async function integerProgramme(): Promise<IntegerProgramme> {
  const { default: load } = highsModule.parse(await import('highs'));
  const highs = await load();
  return (programme) => {
    const options = { time_limit: TIME_LIMIT, output_flag: false };
    const { Status, Columns } = solution.parse(highs.solve(programme, options));
    if (Status !== 'Optimal') return null;
    return new Set(
      Object.entries(Columns)
        .filter(([, { Primal = 0 }]) => Primal > 0.5)
        .map(([name]) => name),
    );
  };
}
