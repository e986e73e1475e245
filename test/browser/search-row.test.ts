import { expect, test } from 'vitest';
import { sampleCatalog } from './sample-catalog.ts';
import { searchRow } from '../../schemas/search-row.ts';
import type { CatalogServer, Manifest } from '../../schemas/types.ts';

const sample = (name: string): CatalogServer => {
  const found = sampleCatalog.servers.find(({ manifest }) => manifest.name === name);
  if (found === undefined) throw new Error(`there is no ${name} in the sample`);
  return found;
};

const withManifest = (more: Partial<Manifest>): CatalogServer => {
  const server = sample('mail');
  return { ...server, manifest: { ...server.manifest, ...more } };
};

test.each([
  ['npm:@example/mail@1.0.0', 'npm'],
  ['pypi:mail==1.0.0', 'pypi'],
  ['oci://registry.example.com/mail:1.0.0', 'oci'],
  ['https://example.com/mail.mcpb', 'mcpb'],
  ['https://example.com/mail.tgz', 'tarball'],
  ['git+https://example.com/mail.git#0123456789012345678901234567890123456789', 'git'],
])('%s is of type %s', (url, type) => {
  expect(searchRow(withManifest({ artefact: { url, sha256: '' } })).artefactType).toBe(type);
});

test('an endpoint runs elsewhere, on the host of its address', () => {
  const { artefactType, reach } = searchRow(sample('jira'));
  expect(artefactType).toBe('remote');
  expect(reach.elsewhere).toBe('${region}.vendor.example.com');
});

test.each([
  [{ read: ['/data'], write: [] }, 'read'],
  [{ read: ['/data'], write: ['/data'] }, 'write'],
  [{}, 'none'],
] as const)('of files %o it says %s', (filesystem, said) => {
  const { read, write } = { read: [], write: [], ...filesystem };
  const permissions = { filesystem: { read: [...read], write: [...write] } };
  expect(searchRow(withManifest({ permissions })).reach.files).toBe(said);
});

test('it changed last when a version was approved, or when its state changed after that', () => {
  expect(searchRow(sample('mail')).changedOn).toBe('2026-04-16');
  expect(searchRow(sample('archive')).changedOn).toBe('2026-10-03');
  expect(searchRow(sample('github')).changedOn).toBe('2026-06-01');
});

test("of a tool's description it has the first sentence, in one line and cut between characters", () => {
  const about = (description: string): string | undefined => {
    const [tool] = sample('mail').tools;
    if (tool === undefined) throw new Error('mail has no tool in the sample');
    return searchRow({ ...sample('mail'), tools: [{ ...tool, description }] }).tools[0]?.about;
  };
  expect(about('Sends\n a letter. Fails without a stamp.')).toBe('Sends a letter.');
  expect(about('😀'.repeat(81))).toBe(`${'😀'.repeat(79)}…`);
  expect(about(' \n')).toBeUndefined();
});
