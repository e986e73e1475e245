/** The rules about what a lock says of its packages. */
import type { Rule } from '../../verdict/finding.ts';

export const reproducibleRules = [
  { id: 'lock-digest', level: 'block', about: 'A package of which the registry has other bytes than the lock says.' },
  { id: 'lock-entry', level: 'block', about: 'A lock that says something of a package that its tarball contradicts.' },
  { id: 'lock-unproven', level: 'block', about: 'A lock with dependencies that do not fit together.' },
  { id: 'lock-vanished', level: 'block', about: 'A package of a lock that the registry no longer has.' },
  { id: 'lock-younger-package', level: 'block', about: "A package that was published after the lock's date." },
  { id: 'lock-from-the-future', level: 'block', about: 'A lock with a date that is still to come.' },
  {
    id: 'lock-without-fix',
    level: 'review',
    about: 'A package with an advisory, although a version without it was published by the date of the lock.',
  },
  {
    id: 'lock-older-package',
    level: 'note',
    about: 'A package of which a newer version was published by the date of the lock.',
  },
  { id: 'lock-without-optional', level: 'note', about: 'A lock that leaves an optional dependency out.' },
] as const satisfies readonly Rule[];
