/** Writes what a bundler made, so that a program that runs meanwhile finds each file whole. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A file to write. */
export interface MadeFile {
  readonly path: string;
  readonly contents: Uint8Array;
}

/** Leaves a file alone that has these bytes already. */
export async function writeChanged(files: readonly MadeFile[]): Promise<void> {
  for (const { path, contents } of files) {
    const before = await readFile(path).catch(() => undefined);
    if (before !== undefined && Buffer.compare(before, contents) === 0) continue;
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}`;
    await writeFile(temporary, contents);
    await rename(temporary, path);
  }
}

/** Removes what an earlier run made, and this one did not. */
export async function removeOthers(folder: string, files: readonly MadeFile[]): Promise<void> {
  const made = new Set(files.map(({ path }) => basename(path)));
  for (const name of await readdir(folder))
    if (!made.has(name)) await rm(join(folder, name), { recursive: true, force: true });
}
