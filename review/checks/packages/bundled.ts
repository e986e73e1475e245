/** Checks packages that lie inside the tarball of another package. */
import { bundlerOf, unknownVersion, type LoadedPackage } from '../../../artefacts/loaded.ts';
import { cut, maxSubjectLength, type Observation } from '../../verdict/finding.ts';

/**
 * Whether a typing mistake in a program loads this package: Node finds by name only what is in a `node_modules`. In another
 * folder a package is loaded by its path. Python finds all by name.
 */
export const isFoundByName = ({ type, bundledAt }: LoadedPackage): boolean =>
  bundledAt === undefined || type === 'pypi' || /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/u.test(bundledAt);

/** Advisories are about versions: without one, nobody can say whether they are about a package. */
export const checkStatedVersions = (loaded: readonly LoadedPackage[]): Observation[] =>
  loaded
    .filter(({ version }) => version === unknownVersion)
    .map((each) => ({
      rule: 'bundled-without-version',
      level: 'review',
      subject: cut(`${bundlerOf(each) ?? ''} ${each.bundledAt ?? ''}`, maxSubjectLength),
      message: `${bundlerOf(each) ?? ''} bundles ${cut(each.name, maxSubjectLength)}, whose package.json states no version, so it cannot be compared with advisories`,
      remedy: 'find out which version it is, and look for its advisories; ask the publisher to state the version',
    }));
