/**
 * Where the contents of a zip file's entries lie, and what stands before and after each (APPNOTE.TXT 6.3, 4.3.7 and 4.3.9).
 * Some programs read a zip file from its beginning and never see its list: to them it says the same.
 */
import { parseExtraFields, type Entry, type LocalFileHeader } from 'yauzl';
import { shown } from './checks.ts';
import type { Refuse, ZipDirectory } from './zip-end.ts';
import { checkFields, deflated, descriptorFlag, wideSizesField } from './zip-entry.ts';

/** An entry with the header before its content. */
export interface PlacedEntry {
  readonly path: string;
  readonly entry: Entry;
  readonly local: LocalFileHeader;
}

/** Whether everything before the list is entries, one after the other, of sizes within the limit. @throws by `refuse` if not */
export function checkLayout(
  placed: readonly PlacedEntry[],
  { start }: ZipDirectory,
  bytes: Buffer,
  refuse: Refuse,
): void {
  const inOrder = placed.toSorted((a, b) => a.entry.relativeOffsetOfLocalHeader - b.entry.relativeOffsetOfLocalHeader);
  let end = 0;
  for (const [index, { path, entry, local }] of inOrder.entries()) {
    const begin = entry.relativeOffsetOfLocalHeader;
    if (begin > end) refuse(`has ${begin - end} bytes before ${shown(path)} that belong to no file`);
    const next = inOrder[index + 1]?.entry.relativeOffsetOfLocalHeader ?? start;
    const contentEnd = local.fileDataStart + entry.compressedSize;
    if (contentEnd > next) refuse(`holds ${shown(path)}, which reaches into what comes after it`);
    const hasDescriptor = (entry.generalPurposeBitFlag & descriptorFlag) !== 0;
    end = hasDescriptor ? next : contentEnd;
    if (hasDescriptor && !isDescriptor(bytes.subarray(contentEnd, next), entry))
      refuse(`holds ${shown(path)} with another size or checksum after its content than in its list`);
  }
  if (end !== start) refuse(`has ${start - end} bytes before its list that belong to no file`);
}

/** 4.3.9: it may begin with a mark, and its sizes may be of 64 bits; its length tells which. */
function isDescriptor(bytes: Buffer, { crc32, compressedSize, uncompressedSize }: Entry): boolean {
  const isMarked = bytes.byteLength === 16 || bytes.byteLength === 24;
  const isWide = bytes.byteLength >= 20;
  const expected = Buffer.alloc((isMarked ? 4 : 0) + (isWide ? 20 : 12));
  let at = isMarked ? expected.writeUInt32LE(0x08074b50) : 0;
  at = expected.writeUInt32LE(crc32, at);
  for (const size of [compressedSize, uncompressedSize])
    at = isWide ? expected.writeBigUInt64LE(BigInt(size), at) : expected.writeUInt32LE(size, at);
  return bytes.equals(expected);
}

/** Whether the header before a content says the same as the list. @throws by `refuse` if it does not */
export function checkLocal({ path, entry, local }: PlacedEntry, refuse: Refuse): void {
  const what = shown(path);
  if (!local.fileName.equals(entry.fileNameRaw))
    refuse(`holds ${what}, which has another name before its content than in its list`);
  const fields = parseExtraFields(local.extraField);
  checkFields(fields, entry.fileNameRaw, what, refuse);
  const hasDescriptor = (entry.generalPurposeBitFlag & descriptorFlag) !== 0;
  // What is stored says nowhere where it ends: the header must, or a reader from the beginning guesses.
  const mayBeLater = hasDescriptor && entry.compressionMethod === deflated;
  const isSame = (before: number, inList: number): boolean => before === inList || (mayBeLater && before === 0);
  const [size, compressedSize] = sizesIn(local, fields);
  if (
    local.generalPurposeBitFlag !== entry.generalPurposeBitFlag ||
    local.compressionMethod !== entry.compressionMethod ||
    !isSame(local.crc32, entry.crc32) ||
    !isSame(size, entry.uncompressedSize) ||
    !isSame(compressedSize, entry.compressedSize)
  )
    refuse(`holds ${what}, which has another size, checksum or method before its content than in its list`);
}

/**
 * 4.5.3: in this place the field holds both sizes. Bazel writes it where they fit into their own places too, and the same
 * sizes there. NaN equals no size.
 */
function sizesIn(
  { uncompressedSize, compressedSize }: LocalFileHeader,
  fields: ReturnType<typeof parseExtraFields>,
): [size: number, compressedSize: number] {
  const field = fields.find(({ id }) => id === wideSizesField);
  if (field === undefined) return [uncompressedSize, compressedSize];
  if (field.data.byteLength !== 16) return [Number.NaN, Number.NaN];
  const one = (narrow: number, at: number): number => {
    const wide = Number(field.data.readBigUInt64LE(at));
    return narrow === wide || narrow === 0xffffffff ? wide : Number.NaN;
  };
  return [one(uncompressedSize, 0), one(compressedSize, 8)];
}
