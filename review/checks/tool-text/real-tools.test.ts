import { expect, test } from 'vitest';
import { readRegistryFiles } from '../../../catalog/registry-files.ts';
import { checkToolText } from './check.ts';
import { indexServers } from './server-index.ts';

const { servers } = await readRegistryFiles(new URL('../../../', import.meta.url).pathname);
const read = servers.map(({ name, manifest, lock }) => ({ name, manifest: manifest.value, lock: lock?.value }));
const known = read.map(({ name, lock }) => ({ name, tools: (lock?.tools ?? []).map((tool) => tool.name) }));
const index = indexServers(known);

test('the only findings in the real servers are those explained here', () => {
  const found = read.flatMap(({ name, manifest, lock }) =>
    checkToolText({ manifest, lock }, index).map(({ level, rule, subject }) => `${name} ${level} ${rule} ${subject}`),
  );
  expect(found).toEqual([
    // The expression matches host names, label by label. Each label has a limit and ends in a dot, so the time grows at most
    // with the square of the length. A note is enough.
    'firecrawl note schema-pattern-ambiguous tool:firecrawl_search',
  ]);
});

test('reads eight servers, and every tool in their locks', () => {
  expect(read.map(({ name }) => name)).toEqual([
    'context7',
    'everything',
    'filesystem',
    'firecrawl',
    'memory',
    'notion',
    'playwright',
    'sequential-thinking',
  ]);
  expect(known.map(({ tools }) => tools.length)).toEqual([2, 19, 14, 27, 9, 24, 25, 1]);
});
