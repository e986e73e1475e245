import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder, in the one that is gone when the tests have run. */
export const temporaryFolder = (): Promise<string> =>
  mkdtemp(join(process.env['COUNTERSIGN_TESTS'] ?? tmpdir(), 'test-'));
