import { mapConcurrently } from '../../core/concurrency.ts';
import { integrityOf, sha256, sha512 } from '../../core/digest.ts';
import { Failure } from '../../core/failure.ts';
import { maxConcurrentDownloads } from '../../core/limits.ts';
import { normalPypiName } from '../../core/pypi-name.ts';
import { Refusal } from '../../core/refusal.ts';
import { treeDigest } from '../../core/tree.ts';
import type { LockedArtefact, LockedPythonPackage, LockedWheel } from '../../schemas/types.ts';
import { otherArtefact } from '../other-artefact.ts';
import type { Resolved, Resolving } from '../resolving.ts';
import type { PinnedWheel } from './pylock.ts';
import { inOrder } from './places.ts';
import { resolvePypi } from './resolve.ts';
import { describeWheel } from './wheel.ts';
import { wheelFiles } from './wheel-files.ts';

/**
 * Resolves a Python package as of a date, and fetches and hashes the wheels for all platforms. `declared` is the digest of
 * any one of the package's own wheels.
 * @throws Failure, Refusal E_DIGEST, E_ARCHIVE
 */
export async function resolvePackage(
  { name, version }: { readonly name: string; readonly version: string },
  declared: string,
  asOf: Date,
  resolving: Resolving,
): Promise<Resolved> {
  const index = await resolving.index();
  const { pythons, packages } = await resolvePypi(name, version, asOf, index);
  const all = packages.flatMap((pinned) => pinned.wheels.map((wheel) => ({ pinned, wheel })));
  let artefact: LockedArtefact | undefined;
  let done = 0;
  const described = await mapConcurrently(all, maxConcurrentDownloads, async ({ pinned, wheel }) => {
    const { entry, bytes } = await lockedWheel(pinned.name, wheel, resolving);
    if (wheel.sha256 === declared && pinned.name === normalPypiName(name))
      artefact = { url: `pypi:${name}==${version}`, sha256: declared, sha512: sha512(bytes) };
    resolving.onFetched?.(++done, all.length);
    return [wheel.file, entry] as const;
  });
  const entries = new Map(described);
  if (artefact === undefined) {
    const own = packages.find((pinned) => pinned.name === normalPypiName(name))?.wheels ?? [];
    throw otherArtefact(`pypi:${name}==${version}`, own.map((wheel) => wheel.sha256).join(', or '), declared);
  }
  return {
    artefact,
    closure: {
      kind: 'pypi',
      requiresPython: `>=${pythons[0] ?? ''}`,
      packages: packages
        .toSorted(inOrder)
        .map(({ name: own, version: exact, marker, wheels }): LockedPythonPackage => ({
          name: own,
          version: exact,
          ...(marker !== undefined && { marker }),
          wheels: Object.fromEntries(
            wheels
              .map(({ file }) => file)
              .sort()
              .map((file) => [file, entries.get(file) as LockedWheel]),
          ),
        })),
    },
  };
}

/** The name and version of a wheel are those of its package, in the lock too. */
async function lockedWheel(
  name: string,
  { file, sha256: stated }: PinnedWheel,
  { index, blobs }: Resolving,
): Promise<{ readonly entry: LockedWheel; readonly bytes: Buffer }> {
  const bytes = await (await index()).wheel(name, file);
  const digest = sha256(bytes);
  if (digest !== stated)
    throw new Refusal(
      'E_DIGEST',
      `${file} has the sha256 ${digest}, and uv resolved ${stated}`,
      'check the package index or mirror: it serves other bytes than it says',
    );
  const integrity = integrityOf(bytes);
  await blobs.readOr(integrity, async () => bytes);
  const files = await wheelFiles(bytes, file);
  const { name: own, version: _, ...said } = describeWheel(files, file);
  if (own !== name) throw new Failure('unpinned', `${file} holds ${own}`, 'ask the publisher of the package');
  const { dependencies, scripts, paths, ...rest } = said;
  return {
    entry: {
      integrity,
      sha256: digest,
      tree: treeDigest(files),
      ...rest,
      ...(dependencies !== undefined && { dependencies: [...dependencies] }),
      ...(scripts !== undefined && { scripts: { ...scripts } }),
      ...(paths !== undefined && { paths: [...paths] }),
    },
    bytes,
  };
}
