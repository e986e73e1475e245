import { expect, test } from 'vitest';
import { reviewableJson } from '../core/canonical.ts';
import { sha256 } from '../core/digest.ts';
import { aLock, aPackage, minimalYaml } from '../test/support/statements.ts';
import { FileIndex } from './file-index.ts';
import { storedLines } from './stored-lines.ts';

const program = 'this program';
const name = 'internal-postgres';
const [manifestId, lockId] = ['a'.repeat(40), 'b'.repeat(40)];
const manifest = Buffer.from(minimalYaml());
const lock = Buffer.from(reviewableJson(aLock()));

/** With the two files of one server. */
function filled(): FileIndex {
  const index = new FileIndex(program);
  index.addManifest(name, manifestId, manifest);
  index.addLock(lockId, lock);
  index.addSound({ name, manifest: manifestId, lock: lockId });
  index.addClean(name, manifestId);
  return index;
}

/** As the next run of a program has it, after it asked about everything. */
function reread(index: FileIndex, by = program): FileIndex {
  const read = FileIndex.from(index.toBytes(), by);
  read.manifest(name, manifestId);
  read.lock(lockId);
  return read;
}

test('knows what it was told, also when it is read again', () => {
  for (const index of [filled(), reread(filled())]) {
    expect(index.manifest(name, manifestId)).toMatchObject({
      sha256: sha256(manifest),
      manifest: { name, version: '1.2.0' },
    });
    expect(index.lock(lockId)).toEqual({
      sha256: sha256(lock),
      version: '1.2.0',
      tools: aLock().tools.map((tool) => tool.name),
      size: Object.keys(aLock().closure.packages).length,
    });
    expect(index.sound({ name, manifest: manifestId, lock: lockId })).toEqual({
      manifest: index.manifest(name, manifestId),
      lock: index.lock(lockId),
    });
    expect(index.isClean(name, manifestId)).toBe(true);
  }
});

test('counts bundled packages, also when it is read again', () => {
  const bundled = [{ path: 'node_modules/inner', name: 'inner', version: '1.0.0' }];
  const index = new FileIndex(program);
  index.addLock(lockId, lock, aLock({}, { 'node_modules/zod': aPackage('zod', '4.1.5', { bundled }) }));
  for (const each of [index, reread(index)]) {
    expect(each.lock(lockId)?.size).toBe(Object.keys(aLock().closure.packages).length + 1);
  }
});

test.each<[string, Uint8Array | undefined]>([
  ['there is none', undefined],
  ['it is that of another program', FileIndex.from(undefined, 'another').toBytes()],
  ['it was cut short', filled().toBytes().subarray(0, -20)],
  ['it is of another format', storedLines({ format: 2, program }, () => [['clean', `${name} ${manifestId}`]])],
])('knows nothing where %s', (_, bytes) => {
  const index = FileIndex.from(bytes, program);
  expect(index.manifest(name, manifestId)).toBeUndefined();
  expect(index.lock(lockId)).toBeUndefined();
  expect(index.sound({ name, manifest: manifestId, lock: lockId })).toBeUndefined();
  expect(index.isClean(name, manifestId)).toBe(false);
});

test('tells a manifest in the file of another server, and a pair with another lock, apart', () => {
  const index = filled();
  expect(index.manifest('warehouse', manifestId)).toBeUndefined();
  expect(index.addManifest('warehouse', manifestId, manifest)).toEqual({ sha256: sha256(manifest) });
  expect(index.sound({ name, manifest: manifestId, lock: 'c'.repeat(40) })).toBeUndefined();
  expect(index.isClean('warehouse', manifestId)).toBe(false);
  expect(index.sound({ name, manifest: manifestId })).toBeUndefined();
});

test('knows the bytes of what cannot be read', () => {
  const index = new FileIndex(program);
  expect(index.addManifest(name, manifestId, Buffer.from('['))).toEqual({ sha256: sha256(Buffer.from('[')) });
  expect(index.addLock(lockId, Buffer.from('['))).toEqual({
    sha256: sha256(Buffer.from('[')),
    tools: [],
    size: 0,
  });
});

test('forgets what a run did not ask about, and says whether anything is new', () => {
  const index = FileIndex.from(filled().toBytes(), program);
  expect(index.changed).toBe(false);
  index.manifest(name, manifestId);
  const next = FileIndex.from(index.toBytes(), program);
  expect(next.manifest(name, manifestId)).toBeDefined();
  expect(next.lock(lockId)).toBeUndefined();
  next.addLock(lockId, lock);
  expect(next.changed).toBe(true);
});
