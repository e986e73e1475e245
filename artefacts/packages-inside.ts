/** Finds the packages inside a tree of files that brings all it loads, so that advisories and licences are looked up for each. */
import type { BundledPackage } from '../schemas/types.ts';
import { parentOf } from '../core/inner-path.ts';
import { maxLicenseLength } from '../core/limits.ts';
import { bundledPackages } from './npm/bundled.ts';
import type { PackageFile } from './archives/tarball.ts';

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

/**
 * A package that was unpacked from a wheel, by the METADATA of its `.dist-info`
 * (https://packaging.python.org/specifications/core-metadata), or installed by an older tool, by the PKG-INFO of its `.egg-info`.
 */
function pythonPackageAt({ path, content }: PackageFile): BundledPackage | undefined {
  const folder = /(?:^|\/)(?<stem>[^/]+)\.(?:dist-info\/METADATA|egg-info\/PKG-INFO)$/u.exec(path)?.groups?.stem;
  if (folder === undefined) return undefined;
  const fields = headersOf(content);
  // The folder is called `name-version`, with each dash in the name as an underscore.
  const [, name = folder, version] = /^(?<name>.+?)-(?<version>\d[^-]*)/u.exec(folder) ?? [];
  const license = fields.get('license-expression') ?? fields.get('license');
  const stated = fields.get('version') ?? version;
  return {
    path: parentOf(path),
    name: fields.get('name') ?? name,
    ...(stated !== undefined && { version: stated.slice(0, 256) }),
    ...(license !== undefined && { license: license.slice(0, maxLicenseLength).toWellFormed() }),
  };
}

/** The fields above the first empty line, by their names in lower case; of two the first counts. */
function headersOf(content: Uint8Array): ReadonlyMap<string, string> {
  const [head = ''] = Buffer.from(content)
    .toString('utf8')
    .split(/\r?\n\r?\n/u, 1);
  const fields = new Map<string, string>();
  for (const { groups } of head.matchAll(/^(?<field>[A-Za-z-]+):[ \t]*(?<value>[^\r\n]*)/gmu)) {
    const [field, value] = [groups?.field?.toLowerCase() ?? '', groups?.value?.trim() ?? ''];
    if (value !== '' && value !== 'UNKNOWN' && !fields.has(field)) fields.set(field, value);
  }
  return fields;
}
