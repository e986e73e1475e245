import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Review } from '../../schemas/types.ts';
import { registry, type Ended } from '../support/command.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startNpm, type FakePackage } from '../support/npm-registry.ts';
import { checkOut, proposeChange, type ProposedChange } from '../support/proposed-change.ts';
import { anAdvisory } from '../support/statements.ts';
import { emptyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';
import { tinyPackages } from '../support/tiny-server.ts';

const [shout, ...servers] = tinyPackages;
const shouts = (version: string, publishedAt: string): FakePackage => ({
  ...(shout as FakePackage),
  version,
  publishedAt,
});

/** On the day of the lock. */
const mirrored = [...servers, shouts('1.0.0', '2026-01-01T00:00:00.000Z'), shouts('1.0.1', '2026-02-01T00:00:00.000Z')];
const affected = {
  package: { ecosystem: 'npm', name: 'tiny-shout' },
  ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.0.2' }] }],
};
const fixedIn102 = anAdvisory({ affected: [affected], database_specific: { severity: 'MODERATE' } });

/** Published before the date of the lock, and shown only later. */
const late = shouts('1.0.2', '2026-03-01T00:00:00.000Z');

/** A change that brings the tiny server, locked with the mirror of that day. */
let committed: ProposedChange;

beforeAll(async () => {
  const tiny = await emptyRegistry(mirrored);
  await tiny.write('.gitignore', '.npm/\n.registry/\n');
  await tiny.write('advisories/GHSA-0000-0000-0000.json', JSON.stringify(fixedIn102));
  committed = await proposeChange(tiny.folder, () => lockIn(tiny));
});

async function lockIn(tiny: TinyRegistry): Promise<void> {
  await tiny.write('servers/tiny.yaml', tiny.manifest());
  const { status, stderr } = await tiny.run('lock', '--as-of', '2026-11-01T00:00:00Z');
  if (status !== 0) throw new Error(stderr);
}

/** A command in a clean checkout of what was merged, against another mirror than the one of the lock. */
async function elsewhere(mirror: Parameters<typeof startNpm>, ...words: string[]): Promise<Ended> {
  const npm = await startNpm(...mirror);
  onTestFinished(() => npm.close());
  const folder = join(await temporaryFolder(), 'checkout');
  await mkdir(folder);
  await checkOut(committed, committed.merged, folder);
  return registry(words, { cwd: folder, env: { ...npm.env, npm_config_cache: join(folder, '.npm') } });
}

const open = ({ stdout }: Ended): string[] =>
  (JSON.parse(stdout) as Review).servers.flatMap(({ findings }) =>
    findings.map(({ level, rule, subject }) => `${level} ${rule} ${subject}`),
  );

const usual = ['review advisory tiny-shout@1.0.1 GHSA-0000-0000-0000', 'review tools-not-captured tools'];

test.each<[string, Parameters<typeof startNpm>, string[]]>([
  ['that shows more', [[...mirrored, late, shouts('1.9.0', '2026-11-19T00:00:00.000Z')]], []],
  [
    'that holds a locked version back',
    [mirrored, { heldBack: ['tiny-shout@1.0.1'] }],
    ['note publication-undated tiny-shout@1.0.1'],
  ],
  [
    'that does not list a package at all',
    [mirrored, { heldBack: ['tiny-shout@1.0.0', 'tiny-shout@1.0.1'] }],
    ['note publication-undated tiny-shout@1.0.1'],
  ],
])('a registry that did not change passes with a mirror %s', async (_, mirror, expected) => {
  const ended = await elsewhere(mirror, 'scan', '--all', '--json', '--no-capture');
  expect(ended, ended.stderr).toMatchObject({ status: 0 });
  expect(open(ended)).toEqual([...usual, ...expected]);
});

test('a registry that did not change does not pass with a mirror that has other bytes', async () => {
  const other = { ...shouts('1.0.1', '2026-02-01T00:00:00.000Z'), files: { 'index.js': 'evil()\n' } };
  const mirror = [...mirrored.filter(({ version }) => version !== '1.0.1'), other];
  const ended = await elsewhere([mirror], 'scan', '--all', '--json', '--no-capture', '--only', 'reproducible');
  expect([ended.status, open(ended)]).toEqual([1, ['block lock-digest tiny-shout@1.0.1']]);
});

test('a lock that is proposed is not resolved again, and a fix that it leaves out needs a person', async () => {
  const scan = ['scan', '--base', committed.base, '--json', '--only', 'reproducible'];
  const [same, more] = [await elsewhere([mirrored], ...scan), await elsewhere([[...mirrored, late]], ...scan)];
  expect([same.status, open(same)]).toEqual([0, []]);
  expect([more.status, open(more)]).toEqual([0, ['review lock-without-fix tiny-shout@1.0.1']]);
});
