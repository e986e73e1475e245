import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { keyringPath } from '../../core/metadata.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { aKeyring } from '../../test/support/statements.ts';
import { readLocalFiles } from './local-files.ts';

const page = 'servers/a/index.html';

/** A built registry with one page, and where its digests are kept. */
async function built(): Promise<{ readonly dist: string; readonly hashed: string }> {
  const folder = await temporaryFolder();
  const dist = join(folder, 'dist');
  for (const [path, bytes] of [[keyringPath, canonicalJson(aKeyring())] as const, [page, 'one'] as const]) {
    await mkdir(dirname(join(dist, path)), { recursive: true });
    await writeFile(join(dist, path), bytes);
  }
  return { dist, hashed: join(folder, 'cache/hashed.json') };
}

const digestOfPage = async (dist: string, hashed?: string): Promise<string | undefined> =>
  (await readLocalFiles(dist, hashed)).files.get(page)?.sha256;

test('reads a file again where it was written again, also with as many bytes', async () => {
  const { dist, hashed } = await built();
  expect(await digestOfPage(dist, hashed)).toBe(sha256('one'));
  await writeFile(join(dist, page), 'two');
  await utimes(join(dist, page), new Date(), new Date(Date.now() + 5000));
  expect(await digestOfPage(dist, hashed)).toBe(sha256('two'));
});

test('believes what was kept of a file that is as it was, unless it is told to read every file', async () => {
  const { dist, hashed } = await built();
  await digestOfPage(dist, hashed);
  const kept = (await readFile(hashed, 'utf8')).replace(sha256('one'), sha256('kept'));
  await writeFile(hashed, kept);
  expect(await digestOfPage(dist, hashed)).toBe(sha256('kept'));
  expect(await digestOfPage(dist)).toBe(sha256('one'));
});

test.each(['', '{', '{"schemaVersion":1}', '{"schemaVersion":2,"files":{}}'])(
  'reads every file where %j was kept',
  async (kept) => {
    const { dist, hashed } = await built();
    await mkdir(dirname(hashed), { recursive: true });
    await writeFile(hashed, kept);
    expect(await digestOfPage(dist, hashed)).toBe(sha256('one'));
  },
);

test('reads every file where nothing can be kept', async () => {
  const { dist, hashed } = await built();
  // A file in place of the folder.
  await writeFile(dirname(hashed), '');
  expect(await digestOfPage(dist, hashed)).toBe(sha256('one'));
});
