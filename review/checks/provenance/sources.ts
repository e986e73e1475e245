import type { NpmRegistry } from '../../../artefacts/npm/registry.ts';
import type { OciRepository } from '../../../artefacts/oci/registry.ts';
import type { UpstreamTrust } from './trust.ts';

/** The sources of provenance. */
export interface ProvenanceSources {
  readonly npm: Pick<NpmRegistry, 'attestations'>;
  readonly oci: (host: string, path: string) => OciRepository;
  readonly trust: UpstreamTrust;
}
