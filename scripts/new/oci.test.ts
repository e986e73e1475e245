import { afterAll, beforeEach, expect, test } from 'vitest';
import { openOciRepository } from '../../artefacts/oci/registry.ts';
import { startOci } from '../../test/support/oci-registry.ts';
import { ociArtefact } from './oci.ts';

const oci = await startOci();
afterAll(() => oci.close());
beforeEach(() => {
  oci.manifests.clear();
  oci.blobs.clear();
});

/** Keeps an image whose config says this, under a tag. @returns its digest, in hexadecimal */
function addImage(config: Readonly<Record<string, unknown>>, tag: string): string {
  const rootfs = { type: 'layers', diff_ids: [`sha256:${'ab'.repeat(32)}`] };
  const { digest } = oci.addManifest(
    {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: oci.addBlob(
        'application/vnd.oci.image.config.v1+json',
        Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', config, rootfs })),
      ),
      layers: [oci.addBlob('application/vnd.oci.image.layer.v1.tar+gzip', Buffer.from('a layer'))],
    },
    tag,
  );
  return digest.replace('sha256:', '');
}

const found = (tag: string) =>
  ociArtefact({ kind: 'oci', host: oci.host, path: oci.path, tag }, (host, path) =>
    openOciRepository(host, path, { registry: 'http://npm.test/' }),
  );

const label = (name: string): string => `org.opencontainers.image.${name}`;

test('is described by its labels and its variables, and pinned to the digest of the tag', async () => {
  const sha256 = addImage(
    {
      Entrypoint: ['/server'],
      Env: ['PATH=/bin', 'PYTHON_VERSION=3.13.1', 'LANG=C.UTF-8', 'POSTGRES_HOST=db', 'POSTGRES_PASSWORD=unsafe'],
      Labels: {
        [label('description')]: 'Reads a database,\n and nothing else.',
        [label('licenses')]: 'MIT',
        [label('source')]: 'https://github.com/example/mcp-postgres.git',
        [label('version')]: '9.9.9',
      },
    },
    'v1.2.0',
  );
  expect(await found('v1.2.0')).toEqual({
    names: ['postgres'],
    version: '1.2.0',
    description: 'Reads a database, and nothing else.',
    license: 'MIT',
    repository: 'https://github.com/example/mcp-postgres',
    url: `oci://${oci.host}/${oci.path}:v1.2.0`,
    sha256,
    commands: [],
    hints: {
      variables: [
        { name: 'POSTGRES_HOST', secret: false, required: false, default: 'db' },
        { name: 'POSTGRES_PASSWORD', secret: true, required: false },
      ],
      arguments: [],
      hosts: [],
    },
  });
});

test.each([
  ['of its label', { Labels: { [label('version')]: '1.2.0' } }, '1.2.0'],
  ['that is asked for, where no label says it', {}, undefined],
])('has under a tag that moves the version %s', async (_, config, version) => {
  addImage(config, 'latest');
  expect((await found('latest')).version).toBe(version);
});

test('that is not there is named', async () => {
  await expect(found('1.0.0')).rejects.toMatchObject({ code: 'no-such-image' });
});
