/**
 * The repository metadata that this host keeps. Every name holds its file's version, so that files are only added:
 * processes need no lock, and one that is killed leaves what was there before. The timestamp of the highest version
 * says what is current; it is kept last.
 */
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../core/failure.ts';
import { keepFile } from './keep-file.ts';

/** The newest timestamp, and when the registry was heard saying that it is. */
export interface KeptTimestamp {
  readonly bytes: Buffer;
  readonly at: Date;
}

const metadataName = /^[1-9][0-9]{0,15}\.[a-z]+(?:-[0-9a-f]{2})?\.json$/u;
const timestampName = /^(?<version>[1-9][0-9]{0,15})\.timestamp\.json$/u;

export class MetadataFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** `name` is the file's as it is published, with its version. */
  async read(name: string): Promise<Buffer | undefined> {
    try {
      return await readFile(join(this.#folder, name));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  keep(name: string, bytes: Uint8Array): Promise<void> {
    return keepFile(join(this.#folder, name), bytes);
  }

  async newestTimestamp(): Promise<KeptTimestamp | undefined> {
    const newest = (await this.#timestamps())[0];
    if (newest === undefined) return undefined;
    const path = join(this.#folder, `${newest}.timestamp.json`);
    try {
      return { bytes: await readFile(path), at: (await stat(path)).mtime };
    } catch (error) {
      // Another process keeps a newer one by now.
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** `isSigned` says whether a timestamp is signed by those who sign it now. */
  async keepTimestamp(
    version: number,
    bytes: Uint8Array,
    at: Date,
    isSigned: (bytes: Uint8Array) => boolean,
  ): Promise<void> {
    const name = `${version}.timestamp.json`;
    await this.keep(name, bytes);
    await utimes(join(this.#folder, name), at, at);
    const others = await this.#timestamps();
    // The one before stays for processes that have just read it.
    const superseded = others.filter((each) => each < version).slice(1);
    // Versions begin anew after a stolen key signed a high one, which would hide all that come until then.
    for (const higher of others.filter((each) => each > version)) {
      const kept = await this.read(`${higher}.timestamp.json`);
      if (kept !== undefined && !isSigned(kept)) superseded.push(higher);
    }
    for (const each of superseded) await rm(join(this.#folder, `${each}.timestamp.json`), { force: true });
  }

  /** Deletes all metadata that is not named here, but for timestamps. What another process is writing is none yet. */
  async prune(used: ReadonlySet<string>): Promise<void> {
    for (const name of await this.#list())
      if (metadataName.test(name) && !timestampName.test(name) && !used.has(name))
        await rm(join(this.#folder, name), { force: true });
  }

  /** The versions of the timestamps, the highest first. */
  async #timestamps(): Promise<number[]> {
    return (await this.#list())
      .map((name) => Number(timestampName.exec(name)?.groups?.version ?? 0))
      .filter((version) => version > 0)
      .sort((a, b) => b - a);
  }

  async #list(): Promise<string[]> {
    try {
      return await readdir(this.#folder);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    }
  }
}
