/** Container images, as a kind of artefact. An engine keeps them, so none of their files are unpacked here. */
import type { Platform } from '../../core/platform.ts';
import type { OciClosure } from '../../schemas/types.ts';
import type { Kind, LockOf } from '../kind.ts';
import { checkImages } from './check.ts';
import type { LockedImage } from './locked-images.ts';
import { ociProgram } from './program.ts';
import { imageFor, platformName } from './platforms.ts';

export const oci: Kind<OciClosure> = {
  checkPlaces: ({ closure, artefact }) => checkImages(closure, artefact),
  parts: () => [],
  root: () => '',
  partsFor: (lock, platform) => {
    imageOn(lock, platform);
    return [];
  },
  platformName: (lock, platform) => platformName(imageOn(lock, platform)).replaceAll('/', '-'),
  looksAround: false,
  program: ociProgram,
};

/** The image that a machine starts. @throws Refusal E_UNSUPPORTED where there is none for it */
export const imageOn = (lock: LockOf<OciClosure>, { cpu }: Pick<Platform, 'cpu'>): LockedImage =>
  imageFor(lock.closure.images, cpu, lock.name);
