/**
 * What the records came to, so that only those that changed are composed. It is a file of its own: the function that signs
 * metadata writes it, and nothing that the function with the approval key reads.
 */
import { maxIndexBytes } from '../core/limits.ts';
import type { TargetFile } from '../schemas/types.ts';
import type { State } from './state/state.ts';
import { readStoredLines, storedLines, type StoredHead } from '../catalog/stored-lines.ts';

/** A record by what it is made of, and its digest and length. */
interface KnownRecord {
  readonly key: string;
  readonly file: TargetFile;
}

const recordsFile = 'index/records.jsonl';
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
    const whole = readStoredLines(bytes, headOf(program), (row) => index.#records.set(...(row as Row)));
    return whole ? index : new RecordIndex(program);
  }

  /** Stores what is known now, for the next run. If another was quicker, what that one knows stays. */
  async write(state: State): Promise<void> {
    if (!this.#changed) return;
    const version = (await state.read(recordsFile, maxIndexBytes))?.version;
    await state.replace(
      recordsFile,
      storedLines(headOf(this.#program), () => this.#records),
      version,
    );
  }
}

type Row = readonly [server: string, KnownRecord];

const headOf = (program: string): StoredHead => ({ format, program });
