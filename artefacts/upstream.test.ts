import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256 } from '../core/digest.ts';
import { noIndex } from '../test/support/statements.ts';
import { startOci, type FakeOci } from '../test/support/oci-registry.ts';
import { openNpmRegistry } from './npm/registry.ts';
import { openOciRepository } from './oci/registry.ts';
import type { OpenSources } from './open-sources.ts';
import { artefactAt, newerThan, type Versioned } from './upstream.ts';

let oci: FakeOci;
let image: Versioned;
let sources: OpenSources;
beforeEach(async () => {
  oci = await startOci();
  image = { kind: 'oci', host: oci.host, path: oci.path, tag: '1.2.0' };
  sources = {
    registry: await openNpmRegistry('http://127.0.0.1:9'),
    index: noIndex,
    images: (host, path) => openOciRepository(host, path, { registry: 'http://npm.test/' }),
  };
});
afterEach(() => oci.close());

test('newer tags of an image are named, and none is offered: no registry says when it was pushed', async () => {
  oci.otherwise = ({ url = '' }, response) => {
    if (!url.startsWith(`/v2/${oci.path}/tags/list`)) return false;
    response.end(JSON.stringify({ tags: url.includes('last=') ? [] : ['1.1.0', '1.2.0', '1.3.0', '2.0.0', 'latest'] }));
    return true;
  };
  expect(await newerThan(image, 3, new Date(), sources)).toEqual({ cooling: [], undated: ['2.0.0', '1.3.0'] });
});

test('a tag is pinned by the digest that it has now', async () => {
  oci.addManifest({ schemaVersion: 2 }, '1.3.0');
  expect(await artefactAt(image, '1.3.0', sources)).toEqual({
    url: `oci://${oci.host}/${oci.path}:1.3.0`,
    sha256: sha256(oci.manifests.get('1.3.0') ?? Buffer.alloc(0)),
  });
  await expect(artefactAt(image, '9.0.0', sources)).rejects.toMatchObject({ code: 'no-such-image' });
});
