import { reviewableJson } from '../core/canonical.ts';
import { checkLock } from '../artefacts/lock-check.ts';
import { parseLock } from '../artefacts/lock.ts';
import type { Problem } from '../core/problem.ts';
import { Refusal } from '../core/refusal.ts';
import { maxLockBytes } from '../core/limits.ts';
import { readPlainFile, type FileSource } from './read-file.ts';
import type { Lock } from '../schemas/types.ts';

/** A lock file, or what is wrong with it. */
export interface LockFile {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Absent where it cannot be read as a lock. */
  readonly value?: Lock;
  readonly problems: readonly Problem[];
}

/** Reads a lock and checks everything that it says about itself. */
export function readLock(root: string | FileSource, file: string): LockFile {
  const bytes = readPlainFile(root, file, maxLockBytes);
  if (!Buffer.isBuffer(bytes)) return { file, bytes: Buffer.alloc(0), problems: [bytes] };
  try {
    const value = parseLock(bytes, 'the lock');
    const problems = checkLock(value).map((fault): Problem => ({ file, ...fault }));
    if (Buffer.compare(bytes, reviewableJson(value)) !== 0)
      problems.push({
        code: 'lock-edited',
        file,
        message: 'the lock is not as `registry lock` writes it',
        remedy: 'run `registry lock` again instead of editing it',
      });
    return { file, bytes, value, problems };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const problem = {
      code: 'lock-unreadable',
      file,
      message: error.message,
      remedy: 'run `registry lock` again',
    };
    return { file, bytes, problems: [problem] };
  }
}
