import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { openNpmRegistry } from '../artefacts/npm/registry.ts';
import { openSources } from '../artefacts/open-sources.ts';
import { integrityOf, sha256 } from '../core/digest.ts';
import type { Lock, LockedPackage, Manifest } from '../schemas/types.ts';
import { BlobStore } from '../store/blob-store.ts';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { temporaryFolder } from '../test/support/folder.ts';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { startNpm, type FakePackage } from '../test/support/npm-registry.ts';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { tinyManifest } from '../test/support/tiny-server.ts';
import { makeLock, type Resolver } from './lock.ts';
import { proveLock, proveLockAndTools } from './proof.ts';
import { npmClosure, noImages, noIndex } from '../test/support/statements.ts';

const leaf = (version: string, publishedAt: string, name = 'leaf'): FakePackage => ({
  name,
  version,
  publishedAt,
  files: { 'index.js': `exports.version = '${version}';\n` },
});

/** The mirror on the day of the lock. */
const packages: readonly FakePackage[] = [
  {
    name: 'tiny-server',
    version: '1.0.0',
    publishedAt: '2026-01-01T00:00:00.000Z',
    manifest: { bin: 'index.js', dependencies: { leaf: '^1.0.0' } },
    files: { 'index.js': '' },
  },
  leaf('1.0.0', '2026-01-01T00:00:00.000Z'),
  leaf('1.1.0', '2026-02-01T00:00:00.000Z'),
];

const blobs = async (): Promise<BlobStore> => new BlobStore(await temporaryFolder());

async function mirrorOf(...start: Parameters<typeof startNpm>): Promise<Resolver & { readonly url: string }> {
  const npm = await startNpm(...start);
  onTestFinished(() => npm.close());
  return { ...(await openSources({ npmRegistry: npm.url })), blobs: await blobs(), url: npm.url };
}

let lock: Lock;
let manifest: Manifest;

beforeAll(async () => {
  const npm = await startNpm(packages);
  manifest = parse(tinyManifest(sha256(npm.tarball('tiny-server', '1.0.0')))) as Manifest;
  const resolver = { ...(await openSources({ npmRegistry: npm.url })), blobs: await blobs() };
  lock = await makeLock(manifest, new Date('2026-03-01T00:00:00Z'), false, resolver);
  await npm.close();
});

const path = 'node_modules/leaf';
const changed = (change: Partial<LockedPackage>, more: Partial<Lock> = {}): Lock => ({
  ...lock,
  ...more,
  closure: {
    ...npmClosure(lock),
    packages: {
      ...npmClosure(lock).packages,
      [path]: { ...(npmClosure(lock).packages[path] as LockedPackage), ...change },
    },
  },
});
const found = async (of: Lock, resolver: Resolver): Promise<string[]> =>
  (await proveLock(of, resolver)).map(({ code, subject }) => `${code} ${subject}`);

describe('a lock is proved', () => {
  test.each<[string, Parameters<typeof startNpm>]>([
    ['the one that it was made with', [packages]],
    [
      'one that shows more, of before the date and after it',
      [[...packages, leaf('1.2.0', '2026-02-15T00:00:00.000Z'), leaf('1.3.0', '2026-11-20T00:00:00.000Z')]],
    ],
    ['one that holds a locked version back', [packages, { heldBack: ['leaf@1.1.0'] }]],
    ['one that shows a package not at all', [packages, { heldBack: ['leaf@1.0.0', 'leaf@1.1.0'] }]],
    ['one without dates', [packages, { withDates: false }]],
    ['one that states no integrity', [packages.map((each) => ({ ...each, dist: { integrity: undefined } }))]],
  ])('by a mirror like %s', async (_, mirror) => {
    expect(npmClosure(lock).packages[path]?.version).toBe('1.1.0');
    expect(await found(lock, await mirrorOf(...mirror))).toEqual([]);
  });
});

describe('a lock is not proved', () => {
  test.each<[string, () => Lock, string]>([
    ['another tree', () => changed({ tree: '0'.repeat(64) }), 'lock-entry leaf@1.1.0'],
    [
      'a dependency that the package does not have',
      () => changed({ optionalDependencies: { x: '1' } }),
      'lock-entry leaf@1.1.0',
    ],
    ['an install script that is not there', () => changed({ hasInstallScript: true }), 'lock-entry leaf@1.1.0'],
    [
      'a bundled package that is not there',
      () => changed({ bundled: [{ path: 'node_modules/x', name: 'x', version: '1.0.0' }] }),
      'lock-bundled leaf@1.1.0',
    ],
    ['a licence that the package does not state', () => changed({ license: 'MIT' }), 'lock-entry leaf@1.1.0'],
    ['the bytes of another version', () => changed({ version: '1.0.0' }), 'lock-digest leaf@1.0.0'],
    [
      'the bytes of nothing',
      () => changed({ integrity: `sha512-${Buffer.alloc(64).toString('base64')}` }),
      'lock-digest leaf@1.1.0',
    ],
    ['a version that nobody published', () => changed({ version: '1.1.1' }), 'lock-vanished leaf@1.1.1'],
    [
      'a date before a package',
      () => changed({}, { resolvedAsOf: '2026-01-31T23:59:59Z' }),
      'lock-younger-package leaf@1.1.0',
    ],
    [
      'an artefact of another sha256',
      () => changed({}, { artefact: { url: '', sha512: '', ...lock.artefact, sha256: '0'.repeat(64) } }),
      'lock-digest tiny-server@1.0.0',
    ],
  ])('with %s', async (_, make, expected) => {
    expect(await found(make(), await mirrorOf(packages))).toEqual([expected]);
  });

  test('with a dependency that is not satisfied', async () => {
    const { [path]: _, ...rest } = npmClosure(lock).packages;
    const without = { ...lock, closure: { ...npmClosure(lock), packages: rest } };
    expect(await found(without, await mirrorOf(packages))).toEqual(['unsatisfied-edge closure']);
  });

  test('with the content of another package, although these bytes are already stored', async () => {
    const { dist: _, ...evil } = leaf('1.1.0', '2026-01-01T00:00:00.000Z');
    // Published under one name, and named like another one inside.
    const entries = [
      { path: 'package/package.json', content: JSON.stringify({ name: 'leaf', version: '1.1.0' }) },
      { path: 'package/index.js', content: 'evil()\n' },
    ];
    const impostor: FakePackage = { ...evil, name: 'impostor', entries };
    const resolver = await mirrorOf([...packages, impostor]);
    const tarball = await resolver.registry.tarball('impostor', '1.1.0');
    await resolver.blobs.readOr(integrityOf(tarball), async () => tarball);
    for (const mirror of [resolver, await mirrorOf([...packages, impostor], { heldBack: ['leaf@1.1.0'] })])
      expect(await found(changed({ integrity: integrityOf(tarball) }), { ...mirror, blobs: resolver.blobs })).toEqual([
        'lock-digest leaf@1.1.0',
      ]);
  });

  test('and the fault names both values', async () => {
    const [fault] = await proveLock(changed({ tree: '0'.repeat(64) }), await mirrorOf(packages));
    expect(fault?.message).toBe(
      `the archive of leaf@1.1.0 gives the tree ${npmClosure(lock).packages[path]?.tree ?? ''}, but the lock says ${'0'.repeat(64)}`,
    );
  });
});

test('an unreachable registry proves nothing', async () => {
  const npm = await startNpm(packages);
  const registry = await openNpmRegistry(npm.url, { tryMs: 200, pauseMs: 1, retries: 0, deadlineMs: 500 });
  await npm.close();
  await expect(
    proveLock(lock, { registry, index: noIndex, images: noImages, blobs: await blobs() }),
  ).rejects.toMatchObject({
    code: 'network',
  });
});

test('tools that were not captured are a warning', async () => {
  expect(await proveLockAndTools(manifest, lock, false, await mirrorOf(packages))).toMatchObject([
    { code: 'tools-not-checked', severity: 'warning' },
  ]);
});
