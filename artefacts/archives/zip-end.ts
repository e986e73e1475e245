/**
 * The end of a zip file, which says where the list of its entries lies. Readers look for it in different ways; refused is
 * every file in which two of them could find different lists. The steps are those of PKWARE's APPNOTE.TXT 6.3.
 */

/** Where the list of entries lies, its central directory. `end` is the offset of the first byte after it. */
export interface ZipDirectory {
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

/** Throws a Refusal E_ARCHIVE that says why. */
export type Refuse = (why: string, options?: ErrorOptions) => never;

interface EndNumbers {
  readonly disk: number;
  readonly directoryDisk: number;
  readonly countHere: number;
  readonly count: number;
  readonly size: number;
  readonly start: number;
}

const recordBytes = 22;
const maxCommentBytes = 0xffff;
const locatorBytes = 20;
const wideRecordBytes = 56;

const recordSignature = Buffer.from('PK\u0005\u0006', 'latin1');
const locatorSignature = 0x07064b50;
const wideRecordSignature = 0x06064b50;

export function readZipEnd(bytes: Buffer, refuse: Refuse): ZipDirectory {
  const at = findRecord(bytes, refuse);
  // 4.3.16
  const narrow: EndNumbers = {
    disk: bytes.readUInt16LE(at + 4),
    directoryDisk: bytes.readUInt16LE(at + 6),
    countHere: bytes.readUInt16LE(at + 8),
    count: bytes.readUInt16LE(at + 10),
    size: bytes.readUInt32LE(at + 12),
    start: bytes.readUInt32LE(at + 16),
  };
  const isWide = at >= locatorBytes && bytes.readUInt32LE(at - locatorBytes) === locatorSignature;
  const end = isWide ? at - locatorBytes - wideRecordBytes : at;
  const { disk, directoryDisk, countHere, count, size, start } = isWide
    ? wideNumbers(bytes, end, narrow, refuse)
    : narrow;
  if (disk !== 0 || directoryDisk !== 0 || countHere !== count) refuse('is a part of a zip file of several parts');
  if (start + size !== end)
    refuse(`says that the list of its files ends at byte ${start + size}, but what follows it begins at ${end}`);
  return { count, start, end };
}

/** The one place at which a record, with its comment, ends where the file ends. */
function findRecord(bytes: Buffer, refuse: Refuse): number {
  const found: number[] = [];
  const lowest = bytes.byteLength - recordBytes - maxCommentBytes;
  const last = bytes.lastIndexOf(recordSignature);
  for (let at = last; at >= 0 && at >= lowest; at = at === 0 ? -1 : bytes.lastIndexOf(recordSignature, at - 1)) {
    const rest = bytes.byteLength - at - recordBytes;
    if (rest >= 0 && bytes.readUInt16LE(at + 20) === rest) found.push(at);
  }
  const [at] = found;
  if (at === undefined) return refuse('is no zip file, or has something before its beginning or after its end');
  if (found.length > 1) refuse('has several ends, so that it can be read as several zip files');
  if (at !== last) refuse('has the mark of an end in its comment, so that it can be read as several zip files');
  return at;
}

/** 4.3.14 and 4.3.15: the same numbers with more digits, which stand before the record. */
function wideNumbers(bytes: Buffer, at: number, narrow: EndNumbers, refuse: Refuse): EndNumbers {
  const wrong = (): never => refuse('has zip64 numbers that contradict each other');
  const locator = at + wideRecordBytes;
  if (at < 0 || bytes.readUInt32LE(at) !== wideRecordSignature) return wrong();
  const isOneDisk = bytes.readUInt32LE(locator + 4) === 0 && bytes.readUInt32LE(locator + 16) === 1;
  // The size of the record does not count its first 12 bytes. A larger one holds what nobody reads.
  const isWhole = wide(bytes, locator + 8) === at && wide(bytes, at + 4) === wideRecordBytes - 12;
  if (!isOneDisk || !isWhole) wrong();
  const numbers: EndNumbers = {
    disk: bytes.readUInt32LE(at + 16),
    directoryDisk: bytes.readUInt32LE(at + 20),
    countHere: wide(bytes, at + 24),
    count: wide(bytes, at + 32),
    size: wide(bytes, at + 40),
    start: wide(bytes, at + 48),
  };
  // 4.4.1.4: a field that is too small has all its bits set. The others say the same as here.
  const agree = (narrowNumber: number, most: number, number: number): boolean =>
    narrowNumber === number || narrowNumber === most;
  const isSame =
    agree(narrow.disk, 0xffff, numbers.disk) &&
    agree(narrow.directoryDisk, 0xffff, numbers.directoryDisk) &&
    agree(narrow.countHere, 0xffff, numbers.countHere) &&
    agree(narrow.count, 0xffff, numbers.count) &&
    agree(narrow.size, 0xffffffff, numbers.size) &&
    agree(narrow.start, 0xffffffff, numbers.start);
  return isSame ? numbers : wrong();
}

/** A number of 64 bits. Those above 2 ** 53 lose digits, and none of them can be right. */
const wide = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));
