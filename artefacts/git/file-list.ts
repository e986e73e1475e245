/**
 * The files of a commit as one run of bytes, so that they are kept by a digest like every archive: a host that has them needs no
 * git and no network. Sorted by path; of each file a line `<mode> <size> <path>` and its content. The same files always give the
 * same bytes, and no other bytes are read.
 */
import { clashIn, leadsOut, onAnySystem } from '../archives/checks.ts';
import type { PackageFile } from '../archives/tarball.ts';
import { sha256 } from '../../core/digest.ts';
import { isInnerPath } from '../../core/inner-path.ts';
import { maxArchiveEntries, maxUnpackedBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';

const firstLine = 'countersign files 1\n';

export const writeFileList = (files: readonly PackageFile[]): Buffer =>
  Buffer.concat([
    Buffer.from(firstLine),
    ...files
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
      .flatMap(({ path, executable, content }) => [
        Buffer.from(`${executable ? '0755' : '0644'} ${content.byteLength} ${path}\n`),
        content,
      ]),
  ]);

/** `what` is what messages call the files. @throws Refusal E_ARCHIVE, E_TOO_LARGE */
export function readFileList(bytes: Uint8Array, what: string): PackageFile[] {
  const refuse = (why: string): never => {
    throw new Refusal('E_ARCHIVE', `${what} ${why}`, 'do not use it: it was written by another program');
  };
  if (bytes.byteLength > maxUnpackedBytes)
    throw new Refusal('E_TOO_LARGE', `${what} holds more than ${maxUnpackedBytes} bytes`, 'do not use it');
  const list = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!list.subarray(0, firstLine.length).equals(Buffer.from(firstLine))) refuse('is no list of files');
  const files: PackageFile[] = [];
  for (let at = firstLine.length; at < list.byteLength;) {
    const end = list.indexOf('\n', at);
    const line = list.toString('utf8', at, end === -1 ? at : end);
    const { mode, size = '', path = '' } = form.exec(line)?.groups ?? refuse('has a line that cannot be read');
    const start = end + 1;
    at = start + Number(size);
    if (at > list.byteLength) refuse(`ends within ${path}`);
    // A path that is no UTF-8 has replacement characters now.
    if (!isInnerPath(path) || path.includes('\ufffd')) refuse(leadsOut(path));
    const before = files.at(-1)?.path;
    if (before !== undefined && before >= path) refuse('is not sorted by path');
    const content = list.subarray(start, at);
    files.push({ path, executable: mode === '0755', sha256: sha256(content), content });
    if (files.length > maxArchiveEntries) refuse(`holds more than ${maxArchiveEntries} files`);
  }
  const clash = clashIn(
    files.map(({ path }) => ({ path, kind: 'file' })),
    onAnySystem,
  );
  if (clash !== undefined) refuse(clash);
  return files.length === 0 ? refuse('holds no files') : files;
}

const form = /^(?<mode>0644|0755) (?<size>0|[1-9]\d{0,9}) (?<path>.+)$/su;
