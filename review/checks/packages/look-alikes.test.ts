import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Lock } from '../../../schemas/types.ts';
import { checkLookAlikes } from './look-alikes.ts';
import { wellKnownPackages, wellKnownScopes } from '../../../catalog/names/well-known-packages.ts';
import { growthOf, nearlyLinear } from '../../../test/support/growth.ts';

const added = (...names: readonly string[]): { name: string; version: string }[] =>
  names.map((name) => ({ name, version: '1.0.0' }));
const none: ReadonlySet<string> = new Set();

test.each([
  ['expresss', 'express', 'block'],
  ['axois', 'axios', 'block'],
  ['lodahs', 'lodash', 'block'],
  ['momnet', 'moment', 'block'],
  ['eslint-scoope', 'eslint-scope', 'block'],
  ['chaIk', 'chalk', 'block'],
  ['1odash', 'lodash', 'block'],
  ['rnoment', 'moment', 'block'],
  ['@babe1/core', 'a package of @babel', 'block'],
  ['@modelcontextprotoco1/sdk', 'a package of @modelcontextprotocol', 'block'],
  ['@typse/node', 'a package of @types', 'block'],
  ['crossenv', 'cross-env', 'review'],
  ['node-fetchs', 'node-fetch', 'review'],
  ['types-node', '@types/node', 'review'],
])('finds %s, which looks like %s', (name, like, level) => {
  expect(checkLookAlikes(added(name), none)).toEqual([
    {
      rule: 'dependency-typosquat',
      level,
      subject: name,
      message: expect.stringContaining(`${name}@1.0.0 can be taken for ${like}`),
      remedy: expect.stringContaining('policy.yaml'),
    },
  ]);
});

test('asks a person about a name that is only similar to a package of another lock', () => {
  expect(checkLookAlikes(added('acme-widgest'), new Set(['acme-widgets']))).toMatchObject([
    { level: 'review', subject: 'acme-widgest' },
  ]);
});

test.each([
  ['a well-known package', ['lodash', 'cookies', 'preact', '@types/node']],
  ['another package of a known scope', ['@babel/coer', '@types/nodes']],
  ['a scope and a name like no other', ['@acme/lodash', 'frobnicate', 'ms-2', 'zoo']],
  ['a number in a name', ['mysql3', 'es5-promise', 'base65-js']],
  ['a word more', ['lodash-es-extra', 'express-session-store', 'is-express']],
  ['a short name', ['zud', 'kao', 'wsx', 'depq']],
])('has nothing against %s', (_, names) => {
  expect(checkLookAlikes(added(...names), none)).toEqual([]);
});

test('has nothing against a package that another lock already has', () => {
  expect(checkLookAlikes(added('expresss'), new Set(['expresss']))).toEqual([]);
});

test('reports each package once, with the most similar name', () => {
  const found = checkLookAlikes([...added('1odash'), { name: '1odash', version: '2.0.0' }], new Set(['l-odash']));
  expect(found).toMatchObject([{ subject: '1odash', level: 'block' }]);
});

test('gives the same result in any order', () => {
  const names = ['expresss', 'axois', '@babe1/core', 'crossenv', '@babe1/types'];
  const forwards = checkLookAlikes(added(...names), none);
  expect(forwards).toHaveLength(5);
  expect(checkLookAlikes(added(...names.toReversed()), none)).toEqual(forwards);
});

test('has nothing against any package of the servers in this registry, if each were new', async () => {
  const folder = join(import.meta.dirname, '../../../servers');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.lock.json'));
  const locks = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as Lock),
  );
  const closures = locks.map(({ closure }) => Object.values(closure.packages));
  expect(closures.flat().length).toBeGreaterThan(300);
  expect(checkLookAlikes(closures.flat(), none)).toEqual([]);
  for (const closure of closures) {
    const others = closures.filter((other) => other !== closure).flat();
    expect(checkLookAlikes(closure, new Set(others.map(({ name }) => name)))).toEqual([]);
  }
});

test('knows many packages, and reports none of them', () => {
  expect(wellKnownPackages.size).toBeGreaterThan(1_000);
  expect(wellKnownScopes.has('@modelcontextprotocol')).toBe(true);
  expect(checkLookAlikes(added(...wellKnownPackages), none)).toEqual([]);
  for (const name of wellKnownPackages) expect(name).toMatch(/^(?:@[a-z0-9-]+\/)?[a-z0-9][a-zA-Z0-9._-]*$/u);
});

test('does not compare each package of a large closure with each that is known', async () => {
  const judge = (count: number): unknown => {
    const names = Array.from({ length: count }, (_, index) => `package-${(index * 7_919).toString(36)}-of-many`);
    const known = Array.from({ length: 4 * count }, (_, index) => `other-${(index * 104_729).toString(36)}-thing`);
    return checkLookAlikes(added(...names), new Set(known));
  };
  expect(await growthOf(judge, 625)).toBeLessThan(nearlyLinear);
});
