import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../core/canonical.ts';
import type { Published } from '../../catalog/published.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { aRootFile } from '../../test/support/metadata.ts';
import { now, publish, type Change } from '../../test/support/published.ts';
import { aManifest } from '../../test/support/statements.ts';
import { refusesAll, verifyDist, type ToVerify } from './verify-dist.ts';

const identity = { registry: 'mcp.example.com', environment: 'production' } as const;
const server = aManifest();

/** A folder as it was built, and what hosts say to it. */
async function verified(
  change: Change = {},
  edit: (dist: string) => Promise<void> = async () => undefined,
  at = now,
  view?: ToVerify['view'],
): Promise<string[]> {
  const dist = await temporaryFolder();
  const files = new Map([...publish(change).files, ['metadata/1.root.json', canonicalJson(aRootFile())] as const]);
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(dist, path)), { recursive: true });
    await writeFile(join(dist, path), bytes);
  }
  await edit(dist);
  const current = { version: server.version, audience: change.manifest?.audience };
  const published = [{ name: server.name, current }] as unknown as Published[];
  return (await verifyDist(dist, identity, { published, known: new Set(), ...(view && { view }) }, at)).map(
    ({ severity = 'error', file, message }) => `${severity} ${file} ${message}`,
  );
}

test('accepts what a host accepts, for whichever group a server is', async () => {
  expect(await verified()).toEqual([]);
  expect(await verified({ manifest: { audience: ['finance'] } })).toEqual([]);
});

test('finds out that hosts refuse the whole registry', async () => {
  expect(await verified({}, undefined, new Date('2026-07-01T00:00:00Z'))).toEqual([
    expect.stringMatching(/^error {2}hosts refuse the registry: E_EXPIRED: the timestamp expired at /u),
  ]);
  expect(await verified({}, (dist) => rm(join(dist, 'targets/trust'), { recursive: true }))).toEqual([
    expect.stringMatching(/^error {2}hosts refuse the registry: http-status: \S+ answered 404$/u),
  ]);
  expect(await verified({ keyring: { registry: 'other.example.com' } })).toEqual([
    expect.stringMatching(/^error {2}hosts refuse the registry: E_REGISTRY: /u),
  ]);
});

test('tells a registry that hosts refuse from one of which they refuse a server', () => {
  const refused = { code: 'host-refuses', message: 'hosts refuse it', remedy: 'sign again' };
  expect(refusesAll([{ ...refused, file: '' }])).toBe(true);
  expect(refusesAll([{ ...refused, file: '', severity: 'warning' }])).toBe(false);
  expect(refusesAll([{ ...refused, file: 'servers/internal-postgres.yaml' }])).toBe(false);
});

test('finds a file of others in a view, and accepts a view that holds none, as hosts of its groups alone', async () => {
  const change: Change = { manifest: { audience: ['developers'] } };
  const ofView = (groups: readonly string[], others: readonly string[]): Promise<string[]> =>
    verified(change, undefined, now, { groups, others });
  expect(await ofView(['developers'], ['servers/payroll.json'])).toEqual([]);
  expect(await ofView(['developers'], ['servers/payroll.json', 'metadata/1.root.json'])).toEqual([
    'error  the view holds 1 files that only servers for other groups have, among them metadata/1.root.json',
  ]);
  expect(await ofView(['writers'], [])).toEqual([expect.stringContaining('E_AUDIENCE')]);
});

test('finds out that hosts refuse one server', async () => {
  expect(await verified({}, (dist) => rm(join(dist, 'locks'), { recursive: true }))).toEqual([
    expect.stringMatching(
      /^error servers\/internal-postgres\.yaml hosts refuse internal-postgres 1\.2\.0: http-status: \S+ answered 404$/u,
    ),
  ]);
  expect(await verified({ lockBytes: () => Buffer.from('{}') })).toEqual([
    expect.stringMatching(/^error servers\/internal-postgres\.yaml .*: E_DIGEST: /u),
  ]);
});

test('holds up nothing for an approval that has ended', async () => {
  const ended: Change = {
    approval: (statement) => ({
      ...statement,
      predicate: { ...statement.predicate, validUntil: '2026-05-02T00:00:00Z' },
    }),
    record: (record) => ({
      ...record,
      versions: record.versions.map((entry) => ({ ...entry, validUntil: '2026-05-02T00:00:00Z' })),
    }),
  };
  expect(await verified(ended)).toEqual([
    expect.stringMatching(
      /^warning servers\/internal-postgres\.yaml .*: E_EXPIRED: .* expired at 2026-05-02T00:00:00Z$/u,
    ),
  ]);
});
