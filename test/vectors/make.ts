/** Writes control, before, after and all attacks again: `node test/vectors/make.ts`. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { everything, generated } from './everything.ts';
import { vectorsFolder } from './vector.ts';

const files = everything();
for (const folder of generated) await rm(join(vectorsFolder, folder), { recursive: true, force: true });
for (const [path, bytes] of files) {
  await mkdir(dirname(join(vectorsFolder, path)), { recursive: true });
  await writeFile(join(vectorsFolder, path), bytes);
}
