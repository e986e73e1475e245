import { defineConfig } from 'vitest/config';

/** A project of its own: importing CDK takes seconds. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    globalSetup: '../test/support/global-setup.ts',
    include: ['**/*.test.ts'],
    // They write the same templates.
    fileParallelism: false,
    // Other tests may run beside these.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
