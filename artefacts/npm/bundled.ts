/**
 * Finds the packages inside the tarball of another package. Node loads them from there, so no registry is asked about them,
 * and only the bytes say which packages they are.
 */
import type { BundledPackage } from '../../schemas/types.ts';
import { sameJson } from '../../core/canonical.ts';
import { parentOf } from '../../core/inner-path.ts';
import { licenseIn, parsePackageJson, versionIn } from './package-json.ts';
import type { PackageFile } from '../archives/tarball.ts';

/**
 * Every package in a folder of the tarball, sorted by path. Whatever is in a `node_modules` is a package: Node finds it by the
 * name of its folder. In another folder it is one if its package.json has a name and a version, and it is neither private nor a
 * copy of the package.json of the package around it.
 */
export function bundledPackages(files: readonly PackageFile[], packageName: string): BundledPackage[] {
  const found = new Map<string, BundledPackage>();
  const folders = files
    .filter(({ path }) => path.endsWith('/package.json'))
    .map(({ path, content }) => ({ path: parentOf(path), content }));
  // A package comes before those inside it.
  for (const { path, content } of folders.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const one = bundledAt(path, content, nameAround(path, found) ?? packageName);
    if (one !== undefined) found.set(path, one);
  }
  return [...found.values()];
}

function nameAround(path: string, found: ReadonlyMap<string, BundledPackage>): string | undefined {
  for (let above = parentOf(path); above !== ''; above = parentOf(above)) {
    const outer = found.get(above);
    if (outer !== undefined) return outer.name;
  }
  return undefined;
}

function bundledAt(path: string, content: Uint8Array, around: string): BundledPackage | undefined {
  const manifest = readOr(content);
  const name = typeof manifest.name === 'string' && npmName.test(manifest.name) ? manifest.name : undefined;
  const [version, license] = [versionIn(manifest), licenseIn(manifest)];
  const folder = /(?:^|\/)node_modules\/(?<name>(?:@[^/]+\/)?[^/@][^/]*)$/u.exec(path)?.groups?.name;
  if (folder === undefined && (name === undefined || version === undefined || name === around)) return undefined;
  if (folder === undefined && manifest.private === true) return undefined;
  return {
    path,
    name: name ?? folder ?? '',
    ...(version !== undefined && { version }),
    ...(license !== undefined && { license }),
  };
}

const npmName = /^(?:@[A-Za-z0-9._~-]+\/)?[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,213}$/u;

/** Node loads a package whose package.json cannot be read only in part, but it is there. */
function readOr(content: Uint8Array): ReturnType<typeof parsePackageJson> {
  try {
    return parsePackageJson(content);
  } catch {
    return {};
  }
}

/** The first difference between the list in a lock and the tarball, in words; nothing where both are the same. */
export function bundledDifference(
  what: string,
  stated: readonly BundledPackage[] = [],
  found: readonly BundledPackage[] = [],
): string | undefined {
  const [said, there] = [byPath(stated), byPath(found)];
  for (const path of [...new Set([...there.keys(), ...said.keys()])].sort()) {
    const [locked, actual] = [said.get(path), there.get(path)];
    if (locked === undefined && actual !== undefined)
      return `the tarball of ${what} bundles ${bundledWords(actual)} in ${path}, and the lock does not list it`;
    if (actual === undefined && locked !== undefined)
      return `the lock lists ${bundledWords(locked)} as bundled in ${path} of ${what}, and the tarball does not hold it`;
    if (actual !== undefined && locked !== undefined && !sameJson(actual, locked))
      return `the tarball of ${what} bundles ${bundledWords(actual)} in ${path}, but the lock says ${bundledWords(locked)}`;
  }
  return sameJson([...stated], [...found])
    ? undefined
    : `the lock lists what ${what} bundles twice or in another order`;
}

const byPath = (list: readonly BundledPackage[]): ReadonlyMap<string, BundledPackage> =>
  new Map(list.map((each) => [each.path, each]));

export const bundledWords = ({ name, version, license }: BundledPackage): string =>
  `${name}@${version ?? 'no version'} (${license ?? 'no licence'})`;
