/** The rules about where an artefact comes from. */
import type { Rule } from '../../verdict/finding.ts';

export const provenanceRules = [
  {
    id: 'provenance-invalid',
    level: 'block',
    about: 'An attestation or a signature of the artefact does not verify, or is about something else.',
  },
  {
    id: 'provenance-repository',
    level: 'review',
    about: 'The artefact was built from another repository than the manifest names.',
  },
] as const satisfies readonly Rule[];
