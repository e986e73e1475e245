/** The rules about what a lock holds: its packages, how it was made, and its tools. */
import type { Rule } from './finding.ts';

export const packageRules = [
  { id: 'integrity-changed', level: 'block', about: 'Other bytes under a version that was reviewed before.' },
] as const satisfies readonly Rule[];

export const upstreamRules = [
  { id: 'cooldown', level: 'block', about: 'A version that was published too recently.' },
  { id: 'publication-undated', level: 'block', about: 'A version of which nobody says when it was published.' },
  { id: 'new-publisher', level: 'review', about: 'A version from an account that published none of the ones before.' },
  { id: 'package-license', level: 'block', about: 'A package under a licence that is not on the list.' },
  { id: 'package-license-unknown', level: 'note', about: 'A package without a licence that could be read.' },
] as const satisfies readonly Rule[];

export const reproducibleRules = [
  { id: 'lock-differs', level: 'block', about: 'A lock that resolves to something else as of its own date.' },
  { id: 'lock-vanished', level: 'block', about: 'A package of a lock that the registry no longer has.' },
  { id: 'no-dates', level: 'block', about: 'A registry without the dates that resolving again needs.' },
  { id: 'lock-digest', level: 'block', about: 'An artefact with another digest than its manifest states.' },
  { id: 'lock-unresolvable', level: 'block', about: 'A closure that cannot be resolved or read.' },
  { id: 'lock-from-the-future', level: 'block', about: 'A lock resolved as of a day that has not come.' },
] as const satisfies readonly Rule[];

export const toolsRules = [
  { id: 'tools-differ', level: 'block', about: 'A server that shows other tools than its lock.' },
  { id: 'tools-not-captured', level: 'review', about: 'A server whose tools could not be compared with its lock.' },
] as const satisfies readonly Rule[];
