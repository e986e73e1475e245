/** What is to be published, as it lies in a folder: every file with its digest, and what the records say. */
import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { mapConcurrently } from '../../core/concurrency.ts';
import { sha256 } from '../../core/digest.ts';
import { Failure, systemCode } from '../../core/failure.ts';
import { keyringFormat, recordFormat } from '../../core/formats.ts';
import { isInnerPath } from '../../core/inner-path.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import { keyringPath } from '../../core/metadata.ts';
import { openFormat } from '../../core/open-format.ts';
import { recordPath } from '../../core/statement.ts';
import type { Inventory, Keyring, ServerRecord } from '../../schemas/types.ts';
import { markOf } from './spare-folder.ts';
import type { Expected } from './verify-dist.ts';

/** Records that are read at one time. */
const atOnce = 16;

export type Files = Map<string, Inventory['files'][string]>;

export interface LocalFiles {
  readonly files: Files;
  /** Whose registry it is. */
  readonly keyring: Keyring;
  readonly read: (path: string) => Promise<Buffer>;
}

/**
 * `hashed` is a file that keeps what was read, so that the next time a file is read only where its mark is another one. It
 * can be deleted at any time. Without it, every file is read.
 * @throws Failure `not-built` where there is no built registry
 */
export async function readLocalFiles(dist: string, hashed?: string): Promise<LocalFiles> {
  const paths = listed(dist)
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name).slice(join(dist, sep).length).replaceAll(sep, '/');
      if (entry.isFile() && isInnerPath(path)) return path;
      throw new Failure('not-built', `${path} is no plain file`, 'run `registry build`');
    })
    .sort();
  const known = hashed === undefined ? new Map<string, Hashed>() : await readHashed(hashed);
  const found = new Map<string, Hashed>();
  // One after the other: to wait for each of a hundred thousand small files takes longer than to read them.
  for (const path of paths) {
    const file = join(dist, path);
    const mark = markOf(file);
    const before = known.get(path);
    found.set(path, before?.mark === mark ? before : { mark, ...describe(readFileSync(file)) });
  }
  if (hashed !== undefined) await writeHashed(hashed, found);
  const files: Files = new Map(
    [...found].map(([path, { sha256: digest, bytes }]) => [path, { sha256: digest, bytes }]),
  );
  return openLocalFiles(files, (path) => readFile(join(dist, path)), dist);
}

function listed(dist: string): Dirent[] {
  try {
    return readdirSync(dist, { recursive: true, withFileTypes: true });
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') throw notBuilt(dist, { cause });
    throw cause;
  }
}

/** What was read of a file, and its mark at that time. */
interface Hashed extends Readonly<Inventory['files'][string]> {
  readonly mark: string;
}

const hashedVersion = 1;

/** By path. It only saves reading: where it is damaged or cannot be read, everything is read again. */
async function readHashed(file: string): Promise<ReadonlyMap<string, Hashed>> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as { schemaVersion?: number; files?: Record<string, Hashed> };
    return new Map(kept.schemaVersion === hashedVersion ? Object.entries(kept.files ?? {}) : []);
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) !== undefined) return new Map();
    throw error;
  }
}

/** Where it cannot be written, as on a disk that is full or read-only, the next run reads everything. */
async function writeHashed(file: string, files: ReadonlyMap<string, Hashed>): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFileAtomic(file, JSON.stringify({ schemaVersion: hashedVersion, files: Object.fromEntries(files) }));
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
  }
}

export const describe = (bytes: Uint8Array): Inventory['files'][string] => ({
  sha256: sha256(bytes),
  bytes: bytes.byteLength,
});

/** `place` is what messages call where they lie. @throws Failure `not-built` */
export async function openLocalFiles(files: Files, read: LocalFiles['read'], place: string): Promise<LocalFiles> {
  if (!files.has(keyringPath)) throw notBuilt(place);
  return { files, keyring: openFormat(keyringFormat, await read(keyringPath), keyringPath), read };
}

/** What the records of some servers say. */
export const readExpected = ({ read }: LocalFiles, names: readonly string[]): Promise<Expected[]> =>
  mapConcurrently(names, atOnce, async (name) => {
    const path = recordPath(name);
    return expectedOf(openFormat(recordFormat, await read(path), path));
  });

/** Nothing is verified here: only the groups that the verifying host is to be in are looked up. */
export function expectedOf({ name, version, signature }: ServerRecord): Expected {
  const statement = parseJson(Buffer.from(signature.dsseEnvelope.payload, 'base64'));
  const predicate = isJsonObject(statement) ? statement['predicate'] : undefined;
  const server = isJsonObject(predicate) ? predicate['server'] : undefined;
  const audience = isJsonObject(server) ? server['audience'] : undefined;
  const groups = Array.isArray(audience) ? audience.filter((group) => typeof group === 'string') : [];
  return { name, version, groups };
}

const notBuilt = (dist: string, options?: ErrorOptions): Failure =>
  new Failure('not-built', `${dist} holds no built registry`, 'run `registry build` first', options);
