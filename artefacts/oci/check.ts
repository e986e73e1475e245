/** Everything about the images in a lock that its schema cannot say, without asking the registry. */
import type { Fault } from '../../core/problem.ts';
import { lockFault } from '../lock-fault.ts';
import { isImageAddress } from './address.ts';
import type { LockedImages } from './locked-images.ts';
import { digestOfImages, platformName } from './platforms.ts';

/** `artefact` is what the lock states for the artefact; its `sha256` in hexadecimal. */
export function checkImages(
  locked: LockedImages,
  { url, sha256 }: { readonly url: string; readonly sha256: string },
): Fault[] {
  const { index, images } = locked;
  const names = images.map(platformName);
  const digest = digestOfImages(locked);
  const faults: Fault[] = [];
  if (!isImageAddress(url)) faults.push(lockFault('lock-root', `it lists images, and the artefact is ${url}`));
  if (digest !== `sha256:${sha256}`)
    faults.push(lockFault('lock-root', `its image is ${digest ?? 'none'}, and the artefact sha256:${sha256}`));
  if (index === undefined && images.length > 1)
    faults.push(lockFault('lock-root', `it lists ${images.length} images, and no index that holds them`));
  if (names.some((name, at) => at > 0 && (names[at - 1] ?? '') >= name))
    faults.push(lockFault('lock-order', 'its images are not sorted by platform, or one stands there twice'));
  for (const { os, architecture } of images)
    if (os !== 'linux')
      faults.push(lockFault('lock-platform', `it lists an image for ${os}/${architecture}, not for linux`));
  return faults;
}
