import { describe, expect, onTestFinished, test } from 'vitest';
import { startNpm, type FakePackage } from '../../test/support/npm-registry.ts';
import { openNpmRegistry } from './registry.ts';
import { placeClosure, placeDependencies, type Asked } from './resolve.ts';

const packages: readonly FakePackage[] = [
  { name: 'a', version: '1.0.0', publishedAt: '2026-01-01T00:00:00.000Z', manifest: { dependencies: { b: '^1.0.0' } } },
  { name: 'a', version: '1.1.0', publishedAt: '2026-06-01T00:00:00.000Z' },
  { name: 'b', version: '1.2.0' },
  { name: 'b', version: '2.0.0' },
  { name: 'peer', version: '3.0.0' },
  { name: 'extra', version: '1.0.0' },
];
const asOf = new Date('2026-03-01T00:00:00Z');

async function placed(asked: Asked): Promise<Readonly<Record<string, string>>> {
  const npm = await startNpm(packages);
  onTestFinished(() => npm.close());
  const placement = await placeDependencies(asked, 'the tree', asOf, await openNpmRegistry(npm.url));
  return Object.fromEntries(
    [...placement].map(([path, { name, version, optional }]) => [
      path,
      `${name}@${version}${optional === true ? ' optional' : ''}`,
    ]),
  );
}

describe('what a tree asks for', () => {
  test.each<[string, Asked, Readonly<Record<string, string>>]>([
    [
      'is resolved as of the day',
      { dependencies: { a: '^1.0.0' } },
      { 'node_modules/a': 'a@1.0.0', 'node_modules/b': 'b@1.2.0' },
    ],
    [
      'is placed beside what others want of another version',
      { dependencies: { a: '^1.0.0', b: '^2.0.0' } },
      { 'node_modules/a': 'a@1.0.0', 'node_modules/a/node_modules/b': 'b@1.2.0', 'node_modules/b': 'b@2.0.0' },
    ],
    [
      'is optional where it says so, and left out where there is none',
      { optionalDependencies: { extra: '1', gone: '1' } },
      { 'node_modules/extra': 'extra@1.0.0 optional' },
    ],
    [
      'has its peers, without those that may be missing',
      { peerDependencies: { peer: '*', extra: '*' }, optionalPeers: ['extra'] },
      { 'node_modules/peer': 'peer@3.0.0' },
    ],
    ['is found under another name', { dependencies: { other: 'npm:b@^1' } }, { 'node_modules/other': 'b@1.2.0' }],
    ['is nothing', {}, {}],
  ])('%s', async (_, asked, expected) => {
    expect(await placed(asked)).toEqual(expected);
  });

  test.each([
    ['gone', '1', 'no-such-package'],
    ['a', '9', 'no-such-package'],
    ['x', 'git+https://example.com/x.git#main', 'unpinned'],
    ['x', 'https://example.com/x.tgz', 'unpinned'],
    ['x', 'file:../x', 'unpinned'],
    ['x', 'workspace:*', 'unresolvable'],
  ])('is not %s@%s', async (name, range, code) => {
    await expect(placed({ dependencies: { [name]: range } })).rejects.toMatchObject({
      code,
      message: expect.stringContaining('the tree') as string,
    });
  });
});

test('a package of the registry is placed with what it asks for', async () => {
  const npm = await startNpm(packages);
  onTestFinished(() => npm.close());
  const placement = await placeClosure('a', '1.0.0', asOf, await openNpmRegistry(npm.url));
  expect([...placement.keys()]).toEqual(['node_modules/a', 'node_modules/b']);
});
