/** Files of bytes that are too long for the memory: written and read piece by piece. */
import { createHash, randomUUID } from 'node:crypto';
import { closeSync, createReadStream, ftruncateSync, openSync, writeSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asDiskFailure } from '../core/disk.ts';
import { makePrivateFolder } from '../core/private.ts';

/** The SHA-256 of a file, in hexadecimal, while it is read once. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** Writes a new file, and puts it into its place only when it is whole. `write` may begin again. */
export async function writeWhole(
  path: string,
  write: (begin: () => (chunk: Uint8Array) => void) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  const onDisk = <T>(task: () => T): T => {
    try {
      return task();
    } catch (error) {
      throw asDiskFailure(error, path);
    }
  };
  try {
    await makePrivateFolder(dirname(path));
    const file = onDisk(() => openSync(temporary, 'wx', 0o644));
    try {
      await write(() => {
        let at = 0;
        onDisk(() => ftruncateSync(file));
        return (chunk) => {
          for (let done = 0; done < chunk.byteLength;)
            done += onDisk(() => writeSync(file, chunk, done, chunk.byteLength - done, at + done));
          at += chunk.byteLength;
        };
      });
    } finally {
      closeSync(file);
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asDiskFailure(error, path);
  }
}
