import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { maxSecretBytes } from '../../core/limits.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { readSecretFile } from './file.ts';

const folder = await temporaryFolder();
let count = 0;

async function secretFile(mode: number, content = 'canary\n'): Promise<string> {
  const path = join(folder, `secret-${count++}`);
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

describe.skipIf(process.platform === 'win32')('a file with a secret', () => {
  test.each([0o600, 0o400])('is read with mode %o', async (mode) => {
    expect(readSecretFile(await secretFile(mode))).toBe('canary');
  });

  test.each([0o640, 0o604, 0o660, 0o622, 0o644])('is refused with mode %o', async (mode) => {
    const path = await secretFile(mode);
    expect(() => readSecretFile(path)).toThrow(
      expect.objectContaining({ code: 'E_STORE', remedy: expect.stringContaining(`chmod 600 '${path}'`) }),
    );
  });

  test('is refused where it is no regular file, and never waited for', async () => {
    const target = await secretFile(0o600);
    const link = join(folder, 'link');
    await symlink(target, link);
    const inner = join(folder, 'folder');
    await mkdir(inner);
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', ['-m', '600', pipe]);
    for (const path of [link, inner, pipe])
      expect(() => readSecretFile(path)).toThrow(expect.objectContaining({ code: 'E_STORE' }));
  });

  test('is refused where it is too long, not there, or named by no whole path', async () => {
    const long = await secretFile(0o600, 'x'.repeat(maxSecretBytes + 1));
    expect(() => readSecretFile(long)).toThrow(expect.objectContaining({ code: 'E_TOO_LARGE' }));
    expect(() => readSecretFile(join(folder, 'nothing'))).toThrow(
      expect.objectContaining({ code: 'secret-file', message: expect.stringContaining('ENOENT') }),
    );
    expect(() => readSecretFile('secret-0')).toThrow(expect.objectContaining({ code: 'E_TRUST_CONFIG' }));
  });

  test('no message shows what is in it', async () => {
    for (const path of [await secretFile(0o644), await secretFile(0o600, 'canary\0')])
      expect(() => readSecretFile(path)).not.toThrow(/canary/u);
  });
});
