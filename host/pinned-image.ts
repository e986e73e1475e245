import type { Lock } from '../schemas/types.ts';
import { imageLock } from '../artefacts/kinds.ts';
import { platformName } from '../artefacts/oci/platforms.ts';

/** What a lock pins of an image, for people and scripts. */
export interface PinnedImage {
  /** Of the index, or of the one image. */
  readonly digest: string;
  /** As engines write them: `linux/amd64`. */
  readonly platforms: readonly string[];
}

/** Undefined where the server is no image. */
export function pinnedImage(lock: Lock): PinnedImage | undefined {
  const image = imageLock(lock);
  if (image === undefined) return undefined;
  return { digest: `sha256:${image.artefact.sha256}`, platforms: image.closure.images.map(platformName) };
}
