/** Locks an image by its digest, and proves such a lock. */
import { sha256, sha512 } from '../../core/digest.ts';
import { Failure } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';
import type { LockedArtefact, OciClosure } from '../../schemas/types.ts';
import type { LockOf } from '../kind.ts';
import type { Resolved } from '../resolving.ts';
import { repositoryOf } from './address.ts';
import { proveImages, resolveImage } from './image.ts';
import type { OciRepository } from './registry.ts';

/** Opens a repository, as this machine is configured to reach it. */
export type OpenImages = (host: string, path: string) => OciRepository;

/**
 * Locks the image that a tag names, if its digest is the declared one. The tag only finds it: all else is asked for by digest.
 * @throws Failure; Refusal E_DIGEST where the tag names another image, and as `resolveImage`
 */
export async function resolveOci(
  { host, path, tag }: { readonly host: string; readonly path: string; readonly tag: string },
  declared: string,
  { images }: { readonly images: OpenImages },
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
  return {
    artefact: { url, sha256: declared, sha512: sha512(bytes) },
    // Whoever makes the lock checks it against its schema.
    closure: structuredClone(closure) as OciClosure,
  };
}

/**
 * Fetches all that a lock says about an image again, every layer included.
 * @throws Refusal E_DIGEST, E_LOCK, and as `proveImages`
 */
export async function proveOci({ artefact, closure }: LockOf<OciClosure>, images: OpenImages): Promise<void> {
  const { host, path } = repositoryOf(artefact.url);
  const repository = images(host, path);
  await proveImages(repository, closure);
  await proveSha512(repository, artefact);
}

async function proveSha512(repository: OciRepository, { url, sha256: digest, sha512: stated }: LockedArtefact) {
  const bytes = await repository.manifestBytes(`sha256:${digest}`);
  const found = bytes === undefined ? 'none' : sha512(bytes);
  if (found !== stated)
    throw new Refusal(
      'E_LOCK',
      `${url} has the sha512 ${found}, and the lock says ${stated}`,
      'run `registry lock` again, and review what changed',
    );
}
