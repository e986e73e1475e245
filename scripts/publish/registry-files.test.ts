import { linkSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { areAsWritten, FolderWriter } from './registry-files.ts';

vi.mock('node:fs', { spy: true });

const nothing = Buffer.alloc(0);
const built = (files: readonly (readonly [string, string])[]) => ({
  record: '',
  ...{ page: nothing, row: nothing, detail: nothing },
  pages: [],
  parts: [],
  files,
});

/** A folder that was published, with one file in it, and the mark of that file. */
async function publishedFolder(): Promise<{ readonly before: string; readonly mark: string }> {
  const before = await temporaryFolder();
  return { before, mark: await new FolderWriter(before).write('locks/a.json', Buffer.from('published')) };
}

test('links what did not change, and writes through no link to what is published', async () => {
  const { before, mark } = await publishedFolder();
  const next = await temporaryFolder();
  const writer = new FolderWriter(next);
  await writer.linkAll([built([['locks/a.json', mark]])], before);
  expect((await stat(join(before, 'locks/a.json'))).nlink).toBe(2);
  await writer.write('locks/a.json', Buffer.from('another'));
  expect(await readFile(join(before, 'locks/a.json'), 'utf8')).toBe('published');
  expect(await readFile(join(next, 'locks/a.json'), 'utf8')).toBe('another');
  expect(await readdir(join(next, 'locks'))).toEqual(['a.json']);
});

test('knows what was touched since, or is gone', async () => {
  const { before, mark } = await publishedFolder();
  expect(areAsWritten(built([['locks/a.json', mark]]), before)).toBe(true);
  expect(areAsWritten(built([['locks/b.json', mark]]), before)).toBe(false);
  await writeFile(join(before, 'locks/a.json'), 'published, and more');
  expect(areAsWritten(built([['locks/a.json', mark]]), before)).toBe(false);
});

test('two versions may have the same lock', async () => {
  const { before, mark } = await publishedFolder();
  const next = await temporaryFolder();
  await new FolderWriter(next).linkAll([built([['locks/a.json', mark]]), built([['locks/a.json', mark]])], before);
  expect(await readdir(join(next, 'locks'))).toEqual(['a.json']);
});

test('copies where no link can be made', async () => {
  const { before, mark } = await publishedFolder();
  const next = await temporaryFolder();
  vi.mocked(linkSync).mockImplementationOnce(() => {
    throw Object.assign(new Error('another file system'), { code: 'EXDEV' });
  });
  await new FolderWriter(next).linkAll([built([['locks/a.json', mark]])], before);
  expect(await readFile(join(next, 'locks/a.json'), 'utf8')).toBe('published');
  expect((await stat(join(before, 'locks/a.json'))).nlink).toBe(1);
});

test('says what is gone when it is linked', async () => {
  const writer = new FolderWriter(await temporaryFolder());
  await expect(writer.linkAll([built([['locks/gone.json', '']])], await temporaryFolder())).rejects.toMatchObject({
    code: 'ENOENT',
  });
});
