import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{schemas,core,store,catalog,resolve,review,signer,host,scripts,site,test}/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    // Tests start processes, servers and browsers; on two cores more workers only wait for each other.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default'],
  },
});
