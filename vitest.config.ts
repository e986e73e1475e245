import { defineConfig } from 'vitest/config';

/**
 * Tests of functions: nothing of a file's tests stays in its process, so that files share one. Tests that change the
 * environment, or load modules again, are not among them.
 */
const shared = [
  '{schemas,store,site}/**/*.test.ts',
  'core/**/*.test.ts',
  'artefacts/**/!(registry|index-client|resolve|uv|fetch|lock).test.ts',
  'catalog/names/*.test.ts',
  'review/{diff,show}/*.test.ts',
];
/**
 * Families that take half a minute and more each: `npm run test:long` runs them, and so does `.ci/run`. They wait for servers and
 * clocks, so that three run at one time.
 */
const long = [
  'review/checks/{code/image,code/scanner,tool-text/limits}.test.ts',
  'scripts/publish/publish-ended.test.ts',
  'test/e2e/{bad-input,ceremony,clean-start,credentials,day-two,evidence,flipped-bytes,forge-faults,functions}.test.ts',
  'test/e2e/{host-command,image-server,images,installed-pack,interrupted,kept-going,lifecycle}.test.ts',
  'test/e2e/{one-at-fault,other-mirror,poisoned,protocol-versions,python,remembering,rescan,sandbox}.test.ts',
  'test/{fakes/github/openapi,poisoned/incidents}.test.ts',
  'test/e2e/{runbooks,self-update,signer-container,signer-units,state-in-bucket,store-faults,story,trees,views-workflow,workflow,workflow-gate}.test.ts',
];
const all = '{schemas,core,artefacts,store,catalog,resolve,review,signer,host,scripts,site,test}/**/*.test.ts';

export default defineConfig({
  test: {
    globalSetup: 'test/support/global-setup.ts',
    // Tests start processes, servers and browsers; on two cores more workers only wait for each other.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'functions', include: shared, isolate: false } },
      // A busy machine needs several times as long: a test that ends too early spoils those after it.
      { extends: true, test: { name: 'long', include: long, testTimeout: 300_000, hookTimeout: 300_000 } },
      {
        extends: true,
        test: { name: 'all others', include: [all], exclude: ['**/node_modules/**', ...shared, ...long] },
      },
    ],
  },
});
