/** One entry in a zip file's list: what it says of itself, where only one reading is possible (APPNOTE.TXT 6.3, 4.3.12). */
import type { Entry, ExtraField } from 'yauzl';
import { isInnerPath } from '../../core/inner-path.ts';
import { leadsOut, shown } from './checks.ts';
import type { Refuse } from './zip-end.ts';

export interface ZipEntry {
  /** Without the slash that a folder's name ends with. */
  readonly path: string;
  readonly kind: 'file' | 'folder';
  /** Of a file. */
  readonly executable: boolean;
}

type ExtraFields = readonly ExtraField[];

/** Bits 1 and 2 say how hard was compressed. */
const compressionFlags = 0x0006;
/** The sizes and the checksum stand after the content too. */
export const descriptorFlag = 0x0008;
const utf8Flag = 0x0800;
const knownFlags = compressionFlags | descriptorFlag | utf8Flag;
/** Bit 6, strong encryption, is refused by yauzl. */
const encryptionFlags = 0x0001 | 0x2000;

export const deflated = 8;
const stored = 0;

export const wideSizesField = 0x0001;
const unicodePathField = 0x7075;

/**
 * `header` begins with the bytes that yauzl read `entry` from.
 * @throws by `refuse` for what no host extracts, and for what two readers could read in two ways
 */
export function readEntry(entry: Entry, header: Buffer, refuse: Refuse): ZipEntry {
  const name = nameIn(entry, refuse);
  const { generalPurposeBitFlag: flags, compressionMethod: method, externalFileAttributes: attributes } = entry;
  if ((flags & encryptionFlags) !== 0) refuse(`holds ${shown(name)}, which is encrypted`);
  if ((flags & ~knownFlags) !== 0) refuse(`holds ${shown(name)} with flags that hosts do not know`);
  if (method !== stored && method !== deflated)
    refuse(`holds ${shown(name)}, compressed by method ${method}, which hosts do not know`);
  checkFields(entry.extraFields, entry.fileNameRaw, shown(name), refuse);
  checkWideNumbers(header, entry.extraFields, shown(name), refuse);

  const isFolder = name.endsWith('/');
  const path = isFolder ? name.slice(0, -1) : name;
  if (!isInnerPath(path)) refuse(leadsOut(name));
  const mode = attributes >>> 16;
  checkKind(mode & 0o170000, (attributes & 0x10) !== 0, isFolder, shown(name), refuse);
  return { path, kind: isFolder ? 'folder' : 'file', executable: (mode & 0o111) !== 0 };
}

/** A name that is not marked as UTF-8 has another meaning for each reader, unless it is ASCII. */
function nameIn({ fileNameRaw: raw, generalPurposeBitFlag: flags }: Entry, refuse: Refuse): string {
  if ((flags & utf8Flag) === 0 && raw.some((byte) => byte >= 0x80))
    refuse(`holds ${shown(raw.toString('latin1'))}, a name that is not marked as UTF-8`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch (cause) {
    return refuse(`holds ${shown(raw.toString('latin1'))}, a name that is not UTF-8`, { cause });
  }
}

/** The extra fields of an entry, in the list or before its content. `what` is what messages call the entry. */
export function checkFields(fields: ExtraFields, name: Buffer, what: string, refuse: Refuse): void {
  // 4.6.9: after a version and a checksum comes the name once more, and some programs take that one.
  if (fields.some(({ id, data }) => id === unicodePathField && !data.subarray(5).equals(name)))
    refuse(`holds ${what} with a second name`);
  if (fields.filter(({ id }) => id === wideSizesField).length > 1) refuse(`holds ${what} with two sizes`);
}

/** 4.5.3: the field holds those numbers that their own places are too small for, and no others. */
function checkWideNumbers(header: Buffer, fields: ExtraFields, what: string, refuse: Refuse): void {
  const field = fields.find(({ id }) => id === wideSizesField);
  const tooSmall = [20, 24, 42].filter((place) => header.readUInt32LE(place) === 0xffffffff).length;
  if (header.readUInt16LE(34) !== 0) refuse(`holds ${what}, which begins in another part of the zip file`);
  if ((field?.data.byteLength ?? 0) !== 8 * tooSmall || (field !== undefined && tooSmall === 0))
    refuse(`holds ${what} with zip64 numbers that contradict each other`);
}

const kinds: ReadonlyMap<number, string> = new Map([
  [0o120000, 'SymbolicLink'],
  [0o020000, 'CharacterDevice'],
  [0o060000, 'BlockDevice'],
  [0o010000, 'FIFO'],
  [0o140000, 'Socket'],
]);
const regular = 0o100000;
const folder = 0o040000;

/** Unix and MS-DOS say in two places what an entry is, and its name says it too. */
function checkKind(kind: number, isDosFolder: boolean, isFolder: boolean, what: string, refuse: Refuse): void {
  if (kind !== 0 && kind !== regular && kind !== folder)
    refuse(`holds ${what}, a ${kinds.get(kind) ?? `file of the kind 0${kind.toString(8)}`}`);
  if (isFolder && kind === regular) refuse(`holds ${what}, a folder by its name and a file by its mode`);
  if (!isFolder && (kind === folder || isDosFolder))
    refuse(`holds ${what}, a file by its name and a folder by its mode`);
}
