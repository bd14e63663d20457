/** Prints what tests annotate, also where they pass: numbers that a person should see in every run. */
import type { Reporter } from 'vitest/node';

export const annotations: Reporter = {
  onTestCaseAnnotate: (_, { message }) => {
    process.stdout.write(`   ${message}\n`);
  },
};
