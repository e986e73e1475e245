import { crc32, deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { descriptorOf, fieldOf, number32, number64, zipOf, type ZippedEntry } from '../../test/support/zips.ts';
import { sha256 } from '../../core/digest.ts';
import { readZip } from './zip.ts';

const text = 'print("tiny")\n';
const main: ZippedEntry = { path: 'tiny/main.py', content: text };
const packedSize = deflateRawSync(text).byteLength;

const refused = (why: string) => ({ name: 'Refusal', code: 'E_ARCHIVE', message: `tiny.whl ${why}` });

const unicodePath = (name: string): Buffer =>
  fieldOf(0x7075, Buffer.of(1), number32(crc32('tiny/main.py')), Buffer.from(name));
const wideLocal = (size: number, packed: number) => fieldOf(1, number64(size), number64(packed));
const later = { flags: 8 };
/** What some packing programs write. */
const correct: readonly (readonly [string, ZippedEntry])[] = [
  ['a comment on an entry', { ...main, listed: { comment: Buffer.from('the program') } }],
  ['times in extra fields', { ...main, both: { extra: fieldOf(0x5455, Buffer.of(1, 0, 0, 0, 0)) } }],
  ['other extra fields before the content', { ...main, local: { extra: fieldOf(0xd935, Buffer.alloc(7)) } }],
  ['the same name once more', { ...main, both: { extra: unicodePath('tiny/main.py') } }],
  ['a folder that is compressed', { path: 'tiny/', packed: Buffer.of(3, 0), both: { method: 8 } }],
  ['a mode of MS-DOS', { ...main, listed: { madeBy: 20, attributes: 0x20 } }],
  [
    'sizes of 64 bits before the content',
    { ...main, local: { size: 0xffffffff, compressedSize: 0xffffffff, extra: wideLocal(text.length, packedSize) } },
  ],
  ['sizes of 64 bits beside those of 32 bits', { ...main, local: { extra: wideLocal(text.length, packedSize) } }],
  [
    'a size of 64 bits in the list',
    { ...main, listed: { size: 0xffffffff, extra: fieldOf(1, number64(text.length)) } },
  ],
  ['an offset of 64 bits in the list', { ...main, listed: { offset: 0xffffffff, extra: fieldOf(1, number64(0)) } }],
  ...[
    { marked: true, wide: false },
    { marked: false, wide: false },
    { marked: true, wide: true },
    { marked: false, wide: true },
  ].map((form): [string, ZippedEntry] => [
    `sizes after the content, ${JSON.stringify(form)}`,
    {
      ...main,
      both: later,
      local: { crc32: 0, size: 0, compressedSize: 0 },
      after: descriptorOf(text, packedSize, form),
    },
  ]),
  [
    'sizes after a content that is stored, and before it',
    { ...main, stored: true, both: later, after: descriptorOf(text, text.length, { marked: true, wide: false }) },
  ],
];

test.each(correct)('reads a zip file with %s', async (_, entry) => {
  const plain: ZippedEntry = { path: 'last', content: 'x' };
  const files = await readZip(zipOf([entry, plain]), 'x');
  expect(files.map(({ path, sha256: digest }) => [path, digest])).toEqual([
    ...(entry.path.endsWith('/') ? [] : [['tiny/main.py', sha256(text)]]),
    ['last', sha256('x')],
  ]);
});

const hex = (...bytes: number[]): Buffer => Buffer.from(bytes);
const differs = 'holds "tiny/main.py", which has another size, checksum or method before its content than in its list';
const isNotItsSize = 'holds "tiny/main.py", which is not what its size says';
const zip64 = 'holds "tiny/main.py" with zip64 numbers that contradict each other';
const afterwards = 'holds "tiny/main.py" with another size or checksum after its content than in its list';
const descriptor = descriptorOf(text, packedSize, { marked: true, wide: false });

/** One entry of the two in a zip file, and why it is refused. */
const faulty: readonly (readonly [string, Partial<ZippedEntry>, string])[] = [
  ['an entry that is encrypted', { both: { flags: 1 } }, 'holds "tiny/main.py", which is encrypted'],
  ['an entry with hidden headers', { both: { flags: 0x2000 } }, 'holds "tiny/main.py", which is encrypted'],
  ['an entry with strong encryption', { both: { flags: 0x41 } }, 'is no zip file: strong encryption is not supported'],
  ['an entry that is a patch', { both: { flags: 0x20 } }, 'holds "tiny/main.py" with flags that hosts do not know'],
  ...[1, 9, 12, 14, 93, 99].map((method): [string, Partial<ZippedEntry>, string] => [
    `method ${method}`,
    { both: { method } },
    `holds "tiny/main.py", compressed by method ${method}, which hosts do not know`,
  ]),
  [
    'a name that is not UTF-8',
    { both: { name: hex(0x61, 0xff), flags: 0x0800 } },
    'holds "aÿ", a name that is not UTF-8',
  ],
  [
    'a name with half a character of UTF-16',
    { both: { name: hex(0xed, 0xa0, 0x80), flags: 0x0800 } },
    'holds "í\u00a0\u0080", a name that is not UTF-8',
  ],
  [
    'a name that is not marked as UTF-8',
    { both: { name: Buffer.from('é') } },
    'holds "Ã©", a name that is not marked as UTF-8',
  ],
  [
    'a second name in the list',
    { listed: { extra: unicodePath('evil.py') } },
    'holds "tiny/main.py" with a second name',
  ],
  [
    'a second name before the content',
    { local: { extra: unicodePath('evil.py') } },
    'holds "tiny/main.py" with a second name',
  ],
  [
    'another name before the content',
    { local: { name: Buffer.from('tiny/evil.py') } },
    'holds "tiny/main.py", which has another name before its content than in its list',
  ],
  ['another method before the content', { local: { method: 0 } }, differs],
  ['another size before the content', { local: { size: text.length + 1 } }, differs],
  ['another compressed size before the content', { local: { compressedSize: packedSize - 1 } }, differs],
  ['another checksum before the content', { local: { crc32: 1 } }, differs],
  ['no size before the content', { local: { size: 0 } }, differs],
  ['other flags before the content', { local: { flags: 8 } }, differs],
  ['other flags in the list', { listed: { flags: 2 } }, differs],
  [
    'a checksum that does not match',
    { both: { crc32: 1 } },
    'holds "tiny/main.py", which is not what its checksum says',
  ],
  [
    'a checksum that does not match what is stored',
    { stored: true, both: { crc32: 1 } },
    'holds "tiny/main.py", which is not what its checksum says',
  ],
  ['a size that is too small', { both: { size: 3 } }, isNotItsSize],
  ['a size that is too large', { both: { size: 300 } }, isNotItsSize],
  ['no size', { both: { size: 0 } }, isNotItsSize],
  [
    'a size of what is stored that is not the compressed one',
    { stored: true, both: { size: 3 } },
    'is no zip file: compressed/uncompressed size mismatch for stored file: 14 != 3',
  ],
  ['what is no compressed content', { packed: hex(0xff, 0xff, 0xff) }, isNotItsSize],
  ['a compressed content that is cut short', { packed: deflateRawSync(text).subarray(0, -1) }, isNotItsSize],
  ['bytes after a compressed content', { packed: Buffer.concat([deflateRawSync(text), hex(0)]) }, isNotItsSize],
  ['two compressed contents', { packed: Buffer.concat([deflateRawSync(text), deflateRawSync(text)]) }, isNotItsSize],
  ['bytes that belong to no file', { after: hex(0, 0) }, 'has 2 bytes before "last" that belong to no file'],
  ['a descriptor that no flag announces', { after: descriptor }, 'has 16 bytes before "last" that belong to no file'],
  [
    'another size before the content and the right one after it',
    { both: later, local: { size: 3 }, after: descriptor },
    differs,
  ],
  ['an empty second name', { listed: { extra: fieldOf(0x7075) } }, 'holds "tiny/main.py" with a second name'],
  ['no descriptor where one is announced', { both: later }, afterwards],
  [
    'a descriptor with another checksum',
    { both: later, after: descriptorOf('other', packedSize, { marked: true, wide: false }) },
    afterwards,
  ],
  [
    'a descriptor with another size',
    { both: later, after: descriptorOf(text, packedSize + 1, { marked: false, wide: true }) },
    afterwards,
  ],
  ['a descriptor with more after it', { both: later, after: Buffer.concat([descriptor, hex(0)]) }, afterwards],
  [
    'sizes only after a content that is stored',
    {
      stored: true,
      both: later,
      local: { crc32: 0, size: 0, compressedSize: 0 },
      after: descriptorOf(text, text.length, { marked: true, wide: false }),
    },
    differs,
  ],
  [
    'an entry of another part',
    { listed: { disk: 1 } },
    'holds "tiny/main.py", which begins in another part of the zip file',
  ],
  ['a zip64 field without need', { listed: { extra: fieldOf(1, number64(3)) } }, zip64],
  ['an empty zip64 field', { listed: { extra: fieldOf(1) } }, zip64],
  [
    'a zip64 field with a number too many',
    { listed: { size: 0xffffffff, extra: fieldOf(1, number64(text.length), number64(packedSize)) } },
    zip64,
  ],
  [
    'a zip64 field with a number too few',
    { listed: { size: 0xffffffff, compressedSize: 0xffffffff, extra: fieldOf(1, number64(text.length)) } },
    'is no zip file: zip64 extended information extra field does not include compressed size',
  ],
  ['a size that only zip64 could say', { both: { size: 0xffffffff } }, zip64],
  [
    'two zip64 fields',
    {
      listed: {
        size: 0xffffffff,
        extra: Buffer.concat([fieldOf(1, number64(text.length)), fieldOf(1, number64(3))]),
      },
    },
    'holds "tiny/main.py" with two sizes',
  ],
  [
    'other zip64 sizes before the content',
    { local: { size: 0xffffffff, compressedSize: 0xffffffff, extra: wideLocal(3, packedSize) } },
    differs,
  ],
  [
    'zip64 sizes that are not those beside them',
    { local: { size: 3, extra: wideLocal(text.length, packedSize) } },
    differs,
  ],
  [
    'half of the zip64 sizes before the content',
    { local: { size: 0xffffffff, extra: fieldOf(1, number64(text.length)) } },
    differs,
  ],
  [
    'an extra field that ends after its place',
    { listed: { extra: Buffer.concat([fieldOf(0x5455), hex(1, 0, 9, 0)]) } },
    'is no zip file: extra field length exceeds extra field buffer size',
  ],
  [
    'an extra field that ends in the content',
    { local: { extra: hex(1, 0, 9, 0) } },
    'is no zip file: extra field length exceeds extra field buffer size',
  ],
];

test.each(faulty)('refuses %s', async (_, fault, why) => {
  const zip = zipOf([
    { ...main, ...fault },
    { path: 'last', content: 'x' },
  ]);
  await expect(readZip(zip, 'tiny.whl')).rejects.toMatchObject(refused(why));
});
