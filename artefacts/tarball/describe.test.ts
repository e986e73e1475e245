import { describe, expect, test } from 'vitest';
import { treeOf } from '../../test/support/tree-files.ts';
import type { TreeProgram } from '../tree-program.ts';
import { describeTree } from './describe.ts';

type Files = Readonly<Record<string, unknown>>;

const own: Files = { 'server/index.js': '', 'server/main.py': '', 'server/run*': '\u007fELF', 'README.md': '' };
const program = (files: Files, command?: string): TreeProgram =>
  describeTree(treeOf({ ...own, ...files }), command, 'the tree').program;

describe('starts', () => {
  test.each<[string, Files, string | undefined, TreeProgram]>([
    ['a script of Node that is named', {}, 'server/index.js', { type: 'node', entry: 'server/index.js', modules: [] }],
    ['a script of Python', {}, 'server/main.py', { type: 'python', entry: 'server/main.py', modules: ['server'] }],
    ['a program', {}, 'server/run', { type: 'binary', entry: 'server/run', modules: [] }],
    [
      'the only command of its package.json',
      { 'package.json': { name: '@x/tiny', bin: './server/index.js' } },
      undefined,
      { type: 'node', entry: 'server/index.js', modules: [] },
    ],
    [
      'a command that is named',
      { 'package.json': { name: 'tiny', bin: { a: 'a', b: 'server/index.js' } } },
      'b',
      { type: 'node', entry: 'server/index.js', modules: [] },
    ],
    [
      'a command without an ending, by Node',
      { 'package.json': { name: 'tiny', bin: 'cli' }, cli: '#!/bin/sh' },
      'tiny',
      { type: 'node', entry: 'cli', modules: [] },
    ],
    [
      'a file before a command of the same name',
      { 'package.json': { name: 'tiny', bin: { 'server/main.py': 'server/index.js' } } },
      'server/main.py',
      { type: 'python', entry: 'server/main.py', modules: ['server'] },
    ],
    ...['server/index.js', './server/index', 'server', 'server/'].map(
      (main): [string, Files, undefined, TreeProgram] => [
        `the main file of a package.json without commands, written as ${main}`,
        { 'package.json': { name: 'tiny', main } },
        undefined,
        { type: 'node', entry: 'server/index.js', modules: [] },
      ],
    ),
    [
      'index.js of a package.json that says nothing',
      { 'package.json': {}, 'index.js': '' },
      undefined,
      { type: 'node', entry: 'index.js', modules: [] },
    ],
  ])('%s', (_, files, command, expected) => {
    expect(program(files, command)).toEqual(expected);
  });
});

describe('refuses', () => {
  test.each<[string, Files, string | undefined, string, string]>([
    [
      'a command whose file only a build makes',
      { 'package.json': { name: 'tiny', bin: 'dist/index.js' } },
      undefined,
      'E_UNSUPPORTED',
      'the tree starts the file dist/index.js, which has to be built first',
    ],
    [
      'the same where the command is named',
      { 'package.json': { name: 'tiny', bin: { a: 'dist/a.js', b: 'server/index.js' } } },
      'a',
      'E_UNSUPPORTED',
      'the tree starts the file dist/a.js, which has to be built first',
    ],
    [
      'a main file that only a build makes',
      { 'package.json': { name: 'tiny', main: 'build/index.js' } },
      undefined,
      'E_UNSUPPORTED',
      'the tree starts the file build/index.js, which has to be built first',
    ],
    [
      'TypeScript',
      { 'src/index.ts': '' },
      'src/index.ts',
      'E_UNSUPPORTED',
      'src/index.ts, which has to be built first',
    ],
    [
      'TypeScript behind a command',
      { 'package.json': { name: 'tiny', bin: 'src/index.ts' }, 'src/index.ts': '' },
      undefined,
      'E_UNSUPPORTED',
      'src/index.ts, which has to be built first',
    ],
    ['a file that cannot be started', {}, 'README.md', 'E_UNSUPPORTED', 'README.md in the tree is neither a script'],
    [
      'several commands of which none is named',
      { 'package.json': { name: 'tiny', bin: { a: 'server/index.js', b: 'server/index.js' } } },
      undefined,
      'no-command',
      'the tree has 2 commands: a, b',
    ],
    [
      'a tree that does not say how it is started',
      {},
      undefined,
      'no-command',
      'the tree does not say how it is started',
    ],
    [
      'a name that is nothing in it',
      {},
      'server/indx.js',
      'no-such-command',
      'the tree has no file and no command server/indx.js (did you mean server/index.js?)',
    ],
    ['a path that leads out', {}, '../server/index.js', 'no-such-command', 'the tree has no file and no command'],
    ['a package.json that cannot be read', { 'package.json': '{' }, 'server/index.js', 'E_ARCHIVE', 'cannot be read'],
  ])('%s', (_, files, command, code, message) => {
    expect(() => program(files, command)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }),
    );
  });

  test('names the commands that there are', () => {
    expect(() => program({ 'package.json': { name: 'tiny', bin: { a: 'server/index.js' } } }, 'b')).toThrow(
      expect.objectContaining({ remedy: 'name one of its files in launch.command, or one of its commands: a' }),
    );
  });
});

describe('asks for packages', () => {
  const asks = (files: Files, command?: string): boolean =>
    describeTree(treeOf({ ...own, ...files }), command, 'the tree').asksForPackages;
  const asking = (fields: Files): Files => ({ 'package.json': { name: 'tiny', bin: 'server/index.js', ...fields } });

  test.each<[string, Files, string | undefined, boolean]>([
    ['with dependencies', asking({ dependencies: { a: '1' } }), undefined, true],
    ['with optional dependencies', asking({ optionalDependencies: { a: '1' } }), undefined, true],
    ['with peers', asking({ peerDependencies: { a: '1' } }), undefined, true],
    ['not with those of its developers', asking({ devDependencies: { a: '1' } }), undefined, false],
    [
      'not with those that it holds',
      { ...asking({ dependencies: { a: '1' } }), 'node_modules/a/package.json': { name: 'a', version: '1.0.0' } },
      undefined,
      false,
    ],
    ['not for Python', asking({ dependencies: { a: '1' } }), 'server/main.py', false],
    ['not without a package.json', {}, 'server/index.js', false],
  ])('%s', (_, files, command, expected) => {
    expect(asks(files, command)).toBe(expected);
  });

  test('which its package.json names, as a lock holds them', () => {
    const files = treeOf({ ...own, ...asking({ version: 'v1.0.0', license: 'MIT', dependencies: { a: '^1' } }) });
    expect(describeTree(files, undefined, 'the tree').package).toEqual({
      name: 'tiny',
      version: '1.0.0',
      license: 'MIT',
      bin: { tiny: 'server/index.js' },
      dependencies: { a: '^1' },
    });
  });
});
