/** The rules that policy.yaml sets. */
import type { Rule } from '../../verdict/finding.ts';

export const policyRules = [
  { id: 'artefact-type', level: 'block', about: 'An artefact of a kind that may not be approved.' },
  { id: 'artefact-host', level: 'block', about: 'An artefact from a host that is not on the list.' },
  { id: 'remote-endpoint', level: 'block', about: 'A remote endpoint, although the policy allows none.' },
  { id: 'license-not-allowed', level: 'block', about: 'A licence that is not on the list.' },
  { id: 'license-unknown', level: 'review', about: 'No licence, or one that is not an SPDX expression.' },
  { id: 'egress-forbidden', level: 'block', about: 'Egress to a host and port that no server may reach.' },
  { id: 'egress-any-host', level: 'block', about: 'Egress to every host.' },
  { id: 'path-forbidden', level: 'block', about: 'A path that no server may reach.' },
  {
    id: 'environment-redirects',
    level: 'review',
    about: 'A variable that decides what a server trusts: programs, certificates, proxies, settings.',
  },
  { id: 'data-class-floor', level: 'block', about: 'A data classification that is too low for the permissions.' },
  { id: 'calls-per-minute', level: 'block', about: 'More calls in a minute than one user may make.' },
  { id: 'name-reserved', level: 'block', about: 'A name that no server may have.' },
] as const satisfies readonly Rule[];
