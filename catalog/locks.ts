/** All locks of a registry, for questions about their content. They are not checked here. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../core/failure.ts';
import { maxLockBytes } from '../core/limits.ts';
import { parseLock } from '../artefacts/lock.ts';
import type { Problem } from '../core/problem.ts';
import { Refusal } from '../core/refusal.ts';
import { lockPath, manifestPath } from '../core/statement.ts';
import type { Lock } from '../schemas/types.ts';
import { readPlainFile } from './read-file.ts';
import { serverFiles } from './registry-files.ts';

export interface Locks {
  /** By the names of their files, sorted. */
  readonly locks: ReadonlyMap<string, Lock>;
  /** Locks that cannot be read, and, as warnings, servers without one. */
  readonly problems: readonly Problem[];
}

/** @throws UsageError where `root` is no registry */
export async function readLocks(root: string): Promise<Locks> {
  await access(join(root, 'registry.yaml')).catch((cause: unknown) => {
    throw new UsageError(`there is no registry.yaml in ${root}`, 'run the command in the top folder of a registry', {
      cause,
    });
  });
  const files = new Set(await serverFiles(root));
  const namesOf = (ending: string): string[] =>
    [...files].flatMap((file) => (file.endsWith(ending) ? [file.slice(0, -ending.length)] : [])).sort();
  const read = namesOf('.lock.json').map((name) => ({ name, lock: readOne(root, lockPath(name)) }));
  return {
    locks: new Map(read.flatMap(({ name, lock }) => ('code' in lock ? [] : [[name, lock]]))),
    problems: [
      ...read.flatMap(({ lock }) => ('code' in lock ? [lock] : [])),
      ...namesOf('.yaml')
        .filter((name) => !files.has(`${name}.lock.json`))
        .map(notLocked),
    ],
  };
}

function readOne(root: string, file: string): Lock | Problem {
  const bytes = readPlainFile(root, file, maxLockBytes);
  if (!Buffer.isBuffer(bytes)) return bytes;
  try {
    return parseLock(bytes, 'the lock');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { code: 'lock-unreadable', file, message: error.message, remedy: 'run `registry lock` again' };
  }
}

const notLocked = (name: string): Problem => ({
  code: 'unlocked',
  file: manifestPath(name),
  message: `${name} has no lock: what it loads is not known`,
  remedy: `run \`registry lock ${name}\``,
  severity: 'warning',
});
