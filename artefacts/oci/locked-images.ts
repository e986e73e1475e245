/** What a lock says about an image. */
import type { OciStart } from './config.ts';
import type { OciDescriptor, OciPlatform } from './documents.ts';

/** The image for one platform. */
export interface LockedImage extends OciPlatform, OciStart {
  readonly manifest: OciDescriptor;
  readonly config: OciDescriptor;
  /** From the lowest to the highest. */
  readonly layers: readonly OciDescriptor[];
}

/** Everything that an address of an image can stand for. */
export interface LockedImages {
  readonly kind: 'oci';
  /** Absent where the address names the manifest of one image. */
  readonly index?: OciDescriptor;
  /** One for each platform of Linux, sorted by platform. */
  readonly images: readonly LockedImage[];
}
