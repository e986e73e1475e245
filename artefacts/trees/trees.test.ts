import { describe, expect, test } from 'vitest';
import { integrityOf, sha512 } from '../../core/digest.ts';
import type { Platform } from '../../core/platform.ts';
import { treeDigest } from '../../core/tree.ts';
import type { LockedArchive, LockedPackage, LockedProgram, McpbClosure, TarballClosure } from '../../schemas/types.ts';
import { aLock, aManifest, aPackage, npmDocuments } from '../../test/support/statements.ts';
import { withPython } from '../../test/support/python-lock.ts';
import { treeOf } from '../../test/support/tree-files.ts';
import type { LockOf } from '../kind.ts';
import { launchFaultsOf, partsFor, partsOf, programOf } from '../kinds.ts';
import { checkGraph, dependenciesOf, leftOutBy, outdatedOf } from '../graphs.ts';
import { commandLine } from '../launch/command.ts';
import { artefactDigest, differences, otherTree } from '../contents.ts';
import { labelOf } from '../part.ts';
import { describeArchive } from './describe.ts';

const bytes = Buffer.from('the archive');
const address = 'https://example.com/releases/tiny.tgz';
const files = {
  'package.json': {
    name: 'tiny',
    version: '2.0.0',
    license: 'MIT',
    main: 'index.js',
    dependencies: { left: '^1.0.0' },
  },
  'index.js': '',
};

const archiveOf = (contents: Readonly<Record<string, unknown>>, command?: string): LockedArchive => ({
  integrity: integrityOf(bytes),
  tree: treeDigest(treeOf(contents)),
  ...describeArchive('tarball', treeOf(contents), command, 'the tree'),
});

function aTarball(
  archive: LockedArchive,
  packages: Record<string, LockedPackage> = {},
  url = address,
): LockOf<TarballClosure> {
  const { artefact, closure: _, ...lock } = aLock();
  return {
    ...lock,
    artefact: { ...artefact, url, sha512: sha512(bytes) },
    closure: { kind: 'tarball', archive, ...(Object.keys(packages).length > 0 && { packages }) },
  };
}

const left = { 'node_modules/left': aPackage('left', '1.2.0') };
const early = '2026-01-01T00:00:00Z';
const linux: Platform = { os: 'linux', cpu: 'x64', libc: () => 'glibc' };

describe('a lock of a tree', () => {
  const lock = aTarball(archiveOf(files), left);

  test('holds the tree, and what it asks for beside it', () => {
    expect(checkGraph(lock)).toEqual([]);
    expect(partsOf(lock).map((part) => [labelOf(part), part.folder])).toEqual([
      [`tiny.tgz#${lock.version}`, 'tree'],
      ['left@1.2.0', 'node_modules/left'],
    ]);
    expect(dependenciesOf(lock).get('tree')).toEqual(['node_modules/left']);
  });

  test('says which package beside it could be newer, and what it does without', () => {
    const versions = { '1.2.0': {}, '1.3.0': {}, '2.0.0': {} };
    const time = { '1.2.0': early, '1.3.0': early, '2.0.0': early };
    expect(outdatedOf(lock, npmDocuments({ left: { versions, time } }))).toEqual([
      { type: 'npm', name: 'left', version: '1.2.0', newest: '1.3.0' },
    ]);
    const archive = { ...archiveOf(files), optionalDependencies: { right: '^1.0.0' } };
    expect(leftOutBy(aTarball(archive, left))).toEqual([{ folder: 'tree', name: 'right', range: '^1.0.0' }]);
  });

  test.each<[string, LockOf<TarballClosure>, string]>([
    ['lacks what it asks for', aTarball(archiveOf(files)), 'unsatisfied-edge'],
    [
      'holds another version',
      aTarball(archiveOf(files), { 'node_modules/left': aPackage('left', '2.0.0') }),
      'unsatisfied-edge',
    ],
    [
      'holds what nothing asks for',
      aTarball(archiveOf(files), { ...left, 'node_modules/right': aPackage('right', '1.0.0') }),
      'extraneous-package',
    ],
    [
      'has a package in the tree’s own folder',
      aTarball(archiveOf(files), { tree: aPackage('left', '1.2.0') }),
      'lock-path',
    ],
    ['is of another kind than its address', aTarball(archiveOf(files), left, 'npm:tiny@1.0.0'), 'lock-root'],
    [
      'has another integrity than its artefact',
      aTarball({ ...archiveOf(files), integrity: integrityOf(Buffer.from('x')) }, left),
      'lock-root',
    ],
    [
      'starts a file outside the tree',
      aTarball({ ...archiveOf(files), program: { type: 'node', entry: '../node_modules/left/index.js' } }, left),
      'lock-program',
    ],
    [
      'looks for modules outside the tree',
      aTarball({ ...archiveOf(files), program: { type: 'python', entry: 'a.py', modules: ['', '..'] } }, left),
      'lock-program',
    ],
  ])('is refused where it %s', (_, wrong, code) => {
    expect(checkGraph(wrong).map((fault) => fault.code)).toContain(code);
  });

  test('is not for a system that the tree is not for', () => {
    const mac = aTarball(archiveOf({ ...files, 'package.json': { ...files['package.json'], os: ['darwin'] } }), left);
    expect(() => partsFor(mac, linux)).toThrow(expect.objectContaining({ code: 'E_UNSUPPORTED' }));
    expect(partsFor(lock, linux)).toHaveLength(2);
  });

  test('of a commit names the digest of the files, and of another tree that of the file', () => {
    const [part] = partsOf(lock);
    if (part === undefined) throw new Error('no part');
    expect(artefactDigest({ ...part, type: 'git' }, bytes, treeOf(files))).toBe(treeDigest(treeOf(files)));
    expect(artefactDigest(part, bytes, treeOf(files))).not.toBe(treeDigest(treeOf(files)));
  });
});

describe('the files contradict a lock that', () => {
  const found = (archive: LockedArchive): string[] => {
    const [part] = partsOf(aTarball(archive));
    if (part === undefined) throw new Error('no part');
    expect(otherTree(part, treeOf(files))).toBeUndefined();
    return differences(part, new Uint8Array(), treeOf(files)).map(({ message }) => message);
  };

  test.each<[string, Partial<LockedArchive>, string]>([
    ['starts another file', { program: { type: 'node', entry: 'other.js' } }, 'gives the program'],
    ['leaves out what it asks for', { dependencies: {} }, 'gives the dependencies'],
    ['states another licence', { license: '0BSD' }, 'gives the license MIT, but the lock says 0BSD'],
    ['names a command that is not there', { command: 'nothing' }, 'no file and no command nothing'],
    ['lists what does not lie inside', { bundled: [{ path: 'node_modules/x', name: 'x' }] }, 'does not hold it'],
  ])('%s', (_, change, message) => {
    expect(found({ ...archiveOf(files), ...change })).toEqual([expect.stringContaining(message)]);
  });

  test('and not one that says the same', () => {
    expect(found(archiveOf(files))).toEqual([]);
  });
});

describe('what is started', () => {
  const started = (program: LockedProgram, os = 'linux', more: Partial<LockedArchive> = {}) =>
    programOf(aManifest(), aTarball({ ...archiveOf(files), program, ...more }), os);

  test.each<[LockedProgram, unknown]>([
    [
      { type: 'node', entry: 'a/b.js' },
      { runs: 'node', script: 'tree/a/b.js' },
    ],
    [
      { type: 'python', entry: 'a.py', modules: ['', 'lib'] },
      { runs: 'python-script', script: 'tree/a.py', folders: ['tree', 'tree/lib'] },
    ],
    [
      { type: 'binary', entry: 'bin/a' },
      { runs: 'itself', file: 'tree/bin/a' },
    ],
  ])('of %j', (program, expected) => {
    expect(started(program)).toEqual(expected);
  });

  test('is another file where the bundle says so for the system', () => {
    const programs = { win32: { type: 'binary' as const, entry: 'a.exe' } };
    const own: LockedProgram = { type: 'binary', entry: 'a' };
    expect(started(own, 'win32', { programs })).toEqual({ runs: 'itself', file: 'tree/a.exe' });
    expect(started(own, 'darwin', { programs })).toEqual({ runs: 'itself', file: 'tree/a' });
  });

  test('is nothing where the manifest names another command than the lock', () => {
    expect(started({ type: 'node', entry: 'a.js' }, 'linux', { command: 'a.js' })).toMatchObject({
      message: expect.stringContaining('was locked with the command a.js, and its manifest names no command'),
    });
  });

  test('is found by absolute paths; Python reads nothing but what was checked', () => {
    const python = () => ({ executable: '/usr/bin/python3', prefix: '/usr', implementation: 'cpython' }) as never;
    const script = { runs: 'python-script', script: 'tree/a.py', folders: ['tree', 'tree/lib'] } as const;
    const { file, words } = commandLine(script, ['--x'], { root: '/r', parts: [], python });
    expect(file).toBe('/usr/bin/python3');
    expect(words.slice(0, 4)).toEqual(['-I', '-S', '-B', '-c']);
    expect(words.slice(5)).toEqual(['/r/tree/a.py', '2', '/r/tree', '/r/tree/lib', '--x']);
    expect(commandLine({ runs: 'itself', file: 'tree/a' }, ['--x'], { root: '/r', parts: [] })).toEqual({
      file: '/r/tree/a',
      words: ['--x'],
    });
  });
});

describe('a bundle that asks for a version of what runs it', () => {
  const bundle = (type: LockedProgram['type'], runtimes: LockedArchive['runtimes']): LockOf<McpbClosure> => {
    const archive: LockedArchive = {
      ...archiveOf(files),
      program: { type, entry: 'a' },
      ...(runtimes && { runtimes }),
    };
    return { ...aTarball(archive), closure: { kind: 'mcpb', archive } };
  };
  const python = withPython();

  test.each<[string, LockOf<McpbClosure>, string]>([
    ['Node', bundle('node', { node: '<18' }), `needs Node <18, and this one is ${process.versions.node}`],
    ['Python', bundle('python', { python: '>=3.13' }), 'needs Python >=3.13, and /usr/bin/python3 is 3.12.4'],
  ])('is refused where %s is another', (_, lock, message) => {
    expect(() => partsFor(lock, python)).toThrow(expect.objectContaining({ code: 'E_UNSUPPORTED' }) as Error);
    expect(() => partsFor(lock, python)).toThrow(message);
  });

  test('has its ranges in the lock', () => {
    const runtimes = { node: '>=18', python: '>=3.10' };
    const server = { type: 'node', entry_point: 'index.js' };
    const document = { manifest_version: '0.3', name: 'tiny', version: '1.0.0', server, compatibility: { runtimes } };
    const described = describeArchive('mcpb', treeOf({ 'index.js': '', 'manifest.json': document }), undefined, 'it');
    expect(described.runtimes).toEqual(runtimes);
  });

  test.each<[string, LockOf<McpbClosure>]>([
    ['Node fits', bundle('node', { node: '>=v20.1' })],
    ['Python fits', bundle('python', { python: '>=3.10,<4' })],
    ['the range is of what does not run it', bundle('node', { python: '>=3.13' })],
    ['it runs itself', bundle('binary', { node: '<18', python: '>=3.13' })],
  ])('is installed where %s', (_, lock) => {
    expect(partsFor(lock, python).map(({ folder }) => folder)).toEqual(['tree']);
  });
});

test('a bundle’s own wishes are compared with the launch of the manifest', () => {
  const archive = { ...archiveOf(files), variables: [{ name: 'KEY', required: true as const, secret: true as const }] };
  const closure: McpbClosure = { kind: 'mcpb', archive };
  const lock = { ...aTarball(archive), closure };
  const codes = (launch: object): string[] => launchFaultsOf(aManifest({ launch }), lock).map(({ code }) => code);
  expect(codes({})).toEqual(['bundle-input-missing']);
  expect(codes({ environment: [{ name: 'KEY', description: 'x' }] })).toEqual(['bundle-input-secret']);
  expect(codes({ environment: [{ name: 'KEY', description: 'x', secret: true }] })).toEqual([]);
});
