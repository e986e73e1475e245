/** What is said about the folders of this repository, against the folders that there are. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Folders that git ignores, and those of git and of editors. */
const notOurs = new Set([
  ...read('.gitignore')
    .split('\n')
    .filter((line) => line.endsWith('/'))
    .map((line) => line.slice(0, -1)),
  ...['.git', '.idea', '.vscode'],
]);

const foldersIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !notOurs.has(entry.name))
    .map(({ name }) => (folder === '' ? name : `${folder}/${name}`))
    .sort();

/** The first cell of each row of the tables below a heading, where it names a folder. */
function foldersNamed(heading: string): string[] {
  const [, after = ''] = read('docs/architecture.md').split(`\n${heading}\n`);
  const [section = ''] = after.split(/\n##/u);
  return [...section.matchAll(/^\| `(?<folder>[^`]+)\/` /gmu)].map(({ groups }) => groups?.['folder'] ?? '').sort();
}

/** The rooms that hold more than one idea, so that each folder in them needs a line. */
const opened = [
  'artefacts',
  'catalog',
  'core',
  'host',
  'resolve',
  'review',
  'schemas',
  'scripts',
  'signer',
  'store',
  'test',
];

test('docs/architecture.md names every top-level folder, and no other', () => {
  // The first key ceremony makes it; this repository has none yet.
  const there = foldersIn('').filter((folder) => folder !== 'trust');
  expect(there).toContain('review');
  expect(foldersNamed('## The rooms')).toEqual(there);
});

test('docs/architecture.md names every folder inside the rooms, and no other', () => {
  const inside = opened
    .flatMap(foldersIn)
    .flatMap((folder) => (folder === 'review/checks' ? foldersIn(folder) : folder));
  expect(inside).toContain('review/checks/policy');
  expect(foldersNamed('### Inside the rooms')).toEqual(inside.sort());
});

test('docs/architecture.md has the rooms on the floors that the lint rule keeps', () => {
  const { overrides } = JSON.parse(read('.oxlintrc.json')) as {
    overrides: readonly {
      files: readonly string[];
      rules: { 'no-restricted-imports'?: readonly [string, { patterns: readonly { group: readonly string[] }[] }] };
    }[];
  };
  const floors = new Map(
    [...read('docs/architecture.md').matchAll(/^\| `(?<room>\w+)\/` +\| (?<floor>\d) /gmu)].map(({ groups }) => [
      groups?.['room'] ?? '',
      Number(groups?.['floor']),
    ]),
  );
  expect(floors.size).toBe(10);
  // Published alone, so it takes less than its floor allows.
  const ofHost = new Set(['schemas', 'core', 'artefacts', 'store']);
  for (const [room, floor] of floors) {
    const rule = overrides.find(({ files }) => files.includes(`${room}/**`))?.rules['no-restricted-imports'];
    const forbidden = rule?.[1].patterns.flatMap(({ group }) => group) ?? [];
    for (const [other, otherFloor] of floors) {
      if (other === room) continue;
      const expected = otherFloor >= floor || (room === 'host' && !ofHost.has(other));
      expect([room, other, forbidden.includes(`**/${other}/**`)]).toEqual([room, other, expected]);
    }
  }
});

test('every top-level folder has an owner of its own, but for what only people read', () => {
  const owned = read('.github/CODEOWNERS')
    .split('\n')
    .flatMap((line) => /^\/(?<folder>[^/\s]+)\/\s+@/u.exec(line)?.groups?.['folder'] ?? []);
  const there = foldersIn('').filter((folder) => folder !== 'docs');
  expect(owned.sort()).toEqual([...new Set([...there, 'trust'])].sort());
});
