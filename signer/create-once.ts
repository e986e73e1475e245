import { randomUUID } from 'node:crypto';
import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asDiskFailure } from '../core/disk.ts';
import { systemCode } from '../core/failure.ts';

/** Writes a file that is not there yet, whole or not at all. Gives whether it was written. */
export async function createOnce(path: string, bytes: Uint8Array): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, bytes, { flush: true });
    await link(temporary, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw asDiskFailure(error, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
