import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BlobStore } from './blob-store.ts';
import { asDiskFailure } from '../core/disk.ts';
import { integrityOf, sha256, sha512 } from '../core/digest.ts';
import { Failure } from '../core/failure.ts';
import { maxTarballBytes } from '../core/limits.ts';

let folder: string;
let store: BlobStore;
const bytes = Buffer.from('a tarball');
const integrity = integrityOf(bytes);
const pathOf = (content: Uint8Array): string => join(folder, 'blobs', sha512(content).slice(0, 2), sha512(content));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-blobs-'));
  store = new BlobStore(join(folder, 'blobs'));
});
afterEach(() => rm(folder, { recursive: true }));

const never = (): Promise<Buffer> => Promise.reject(new Error('nothing was to be fetched'));

test('has nothing at first', async () => {
  await expect(store.read(integrity)).resolves.toBeUndefined();
  await expect(store.list()).resolves.toEqual([]);
});

test('fetches once, and then returns what is stored', async () => {
  await expect(store.readOr(integrity, () => Promise.resolve(bytes))).resolves.toEqual(bytes);
  await expect(store.readOr(integrity, never)).resolves.toEqual(bytes);
  await expect(store.read(integrity)).resolves.toEqual(bytes);
  await expect(readFile(pathOf(bytes))).resolves.toEqual(bytes);
});

test('refuses a blob that was damaged, and does not fetch another one in its place', async () => {
  await store.readOr(integrity, () => Promise.resolve(bytes));
  await writeFile(pathOf(bytes), 'a tarbalL');
  const damaged = expect.objectContaining({
    name: 'Refusal',
    code: 'E_DIGEST',
    message: expect.stringContaining(pathOf(bytes)),
  });
  await expect(store.read(integrity)).rejects.toEqual(damaged);
  await expect(store.readOr(integrity, never)).rejects.toEqual(damaged);
});

test('refuses fetched bytes that are other ones, and never stores them', async () => {
  const wrong = Buffer.from('another tarball');
  await expect(store.readOr(integrity, () => Promise.resolve(wrong))).rejects.toMatchObject({
    code: 'E_DIGEST',
    message: `a tarball has the integrity ${integrityOf(wrong)}, not ${integrity}`,
  });
  await expect(readdir(folder, { recursive: true })).resolves.toEqual([]);
});

test('stores nothing where fetching fails', async () => {
  await expect(store.readOr(integrity, never)).rejects.toThrow('nothing was to be fetched');
  await expect(readdir(folder)).resolves.toEqual([]);
});

test('leaves no temporary file behind', async () => {
  await Promise.all(Array.from({ length: 8 }, () => store.readOr(integrity, () => Promise.resolve(bytes))));
  await expect(readdir(join(folder, 'blobs', sha512(bytes).slice(0, 2)))).resolves.toEqual([sha512(bytes)]);
});

test('lists what is stored, and nothing else that lies there', async () => {
  const other = Buffer.from('another tarball');
  for (const each of [bytes, other]) await store.readOr(integrityOf(each), () => Promise.resolve(each));
  await writeFile(join(folder, 'blobs', 'README'), 'x');
  await writeFile(`${pathOf(bytes)}.tmp`, 'x');
  expect((await store.list()).sort()).toEqual([sha512(bytes), sha512(other)].sort());
});

test('removes a blob and returns its size', async () => {
  await store.readOr(integrity, () => Promise.resolve(bytes));
  await expect(store.remove(sha512(bytes))).resolves.toBe(bytes.byteLength);
  await expect(store.read(integrity)).resolves.toBeUndefined();
  await expect(store.remove(sha512(bytes))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('says what is in the way where nothing can be written', async () => {
  await mkdir(join(folder, 'blobs'));
  await symlink(join(folder, 'gone'), join(pathOf(bytes), '..'));
  await expect(store.readOr(integrity, () => Promise.resolve(bytes))).rejects.toMatchObject({
    name: 'Failure',
    code: 'not-writable',
  });
});

test('writes files that everyone may read and nobody execute', async () => {
  await store.readOr(integrity, () => Promise.resolve(bytes));
  expect((await stat(pathOf(bytes))).mode & 0o777 & ~process.umask()).toBe(0o644 & ~process.umask());
});

test('does not take a folder in the place of a blob', async () => {
  await mkdir(pathOf(bytes), { recursive: true });
  await expect(store.read(integrity)).rejects.toMatchObject({ name: 'Refusal', code: 'E_STORE' });
});

test('lists and removes what lies in the place of a blob, and leaves alone what lies elsewhere', async () => {
  await mkdir(join(pathOf(bytes), 'deep'), { recursive: true });
  await mkdir(join(folder, 'blobs/zz'));
  await writeFile(join(folder, 'blobs/zz', sha512(bytes)), 'x');
  await expect(store.list()).resolves.toEqual([sha512(bytes)]);
  await store.remove(sha512(bytes));
  await expect(store.list()).resolves.toEqual([]);
  await expect(readdir(join(folder, 'blobs/zz'))).resolves.toHaveLength(1);
});

test('reads no file larger than any tarball may be', async () => {
  await store.readOr(integrity, () => Promise.resolve(bytes));
  await truncate(pathOf(bytes), maxTarballBytes + 1);
  await expect(store.read(integrity)).rejects.toMatchObject({ name: 'Refusal', code: 'E_TOO_LARGE' });
});

describe('a layer', () => {
  const digest = `sha256:${sha256(bytes)}`;
  const path = (): string => join(folder, 'blobs/layers', sha256(bytes));
  const contentOf = async (open: () => AsyncIterable<Uint8Array>): Promise<string> => {
    let text = '';
    for await (const chunk of open()) text += Buffer.from(chunk).toString();
    return text;
  };

  test('is fetched once, whole at last, and read from the start each time', async () => {
    const open = await store.layerOr(digest, async (begin) => {
      begin()(Buffer.from('a first try that broke off'));
      const keep = begin();
      for (const byte of bytes) keep(Buffer.from([byte]));
    });
    expect([await contentOf(open), await contentOf(open)]).toEqual(['a tarball', 'a tarball']);
    await expect(contentOf(await store.layerOr(digest, never as () => Promise<never>))).resolves.toBe('a tarball');
    await expect(store.list()).resolves.toEqual([]);
  });

  test('is refused where it was damaged', async () => {
    await store.layerOr(digest, async (begin) => begin()(bytes));
    await writeFile(path(), 'a tarbalL');
    await expect(store.layerOr(digest, never as () => Promise<never>)).rejects.toMatchObject({
      code: 'E_DIGEST',
      message: expect.stringContaining(path()),
    });
  });

  test('leaves nothing behind where it cannot be fetched', async () => {
    const broken = async (begin: () => (chunk: Uint8Array) => void): Promise<void> => {
      begin()(bytes);
      throw new Error('the network is gone');
    };
    await expect(store.layerOr(digest, broken)).rejects.toThrow('the network is gone');
    await expect(readdir(join(folder, 'blobs/layers'))).resolves.toEqual([]);
  });
});

test('says that a folder is in the way of a new file', () => {
  const error = Object.assign(new Error('failed'), { code: 'EISDIR' });
  expect(asDiskFailure(error, '/some/file')).toMatchObject({ name: 'Failure', code: 'in-the-way', cause: error });
});

test.each([
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EFBIG', 'disk-full'],
  ['EROFS', 'not-writable'],
  ['EACCES', 'not-writable'],
  ['EPERM', 'not-writable'],
])('says what to do about %s', (code, failure) => {
  const error = Object.assign(new Error('failed'), { code });
  const described = asDiskFailure(error, '/some/file');
  expect(described).toBeInstanceOf(Failure);
  expect(described).toMatchObject({ code: failure, message: expect.stringContaining('/some/file'), cause: error });
});

test('leaves every other error as it is', () => {
  const error = Object.assign(new Error('failed'), { code: 'EIO' });
  expect(asDiskFailure(error, '/some/file')).toBe(error);
  expect(asDiskFailure('a word', '/some/file')).toBe('a word');
});
