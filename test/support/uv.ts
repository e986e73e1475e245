/** The `uv` of this machine, and a stand-in that answers what it is told to. */
import { spawnSync } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { temporaryFolder } from './folder.ts';

/** Tests that need the real one are skipped without it: `pip install uv`. */
export const hasUv: boolean = spawnSync('uv', ['--version'], { stdio: 'ignore' }).status === 0;

/** A value for PATH where `uv` is a program of this text, for Node. */
export async function standInUv(program: string): Promise<string> {
  const folder = await temporaryFolder();
  const file = join(folder, 'uv');
  await writeFile(file, `#!/usr/bin/env node\n${program}\n`);
  await chmod(file, 0o755);
  return [folder, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
}

/** A stand-in that fails, and says why as uv does. */
export const failingUv = (message: string): Promise<string> =>
  standInUv(`process.stderr.write(${JSON.stringify(message)}); process.exitCode = 1;`);
