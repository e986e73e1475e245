import { describe, expect, test } from 'vitest';
import { advisoryOf, isAffected } from './osv-match.ts';
import { readRecord } from './osv-record.ts';

type Event = Readonly<Record<string, string>>;

const record = (affected: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}) =>
  readRecord({ id: 'GHSA-x', affected: [{ package: { ecosystem: 'npm', name: 'pkg' }, ...affected }], ...more }, 'it');
const ranged = (...ranges: readonly (readonly Event[])[]) =>
  record({ ranges: ranges.map((events) => ({ type: 'SEMVER', events })) });
const at = (version: string) => ({ type: 'npm', name: 'pkg', version }) as const;

describe('a range', () => {
  const introduced = (version: string): Event => ({ introduced: version });
  const fixed = (version: string): Event => ({ fixed: version });
  const last = (version: string): Event => ({ last_affected: version });
  const limit = (version: string): Event => ({ limit: version });
  test.each<[string, readonly Event[], readonly string[], readonly string[]]>([
    ['from the beginning', [introduced('0')], ['0.0.0', '0.0.1-alpha', '99.0.0'], []],
    ['until a fix', [introduced('0'), fixed('1.2.0')], ['1.1.9', '1.2.0-rc.1'], ['1.2.0', '1.2.1']],
    ['from a version', [introduced('1.0.0')], ['1.0.0', '2.0.0'], ['0.9.0', '1.0.0-rc.1']],
    ['up to a last version', [introduced('1.0.0'), last('1.2.0')], ['1.2.0'], ['1.2.1', '1.2.1-rc.1']],
    ['of one version', [introduced('1.0.0'), last('1.0.0')], ['1.0.0'], ['0.9.0', '1.0.1']],
    [
      'twice',
      [introduced('0'), fixed('1.0.0'), introduced('2.0.0'), fixed('2.1.0')],
      ['0.5.0', '2.0.5'],
      ['1.5.0', '2.1.0'],
    ],
    [
      'in any order',
      [fixed('2.1.0'), introduced('2.0.0'), fixed('1.0.0'), introduced('0')],
      ['0.5.0', '2.0.5'],
      ['1.5.0', '2.1.0'],
    ],
    [
      'sorted as versions',
      [introduced('0'), fixed('1.9.0'), introduced('1.10.0')],
      ['1.8.0', '1.10.0'],
      ['1.9.0', '1.9.9'],
    ],
    ['broken where it was fixed', [introduced('0'), fixed('2.0.0'), introduced('2.0.0')], ['1.0.0', '2.0.0'], []],
    ['before a limit', [introduced('1.0.0'), limit('2.0.0')], ['1.5.0'], ['0.5.0', '2.0.0', '3.0.0']],
    ['before the higher of two limits', [introduced('0'), limit('1.0.0'), limit('2.0.0')], ['1.5.0'], ['2.0.0']],
    ['without a limit', [introduced('0'), limit('*')], ['1.0.0', '99.0.0'], []],
    ['whose version nobody can read', [introduced('0'), fixed('the next one')], ['1.0.0', '99.0.0'], []],
    [
      'between pre-releases',
      [introduced('2.0.0-alpha.2'), fixed('2.0.0')],
      ['2.0.0-alpha.10', '2.0.0-rc.1'],
      ['2.0.0-alpha.1', '2.0.0'],
    ],
  ])('%s', (_, events, affected, spared) => {
    for (const version of affected) expect([version, isAffected(ranged(events), at(version))]).toEqual([version, true]);
    for (const version of spared) expect([version, isAffected(ranged(events), at(version))]).toEqual([version, false]);
  });
  test('does not reach into another', () => {
    const several = ranged([introduced('1.0.0'), fixed('1.1.0')], [introduced('2.0.0'), fixed('2.1.0')]);
    expect(['1.0.5', '1.5.0', '2.0.5'].map((version) => isAffected(several, at(version)))).toEqual([true, false, true]);
  });
  test('of ECOSYSTEM counts like one of SEMVER, and one of GIT is ignored', () => {
    const range = (type: string) => ({ type, repo: 'x', events: [{ introduced: '0' }, { fixed: '1.0.0' }] });
    expect(isAffected(record({ ranges: [range('ECOSYSTEM')] }), at('0.5.0'))).toBe(true);
    expect(isAffected(record({ ranges: [range('GIT')], versions: ['3.0.0'] }), at('0.5.0'))).toBe(false);
  });
});

test.each([
  ['a listed version', record({ versions: ['1.0.0', '1.0.1'] }), '1.0.1', true],
  ['a version that is not listed', record({ versions: ['1.0.0', '1.0.1'] }), '1.0.2', false],
  [
    'a listed version outside every range',
    record({ versions: ['5.0.0'], ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.0.0' }] }] }),
    '5.0.0',
    true,
  ],
  ['a package of which nothing more is said', record({}), '1.0.0', true],
  ['a version that is not semver', ranged([{ introduced: '0' }, { fixed: '1.0.0' }]), 'latest', true],
  ['what was taken back', record({ versions: ['1.0.0'] }, { withdrawn: '2026-01-01T00:00:00Z' }), '1.0.0', false],
])('says of %s whether it is affected', (_, about, version, expected) => {
  expect(isAffected(about, at(version))).toBe(expected);
});

test('is not about a package of another name or ecosystem', () => {
  const other = readRecord(
    { id: 'GHSA-x', affected: [{ package: { ecosystem: 'PyPI', name: 'pkg' }, versions: ['1.0.0'] }] },
    'it',
  );
  expect(isAffected(other, at('1.0.0'))).toBe(false);
  expect(isAffected(record({ versions: ['1.0.0'] }), { ...at('1.0.0'), name: 'Pkg' })).toBe(false);
});

test('names the fixes in later versions', () => {
  const several = ranged([{ introduced: '0' }, { fixed: '1.1.0' }], [{ introduced: '2.0.0' }, { fixed: '2.1.0' }]);
  expect(advisoryOf(several, at('2.0.5')).fixedIn).toEqual(['2.1.0']);
  expect(advisoryOf(several, at('1.0.0')).fixedIn).toEqual(['1.1.0', '2.1.0']);
  expect(advisoryOf(ranged([{ introduced: '0' }, { last_affected: '9.0.0' }]), at('1.0.0')).fixedIn).toEqual([]);
  expect(advisoryOf(several, at('latest')).fixedIn).toEqual(['1.1.0', '2.1.0']);
});

test('counts a build as the version that it was made from', () => {
  const until = ranged([{ introduced: '0' }, { last_affected: '1.2.0' }]);
  expect(isAffected(until, at('1.2.0+1'))).toBe(true);
});

describe('a Python package', () => {
  const python = (affected: Readonly<Record<string, unknown>>, name = 'my-pkg') =>
    readRecord({ id: 'PYSEC-1', affected: [{ package: { ecosystem: 'PyPI', name }, ...affected }] }, 'it');
  const events = (...all: readonly Event[]) => python({ ranges: [{ type: 'ECOSYSTEM', events: all }] });
  const of = (version: string) => ({ type: 'pypi', name: 'my-pkg', version }) as const;

  test.each<[string, ReturnType<typeof python>, readonly string[], readonly string[]]>([
    [
      'before a fix',
      events({ introduced: '0' }, { fixed: '1.10' }),
      ['0.dev1', '1.9', '1.10rc1', '1.10.dev3'],
      ['1.10', '1.10.0', '1.10.post1', '1!0.1'],
    ],
    ['from a pre-release', events({ introduced: '1.0rc1' }), ['1.0rc1', '1.0-RC2', '1.0'], ['1.0b9', '1.0.dev1']],
    [
      'up to a last version',
      events({ introduced: '0' }, { last_affected: '1.2' }),
      ['1.2.0', '1.2+cpu'],
      ['1.2.post1'],
    ],
    ['whose fix nobody can read', events({ introduced: '0' }, { fixed: '1.0-SNAPSHOT' }), ['0.1', '99'], []],
    [
      'that is listed',
      python({ versions: ['1.0', '2.0.0rc1', 'old'] }),
      ['1.0.0', 'v1.0', '1.0+cpu', '2.0rc1', 'old'],
      ['1.0.1', '2.0', 'older'],
    ],
    ['that is no version', events({ introduced: '0' }, { fixed: '1.0' }), ['latest', '0.0.0-unknown'], []],
    ['of which nothing more is said', python({}), ['1.0'], []],
  ])('%s is affected', (_, about, affected, spared) => {
    for (const version of affected) expect([version, isAffected(about, of(version))]).toEqual([version, true]);
    for (const version of spared) expect([version, isAffected(about, of(version))]).toEqual([version, false]);
  });
  test('is known by every spelling of its name, and never as a package of npm', () => {
    const about = python({}, 'My_Pkg');
    expect(isAffected(about, of('1.0'))).toBe(true);
    expect(isAffected(about, { ...of('1.0'), name: 'my.pkg' })).toBe(true);
    expect(isAffected(about, { ...of('1.0'), type: 'npm' })).toBe(false);
    expect(isAffected(about, { ...of('1.0'), name: 'mypkg' })).toBe(false);
  });
  test('is fixed in later versions', () => {
    const several = python({
      ranges: [
        { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.9.post1' }] },
        { type: 'GIT', repo: 'x', events: [{ introduced: '0' }, { fixed: 'ffff' }] },
        { type: 'ECOSYSTEM', events: [{ introduced: '1.10' }, { fixed: '1.10.1' }] },
      ],
    });
    expect(advisoryOf(several, of('1.9')).fixedIn).toEqual(['1.9.post1', '1.10.1']);
    expect(advisoryOf(several, of('1.10')).fixedIn).toEqual(['1.10.1']);
    expect(advisoryOf(several, of('latest')).fixedIn).toEqual(['1.9.post1', '1.10.1']);
  });
});
