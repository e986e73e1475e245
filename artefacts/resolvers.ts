/** How the closure of an artefact is found and hashed, by its kind. Hosts never ask. */
import type { ArtefactReference } from '../core/artefact.ts';
import type { Artefact, Manifest } from '../schemas/types.ts';
import { resolveNpm } from './npm/lock.ts';
import { resolveOci } from './oci/lock.ts';
import { resolvePackage } from './pypi/lock.ts';
import type { Resolved, Resolving } from './resolving.ts';
import { resolveTree } from './trees/lock.ts';

/**
 * Resolves the artefact of a manifest as of a date, and fetches and hashes everything that it loads.
 * @throws Failure; Refusal E_DIGEST if the artefact is another one
 */
export function resolveArtefact(
  reference: ArtefactReference,
  manifest: Pick<Manifest, 'version' | 'launch'> & { readonly artefact: Artefact },
  asOf: Date,
  resolving: Resolving,
): Promise<Resolved> {
  switch (reference.kind) {
    case 'npm':
      return resolveNpm(reference, manifest.artefact.sha256, asOf, resolving);
    case 'pypi':
      return resolvePackage(reference, manifest.artefact.sha256, asOf, resolving);
    case 'oci':
      return resolveOci(reference, manifest.artefact.sha256, resolving);
    case 'mcpb':
    case 'tarball':
    case 'git':
      return resolveTree(reference, manifest, asOf, resolving);
    default:
      return reference satisfies never;
  }
}
