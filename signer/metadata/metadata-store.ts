/**
 * The repository metadata on disk. Every file has its version in its name and is made once: of two publishers that make
 * the same version, one finds out and begins again from what the other made.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../core/failure.ts';
import { createOnce } from '../create-once.ts';

/** A file of a role: `12.bin-a3.json`. */
export interface MetadataName {
  readonly version: number;
  /** `root`, `targets`, `snapshot`, `timestamp`, or a bin's. */
  readonly role: string;
}

/** Another publisher was first: what was read is no longer so. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

const nameForm = /^(?<version>[1-9][0-9]{0,15})\.(?<role>[a-z]+(?:-[0-9a-f]{2})?)\.json$/u;

export const metadataFileName = ({ version, role }: MetadataName): string => `${version}.${role}.json`;

export class MetadataStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Every file there is, in no order. */
  async list(): Promise<MetadataName[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    });
    return names.flatMap((name) => {
      const { version, role } = nameForm.exec(name)?.groups ?? {};
      return role === undefined ? [] : [{ version: Number(version), role }];
    });
  }

  /** @throws Overtaken where it is not there: another publisher deletes what is old */
  read(name: MetadataName): Promise<Buffer> {
    const file = metadataFileName(name);
    return readFile(join(this.#folder, file)).catch((error: unknown) => {
      throw systemCode(error) === 'ENOENT' ? new Overtaken(`${file} is missing`) : error;
    });
  }

  /** Gives whether it was made: where the name is taken, nothing changes. */
  create(name: MetadataName, bytes: Uint8Array): Promise<boolean> {
    return createOnce(join(this.#folder, metadataFileName(name)), bytes);
  }

  async remove(name: MetadataName): Promise<void> {
    await rm(join(this.#folder, metadataFileName(name)), { force: true });
  }
}
