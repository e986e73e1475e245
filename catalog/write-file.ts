import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { asDiskFailure } from '../core/disk.ts';
import { Failure } from '../core/failure.ts';

/** Replaces a whole file of the repository. A link is refused, so that its target is never changed. @throws Failure */
export async function replaceFile(root: string, file: string, content: Uint8Array | string): Promise<void> {
  const path = join(root, file);
  const found = await lstat(path).catch(() => undefined);
  if (found !== undefined && !found.isFile())
    throw new Failure('no-plain-file', `${file} is a link or a folder, not a file`, 'take it away first');
  try {
    await writeFileAtomic(path, typeof content === 'string' ? content : Buffer.from(content));
  } catch (error) {
    throw asDiskFailure(error, path);
  }
}
