/** A wheel's RECORD: the list of its files, each with its digest and size, that it carries itself. */
import { hash } from 'node:crypto';
import { shown } from '../archives/checks.ts';
import type { PackageFile } from '../archives/tarball.ts';
import { isCached } from './wheel-files.ts';

/** Node's names of the digests that may stand in it: SHA-256 and stronger. */
const algorithms: ReadonlySet<string> = new Set(['sha256', 'sha384', 'sha512']);

/**
 * Why a RECORD is not the list of these files, or undefined if it is. `folder` is the wheel's dist-info. Files that are not
 * unpacked may stand in it.
 */
export function recordFault(files: readonly PackageFile[], folder: string): string | undefined {
  const own = `${folder}/RECORD`;
  const byPath = new Map(files.map((file) => [file.path, file]));
  const record = byPath.get(own);
  if (record === undefined) return 'holds no RECORD';
  /** They came into the wheel after it, or sign it. */
  const unlisted = new Set([own, `${own}.jws`, `${own}.p7s`]);
  const listed = new Set<string>();
  for (const line of Buffer.from(record.content).toString('utf8').split(/\r?\n/u)) {
    if (line === '') continue;
    const [path, digest, size] = rowOf(line) ?? [];
    if (path === undefined || digest === undefined || size === undefined)
      return `has a line in its RECORD that is none: ${shown(line)}`;
    const file = byPath.get(path);
    if (file === undefined && isCached(path, byPath)) continue;
    if (file === undefined) return `lists ${shown(path)} in its RECORD, which is not there`;
    if (listed.has(path)) return `lists ${shown(path)} twice in its RECORD`;
    listed.add(path);
    if (digest === '' && size === '' && unlisted.has(path)) continue;
    const fault = fileFault(file, digest, size);
    if (fault !== undefined) return fault;
  }
  const extra = files.find(({ path }) => !listed.has(path) && !unlisted.has(path));
  return extra === undefined ? undefined : `holds ${shown(extra.path)}, which is not in its RECORD`;
}

/** A line of three values, as Python's `csv` writes it. No path of a file holds a line break. */
function rowOf(line: string): string[] | undefined {
  const row = /^(?:"(?<quoted>(?:[^"]|"")*)"|(?<bare>[^",]*)),(?<digest>[^",]*),(?<size>[^",]*)$/u.exec(line)?.groups;
  const path = row?.['bare'] ?? row?.['quoted']?.replaceAll('""', '"');
  return row?.['digest'] === undefined || row['size'] === undefined || path === undefined
    ? undefined
    : [path, row['digest'], row['size']];
}

function fileFault({ path, sha256, content }: PackageFile, digest: string, size: string): string | undefined {
  const [algorithm = '', value] = digest.split(/=(?<value>.*)/su);
  if (!algorithms.has(algorithm))
    return `lists ${shown(path)} in its RECORD without a digest that is SHA-256 or stronger`;
  const actual =
    algorithm === 'sha256' ? Buffer.from(sha256, 'hex').toString('base64url') : hash(algorithm, content, 'base64url');
  if (value !== actual) return `lists ${shown(path)} in its RECORD with another digest than it has`;
  // It may be left out.
  if (size !== '' && size !== String(content.byteLength))
    return `lists ${shown(path)} in its RECORD with the size ${shown(size)}, not ${content.byteLength}`;
  return undefined;
}
