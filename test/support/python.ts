/**
 * Python's own judgement, where there are Pythons with pip: pip brings the reference implementation of the standards.
 * Looked for on the PATH, and where pyenv keeps its Pythons.
 */
import { execFile, spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Python {
  readonly command: string;
  /** `3.11.7`. */
  readonly version: string;
  /** Whether its pip is of 2024 or later. Older ones read old versions in a way of their own. */
  readonly hasRecentPip: boolean;
}

const describe = 'import pip, platform, pip._vendor.packaging; print(platform.python_version(), pip.__version__)';

/** Every Python with pip. */
export const pythons: readonly Python[] = ['python3', ...globSync(join(homedir(), '.pyenv/versions/3.*/bin/python3'))]
  .map((command) => ({ command, ...spawnSync(command, ['-I', '-c', describe], { encoding: 'utf8' }) }))
  .flatMap(({ command, status, stdout }) => {
    const [version = '', pip = ''] = stdout.trim().split(' ');
    return status === 0 ? [{ command, version, hasRecentPip: Number.parseInt(pip, 10) >= 24 }] : [];
  });

/** Runs a program that finds `input` as JSON on its input, and answers with JSON. */
export function askPython<T>({ command }: Python, program: string, input: unknown = null): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, ['-I', '-c', program], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout) =>
      error === null ? resolve(JSON.parse(stdout) as T) : reject(error),
    );
    child.stdin?.end(JSON.stringify(input));
  });
}
