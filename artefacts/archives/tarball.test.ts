import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { tarballOf, tarOf, type Entry } from '../../test/support/tarballs.ts';
import { sha256 } from '../../core/digest.ts';
import { Refusal } from '../../core/refusal.ts';
import { readTarball, readTreeTarball } from './tarball.ts';

const index: Entry = { path: 'package/index.js', content: 'export {};\n' };

function refusalOf(bytes: Uint8Array): Refusal {
  try {
    readTarball(bytes, 'tiny@1.0.0');
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('gives every file with its path, mode, digest and content', () => {
  const files = readTarball(
    tarballOf([
      { path: 'package', type: 'Directory', mode: 0o755 },
      { path: 'package/bin/run', content: '#!/bin/sh\n', mode: 0o755 },
      index,
      { path: 'package/empty', content: '' },
    ]),
    'tiny@1.0.0',
  );
  expect(files.map(({ content, ...rest }) => ({ ...rest, text: Buffer.from(content).toString('utf8') }))).toEqual([
    { path: 'bin/run', executable: true, sha256: sha256('#!/bin/sh\n'), text: '#!/bin/sh\n' },
    { path: 'index.js', executable: false, sha256: sha256('export {};\n'), text: 'export {};\n' },
    { path: 'empty', executable: false, sha256: sha256(''), text: '' },
  ]);
});

test.each([
  [0o644, false],
  [0o600, false],
  [0o666, false],
  [0o755, true],
  [0o744, true],
  [0o654, true],
  [0o645, true],
  [0o4644, false],
])('takes the mode %o as executable: %s', (mode, executable) => {
  expect(readTarball(tarballOf([{ ...index, mode }]), 'x')[0]?.executable).toBe(executable);
});

test.each(['package', 'node-v24', '@example'])('strips the first component, %j, whatever it is', (first) => {
  expect(readTarball(tarballOf([{ path: `${first}/a/b.js`, content: 'x' }]), 'x').map(({ path }) => path)).toEqual([
    'a/b.js',
  ]);
});

test.each(['OldFile', 'ContiguousFile'] as const)('takes a %s for a file', (type) => {
  expect(readTarball(tarballOf([{ ...index, type }]), 'x')).toHaveLength(1);
});

test('reads a path that needs more room than a header has', () => {
  const path = `${'d'.repeat(90)}/${'e'.repeat(60)}.js`;
  expect(readTarball(tarballOf([{ path: `package/${path}`, content: 'x' }]), 'x').map((file) => file.path)).toEqual([
    path,
  ]);
});

test.each(['SymbolicLink', 'Link', 'CharacterDevice', 'BlockDevice', 'FIFO'] as const)('refuses a %s', (type) => {
  const refusal = refusalOf(
    tarballOf([index, { path: 'package/x', type, ...(type.endsWith('Link') && { linkpath: 'package/index.js' }) }]),
  );
  expect(refusal).toMatchObject({ code: 'E_ARCHIVE', message: `tiny@1.0.0 holds "package/x", a ${type}` });
});

test.each([
  ['an absolute path', '/etc/passwd'],
  ['a path that climbs out', 'package/../../etc/passwd'],
  ['a path that climbs and comes back', 'package/a/../b.js'],
  ['a path that climbs behind a dot', 'package/./../a.js'],
  ['nothing but dots', 'package/./.'],
  ['a path that begins with dots', '../package/a.js'],
  ['a path that begins with one dot', './package/a.js'],
  ['a line separator', 'package/a\u2028b.js'],
  ['dots at its end', 'package/..'],
  ['a file beside the folder', 'a.js'],
  ['a backslash', 'package/a\\b.js'],
  ['a backslash that climbs', 'package/..\\..\\evil.js'],
  ['a drive', 'package/C:/evil.js'],
  ['a stream', 'package/a.js:hidden'],
  ['a newline', 'package/a\nb.js'],
  ['an escape', 'package/a\u001bb.js'],
  ['a delete character', 'package/a\u007f.js'],
])('refuses %s', (_, path) => {
  expect(refusalOf(tarballOf([index, { path, content: 'x' }]))).toMatchObject({
    code: 'E_ARCHIVE',
    message: `tiny@1.0.0 holds ${JSON.stringify(path)}, a path that may lead out of the package`,
  });
});

test.each([
  ['another content', { ...index, content: 'x' }],
  ['another mode', { ...index, mode: 0o755 }],
  ['another content below another first component', { path: 'other/index.js', content: 'x' }],
  ['another content behind a dot', { path: 'package/./index.js', content: 'x' }],
])('refuses one path twice with %s', (_, second) => {
  expect(refusalOf(tarballOf([index, second]))).toMatchObject({
    code: 'E_ARCHIVE',
    message: 'tiny@1.0.0 holds two files index.js, which differ',
  });
});

test('takes the same file twice for one', () => {
  const twice = [index, index, { ...index, path: 'package/./index.js' }];
  expect(readTarball(tarballOf(twice), 'x')).toEqual(readTarball(tarballOf([index]), 'x'));
});

test.each([
  'package/./dist/index.js',
  'package//dist/index.js',
  'package/dist/./index.js',
  'package/.//dist/././index.js',
])('reads %s as npm does', (path) => {
  expect(readTarball(tarballOf([{ path, content: 'x' }]), 'x').map((file) => file.path)).toEqual(['dist/index.js']);
});

test.each([
  ['before', ['package/a/b/c.js', 'package/a']],
  ['after', ['package/a', 'package/a/b/c.js']],
])('refuses a path that is a file and, %s it, a folder', (_, paths) => {
  expect(refusalOf(tarballOf(paths.map((path) => ({ path, content: 'x' }))))).toMatchObject({
    code: 'E_ARCHIVE',
    message: 'tiny@1.0.0 holds a as a file and as a folder',
  });
});

test('names the first thing that is wrong', () => {
  const entries: Entry[] = [{ path: 'package/a', type: 'FIFO' }, { path: '/b', content: 'x' }, index, index];
  expect(refusalOf(tarballOf(entries)).message).toBe('tiny@1.0.0 holds "package/a", a FIFO');
});

test.each([
  ['no entry', []],
  ['a folder alone', [{ path: 'package/a', type: 'Directory' as const }]],
])('refuses an archive with %s', (_, entries) => {
  expect(refusalOf(tarballOf(entries))).toMatchObject({ code: 'E_ARCHIVE' });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a tar archive that is not compressed', tarOf([index])],
  ['text', Buffer.from('<!doctype html>')],
  ['a compressed archive that is cut short', tarballOf([index]).subarray(0, -12)],
  ['a compressed archive with a wrong checksum', Buffer.concat([tarballOf([index]).subarray(0, -8), Buffer.alloc(8)])],
])('refuses %s as no gzip', (_, bytes) => {
  expect(refusalOf(bytes)).toMatchObject({ code: 'E_ARCHIVE', message: 'tiny@1.0.0 is not gzip' });
});

test('refuses an archive that ends inside an entry', () => {
  const archive = tarOf([{ ...index, content: 'x'.repeat(300) }]);
  expect(refusalOf(gzipSync(archive.subarray(0, 512 + 100))).code).toBe('E_ARCHIVE');
});

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
])('refuses a second layer of %s, which no limit would hold for', (_, compress) => {
  expect(refusalOf(gzipSync(compress(tarOf([index]))))).toMatchObject({
    code: 'E_ARCHIVE',
    message: 'tiny@1.0.0 is compressed twice',
  });
});

test('refuses half a megabyte that unpacks to more than half a gigabyte', () => {
  const zeros = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const bomb = Buffer.concat(Array.from({ length: 9 }, () => zeros));
  expect(bomb.byteLength).toBeLessThan(1024 * 1024);
  expect(refusalOf(bomb)).toMatchObject({
    code: 'E_TOO_LARGE',
    message: 'tiny@1.0.0 unpacks to more than 536870912 bytes',
  });
});

test('refuses compressed text that is no archive', () => {
  expect(refusalOf(gzipSync('x'.repeat(2000)))).toMatchObject({
    code: 'E_ARCHIVE',
    message: expect.stringContaining('tiny@1.0.0 is no tar archive'),
  });
});

test('refuses a header whose checksum is wrong', () => {
  const archive = gunzipSync(tarballOf([index]));
  archive[0] = (archive[0] ?? 0) ^ 1;
  expect(refusalOf(gzipSync(archive)).code).toBe('E_ARCHIVE');
});

test('refuses more files than the limit, and no fewer', () => {
  const archive = tarOf(Array.from({ length: 100_001 }, (_, number) => ({ path: `package/${number}` })));
  const [all, allButOne] = [archive, archive.subarray(512)].map((bytes) => gzipSync(bytes, { level: 1 }));
  expect(refusalOf(all ?? Buffer.alloc(0))).toMatchObject({
    code: 'E_ARCHIVE',
    message: 'tiny@1.0.0 holds more than 100000 files',
  });
  expect(readTarball(allButOne ?? Buffer.alloc(0), 'tiny@1.0.0')).toHaveLength(100_000);
});

test('shows only the beginning of a long path', () => {
  const path = `package/${'a'.repeat(90)}/${'b'.repeat(90)}:`;
  expect(refusalOf(tarballOf([{ path, content: 'x' }])).message.length).toBeLessThan(320);
});

const treePaths = (...paths: readonly string[]): string[] =>
  readTreeTarball(tarballOf(paths.map((path) => ({ path, content: path }))), 'tree').map(({ path }) => path);

test.each([
  ['one folder, as npm writes it', ['package/index.js', 'package/bin/run'], ['index.js', 'bin/run']],
  ['one folder, as forges write it', ['tiny-0a1b2c/index.js'], ['index.js']],
  ['one folder, behind a dot', ['./tiny/index.js', './tiny/a/b.js'], ['index.js', 'a/b.js']],
  ['no folder around all', ['index.js', 'server/a.js'], ['index.js', 'server/a.js']],
  ['no folder around all, behind a dot', ['./index.js', './server//./a.js'], ['index.js', 'server/a.js']],
  ['two folders', ['server/a.js', 'lib/a.js'], ['server/a.js', 'lib/a.js']],
  ['a file with the name of the folder at its beginning', ['lib/a.js', 'library.js'], ['lib/a.js', 'library.js']],
])('reads a tree with %s', (_, written, paths) => {
  expect(treePaths(...written)).toEqual(paths);
});

test.each([
  ['an absolute path', '/etc/passwd'],
  ['a path that climbs out', '../evil.js'],
  ['a path that climbs and comes back', 'a/../b.js'],
  ['a path that climbs behind a dot', './../a.js'],
  ['nothing but dots', './.'],
  ['a backslash', 'a\\b.js'],
  ['a drive', 'C:/evil.js'],
])('refuses a tree with %s', (_, path) => {
  expect(() => treePaths('index.js', path)).toThrow(
    `tree holds ${JSON.stringify(path)}, a path that may lead out of the package`,
  );
});

test.each([
  ['case', 'lib/A.js', 'lib/a.js'],
  ['the case of a folder', 'Lib/a.js', 'lib/b.js'],
  ['dots at the end', 'lib/a.js.', 'lib/a.js'],
])('refuses a tree with two paths that differ in %s only', (_, first, second) => {
  expect(() => treePaths(first, second, 'index.js')).toThrow('which are one name on some systems');
});

test('refuses a link in a tree', () => {
  const link: Entry = { path: 'x', type: 'SymbolicLink', linkpath: 'index.js' };
  expect(() => readTreeTarball(tarballOf([{ path: 'index.js' }, link]), 'tree')).toThrow('holds "x", a SymbolicLink');
});
