/** Everything about the images in a lock that its schema cannot say, without asking the registry. */
import type { Fault } from '../../core/problem.ts';
import { lockFault } from '../lock-fault.ts';
import { digestOfImages, platformName, type LockedImages } from './image.ts';

/** `artefactSha256` is what the manifest and the lock state for the artefact, in hexadecimal. */
export function checkImages(locked: LockedImages, artefactSha256: string): Fault[] {
  const { index, images } = locked;
  const names = images.map(platformName);
  const digest = digestOfImages(locked);
  const faults: Fault[] = [];
  if (digest !== `sha256:${artefactSha256}`)
    faults.push(lockFault('lock-root', `its image is ${digest ?? 'none'}, and the artefact sha256:${artefactSha256}`));
  if (index === undefined && images.length > 1)
    faults.push(lockFault('lock-root', `it lists ${images.length} images, and no index that holds them`));
  if (names.some((name, at) => at > 0 && (names[at - 1] ?? '') >= name))
    faults.push(lockFault('lock-order', 'its images are not sorted by platform, or one stands there twice'));
  for (const { os, architecture } of images)
    if (os !== 'linux')
      faults.push(lockFault('lock-platform', `it lists an image for ${os}/${architecture}, not for linux`));
  return faults;
}
