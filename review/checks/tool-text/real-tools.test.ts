import { expect, test } from 'vitest';
import { readRegistryFiles } from '../../../catalog/registry-files.ts';
import { checkToolText } from './check.ts';
import { indexServers, namedServer } from './server-index.ts';

const { servers } = await readRegistryFiles(new URL('../../../', import.meta.url).pathname);
const read = servers.map(({ name, manifest, lock }) => ({ name, manifest: manifest.value, lock: lock?.value }));
const known = read.map(({ manifest, lock }) =>
  namedServer(
    manifest,
    (lock?.tools ?? []).map(({ name }) => name),
  ),
);
const index = indexServers(known);

test('the only findings in the real servers are those explained here', () => {
  const found = read.flatMap(({ name, manifest, lock }) =>
    checkToolText({ manifest, lock }, index).map(({ level, rule, subject }) => `${name} ${level} ${rule} ${subject}`),
  );
  expect(found).toEqual([
    // Each reads private pages and pages of others, and can write to where it reads: policy.yaml says why it may.
    'firecrawl review tools-data-flow tools',
    // The expression matches host names, label by label. Each label has a limit and ends in a dot, so the time grows at most
    // with the square of the length. A note is enough.
    'firecrawl note schema-pattern-ambiguous tool:firecrawl_search',
    'notion review tools-data-flow tools',
    'playwright review tools-data-flow tools',
  ]);
});

test('reads ten servers, and every tool in their locks', () => {
  expect(read.map(({ name }) => name)).toEqual([
    'context7',
    'everything',
    'filesystem',
    'firecrawl',
    'git',
    'memory',
    'notion',
    'playwright',
    'sequential-thinking',
    'time',
  ]);
  expect(known.map(({ tools }) => tools.length)).toEqual([2, 19, 14, 27, 12, 9, 24, 25, 1, 2]);
});
