/**
 * What the records came to, so that only those that changed are composed. It is a file of its own: the function that signs
 * metadata writes it, and nothing that the function with the approval key reads.
 */
import { maxIndexBytes } from '../core/limits.ts';
import type { TargetFile } from '../schemas/types.ts';
import type { State } from './state/state.ts';
import { parseStored } from '../catalog/stored-json.ts';

/** A record by what it is made of, and its digest and length. */
interface KnownRecord {
  readonly key: string;
  readonly file: TargetFile;
}

const recordsFile = 'index/records.json';
const format = 1;

export class RecordIndex {
  readonly #program: string;
  /** By server. */
  readonly #records = new Map<string, KnownRecord>();
  #changed = false;

  private constructor(program: string) {
    this.#program = program;
  }

  /** The file of a server's record if it was made of the same; otherwise what `make` gives. */
  async record(name: string, key: string, make: () => Promise<TargetFile>): Promise<TargetFile> {
    const known = this.#records.get(name);
    if (known?.key === key) return known.file;
    const file = await make();
    this.#records.set(name, { key, file });
    this.#changed = true;
    return file;
  }

  /** An empty one if another program made it, or it is cut short: every record is composed again then. */
  static async read(state: State, program: string): Promise<RecordIndex> {
    const index = new RecordIndex(program);
    const bytes = (await state.read(recordsFile, maxIndexBytes))?.bytes;
    const stored = parseStored(bytes) as Stored | undefined;
    if (stored?.schemaVersion !== format || stored.program !== program || !Array.isArray(stored.records)) return index;
    for (const [name, known] of stored.records) index.#records.set(name, known);
    return index;
  }

  /** Stores what is known now, for the next run. If another was quicker, what that one knows stays. */
  async write(state: State): Promise<void> {
    if (!this.#changed) return;
    const stored: Stored = { schemaVersion: format, program: this.#program, records: [...this.#records] };
    const there = await state.read(recordsFile, maxIndexBytes);
    await state.replace(recordsFile, Buffer.from(JSON.stringify(stored)), there?.version);
  }
}

interface Stored {
  readonly schemaVersion: number;
  readonly program: string;
  readonly records: readonly (readonly [string, KnownRecord])[];
}
