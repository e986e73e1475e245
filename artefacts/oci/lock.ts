/** Locks an image by its digest, and proves such a lock. */
import { sha256, sha512 } from '../../core/digest.ts';
import { Failure } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';
import type { BundledPackage, LockedArtefact, OciClosure } from '../../schemas/types.ts';
import type { Layers } from '../blobs.ts';
import type { LockOf } from '../kind.ts';
import type { Resolved } from '../resolving.ts';
import { repositoryOf } from './address.ts';
import { proveImages, resolveImage } from './image.ts';
import { insideDifference, packagesInImages } from './image-packages.ts';
import type { LockedImage } from './locked-images.ts';
import { openLayers } from './open-layers.ts';
import type { OciRepository, OpenImages } from './registry.ts';

/** What reading an image takes. */
interface ImageSources {
  readonly images: OpenImages;
  readonly blobs: Layers;
}

/** Packages of all platforms: a host starts the one for its processor, and often they share nothing. */
const packagesIn = (
  repository: OciRepository,
  images: readonly LockedImage[],
  blobs: Layers,
): Promise<BundledPackage[]> =>
  packagesInImages(
    (async function* () {
      for (const image of images) yield openLayers(repository, image, blobs);
    })(),
  );

/**
 * Locks the image that a tag names, if its digest is the declared one. The tag only finds it: all else is asked for by digest.
 * @throws Failure; Refusal E_DIGEST where the tag names another image, and as `resolveImage`
 */
export async function resolveOci(
  { host, path, tag }: { readonly host: string; readonly path: string; readonly tag: string },
  declared: string,
  { images, blobs }: ImageSources,
): Promise<Resolved> {
  const url = `oci://${host}/${path}:${tag}`;
  const repository = images(host, path);
  const bytes = await repository.manifestBytes(tag);
  if (bytes === undefined)
    throw new Failure('no-such-image', `${host} has no ${path}:${tag}`, 'check the address: the path and the tag');
  if (sha256(bytes) !== declared)
    throw new Refusal(
      'E_DIGEST',
      `${url} now names the image sha256:${sha256(bytes)}, but the manifest says sha256:${declared}`,
      'find out who moved the tag, and which of the two is right, before you change the manifest',
    );
  const closure = await resolveImage(repository, tag, `sha256:${declared}`);
  const bundled = await packagesIn(repository, closure.images, blobs);
  return {
    artefact: { url, sha256: declared, sha512: sha512(bytes) },
    // Whoever makes the lock checks it against its schema.
    closure: structuredClone({ ...closure, ...(bundled.length > 0 && { bundled }) }) as OciClosure,
  };
}

/**
 * Fetches all that a lock says about an image again, every layer included, and looks again which packages lie in them.
 * @throws Refusal E_DIGEST, E_LOCK, and as `proveImages` and `packagesInImages`
 */
export async function proveOci(
  { artefact, closure: { bundled, ...locked } }: LockOf<OciClosure>,
  { images, blobs }: ImageSources,
): Promise<void> {
  const { host, path } = repositoryOf(artefact.url);
  const repository = images(host, path);
  await proveImages(repository, locked, (digest, size) =>
    blobs.layerOr(digest, (begin) => repository.proveBlob(digest, size, begin)),
  );
  await proveSha512(repository, artefact);
  const found = await packagesIn(repository, locked.images, blobs);
  const difference = insideDifference(artefact.url, bundled, found);
  if (difference !== undefined) throw new Refusal('E_LOCK', difference, lockAgain);
}

async function proveSha512(repository: OciRepository, { url, sha256: digest, sha512: stated }: LockedArtefact) {
  const bytes = await repository.manifestBytes(`sha256:${digest}`);
  const found = bytes === undefined ? 'none' : sha512(bytes);
  if (found !== stated)
    throw new Refusal('E_LOCK', `${url} has the sha512 ${found}, and the lock says ${stated}`, lockAgain);
}

const lockAgain = 'run `registry lock` again, and review what changed';
