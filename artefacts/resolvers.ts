/** How the closure of an artefact is found and hashed, by its kind. Hosts never ask. */
import type { ArtefactReference } from '../core/artefact.ts';
import { Failure } from '../core/failure.ts';
import type { Closure, LockedArtefact } from '../schemas/types.ts';
import type { Blobs } from './blobs.ts';
import { resolveNpm } from './npm/lock.ts';
import type { OpenSources } from './open-sources.ts';
import { resolvePackage } from './pypi/lock.ts';

/** What resolving needs. */
export interface Resolving extends OpenSources {
  readonly blobs: Blobs;
  /** Called after each part. */
  readonly onFetched?: (done: number, of: number) => void;
}

/** What a lock says about an artefact, its tools aside. */
export interface Resolved {
  readonly artefact: LockedArtefact;
  readonly closure: Closure;
}

/**
 * Resolves an artefact as of a date, and fetches and hashes everything that it loads. `sha256` is what the manifest says.
 * @throws Failure; Refusal E_DIGEST if the artefact is another one
 */
export function resolveArtefact(
  reference: ArtefactReference,
  sha256: string,
  asOf: Date,
  resolving: Resolving,
): Promise<Resolved> {
  switch (reference.kind) {
    case 'npm':
      return resolveNpm(reference, sha256, asOf, resolving);
    case 'pypi':
      return resolvePackage(reference, sha256, asOf, resolving);
    case 'oci':
    case 'mcpb':
    case 'tarball':
    case 'git':
      throw new Failure(
        'not-lockable',
        `only packages of npm and PyPI can be locked so far, not an artefact of kind ${reference.kind}`,
        'leave it out for now, or find the same server as a package',
      );
    default:
      return reference satisfies never;
  }
}
