/**
 * The repository metadata, in the folder `metadata` of a state. Every file has its version in its name and is made only
 * once. If two publishers make the same version, the second one notices and starts again from what the first one made.
 */
import { maxBinBytes } from '../../core/limits.ts';
import type { State } from '../state/state.ts';

/** A file of a role: `12.bin-a3.json`. */
export interface MetadataName {
  readonly version: number;
  /** `root`, `targets`, `snapshot`, `timestamp`, or a bin's. */
  readonly role: string;
}

/** Another publisher was first, so what was read is outdated. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

const nameForm = /^(?<version>[1-9][0-9]{0,15})\.(?<role>[a-z]+(?:-[0-9a-f]{2})?)\.json$/u;

export const metadataFileName = ({ version, role }: MetadataName): string => `${version}.${role}.json`;

const folder = 'metadata';
const pathOf = (name: MetadataName): string => `${folder}/${metadataFileName(name)}`;

export class MetadataStore {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  /** All files, in no particular order. */
  async list(): Promise<MetadataName[]> {
    const names: MetadataName[] = [];
    for await (const { path } of this.#state.list(folder)) {
      const { version, role } = nameForm.exec(path.slice(folder.length + 1))?.groups ?? {};
      if (role !== undefined) names.push({ version: Number(version), role });
    }
    return names;
  }

  /** @throws Overtaken if the file is missing: another publisher has deleted it as old */
  async read(name: MetadataName): Promise<Buffer> {
    const stored = await this.#state.read(pathOf(name), maxBinBytes);
    if (stored === undefined) throw new Overtaken(`${metadataFileName(name)} is missing`);
    return stored.bytes;
  }

  /** Returns whether the file was made. If the name is taken, nothing changes. */
  create(name: MetadataName, bytes: Uint8Array): Promise<boolean> {
    return this.#state.create(pathOf(name), bytes);
  }

  remove(name: MetadataName): Promise<void> {
    return this.#state.remove(pathOf(name));
  }
}
