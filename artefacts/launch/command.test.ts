import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { anInterpreter, tinyPythonLock, pythonRest, pythonRoot, withPython } from '../../test/support/python-lock.ts';
import { hasSystemPython, systemPython } from '../../test/support/tiny-python.ts';
import { partsFor } from '../kinds.ts';
import type { Part } from '../part.ts';
import { commandLine } from './command.ts';

test('starts a script with this Node', () => {
  const installed = { root: '/installed', parts: [] };
  expect(commandLine({ runs: 'node', script: 'node_modules/a/b.js' }, ['--x'], installed)).toEqual({
    file: process.execPath,
    words: [join('/installed', 'node_modules/a/b.js'), '--x'],
  });
});

test('gives Python the folders of the wheels that are for it, in the order of the lock, and nothing else', () => {
  const platform = withPython();
  const lock = tinyPythonLock([pythonRoot({ paths: ['', 'vendored'] }), ...pythonRest]);
  const installed = { root: '/installed', parts: partsFor(lock, platform), python: platform.python };
  const { file, words } = commandLine(
    { runs: 'python', module: 'tiny_server', call: 'main' },
    ['--x', '-I'],
    installed,
  );
  expect(file).toBe(anInterpreter().executable);
  expect(words.slice(0, 4)).toEqual(['-I', '-S', '-B', '-c']);
  const root = join('/installed', 'wheels/tiny_server-1.0.0-py3-none-any');
  expect(words.slice(5)).toEqual([
    ...['tiny_server', 'main', '3', root, join(root, 'vendored')],
    ...[join('/installed', 'wheels/tiny_shout-1.0.0-py3-none-any'), '--x', '-I'],
  ]);
});

test('starts no Python program without an interpreter', () => {
  expect(() => commandLine({ runs: 'python', module: 'a', call: 'b' }, [], { root: '/', parts: [] })).toThrow(
    'needs an interpreter',
  );
});

describe.skipIf(!hasSystemPython)(`what ${systemPython} then runs`, () => {
  /** Runs a module of two wheels, and gives what it prints. */
  async function ran(source: string, call = 'main', words: readonly string[] = []): Promise<string> {
    const root = await temporaryFolder();
    const modules = {
      'first/called.py': source,
      'first/both.py': 'who = "first"\n',
      'second/both.py': 'who = "second"\n',
    };
    for (const [path, text] of Object.entries({ ...modules, 'second/json.py': 'raise SystemExit("evil")\n' })) {
      await mkdir(join(root, path, '..'), { recursive: true });
      await writeFile(join(root, path), text);
    }
    const parts = ['first', 'second'].map((folder) => ({ folder }) as Part);
    const python = (): ReturnType<typeof anInterpreter> => anInterpreter({ executable: systemPython });
    const line = commandLine({ runs: 'python', module: 'called', call }, words, { root, parts, python });
    return execFileSync(line.file, line.words, {
      encoding: 'utf8',
      cwd: join(root, 'second'),
      env: { PYTHONPATH: root },
    });
  }

  test('is the function, with the words of the server as its arguments', async () => {
    const source = 'import sys\nclass App:\n    @staticmethod\n    def run(): print(sys.argv)\n';
    expect(await ran(source, 'App.run', ['--a', '-c', 'x'])).toBe("['called', '--a', '-c', 'x']\n");
  });

  test("ends as the function's result says", async () => {
    await expect(ran('def main(): return 7\n')).rejects.toMatchObject({ status: 7 });
    expect(await ran('def main(): return None\n')).toBe('');
  });

  test("finds Python's own modules before those of wheels, and the first wheel before the second", async () => {
    const source = 'import both, json\ndef main(): print(both.who, json.dumps(1))\n';
    expect(await ran(source)).toBe('first 1\n');
  });

  test('reads no .pth file, loads no site, and writes no compiled file', async () => {
    const source = [
      'import os, sys, both',
      'def main():',
      '    here = os.path.dirname(__file__)',
      '    print("site" in sys.modules, os.path.exists(os.path.join(here, "__pycache__")), sys.flags.isolated, "" in sys.path)',
      '',
    ].join('\n');
    expect(await ran(source)).toBe('False False 1 False\n');
  });
});
