/** Runs the scripts of `.github/scripts/` as a job of a workflow does, beside programs that answer as they are told. */
import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

const scripts = join(import.meta.dirname, '../../.github/scripts');

export interface ScriptEnded {
  readonly code: number;
  readonly output: string;
}

/** `programs` are the texts of bash programs by name. They find `folder`, where they lie, in FOLDER. */
export async function runForgeScript(
  folder: string,
  script: string,
  words: readonly string[],
  programs: Readonly<Record<string, string>>,
): Promise<ScriptEnded> {
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/usr/bin/env bash\n${text}\n`);
    await chmod(join(folder, name), 0o755);
  }
  const env = {
    PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
    RUNNER_TEMP: folder,
    GITHUB_ENV: join(folder, 'env'),
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://forge.example/token?x=1',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    FOLDER: folder,
  };
  return new Promise((resolve) => {
    execFile('bash', [join(scripts, script), ...words], { env, timeout: 30_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}
