import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readManifest } from '../core/manifest.ts';
import { aManifest } from '../test/support/statements.ts';
import type { LifecycleEntry, Manifest } from '../schemas/types.ts';
import type { Base } from './base.ts';
import { checkChanges } from './change-rules.ts';
import type { RegistryFiles } from './registry-files.ts';

const file = 'servers/internal-postgres.yaml';
const now = new Date('2026-06-01T00:00:00Z');

/** What is wrong with a change from one manifest to another, as `code message`. */
function found(before: Partial<Manifest>, after: Partial<Manifest>, known?: readonly string[]): string[] {
  const [was, is] = [aManifest(before), aManifest(after)];
  const manifestBytes = Buffer.from(stringify(is));
  const read = readManifest(file, manifestBytes);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const repository: RegistryFiles = {
    servers: [{ name: is.name, manifest: read.document, manifestBytes, hasLockFile: false }],
    names: new Set([is.name]),
    problems: [],
  };
  const base: Base = {
    commit: 'a'.repeat(40),
    changes: new Map([[file, Buffer.from(stringify(was))]]),
    changed: new Map([[is.name, { manifest: was }]]),
  };
  const problems = checkChanges(repository, base, now, new Map(known === undefined ? [] : [[is.name, known]]));
  expect(problems.every((problem) => problem.line !== undefined && problem.remedy !== '')).toBe(true);
  return problems.map(({ code, message }) => `${code} ${message}`);
}

const entry = (change: Partial<LifecycleEntry> = {}): LifecycleEntry => ({
  versions: '<1.2.0',
  state: 'revoked',
  since: '2026-05-01',
  reason: 'It is broken.',
  ...change,
});

test.each([
  ['1.2.0', '1.1.9'],
  ['1.2.0', '1.2.0-rc.1'],
  ['1.2.0+2', '1.2.0+1'],
  ['1.2.0+1', '1.2.0'],
  ['2026.8.31', '2026.8.4'],
])('reports a version that goes from %s back to %s', (before, after) => {
  expect(found({ version: before }, { version: after })).toEqual([
    `version-backwards the version is ${after}, and was ${before}`,
  ]);
});

test.each([
  ['1.2.0', '1.10.0'],
  ['1.2.0-rc.1', '1.2.0'],
  ['1.2.0', '1.2.0+1'],
  // Nobody can say which of them is newer.
  ['2024.02', '2024.01'],
  ['1.2.0', 'nightly'],
])('accepts a version that goes from %s to %s', (before, after) => {
  expect(found({ version: before }, { version: after })).toEqual([]);
});

test('orders the versions of a Python package as its index does', () => {
  const pypi = (version: string): Partial<Manifest> => ({
    version,
    artefact: { url: `pypi:postgres==${version}`, sha256: 'a'.repeat(64) },
  });
  expect(found(pypi('1.10'), pypi('1.9'))).toEqual(['version-backwards the version is 1.9, and was 1.10']);
  expect(found(pypi('1.0rc1'), pypi('1.0.post1'))).toEqual([]);
});

test.each<[string, LifecycleEntry[], boolean]>([
  ['was revoked', [entry({ versions: ['1.3.0'] })], true],
  ['was withdrawn', [entry({ versions: '>=1.3.0', state: 'withdrawn' })], true],
  ['was deprecated', [entry({ versions: '1.3.x', state: 'deprecated' })], true],
  ['is as good as any', [entry()], false],
])('goes back from a version that %s', (_, lifecycle, accepted) => {
  expect(found({ version: '1.3.0' }, { version: '1.2.0', lifecycle })).toHaveLength(accepted ? 0 : 1);
});

test.each([
  ['confidential', 'internal', true],
  ['restricted', 'public', true],
  ['internal', 'confidential', false],
  ['internal', 'internal', false],
] as const)('names a data class that goes from %s to %s: %s', (before, after, named) => {
  expect(found({ version: '1.1.0', data_classification: before }, { data_classification: after })).toEqual(
    named ? [`data-class-lowered the data class is lowered from ${before} to ${after}`] : [],
  );
});

test.each([
  ['2026-04-15', '2026-04-14', ['review-backwards the access review is of 2026-04-14, and was of 2026-04-15']],
  ['2026-04-15', '2026-04-16', []],
  // The day has begun on some island.
  ['2026-04-15', '2026-06-01', []],
  ['2026-04-15', '2026-06-02', ['review-in-future the access review is of 2026-06-02, which is after 2026-06-01']],
])('judges an access review of %s that becomes one of %s', (before, after, expected) => {
  expect(found({ reviewed_at: before }, { reviewed_at: after })).toEqual(expected);
});

test.each<[string, LifecycleEntry[], LifecycleEntry[]]>([
  ['is removed', [entry()], []],
  ['ends less', [entry()], [entry({ versions: '<1.1.0' })]],
  ['ends fewer of a list', [entry({ versions: ['1.0.0', '1.1.0'] })], [entry({ versions: ['1.0.0'] })]],
  ['becomes a deprecation', [entry()], [entry({ state: 'deprecated' })]],
  ['becomes a withdrawal', [entry()], [entry({ state: 'withdrawn' })]],
  ['ended everything, and ends only semver now', [entry({ versions: '*' })], [entry({ versions: '>=0.0.0' })]],
  ['gives way to a list of what is no semver', [entry()], [entry({ versions: ['2024.01'] })]],
])('reports a revocation that %s', (_, before, after) => {
  expect(found({ lifecycle: before }, { lifecycle: after })).toEqual([
    expect.stringMatching(/^revocation-removed .* was revoked, and no entry says so any more$/u),
  ]);
});

test.each<[string, LifecycleEntry[], LifecycleEntry[]]>([
  ['stays', [entry()], [entry()]],
  ['has another reason', [entry()], [entry({ reason: 'It leaks.' })]],
  ['ends more', [entry()], [entry({ versions: '<1.2.5' })]],
  ['ends everything', [entry()], [entry({ versions: '*' })]],
  ['becomes a range', [entry({ versions: ['1.0.0', '1.1.0'] })], [entry()]],
  ['was a withdrawal', [entry({ state: 'withdrawn' })], [entry()]],
  ['was a deprecation', [entry({ state: 'deprecated' })], []],
])('accepts a lifecycle whose entry %s', (_, before, after) => {
  expect(found({ lifecycle: before }, { lifecycle: after })).toEqual([]);
});

test('says all that is wrong with a change', () => {
  const before = { version: '1.3.0', data_classification: 'restricted', lifecycle: [entry()] } as const;
  expect(
    found({ ...before, lifecycle: [entry()], reviewed_at: '2026-05-01' }, {}).map((each) => each.split(' ')[0]),
  ).toEqual(['version-backwards', 'data-class-lowered', 'review-backwards', 'revocation-removed']);
});

test.each<[string, Partial<LifecycleEntry>, Partial<LifecycleEntry>[], string[]]>([
  ['all of them are listed', { versions: '*' }, [{ versions: ['1.0.0', '1.1.0', '1.2.0'] }], []],
  ['a range still holds them', { versions: '*' }, [{ versions: '<=1.2.0' }], []],
  [
    'one is left out',
    { versions: '*' },
    [{ versions: ['1.0.0', '1.2.0'] }],
    ['revocation-removed "*" was revoked, and no entry says so any more'],
  ],
  [
    'they are only withdrawn from now on',
    { versions: '*' },
    [{ versions: ['1.0.0', '1.1.0', '1.2.0'], state: 'withdrawn' }],
    ['revocation-removed "*" was revoked, and no entry says so any more'],
  ],
])('lets a range give way to the versions that it ended, where %s', (_, before, after, problems) => {
  const [was, is] = [
    { version: '1.2.0', lifecycle: [entry(before)] },
    { version: '2.0.0', lifecycle: after.map(entry) },
  ];
  expect(found(was, is, ['1.0.0', '1.1.0', '1.2.0'])).toEqual(problems);
});
