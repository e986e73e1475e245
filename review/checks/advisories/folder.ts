/** Reads a folder of OSV records, one in each file, with an `as-of.json`: a dump, a mirror or a fixture. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { mapConcurrently } from '../../../core/concurrency.ts';
import { labelOf, registeredName, registryNames, type PackageName } from '../../../artefacts/part.ts';
import { isJsonObject, parseJson } from '../../../core/json.ts';
import {
  maxAdvisoryBytes,
  maxAdvisoryFiles,
  maxAdvisoryFolderBytes,
  maxAdvisoryFolderDepth,
  maxConfigBytes,
} from '../../../core/limits.ts';
import { readPlainFile } from '../../../catalog/read-file.ts';
import type { FindAdvisories } from './advisory.ts';
import { advisoryOf, isAffected } from './osv-match.ts';
import { readRecord, RecordError, type OsvRecord } from './osv-record.ts';

export interface AdvisoryFolder {
  /** The day of the data. */
  readonly asOf: string;
  /** The number of records about packages of registries that we know. */
  readonly records: number;
  readonly find: FindAdvisories;
}

const dateFile = 'as-of.json';
/** The maximum number of files that are open at the same time. */
const atOnce = 64;

/** Reads every record. @throws RecordError and what reading files throws */
export async function readAdvisoryFolder(root: string, place: string): Promise<AdvisoryFolder> {
  const folder = resolve(root, place);
  const files = await recordFiles(folder);
  const asOf = readDate(await readJson(folder, dateFile, maxConfigBytes));
  let bytes = 0;
  const read = await mapConcurrently(files, atOnce, async (file) => {
    const value = await readJson(folder, file, maxAdvisoryBytes, (size) => {
      bytes += size;
      if (bytes > maxAdvisoryFolderBytes) throw new RecordError(`have more than ${maxAdvisoryFolderBytes} bytes`);
    });
    return readRecord(value, file);
  });
  const byPackage = new Map<string, OsvRecord[]>();
  const records = read.filter(({ affected }) => affected.length > 0);
  for (const record of records)
    for (const key of new Set(record.affected.map(keyOf))) {
      const others = byPackage.get(key);
      if (others === undefined) byPackage.set(key, [record]);
      else others.push(record);
    }
  if (records.length === 0) throw new RecordError('hold no record about a package of npm or PyPI');
  const known = new Set(records.flatMap(({ affected }) => affected.map(({ type }) => type)));
  return {
    asOf,
    records: records.length,
    find: async (packages) => {
      const unknown = packages.find((each) => !known.has(each.type));
      // A dump of one registry says nothing about another one.
      if (unknown !== undefined)
        throw new RecordError(
          `hold no record about a package of ${registryNames[unknown.type]}, so nothing is known about ${labelOf(unknown)}`,
        );
      return new Map(
        packages.map((each) => [
          labelOf(each),
          (byPackage.get(keyOf(each)) ?? [])
            .filter((record) => isAffected(record, each))
            .map((record) => advisoryOf(record, each)),
        ]),
      );
    },
  };
}

/** Packages of different registries may have the same name. */
const keyOf = (about: Pick<PackageName, 'type' | 'name'>): string => `${about.type} ${registeredName(about)}`;

/** The paths of all records, sorted, subfolders included. */
async function recordFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  let seen = 0;
  const visit = async (path: string, depth: number): Promise<void> => {
    if (depth > maxAdvisoryFolderDepth) throw new RecordError(`lie more than ${maxAdvisoryFolderDepth} folders deep`);
    for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
      if (++seen > maxAdvisoryFiles) throw new RecordError(`are more than ${maxAdvisoryFiles} files`);
      const inner = join(path, entry.name);
      if (entry.isDirectory()) await visit(inner, depth + 1);
      else if (entry.name.endsWith('.json') && inner !== dateFile) files.push(inner);
      // A link could point to records, which would then be ignored.
      else if (!entry.isFile()) throw new RecordError(`hold ${inner}, which is neither a file nor a folder`);
    }
  };
  await visit('', 0);
  return files.sort();
}

async function readJson(
  folder: string,
  file: string,
  maxBytes: number,
  onRead: (size: number) => void = () => undefined,
): Promise<unknown> {
  const bytes = readPlainFile(folder, file, maxBytes);
  if (!Buffer.isBuffer(bytes)) throw new RecordError(`hold ${file}, which is not a plain file`);
  if (bytes.byteLength > maxBytes) throw new RecordError(`hold ${file}, which has more than ${maxBytes} bytes`);
  onRead(bytes.byteLength);
  try {
    return parseJson(bytes);
  } catch (cause) {
    throw new RecordError(`hold ${file}, which cannot be read as JSON`, { cause });
  }
}

function readDate(value: unknown): string {
  const fields = new Set(['schemaVersion', 'asOf', 'note']);
  if (!isJsonObject(value) || !Object.keys(value).every((field) => fields.has(field)))
    throw new RecordError(`have an ${dateFile} with other fields than schemaVersion, asOf and note`);
  const { schemaVersion, asOf } = value;
  if (schemaVersion !== 1) throw new RecordError(`have an ${dateFile} with a schema version other than 1`);
  if (typeof asOf !== 'string' || !isDay(asOf))
    throw new RecordError(`have no day in ${dateFile}, such as "asOf": "2026-11-20"`);
  return asOf;
}

const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/u.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
