import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { licencesOf } from './licences.ts';

/** The texts for packages of these files, each of which went into the bundle with so many bytes. */
async function licences(packages: Record<string, Record<string, string>>, bytesInOutput = 1): Promise<string> {
  const root = await temporaryFolder();
  for (const [folder, files] of Object.entries(packages)) {
    await mkdir(join(root, folder), { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(root, folder, name), text);
  }
  const inputs = Object.fromEntries(Object.keys(packages).map((folder) => [`${folder}/lib/a.js`, { bytesInOutput }]));
  const output = { bytes: 1, inputs, imports: [], exports: [] };
  return licencesOf(root, { inputs: {}, outputs: { 'a.js': output } });
}

test('names each bundled package with its licence and notices, also one inside another', async () => {
  const text = await licences({
    'node_modules/@a/b': { 'package.json': '{"name":"@a/b","version":"1.0.0","license":"MIT"}', 'LICENSE.md': 'Do.\n' },
    'node_modules/@a/b/node_modules/c': {
      'package.json': '{"name":"c","version":"2.0.0"}',
      COPYING: 'Copy.',
      NOTICE: 'See.',
      'index.js': 'code',
    },
    core: { 'licence.ts': 'ours' },
  });
  expect(text.split('\n\n').slice(1).join('\n\n')).toBe(
    '@a/b 1.0.0 (MIT)\n----------------\n\nDo.\n\nc 2.0.0 (see below)\n-------------------\n\nCopy.\n\nSee.\n',
  );
});

test('names no package of which nothing is in the bundle', async () => {
  const files = { 'package.json': '{"name":"c","version":"2.0.0","license":"MIT"}' };
  expect(await licences({ 'node_modules/c': files }, 0)).not.toContain('2.0.0');
});

test('refuses a package that says nothing of its licence', async () => {
  const files = { 'package.json': '{"name":"c","version":"2.0.0"}' };
  await expect(licences({ 'node_modules/c': files })).rejects.toThrow('c 2.0.0 says nothing of its licence');
});
