import type { Lock } from '../schemas/types.ts';
import { platformName } from '../artefacts/oci/platforms.ts';

/** What a lock pins of an image, for people and scripts. */
export interface PinnedImage {
  /** Of the index, or of the one image. */
  readonly digest: string;
  /** As engines write them: `linux/amd64`. */
  readonly platforms: readonly string[];
}

/** Undefined where the server is no image. */
export function pinnedImage({ artefact, closure }: Lock): PinnedImage | undefined {
  if (closure.kind !== 'oci' || artefact === undefined) return undefined;
  return { digest: `sha256:${artefact.sha256}`, platforms: closure.images.map(platformName) };
}
