/** Zip files made entry by entry: correct ones by default, and each fault on request. */
import { crc32, deflateRawSync } from 'node:zlib';

/** The fields of one entry. The same ones stand in the list, and before the content without those of the list alone. */
export interface ZipFields {
  readonly name: Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly extra: Uint8Array;
  /** In the list alone. */
  readonly madeBy: number;
  readonly comment: Uint8Array;
  readonly disk: number;
  readonly attributes: number;
  readonly offset: number;
}

export interface ZippedEntry {
  /** With a slash at its end for a folder. */
  readonly path: string;
  readonly content?: string | Uint8Array;
  /** A file's or a folder's, with 0644 and 0755, where it is absent. */
  readonly mode?: number;
  /** Stored, not compressed. */
  readonly stored?: true;
  /** In place of the compressed content. */
  readonly packed?: Uint8Array;
  /** Other fields, in both places. */
  readonly both?: Partial<ZipFields>;
  readonly local?: Partial<ZipFields>;
  readonly listed?: Partial<ZipFields>;
  /** What follows the content: a descriptor, or what belongs to nothing. */
  readonly after?: Uint8Array;
}

export interface EndFields {
  readonly disk: number;
  readonly directoryDisk: number;
  readonly countHere: number;
  readonly count: number;
  readonly size: number;
  readonly start: number;
}

/** Those of the end record of 64 bits, and of the locator behind it. */
export interface WideEndFields extends EndFields {
  readonly signature: number;
  readonly recordSize: number;
  readonly locatorDisk: number;
  readonly at: number;
  readonly disks: number;
}

export interface ZipFaults {
  readonly before?: Uint8Array;
  readonly beforeList?: Uint8Array;
  readonly afterList?: Uint8Array;
  readonly after?: Uint8Array;
  readonly comment?: Uint8Array;
  readonly end?: Partial<EndFields>;
  /** With an end record of 64 bits too, with these fields. */
  readonly wideEnd?: Partial<WideEndFields>;
  /** Offsets as if the first byte after `before` were the first one. */
  readonly shifted?: true;
}

const utf8 = 0x0800;
const noBytes = new Uint8Array();

/** A field of 64-bit sizes, or of any kind: `fieldOf(1, number64(…), …)`. */
export function fieldOf(id: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(content.byteLength, 2);
  return Buffer.concat([head, content]);
}

export const number32 = (value: number): Buffer => numbers([4, value]);

export const number64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

/** Numbers one after the other, each after its length in bytes. */
const numbers = (...values: readonly (readonly [bytes: number, value: number])[]): Buffer =>
  Buffer.concat(
    values.map(([bytes, value]) => {
      if (bytes === 8) return number64(value);
      const made = Buffer.alloc(bytes);
      made.writeUIntLE(value, 0, bytes);
      return made;
    }),
  );

interface PackedEntry {
  readonly fields: Omit<ZipFields, 'offset'>;
  readonly packed: Uint8Array;
}

function pack({ path, content = '', mode, stored, packed, both }: ZippedEntry): PackedEntry {
  const body = typeof content === 'string' ? Buffer.from(content) : content;
  const isFolder = path.endsWith('/');
  const isPlain = stored === true || isFolder;
  const made = packed ?? (isPlain ? body : deflateRawSync(body));
  const name = Buffer.from(path);
  return {
    packed: made,
    fields: {
      name,
      flags: name.some((byte) => byte >= 0x80) ? utf8 : 0,
      method: isPlain ? 0 : 8,
      crc32: crc32(body),
      compressedSize: made.byteLength,
      size: body.byteLength,
      extra: noBytes,
      madeBy: (3 << 8) | 20,
      comment: noBytes,
      disk: 0,
      attributes: (((mode ?? (isFolder ? 0o040755 : 0o100644)) << 16) | (isFolder ? 0x10 : 0)) >>> 0,
      ...both,
    },
  };
}

/** The fields that stand in both places, from the flags to the extra field's length. */
const common = ({ flags, method, crc32: sum, compressedSize, size, name, extra }: Omit<ZipFields, 'offset'>): Buffer =>
  // No time: the first of January 1980.
  numbers(
    [2, flags],
    [2, method],
    [2, 0],
    [2, 0x21],
    [4, sum],
    [4, compressedSize],
    [4, size],
    [2, name.byteLength],
    [2, extra.byteLength],
  );

const localHeader = (fields: Omit<ZipFields, 'offset'>): Buffer =>
  Buffer.concat([numbers([4, 0x04034b50], [2, 20]), common(fields), fields.name, fields.extra]);

const listHeader = (fields: ZipFields): Buffer =>
  Buffer.concat([
    numbers([4, 0x02014b50], [2, fields.madeBy], [2, 20]),
    common(fields),
    numbers([2, fields.comment.byteLength], [2, fields.disk], [2, 0], [4, fields.attributes], [4, fields.offset]),
    fields.name,
    fields.extra,
    fields.comment,
  ]);

export function zipOf(entries: readonly ZippedEntry[], faults: ZipFaults = {}): Buffer {
  const { before = noBytes, beforeList = noBytes, afterList = noBytes, after = noBytes, comment = noBytes } = faults;
  const parts: Uint8Array[] = [before];
  const list: Buffer[] = [];
  let at = faults.shifted === true ? 0 : before.byteLength;
  for (const entry of entries) {
    const { fields, packed } = pack(entry);
    list.push(listHeader({ ...fields, offset: at, ...entry.listed }));
    const placed = [localHeader({ ...fields, ...entry.local }), packed, entry.after ?? noBytes];
    parts.push(...placed);
    at += Buffer.concat(placed).byteLength;
  }
  parts.push(beforeList, ...list, afterList);
  const [count, size, start] = [list.length, Buffer.concat(list).byteLength, at + beforeList.byteLength];
  const end: EndFields = { disk: 0, directoryDisk: 0, countHere: count, count, size, start };
  if (faults.wideEnd !== undefined)
    parts.push(
      wideEnd({
        ...end,
        signature: 0x06064b50,
        recordSize: 44,
        locatorDisk: 0,
        at: start + size + afterList.byteLength,
        disks: 1,
        ...faults.wideEnd,
      }),
    );
  parts.push(endRecord({ ...end, ...faults.end }, comment), after);
  return Buffer.concat(parts);
}

export const endRecord = (end: EndFields, comment: Uint8Array): Buffer =>
  Buffer.concat([
    numbers(
      [4, 0x06054b50],
      [2, end.disk],
      [2, end.directoryDisk],
      [2, end.countHere],
      [2, end.count],
      [4, end.size],
      [4, end.start],
      [2, comment.byteLength],
    ),
    comment,
  ]);

const wideEnd = (end: WideEndFields): Buffer =>
  numbers(
    [4, end.signature],
    [8, end.recordSize],
    [2, 45],
    [2, 45],
    [4, end.disk],
    [4, end.directoryDisk],
    [8, end.countHere],
    [8, end.count],
    [8, end.size],
    [8, end.start],
    [4, 0x07064b50],
    [4, end.locatorDisk],
    [8, end.at],
    [4, end.disks],
  );

/** What may follow a content: its checksum and sizes. */
export const descriptorOf = (
  content: string,
  packedSize: number,
  form: { readonly marked: boolean; readonly wide: boolean },
): Buffer =>
  numbers(
    ...(form.marked ? [[4, 0x08074b50] as const] : []),
    [4, crc32(content)],
    [form.wide ? 8 : 4, packedSize],
    [form.wide ? 8 : 4, Buffer.byteLength(content)],
  );
