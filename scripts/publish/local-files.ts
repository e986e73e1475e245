/** What is to be published, as it lies in a folder: every file with its digest, and what the records say. */
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
import { compareText } from '../../core/order.ts';
import { nameOfRecord } from '../../core/statement.ts';
import type { Inventory, Keyring, ServerRecord } from '../../schemas/types.ts';
import type { Expected } from './verify-dist.ts';

/** Files that are read at one time. */
const atOnce = 32;

export type Files = Map<string, Inventory['files'][string]>;

export interface LocalFiles {
  readonly files: Files;
  /** Whose registry it is. */
  readonly keyring: Keyring;
  readonly servers: readonly Expected[];
  readonly read: (path: string) => Promise<Buffer>;
}

/** @throws Failure `not-built` where there is no built registry */
export async function readLocalFiles(dist: string): Promise<LocalFiles> {
  const read = (path: string): Promise<Buffer> => readFile(join(dist, path));
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
  return describeFiles(paths, read, dist);
}

/** `place` is what messages call where they lie. */
export async function describeFiles(
  paths: readonly string[],
  read: LocalFiles['read'],
  place: string,
): Promise<LocalFiles> {
  if (!paths.includes(keyringPath)) throw notBuilt(place);
  const servers: Expected[] = [];
  const files = await mapConcurrently(paths, atOnce, async (path) => {
    const bytes = await read(path);
    if (nameOfRecord(path) !== undefined) servers.push(expectedOf(openFormat(recordFormat, bytes, path)));
    return [path, { sha256: sha256(bytes), bytes: bytes.byteLength }] as const;
  });
  return {
    files: new Map(files),
    keyring: openFormat(keyringFormat, await read(keyringPath), keyringPath),
    servers: servers.toSorted((a, b) => compareText(a.name, b.name)),
    read,
  };
}

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
