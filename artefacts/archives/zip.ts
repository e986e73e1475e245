/**
 * Reads a zip file: a wheel or a bundle. Returns the files that extraction yields, and refuses everything that must not be
 * in one, and everything that two programs could read in two ways: those who review it must see what hosts run.
 */
import { crc32, inflateRawSync, type InflateRaw } from 'node:zlib';
import { fromBufferPromise } from 'yauzl';
import { sha256 } from '../../core/digest.ts';
import { messageOf } from '../../core/failure.ts';
import { maxArchiveEntries, maxUnpackedBytes, maxUnpackedRatio, minRatioBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { archiveRefusal, clashIn, onAnySystem, shown, tooLarge } from './checks.ts';
import type { PackageFile } from './tarball.ts';
import { readZipEnd, type Refuse, type ZipDirectory } from './zip-end.ts';
import { deflated, readEntry, type ZipEntry } from './zip-entry.ts';
import { checkLayout, checkLocal, type PlacedEntry } from './zip-layout.ts';

/** In the order of the zip file's list. `what` is what messages call it. @throws Refusal E_ARCHIVE, E_TOO_LARGE */
export async function readZip(bytes: Uint8Array, what: string): Promise<PackageFile[]> {
  const refuse: Refuse = (why, options) => {
    throw archiveRefusal(what, why, options);
  };
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = readZipEnd(archive, refuse);
  if (directory.count > maxArchiveEntries) refuse(`holds more than ${maxArchiveEntries} files`);
  const entries = await entriesIn(archive, directory, what, refuse);
  checkSize(entries, archive.byteLength, what);
  checkLayout(entries, directory, archive, refuse);
  const clash = clashIn(entries, onAnySystem);
  if (clash !== undefined) refuse(clash);

  const files: PackageFile[] = [];
  for (const placed of entries) {
    const content = contentOf(placed, archive, refuse);
    const { path, kind, executable } = placed;
    if (kind === 'file') files.push({ path, executable, sha256: sha256(content), content });
    else if (content.byteLength > 0) refuse(`holds ${shown(path)}, a folder with a content`);
  }
  if (files.length === 0) refuse('holds no files');
  return files;
}

async function entriesIn(
  archive: Buffer,
  { start, end }: ZipDirectory,
  what: string,
  refuse: Refuse,
): Promise<(ZipEntry & PlacedEntry)[]> {
  const entries: (ZipEntry & PlacedEntry)[] = [];
  let at = start;
  try {
    // Names are decoded here: yauzl would change some of them.
    const zip = await fromBufferPromise(archive, { decodeStrings: false });
    for await (const entry of zip.eachEntry()) {
      const read = readEntry(entry, archive.subarray(at), refuse);
      const placed = { ...read, entry, local: await zip.readLocalFileHeaderPromise(entry) };
      checkLocal(placed, refuse);
      entries.push(placed);
      at += 46 + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
    }
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw archiveRefusal(what, `is no zip file: ${messageOf(cause)}`, { cause });
  }
  if (at !== end) refuse('has more or less in the list of its files than it says');
  return entries;
}

/** The sizes are those that the list states; no more than these is unpacked. */
function checkSize(entries: readonly PlacedEntry[], packedBytes: number, what: string): void {
  const unpackedBytes = entries.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
  if (unpackedBytes > maxUnpackedBytes) throw tooLarge(what);
  if (unpackedBytes > minRatioBytes && unpackedBytes > maxUnpackedRatio * packedBytes)
    throw new Refusal(
      'E_TOO_LARGE',
      `${what} unpacks to more than ${maxUnpackedRatio} times its size`,
      'do not use it',
    );
}

function contentOf({ path, entry, local }: PlacedEntry, archive: Buffer, refuse: Refuse): Uint8Array {
  const { compressedSize, uncompressedSize } = entry;
  const packed = archive.subarray(local.fileDataStart, local.fileDataStart + compressedSize);
  const content = entry.compressionMethod === deflated ? inflate(packed, uncompressedSize) : packed;
  if (content?.byteLength !== uncompressedSize) return refuse(`holds ${shown(path)}, which is not what its size says`);
  if (crc32(content) !== entry.crc32) refuse(`holds ${shown(path)}, which is not what its checksum says`);
  return content;
}

/** Undefined where the bytes are no compressed content, or more than one, or where it is larger than stated. */
function inflate(packed: Buffer, size: number): Buffer | undefined {
  try {
    const options = { info: true, maxOutputLength: Math.max(1, size) };
    // With `info` it returns both; the types do not say so.
    const { buffer, engine } = inflateRawSync(packed, options) as unknown as { buffer: Buffer; engine: InflateRaw };
    return engine.bytesWritten === packed.byteLength ? buffer : undefined;
  } catch {
    return undefined;
  }
}
