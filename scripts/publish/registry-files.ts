/** The files of dist/ that hosts read, and what the pages are made of, one server after the other. */
import { copyFileSync, linkSync, mkdirSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { canonicalJson } from '../../core/canonical.ts';
import { mapConcurrently } from '../../core/concurrency.ts';
import { sha256 } from '../../core/digest.ts';
import { Failure, systemCode } from '../../core/failure.ts';
import { parseLock } from '../../artefacts/lock.ts';
import type { OpenKeyring } from '../../core/keyring.ts';
import { isEnded } from '../../core/lifecycle.ts';
import { targetPath } from '../../core/metadata.ts';
import { asProblem, type Problem } from '../../core/problem.ts';
import { Refusal } from '../../core/refusal.ts';
import { manifestPath, recordPath } from '../../core/statement.ts';
import type { Lock } from '../../schemas/types.ts';
import type { OpenApproval, Published } from '../../catalog/published.ts';
import type { ApprovalsStore } from '../../signer/approval/approvals-store.ts';
import { composeRecord } from '../../signer/record.ts';
import type { BuildCache, BuiltServer } from './build-cache.ts';
import { shownServer } from './catalog.ts';
import { pagePaths, serverDetail } from './server-detail.ts';
import type { ExportedRegistry, ExportedServer, ExportedVersion } from './exports/export.ts';
import { exportTable } from './exports/table.ts';
import { markOf } from './spare-folder.ts';
import { shownApproval, shownRecord, shownVersions, type View } from './view.ts';

/** Servers that are written at one time. */
const atOnce = 16;

export interface ServerFilesSource {
  readonly store: ApprovalsStore;
  readonly open: OpenApproval;
  /** Who may have signed. */
  readonly keyring: OpenKeyring;
  /** SHA-256 of a server's record, as the metadata names it. */
  readonly recordDigest: (name: string) => string | undefined;
  readonly cache: BuildCache;
  /** The folder that the cache is about. */
  readonly before: string;
  readonly registry: ExportedRegistry;
  /** Whose view it is; nothing for the whole registry. */
  readonly view: View | undefined;
}

export interface WrittenServers {
  /** In the order of what was published. */
  readonly built: ReadonlyMap<string, BuiltServer>;
  /** Those of which nothing changed. Their files are not written: they are to be linked. */
  readonly unchanged: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** Writes the files of all servers below a folder. A fault of the store that concerns one server is its problem alone. */
export async function writeServers(
  published: readonly Published[],
  folder: FolderWriter,
  source: ServerFilesSource,
): Promise<WrittenServers> {
  const unchanged = new Set<string>();
  const problems: Problem[] = [];
  const built = await mapConcurrently(published, atOnce, async (server): Promise<[string, BuiltServer][]> => {
    const { name } = server;
    const known = source.cache.get(name);
    if (known !== undefined && known.record === source.recordDigest(name) && areAsWritten(known, source.before)) {
      unchanged.add(name);
      return [[name, known]];
    }
    try {
      return [[name, await writeServer(server, folder, source)]];
    } catch (error) {
      if (!isFaultOfServer(error)) throw error;
      problems.push(asProblem(error, 'approvals-store', manifestPath(name)));
      return [];
    }
  });
  return { built: new Map(built.flat()), unchanged, problems };
}

/** A store that does not answer is no server's fault. */
const isFaultOfServer = (error: unknown): error is Failure | Refusal =>
  error instanceof Refusal || (error instanceof Failure && error.code === 'approvals-store');

async function writeServer(
  server: Published,
  folder: FolderWriter,
  { store, open, keyring, registry, view }: ServerFilesSource,
): Promise<BuiltServer> {
  const opened = await open(server.current);
  const record = composeRecord(server, opened);
  const recordBytes = canonicalJson(record);
  const files: [string, string][] = [];
  const write = async (path: string, bytes: Uint8Array): Promise<void> => {
    files.push([path, await folder.write(path, bytes)]);
  };
  // The record first: the metadata names it, whatever else of the server is missing.
  for (const path of targetPaths(recordPath(server.name), recordBytes)) await write(path, recordBytes);
  const current = shownApproval(opened, view);
  const published = shownVersions(server, view);
  const versions: ExportedVersion[] = [];
  let summarised = false;
  for (const version of published.versions) {
    const signed = version.digest === opened.digest ? opened : await open(version);
    const approval = signed === opened ? current : shownApproval(signed, view);
    const lockBytes = await store.subject(version.lockDigest);
    // Who reads a summary alone learns of no revocation: that of an ended version is published no more.
    const ended = isEnded(server.lifecycle, version.version);
    const summary = ended ? undefined : await store.summary(signed, keyring);
    await write(`approvals/${version.digest}.json`, signed.bytes);
    if (summary !== undefined) await write(`approvals/${version.digest}.vsa.json`, summary);
    if (signed === opened) summarised = summary !== undefined;
    await write(`manifests/${version.manifestDigest}.yaml`, await store.subject(version.manifestDigest));
    await write(`locks/${version.lockDigest}.json`, lockBytes);
    let lock: Lock | undefined;
    versions.push({ approval, lock: () => (lock ??= parseLock(lockBytes, `the lock of ${server.name}`)) });
  }
  const shown = versions.find(({ approval }) => approval === current);
  if (shown === undefined) throw new Error(`the current version of ${server.name} is not among its versions`);
  const seen = shownRecord(record, published, view);
  const { page, row } = shownServer(published, current, seen, shown.lock(), summarised);
  const exported: ExportedServer = { published, record: seen, current: shown, versions };
  for (const { filesOf } of exportTable)
    for (const [path, bytes] of filesOf?.(exported, registry) ?? []) await write(path, bytes);
  const parts = exportTable.map(({ partOf }) => asBytes(partOf?.(exported, registry)));
  const detail = serverDetail(exported);
  return {
    ...{
      record: sha256(recordBytes),
      page: canonicalJson(page),
      row: canonicalJson(row),
      detail: canonicalJson(detail),
    },
    ...{ parts, files, pages: pagePaths(detail) },
  };
}

const asBytes = (text: string | undefined): Uint8Array | undefined =>
  text === undefined ? undefined : Buffer.from(text);

/** Under its own name for people; hosts read the one whose name holds its digest. */
export const targetPaths = (path: string, bytes: Uint8Array): string[] => [path, targetPath(path, sha256(bytes))];

/** Writes files below a folder that is not published yet. */
export class FolderWriter {
  readonly #folder: string;
  readonly #made = new Set<string>();
  #files = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get files(): number {
    return this.#files;
  }

  /** Gives the file's mark. */
  async write(path: string, bytes: Uint8Array): Promise<string> {
    const file = this.#place(path);
    // By renaming: at any moment the name may be a link to a published file, which must not be written to.
    const temporary = `${file}.${this.#files++}.tmp`;
    await writeFile(temporary, bytes);
    await rename(temporary, file);
    return markOf(file);
  }

  /**
   * Links the files of servers that did not change, or copies them where that cannot be done, but for those that are there. It
   * waits for each call: of a large registry there are a hundred thousand, and each takes less time than to wait for many at once.
   */
  async linkAll(
    servers: readonly BuiltServer[],
    before: string,
    there: ReadonlySet<string> = new Set(),
  ): Promise<void> {
    for (const [index, { files }] of servers.entries()) {
      // Between them, what else is going on gets its turn.
      if (index % 100 === 0) await setImmediate();
      for (const [path] of files) if (!there.has(path)) linkOrCopy(join(before, path), this.#place(path));
      this.#files += files.length;
    }
  }

  #place(path: string): string {
    const file = join(this.#folder, path);
    const folder = dirname(file);
    if (!this.#made.has(folder)) mkdirSync(folder, { recursive: true });
    this.#made.add(folder);
    return file;
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    // Two versions may have the same manifest or lock.
    if (systemCode(error) === 'EEXIST') return;
    if (systemCode(error) === undefined) throw error;
    // On another file system, or on one without links.
    copyFileSync(from, to);
  }
}

/** Whether all files of a server are in a folder as they were written. */
export const areAsWritten = ({ files }: BuiltServer, folder: string): boolean =>
  files.every(([path, mark]) => {
    try {
      return markOf(join(folder, path)) === mark;
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      return false;
    }
  });
