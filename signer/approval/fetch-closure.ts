/** The signer's own look at a closure: every tarball fetched and hashed, every tree computed again. */
import type { BlobStore } from '../../store/blob-store.ts';
import { mapConcurrently } from '../../core/concurrency.ts';
import { bundledDifference } from '../../artefacts/npm/bundled.ts';
import { sameJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { maxConcurrentDownloads } from '../../core/limits.ts';
import type { NpmRegistry } from '../../artefacts/npm/registry.ts';
import { Refusal } from '../../core/refusal.ts';
import { describePackage } from '../../artefacts/npm/describe.ts';
import { readTarball } from '../../artefacts/archives/tarball.ts';
import { treeDigest } from '../../core/tree.ts';
import type { Lock } from '../../schemas/types.ts';

export interface ClosureSource {
  readonly registry: NpmRegistry;
  readonly blobs: BlobStore;
  /** Called after each package. */
  readonly onFetched?: () => void;
}

/**
 * @throws Refusal E_DIGEST, E_TREE, E_LOCK, E_ARCHIVE where what is served is not what the lock says; Failure where it cannot
 *   be fetched
 */
export async function fetchClosure(lock: Lock, { registry, blobs, onFetched }: ClosureSource): Promise<void> {
  await mapConcurrently(Object.entries(lock.closure.packages), maxConcurrentDownloads, async ([path, locked]) => {
    const { name, version, integrity, tree } = locked;
    const tarball = await blobs.readOr(integrity, () => registry.tarball(name, version, integrity));
    if (path === lock.closure.root && sha256(tarball) !== lock.artefact.sha256)
      throw mismatch(
        'E_DIGEST',
        `the artefact ${lock.artefact.url} has the sha256 ${sha256(tarball)}, not ${lock.artefact.sha256}`,
      );
    const files = readTarball(tarball, `${name}@${version}`);
    const actual = treeDigest(files);
    if (actual !== tree) throw mismatch('E_TREE', `${name}@${version} unpacks to the tree ${actual}, not ${tree}`);
    const { integrity: _integrity, tree: _tree, optional: _optional, bundled: listed, ...stated } = locked;
    const { bundled, ...described } = describePackage(files, `${name}@${version}`);
    const difference = bundledDifference(`${name}@${version}`, listed, bundled);
    if (difference !== undefined) throw mismatch('E_LOCK', difference);
    if (!sameJson(stated, described))
      throw mismatch(
        'E_LOCK',
        `${path} is described otherwise in the lock than by the package.json of ${name}@${version}`,
      );
    onFetched?.();
  });
}

const mismatch = (code: 'E_DIGEST' | 'E_TREE' | 'E_LOCK', message: string): Refusal =>
  new Refusal(
    code,
    message,
    'find out who changed the lock or the package; if the lock is wrong, run `registry lock` again',
  );
