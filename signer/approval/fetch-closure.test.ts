import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { BlobStore } from '../../store/blob-store.ts';
import { sha256, sha512 } from '../../core/digest.ts';
import type { NpmRegistry } from '../../artefacts/npm/registry.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { aLock, noImages, noIndex, npmClosure } from '../../test/support/statements.ts';
import { packedPackage } from '../../test/support/tarballs.ts';
import type { Lock } from '../../schemas/types.ts';
import { fetchClosure } from './fetch-closure.ts';

const root = await temporaryFolder();
const server = packedPackage('@example/mcp-postgres', '1.2.0', {
  'package.json': '{"name":"@example/mcp-postgres","version":"1.2.0"}',
  'dist/index.js': 'run();\n',
});
const zod = packedPackage('zod', '4.1.5', {
  'package.json': '{"name":"zod","version":"4.1.5"}',
  'index.js': 'export {};\n',
});
let blobs: BlobStore;
let fetched: string[];
let count = 0;

beforeEach(() => {
  blobs = new BlobStore(join(root, String(count++)));
  fetched = [];
});

const served = new Map([
  ['@example/mcp-postgres@1.2.0', server.tarball],
  ['zod@4.1.5', zod.tarball],
]);

const registry = (tarballs: ReadonlyMap<string, Buffer> = served): NpmRegistry => ({
  options: { registry: 'http://localhost/' },
  packument: () => Promise.reject(new Error('no packument is wanted')),
  attestations: () => Promise.reject(new Error('no attestations are wanted')),
  tarball: (name, version) => {
    fetched.push(`${name}@${version}`);
    const tarball = tarballs.get(`${name}@${version}`);
    return tarball === undefined ? Promise.reject(new Error('not served')) : Promise.resolve(tarball);
  },
});

const lock = (change: Partial<Lock['artefact']> = {}, zodTree = zod.locked.tree): Lock => ({
  ...aLock(),
  artefact: {
    url: 'npm:@example/mcp-postgres@1.2.0',
    sha256: sha256(server.tarball),
    sha512: sha512(server.tarball),
    ...change,
  },
  closure: {
    kind: 'npm',
    root: 'node_modules/@example/mcp-postgres',
    packages: {
      'node_modules/@example/mcp-postgres': server.locked,
      'node_modules/zod': { ...zod.locked, tree: zodTree },
    },
  },
});

test('fetches and checks every package, and says when each is done', async () => {
  let done = 0;
  await fetchClosure(lock(), {
    registry: registry(),
    index: noIndex,
    images: noImages,
    blobs,
    onFetched: () => done++,
  });
  expect(fetched.sort()).toEqual(['@example/mcp-postgres@1.2.0', 'zod@4.1.5']);
  expect(done).toBe(2);
});

test('checks what it has stored, without fetching it again', async () => {
  await fetchClosure(lock(), { registry: registry(), index: noIndex, images: noImages, blobs });
  fetched = [];
  await fetchClosure(lock(), { registry: registry(), index: noIndex, images: noImages, blobs });
  expect(fetched).toEqual([]);
  const broken = fetchClosure(lock({}, '0'.repeat(64)), {
    registry: registry(),
    index: noIndex,
    images: noImages,
    blobs,
  });
  await expect(broken).rejects.toMatchObject({ code: 'E_TREE' });
});

test.each<[string, Lock, ReadonlyMap<string, Buffer>, string, string]>([
  [
    'another artefact than the manifest says',
    lock({ sha256: '0'.repeat(64) }),
    served,
    'E_DIGEST',
    `has the sha256 ${sha256(server.tarball)}, not ${'0'.repeat(64)}`,
  ],
  [
    'another tree',
    lock({}, '0'.repeat(64)),
    served,
    'E_TREE',
    `zod@4.1.5 unpacks to the tree ${zod.locked.tree}, not 0000`,
  ],
  [
    'other bytes under a name',
    lock(),
    new Map([...served, ['zod@4.1.5', server.tarball]]),
    'E_DIGEST',
    'a tarball has the integrity',
  ],
])('refuses %s', async (_, wanted, tarballs, code, message) => {
  // What is in order is stored before, so that nothing is still written when the refusal comes.
  for (const { tarball, locked } of [server, zod])
    if ([...tarballs.values()].includes(tarball)) await blobs.readOr(locked.integrity, () => Promise.resolve(tarball));
  await expect(
    fetchClosure(wanted, { registry: registry(tarballs), index: noIndex, images: noImages, blobs }),
  ).rejects.toMatchObject({
    name: 'Refusal',
    code,
    message: expect.stringContaining(message),
  });
});

test('refuses a lock that describes a package otherwise than its own package.json', async () => {
  const valid = lock();
  const { 'node_modules/zod': before, ...others } = npmClosure(valid).packages;
  if (before === undefined) throw new Error('zod is there');
  for (const change of [
    { bin: { evil: 'index.js' } },
    { dependencies: { evil: '*' } },
    { hasInstallScript: true as const },
    { license: 'MIT' },
  ]) {
    const packages = { ...others, 'node_modules/zod': { ...before, ...change } };
    const changed = { ...valid, closure: { ...npmClosure(valid), packages } };
    for (const { tarball, locked } of [server, zod])
      await blobs.readOr(locked.integrity, () => Promise.resolve(tarball));
    await expect(
      fetchClosure(changed, { registry: registry(), index: noIndex, images: noImages, blobs }),
    ).rejects.toMatchObject({
      code: 'E_LOCK',
      message: expect.stringMatching(/^the tarball of zod@4\.1\.5 gives the \w+ .*, but the lock says /u),
    });
  }
});

test('refuses a lock that does not list what a package bundles', async () => {
  const bundler = packedPackage('zod', '4.1.5', {
    'package.json': '{"name":"zod","version":"4.1.5"}',
    'node_modules/inner/package.json': '{"name":"inner","version":"1.0.0","license":"MIT"}',
  });
  const bundled = [{ path: 'node_modules/inner', name: 'inner', version: '1.0.0', license: 'MIT' }];
  const tarballs = new Map([...served, ['zod@4.1.5', bundler.tarball]]);
  const valid = lock();
  const withBundled = (listed?: typeof bundled): Lock => ({
    ...valid,
    closure: {
      ...npmClosure(valid),
      packages: {
        ...npmClosure(valid).packages,
        'node_modules/zod': { ...bundler.locked, ...(listed !== undefined && { bundled: listed }) },
      },
    },
  });
  await fetchClosure(withBundled(bundled), { registry: registry(tarballs), index: noIndex, images: noImages, blobs });
  await expect(
    fetchClosure(withBundled(), { registry: registry(tarballs), index: noIndex, images: noImages, blobs }),
  ).rejects.toMatchObject({
    name: 'Refusal',
    code: 'E_LOCK',
    message: 'the tarball of zod@4.1.5 bundles inner@1.0.0 (MIT) in node_modules/inner, and the lock does not list it',
    remedy: expect.stringContaining('run `registry lock` again'),
  });
});
