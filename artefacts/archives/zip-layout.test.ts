import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { descriptorOf, fieldOf, number64, zipOf, type ZippedEntry } from '../../test/support/zips.ts';
import { readZip } from './zip.ts';

const text = 'print("tiny")\n';
const main: ZippedEntry = { path: 'tiny/main.py', content: text };
const packedSize = deflateRawSync(text).byteLength;

const refused = (why: string) => ({ name: 'Refusal', code: 'E_ARCHIVE', message: `tiny.whl ${why}` });

test.each([
  ['that needs 34 bits', number64(2 ** 33)],
  ['with all bits set', Buffer.alloc(8, 0xff)],
])('refuses a size %s, although another one follows the content', async (_, size) => {
  const entry = {
    ...main,
    both: { flags: 8 },
    local: { crc32: 0, size: 0, compressedSize: 0 },
    listed: { size: 0xffffffff, extra: fieldOf(1, size) },
  };
  const forms = [true, false].map((wide) => descriptorOf(text, packedSize, { marked: true, wide }));
  for (const after of forms)
    await expect(readZip(zipOf([{ ...entry, after }]), 'tiny.whl')).rejects.toMatchObject({ code: 'E_TOO_LARGE' });
});

const overlapping = (offset: number): Buffer =>
  zipOf([main, { path: 'last', content: 'x', listed: { offset } }, { path: 'tiny/more.py', content: text }]);

test.each([
  [
    'one content that two names share',
    overlapping(0),
    'holds "last", which has another name before its content than in its list',
  ],
  [
    'one entry that is listed twice',
    zipOf([main, { ...main, listed: { offset: 0 } }]),
    'holds "tiny/main.py", which reaches into what comes after it',
  ],
  ['an entry that begins nowhere', overlapping(10_000), 'is no zip file: unexpected EOF'],
  [
    'an entry that begins in another one',
    overlapping(3),
    'is no zip file: invalid local file header signature: 0x1404',
  ],
])('refuses %s', async (_, bytes, why) => {
  await expect(readZip(bytes, 'tiny.whl')).rejects.toMatchObject(refused(why));
});

test('refuses an entry that lies in the content of another one', async () => {
  const inner = zipOf([{ path: 'in.py', content: 'x', stored: true }]).subarray(0, 30 + 'in.py'.length + 1);
  const zip = zipOf([
    { path: 'a', content: inner, stored: true },
    { path: 'in.py', content: 'x', stored: true, listed: { offset: 30 + 'a'.length } },
  ]);
  await expect(readZip(zip, 'tiny.whl')).rejects.toMatchObject(
    refused('holds "a", which reaches into what comes after it'),
  );
});
