/** Layers of images for tests: made of entries, and kept in memory. */
import { gzipSync } from 'node:zlib';
import { sha256 } from '../../core/digest.ts';
import type { Layers } from '../../artefacts/blobs.ts';
import type { OciClosure } from '../../schemas/types.ts';
import type { FakeOci } from './oci-registry.ts';
import { tarOf, type Entry } from './tarballs.ts';

export function memoryLayers(): Layers {
  const kept = new Map<string, Uint8Array[]>();
  return {
    layerOr: async (digest, fetch) => {
      let chunks = kept.get(digest) ?? [];
      if (!kept.has(digest))
        await fetch(() => {
          chunks = [];
          return (chunk) => void chunks.push(chunk);
        });
      kept.set(digest, chunks);
      return async function* () {
        yield* chunks;
      };
    },
  };
}

/** One image with its layers, from the lowest to the highest. Gives what a lock says of it, as of one platform. */
export function addLayers(
  oci: FakeOci,
  layers: readonly (readonly Entry[])[],
  { architecture = 'amd64', config = {}, tag }: { architecture?: string; config?: object; tag?: string } = {},
): OciClosure['images'][number] {
  const tars = layers.map(tarOf);
  const added = tars.map((tar) => oci.addBlob('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(tar)));
  const rootfs = { type: 'layers', diff_ids: tars.map((tar) => `sha256:${sha256(tar)}`) };
  const document = { os: 'linux', architecture, config, rootfs };
  const described = oci.addBlob('application/vnd.oci.image.config.v1+json', Buffer.from(JSON.stringify(document)));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = oci.addManifest({ schemaVersion: 2, mediaType, config: described, layers: added }, tag);
  return { os: 'linux', architecture, manifest, config: described, layers: added };
}
