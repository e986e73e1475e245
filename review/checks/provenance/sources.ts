import type { NpmRegistry } from '../../../artefacts/npm/registry.ts';
import type { PackageIndex } from '../../../artefacts/pypi/index-client.ts';
import type { OciRepository } from '../../../artefacts/oci/registry.ts';
import type { UpstreamTrust } from './trust.ts';

/** The sources of provenance. */
export interface ProvenanceSources {
  readonly npm: Pick<NpmRegistry, 'attestations'>;
  readonly pypi: () => Promise<Pick<PackageIndex, 'provenance'>>;
  readonly oci: (host: string, path: string) => OciRepository;
  readonly trust: UpstreamTrust;
}
