import { defineConfig } from 'vitest/config';

/** A project of its own: importing CDK takes seconds. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    globalSetup: '../test/support/global-setup.ts',
    include: ['**/*.test.ts'],
    // They write the same templates.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
