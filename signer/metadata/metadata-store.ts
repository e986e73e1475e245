/**
 * The repository metadata in a state, in its folder `metadata`. Every file has its version in its name and is made once: of two publishers that make
 * the same version, one finds out and begins again from what the other made.
 */
import { maxBinBytes } from '../../core/limits.ts';
import type { State } from '../state/state.ts';

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

const folder = 'metadata';
const pathOf = (name: MetadataName): string => `${folder}/${metadataFileName(name)}`;

export class MetadataStore {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  /** Every file there is, in no order. */
  async list(): Promise<MetadataName[]> {
    const names: MetadataName[] = [];
    for await (const { path } of this.#state.list(folder)) {
      const { version, role } = nameForm.exec(path.slice(folder.length + 1))?.groups ?? {};
      if (role !== undefined) names.push({ version: Number(version), role });
    }
    return names;
  }

  /** @throws Overtaken where it is not there: another publisher deletes what is old */
  async read(name: MetadataName): Promise<Buffer> {
    const stored = await this.#state.read(pathOf(name), maxBinBytes);
    if (stored === undefined) throw new Overtaken(`${metadataFileName(name)} is missing`);
    return stored.bytes;
  }

  /** Gives whether it was made: where the name is taken, nothing changes. */
  create(name: MetadataName, bytes: Uint8Array): Promise<boolean> {
    return this.#state.create(pathOf(name), bytes);
  }

  remove(name: MetadataName): Promise<void> {
    return this.#state.remove(pathOf(name));
  }
}
