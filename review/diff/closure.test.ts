import { describe, expect, test } from 'vitest';
import { aLock, aPackage, npmClosure } from '../../test/support/statements.ts';
import { aPythonLock, aWheel, type PypiLock } from '../../test/support/python-lock.ts';
import type { Lock, LockedPackage, LockedWheel } from '../../schemas/types.ts';
import { closureDiff } from './closure.ts';
import type { Known, PackageChange } from './types.ts';

const other = aPackage('x', '9.9.9').integrity;

/**
 * `aLock()` with more packages: `a@1.0.0` is at `node_modules/a`, a second package of the same name below
 * `node_modules/p1`.
 */
function lockOf(...specs: (string | LockedPackage)[]): Lock {
  const packages: Record<string, LockedPackage> = {};
  for (const spec of specs) {
    const [name = '', version = ''] = typeof spec === 'string' ? spec.split('@') : [];
    const locked = typeof spec === 'string' ? aPackage(name, version) : spec;
    let path = `node_modules/${locked.name}`;
    for (let copy = 1; packages[path] !== undefined; copy++) path = `node_modules/p${copy}/node_modules/${locked.name}`;
    packages[path] = locked;
  }
  return aLock({}, packages);
}

const changes = (was: Lock | undefined, now: Lock | undefined, known?: Known): readonly PackageChange[] =>
  closureDiff(was, now, known).packages;

/** One line for each: `upgraded a 1.0.0 → 2.0.0 (1 → 1)`, followed by its alarms. */
const told = (was: Lock, now: Lock, known?: Known): string[] =>
  changes(was, now, known).map(
    ({ change, name, was: before, now: after, paths, alarms }) =>
      `${change} ${name} ${before.join(' ')} → ${after.join(' ')} (${paths.was} → ${paths.now})${alarms.map((alarm) => `; ${alarm}`).join('')}`,
  );

test.each<[string, Lock, Lock, string[]]>([
  ['nothing', lockOf('a@1.0.0'), lockOf('a@1.0.0'), []],
  ['a new package', lockOf(), lockOf('a@1.0.0'), ['added a  → 1.0.0 (0 → 1)']],
  ['a removed package', lockOf('a@1.0.0'), lockOf(), ['removed a 1.0.0 →  (1 → 0)']],
  ['a newer version', lockOf('a@1.9.0'), lockOf('a@1.10.0'), ['upgraded a 1.9.0 → 1.10.0 (1 → 1)']],
  ['an older version', lockOf('a@1.10.0'), lockOf('a@1.9.0'), ['downgraded a 1.10.0 → 1.9.0 (1 → 1)']],
  ['a pre-release', lockOf('a@1.0.0'), lockOf('a@1.0.0-rc.1'), ['downgraded a 1.0.0 → 1.0.0-rc.1 (1 → 1)']],
  ['another build', lockOf('a@1.0.0+1'), lockOf('a@1.0.0+2'), ['upgraded a 1.0.0+1 → 1.0.0+2 (1 → 1)']],
  ['no semver', lockOf('a@1.0.0'), lockOf('a@1.0.0.1'), ['replaced a 1.0.0 → 1.0.0.1 (1 → 1)']],
  [
    'all copies',
    lockOf('a@1.0.0', 'a@1.0.0', 'a@1.0.0'),
    lockOf('a@1.1.0', 'a@1.1.0'),
    ['upgraded a 1.0.0 → 1.1.0 (3 → 2)'],
  ],
  [
    'one copy of two',
    lockOf('a@1.0.0', 'a@2.0.0'),
    lockOf('a@1.0.0', 'a@2.1.0'),
    ['upgraded a 1.0.0 2.0.0 → 1.0.0 2.1.0 (2 → 2)'],
  ],
  [
    'one more version',
    lockOf('a@1.0.0'),
    lockOf('a@1.0.0', 'a@0.9.0'),
    ['version-added a 1.0.0 → 0.9.0 1.0.0 (1 → 2)'],
  ],
  [
    'one version less',
    lockOf('a@1.0.0', 'a@0.9.0'),
    lockOf('a@1.0.0'),
    ['version-removed a 0.9.0 1.0.0 → 1.0.0 (2 → 1)'],
  ],
  ['one more copy', lockOf('a@1.0.0'), lockOf('a@1.0.0', 'a@1.0.0'), ['same-version a 1.0.0 → 1.0.0 (1 → 2)']],
  [
    'an older version at one place, hidden by a newer at another',
    lockOf('a@2.0.0', 'a@1.0.0'),
    lockOf('a@1.0.0', 'a@2.0.0'),
    ['downgraded a 1.0.0 2.0.0 → 1.0.0 2.0.0 (2 → 2)'],
  ],
  [
    'other bytes under one version',
    lockOf('a@1.0.0'),
    lockOf(aPackage('a', '1.0.0', { integrity: other })),
    ['same-version a 1.0.0 → 1.0.0 (1 → 1); integrity changed under 1.0.0'],
  ],
  [
    'other bytes in one copy only',
    lockOf('a@1.0.0', 'a@1.0.0'),
    lockOf('a@1.0.0', aPackage('a', '1.0.0', { integrity: other })),
    ['same-version a 1.0.0 → 1.0.0 (2 → 2); integrity changed under 1.0.0'],
  ],
  [
    'the same bytes described differently',
    lockOf('a@1.0.0'),
    lockOf(aPackage('a', '1.0.0', { bin: { a: 'evil.js' } })),
    ['same-version a 1.0.0 → 1.0.0 (1 → 1); the lock describes the same bytes of 1.0.0 differently'],
  ],
  [
    'an install script',
    lockOf('a@1.0.0'),
    lockOf(aPackage('a', '1.1.0', { hasInstallScript: true })),
    ['upgraded a 1.0.0 → 1.1.0 (1 → 1); install script in 1.1.0'],
  ],
  [
    'an install script in a new package',
    lockOf(),
    lockOf(aPackage('a', '1.1.0', { hasInstallScript: true })),
    ['added a  → 1.1.0 (0 → 1); install script in 1.1.0'],
  ],
  [
    'an install script that was there',
    lockOf(aPackage('a', '1.0.0', { hasInstallScript: true })),
    lockOf(aPackage('a', '1.1.0', { hasInstallScript: true })),
    ['upgraded a 1.0.0 → 1.1.0 (1 → 1)'],
  ],
])('reports %s', (_, was, now, lines) => {
  expect(told(was, now)).toEqual(lines);
});

describe('platforms', () => {
  test.each([
    [{ os: ['linux'] }, { os: ['linux', 'darwin'] }, { was: 'linux', now: 'linux darwin' }],
    [{}, { os: ['linux'], cpu: ['x64'] }, { was: 'all', now: 'linux, x64' }],
    [{ libc: ['musl'] }, {}, { was: 'musl', now: 'all' }],
  ])('%j → %j', (was, now, platforms) => {
    const [change] = changes(lockOf(aPackage('a', '1.0.0', was)), lockOf(aPackage('a', '2.0.0', now)));
    expect(change?.platforms).toEqual(platforms);
  });
});

describe('who published', () => {
  const publishers = new Map([
    ['a@1.0.0', 'ann'],
    ['a@2.0.0', 'bob'],
    ['a@2.1.0', 'bob'],
    ['a@1.1.0', 'eve'],
  ]);
  const publisherOf = (name: string, version: string): string | undefined => publishers.get(`${name}@${version}`);

  test.each<[string, Lock, Lock, string[]]>([
    ['another one', lockOf('a@1.0.0'), lockOf('a@1.1.0'), ['1.1.0 was published by eve, 1.0.0 by ann']],
    ['the same one', lockOf('a@2.0.0'), lockOf('a@2.1.0'), []],
    ['the one of the version before, of several', lockOf('a@1.0.0', 'a@2.0.0'), lockOf('a@1.0.0', 'a@2.1.0'), []],
    [
      'another one than of the version before, of several',
      lockOf('a@1.0.0', 'a@2.0.0'),
      lockOf('a@1.1.0', 'a@2.0.0'),
      ['1.1.0 was published by eve, 1.0.0 by ann'],
    ],
    ['an older version', lockOf('a@2.0.0'), lockOf('a@1.1.0'), ['1.1.0 was published by eve, 2.0.0 by bob']],
    ['nobody knows', lockOf('a@1.0.0'), lockOf('a@3.0.0'), []],
  ])('%s', (_, was, now, alarms) => {
    expect(changes(was, now, { publisherOf }).flatMap((change) => change.alarms)).toEqual(alarms);
  });
});

describe('the artefact', () => {
  const rootOf = (name: string, version: string): Lock => {
    const lock = lockOf('zzz@1.0.0');
    const { [npmClosure(lock).root]: _root, ...others } = npmClosure(lock).packages;
    const root = `node_modules/${name}`;
    return { ...lock, closure: { kind: 'npm', root, packages: { ...others, [root]: aPackage(name, version) } } };
  };

  test('comes first, before packages with alarms', () => {
    const now = rootOf('server', '2.0.0');
    const packages = {
      ...npmClosure(now).packages,
      'node_modules/zzz': aPackage('zzz', '1.0.0', { integrity: other }),
    };
    const [first, second] = changes(rootOf('server', '1.0.0'), { ...now, closure: { ...npmClosure(now), packages } });
    expect(first).toMatchObject({ name: 'server', change: 'upgraded', root: true, alarms: [] });
    expect(second).toMatchObject({ name: 'zzz', alarms: ['integrity changed under 1.0.0'] });
  });

  test('is marked as important when it is another package', () => {
    expect(changes(rootOf('server', '1.0.0'), rootOf('serber', '1.0.0'))).toMatchObject([
      { name: 'serber', change: 'added', root: true, alarms: ['the artefact was another package: server'] },
      { name: 'server', change: 'removed', root: true },
    ]);
  });
});

test('counts all packages of a large closure, by name', () => {
  const many = (version: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `p-${index}@${version}`);
  const diff = closureDiff(
    lockOf(...many('1.0.0', 5_000)),
    lockOf(...many('1.1.0', 4_000), ...many('0.1.0', 9_999).slice(9_000)),
  );
  expect(diff).toMatchObject({
    places: { was: 5_003, now: 5_002 },
    counts: { added: 999, removed: 1_000, upgraded: 4_000, downgraded: 0 },
  });
});

test('accepts a closure with ten thousand versions of one package', () => {
  const versions = (major: number): Lock =>
    aLock(
      {},
      Object.fromEntries(
        Array.from({ length: 5_000 }, (_, index) => [
          `node_modules/p${index}/node_modules/a`,
          aPackage('a', `${major}.0.${index}`),
        ]),
      ),
    );
  const [change] = changes(versions(1), versions(2), { publisherOf: (_, version) => version });
  expect(change?.alarms).toHaveLength(5_000);
});

test('gives the same result for any order of the packages', () => {
  const [was, now] = [lockOf('a@1.0.0', 'b@1.0.0', 'c@1.0.0'), lockOf('d@1.0.0', 'b@2.0.0', 'a@0.1.0')];
  const reversed = (lock: Lock): Lock => {
    const closure = npmClosure(lock);
    return {
      ...lock,
      closure: { ...closure, packages: Object.fromEntries(Object.entries(closure.packages).toReversed()) },
    };
  };
  expect(closureDiff(reversed(was), reversed(now))).toEqual(closureDiff(was, now));
});

describe('a bundled package', () => {
  const bundler = (version: string, ...inner: string[]): LockedPackage =>
    aPackage('a', version, {
      ...(inner.length > 0 && {
        bundled: inner.map((each) => ({ path: 'node_modules/inner', name: 'inner', version: each })),
      }),
    });

  test('is shown when it comes, with the package whose tarball holds it', () => {
    expect(told(lockOf(bundler('1.0.0')), lockOf(bundler('1.1.0', '3.0.0')))).toEqual([
      'added inner  → 3.0.0 (0 → 1); bundled in a@1.1.0',
      'upgraded a 1.0.0 → 1.1.0 (1 → 1)',
    ]);
  });

  test('is shown when its version changes, and causes no alarm then', () => {
    expect(told(lockOf(bundler('1.0.0', '3.0.0')), lockOf(bundler('1.1.0', '3.0.1')))).toEqual([
      'upgraded a 1.0.0 → 1.1.0 (1 → 1)',
      'upgraded inner 3.0.0 → 3.0.1 (1 → 1)',
    ]);
  });

  test('causes no alarm when it stays the same in another version of the package around it', () => {
    expect(told(lockOf(bundler('1.0.0', '3.0.0')), lockOf(bundler('1.1.0', '3.0.0')))).toEqual([
      'upgraded a 1.0.0 → 1.1.0 (1 → 1)',
    ]);
  });
});

describe('Python packages', () => {
  const python = (version: string): PypiLock =>
    aPythonLock({ name: 'mcp-time', version: '1.0' }, { name: 'a', version });

  test.each([
    ['1.9', '1.10', 'upgraded a 1.9 → 1.10 (1 → 1)'],
    ['1.10', '1.10rc1', 'downgraded a 1.10 → 1.10rc1 (1 → 1)'],
    ['1.10', '1.10.post1', 'upgraded a 1.10 → 1.10.post1 (1 → 1)'],
    ['1.10', '1.10-SNAPSHOT', 'replaced a 1.10 → 1.10-SNAPSHOT (1 → 1)'],
  ])('move from %s to %s in the order of Python', (before, after, expected) => {
    expect(told(python(before), python(after))).toEqual([expected]);
  });

  test('are compared file by file, so that no change hides behind another one', () => {
    const [one, two] = ['a-1.0-py3-none-any.whl', 'a-1.0-cp312-cp312-win_amd64.whl'];
    const wheels = (of: Record<string, LockedWheel>): Lock => {
      const lock = python('1.0');
      const packages = lock.closure.packages.map((each) => (each.name === 'a' ? { ...each, wheels: of } : each));
      return { ...lock, closure: { ...lock.closure, packages } };
    };
    const before = wheels({ [one]: aWheel(one), [two]: aWheel(two) });
    const alarms = (of: Record<string, LockedWheel>): readonly string[] | undefined =>
      changes(before, wheels(of))[0]?.alarms;
    const changed = { integrity: other };
    expect(alarms({ [one]: aWheel(one, changed), [two]: aWheel(two, changed) })).toEqual([
      `integrity changed under 1.0: ${one}`,
      `integrity changed under 1.0: ${two}`,
    ]);
    expect(alarms({ [one]: aWheel(two), [two]: aWheel(two) })).toEqual([`integrity changed under 1.0: ${one}`]);
    expect(alarms({ [one]: aWheel(one), [two]: aWheel(two, { license: 'MIT' }) })).toEqual([
      `the lock describes the same bytes of ${two} differently`,
    ]);
    const added = 'a-1.0-cp313-cp313-win_amd64.whl';
    expect(alarms({ [one]: aWheel(one), [two]: aWheel(two), [added]: aWheel(added) })).toEqual([
      `new file under 1.0: ${added}`,
    ]);
    expect(alarms({ [one]: aWheel(one) })).toEqual([]);
  });

  test('are other packages than those of npm with the same name', () => {
    const found = changes(lockOf('a@1.0.0'), python('1.0.0'));
    expect(found.filter(({ name }) => name === 'a').map(({ change, was, now }) => [change, was, now])).toEqual([
      ['added', [], ['1.0.0']],
      ['removed', ['1.0.0'], []],
    ]);
  });
  test('of the name that the artefact had on npm are another artefact', () => {
    const root = aPackage('mcp-time', '1.0.0');
    const was = aLock({
      closure: { kind: 'npm', root: 'node_modules/mcp-time', packages: { 'node_modules/mcp-time': root } },
    });
    expect(told(was, aPythonLock({ name: 'mcp-time', version: '1.0.0' }))).toEqual([
      'added mcp-time  → 1.0.0 (0 → 1); the artefact was another package: mcp-time of npm',
      'removed mcp-time 1.0.0 →  (1 → 0)',
    ]);
  });
});
