import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { BlobStore } from './blob-store.ts';
import { integrityOf, sha256 } from '../core/digest.ts';
import { treeDigest } from '../core/tree.ts';
import { temporaryFolder } from '../test/support/folder.ts';
import { aLock } from '../test/support/statements.ts';
import { packedPackage, tarballOf, type Entry, type PackedPackage } from '../test/support/tarballs.ts';
import type { Lock } from '../schemas/types.ts';
import { installClosure, type Installer } from './install.ts';
import { checkInstalledTree } from './installed-tree.ts';
import { partsFor } from '../artefacts/kinds.ts';

const root = await temporaryFolder();
const platform = { os: 'linux', cpu: 'x64' };

const server = packedPackage('@example/mcp-postgres', '1.2.0', {
  'package.json': '{"name":"@example/mcp-postgres"}',
  'dist/index.js': { content: '#!/usr/bin/env node\nrun();\n', executable: true },
});
const zod = packedPackage('zod', '4.1.5', { 'index.js': 'export {};\n', 'lib/deep/er.js': '' });
const tiny = packedPackage('tiny', '1.0.3', { 'index.js': '1\n' });
const windows = packedPackage('windows-only', '1.0.0', { 'a.exe': 'MZ' }, { os: ['win32'], optional: true });

const packed: Readonly<Record<string, PackedPackage>> = {
  'node_modules/@example/mcp-postgres': server,
  'node_modules/zod': zod,
  'node_modules/zod/node_modules/tiny': tiny,
  'node_modules/windows-only': windows,
};

const lockOf = (packages: Readonly<Record<string, PackedPackage>>): Lock =>
  aLock({
    closure: {
      kind: 'npm',
      root: 'node_modules/@example/mcp-postgres',
      packages: Object.fromEntries(Object.entries(packages).map(([path, { locked }]) => [path, locked])),
    },
  });

let staging: string;
let target: string;
let blobs: BlobStore;
let fetched: string[];
let count = 0;

beforeEach(() => {
  const folder = join(root, String(count++));
  staging = join(folder, 'staging');
  target = join(folder, 'installed', 'internal-postgres');
  blobs = new BlobStore(join(folder, 'blobs'));
  fetched = [];
});

const installer = (served: Readonly<Record<string, PackedPackage>> = packed): Installer => {
  const tarballs = new Map(Object.values(served).map(({ tarball, locked }) => [locked.integrity, tarball]));
  return {
    staging,
    blobs,
    platform,
    fetch: ({ name, version, integrity }) => {
      fetched.push(`${name}@${version}`);
      const tarball = tarballs.get(integrity);
      return tarball === undefined ? Promise.reject(new Error(`${name} is not served`)) : Promise.resolve(tarball);
    },
  };
};

/** Every file below a folder, sorted. */
const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

test('puts every file of every package in its place, with its mode', async () => {
  const progress: string[] = [];
  const onProgress = (done: number, of: number): void => void progress.push(`${done}/${of}`);
  await installClosure(lockOf(packed), target, { ...installer(), onProgress });
  await expect(filesIn(target)).resolves.toEqual([
    'executables.json',
    'node_modules/@example/mcp-postgres/dist/index.js',
    'node_modules/@example/mcp-postgres/package.json',
    'node_modules/zod/index.js',
    'node_modules/zod/lib/deep/er.js',
    'node_modules/zod/node_modules/tiny/index.js',
  ]);
  const script = join(target, 'node_modules/@example/mcp-postgres/dist/index.js');
  await expect(readFile(script, 'utf8')).resolves.toBe('#!/usr/bin/env node\nrun();\n');
  expect((await stat(script)).mode & 0o100).toBe(0o100);
  expect((await stat(join(target, 'node_modules/zod/index.js'))).mode & 0o111).toBe(0);
  await expect(readFile(join(target, 'executables.json'), 'utf8')).resolves.toBe(
    '["node_modules/@example/mcp-postgres/dist/index.js"]',
  );
  expect(progress).toEqual(['1/3', '2/3', '3/3']);
  await expect(readdir(staging)).resolves.toEqual([]);
});

test('installs what the check before each launch accepts', async () => {
  const lock = lockOf(packed);
  await installClosure(lock, target, installer());
  expect(() => checkInstalledTree(target, partsFor(lock, platform))).not.toThrow();
});

test('fetches nothing that belongs on another platform', async () => {
  await installClosure(lockOf(packed), target, installer());
  expect(fetched.sort()).toEqual(['@example/mcp-postgres@1.2.0', 'tiny@1.0.3', 'zod@4.1.5']);
});

test('fetches nothing that is stored', async () => {
  await installClosure(lockOf(packed), target, installer());
  fetched = [];
  await installClosure(lockOf(packed), `${target}-again`, installer());
  expect(fetched).toEqual([]);
});

test('lets two install at once: one folder, whole', async () => {
  const lock = lockOf(packed);
  await Promise.all([1, 2, 3].map(() => installClosure(lock, target, installer())));
  expect(() => checkInstalledTree(target, partsFor(lock, platform))).not.toThrow();
  await expect(readdir(staging)).resolves.toEqual([]);
});

test('sweeps what an installation left that was killed', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  await mkdir(join(staging, `${pid}.${hostname()}.left`, 'node_modules/half'), { recursive: true });
  await installClosure(lockOf(packed), target, installer());
  await expect(readdir(staging)).resolves.toEqual([]);
});

/** A package that is pinned by the hash of its tarball, whatever is in it. */
function hostile(entries: readonly Entry[]): PackedPackage {
  const tarball = tarballOf(entries);
  return { tarball, locked: { ...zod.locked, integrity: integrityOf(tarball) } };
}

const file: Entry = { path: 'package/index.js', content: 'export {};\n' };

test.each<[string, PackedPackage, string]>([
  ['a link', hostile([file, { path: 'package/x', type: 'SymbolicLink', linkpath: '/etc/passwd' }]), 'E_ARCHIVE'],
  ['a path that climbs out', hostile([file, { path: 'package/../../../evil.js', content: 'x' }]), 'E_ARCHIVE'],
  ['two files under one path', hostile([file, { ...file, content: 'evil();\n' }]), 'E_ARCHIVE'],
  ['another tree than the lock says', hostile([{ ...file, content: 'evil();\n' }]), 'E_TREE'],
  [
    'a file more than the lock says',
    hostile([file, { path: 'package/lib/deep/er.js' }, { path: 'package/evil.js' }]),
    'E_TREE',
  ],
  [
    'another mode than the lock says',
    hostile([{ ...file, mode: 0o755 }, { path: 'package/lib/deep/er.js' }]),
    'E_TREE',
  ],
])('places nothing where one tarball holds %s', async (_, evil, code) => {
  const packages = { ...packed, 'node_modules/zod': evil };
  await expect(installClosure(lockOf(packages), target, installer(packages))).rejects.toMatchObject({
    name: 'Refusal',
    code,
  });
  await expect(readdir(join(target, '..'))).rejects.toThrow('ENOENT');
});

test('leaves nothing in staging where the only tarball is refused', async () => {
  const evil = { 'node_modules/zod': hostile([file, { ...file, content: 'evil();\n' }]) };
  await expect(installClosure(lockOf(evil), target, installer(evil))).rejects.toMatchObject({ code: 'E_ARCHIVE' });
  await expect(readdir(staging)).resolves.toEqual([]);
});

test('places nothing where a mirror serves other bytes, and stores none of them', async () => {
  const lying = { ...installer(), fetch: () => Promise.resolve(tiny.tarball) };
  await expect(installClosure(lockOf({ 'node_modules/zod': zod }), target, lying)).rejects.toMatchObject({
    code: 'E_DIGEST',
  });
  await expect(readdir(staging)).resolves.toEqual([]);
  await expect(blobs.list()).resolves.toEqual([]);
});

test('places nothing where one package cannot be fetched, and says so', async () => {
  const { 'node_modules/zod': _, ...others } = packed;
  await expect(installClosure(lockOf(packed), target, installer(others))).rejects.toThrow('zod is not served');
  await expect(readdir(join(target, '..'))).rejects.toThrow('ENOENT');
});

test('does not write a file of one package over a file of another', async () => {
  const entries: Entry[] = [file, { path: 'package/node_modules/tiny/index.js', content: 'evil();\n' }];
  const tarball = tarballOf(entries);
  const tree = treeDigest([
    { path: 'index.js', executable: false, sha256: sha256('export {};\n') },
    { path: 'node_modules/tiny/index.js', executable: false, sha256: sha256('evil();\n') },
  ]);
  const bundling = { tarball, locked: { ...zod.locked, integrity: integrityOf(tarball), tree } };
  const packages = { ...packed, 'node_modules/zod': bundling };
  await expect(installClosure(lockOf(packages), target, installer(packages))).rejects.toMatchObject({
    code: 'E_ARCHIVE',
    message: expect.stringContaining('which is there already'),
  });
  await expect(readdir(join(target, '..'))).rejects.toThrow('ENOENT');
});

test.each([
  ['a name of more than 255 bytes', `lib/${'ü'.repeat(130)}.js`],
  ['a path of more than 4096 bytes', `${'deep/'.repeat(900)}index.js`],
])('refuses a package that holds %s', async (_, long) => {
  const pax = ` path=package/${long}\n`;
  const length = Buffer.byteLength(pax);
  const header = `${length + String(length + 3).length}${pax}`;
  const entries: Entry[] = [
    { path: 'PaxHeader', type: 'ExtendedHeader', content: header },
    { path: 'package/x', content: 'x' },
  ];
  const tarball = tarballOf(entries);
  const tree = treeDigest([{ path: long, executable: false, sha256: sha256('x') }]);
  const packages = {
    'node_modules/zod': { tarball, locked: { ...zod.locked, integrity: integrityOf(tarball), tree } },
  };
  await expect(installClosure(lockOf(packages), target, installer(packages))).rejects.toMatchObject({
    name: 'Refusal',
    code: 'E_ARCHIVE',
    message: expect.stringContaining('that this system does not take'),
  });
  await expect(readdir(staging)).resolves.toEqual([]);
});

test('does not make a folder of one package over a file of another', async () => {
  const entries: Entry[] = [file, { path: 'package/node_modules/tiny', content: 'a file' }];
  const tarball = tarballOf(entries);
  const tree = treeDigest([
    { path: 'index.js', executable: false, sha256: sha256('export {};\n') },
    { path: 'node_modules/tiny', executable: false, sha256: sha256('a file') },
  ]);
  const bundling = { tarball, locked: { ...zod.locked, integrity: integrityOf(tarball), tree } };
  const packages = { ...packed, 'node_modules/zod': bundling };
  await expect(installClosure(lockOf(packages), target, installer(packages))).rejects.toMatchObject({
    name: 'Refusal',
    code: 'E_ARCHIVE',
  });
});

test('makes folders and files that this account alone can write, whatever the umask', async () => {
  const lock = lockOf(packed);
  const before = process.umask(0);
  try {
    await installClosure(lock, target, installer());
  } finally {
    process.umask(before);
  }
  for (const path of ['', ...(await readdir(target, { recursive: true }))])
    expect((await stat(join(target, path))).mode & 0o6022, path).toBe(0);
  expect((await stat(target)).mode & 0o777).toBe(0o700);
  expect(() => checkInstalledTree(target, partsFor(lock, platform))).not.toThrow();
});

test('leaves a folder alone that is there already', async () => {
  await mkdir(target, { recursive: true });
  await writeFile(join(target, 'mine'), 'x');
  await installClosure(lockOf(packed), target, installer());
  await expect(readdir(target)).resolves.toEqual(['mine']);
});
