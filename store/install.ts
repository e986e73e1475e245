/** Installs a closure without npm: fetch, check, unpack, rename into place. No script of any package is run. */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BlobStore } from './blob-store.ts';
import { mapConcurrently } from '../core/concurrency.ts';
import { maxConcurrentDownloads } from '../core/limits.ts';
import type { Platform } from '../core/platform.ts';
import { makePrivateFolder } from '../core/private.ts';
import { Refusal } from '../core/refusal.ts';
import { readTarball } from '../artefacts/archives/tarball.ts';
import { treeDigest } from '../core/tree.ts';
import type { Lock, LockedPackage } from '../schemas/types.ts';
import { systemCode } from '../core/failure.ts';
import { executablesFile, listOfExecutables } from './installed-tree.ts';
import { packagesFor } from '../artefacts/npm/for-platform.ts';
import { placeFolder, sweepStaging } from './staging.ts';

/** What installing needs. */
export interface Installer {
  readonly staging: string;
  readonly blobs: BlobStore;
  readonly platform: Platform;
  /** Fetches a tarball that is not stored yet. */
  readonly fetch: (name: string, version: string, integrity: string) => Promise<Buffer>;
  /** Called after each package. */
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Installs a closure into a folder that does not exist yet.
 * @throws Refusal E_DIGEST, E_ARCHIVE, E_TREE, E_TOO_LARGE; Failure `network`, `disk-full` and others
 */
export async function installClosure(lock: Lock, target: string, installer: Installer): Promise<void> {
  const { staging, blobs, platform, fetch, onProgress } = installer;
  await sweepStaging(staging);
  const packages = [...packagesFor(lock, platform)];
  await placeFolder(staging, target, async (folder) => {
    let done = 0;
    const executables: string[] = [];
    await mapConcurrently(packages, maxConcurrentDownloads, async ([path, locked]) => {
      const { name, version, integrity } = locked;
      const tarball = await blobs.readOr(integrity, () => fetch(name, version, integrity));
      for (const file of await unpack(tarball, join(folder, path), locked)) executables.push(`${path}/${file}`);
      onProgress?.(++done, packages.length);
    });
    await writeFile(join(folder, executablesFile), listOfExecutables(executables), {
      flag: 'wx',
      mode: 0o644,
    });
  });
}

/** Returns which of the files are executable. */
async function unpack(tarball: Uint8Array, folder: string, { name, version, tree }: LockedPackage): Promise<string[]> {
  const files = readTarball(tarball, `${name}@${version}`);
  const actual = treeDigest(files);
  if (actual !== tree)
    throw new Refusal(
      'E_TREE',
      `${name}@${version} unpacks to the tree ${actual}, not ${tree}`,
      'tell the operator of the registry: its lock was made by another program',
    );
  const made = new Set<string>();
  for (const { path, executable, content } of files)
    try {
      const parent = dirname(join(folder, path));
      if (!made.has(parent)) await makePrivateFolder(parent);
      made.add(parent);
      // `wx`: an existing file would belong to another package, or its name would differ only in upper and lower case.
      await writeFile(join(folder, path), content, { flag: 'wx', mode: executable ? 0o755 : 0o644 });
    } catch (cause) {
      throw unplaceable(`${name}@${version}`, path, cause);
    }
  return files.filter(({ executable }) => executable).map(({ path }) => path);
}

/**
 * Turns the error of a file whose own name makes it impossible to place into a refusal. Other errors stay unchanged.
 */
function unplaceable(what: string, path: string, cause: unknown): unknown {
  switch (systemCode(cause)) {
    case 'EEXIST':
    case 'ENOTDIR':
    case 'EISDIR':
      return new Refusal(
        'E_ARCHIVE',
        `${what} holds ${path}, which is there already`,
        'install it on a system where the case of letters counts',
        { cause },
      );
    case 'ENAMETOOLONG':
    case 'EILSEQ':
    case 'EINVAL':
      return new Refusal(
        'E_ARCHIVE',
        `${what} holds ${path.slice(0, 100)}…, a name of ${Buffer.byteLength(path)} bytes that this system does not take`,
        'install it on a system that takes such names, or tell the operator of the registry',
        { cause },
      );
    default:
      return cause;
  }
}
