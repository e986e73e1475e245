/** Reading a file of a repository that anybody may have written: a plain file, of bounded size, and no link. */
import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../core/failure.ts';
import type { Problem } from '../../core/problem.ts';

/** The bytes, one more than `maxBytes` at most; or that it is no plain file. @throws where it is not there */
export async function readPlainFile(root: string, file: string, maxBytes: number): Promise<Buffer | Problem> {
  const path = join(root, file);
  if (!(await lstat(path)).isFile()) return noPlainFile(file);
  // Windows has no such flag, and needs rights for links.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch((error: unknown) => {
    if (systemCode(error) === 'ELOOP') return undefined;
    throw error;
  });
  if (handle === undefined) return noPlainFile(file);
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(size, maxBytes) + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await handle.close();
  }
}

const noPlainFile = (file: string): Problem => ({
  code: 'no-plain-file',
  file,
  message: 'this is a link or a folder, not a file',
  remedy: 'put the file itself there',
});
