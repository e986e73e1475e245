/** Looks at an artefact of any kind, to write its manifest. */
import type { OpenSources } from '../../artefacts/open-sources.ts';
import type { Found } from './found.ts';
import { mcpbArtefact } from './mcpb.ts';
import { npmArtefact } from './npm.ts';
import { ociArtefact } from './oci.ts';
import { pypiArtefact } from './pypi.ts';
import type { Source } from './source.ts';
import { gitArtefact, tarballArtefact } from './tree.ts';

/**
 * Of an endpoint nothing is fetched.
 * @param cooledDown only versions that are older are taken, where no version is asked for
 * @throws Failure, Refusal as the registries
 */
export async function describeArtefact(
  source: Exclude<Source, { readonly kind: 'remote' }>,
  { registry, index, images }: OpenSources,
  cooledDown: Date,
): Promise<Found> {
  switch (source.kind) {
    case 'npm':
      return npmArtefact(source.spec, registry, cooledDown);
    case 'pypi':
      return pypiArtefact(source.spec, await index(), cooledDown);
    case 'oci':
      return ociArtefact(source, images);
    case 'mcpb':
      return mcpbArtefact(source.url);
    case 'tarball':
      return tarballArtefact(source.url);
    case 'git':
      return gitArtefact(source.url, source.commit);
    default:
      return source satisfies never;
  }
}
