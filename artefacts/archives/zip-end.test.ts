import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { endRecord, number32, zipOf, type ZippedEntry } from '../../test/support/zips.ts';
import { readZip } from './zip.ts';

const text = 'print("tiny")\n';
const main: ZippedEntry = { path: 'tiny/main.py', content: text };
const packedSize = deflateRawSync(text).byteLength;

const refused = (why: string) => ({ name: 'Refusal', code: 'E_ARCHIVE', message: `tiny.whl ${why}` });

const hex = (...bytes: number[]): Buffer => Buffer.from(bytes);
const pathsIn = async (bytes: Uint8Array): Promise<string[]> => (await readZip(bytes, 'x')).map(({ path }) => path);

test('reads a zip file inside a zip file as a file', async () => {
  expect(await pathsIn(zipOf([{ path: 'a.zip', content: zipOf([main]), stored: true }]))).toEqual(['a.zip']);
});

/** A field of 16 or 32 bits whose number stands in the record of 64 bits. */
const elsewhere = { disk: 0xffff, directoryDisk: 0xffff, countHere: 0xffff, count: 0xffff };
test.each([
  ['a comment', { comment: Buffer.from('made by hand') }],
  ['an end record of 64 bits', { wideEnd: {} }],
  ['an end record of 64 bits and a comment', { wideEnd: {}, comment: Buffer.from('made by hand') }],
  [
    'an end record of 64 bits that alone has the numbers',
    { wideEnd: {}, end: { ...elsewhere, size: 0xffffffff, start: 0xffffffff } },
  ],
])('reads a zip file with %s', async (_, faults) => {
  expect(await pathsIn(zipOf([main], faults))).toEqual(['tiny/main.py']);
});

const list = refused('has more or less in the list of its files than it says');
const gone = refused('is no zip file, or has something before its beginning or after its end');
const several = refused('has several ends, so that it can be read as several zip files');
const parts = refused('is a part of a zip file of several parts');
const contradict = refused('has zip64 numbers that contradict each other');
const size = 46 + 'tiny/main.py'.length;
const emptyEnd = { disk: 0, directoryDisk: 0, countHere: 0, count: 0, size: 0, start: 0 };

test.each([
  ['nothing', Buffer.alloc(0), gone],
  ['text', Buffer.from('<!doctype html>'.repeat(9)), gone],
  ['a zip file that is cut short', zipOf([main]).subarray(0, -1), gone],
  ['the end of a zip file alone', zipOf([main]).subarray(-22), { code: 'E_ARCHIVE' }],
  ['bytes after the end', zipOf([main], { after: hex(0) }), gone],
  [
    'bytes before the first entry',
    zipOf([main], { before: hex(1, 2) }),
    refused('has 2 bytes before "tiny/main.py" that belong to no file'),
  ],
  [
    'a program before the first entry',
    zipOf([main], { before: Buffer.from('#!x\n'), shifted: true }),
    { code: 'E_ARCHIVE', message: expect.stringContaining('says that the list of its files ends at byte') },
  ],
  [
    'bytes before the list',
    zipOf([main], { beforeList: hex(1, 2, 3) }),
    refused('has 3 bytes before its list that belong to no file'),
  ],
  [
    'bytes after the list',
    zipOf([main], { afterList: hex(1) }),
    { code: 'E_ARCHIVE', message: expect.stringContaining('says that the list of its files ends at byte') },
  ],
  ['two zip files, one after the other', Buffer.concat([zipOf([main]), zipOf([main])]), { code: 'E_ARCHIVE' }],
  ['an end in the comment', zipOf([main], { comment: endRecord(emptyEnd, Buffer.alloc(0)) }), several],
  ['an end with a comment in the comment', zipOf([main], { comment: endRecord(emptyEnd, Buffer.from('x')) }), several],
  ['a zip file in the comment', zipOf([main], { comment: zipOf([{ path: 'evil.py' }]) }), several],
  [
    'the mark of an end in the comment',
    zipOf([main], { comment: Buffer.from('PK\u0005\u0006 and more that is no end record') }),
    refused('has the mark of an end in its comment, so that it can be read as several zip files'),
  ],
  [
    'the mark of an end as the last bytes',
    zipOf([main], { comment: Buffer.from('PK\u0005\u0006') }),
    refused('has the mark of an end in its comment, so that it can be read as several zip files'),
  ],
  ['more entries than it says', zipOf([main, { path: 'b' }], { end: { count: 1, countHere: 1 } }), list],
  [
    'fewer entries than it says',
    zipOf([main], { end: { count: 2, countHere: 2 } }),
    refused('is no zip file: unexpected EOF'),
  ],
  ['a list of another size', zipOf([main], { end: { size: size + 1 } }), { code: 'E_ARCHIVE' }],
  [
    'a list that begins later',
    zipOf([main], { end: { size: size - 1, start: 30 + 12 + packedSize + 1 } }),
    { code: 'E_ARCHIVE', message: expect.stringContaining('invalid central directory file header signature') },
  ],
  ['another count on this part', zipOf([main], { end: { countHere: 0 } }), parts],
  ['the number of a part', zipOf([main], { end: { disk: 1 } }), parts],
  ['a list in another part', zipOf([main], { end: { directoryDisk: 1 } }), parts],
  ['the number of a part in 64 bits', zipOf([main], { wideEnd: { disk: 1 }, end: { disk: 0xffff } }), parts],
  ...Object.entries({ disk: 1, directoryDisk: 1, countHere: 2, count: 2, size: 1, start: 1 }).map(
    ([field, number]): [string, Buffer, object] => [
      `another ${field} beside 64 bits`,
      zipOf([main], { wideEnd: {}, end: { [field]: number } }),
      contradict,
    ],
  ),
  ['no mark of the end record of 64 bits', zipOf([main], { wideEnd: { signature: 0 } }), contradict],
  [
    'no room for an end record of 64 bits',
    Buffer.concat([number32(0x07064b50), Buffer.alloc(16), endRecord(emptyEnd, Buffer.alloc(0))]),
    contradict,
  ],
  ['an end record of 64 bits in another part', zipOf([main], { wideEnd: { locatorDisk: 1 } }), contradict],
  ['several parts in 64 bits', zipOf([main], { wideEnd: { disks: 2 } }), contradict],
  ['another end record of 64 bits', zipOf([main], { wideEnd: { at: 0 } }), contradict],
  ['an end record of 64 bits with more in it', zipOf([main], { wideEnd: { recordSize: 48 } }), contradict],
  ['another count in 64 bits', zipOf([main], { wideEnd: { count: 2, countHere: 2 } }), contradict],
  ['another start in 64 bits', zipOf([main], { wideEnd: { start: 1 } }), contradict],
  [
    'another size in 64 bits',
    zipOf([main], { wideEnd: { size: 2 ** 63 }, end: { size: 0xffffffff } }),
    { code: 'E_ARCHIVE' },
  ],
  [
    'a count in 64 bits that no file has',
    zipOf([main], { wideEnd: { count: 2 ** 40, countHere: 2 ** 40 }, end: { count: 0xffff, countHere: 0xffff } }),
    refused('holds more than 100000 files'),
  ],
  ['no entry', zipOf([]), refused('holds no files')],
  ['a folder alone', zipOf([{ path: 'tiny/' }]), refused('holds no files')],
])('refuses %s', async (_, bytes, expected) => {
  await expect(readZip(bytes, 'tiny.whl')).rejects.toMatchObject(expected);
});
