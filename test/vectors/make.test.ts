import { join } from 'node:path';
import { expect, test } from 'vitest';
import { everything, generated } from './everything.ts';
import { filesBelow, vectorsFolder } from './vector.ts';

test('what lies on disk is what make.ts writes, no file more and no file less', async () => {
  const made = everything();
  const found = new Map<string, Uint8Array>();
  for (const folder of generated)
    for (const [path, bytes] of await filesBelow(join(vectorsFolder, folder))) found.set(`${folder}/${path}`, bytes);
  expect([...found.keys()].sort()).toEqual([...made.keys()].sort());
  expect([...made].filter(([path, bytes]) => Buffer.compare(bytes, found.get(path) ?? bytes) !== 0)).toEqual([]);
});
