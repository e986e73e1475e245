import { describe, expect, test } from 'vitest';
import { aLock, aPackage } from '../test/support/statements.ts';
import { labelOf } from '../artefacts/part.ts';
import type { Lock, LockedPackage } from '../schemas/types.ts';
import { aPythonLock } from '../test/support/python-lock.ts';
import { readPackageQuery, type PackageQuery } from './package-query.ts';
import { notCompared, packagesIn, usesOf } from './uses.ts';

const root = 'node_modules/@example/mcp-postgres';
const lockOf = (packages: Readonly<Record<string, LockedPackage>>): Lock => ({
  ...aLock(),
  closure: { kind: 'npm', root, packages },
});
const asked = (text: string): PackageQuery => {
  const query = readPackageQuery(text);
  if (query === undefined) throw new Error(`${text} is no query`);
  return query;
};
const locks = new Map([
  ['one', aLock()],
  ['two', aLock({}, { 'node_modules/tiny': aPackage('tiny', '2.0.0-rc.1') })],
]);

test('names every server with the version and the way', () => {
  const way = ['@example/mcp-postgres@1.2.0', 'zod@4.1.5'];
  expect(usesOf(locks, asked('zod'))).toEqual([
    { server: 'one', version: '4.1.5', way },
    { server: 'two', version: '4.1.5', way },
  ]);
});
test.each([
  ['*', ['one 1.0.3', 'two 1.0.3', 'two 2.0.0-rc.1']],
  ['<1.0.4', ['one 1.0.3', 'two 1.0.3']],
  ['>=1.5.0', ['two 2.0.0-rc.1']],
  ['2.0.0-rc.1', ['two 2.0.0-rc.1']],
  ['^3.0.0', []],
])('knows who has tiny@%s', (range, expected) => {
  expect(usesOf(locks, asked(`tiny@${range}`)).map(({ server, version }) => `${server} ${version}`)).toEqual(expected);
});
test('names a version that lies in two places once, with the shorter way', () => {
  const dependencies = { zod: '*', tiny: '*' };
  const twice = lockOf({
    [root]: aPackage('@example/mcp-postgres', '1.2.0', { dependencies }),
    'node_modules/zod': aPackage('zod', '4.1.5', { dependencies: { tiny: '*' } }),
    'node_modules/zod/node_modules/tiny': aPackage('tiny', '1.0.3'),
    'node_modules/tiny': aPackage('tiny', '1.0.3'),
  });
  expect(usesOf(new Map([['one', twice]]), asked('tiny'))).toEqual([
    { server: 'one', version: '1.0.3', way: ['@example/mcp-postgres@1.2.0', 'tiny@1.0.3'] },
  ]);
});
test('knows a package by its own name, whatever a closure calls it', () => {
  const lock = lockOf({
    [root]: aPackage('@example/mcp-postgres', '1.2.0', { dependencies: { other: 'npm:tiny@1' } }),
    'node_modules/other': aPackage('tiny', '1.0.3'),
  });
  expect(usesOf(new Map([['one', lock]]), asked('tiny'))).toHaveLength(1);
  expect(usesOf(new Map([['one', lock]]), asked('other'))).toEqual([]);
});

test('finds a package inside the tarball of another one, by the way to that one', () => {
  const bundled = [
    { path: 'node_modules/inner', name: 'inner', version: '3.0.0' },
    { path: 'node_modules/inner/node_modules/deep', name: 'deep', version: '4.0.0' },
  ];
  const lock = aLock({}, { 'node_modules/zod': aPackage('zod', '4.1.5', { bundled }) });
  const way = ['@example/mcp-postgres@1.2.0', 'zod@4.1.5'];
  const one = new Map([['one', lock]]);
  expect(usesOf(one, asked('inner@<4'))).toEqual([{ server: 'one', version: '3.0.0', way: [...way, 'inner@3.0.0'] }]);
  expect(usesOf(one, asked('deep'))).toEqual([{ server: 'one', version: '4.0.0', way: [...way, 'deep@4.0.0'] }]);
  expect(packagesIn(one.values()).map(labelOf)).toContain('inner@3.0.0');
});

describe('a hostile closure', () => {
  const count = 5_000;
  const name = (index: number): string => `p${index}`;
  const ring = (): Lock =>
    lockOf({
      [root]: aPackage('@example/mcp-postgres', '1.2.0', { dependencies: { p0: '*' } }),
      ...Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `node_modules/${name(index)}`,
          aPackage(name(index), '1.0.0', { dependencies: { [name((index + 1) % count)]: '*', [name(index)]: '*' } }),
        ]),
      ),
    });
  test('of thousands of packages in a ring has an end', () => {
    const [use] = usesOf(new Map([['one', ring()]]), asked(name(count - 1)));
    expect(use?.way).toHaveLength(count + 1);
  });
  test('in which nothing wants a package still has it', () => {
    const lock = lockOf({
      [root]: aPackage('@example/mcp-postgres', '1.2.0'),
      'node_modules/__proto__': aPackage('__proto__', '1.0.0'),
    });
    const parsed = JSON.parse(JSON.stringify(lock)) as Lock;
    expect(usesOf(new Map([['one', parsed]]), asked('__proto__'))).toEqual([
      { server: 'one', version: '1.0.0', way: ['__proto__@1.0.0'] },
    ]);
  });
});

test('lists every version of every package once', () => {
  expect(packagesIn(locks.values()).map(labelOf).sort()).toEqual([
    '@example/mcp-postgres@1.2.0',
    ...['tiny@1.0.3', 'tiny@2.0.0-rc.1', 'zod@4.1.5'],
  ]);
});

describe('a Python server', () => {
  const python = aPythonLock(
    { name: 'mcp-time', version: '1.0', dependencies: ['My_Tiny>=1a1'] },
    { name: 'my-tiny', version: '1.0rc1' },
    { name: 'zod', version: '4.1.5.post1', dependencies: ['my-tiny'] },
  );
  const both = new Map<string, Lock>([
    ['one', aLock()],
    ['three', python],
  ]);
  const ways = (text: string): string[] =>
    usesOf(both, asked(text)).map(({ server, way }) => `${server} ${way.join(' ')}`);

  test.each([
    ['my-tiny', ['three mcp-time==1.0 my-tiny==1.0rc1']],
    ['My.Tiny@<1', []],
    ['my_tiny>=1a1', ['three mcp-time==1.0 my-tiny==1.0rc1']],
    ['mcp-time==1.0.0', ['three mcp-time==1.0']],
    ['mcp-time@1.0.0', ['three mcp-time==1.0']],
    ['zod', ['one @example/mcp-postgres@1.2.0 zod@4.1.5', 'three zod==4.1.5.post1']],
    ['zod@4.1.5', ['one @example/mcp-postgres@1.2.0 zod@4.1.5']],
    ['zod>4', ['three zod==4.1.5.post1']],
    ['zod@^4.0.0', ['one @example/mcp-postgres@1.2.0 zod@4.1.5']],
  ])('is found by %s, in the words of Python, beside those of npm', (text, expected) => {
    expect(ways(text)).toEqual(expected);
  });
  test.each([
    ['zod@^4.0.0', ['three zod==4.1.5.post1']],
    ['zod@~=4.0', []],
    ['zod@>=4,<5', ['one zod@4.1.5']],
    ['zod>=4,<5', []],
    ['my-tiny@^1.0.0', ['three my-tiny==1.0rc1']],
  ])('says what %s may hold, where a registry cannot read the range', (text, expected) => {
    const left = [...notCompared(both, asked(text))];
    expect(left.map(([server, packages]) => `${server} ${packages.map(labelOf).join(' ')}`)).toEqual(expected);
  });
});
