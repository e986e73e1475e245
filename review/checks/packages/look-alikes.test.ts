import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Lock } from '../../../schemas/types.ts';
import { establishedNames } from './established.ts';
import { checkLookAlikes } from './look-alikes.ts';
import { wellKnownPackages, wellKnownScopes } from '../../../catalog/names/well-known-packages.ts';
import { npmPackages } from '../../../artefacts/npm/parts.ts';
import type { PackageName } from '../../../artefacts/part.ts';
import { npmDocuments } from '../../../test/support/statements.ts';
import { growthOf, nearlyLinear } from '../../../test/support/growth.ts';

const added = (...names: readonly string[]): PackageName[] =>
  names.map((name) => ({ type: 'npm', name, version: '1.0.0' }));
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
  expect(checkLookAlikes(added(name), { names: none })).toEqual([
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
  expect(checkLookAlikes(added('acme-widgest'), { names: new Set(['acme-widgets']) })).toMatchObject([
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
  expect(checkLookAlikes(added(...names), { names: none })).toEqual([]);
});

test.each([
  ['one-time', 'note'],
  ['expresss', 'note'],
  ['1odash', 'review'],
  ['@babe1/core', 'review'],
])('counts %s less once it is established', (name, level) => {
  const established = new Set([name]);
  expect(checkLookAlikes(added(name), { names: new Set(['onetime']), established })).toMatchObject([
    { level, message: expect.stringContaining('it has had this name for years') },
  ]);
});

test.each([
  ['mongodb-mcp-server', 'mongodb-mcp-server', 'note'],
  ['mongodb-mcp-server', 'other', 'review'],
  ['expresss', 'expresss', 'block'],
  ['1odash', '1odash', 'block'],
])('judges %s in a server whose package is %s', (name, root, level) => {
  expect(checkLookAlikes(added(name), { names: none, root })).toMatchObject([{ level }]);
});

test.each([
  ['2020-01-01', '2026-01-01', true],
  ['2025-12-01', '2026-01-01', false],
  ['2020-01-01', '2026-11-20', false],
  [undefined, '2026-01-01', false],
  [undefined, '2020-01-01', true],
  ['not a day', '2026-01-01', false],
  ['2020-01-01', undefined, false],
])('knows whether a name of %s in a version of %s is established', (created, published, expected) => {
  const time = {
    ...(created !== undefined && { created: created }),
    ...(published !== undefined && { '1.0.0': published }),
  };
  const documents = npmDocuments({ 'one-time': { versions: {}, time } });
  const names = establishedNames(added('one-time'), documents, new Date('2026-11-26T00:00:00Z'));
  expect(names.has('one-time')).toBe(expected);
});

test('has nothing against a package that another lock already has', () => {
  expect(checkLookAlikes(added('expresss'), { names: new Set(['expresss']) })).toEqual([]);
});

test('reports each package once, with the most similar name', () => {
  const found = checkLookAlikes([...added('1odash'), { name: '1odash', version: '2.0.0' }], {
    names: new Set(['l-odash']),
  });
  expect(found).toMatchObject([{ subject: '1odash', level: 'block' }]);
});

test('gives the same result in any order', () => {
  const names = ['expresss', 'axois', '@babe1/core', 'crossenv', '@babe1/types'];
  const forwards = checkLookAlikes(added(...names), { names: none });
  expect(forwards).toHaveLength(5);
  expect(checkLookAlikes(added(...names.toReversed()), { names: none })).toEqual(forwards);
});

test('has nothing against any package of the servers in this registry, if each were new', async () => {
  const folder = join(import.meta.dirname, '../../../servers');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.lock.json'));
  const locks = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as Lock),
  );
  const closures = locks.map(npmPackages).filter((packages) => packages.length > 0);
  expect(closures.flat().length).toBeGreaterThan(300);
  expect(checkLookAlikes(closures.flat(), { names: none })).toEqual([]);
  for (const closure of closures) {
    const others = closures.filter((other) => other !== closure).flat();
    expect(checkLookAlikes(closure, { names: new Set(others.map(({ name }) => name)) })).toEqual([]);
  }
});

test('knows many packages, and reports none of them', () => {
  expect(wellKnownPackages.size).toBeGreaterThan(1_000);
  expect(wellKnownScopes.has('@modelcontextprotocol')).toBe(true);
  expect(checkLookAlikes(added(...wellKnownPackages), { names: none })).toEqual([]);
  for (const name of wellKnownPackages) expect(name).toMatch(/^(?:@[a-z0-9-]+\/)?[a-z0-9][a-zA-Z0-9._-]*$/u);
});

test('does not compare each package of a large closure with each that is known', async () => {
  const judge = (count: number): unknown => {
    const names = Array.from({ length: count }, (_, index) => `package-${(index * 7_919).toString(36)}-of-many`);
    const known = Array.from({ length: 4 * count }, (_, index) => `other-${(index * 104_729).toString(36)}-thing`);
    return checkLookAlikes(added(...names), { names: new Set(known) });
  };
  expect(await growthOf(judge, 625)).toBeLessThan(nearlyLinear);
});
