/** The advisories that the repository holds, against the servers that it holds. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { policyFormat } from '../../../core/formats.ts';
import { readYaml } from '../../../core/yaml.ts';
import { readLock } from '../../catalog/lock-file.ts';
import { checkAdvisories } from './rules.ts';
import { openAdvisories } from './source.ts';

const root = join(import.meta.dirname, '../../..');
const policy = readYaml(policyFormat, 'policy.yaml', await readFile(join(root, 'policy.yaml')));
if (!policy.ok) throw new Error('policy.yaml cannot be read');
const { value: rules } = policy.document;
const advisories = await openAdvisories(rules.advisories.source, { root });
const locks = (await readdir(join(root, 'servers')))
  .filter((file) => file.endsWith('.lock.json'))
  .map((file) => readLock(root, `servers/${file}`).value);
const packages = locks.flatMap((lock) => Object.values(lock?.closure.packages ?? {}));
const files = (await readdir(join(root, 'advisories'))).filter((file) => file.startsWith('GHSA-'));
const records = await Promise.all(
  files.map(async (file) => JSON.parse(await readFile(join(root, 'advisories', file), 'utf8'))),
);

test('are what the policy names, with their day and size', () => {
  expect(advisories.describe()).toEqual({ source: 'folder:advisories', asOf: '2026-11-20', records: files.length });
});
test('find nothing in the servers', async () => {
  const found = await advisories.find(packages);
  expect(locks).not.toContain(undefined);
  expect(locks.flatMap((lock) => lock ?? []).flatMap((lock) => checkAdvisories(lock, found, rules))).toEqual([]);
});
test.each(records.map((record) => [record.id, record]))(
  '%s is about a package of the servers, and would be found',
  async (id, record) => {
    const [
      {
        package: { name },
        versions = [],
        ranges = [],
      },
    ] = record.affected;
    expect(files).toContain(`${id}.json`);
    expect(packages.map((locked) => locked.name)).toContain(name);
    expect(['LOW', 'MODERATE', 'HIGH', 'CRITICAL']).toContain(record.database_specific.severity);
    const first = versions[0] ?? (ranges[0].events[0].introduced === '0' ? '0.0.1' : ranges[0].events[0].introduced);
    const found = await advisories.find([{ name, version: first }]);
    expect(found.get(`${name}@${first}`)?.map((each) => each.id)).toContain(id);
  },
);
