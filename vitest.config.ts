import { defineConfig } from 'vitest/config';
import { annotations } from './test/support/annotations.ts';

export default defineConfig({
  test: {
    // Text is compared as it is without colours, also where CI would have them.
    env: { NO_COLOR: '1' },
    include: ['test/**/*.test.ts'],
    reporters: ['default', annotations],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
