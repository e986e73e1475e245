import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder that is gone when the tests have run. */
export function runFolder(): string {
  const folder = process.env['COUNTERSIGN_TESTS'];
  if (folder === undefined) throw new Error('COUNTERSIGN_TESTS is not set: run the tests with vitest');
  return folder;
}

/** A new folder, in the one that is gone when the tests have run. */
export const temporaryFolder = (): Promise<string> => mkdtemp(join(runFolder(), 'test-'));
