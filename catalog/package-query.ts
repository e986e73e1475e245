/** What people ask about a package: its name, perhaps with a range of versions, in the words of its registry. */
import { isNamed, packageTypes, type PackageName, type PackageType } from '../artefacts/part.ts';
import { isInRange, isRange } from '../artefacts/versions.ts';

export interface PackageQuery {
  readonly name: string;
  readonly range: string;
  /** The registries whose packages are meant, and that can read the range. */
  readonly types: readonly PackageType[];
  /** Those that are meant too, and that cannot. */
  readonly unread: readonly PackageType[];
}

/** A name, and what stands behind it: `@` with a range, or a comparison of Python such as `<0.28`. */
const form = /^(?<name>@?[^@<>=\s]+?)(?:@(?<range>.*)|\s*(?<comparison>(?:[<>]=?|[=!~]==?)\s*[^\s=].*))?$/su;

/**
 * `lodash`, `lodash@<4.17.21` or `httpx@0.28.1` of every registry that can read the range; `httpx==0.28.1` or
 * `httpx>=0.27,<0.28` of PyPI alone. Undefined where it names no package, or no registry can read the range.
 */
export function readPackageQuery(text: string): PackageQuery | undefined {
  const { name, range, comparison } = form.exec(text)?.groups ?? {};
  if (name === undefined || name === '@') return undefined;
  const asked = comparison ?? range ?? '*';
  const meant = packageTypes.filter((type) => comparison === undefined || type === 'pypi');
  const [types = [], unread = []] = [true, false].map((reads) =>
    meant.filter((type) => isRange(type, asked) === reads),
  );
  return types.length === 0 ? undefined : { name, range: asked, types, unread };
}

/** Whether a package is one that is asked for. */
export const isMeant = ({ name, range, types }: PackageQuery, about: PackageName): boolean =>
  types.includes(about.type) && isNamed(about, name) && isInRange(about, range);
