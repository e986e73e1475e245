import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for everything that a run of the tests writes, gone at its end. */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-tests-'));
  process.env['COUNTERSIGN_TESTS'] = folder;
  // Tests start our commands hundreds of times: only the first start has to compile them.
  process.env['NODE_COMPILE_CACHE'] = join(folder, 'compile-cache');
  return () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
