/** Reads the listing of a commit's files: `git ls-tree -r -z -l`. */
import { clashIn, leadsOut, onAnySystem, shown } from '../archives/checks.ts';
import { isInnerPath } from '../../core/inner-path.ts';
import { maxArchiveEntries } from '../../core/limits.ts';

export interface ListedFile {
  readonly path: string;
  readonly executable: boolean;
  /** Of its blob. */
  readonly id: string;
  readonly size: number;
}

/** `<mode> <kind> <id> <size>`, with spaces before the size, then a tab, the path, and a zero byte. */
const form = /^(?<mode>[0-7]{6}) (?<kind>[a-z]+) (?<id>[0-9a-f]{40}) +(?<size>\d+|-)\t(?<path>.+)$/su;

/** The files, in the order of the listing. `refuse` throws what must not be there. */
export function readListing(listing: Uint8Array, refuse: (why: string) => never): ListedFile[] {
  const text = new TextDecoder('utf-8', { ignoreBOM: true });
  const files: ListedFile[] = [];
  for (const entry of entriesOf(listing)) {
    const line = text.decode(entry);
    const {
      mode = '',
      id = '',
      size = '',
      path = '',
    } = form.exec(line)?.groups ?? refuse('has a listing that cannot be read');
    if (mode === '160000') refuse(`holds ${shown(path)}, a submodule: its files are in another repository`);
    if (mode === '120000') refuse(`holds ${shown(path)}, a link`);
    if (!/^100[0-7]{3}$/u.test(mode) || size === '-') refuse(`holds ${shown(path)}, which is no plain file`);
    // A path that is no UTF-8 has replacement characters now, and may be the same as another one.
    if (!isInnerPath(path) || path.includes('\ufffd') || path.split('/').some((part) => /^\.git$/iu.test(part)))
      refuse(leadsOut(path));
    files.push({ path, executable: (Number.parseInt(mode, 8) & 0o100) !== 0, id, size: Number(size) });
    if (files.length > maxArchiveEntries) refuse(`holds more than ${maxArchiveEntries} files`);
  }
  const clash = clashIn(
    files.map(({ path }) => ({ path, kind: 'file' })),
    onAnySystem,
  );
  if (clash !== undefined) refuse(clash);
  return files.length === 0 ? refuse('holds no files') : files;
}

function* entriesOf(listing: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < listing.byteLength;) {
    const end = listing.indexOf(0, at);
    yield listing.subarray(at, end === -1 ? listing.byteLength : end);
    at = (end === -1 ? listing.byteLength : end) + 1;
  }
}
