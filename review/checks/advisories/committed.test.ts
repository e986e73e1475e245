/** Checks the servers in the repository against the advisories in the repository. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from '../../../schemas/types.ts';
import { labelOf, type PackageType } from '../../../artefacts/part.ts';
import { loadedPackages } from '../../../artefacts/loaded.ts';
import { readRegistryFiles } from '../../../catalog/registry-files.ts';
import { findingsUnder } from '../../verdict/verdict.ts';
import type { Advisory } from './advisory.ts';
import { checkAdvisories } from './check.ts';
import { isPackage } from '../../../artefacts/part.ts';
import { openAdvisories } from './source.ts';

const root = join(import.meta.dirname, '../../..');
const { policy, servers } = await readRegistryFiles(root);
if (policy === undefined) throw new Error('policy.yaml cannot be read');
const { value: rules } = policy;
const advisories = await openAdvisories(rules.advisories.source, { root });
const packages = servers.flatMap(({ lock }) =>
  lock === undefined ? [] : loadedPackages(lock.value).filter(isPackage),
);
const found = await advisories.find(packages);
const files = (await readdir(join(root, 'advisories'))).filter((file) => file.startsWith('GHSA-'));
const records = await Promise.all(
  files.map(async (file) => JSON.parse(await readFile(join(root, 'advisories', file), 'utf8'))),
);

test('are the source in the policy, with their day and size', () => {
  expect(advisories.describe()).toEqual({ source: 'folder:advisories', asOf: '2026-11-20', records: files.length });
});
/** What all servers have, under the policy that is here, on a day. */
const findings = (known: ReadonlyMap<string, readonly Advisory[]>, today: string): Finding[] =>
  servers.flatMap((server) =>
    findingsUnder(
      server,
      (counted) => (server.lock === undefined ? [] : checkAdvisories(server.lock.value, known, counted)),
      {
        policies: [rules],
        today,
      },
    ),
  );

test('find one vulnerable package in the locked servers, which the policy accepts until a given day', () => {
  expect(servers.filter(({ lock }) => lock === undefined)).toEqual([]);
  expect(findings(found, '2026-11-21')).toEqual([
    {
      rule: 'advisory',
      level: 'block',
      server: 'firecrawl',
      subject: [
        'axios@1.18.0',
        ...['GHSA-3pq3-5fj3-cg6v', 'GHSA-44g4-m2mj-wpvx', 'GHSA-4hqw-qxg8-jxx2', 'GHSA-542g-h47m-68v8'],
        ...['GHSA-9fr6-4gfg-395g', 'GHSA-c29m-xwm3-cm6r', 'GHSA-j8rh-479h-cp32', 'GHSA-m8m8-qj5v-23w3'],
        ...['GHSA-mghh-pgcx-3jjj', 'GHSA-r4gj-5m52-g5wh', 'GHSA-vh66-26gq-q6x8', 'GHSA-x97p-jq2g-jp4f'],
      ].join(' '),
      file: 'servers/firecrawl.lock.json',
      message: expect.stringMatching(
        /^axios@1\.18\.0 has GHSA-.*; policy\.yaml blocks from high on; all fixed in 1\.20\.0$/u,
      ),
      remedy: expect.stringContaining('axios 1.20.0 or newer'),
      accepted: {
        reason: expect.stringContaining('axios 1.18.0'),
        owner: 'security@example.com',
        expires: '2027-01-31',
      },
    },
  ]);
});
test.each<[string, ReadonlyMap<string, readonly Advisory[]>, string]>([
  ['on that day', found, '2027-01-31'],
  [
    'when one more is known',
    new Map([
      ...found,
      [
        'axios@1.18.0',
        [
          ...(found.get('axios@1.18.0') ?? []),
          { id: 'GHSA-zzzz-zzzz-zzzz', aliases: [], severity: 'low', malware: false, fixedIn: ['1.22.0'] },
        ],
      ],
    ]),
    '2026-11-21',
  ],
])('and it needs a decision again %s', (_, known, today) => {
  expect(findings(known, today)).toMatchObject([{ server: 'firecrawl', level: 'block' }]);
  expect(findings(known, today)[0]).not.toHaveProperty('accepted');
});
test.each(records.map((record) => [record.id, record]))(
  '%s is about a package of the servers, and would be found',
  async (id, record) => {
    const [
      {
        package: { ecosystem, name },
        versions = [],
        ranges = [],
      },
    ] = record.affected;
    expect(files).toContain(`${id}.json`);
    const type: PackageType = ecosystem === 'npm' ? 'npm' : 'pypi';
    expect(packages.filter((locked) => locked.type === type).map((locked) => locked.name)).toContain(name);
    expect(['LOW', 'MODERATE', 'HIGH', 'CRITICAL']).toContain(record.database_specific.severity);
    const first = versions[0] ?? (ranges[0].events[0].introduced === '0' ? '0.0.1' : ranges[0].events[0].introduced);
    const affected = await advisories.find([{ type, name, version: first }]);
    expect(affected.get(labelOf({ type, name, version: first }))?.map((each) => each.id)).toContain(id);
  },
);
