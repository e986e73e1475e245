import { describe, expect, test } from 'vitest';
import { aLock, aPackage, type NpmLock } from '../../test/support/statements.ts';
import type { Lock, LockedPackage } from '../../schemas/types.ts';
import { waysTo } from '../graphs.ts';
import { checkClosure } from './dependencies.ts';

const root = 'node_modules/@example/mcp-postgres';

/** Every fault as `code message`. */
const faults = (lock: NpmLock): string[] => checkClosure(lock).map(({ code, message }) => `${code} ${message}`);

/** The valid lock with one package changed, added or, where it is undefined, removed. */
function lockWith(packages: Readonly<Record<string, Partial<LockedPackage> | undefined>>): NpmLock {
  const lock = aLock();
  const changed = new Map(Object.entries(lock.closure.packages));
  for (const [path, change] of Object.entries(packages)) {
    const before = changed.get(path) ?? aPackage(path.slice(path.lastIndexOf('node_modules/') + 13), '1.0.0');
    if (change === undefined) changed.delete(path);
    else changed.set(path, { ...before, ...change });
  }
  return { ...lock, closure: { kind: 'npm', root, packages: Object.fromEntries(changed) } };
}

test('finds nothing wrong with a valid lock', () => {
  expect(checkClosure(aLock())).toEqual([]);
});

test('asks for the lock to be made again', () => {
  expect(checkClosure(lockWith({ 'node_modules/zod': undefined }))[0]?.remedy).toBe('run `registry lock` again');
});

test('reports a root that is not there', () => {
  const lock = aLock();
  const broken = { ...lock, closure: { ...lock.closure, root: 'node_modules/postgres' } };
  expect(faults(broken)[0]).toBe('lock-root the root node_modules/postgres is not among the packages');
});

test.each<[string, Partial<Lock['artefact']>, string]>([
  ['another version', { url: 'npm:@example/mcp-postgres@1.2.1' }, 'the artefact npm:@example/mcp-postgres@1.2.1'],
  ['another package', { url: 'npm:@evil/mcp-postgres@1.2.0' }, 'the artefact npm:@evil/mcp-postgres@1.2.0'],
  ['no npm package', { url: 'pypi:mcp-postgres==1.2.0' }, 'the artefact pypi:mcp-postgres==1.2.0'],
  ['other bytes', { sha512: '0'.repeat(128) }, `the artefact's sha512 ${'0'.repeat(128)}`],
])('reports a root that is not the artefact: %s', (_, change, message) => {
  const lock = aLock();
  expect(faults({ ...lock, artefact: { ...lock.artefact, ...change } })).toEqual([
    expect.stringMatching(new RegExp(`^lock-root .*${message.replaceAll(/[.^$*+?()[\]{}|/]/gu, '\\$&')}$`, 'u')),
  ]);
});

test('reports a root with the integrity of another tarball', () => {
  const { integrity } = aPackage('other', '1.0.0');
  expect(faults(lockWith({ [root]: { integrity } }))).toEqual([
    expect.stringContaining("lock-root the root's integrity is not the artefact's sha512"),
  ]);
});

test.each([
  'zod',
  'node_modules',
  'node_modules/',
  'node_modules/..',
  'node_modules/../evil',
  'node_modules/.bin',
  'node_modules/./zod',
  'node_modules/@example',
  'node_modules/@../evil',
  'node_modules/zod/',
  'node_modules/zod/lib',
  'node_modules/zod/node_modules',
  'node_modules//zod',
  'node_modules/zod\\..\\evil',
  '/node_modules/zod',
  'C:/node_modules/zod',
  'node_modules/zod\n',
  'node_modules/zod\u0000',
  'node_modules/__proto__/x',
])('reports %j as no place for a package', (path) => {
  expect(faults(lockWith({ [path]: {} }))).toContain(`lock-path ${JSON.stringify(path)} is not a place for a package`);
});

test('reports a package inside one that is not there', () => {
  expect(faults(lockWith({ 'node_modules/gone/node_modules/tiny': {} }))).toContain(
    'lock-path node_modules/gone/node_modules/tiny lies in node_modules/gone, which is not in the closure',
  );
});

test('reports two places that differ in case only', () => {
  expect(faults(lockWith({ 'node_modules/Zod': {} }))).toContain(
    'lock-path node_modules/zod and node_modules/Zod differ in case only',
  );
});

test.each([
  '../evil.js',
  'dist/../../evil.js',
  './index.js',
  '/bin/sh',
  'dist//index.js',
  'dist/',
  '..',
  '.',
  '',
  'dist\\..\\evil.js',
  'index.js\u0000',
])('reports the bin %j, outside the package', (file) => {
  expect(faults(lockWith({ [root]: { bin: { 'mcp-postgres': file } } }))).toEqual([
    `lock-bin the bin mcp-postgres of ${root} is ${JSON.stringify(file)}, outside the package`,
  ]);
});

test.each(['index.js', 'dist/index.js', '.hidden/run', 'a..b/c...js', '...'])('accepts the bin %s', (file) => {
  expect(faults(lockWith({ [root]: { bin: { 'mcp-postgres': file } } }))).toEqual([]);
});

test('reports a package that is wanted and not there', () => {
  expect(faults(lockWith({ 'node_modules/zod/node_modules/tiny': undefined }))).toEqual([
    'unsatisfied-edge node_modules/zod wants tiny@~1.0.0, which is not there',
  ]);
});

test('reports a package of a version that was not asked for', () => {
  expect(faults(lockWith({ 'node_modules/zod/node_modules/tiny': { version: '1.1.0' } }))).toEqual([
    'unsatisfied-edge node_modules/zod wants tiny@~1.0.0; node_modules/zod/node_modules/tiny is tiny@1.1.0',
  ]);
});

test('reports another package in the place of the one that was asked for', () => {
  expect(faults(lockWith({ 'node_modules/zod': { name: 'zodd' } }))).toEqual([
    'unsatisfied-edge node_modules/@example/mcp-postgres wants zod@^4.1.0; node_modules/zod is zodd@4.1.5',
  ]);
});

test('reports a package that nothing wants', () => {
  expect(faults(lockWith({ 'node_modules/extra': {} }))).toContain(
    'extraneous-package nothing in the closure wants node_modules/extra',
  );
});

test('reports packages that only want each other', () => {
  const ring = {
    'node_modules/a': { dependencies: { b: '*' } },
    'node_modules/b': { dependencies: { a: '*' } },
  };
  expect(faults(lockWith(ring)).filter((fault) => fault.startsWith('extraneous-package'))).toEqual([
    'extraneous-package nothing in the closure wants node_modules/a',
    'extraneous-package nothing in the closure wants node_modules/b',
  ]);
});

test('reports a package that is needed and marked as optional, and the reverse', () => {
  expect(faults(lockWith({ 'node_modules/zod': { optional: true } }))).toEqual([
    'optional-flag node_modules/zod is needed, and marked otherwise',
  ]);
  const unmarked = { [root]: { optionalDependencies: { fsevents: '*' } }, 'node_modules/fsevents': {} };
  expect(faults(lockWith(unmarked)).filter((fault) => fault.includes('fsevents'))).toEqual([
    'optional-flag node_modules/fsevents is optional, and marked otherwise',
  ]);
});

test.each([
  ['20 deep', 20, []],
  ['21 deep', 21, [expect.stringMatching(/^lock-path .* is not a place for a package$/u)]],
])('looks at how deep packages lie in one another: %s', (_, depth, expected) => {
  const packages: Record<string, Partial<LockedPackage>> = {};
  let path = 'node_modules/zod';
  for (let at = 1; at < depth; at++) {
    packages[path] = { dependencies: at === 1 ? { tiny: '~1.0.0', p: '*' } : { p: '*' } };
    path += '/node_modules/p';
    packages[path] = {};
  }
  expect(faults(lockWith(packages))).toEqual(expected);
});

test('follows a ring of packages that is wanted, and ends', () => {
  const ring = {
    [root]: { dependencies: { zod: '^4.1.0', a: '*' } },
    'node_modules/a': { dependencies: { b: '*' } },
    'node_modules/b': { dependencies: { a: '*' } },
  };
  expect(faults(lockWith(ring))).toEqual([]);
});

test('does not find a package inside another one beside it', () => {
  expect(faults(lockWith({ [root]: { dependencies: { zod: '^4.1.0', tiny: '~1.0.0' } } }))).toEqual([
    `unsatisfied-edge ${root} wants tiny@~1.0.0, which is not there`,
  ]);
});

test('finds the nearest package first, as Node does', () => {
  const packages = {
    [root]: { dependencies: { zod: '^4.1.0', tiny: '^2.0.0' } },
    'node_modules/tiny': { version: '2.0.0' },
  };
  expect(faults(lockWith(packages))).toEqual([]);
});

test.each([
  'https://example.com/tiny.tgz',
  'git+https://example.com/tiny.git',
  'github:example/tiny',
  'example/tiny',
  'file:../tiny',
  'workspace:*',
])('reports a dependency that comes from %s', (range) => {
  expect(faults(lockWith({ 'node_modules/zod': { dependencies: { tiny: range } } }))).toEqual([
    `unpinned-edge node_modules/zod wants tiny from ${JSON.stringify(range)}, which is not a version of an npm package`,
  ]);
});

test('accepts a tag of npm: the lock says which version it was', () => {
  expect(faults(lockWith({ 'node_modules/zod': { dependencies: { tiny: 'latest' } } }))).toEqual([]);
});

const aliased = (alias: string): NpmLock =>
  lockWith({
    'node_modules/zod': { dependencies: { small: alias } },
    'node_modules/zod/node_modules/tiny': undefined,
    'node_modules/small': { name: '@example/tiny', version: '1.0.3' },
  });

test('accepts an alias of the package that is there, and no other', () => {
  expect(faults(aliased('npm:@example/tiny@~1.0.0'))).toEqual([]);
  expect(faults(aliased('npm:@example/tiny'))).toEqual([]);
  expect(faults(aliased('npm:@example/tiny@^2.0.0'))).toEqual([
    'unsatisfied-edge node_modules/zod wants @example/tiny@^2.0.0; node_modules/small is @example/tiny@1.0.3',
  ]);
  expect(faults(aliased('npm:tiny@~1.0.0'))).toHaveLength(1);
});

test('does without an optional package that is not there, but not with a wrong one', () => {
  const optional = { [root]: { dependencies: { zod: '^4.1.0' }, optionalDependencies: { fsevents: '^2.0.0' } } };
  expect(faults(lockWith(optional))).toEqual([]);
  expect(faults(lockWith({ ...optional, 'node_modules/fsevents': { version: '1.0.0', optional: true } }))).toEqual([
    `unsatisfied-edge ${root} wants fsevents@^2.0.0; node_modules/fsevents is fsevents@1.0.0`,
  ]);
});

test('wants peers, unless they are optional', () => {
  expect(faults(lockWith({ 'node_modules/zod': { peerDependencies: { react: '*' } } }))).toEqual([
    'unsatisfied-edge node_modules/zod wants react@*, which is not there',
  ]);
  expect(
    faults(lockWith({ 'node_modules/zod': { peerDependencies: { react: '*' }, optionalPeers: ['react'] } })),
  ).toEqual([]);
});

test('takes a peer of another version, as npm does where peers exclude each other, but no other package', () => {
  const wants = (name: string): string[] =>
    faults(
      lockWith({
        'node_modules/zod': { peerDependencies: { react: '^2.0.0' } },
        'node_modules/react': { name, version: '1.0.0' },
      }),
    );
  expect(wants('react')).toEqual([]);
  expect(wants('tcaer')).toEqual([
    'unsatisfied-edge node_modules/zod wants react@^2.0.0; node_modules/react is tcaer@1.0.0',
  ]);
});

test('counts what only a peer or an optional edge wants as wanted', () => {
  const packages: Record<string, Partial<LockedPackage>> = {
    'node_modules/zod': { peerDependencies: { react: '^1.0.0' }, optionalPeers: ['react'] },
    'node_modules/react': { optional: true },
    [root]: { dependencies: { zod: '^4.1.0' }, optionalDependencies: { fsevents: '1.0.0' } },
    'node_modules/fsevents': { optional: true },
  };
  expect(faults(lockWith(packages))).toEqual([]);
});

describe('the way to a package', () => {
  const wants = (...names: readonly string[]): Partial<LockedPackage> => ({
    dependencies: Object.fromEntries(names.map((name) => [name, '*'])),
  });
  const way = (lock: Lock, path: string): readonly string[] | undefined => waysTo(lock, [path]).get(path);
  test('begins at the root and ends there', () => {
    expect(way(aLock(), 'node_modules/zod/node_modules/tiny')).toEqual([
      root,
      'node_modules/zod',
      'node_modules/zod/node_modules/tiny',
    ]);
    expect(way(aLock(), root)).toEqual([root]);
  });
  test('is a shortest one', () => {
    const lock = lockWith({
      [root]: wants('zod', 'a'),
      'node_modules/a': wants('b'),
      'node_modules/b': wants('c'),
      'node_modules/c': {},
      'node_modules/zod': wants('c'),
    });
    expect(way(lock, 'node_modules/c')).toEqual([root, 'node_modules/zod', 'node_modules/c']);
  });
  test('leads over peers and optional packages, too', () => {
    const lock = lockWith({
      [root]: { dependencies: { zod: '*' }, optionalDependencies: { a: '*' } },
      'node_modules/a': { peerDependencies: { b: '*' } },
      'node_modules/b': {},
    });
    expect(way(lock, 'node_modules/b')).toEqual([root, 'node_modules/a', 'node_modules/b']);
  });
  test('does not go round in a ring', () => {
    const lock = lockWith({ [root]: wants('a'), 'node_modules/a': wants('b'), 'node_modules/b': wants('a', 'b') });
    expect(way(lock, 'node_modules/b')).toEqual([root, 'node_modules/a', 'node_modules/b']);
  });
  test('is none where nothing wants it, or nothing is there', () => {
    const lock = lockWith({ 'node_modules/stray': {} });
    expect([way(lock, 'node_modules/stray'), way(lock, 'node_modules/nowhere')]).toEqual([undefined, undefined]);
  });
});
