/**
 * Whether a version is in a range, as the standard says
 * (https://packaging.python.org/en/latest/specifications/version-specifiers/). The library parses and orders versions.
 * Its own ranges differ in four places from those of pip: `>` after a pre-release, `<` before a post-release, versions
 * with an epoch, and `.*` after more parts than the version has.
 */
import { compare, explain } from '@renovatebot/pep440';

type Version = NonNullable<ReturnType<typeof explain>>;

const comparison = /^\s*(?<operator>===|[=!~<>]=|[<>])\s*(?<text>[^\s,;()]+?)(?<prefix>\.\*)?\s*$/u;

/** One comparison of a range, taken apart. Undefined if it is none. */
function parseComparison(text: string): ((version: string) => boolean) | undefined {
  const { operator, text: bound = '', prefix } = comparison.exec(text)?.groups ?? {};
  if (operator === '===') return (version) => version.toLowerCase() === (bound + (prefix ?? '')).toLowerCase();
  const to = explain(bound);
  if (to === null) return undefined;
  const plain = to.public === to.base_version && to.local === null;
  if (prefix !== undefined) {
    if (!plain || (operator !== '==' && operator !== '!=')) return undefined;
    return (version) => startsWith(version, to.epoch, to.release) === (operator === '==');
  }
  // Only an exact comparison may ask for a local version; all others are of what stands before it.
  if (operator === '==') return (version) => compare(to.local === null ? publicOf(version) : version, bound) === 0;
  if (operator === '!=') return (version) => compare(to.local === null ? publicOf(version) : version, bound) !== 0;
  if (to.local !== null) return undefined;
  switch (operator) {
    case '~=':
      if (to.release.length < 2) return undefined;
      return (version) =>
        compare(publicOf(version), bound) >= 0 && startsWith(version, to.epoch, to.release.slice(0, -1));
    case '<=':
      return (version) => compare(publicOf(version), bound) <= 0;
    case '>=':
      return (version) => compare(publicOf(version), bound) >= 0;
    case '<':
      // A pre-release of the version itself is no earlier version.
      return (version) =>
        compare(version, bound) < 0 && (to.is_prerelease || !read(version).is_prerelease || !sameRelease(version, to));
    case '>':
      // Neither a post-release of the version itself nor a local version of it is a later version.
      return (version) =>
        compare(version, bound) > 0 &&
        (to.is_postrelease || !read(version).is_postrelease || !sameRelease(version, to)) &&
        (read(version).local === null || !sameRelease(version, to));
    default:
      return undefined;
  }
}

function read(version: string): Version {
  const parsed = explain(version);
  if (parsed === null) throw new TypeError(`${JSON.stringify(version)} is no version`);
  return parsed;
}

const publicOf = (version: string): string => read(version).public;

const sameRelease = (version: string, to: Version): boolean =>
  compare(read(version).base_version, to.base_version) === 0;

function startsWith(version: string, epoch: number, prefix: readonly number[]): boolean {
  const { epoch: own, release } = read(version);
  return own === epoch && prefix.every((part, index) => part === (release[index] ?? 0));
}

/** Whether it is a range: comparisons with commas between them. Nothing at all is one, too. */
export const isRange = (range: string): boolean =>
  range.trim() === '' || range.split(',').every((each) => parseComparison(each) !== undefined);

/** Whether a version is in a range such as `>=3.10,<4`. Pre-releases count like all others. Nothing is in what is no range. */
export const versionFits = (version: string, range: string): boolean =>
  explain(version) !== null &&
  (range.trim() === '' || range.split(',').every((each) => parseComparison(each)?.(version) === true));

/**
 * Whether a Python takes a package with this `Requires-Python`. Some old packages state what is no range; they are
 * taken, as by pip.
 */
export const takesPython = (requiresPython: string | undefined, version: string): boolean =>
  requiresPython === undefined || !isRange(requiresPython) || versionFits(version, requiresPython);
