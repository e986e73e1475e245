import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * One folder for everything that a run of the tests writes, gone at its end. What Node compiles is kept there too: the
 * tests start some thousand processes of the same code, and half of what each costs is compiling it.
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  // Vitest asks once for each project.
  if (process.env['COUNTERSIGN_TESTS'] !== undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'countersign-'));
  process.env['COUNTERSIGN_TESTS'] = folder;
  process.env['NODE_COMPILE_CACHE'] = join(folder, 'compiled');
  return () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
