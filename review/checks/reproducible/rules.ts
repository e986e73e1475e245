/** The rules about how a lock was made. */
import type { Rule } from '../../verdict/finding.ts';

export const reproducibleRules = [
  { id: 'lock-differs', level: 'block', about: 'A lock that resolves to something else as of its own date.' },
  { id: 'lock-vanished', level: 'block', about: 'A package of a lock that the registry no longer has.' },
  { id: 'no-dates', level: 'block', about: 'A registry without the dates that resolving again needs.' },
  { id: 'lock-digest', level: 'block', about: 'An artefact with another digest than its manifest states.' },
  { id: 'lock-unresolvable', level: 'block', about: 'A closure that cannot be resolved or read.' },
  { id: 'lock-from-the-future', level: 'block', about: 'A lock resolved as of a day that has not come.' },
] as const satisfies readonly Rule[];
