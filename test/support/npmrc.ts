import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';

/**
 * Has npm's configuration be this .npmrc, and nothing of this machine's: what npm itself was configured with reaches a
 * test that it started as variables, which outrank every file. The modules are forgotten, since the configuration is
 * read once a process: import what reads it afterwards. `vi.unstubAllEnvs` undoes it.
 */
export async function stubNpmrc(folder: string, npmrc: string): Promise<void> {
  const file = join(folder, 'npmrc');
  await writeFile(file, npmrc);
  for (const key of Object.keys(process.env)) if (/^npm_config_/iu.test(key)) vi.stubEnv(key, undefined);
  vi.stubEnv('npm_config_userconfig', file);
  vi.stubEnv('npm_config_globalconfig', join(folder, 'none'));
  vi.resetModules();
}
