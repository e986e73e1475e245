/** The rules that policy.yaml sets, with the levels that its breach has. */
import type { Rule } from '../finding.ts';

export const policyRules = [
  { id: 'artefact-type', level: 'block', about: 'an artefact of a kind that may not be approved' },
  { id: 'artefact-host', level: 'block', about: 'an artefact from a host that is not on the list' },
  { id: 'remote-endpoint', level: 'block', about: 'a remote endpoint, where only what can be pinned may be approved' },
  { id: 'license-not-allowed', level: 'block', about: 'a licence that is not on the list' },
  { id: 'license-unknown', level: 'review', about: 'no licence, or one that is no SPDX expression' },
  { id: 'egress-forbidden', level: 'block', about: 'egress to a host and port that no server may reach' },
  { id: 'egress-any-host', level: 'block', about: 'egress to every host' },
  { id: 'path-forbidden', level: 'block', about: 'a path that no server may reach' },
  { id: 'data-class-floor', level: 'block', about: 'a data classification below what its permissions call for' },
  { id: 'name-reserved', level: 'block', about: 'a name that no server may have' },
  { id: 'install-script', level: 'block', about: 'a package that runs code when it is installed' },
] as const satisfies readonly Rule[];
