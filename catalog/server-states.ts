/**
 * The two files of every server in each commit of the main line, by their git ids: what history says of servers, before any
 * of these files is read. It can be stored, and goes on from the commit that it ends with.
 */
import { isObjectId } from './objects/object-id.ts';
import type { ChangedPath } from './objects/changed-paths.ts';
import { isPlainFile } from './objects/tree.ts';
import { readStoredLines, storedLines } from './stored-lines.ts';

/** A server's two files as some commit left them. */
export interface ServerState {
  readonly name: string;
  readonly commit: string;
  /** When that commit was made: of a merge, when it was merged. */
  readonly committedAt: Date;
  /** Git ids. */
  readonly manifest: string;
  readonly lock: string;
}

/** The files that a server has now, by their git ids. */
export interface ServerFileIds {
  readonly manifest?: string;
  readonly lock?: string;
}

const head = { format: 1 };
const serverFile = /^servers\/(?<name>[^/]+?)\.(?<kind>yaml|lock\.json)$/u;

export class ServerStates {
  readonly #current = new Map<string, ServerFileIds>();
  readonly #all: ServerState[] = [];

  /** The servers that have a manifest or a lock now, by name. */
  get current(): ReadonlyMap<string, ServerFileIds> {
    return this.#current;
  }

  /** Every state that has a manifest and a lock, in the order of the main line. */
  get all(): readonly ServerState[] {
    return this.#all;
  }

  /** Takes in the next commit of the main line. Paths are relative to the registry; links are no files of a server. */
  add(
    { id: commit, committedAt }: { readonly id: string; readonly committedAt: Date },
    changes: readonly ChangedPath[],
  ): void {
    const touched = new Set<string>();
    for (const { path, after } of changes) {
      const { name, kind } = serverFile.exec(path)?.groups ?? {};
      if (name === undefined) continue;
      const field = kind === 'yaml' ? 'manifest' : 'lock';
      const { [field]: _before, ...other } = this.#current.get(name) ?? {};
      const ids = after !== undefined && isPlainFile(after) ? { ...other, [field]: after.id } : other;
      if (Object.keys(ids).length > 0) this.#current.set(name, ids);
      else this.#current.delete(name);
      touched.add(name);
    }
    for (const name of touched) {
      const { manifest, lock } = this.#current.get(name) ?? {};
      if (manifest !== undefined && lock !== undefined) this.#all.push({ name, commit, committedAt, manifest, lock });
    }
  }

  /** As they are stored: together with the commit that they end with. */
  toBytes(commit: string): Uint8Array {
    return storedLines(head, () => this.#rows(commit));
  }

  *#rows(commit: string): Generator<Row> {
    yield { commit };
    for (const [name, ids] of this.#current) yield [name, ids];
    for (const { name, commit: id, committedAt, manifest, lock } of this.#all)
      yield [name, id, committedAt.getTime(), manifest, lock];
  }

  /** Nothing where the bytes are cut short, or another version of this format: they are found out again then. */
  static from(bytes: Uint8Array): { readonly states: ServerStates; readonly commit: string } | undefined {
    const states = new ServerStates();
    let endsWith: string | undefined;
    const whole = readStoredLines(bytes, head, (read) => {
      const row = read as Row;
      if ('commit' in row) endsWith = row.commit;
      else if (row.length === 2) states.#current.set(...row);
      else states.#all.push(stateOf(row));
    });
    return whole && endsWith !== undefined && isObjectId(endsWith) ? { states, commit: endsWith } : undefined;
  }
}

type StateRow = readonly [name: string, commit: string, time: number, manifest: string, lock: string];
type Row = { readonly commit: string } | readonly [name: string, ServerFileIds] | StateRow;

const stateOf = ([name, commit, time, manifest, lock]: StateRow): ServerState => ({
  ...{ name, commit, committedAt: new Date(time), manifest, lock },
});
