import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { lstat, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Blobs, Layers } from '../artefacts/blobs.ts';
import { integrityOf, sha512OfIntegrity } from '../core/digest.ts';
import { asDiskFailure } from '../core/disk.ts';
import { maxTarballBytes } from '../core/limits.ts';
import { makePrivateFolder } from '../core/private.ts';
import { Refusal } from '../core/refusal.ts';
import { readRegularFile } from '../core/regular-file.ts';
import { sha256OfFile, writeWhole } from './layer-file.ts';

const blobPath = /^(?<start>[0-9a-f]{2})[\\/](?<sha512>\k<start>[0-9a-f]{126})$/u;

/**
 * Tarballs in a folder, each named after the SHA-512 of its bytes. Every read is checked against that name. So a blob
 * needs no lock and no flush: a damaged one is refused.
 */
export class BlobStore implements Blobs, Layers {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws Refusal E_DIGEST if the bytes do not match the name; E_STORE, E_TOO_LARGE */
  async read(integrity: string): Promise<Buffer | undefined> {
    const path = this.#pathOf(integrity);
    // Most blobs are not there, and a check costs less than an error.
    if (!existsSync(path)) return undefined;
    const { bytes } = readRegularFile(path, maxTarballBytes);
    if (integrityOf(bytes) !== integrity) throw damaged(path);
    return bytes;
  }

  /**
   * What is stored, or what `fetch` returns; that is checked and stored.
   * @throws Refusal E_DIGEST, E_STORE, E_TOO_LARGE
   */
  async readOr(integrity: string, fetch: () => Promise<Buffer>): Promise<Buffer> {
    const stored = await this.read(integrity);
    if (stored !== undefined) return stored;
    const bytes = await fetch();
    if (integrityOf(bytes) !== integrity)
      throw new Refusal(
        'E_DIGEST',
        `a tarball has the integrity ${integrityOf(bytes)}, not ${integrity}`,
        'do not use it: it is not what was approved',
      );
    await this.#write(this.#pathOf(integrity), bytes);
    return bytes;
  }

  /**
   * A layer of an image, by its SHA-256: what is stored, or what `fetch` gives, which checks it. A stored one is checked each
   * time, and its content once more by whoever reads it.
   * @throws Refusal E_DIGEST, E_STORE, and as `fetch`
   */
  async layerOr(
    digest: string,
    fetch: (begin: () => (chunk: Uint8Array) => void) => Promise<void>,
  ): Promise<() => AsyncIterable<Uint8Array>> {
    const path = join(this.#folder, 'layers', digest.slice('sha256:'.length));
    if (!existsSync(path)) await writeWhole(path, fetch);
    else if (`sha256:${await sha256OfFile(path)}` !== digest) throw damaged(path);
    return () => createReadStream(path);
  }

  /** SHA-512, in hexadecimal, of everything stored. */
  async list(): Promise<string[]> {
    const names = await readdir(this.#folder, { recursive: true }).catch(() => []);
    return names.flatMap((name) => blobPath.exec(name)?.groups?.['sha512'] ?? []);
  }

  /** Deletes a blob and returns its size in bytes. */
  async remove(sha512: string): Promise<number> {
    const path = join(this.#folder, sha512.slice(0, 2), sha512);
    const { size } = await lstat(path);
    // Also deletes a folder that is in its place.
    await rm(path, { recursive: true });
    return size;
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    const temporary = `${path}.${randomUUID()}`;
    try {
      await makePrivateFolder(dirname(path));
      await writeFile(temporary, bytes, { mode: 0o644 });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw asDiskFailure(error, path);
    }
  }

  #pathOf(integrity: string): string {
    const name = sha512OfIntegrity(integrity);
    return join(this.#folder, name.slice(0, 2), name);
  }
}

const damaged = (path: string): Refusal =>
  new Refusal('E_DIGEST', `${path} is not what it was when it was stored`, 'delete that file: it is fetched again');
