/** The rules about the packages that a lock holds. */
import type { Rule } from '../../verdict/finding.ts';

export const packageRules = [
  { id: 'integrity-changed', level: 'block', about: 'Other bytes under a version that was reviewed before.' },
  {
    id: 'dependency-typosquat',
    level: 'block',
    about: 'A new dependency has a name that can be taken for that of a package that many load.',
  },
  { id: 'cooldown', level: 'block', about: 'A version that was published too recently.' },
  { id: 'publication-undated', level: 'block', about: 'A version of which nobody says when it was published.' },
  { id: 'new-publisher', level: 'review', about: 'A version from an account that published none of the ones before.' },
  { id: 'package-license', level: 'block', about: 'A package under a licence that is not on the list.' },
  { id: 'package-license-unknown', level: 'note', about: 'A package without a licence that could be read.' },
] as const satisfies readonly Rule[];
