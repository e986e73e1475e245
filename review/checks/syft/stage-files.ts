/**
 * Lays the files of an image out in a folder, for a program that reads only folders. The image is hostile: nothing is written but
 * plain files and folders, below that folder, and nothing is executable. Links are not made; what lies behind one is there under its
 * own name.
 */
import { mkdir, open } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { FilePiece } from '../../../artefacts/oci/layer.ts';
import { systemCode } from '../../../core/failure.ts';

export type Staged =
  /** `left` are the files that have no place on this disk: their names do not fit, or another file has it. */
  { readonly kind: 'staged'; readonly left: readonly string[] } | { readonly kind: 'not-staged'; readonly why: string };

/** @throws any error of `pieces` */
export async function stageFiles(pieces: AsyncIterable<FilePiece>, folder: string, maxBytes: number): Promise<Staged> {
  const left = new Set<string>();
  /** The files under these paths are whole, or were never begun: what follows is of another one. */
  const over = new Set<string>();
  let bytes = 0;
  for await (const { path, start, isLast, content } of pieces) {
    bytes += content.byteLength;
    if (bytes > maxBytes) return { kind: 'not-staged', why: `it holds more than ${maxBytes} bytes of files` };
    if (over.has(path)) {
      left.add(path);
      continue;
    }
    const fault = hasPlace(path) ? await write(join(folder, path), content, start) : 'EINVAL';
    if (fault !== undefined && !ofTheName.has(fault))
      return { kind: 'not-staged', why: `its files could not be written to a disk: ${fault}` };
    if (fault !== undefined) left.add(path);
    if (fault !== undefined || isLast) over.add(path);
  }
  return { kind: 'staged', left: [...left] };
}

/** The reader lets no path with `..` pass. Elsewhere than on Linux a name may hold a separator. */
const hasPlace = (path: string): boolean =>
  path !== '' && !path.includes('\0') && (sep === '/' || !/[\\:]/u.test(path)) && !path.split('/').includes('..');

/** Too long, taken by a folder, below a file, or of characters that this disk does not take. */
const ofTheName: ReadonlySet<string> = new Set(['EEXIST', 'EINVAL', 'EILSEQ', 'EISDIR', 'ENAMETOOLONG', 'ENOTDIR']);

/** The code of what went wrong. */
async function write(file: string, content: Uint8Array, start: number): Promise<string | undefined> {
  try {
    if (start === 0) await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    // A first piece never goes into a file that is there, so a later one only into what this wrote.
    const opened = await open(file, start === 0 ? 'wx' : 'r+', 0o600);
    try {
      for (let at = 0; at < content.byteLength;) {
        const { bytesWritten } = await opened.write(content, at, content.byteLength - at, start + at);
        at += bytesWritten;
      }
    } finally {
      await opened.close();
    }
    return undefined;
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return code;
  }
}
