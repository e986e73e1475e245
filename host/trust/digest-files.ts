/** Published files, cached under the digest of their bytes. Each is fetched once, and checked every time it is read. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../core/digest.ts';
import { systemCode } from '../../core/failure.ts';
import { Refusal } from '../../core/refusal.ts';
import { readPrivateFile } from '../../core/regular-file.ts';
import { cacheFile } from './cache-file.ts';
import type { FetchMetadata } from './metadata-source.ts';

export class DigestFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  has(digest: string): Promise<boolean> {
    return access(join(this.#folder, digest)).then(
      () => true,
      () => false,
    );
  }

  /**
   * Returns the cached file, or else what `fetch` returns for `path`, the file's place in the registry; at most
   * `maxBytes`.
   * @throws Refusal E_DIGEST, E_STORE, E_TOO_LARGE; what `fetch` throws; ENOENT if it is not cached and `fetch` is
   *   missing
   */
  async read(path: string, digest: string, maxBytes: number, fetch: FetchMetadata | undefined): Promise<Uint8Array> {
    const cached = join(this.#folder, digest);
    try {
      const { bytes } = readPrivateFile(cached, maxBytes);
      checkDigest(bytes, digest, cached, 'delete that file: it is fetched again');
      return bytes;
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || fetch === undefined) throw error;
    }
    const bytes = await fetch(path, maxBytes);
    checkDigest(bytes, digest, path, 'do not use it: it is not what was approved. Tell the operator of the registry');
    await cacheFile(cached, bytes);
    return bytes;
  }
}

function checkDigest(bytes: Uint8Array, digest: string, what: string, remedy: string): void {
  const actual = sha256(bytes);
  if (actual !== digest) throw new Refusal('E_DIGEST', `${what} has the digest ${actual}, not ${digest}`, remedy);
}
