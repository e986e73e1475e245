import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { FolderWriter } from './registry-files.ts';

const built = (files: readonly (readonly [string, string])[]) => ({ record: '', page: '', row: '', files });

/** A folder that was published, with one file in it, and the mark of that file. */
async function publishedFolder(): Promise<{ readonly before: string; readonly mark: string }> {
  const before = await temporaryFolder();
  return { before, mark: await new FolderWriter(before).write('locks/a.json', Buffer.from('published')) };
}

test('links what did not change, and writes through no link to what is published', async () => {
  const { before, mark } = await publishedFolder();
  const next = await temporaryFolder();
  const writer = new FolderWriter(next);
  expect(writer.linkAll(built([['locks/a.json', mark]]), before)).toBe(true);
  expect((await stat(join(before, 'locks/a.json'))).nlink).toBe(2);
  await writer.write('locks/a.json', Buffer.from('another'));
  expect(await readFile(join(before, 'locks/a.json'), 'utf8')).toBe('published');
  expect(await readFile(join(next, 'locks/a.json'), 'utf8')).toBe('another');
  expect(await readdir(join(next, 'locks'))).toEqual(['a.json']);
});

test('links nothing that was touched since, or is gone', async () => {
  const { before, mark } = await publishedFolder();
  const writer = new FolderWriter(await temporaryFolder());
  expect(writer.linkAll(built([['locks/b.json', mark]]), before)).toBe(false);
  await writeFile(join(before, 'locks/a.json'), 'published, and more');
  expect(writer.linkAll(built([['locks/a.json', mark]]), before)).toBe(false);
});
