import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { hasSystemPython, systemPython } from '../../test/support/tiny-python.ts';
import { findInterpreter } from './interpreter.ts';

/** A program in place of Python: a script of the shell. */
async function standIn(script: string): Promise<string> {
  const file = join(await temporaryFolder(), 'python3');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

const usual = {
  ...{ implementation: 'cpython', version: [3, 12, 4], platform: 'linux', machine: 'x86_64' },
  ...{ libc: 'glibc 2.36', macos: null, prefix: '/usr', freeThreaded: false },
};

const saying = (answer: unknown): Promise<string> =>
  standIn(`cat <<'ANSWER'\n${typeof answer === 'string' ? answer : JSON.stringify(answer)}\nANSWER`);

const refusal = (message: string): unknown =>
  expect.objectContaining({
    ...{ name: 'Refusal', code: 'E_UNSUPPORTED' },
    message: expect.stringContaining(message),
    remedy: expect.stringMatching(/./u),
  });

describe.skipIf(process.platform === 'win32')('an interpreter', () => {
  test('is what it says', async () => {
    const executable = await saying(usual);
    expect(findInterpreter(executable)).toEqual({
      ...{ implementation: 'cpython', version: [3, 12, 4], os: 'linux', machine: 'x64' },
      ...{ libc: { name: 'glibc', version: [2, 36] }, executable, prefix: '/usr' },
    });
  });

  test.each<[string, object, object]>([
    ['musl', { libc: null }, { libc: { name: 'musl', version: [1, 2] } }],
    ['musl that answers in other words', { libc: 'musl 1.2.5' }, { libc: { name: 'musl', version: [1, 2] } }],
    ['arm64', { machine: 'aarch64' }, { machine: 'arm64' }],
    ['macOS', { platform: 'darwin', libc: null, macos: '15.1.1' }, { os: 'darwin', macos: [15, 1] }],
    ['Windows', { platform: 'win32', libc: null, machine: 'AMD64' }, { os: 'win32', machine: 'x64' }],
  ])('is read on %s', async (_, change, expected) => {
    expect(findInterpreter(await saying({ ...usual, ...change }))).toMatchObject(expected);
  });

  test.each<[string, object, string]>([
    ['PyPy', { implementation: 'pypy' }, 'is pypy for linux on x86_64'],
    ['a build without a global lock', { freeThreaded: true }, 'is cpython without a global lock for linux'],
    ['another system', { platform: 'freebsd14' }, 'is cpython for freebsd14'],
    ['another machine', { machine: 'riscv64' }, 'is cpython for linux on riscv64'],
    ['a build of 32 bits', { machine: '32 bits' }, 'is cpython for linux on 32 bits'],
  ])('is refused if it is %s', async (_, change, message) => {
    const executable = await saying({ ...usual, ...change });
    expect(() => findInterpreter(executable)).toThrow(refusal(`${executable} ${message}`));
  });

  test.each<[string, unknown]>([
    ['nothing', ''],
    ['no JSON', 'Python 3.12.4'],
    ['null', 'null'],
    ['a list', []],
    ['nothing of what was asked', {}],
    ['a version that is no list', { ...usual, version: '3.12.4' }],
    ['a version that is no number', { ...usual, version: [3, '../..', 4] }],
    ['a version of two parts', { ...usual, version: [3, 12] }],
    ['a negative version', { ...usual, version: [3, -1, 0] }],
    ['a C library that is no text', { ...usual, libc: 2.36 }],
    ['a macOS that is no text', { ...usual, macos: {} }],
    ['a prefix that is no text', { ...usual, prefix: ['/'] }],
    ['a name without end', { ...usual, machine: 'x'.repeat(10_000) }],
    ['no word about its lock', { ...usual, freeThreaded: undefined }],
  ])('is refused if it says %s', async (_, answer) => {
    const executable = await saying(answer);
    expect(() => findInterpreter(executable)).toThrow(refusal(`${executable} does not say which Python it is`));
  });

  test.each<[string, string]>([
    ['fails', `echo '${JSON.stringify(usual)}'; exit 1`],
    ['is ended', 'kill -9 $$'],
    ['writes without end', 'exec cat /dev/zero'],
    ['never answers', 'exec sleep 600'],
    ['never answers, and ignores that it is told to end', "trap '' TERM; while :; do sleep 600; done"],
    ['leaves a program behind', 'sleep 600 & sleep 600'],
  ])('is refused if it %s', async (_, script) => {
    const executable = await standIn(script);
    expect(() => findInterpreter(executable, 500)).toThrow(refusal('does not say which Python it is'));
  });

  test.each([['python3'], ['./python3'], ['../bin/python3'], [''], ['/nonexistent/python3']])(
    'is refused where the trust config names %j',
    (path) => {
      expect(() => findInterpreter(path)).toThrow(refusal(`${path} is no Python`));
    },
  );

  test('is asked without what this account set for it', async () => {
    const executable = await standIn(
      `[ -z "$PYTHONPATH$HOME$PYTHONSTARTUP" ] && [ "$1 $2 $3 $4" = "-I -S -B -c" ] && echo '${JSON.stringify(usual)}'`,
    );
    expect(findInterpreter(executable)).toMatchObject({ version: [3, 12, 4] });
  });

  test.skipIf(!hasSystemPython)('says the folder that it lies in, whatever its name', async () => {
    const prefix = '/of "all" \\ people\n\u00fc \u{1f600}';
    // It asks the real question, and only the folder is another.
    const renamed = `import sys; sys.base_prefix = ${JSON.stringify(prefix)}; exec(sys.argv[1])`;
    const executable = await standIn(`exec ${systemPython} "$1" "$2" "$3" "$4" '${renamed}' "$5"`);
    expect(findInterpreter(executable)).toMatchObject({ os: process.platform, prefix });
  });

  test('is the one of the system where none is named', () => {
    let found: string;
    try {
      found = findInterpreter().executable;
    } catch (error) {
      found = (error as Error).message;
    }
    expect(found).toMatch(/^(?:\/usr\/bin|\/usr\/local\/bin|\/opt\/homebrew\/bin)\/python3|no Python in the folders/u);
  });
});
