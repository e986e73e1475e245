import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import { buildSample } from './sample-site.ts';

afterEach(() => vi.unstubAllEnvs());

test('the same catalog gives the same bytes, in whichever folder and from whichever shell it is built', async () => {
  const works = await Promise.all([1, 2].map(async () => mkdtemp(join(tmpdir(), 'countersign-bytes-'))));
  try {
    const built = [];
    for (const work of works) {
      built.push(await digests(await buildSample(work)));
      // No Node that gets this option starts.
      vi.stubEnv('NODE_OPTIONS', `--import=${join(work, 'not-there.mjs')}`);
      vi.stubEnv('PUBLIC_TOKEN', 'a secret of the shell');
    }
    expect(built[0]?.size).toBeGreaterThan(10);
    expect(built[1]).toEqual(built[0]);
  } finally {
    await Promise.all(works.map(async (work) => rm(work, { recursive: true })));
  }
}, 30_000);

async function digests(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const entry of glob('**', { cwd: folder, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(path.slice(folder.length), sha256(await readFile(path)));
  }
  return found;
}
