import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256, sha512 } from '../../core/digest.ts';
import type { BundledPackage, Lock, OciClosure } from '../../schemas/types.ts';
import { addLayers, memoryLayers } from '../../test/support/layers.ts';
import { startOci, type FakeOci } from '../../test/support/oci-registry.ts';
import { checkPlaces, partsFor, platformName, programOf } from '../kinds.ts';
import type { LockOf } from '../kind.ts';
import { checkLock } from '../lock-check.ts';
import type { Entry } from '../../test/support/tarballs.ts';
import type { Layers } from '../blobs.ts';
import { loadedPackages } from '../loaded.ts';
import { aManifest } from '../../test/support/statements.ts';
import { proveOci, resolveOci } from './lock.ts';
import { openOciRepository, type OpenImages } from './registry.ts';

const quick = { tryMs: 5_000, pauseMs: 1, retries: 0, deadlineMs: 10_000 };
const images: OpenImages = (host, path) =>
  openOciRepository(host, path, { registry: 'http://npm.test/' }, { times: quick });

let oci: FakeOci;
let digest: string;
let blobs: Layers;
beforeEach(async () => {
  oci = await startOci();
  blobs = memoryLayers();
  digest = push({ Entrypoint: ['/server'] });
});
afterEach(() => oci.close());

const npmPackage = (path: string, version: string): Entry => ({
  path: `${path}/package.json`,
  content: JSON.stringify({ name: 'tiny', version, license: 'MIT' }),
});
const metadata = 'Name: Httpx\nVersion: 0.28.1\nLicense-Expression: BSD-3-Clause\n';
const site = 'usr/lib/python3/site-packages/httpx-0.28.1.dist-info';
const files = [
  [npmPackage('app/node_modules/tiny', '1.0.0'), { path: `${site}/METADATA`, content: metadata }],
  [npmPackage('app/node_modules/tiny', '1.0.1'), npmPackage('app/node_modules/gone', '1.0.0')],
  [{ path: 'app/node_modules/.wh.gone' }],
];

/** Gives the digest of the manifest, which the tag 1.2.0 names from then on. */
const push = (config: object, layers: readonly (readonly Entry[])[] = files): string =>
  addLayers(oci, layers, { config, tag: '1.2.0' }).manifest.digest.slice('sha256:'.length);

const resolved = () => resolveOci({ host: oci.host, path: oci.path, tag: '1.2.0' }, digest, { images, blobs });

async function locked(): Promise<LockOf<OciClosure>> {
  const { artefact, closure } = await resolved();
  const lock: Lock = {
    ...{ schemaVersion: 1, name: 'a', version: '1.2.0', resolvedAsOf: '2026-04-15T00:00:00Z' },
    ...{ artefact, closure, capture: 'none', tools: [], instructions: [] },
  };
  return lock as LockOf<OciClosure>;
}

test('locks the image that the manifest declares, with both digests of its bytes', async () => {
  const { artefact } = await resolved();
  const bytes = oci.manifests.get('1.2.0') ?? Buffer.alloc(0);
  expect(artefact).toEqual({
    url: `oci://${oci.host}/${oci.path}:1.2.0`,
    sha256: sha256(bytes),
    sha512: sha512(bytes),
  });
});

test('refuses a tag that names another image by now, and says both digests', async () => {
  const moved = push({ Entrypoint: ['/other'] });
  await expect(resolved()).rejects.toMatchObject({
    code: 'E_DIGEST',
    message: `oci://${oci.host}/${oci.path}:1.2.0 now names the image sha256:${moved}, but the manifest says sha256:${digest}`,
  });
});

test('says that there is no such tag', async () => {
  oci.manifests.delete('1.2.0');
  await expect(resolved()).rejects.toMatchObject({ code: 'no-such-image' });
});

test('proves a lock by digest, wherever its tag points by now', async () => {
  const lock = await locked();
  push({ Entrypoint: ['/other'] });
  await expect(proveOci(lock, { images, blobs })).resolves.toBeUndefined();
});

test('refuses a lock with another sha512, another field, or a layer that is served otherwise', async () => {
  const lock = await locked();
  const other = { ...lock, artefact: { ...lock.artefact, sha512: '0'.repeat(128) } };
  await expect(proveOci(other, { images, blobs })).rejects.toMatchObject({ code: 'E_LOCK' });
  const started = lock.closure.images.map((image) => ({ ...image, entrypoint: ['/other'] }));
  await expect(
    proveOci({ ...lock, closure: { ...lock.closure, images: started } }, { images, blobs }),
  ).rejects.toMatchObject({
    code: 'E_LOCK',
  });
  oci.blobs.set(lock.closure.images[0]?.layers[0]?.digest ?? '', Buffer.from('laYer'));
  // What is kept already is not asked for again.
  await expect(proveOci(lock, { images, blobs })).resolves.toBeUndefined();
  await expect(proveOci(lock, { images, blobs: memoryLayers() })).rejects.toMatchObject({ code: 'E_DIGEST' });
});

const inside = [
  { path: 'app/node_modules/tiny', name: 'tiny', version: '1.0.1', license: 'MIT' },
  { type: 'pypi', path: site, name: 'httpx', version: '0.28.1', license: 'BSD-3-Clause' },
];

test('lists the packages that a container sees, whatever lower layers held', async () => {
  expect((await locked()).closure.bundled).toEqual(inside);
});

test('lists those of every platform, each once', async () => {
  const one = addLayers(oci, files);
  const other = addLayers(oci, [[npmPackage('app/node_modules/tiny', '2.0.0')]], { architecture: 'arm64' });
  const manifests = [one, other].map(({ os, architecture, manifest }) => ({
    ...manifest,
    platform: { os, architecture },
  }));
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests }));
  digest = sha256(index);
  for (const reference of ['1.2.0', `sha256:${digest}`]) oci.manifests.set(reference, index);
  const { closure, artefact } = await locked();
  expect(closure.bundled).toEqual([inside[0], { ...inside[0], version: '2.0.0' }, inside[1]]);
  const lock = { schemaVersion: 1, name: 'a', version: '1', resolvedAsOf: '', tools: [], instructions: [] } as const;
  const places = loadedPackages({ ...lock, tools: [], instructions: [], artefact, closure });
  expect(places.map(({ path }) => path)).toEqual([
    'image/app/node_modules/tiny',
    'image/app/node_modules/tiny#2',
    `image/${site}`,
  ]);
});

test.each<[string, (stated: readonly BundledPackage[]) => readonly BundledPackage[], string]>([
  [
    'leaves one out',
    (all) => all.slice(1),
    'holds tiny@1.0.1 (MIT) in app/node_modules/tiny, and the lock does not list it',
  ],
  [
    'names another version',
    ([one, ...rest]) => [{ path: '', name: '', ...one, version: '9.0.0' }, ...rest],
    'the lock does not list it',
  ],
  ['lists one more', (all) => [...all, { path: 'x', name: 'x' }], 'the lock lists x@no version (no licence) in x'],
  ['is in another order', (all) => all.toReversed(), 'twice or in another order'],
])('refuses a lock that %s', async (_, change, message) => {
  const lock = await locked();
  const changed = { ...lock, closure: { ...lock.closure, bundled: [...change(lock.closure.bundled ?? [])] } };
  await expect(proveOci(changed, { images, blobs })).rejects.toMatchObject({
    code: 'E_LOCK',
    message: expect.stringContaining(message),
  });
});

test('shows names of hostile files escaped', async () => {
  digest = push({}, [[npmPackage('node_modules/\u001b[2J', '1.0.0')]]);
  expect((await locked()).closure.bundled).toMatchObject([{ path: 'node_modules/%1B[2J', name: 'tiny' }]);
});

test('refuses a layer that is another one than the config says', async () => {
  digest = push({ Entrypoint: ['/server'] });
  const layer = (await locked()).closure.images[0]?.layers[0]?.digest ?? '';
  const other = {
    layerOr: async () =>
      async function* () {
        yield oci.blobs.get(layer)?.subarray(0, -1) ?? Buffer.alloc(0);
      },
  };
  await expect(
    resolveOci({ host: oci.host, path: oci.path, tag: '1.2.0' }, digest, { images, blobs: other }),
  ).rejects.toMatchObject({ name: 'Refusal' });
});

test('a lock of an image holds, and the artefact of another kind is a fault in it', async () => {
  const lock = await locked();
  expect([...checkPlaces(lock), ...checkLock(lock)]).toEqual([]);
  const npm = { ...lock, artefact: { ...lock.artefact, url: 'npm:a@1.2.0' } };
  expect(checkPlaces(npm)[0]?.message).toBe('it lists images, and the artefact is npm:a@1.2.0');
});

test('nothing of it lies on the disk, and a machine without an image for it is refused by name', async () => {
  const lock = await locked();
  expect(partsFor(lock, { os: 'linux', cpu: 'x64' })).toEqual([]);
  expect(platformName(lock, { os: 'darwin', cpu: 'x64' })).toBe('linux-amd64');
  for (const ask of [partsFor, platformName])
    expect(() => ask(lock, { os: 'linux', cpu: 'riscv64' })).toThrow('no image for linux/riscv64, but for linux/amd64');
});

test.each<[string, Partial<OciClosure['images'][number]>, object, string | undefined]>([
  ['what its entrypoint says', {}, {}, undefined],
  ['a command of the manifest', {}, { command: 'server' }, 'leave launch.command out'],
  ['a command without an entrypoint', { entrypoint: undefined, command: ['/a'] } as never, {}, undefined],
  ['nothing', { entrypoint: undefined } as never, {}, 'use an image with an entrypoint'],
  [
    'words, of which the first would be the program',
    { entrypoint: undefined, command: ['/a'] } as never,
    { arguments: [{ type: 'fixed', value: 'x' }] },
    'use an image with an entrypoint',
  ],
])('starts %s', async (_, change, launch, remedy) => {
  const lock = await locked();
  const changed = lock.closure.images.map((image) => ({ ...image, ...change }));
  const planned = programOf(aManifest({ launch }), { ...lock, closure: { ...lock.closure, images: changed } }, 'linux');
  expect(planned).toEqual(remedy === undefined ? { runs: 'container' } : { message: expect.any(String), remedy });
});
