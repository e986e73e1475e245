import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { startOci, type Descriptor } from '../../test/support/oci-registry.ts';
import { imageDifference, proveImage, proveImages, resolveImage } from './image.ts';
import type { LockedImages } from './locked-images.ts';
import { openOciRepository } from './registry.ts';

const oci = await startOci();
afterAll(() => oci.close());
beforeEach(() => {
  oci.manifests.clear();
  oci.blobs.clear();
});

const open = () => openOciRepository(oci.host, oci.path, { registry: 'http://npm.test/' });
const resolve = (reference = 'latest', digest?: string): Promise<LockedImages> =>
  resolveImage(open(), reference, digest);

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};
const start = {
  Entrypoint: ['/server'],
  Cmd: ['--stdio'],
  Env: ['PATH=/bin', 'GREETING=a=b'],
  User: '1000',
  WorkingDir: '/srv',
  ExposedPorts: { '8080/tcp': {}, '443/tcp': {} },
  Volumes: { '/data': {} },
  Labels: { 'org.opencontainers.image.source': 'https://example.com/x', maintainer: 'somebody' },
};
const words = {
  entrypoint: ['/server'],
  command: ['--stdio'],
  environment: ['PATH=/bin', 'GREETING=a=b'],
  user: '1000',
  workingFolder: '/srv',
  exposedPorts: ['443/tcp', '8080/tcp'],
  volumes: ['/data'],
  labels: { 'org.opencontainers.image.source': 'https://example.com/x' },
};

type Change = Readonly<Record<string, unknown>>;

/** Keeps a config, a layer and a manifest. Every part may be changed. */
function addImage(
  architecture = 'amd64',
  changes: { config?: Change; manifest?: Change; layer?: Change } = {},
  tag?: string,
) {
  const layer = oci.addBlob(types.layer, Buffer.from(`the layer for ${architecture}`));
  const rootfs = { type: 'layers', diff_ids: [`sha256:${'ab'.repeat(32)}`] };
  const config = { os: 'linux', architecture, config: start, rootfs, ...changes.config };
  const described = oci.addBlob(types.config, Buffer.from(JSON.stringify(config)));
  const manifest = oci.addManifest(
    {
      schemaVersion: 2,
      mediaType: types.manifest,
      config: described,
      layers: [{ ...layer, ...changes.layer }],
      ...changes.manifest,
    },
    tag,
  );
  return { manifest, config: described, layer };
}

const addIndex = (manifests: readonly unknown[], changes: Change = {}): Descriptor => ({
  ...oci.addManifest({ schemaVersion: 2, mediaType: types.index, manifests, ...changes }, 'latest'),
  mediaType: types.index,
});

test('says everything of one image, whose platform is in its config', async () => {
  const { manifest, config, layer } = addImage('arm64', { config: { variant: 'v8' } }, 'latest');
  const expected = {
    kind: 'oci',
    images: [{ os: 'linux', architecture: 'arm64', variant: 'v8', manifest, config, layers: [layer], ...words }],
  };
  await expect(resolve()).resolves.toEqual(expected);
  await expect(resolve('gone', manifest.digest)).resolves.toEqual(expected);
});

test('says every image of an index, sorted by platform, and leaves out what is no image for linux', async () => {
  const [amd, arm, windows] = [addImage('amd64'), addImage('arm'), addImage('amd64', { config: { os: 'windows' } })];
  const index = addIndex([
    { ...arm.manifest, platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
    { ...windows.manifest, platform: { os: 'windows', architecture: 'amd64' } },
    { ...amd.manifest, platform: { os: 'linux', architecture: 'amd64' } },
    { ...amd.manifest, platform: { os: 'unknown', architecture: 'unknown' } },
  ]);
  const found = await resolve();
  expect(found.index).toEqual(index);
  expect(found.images.map(({ architecture, variant, manifest }) => [architecture, variant, manifest.digest])).toEqual([
    ['amd64', undefined, amd.manifest.digest],
    ['arm', 'v7', arm.manifest.digest],
  ]);
});

test.each<[string, Change]>([
  ["Docker's types", { mediaType: 'application/vnd.docker.distribution.manifest.v2+json' }],
  ['no type of its own', { mediaType: undefined }],
])('takes a manifest with %s', async (_, manifest) => {
  addImage('amd64', { manifest }, 'latest');
  await expect(resolve()).resolves.toMatchObject({ images: [{ architecture: 'amd64' }] });
});

test('leaves out what a config says nothing about', async () => {
  addImage('amd64', { config: { config: { Entrypoint: null, Env: null, Labels: null, User: '' } } }, 'latest');
  expect(Object.keys((await resolve()).images[0] ?? {})).toEqual([
    'os',
    'architecture',
    'manifest',
    'config',
    'layers',
  ]);
});

test('says where an image is missing', async () => {
  await expect(resolve('none')).rejects.toMatchObject({ name: 'Failure', code: 'no-such-image' });
});

test.each<[string, Parameters<typeof addImage>[1], string, string]>([
  ['the first schema', { manifest: { schemaVersion: 1 } }, 'E_UNSUPPORTED', 'is in the first schema of Docker'],
  ['an unknown schema', { manifest: { schemaVersion: 3 } }, 'E_FORMAT', 'has the schemaVersion 3, not 2'],
  ['two meanings', { manifest: { manifests: [] } }, 'E_FORMAT', 'is an index and a manifest at the same time'],
  ['another type', { manifest: { mediaType: 'text/plain' } }, 'E_UNSUPPORTED', 'has the media type "text/plain"'],
  ['a type that is no text', { manifest: { mediaType: 5 } }, 'E_UNSUPPORTED', 'has the media type 5'],
  ['the type of an index', { manifest: { mediaType: types.index } }, 'E_FORMAT', 'manifests are no list'],
  [
    'a config of an artefact',
    {
      manifest: {
        config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: `sha256:${'a'.repeat(64)}`, size: 2 },
      },
    },
    'E_UNSUPPORTED',
    'is no image: its config has the media type "application/vnd.oci.empty.v1+json"',
  ],
  ['no layers', { manifest: { layers: [] } }, 'E_FORMAT', 'has no layers'],
  ['too many layers', { manifest: { layers: Array.from({ length: 257 }) } }, 'E_TOO_LARGE', 'are 257, more than 256'],
  ['a layer from elsewhere', { layer: { urls: ['https://example.com/x'] } }, 'E_UNSUPPORTED', 'is kept elsewhere'],
  [
    'a foreign layer',
    { layer: { mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' } },
    'E_UNSUPPORTED',
    'is kept elsewhere',
  ],
  [
    'an unknown layer',
    { layer: { mediaType: `${types.layer}+encrypted` } },
    'E_UNSUPPORTED',
    'is no layer that is known',
  ],
  ['sha512', { layer: { digest: `sha512:${'a'.repeat(128)}` } }, 'E_UNSUPPORTED', 'is named by sha512'],
  ['a digest that is a path', { layer: { digest: '../../x' } }, 'E_FORMAT', 'has the digest "../../x"'],
  ['no size', { layer: { size: undefined } }, 'E_FORMAT', 'has the size none'],
  ['a size below one', { layer: { size: 0 } }, 'E_FORMAT', 'has the size 0'],
  ['a layer of a petabyte', { layer: { size: 2 ** 50 } }, 'E_TOO_LARGE', 'bytes, more than'],
  [
    'more layers than its config',
    { config: { rootfs: { type: 'layers', diff_ids: [] } } },
    'E_FORMAT',
    'names 0 layers',
  ],
  ['no rootfs', { config: { rootfs: undefined } }, 'E_FORMAT', 'has no `rootfs` of layers'],
  ['no platform', { config: { architecture: undefined } }, 'E_FORMAT', 'has a platform that names none'],
  ['a platform that is a path', { config: { architecture: '../x' } }, 'E_FORMAT', 'has a platform that names none'],
  ['another system', { config: { os: 'windows' } }, 'E_UNSUPPORTED', 'is for windows/amd64, not for linux'],
  ['a config that is a list', { config: { config: [] } }, 'E_FORMAT', 'has a `config` that is no object'],
  ['a variable without a value', { config: { config: { Env: ['PATH'] } } }, 'E_FORMAT', 'has a variable that is not'],
  ['words that are no text', { config: { config: { Cmd: [5] } } }, 'E_FORMAT', 'holds something else than text'],
  ['a word with a zero', { config: { config: { Cmd: ['a\0b'] } } }, 'E_FORMAT', 'holds something else than text'],
  ['a long word', { config: { config: { Cmd: ['a'.repeat(40_000)] } } }, 'E_TOO_LARGE', 'characters'],
  [
    'a volume that is an option',
    { config: { config: { Volumes: { '/a:exec': {} } } } },
    'E_FORMAT',
    'has a volume in "/a:exec"',
  ],
  ['a volume that leads out', { config: { config: { Volumes: { '/a/../b': {} } } } }, 'E_FORMAT', 'has a volume'],
])('refuses an image with %s', async (_, changes, code, message) => {
  addImage('amd64', changes, 'latest');
  await expect(resolve()).rejects.toMatchObject({ name: 'Refusal', code, message: expect.stringContaining(message) });
});

test.each<[string, (image: ReturnType<typeof addImage>) => unknown[], string, string]>([
  [
    'another platform',
    ({ manifest }) => [{ ...manifest, platform: { os: 'linux', architecture: 'arm64' } }],
    'E_FORMAT',
    'is for linux/amd64, and its index says linux/arm64',
  ],
  ['another size', ({ manifest }) => [{ ...manifest, size: manifest.size + 1 }], 'E_FORMAT', 'and the index'],
  [
    'another type',
    ({ manifest }) => [{ ...manifest, mediaType: 'application/vnd.docker.distribution.manifest.v2+json' }],
    'E_FORMAT',
    'and the index',
  ],
  [
    'an index inside',
    ({ manifest }) => [{ ...manifest, mediaType: types.index }],
    'E_UNSUPPORTED',
    'is no manifest of an image',
  ],
  ['one platform twice', ({ manifest }) => [manifest, manifest], 'E_FORMAT', 'holds two images for linux/amd64'],
  [
    'nothing for linux',
    ({ manifest }) => [{ ...manifest, platform: { os: 'windows', architecture: 'amd64' } }],
    'E_UNSUPPORTED',
    'holds no image for linux, but for windows/amd64',
  ],
  ['nothing', () => [], 'E_UNSUPPORTED', 'holds no image for linux'],
  ['words', () => ['x'], 'E_FORMAT', 'manifest 1 is no object'],
])('refuses an index with %s', async (_, entries, code, message) => {
  addIndex(entries(addImage()));
  await expect(resolve()).rejects.toMatchObject({ name: 'Refusal', code, message: expect.stringContaining(message) });
});

test('refuses a config of another size than the manifest says', async () => {
  const { config } = addImage();
  addImage('amd64', { manifest: { config: { ...config, size: config.size - 1 } } }, 'latest');
  await expect(resolve()).rejects.toMatchObject({
    code: 'E_FORMAT',
    message: expect.stringMatching(/^the config of .* bytes/u),
  });
});

describe('what a lock says', () => {
  async function locked(): Promise<LockedImages> {
    const { manifest } = addImage('amd64');
    addIndex([manifest, addImage('arm64').manifest]);
    return resolve();
  }
  const copy = (lock: LockedImages): LockedImages => JSON.parse(JSON.stringify(lock)) as LockedImages;

  test('is proved where the registry holds the same, after its tag has moved too', async () => {
    const lock = copy(await locked());
    oci.manifests.delete('latest');
    await expect(proveImages(open(), lock)).resolves.toBeUndefined();
  });

  test.each(Object.keys(words).concat('os', 'architecture', 'variant', 'manifest', 'config', 'layers'))(
    'is refused with another %s',
    async (field) => {
      const lock = copy(await locked());
      Object.assign(lock.images[0] ?? {}, { [field]: 'another' });
      await expect(proveImages(open(), lock)).rejects.toMatchObject({ name: 'Refusal', code: 'E_LOCK' });
    },
  );

  test('is refused without an image, with one more, in another order, or with another index', async () => {
    const lock = await locked();
    const [first, second] = lock.images;
    if (first === undefined || second === undefined) throw new Error('two images are needed');
    const more = { ...first, architecture: 's390x' };
    const differences = [
      { ...lock, images: [first] },
      { ...lock, images: [first, second, more] },
      { ...lock, images: [second, first] },
      { ...lock, images: [first, first, second] },
      { kind: 'oci' as const, images: lock.images },
      { ...lock, index: { ...first.manifest } },
      { ...lock, more: 1 },
    ].map((other) => imageDifference('x', other, lock));
    expect(differences).toEqual([
      'x holds an image for linux/arm64, and the lock does not list it',
      'the lock lists an image for linux/s390x, and x holds none',
      ...Array.from(
        { length: 2 },
        () => 'the lock lists the images of x twice, in another order, or with another field',
      ),
      expect.stringMatching(/^the index of x has the digest "sha256:.*", and the lock says none$/u),
      expect.stringMatching(/^the index of x has the digest "sha256:.*", and the lock says "sha256:.*"$/u),
      'the lock lists the images of x twice, in another order, or with another field',
    ]);
    await expect(proveImages(open(), { kind: 'oci', images: [] })).rejects.toMatchObject({ code: 'E_LOCK' });
  });

  test('is refused after one byte of anything has changed, wherever it is', async () => {
    const lock = await locked();
    let flips = 0;
    for (const store of [oci.manifests, oci.blobs])
      for (const [key, bytes] of [...store].filter(([name]) => name !== 'latest'))
        for (let offset = 0; offset < bytes.byteLength; offset += 37) {
          const flipped = Buffer.from(bytes);
          flipped[offset] = (flipped[offset] ?? 0) ^ 1;
          store.set(key, flipped);
          await expect(proveImages(open(), lock)).rejects.toMatchObject({ name: 'Refusal', code: 'E_DIGEST' });
          store.set(key, bytes);
          flips++;
        }
    expect(flips).toBeGreaterThan(50);
    await expect(proveImages(open(), lock)).resolves.toBeUndefined();
  });

  test('is proved for one platform too, without its layers', async () => {
    const lock = await locked();
    const [first] = lock.images;
    if (first === undefined) throw new Error('an image is needed');
    for (const { digest } of first.layers) oci.blobs.delete(digest);
    await expect(proveImage(open(), first)).resolves.toBeUndefined();
    await expect(proveImage(open(), { ...first, variant: 'v2' })).resolves.toBeUndefined();
    await expect(proveImage(open(), { ...first, architecture: 's390x' })).rejects.toMatchObject({ code: 'E_FORMAT' });
    await expect(proveImage(open(), { ...first, user: '0' })).rejects.toMatchObject({
      code: 'E_LOCK',
      message: expect.stringContaining('has the user "1000", and the lock says "0"'),
    });
    const index = lock.index ?? first.manifest;
    await expect(proveImage(open(), { ...first, manifest: index })).rejects.toMatchObject({ code: 'E_LOCK' });
    const bytes = oci.manifests.get(first.manifest.digest) ?? Buffer.alloc(0);
    oci.manifests.set(first.manifest.digest, Buffer.concat([bytes, Buffer.from(' ')]));
    await expect(proveImage(open(), first)).rejects.toMatchObject({ code: 'E_DIGEST' });
  });

  test('is refused where a layer has another size', async () => {
    const { layer } = addImage('amd64');
    addImage('amd64', { layer: { size: layer.size + 1 } }, 'latest');
    await expect(proveImages(open(), await resolve())).rejects.toMatchObject({ code: 'E_DIGEST' });
  });
});
