/** What is to be published, as it lies in a folder: every file with its digest, and what the records say. */
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
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

/** @throws Failure `not-built` where there is no built registry */
export async function readLocalFiles(dist: string): Promise<LocalFiles> {
  const entries = await readdir(dist, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    if (systemCode(cause) === 'ENOENT') throw notBuilt(dist, { cause });
    throw cause;
  });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name).slice(join(dist, sep).length).replaceAll(sep, '/');
      if (entry.isFile() && isInnerPath(path)) return path;
      throw new Failure('not-built', `${path} is no plain file`, 'run `registry build`');
    })
    .sort();
  // One after the other: to wait for each of a hundred thousand small files takes longer than to read them.
  const files: Files = new Map(paths.map((path) => [path, describe(readFileSync(join(dist, path)))]));
  return openLocalFiles(files, (path) => readFile(join(dist, path)), dist);
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
