/** The rules that compare a lock with its packages. */
import type { Rule } from '../../verdict/finding.ts';

export const reproducibleRules = [
  { id: 'lock-digest', level: 'block', about: 'A package whose bytes in the registry differ from the lock.' },
  { id: 'lock-entry', level: 'block', about: 'A lock that contradicts the tarball of a package.' },
  {
    id: 'lock-bundled',
    level: 'block',
    about: 'A lock with another list of bundled packages than the tarball of a package holds.',
  },
  { id: 'lock-unproven', level: 'block', about: 'A lock with a dependency that is missing or does not fit.' },
  { id: 'lock-vanished', level: 'block', about: 'A package of a lock that the registry no longer has.' },
  { id: 'lock-younger-package', level: 'block', about: "A package that was published after the lock's date." },
  {
    id: 'image-unread',
    level: 'review',
    about: 'An image, whose packages of an operating system nobody has read, or compared with advisories.',
  },
  {
    id: 'image-advisory',
    level: 'review',
    about: 'An image with packages of an operating system, or parts of its programs, that have known vulnerabilities.',
  },
  {
    id: 'image-packages',
    level: 'note',
    about: 'An image, whose packages of an operating system were listed and compared with advisories.',
  },
  { id: 'lock-from-the-future', level: 'block', about: 'A lock with a date in the future.' },
  {
    id: 'lock-without-fix',
    level: 'review',
    about: 'A package with an advisory, although a version without it was published before the date of the lock.',
  },
  {
    id: 'lock-older-package',
    level: 'note',
    about: 'A package with a newer version that was published before the date of the lock.',
  },
  { id: 'lock-without-optional', level: 'note', about: 'A lock without an optional dependency.' },
] as const satisfies readonly Rule[];
