import { beforeEach, expect, test } from 'vitest';
import { reviewableJson } from '../core/canonical.ts';
import { gitRepository, type GitRepository } from '../test/support/git-repository.ts';
import { aLock, aPackage } from '../test/support/statements.ts';
import { CountedPackages } from './packages-at.ts';
import { storedLines } from './stored-lines.ts';

let repository: GitRepository;

beforeEach(async () => {
  repository = await gitRepository();
});

const ofEach = ['@example/mcp-postgres@1.2.0', 'tiny@1.0.3', 'zod@4.1.5'];

/** A lock with some packages beside those of each. */
const lockWith = (...names: readonly string[]): string =>
  Buffer.from(
    reviewableJson(
      aLock({}, Object.fromEntries(names.map((each) => [`node_modules/${each}`, aPackage(each, '1.0.0')]))),
    ),
  ).toString();

function commit(files: Readonly<Record<string, string | undefined>>): string {
  for (const [name, content] of Object.entries(files))
    if (content === undefined) repository.git('rm', '--quiet', `servers/${name}.lock.json`);
    else repository.write(`servers/${name}.lock.json`, content);
  return repository.commit();
}

const shown = ({ all }: CountedPackages): string[] => all.map(({ name, version }) => `${name}@${version}`).sort();

async function at(id: string, counted = new CountedPackages()): Promise<CountedPackages> {
  await counted.moveTo(repository.root, id);
  return counted;
}

test('are those of every lock of the commit, each once', async () => {
  const id = commit({ one: lockWith('left'), two: lockWith('right') });
  expect(shown(await at(id))).toEqual([...ofEach, 'left@1.0.0', 'right@1.0.0'].sort());
});

test('of two locks with the same bytes count once, and go with the last of them', async () => {
  const both = commit({ one: lockWith('left'), two: lockWith('left') });
  const one = commit({ two: undefined });
  const none = commit({ one: undefined, three: lockWith() });
  const counted = await at(both);
  expect(shown(await at(one, counted))).toContain('left@1.0.0');
  expect(shown(await at(none, counted))).toEqual(ofEach);
});

test('are the same whether they were counted at once or from commit to commit, and forwards or back', async () => {
  const ids = [
    commit({ one: lockWith('a', 'b'), two: lockWith('b', 'c') }),
    commit({ two: lockWith('c') }),
    commit({ one: undefined, three: lockWith('a', 'd') }),
    commit({ three: lockWith() }),
  ];
  const counted = new CountedPackages();
  for (const id of [...ids, ...ids.toReversed(), ids[2] ?? '']) {
    await at(id, counted);
    expect(shown(counted)).toEqual(shown(await at(id)));
  }
});

test('are kept, and then no lock is read again', async () => {
  const id = commit({ one: lockWith('left') });
  const kept = CountedPackages.from((await at(id)).toBytes());
  expect(shown(kept)).toEqual([...ofEach, 'left@1.0.0'].sort());
  await kept.moveTo(repository.root, id);
  expect(kept.changed).toBe(false);
  const next = await at(commit({ one: lockWith('right') }), kept);
  expect(shown(next)).toEqual([...ofEach, 'right@1.0.0'].sort());
  expect(next.changed).toBe(true);
});

test('name the packages that lie inside them, also when they are kept', async () => {
  const bundled = [{ path: 'node_modules/inner', name: 'inner', version: '1.0.0' }];
  const lock = aLock({}, { 'node_modules/left': aPackage('left', '1.0.0', { bundled }) });
  const counted = await at(commit({ one: Buffer.from(reviewableJson(lock)).toString() }));
  for (const { all } of [counted, CountedPackages.from(counted.toBytes())])
    expect(all.find(({ name }) => name === 'left')?.bundledNames).toEqual([{ type: 'npm', name: 'inner' }]);
});

test('a lock that cannot be read holds none', async () => {
  expect(shown(await at(commit({ one: lockWith(), two: '{' })))).toEqual(ofEach);
});

test.each([
  ['there is nothing', undefined],
  ['it was cut short', storedLines({ format: 1 }, () => ['a']).subarray(0, -1)],
  ['it is of another format', storedLines({ format: 2 }, () => ['a'])],
])('all are counted again where of what is kept %s', async (_, bytes) => {
  const id = commit({ one: lockWith('left') });
  expect(shown(await at(id, CountedPackages.from(bytes)))).toContain('left@1.0.0');
});
