/** Finds the packages inside a tree of files that brings all it loads, so that advisories and licences are looked up for each. */
import type { BundledPackage } from '../schemas/types.ts';
import { parentOf } from '../core/inner-path.ts';
import { normalPypiName } from '../core/pypi-name.ts';
import { bundledPackages } from './npm/bundled.ts';
import type { PackageFile } from './archives/tarball.ts';
import { readFields } from './pypi/wheel-fields.ts';
import { licenseIn } from './pypi/wheel-license.ts';

/** By the registry that their names are of; each list is sorted by path. */
export interface PackagesInside {
  readonly npm: readonly BundledPackage[];
  readonly pypi: readonly BundledPackage[];
}

/**
 * Whatever the type of the bundle is: a server of Node may start Python, and the reverse. What a compiled program holds cannot be
 * seen. `name` is what the bundle's own package.json may be called.
 */
export const packagesInside = (files: readonly PackageFile[], name: string): PackagesInside => ({
  npm: bundledPackages(files, name),
  pypi: files.flatMap((file) => pythonPackageAt(file) ?? []).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
});

/** The same as one list, as locks hold it: sorted by path. */
export const bundledInside = (files: readonly PackageFile[], name: string): BundledPackage[] => {
  const { npm, pypi } = packagesInside(files, name);
  const all = [...npm, ...pypi.map((each) => ({ type: 'pypi' as const, ...each }))];
  return all.toSorted((a, b) => (a.path < b.path ? -1 : 1));
};

/** Whether a file says what package lies around it. */
export const isPackageMetadata = (path: string): boolean =>
  /(?:^|\/)(?:package\.json|[^/]+\.(?:dist-info\/METADATA|egg-info\/PKG-INFO))$/u.test(path);

/**
 * A package that was unpacked from a wheel, by the METADATA of its `.dist-info`
 * (https://packaging.python.org/specifications/core-metadata), or installed by an older tool, by the PKG-INFO of its `.egg-info`.
 */
function pythonPackageAt({ path, content }: PackageFile): BundledPackage | undefined {
  const folder = /(?:^|\/)(?<stem>[^/]+)\.(?:dist-info\/METADATA|egg-info\/PKG-INFO)$/u.exec(path)?.groups?.stem;
  if (folder === undefined) return undefined;
  const fields = readFields(content);
  const first = (field: string): string | undefined => fields.get(field)?.find((value) => value !== '');
  // The folder is called `name-version`, with each dash in the name as an underscore.
  const [, name = folder, version] = /^(?<name>.+?)-(?<version>\d[^-]*)/u.exec(folder) ?? [];
  const license = licenseIn(fields);
  const stated = first('version') ?? version;
  return {
    path: parentOf(path),
    name: normalPypiName(first('name') ?? name),
    ...(stated !== undefined && { version: stated.slice(0, 256) }),
    ...(license !== undefined && { license }),
  };
}
