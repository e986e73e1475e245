import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { maxSecretBytes } from '../../core/limits.ts';
import { temporaryFolder } from '../../test/support/folder.ts';
import { secretOfCommand } from './command.ts';

const folder = await temporaryFolder();
let count = 0;

async function program(script: string, mode = 0o700): Promise<string> {
  const path = join(folder, `program-${count++}`);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, mode);
  return path;
}

const failure = (code: string, message: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe.skipIf(process.platform === 'win32')('a command that gives a secret', () => {
  test('is given its words as they are, without a shell', async () => {
    const path = await program('printf "%s|%s" "$1" "$2"');
    expect(await secretOfCommand([path, '$(id)', '*; echo b'])).toBe('$(id)|*; echo b');
  });

  test('is given no variable of this process, and nothing to read', async () => {
    process.env['CANARY_TOKEN'] = 'canary';
    const printed = await secretOfCommand([await program('cat; env')]);
    delete process.env['CANARY_TOKEN'];
    const names = printed.split('\n').map((line) => line.split('=')[0]);
    expect(names).toContain('HOME');
    // The last three are the shell's own.
    const known = new Set(['PATH', 'HOME', 'USER', 'LOGNAME', 'XDG_RUNTIME_DIR', 'PWD', 'SHLVL', '_', 'OLDPWD']);
    expect(names.filter((name) => !known.has(name ?? ''))).toEqual([]);
  });

  test('may print more than one line, of which the last line end is none', async () => {
    expect(await secretOfCommand([await program('echo one; echo two')])).toBe('one\ntwo');
  });

  test('fails with its exit code alone: what it prints may be secret', async () => {
    const path = await program('echo canary; echo canary >&2; exit 3');
    const error: unknown = await secretOfCommand([path, 'canary']).catch((thrown: unknown) => thrown);
    expect(error).toEqual(failure('secret-command', `${path} ended with the exit code 3`));
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('canary');
    expect(error).not.toHaveProperty('cause');
  });

  test.each([
    ['a signal', 'kill -9 $$', 'secret-command', 'ended with SIGKILL'],
    ['nothing printed', 'true', 'secret', 'an empty secret'],
    [
      'too much printed',
      `head -c ${maxSecretBytes + 1} /dev/zero; exec sleep 60`,
      'secret-command',
      'printed more than',
    ],
  ])('fails with %s', async (_, script, code, message) => {
    await expect(secretOfCommand([await program(script)])).rejects.toEqual(failure(code, message));
  });

  test('is ended when it takes too long, also where what it started holds its output open', async () => {
    const path = await program('sleep 60 & sleep 60');
    await expect(secretOfCommand([path], 300)).rejects.toEqual(
      failure('secret-command', 'no secret within 0.3 seconds'),
    );
  });

  test('is refused where others could replace it, or its path is not whole', async () => {
    await expect(secretOfCommand([await program('echo a', 0o722)])).rejects.toEqual(
      failure('E_TRUST_CONFIG', 'can be written by'),
    );
    await expect(secretOfCommand(['pass', 'show'])).rejects.toEqual(failure('E_TRUST_CONFIG', 'no absolute path'));
    await expect(secretOfCommand(['/nonexistent/pass'])).rejects.toEqual(failure('secret-command', 'ENOENT'));
  });
});
