import type { Blobs } from '../blobs.ts';
import { afterEach, expect, test, vi } from 'vitest';
import { integrityOf, sha256, sha512 } from '../../core/digest.ts';
import { startIndex, type FakeRelease } from '../../test/support/package-index.ts';
import { noIndex } from '../../test/support/statements.ts';
import { releaseOf, answeringUv } from '../../test/support/tiny-python.ts';
import { checkLock } from '../lock-check.ts';
import type { Resolved, Resolving } from '../resolving.ts';
import { readIndexAddress } from './index-address.ts';
import { openPackageIndex } from './index-client.ts';
import { resolvePackage } from './lock.ts';

const scripts = { 'entry_points.txt': '[console_scripts]\ntiny-server = tiny_server:main\n' };
const releases: readonly FakeRelease[] = [
  releaseOf(
    ['tiny-shout>=1'],
    ...['py3-none-win_amd64', 'py3-none-any'].map((tags) => ({ name: 'tiny_server', info: scripts, tags })),
  ),
  releaseOf([], { name: 'tiny_shout' }),
];
const all = new Map(releases.flatMap(({ files }) => Object.entries(files as Readonly<Record<string, Buffer>>)));
const any = 'tiny_server-1.0.0-py3-none-any.whl';
const windows = 'tiny_server-1.0.0-py3-none-win_amd64.whl';
const server = await startIndex(releases);
const digestOf = (file: string): string => sha256(all.get(file) ?? '');

afterEach(() => {
  vi.unstubAllEnvs();
  server.files.clear();
});

async function resolve(declared: string, blobs?: Blobs): Promise<Resolved> {
  vi.stubEnv('PATH', await answeringUv(releases));
  const index = await openPackageIndex(readIndexAddress(server.index, 'a test'));
  const stored: Blobs = { readOr: (_, fetch) => fetch() };
  const resolving = { index: async () => index, registry: { tarball: noIndex }, blobs: blobs ?? stored };
  return resolvePackage(
    { name: 'Tiny.Server', version: '1.0.0' },
    declared,
    new Date('2026-03-01T00:00:00Z'),
    resolving as unknown as Resolving,
  );
}

test('locks every wheel with its digests and what it says, sorted', async () => {
  const { artefact, closure } = await resolve(digestOf(any));
  const bytes = all.get(any) ?? Buffer.alloc(0);
  expect(artefact).toEqual({ url: 'pypi:Tiny.Server==1.0.0', sha256: digestOf(any), sha512: sha512(bytes) });
  if (closure.kind !== 'pypi') throw new Error('a closure of wheels');
  expect(closure.requiresPython).toBe('>=3.10');
  expect(closure.packages.map(({ name, wheels }) => [name, Object.keys(wheels)])).toEqual([
    ['tiny-server', [any, windows]],
    ['tiny-shout', ['tiny_shout-1.0.0-py3-none-any.whl']],
  ]);
  expect(closure.packages[0]?.wheels[any]).toEqual({
    ...{ integrity: integrityOf(bytes), sha256: digestOf(any), tree: expect.stringMatching(/^[0-9a-f]{64}$/u) },
    ...{ license: 'MIT', requiresPython: '>=3.10', dependencies: ['tiny-shout>=1'] },
    scripts: { 'tiny-server': 'tiny_server:main' },
  });
  const lock = { schemaVersion: 1, name: 'tiny', version: '1.0.0', resolvedAsOf: '2026-03-01T00:00:00Z' } as const;
  expect(checkLock({ ...lock, artefact, closure, tools: [], instructions: [] })).toEqual([]);
});

test('takes the digest of any wheel of the package for the artefact', async () => {
  expect((await resolve(digestOf(windows))).artefact.sha256).toBe(digestOf(windows));
});

test.each([
  ["of a dependency's wheel", digestOf('tiny_shout-1.0.0-py3-none-any.whl')],
  ['of nothing', '0'.repeat(64)],
])('refuses the digest %s', async (_, declared) => {
  await expect(resolve(declared)).rejects.toThrow(
    expect.objectContaining({ name: 'Refusal', code: 'E_DIGEST', message: expect.stringContaining(digestOf(any)) }),
  );
});

test('refuses other bytes than the index states, and than uv resolved', async () => {
  server.files.set(`files/${any}`, Buffer.from('evil'));
  await expect(resolve(digestOf(any))).rejects.toThrow(expect.objectContaining({ code: 'E_DIGEST' }));
  const page = [any, windows].map((file) => ({
    ...{ filename: file, url: `../../files/${file}`, 'upload-time': '2026-01-01T00:00:00Z' },
    hashes: { sha256: file === any ? sha256('evil') : digestOf(file) },
  }));
  server.files.set('simple/tiny-server/', (response) =>
    response
      .writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' })
      .end(JSON.stringify({ meta: { 'api-version': '1.1' }, name: 'tiny-server', files: page })),
  );
  await expect(resolve(digestOf(any))).rejects.toThrow(
    expect.objectContaining({
      code: 'E_DIGEST',
      message: `${any} has the sha256 ${sha256('evil')}, and uv resolved ${digestOf(any)}`,
    }),
  );
});

test('stores each wheel by its sha512', async () => {
  const stored: string[] = [];
  await resolve(digestOf(any), {
    readOr: async (integrity, fetch) => {
      const bytes = await fetch();
      expect(integrityOf(bytes)).toBe(integrity);
      stored.push(integrity);
      return bytes;
    },
  });
  expect(stored.sort()).toEqual([...all.values()].map((bytes) => integrityOf(bytes)).sort());
});
