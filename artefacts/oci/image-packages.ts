/** Finds the packages of npm and Python in the files of an image, for all its platforms. */
import { canonicalJson, sameJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { maxImageMetadataBytes, maxImagePackages } from '../../core/limits.ts';
import type { BundledPackage } from '../../schemas/types.ts';
import { shown } from '../archives/checks.ts';
import type { PackageFile } from '../archives/tarball.ts';
import { bundledWords } from '../npm/bundled.ts';
import { bundledInside, isPackageMetadata } from '../packages-inside.ts';
import { readImageFiles } from './image-files.ts';
import { tooLarge, type Layer } from './layer.ts';

/**
 * Each once, sorted by path. What is the same on several platforms is one; a path that holds another version on each is there
 * several times. `platforms` are read one after the other.
 * @throws Refusal as `readImageFiles`, and of `platforms`
 */
export async function packagesInImages(platforms: AsyncIterable<readonly Layer[]>): Promise<BundledPackage[]> {
  const found = new Map<string, BundledPackage>();
  for await (const layers of platforms)
    for (const each of bundledInside(await metadataIn(layers), '')) found.set(keyOf(each), each);
  if (found.size > maxImagePackages)
    throw tooLarge(`the image holds ${found.size} packages, more than the ${maxImagePackages} that a lock lists`);
  return [...found]
    .toSorted(([a, one], [b, other]) => order(one.path, other.path) || order(a, b))
    .map(([, each]) => each);
}

/** The first difference between the list in a lock and the image, in words; nothing where both are the same. */
export function insideDifference(
  what: string,
  stated: readonly BundledPackage[] = [],
  found: readonly BundledPackage[] = [],
): string | undefined {
  const [said, there] = [new Set(stated.map(keyOf)), new Set(found.map(keyOf))];
  const missing = found.find((each) => !said.has(keyOf(each)));
  if (missing !== undefined)
    return `${what} holds ${bundledWords(missing)} in ${missing.path}, and the lock does not list it`;
  const absent = stated.find((each) => !there.has(keyOf(each)));
  if (absent !== undefined)
    return `the lock lists ${bundledWords(absent)} in ${absent.path}, and ${what} does not hold it`;
  return sameJson([...stated], [...found])
    ? undefined
    : `the lock lists the packages inside ${what} twice or in another order`;
}

const keyOf = (each: BundledPackage): string => Buffer.from(canonicalJson({ ...each })).toString('utf8');

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function metadataIn(layers: readonly Layer[]): Promise<PackageFile[]> {
  const files: PackageFile[] = [];
  let bytes = 0;
  for await (const { path, executable, isLast, content } of readImageFiles(layers, isPackageMetadata)) {
    bytes += content.byteLength;
    if (!isLast || bytes > maxImageMetadataBytes)
      throw tooLarge(`${shown(path)} in the image says more of a package than is read`);
    files.push({ path: plain(path), executable, sha256: sha256(content), content });
  }
  return files;
}

/** Linux lets a name hold what would hide from a reviewer, or be a separator elsewhere. */
const plain = (path: string): string =>
  path.replaceAll(/[\\:\u0000-\u001f\u007f-\u009f\u2028\u2029]/gu, encodeURIComponent);
