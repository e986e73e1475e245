import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256, sha512 } from '../../core/digest.ts';
import type { Lock, OciClosure } from '../../schemas/types.ts';
import { startOci, type FakeOci } from '../../test/support/oci-registry.ts';
import { checkPlaces, partsFor, platformName, programOf } from '../kinds.ts';
import type { LockOf } from '../kind.ts';
import { checkLock } from '../lock-check.ts';
import { aManifest } from '../../test/support/statements.ts';
import { proveOci, resolveOci, type OpenImages } from './lock.ts';
import { openOciRepository } from './registry.ts';

const quick = { tryMs: 5_000, pauseMs: 1, retries: 0, deadlineMs: 10_000 };
const images: OpenImages = (host, path) =>
  openOciRepository(host, path, { registry: 'http://npm.test/' }, { times: quick });

let oci: FakeOci;
let digest: string;
beforeEach(async () => {
  oci = await startOci();
  digest = push({ Entrypoint: ['/server'] });
});
afterEach(() => oci.close());

/** Gives the digest of the manifest, which the tag 1.2.0 names from then on. */
function push(config: object): string {
  const layer = oci.addBlob('application/vnd.oci.image.layer.v1.tar', Buffer.from('layer'));
  const document = { os: 'linux', architecture: 'amd64', config, rootfs: { type: 'layers', diff_ids: [layer.digest] } };
  const described = oci.addBlob('application/vnd.oci.image.config.v1+json', Buffer.from(JSON.stringify(document)));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = { schemaVersion: 2, mediaType, config: described, layers: [layer] };
  return oci.addManifest(manifest, '1.2.0').digest.slice('sha256:'.length);
}

const resolved = () => resolveOci({ host: oci.host, path: oci.path, tag: '1.2.0' }, digest, { images });

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
  await expect(proveOci(lock, images)).resolves.toBeUndefined();
});

test('refuses a lock with another sha512, another field, or a layer that is served otherwise', async () => {
  const lock = await locked();
  const other = { ...lock, artefact: { ...lock.artefact, sha512: '0'.repeat(128) } };
  await expect(proveOci(other, images)).rejects.toMatchObject({ code: 'E_LOCK' });
  const started = lock.closure.images.map((image) => ({ ...image, entrypoint: ['/other'] }));
  await expect(proveOci({ ...lock, closure: { ...lock.closure, images: started } }, images)).rejects.toMatchObject({
    code: 'E_LOCK',
  });
  oci.blobs.set(lock.closure.images[0]?.layers[0]?.digest ?? '', Buffer.from('laYer'));
  await expect(proveOci(lock, images)).rejects.toMatchObject({ code: 'E_DIGEST' });
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
