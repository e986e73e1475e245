import { describe, expect, test } from 'vitest';
import { sha256 } from '../core/digest.ts';
import type { PackageFile } from './archives/tarball.ts';
import { outsideCommand, programAt, runtimeNamed } from './tree-program.ts';

const file = (path: string, text = '', executable = false): PackageFile => {
  const content = Buffer.from(text);
  return { path, executable, sha256: sha256(content), content };
};

test.each([
  ['node', 'node'],
  ['node.exe', 'node'],
  ['python', 'python'],
  ['python3', 'python'],
  ['python3.exe', 'python'],
  ['/usr/bin/node', undefined],
  ['..\\node.exe', undefined],
  ['python2', undefined],
  ['nodejs', undefined],
  ['npx', undefined],
])('the command %s is run by %s', (command, runtime) => {
  expect(runtimeNamed(command)).toBe(runtime);
});

describe('a command outside the artefact', () => {
  test.each(['npx', 'uvx', 'uv', 'pip', 'docker', 'NPX.CMD', '/opt/homebrew/bin/uv', 'C:\\tools\\bunx.exe', 'tsx'])(
    '%s is refused because it fetches code',
    (command) => {
      expect(outsideCommand(command, 'the bundle')).toMatchObject({
        code: 'E_UNSUPPORTED',
        message: `the bundle starts ${JSON.stringify(command)}, which fetches or builds code when the server starts`,
      });
    },
  );
  test.each(['sh', '/bin/bash', 'cmd.exe', 'powershell', 'env', 'osascript'])(
    '%s is refused because it runs what it is given',
    (command) => {
      expect(outsideCommand(command, 'the bundle').message).toContain('which runs whatever command it is given');
    },
  );
  test.each(['java', '/usr/bin/node', 'my-server'])('%s is refused because it is elsewhere', (command) => {
    expect(outsideCommand(command, 'the bundle').message).toContain('which is not in it');
  });
});

describe('a file of a tree', () => {
  test.each([
    ['dist/index.js', '', false, 'node'],
    ['dist/index.MJS', '', false, 'node'],
    ['index.cjs', '#!/bin/sh', false, 'node'],
    ['server/main.py', '', false, 'python'],
    ['bin/server', '#!/usr/bin/env node\n', false, 'node'],
    ['bin/server', '#! /usr/bin/node', true, 'node'],
    ['bin/server', '#!/usr/bin/env -S A=1 node --no-warnings\n', true, 'node'],
    ['bin/server', '#!/usr/bin/env python3\r\n', true, 'python'],
    ['bin/server', '\u007fELF', true, 'binary'],
    ['bin/start', '#!/bin/sh\n', true, 'binary'],
    ['bin/server.exe', 'MZ', false, 'binary'],
  ])('%s beginning with %j is started', (path, text, executable, type) => {
    const modules = type === 'python' ? [path.slice(0, path.indexOf('/'))] : [];
    expect(programAt(file(path, text, executable), 'the tree')).toEqual({ type, entry: path, modules });
  });

  test.each([
    ['src/index.ts', '', 'the tree starts the file src/index.ts, which has to be built first'],
    ['src/index.tsx', '', 'the tree starts the file src/index.tsx, which has to be built first'],
    ['bin/run', '#!/usr/bin/env -S uv run --script\n', 'the tree starts "uv", which fetches or builds code when'],
    ['bin/run', '#!/usr/bin/env npx\n', 'the tree starts "npx", which fetches or builds code when the server starts'],
    ['bin/run', '#!/usr/bin/env -S deno run\n', 'the tree starts "deno"'],
    ['bin/uv.exe', 'MZ', 'the tree starts "bin/uv.exe", which fetches or builds code when the server starts'],
    ['start.bat', '@node server.js', 'the tree starts "cmd", which runs whatever command it is given'],
    ['README.md', '# Server', 'README.md in the tree is neither a script of Node or Python, nor marked as executable'],
  ])('%s beginning with %j is refused', (path, text, message) => {
    expect(() => programAt(file(path, text), 'the tree')).toThrow(
      expect.objectContaining({ code: 'E_UNSUPPORTED', message: expect.stringContaining(message) as string }),
    );
  });
});
