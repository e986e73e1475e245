/** The rules about where an artefact comes from. */
import type { Rule } from '../../verdict/finding.ts';

export const provenanceRules = [
  {
    id: 'provenance-invalid',
    level: 'block',
    about: 'An attestation or a signature that is not valid, or not about this artefact.',
  },
  {
    id: 'provenance-repository',
    level: 'review',
    about: 'An artefact that was not built from the repository that the manifest names.',
  },
] as const satisfies readonly Rule[];
