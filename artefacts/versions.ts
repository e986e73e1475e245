/** Versions of packages, as their registry reads and orders them: semver for npm, PEP 440 for PyPI. */
import { compare as comparePep440, explain } from '@renovatebot/pep440';
import { compareBuild, parse, satisfies, validRange } from 'semver';
import { parseArtefactUrl } from '../core/artefact.ts';
import { compareText } from '../core/order.ts';
import type { Manifest } from '../schemas/types.ts';
import { isPackage, packageTypes, type PackageName, type PackageType, type PartType } from './part.ts';
import { isRange as isPep440Range, versionFits } from './pypi/version-range.ts';

interface Scheme {
  /** A version as the registry publishes it: without what others add to it. Undefined if it cannot be read. */
  readonly published: (version: string) => string | undefined;
  /** The order of two versions that can be read. */
  readonly compare: (a: string, b: string) => number;
  readonly isRange: (range: string) => boolean;
  readonly isInRange: (version: string, range: string) => boolean;
}

/** The options with which npm reads the ranges of advisories. Pre-releases are in a range like all other versions. */
const loose = { includePrerelease: true, loose: true };

const isExact = (range: string): boolean => explain(range) !== null;

const schemes: Readonly<Record<PackageType, Scheme>> = {
  npm: {
    published: (version) => parse(version, { loose: true })?.version,
    compare: (a, b) => compareBuild(a, b, true),
    isRange: (range) => validRange(range, loose) !== null,
    isInRange: (version, range) => satisfies(version, range, loose),
  },
  pypi: {
    // PyPI takes no local versions such as 2.1.0+cpu: somebody built them from 2.1.0.
    published: (version) => explain(version)?.public,
    compare: comparePep440,
    isRange: (range) => isExact(range) || isPep440Range(range),
    isInRange: (version, range) => versionFits(version, isExact(range) ? `==${range}` : range),
  },
};

/** Trees have no registry that orders their versions. */
const schemeOf = (type: PartType): Scheme | undefined =>
  isPackage({ type }) ? schemes[type as PackageType] : undefined;

/** Whether the registry can order it. */
export const isVersion = (type: PartType, version: string): boolean => schemeOf(type)?.published(version) !== undefined;

/**
 * The version that a registry knows this one as: without a build (npm) and without a local part (PyPI). A version that
 * cannot be read stays as it is.
 */
export const publishedVersion = ({ type, version }: Pick<PackageName, 'type' | 'version'>): string =>
  schemes[type].published(version) ?? version;

/** In the order of the registry. Versions that it cannot order come last, sorted as text. */
export function compareVersions(type: PartType, a: string, b: string): number {
  const [isKnown, isOtherKnown] = [isVersion(type, a), isVersion(type, b)];
  if (isKnown && isOtherKnown) return schemeOf(type)?.compare(a, b) ?? 0;
  return Number(isOtherKnown) - Number(isKnown) || compareText(a, b);
}

/** Whose order the versions of a server have: that of the registry of its package, or else semver, as npm has it. */
export function orderOf({ artefact }: Pick<Manifest, 'artefact'>): PackageType {
  const kind = parseArtefactUrl(artefact?.url ?? '')?.kind;
  return packageTypes.find((type) => type === kind) ?? 'npm';
}

/** Whether a range can be read: `^1.2.0` of npm; `>=0.27,<0.28` or `0.28.1` of PyPI; `*` of both. */
export const isRange = (type: PackageType, range: string): boolean =>
  range.trim() !== '' && (range === '*' || schemes[type].isRange(range));

/** Whether a version is in a range. `*` holds every version; another range none that the registry cannot order. */
export const isInRange = ({ type, version }: Pick<PackageName, 'type' | 'version'>, range: string): boolean =>
  range === '*' || (isVersion(type, version) && schemes[type].isInRange(version, range));
