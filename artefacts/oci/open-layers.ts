/** Opens the layers of a locked image, to read what lies in them. */
import { maxOciConfigBytes } from '../../core/limits.ts';
import type { Layers } from '../blobs.ts';
import { readDiffIds } from './config.ts';
import type { Layer } from './layer.ts';
import type { LockedImage } from './locked-images.ts';
import { platformName } from './platforms.ts';
import type { OciRepository } from './registry.ts';

/**
 * From the lowest to the highest. What is not stored is fetched, by digest; no layer is whole in memory.
 * @throws Failure, Refusal as `OciRepository` and `Layers`; Refusal E_FORMAT
 */
export async function openLayers(
  repository: OciRepository,
  image: LockedImage,
  layers: Layers,
): Promise<readonly Layer[]> {
  const name = `${repository.host}/${repository.path} for ${platformName(image)}`;
  const config = await repository.blob(image.config.digest, maxOciConfigBytes);
  const diffIds = readDiffIds(config, image.layers.length, `the config of ${name}`);
  const opened: Layer[] = [];
  for (const [at, { digest, size, mediaType }] of image.layers.entries())
    opened.push({
      what: `layer ${at + 1} of ${name}`,
      mediaType,
      diffId: diffIds[at] ?? '',
      open: await layers.layerOr(digest, (begin) => repository.proveBlob(digest, size, begin)),
    });
  return opened;
}
