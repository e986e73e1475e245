/** The files of a registry as a commit has them: what stands in the working tree plays no part. */
import { eachObject, git, readObjects } from './git.ts';
import type { FileSource } from './read-file.ts';

/** Where a file lies in a commit. */
interface Entry {
  readonly mode: string;
  readonly id: string;
}

/** The files of a commit, none of them read yet but registry.yaml and policy.yaml. */
export class CommittedFiles implements FileSource {
  readonly #root: string;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #read: ReadonlyMap<string, Buffer>;

  private constructor(root: string, entries: ReadonlyMap<string, Entry>, read: ReadonlyMap<string, Buffer>) {
    this.#root = root;
    this.#entries = entries;
    this.#read = read;
  }

  /** Lists what a registry is made of, except for its advisories and trust/, which are read as folders. @throws Failure `git` */
  static async of(root: string, commit: string): Promise<CommittedFiles> {
    const listed = await git(root, 'ls-tree', '-r', '-z', commit, '--', 'registry.yaml', 'policy.yaml', 'servers');
    const entries = new Map<string, Entry>();
    for (const line of listed.split('\0')) {
      const { mode, id, path } = /^(?<mode>\d+) \w+ (?<id>[0-9a-f]+)\t(?<path>.+)$/su.exec(line)?.groups ?? {};
      if (mode !== undefined && id !== undefined && path !== undefined) entries.set(path, { mode, id });
    }
    const own = ['registry.yaml', 'policy.yaml'].flatMap((path) => plainId(entries.get(path)) ?? []);
    return new CommittedFiles(root, entries, await readObjects(root, [...new Set(own)]));
  }

  list(folder: string): readonly string[] {
    const names = [...this.#entries.keys()].flatMap((path) =>
      path.startsWith(`${folder}/`) ? (path.slice(folder.length + 1).split('/')[0] ?? []) : [],
    );
    return [...new Set(names)];
  }

  read(path: string): Buffer | 'no-plain-file' | undefined {
    const entry = this.#entries.get(path);
    if (entry === undefined) {
      // A folder of that name has its files listed, and not itself.
      return [...this.#entries.keys()].some((other) => other.startsWith(`${path}/`)) ? 'no-plain-file' : undefined;
    }
    const id = plainId(entry);
    return id === undefined ? 'no-plain-file' : this.#read.get(id);
  }

  /** The git id of a plain file's bytes; nothing where there is no plain file. */
  idOf(path: string): string | undefined {
    return plainId(this.#entries.get(path));
  }

  /** Files with their bytes, one group after the other: only one group is in memory. */
  async *readGroups<T extends readonly string[]>(groups: readonly T[]): AsyncGenerator<[T, FileSource]> {
    const ids = groups.flatMap((paths) => paths.flatMap((path) => this.idOf(path) ?? []));
    const objects = eachObject(this.#root, ids);
    for (const paths of groups) {
      const bytes = new Map<string, Buffer>();
      for (const path of paths) {
        if (this.idOf(path) === undefined) continue;
        const next = await objects.next();
        if (next.done !== true) bytes.set(path, next.value[1]);
      }
      yield [paths, { list: (folder) => this.list(folder), read: (path) => bytes.get(path) ?? this.read(path) }];
    }
  }
}

const plainId = (entry: Entry | undefined): string | undefined =>
  entry?.mode.startsWith('100') === true ? entry.id : undefined;
