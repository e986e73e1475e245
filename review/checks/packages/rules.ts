/** The rules about the packages in a lock. */
import type { Rule } from '../../verdict/finding.ts';

export const packageRules = [
  { id: 'integrity-changed', level: 'block', about: 'A version that has other bytes now than when it was reviewed.' },
  {
    id: 'dependency-typosquat',
    level: 'block',
    about: 'A new dependency with a name that looks like the name of a well-known package.',
  },
  { id: 'cooldown', level: 'block', about: 'A version that was published too recently.' },
  { id: 'publication-undated', level: 'block', about: 'A version without a publication date.' },
  {
    id: 'new-publisher',
    level: 'review',
    about: 'A version from an account that published none of the earlier versions.',
  },
  {
    id: 'attestation-lost',
    level: 'review',
    about: 'A version without an attestation of its build, although the version that was approved before has one.',
  },
  { id: 'install-script', level: 'block', about: 'A package that runs code when it is installed.' },
  { id: 'package-license', level: 'block', about: 'A package under a licence that is not on the list.' },
  {
    id: 'package-license-unknown',
    level: 'note',
    about: 'A package with no licence, or one that is not an SPDX expression.',
  },
  {
    id: 'license-differs',
    level: 'review',
    about: 'An artefact whose package.json states another licence than the manifest.',
  },
  {
    id: 'bundled-without-version',
    level: 'review',
    about: 'A package inside another package that states no version, so no advisory can be found for it.',
  },
] as const satisfies readonly Rule[];
