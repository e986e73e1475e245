/** The registry's document of a package and the package.json in its tarball can differ. The lock must follow the tarball. */
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { sha256 } from '../core/digest.ts';
import { openSources } from '../artefacts/open-sources.ts';
import type { LockedPackage, Manifest } from '../schemas/types.ts';
import { BlobStore } from '../store/blob-store.ts';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { temporaryFolder } from '../test/support/folder.ts';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { startNpm, type FakePackage } from '../test/support/npm-registry.ts';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { tinyManifest } from '../test/support/tiny-server.ts';
import { makeLock } from './lock.ts';
import { npmClosure } from '../test/support/statements.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A package whose tarball has other fields than the registry says; a name or a version may be among them. */
const confused = (name: string, registry: Fields, tarball: Fields, more: readonly string[] = []): FakePackage => ({
  name,
  version: '1.0.0',
  manifest: registry,
  entries: [
    { path: 'package/package.json', content: JSON.stringify({ name, version: '1.0.0', ...tarball }) },
    ...['index.js', 'other.js', ...more].map((file) => ({ path: `package/${file}`, content: '{}' })),
  ],
});

const plain = (name: string, version = '1.0.0'): FakePackage => ({ name, version, files: { 'index.js': '' } });

/** How `leaf` stands in the lock of a server that loads it, with the names of all packages; or the code of the failure. */
async function locked(leaf: FakePackage): Promise<(Partial<LockedPackage> & { all: string[] }) | string> {
  const server: FakePackage = {
    name: 'tiny-server',
    version: '1.0.0',
    manifest: { bin: 'index.js', dependencies: { leaf: '1.0.0' } },
    files: { 'index.js': '' },
  };
  const npm = await startNpm([server, leaf, plain('extra'), plain('extra', '2.0.0')]);
  onTestFinished(() => npm.close());
  const manifest = parse(tinyManifest(sha256(npm.tarball('tiny-server', '1.0.0')))) as Manifest;
  const resolver = { ...(await openSources({ npmRegistry: npm.url })), blobs: new BlobStore(await temporaryFolder()) };
  try {
    const closure = npmClosure(await makeLock(manifest, new Date('2026-03-01T00:00:00Z'), false, resolver));
    const all = Object.values(closure.packages).map(({ name, version }) => `${name}@${version}`);
    return { ...closure.packages['node_modules/leaf'], all };
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  }
}

test.each<[string, Fields, Fields, object]>([
  ['license', { license: 'MIT' }, { license: 'AGPL-3.0-only' }, { license: 'AGPL-3.0-only' }],
  ['scripts', {}, { scripts: { postinstall: 'node other.js' } }, { hasInstallScript: true }],
  ['bin', { bin: { leaf: 'index.js' } }, { bin: { leaf: 'other.js' } }, { bin: { leaf: 'other.js' } }],
  ['os', {}, { os: ['darwin'] }, { os: ['darwin'] }],
  ['cpu', {}, { cpu: ['!ia32'] }, { cpu: ['!ia32'] }],
  ['libc', {}, { libc: ['musl'] }, { libc: ['musl'] }],
  ['optionalDependencies', {}, { optionalDependencies: { x: '1' } }, { optionalDependencies: { x: '1' } }],
  [
    'range of a dependency',
    { dependencies: { extra: '*' } },
    { dependencies: { extra: '>=1' } },
    { dependencies: { extra: '>=1' } },
  ],
  [
    'peerDependenciesMeta',
    {},
    { peerDependencies: { x: '1' }, peerDependenciesMeta: { x: { optional: true } } },
    { peerDependencies: { x: '1' }, optionalPeers: ['x'] },
  ],
])('takes the %s from the tarball', async (_, registry, tarball, expected) => {
  expect(await locked(confused('leaf', registry, tarball))).toMatchObject(expected);
});

test.each<[string, Fields]>([
  ['a licence', { license: 'MIT' }],
  ['a bin', { bin: { leaf: 'index.js' } }],
  ['an install script', { hasInstallScript: true, scripts: { install: 'node other.js' } }],
  ['engines', { engines: { node: '^99.0.0' } }],
])('takes nothing from the registry when only it names %s', async (_, registry) => {
  const found = await locked(confused('leaf', registry, {}));
  expect(found).toEqual({
    ...{ name: 'leaf', version: '1.0.0', all: ['leaf@1.0.0', 'tiny-server@1.0.0'] },
    ...{ integrity: expect.any(String), tree: expect.any(String) },
  });
});

test.each<[string, Fields, Fields, string]>([
  ['a dependency that only the tarball names', {}, { dependencies: { extra: '1.0.0' } }, 'unsatisfied-edge'],
  ['a dependency that only the registry names', { dependencies: { extra: '1.0.0' } }, {}, 'extraneous-package'],
  [
    'a version that the tarball does not accept',
    { dependencies: { extra: '2.0.0' } },
    { dependencies: { extra: '1.0.0' } },
    'unsatisfied-edge',
  ],
  ['a peer that only the tarball names', {}, { peerDependencies: { extra: '1.0.0' } }, 'unsatisfied-edge'],
  [
    'a dependency that only the registry calls optional',
    { optionalDependencies: { extra: '1.0.0' } },
    { dependencies: { extra: '1.0.0' } },
    'optional-flag',
  ],
  [
    'a dependency that only the registry calls bundled',
    { dependencies: { extra: '1.0.0' }, bundleDependencies: ['extra'] },
    { dependencies: { extra: '1.0.0' } },
    'unsatisfied-edge',
  ],
  ['another name', {}, { name: 'other' }, 'unpinned'],
  ['another version', {}, { version: '1.0.1' }, 'unpinned'],
])('refuses %s', async (_, registry, tarball, code) => {
  expect(await locked(confused('leaf', registry, tarball))).toBe(code);
});

test('lists what the tarball bundles although the registry does not say so', async () => {
  const leaf = confused('leaf', {}, {}, ['node_modules/extra/package.json']);
  expect(await locked(leaf)).toMatchObject({
    bundled: [{ path: 'node_modules/extra', name: 'extra' }],
    all: ['leaf@1.0.0', 'tiny-server@1.0.0'],
  });
});
