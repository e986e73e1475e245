/** Installs a closure without npm: fetch, check, unpack, rename into place. No script of any package is run. */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BlobStore } from './blob-store.ts';
import { mapConcurrently } from '../core/concurrency.ts';
import { maxConcurrentDownloads } from '../core/limits.ts';
import type { Platform } from '../core/platform.ts';
import { makePrivateFolder } from '../core/private.ts';
import { Refusal } from '../core/refusal.ts';
import { otherTree, unpack } from '../artefacts/contents.ts';
import { labelOf, type Part } from '../artefacts/part.ts';
import { partsFor } from '../artefacts/kinds.ts';
import type { Lock } from '../schemas/types.ts';
import { systemCode } from '../core/failure.ts';
import { executablesFile, listOfExecutables } from './installed-tree.ts';
import { placeFolder, sweepStaging } from './staging.ts';

/** What installing needs. */
export interface Installer {
  readonly staging: string;
  readonly blobs: BlobStore;
  readonly platform: Platform;
  /** Fetches a part that is not stored yet. */
  readonly fetch: (part: Part) => Promise<Buffer>;
  /** Called after each part. */
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Installs a closure into a folder that does not exist yet.
 * @throws Refusal E_DIGEST, E_ARCHIVE, E_TREE, E_TOO_LARGE; Failure `network`, `disk-full` and others
 */
export async function installClosure(lock: Lock, target: string, installer: Installer): Promise<void> {
  const { staging, blobs, platform, fetch, onProgress } = installer;
  await sweepStaging(staging);
  const parts = partsFor(lock, platform);
  await placeFolder(staging, target, async (folder) => {
    let done = 0;
    const executables: string[] = [];
    await mapConcurrently(parts, maxConcurrentDownloads, async (part) => {
      const bytes = await blobs.readOr(part.integrity, () => fetch(part));
      for (const file of await place(part, bytes, join(folder, part.folder)))
        executables.push(`${part.folder}/${file}`);
      onProgress?.(++done, parts.length);
    });
    await writeFile(join(folder, executablesFile), listOfExecutables(executables), {
      flag: 'wx',
      mode: 0o644,
    });
  });
}

/** Returns which of the files are executable. */
async function place(part: Part, bytes: Uint8Array, folder: string): Promise<string[]> {
  const files = await unpack(part, bytes);
  const actual = otherTree(part, files);
  if (actual !== undefined)
    throw new Refusal(
      'E_TREE',
      `${labelOf(part)} unpacks to the tree ${actual}, not ${part.tree}`,
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
      throw unplaceable(labelOf(part), path, cause);
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
