import { expect, test } from 'vitest';
import { readPackument, type Packument } from '../../../artefacts/npm/packument.ts';
import type { PackageName } from '../../../artefacts/part.ts';
import { aPolicy, npmDocuments } from '../../../test/support/statements.ts';
import { knownPackages } from './packages.ts';
import { Documents } from '../../../artefacts/documents.ts';
import { checkUpstream, type UpstreamContext } from './upstream.ts';

const locked = (version: string, name = 'a'): PackageName => ({ type: 'npm', name, version });

interface Version {
  readonly publisher?: string;
  readonly time?: string;
  readonly isAttested?: true;
}

const packumentOf = (versions: Readonly<Record<string, Version>>): Packument =>
  readPackument(
    'a',
    Buffer.from(
      JSON.stringify({
        versions: Object.fromEntries(
          Object.entries(versions).map(([version, { publisher, isAttested }]) => [
            version,
            {
              ...(publisher !== undefined && { _npmUser: { name: publisher } }),
              ...(isAttested === true && { dist: { attestations: { url: 'https://npm.example/attestations' } } }),
            },
          ]),
        ),
        time: Object.fromEntries(Object.entries(versions).map(([version, { time }]) => [version, time])),
      }),
    ),
  );

const moment = new Date('2026-11-21T12:00:00Z');

const context = (
  versions: Readonly<Record<string, Version>>,
  isMerged = false,
  approved: readonly string[] = [],
): UpstreamContext => ({
  documents: npmDocuments({ a: packumentOf(versions) }),
  moment,
  known: knownPackages(
    approved.map((version) => ({ type: 'npm', name: 'a', version, integrity: `sha512-${version}` })),
  ),
  isMerged,
});

const found = (
  version: string,
  versions: Readonly<Record<string, Version>>,
  approved: readonly string[] = [],
): string[] =>
  checkUpstream([locked(version)], context(versions, false, approved), aPolicy()).map(
    ({ rule, level }) => `${rule} ${level}`,
  );

const old = { time: '2026-01-01T00:00:00Z' };

test.each<[string, string | undefined, string[]]>([
  ['three days ago to the second', '2026-11-18T12:00:00Z', []],
  ['a second less than three days ago', '2026-11-18T12:00:01Z', ['cooldown block']],
  ['in the future', '2027-01-01T00:00:00Z', ['cooldown block']],
  ['nobody knows when', undefined, ['publication-undated block']],
  ['on a day that is none', 'yesterday', ['publication-undated block']],
])('judges a version that was published %s', (_, time, expected) => {
  expect(found('1.0.0', { '1.0.0': time === undefined ? {} : { time } })).toEqual(expected);
});

test('does not need a date when there is no cooldown', () => {
  const policy = aPolicy({ packages: { cooldown_days: 0, install_scripts: 'deny' } });
  expect(checkUpstream([locked('1.0.0')], context({ '1.0.0': {} }), policy)).toEqual([]);
});

test('only notes that a mirror does not show a version that is merged already', () => {
  expect(checkUpstream([locked('1.0.0')], context({}, true), aPolicy())).toMatchObject([
    { rule: 'publication-undated', level: 'note' },
  ]);
});

test.each<[string, Readonly<Record<string, Version>>, string[]]>([
  ['the one who always did', { '0.9.0': { ...old, publisher: 'anna' }, '1.0.0': { ...old, publisher: 'anna' } }, []],
  [
    'another one',
    { '0.9.0': { ...old, publisher: 'anna' }, '1.0.0': { ...old, publisher: 'eve' } },
    ['new-publisher review'],
  ],
  [
    'one who published a newer version before',
    { '1.0.0': { ...old, publisher: 'eve' }, '2.0.0': { ...old, publisher: 'anna' } },
    [],
  ],
  ['nobody, as far as the mirror says', { '0.9.0': { ...old, publisher: 'anna' }, '1.0.0': old }, []],
  ['the first one of all', { '1.0.0': { ...old, publisher: 'anna' } }, []],
])('judges a version published by %s', (_, versions, expected) => {
  expect(found('1.0.0', versions)).toEqual(expected);
});

const attested = { ...old, isAttested: true } as const;
const lost = ['attestation-lost review'];

test.each<[string, Readonly<Record<string, Version>>, readonly string[], string[]]>([
  ['the approved one has', { '1.0.0': attested, '1.1.0': old }, ['1.0.0'], lost],
  [
    'the approved one before it has, and a newer one has not',
    { '1.0.0': attested, '1.1.0': old, '2.0.0': old },
    ['1.0.0', '2.0.0'],
    lost,
  ],
  ['both have', { '1.0.0': attested, '1.1.0': attested }, ['1.0.0'], []],
  ['neither has', { '1.0.0': old, '1.1.0': old }, ['1.0.0'], []],
  ['only the new one has', { '1.0.0': old, '1.1.0': attested }, ['1.0.0'], []],
  ['one has that was never approved', { '1.0.0': attested, '1.1.0': old }, [], []],
  ['one has that was approved long before', { '0.9.0': attested, '1.0.0': old, '1.1.0': old }, ['0.9.0', '1.0.0'], []],
  ['only a newer one has', { '1.1.0': old, '2.0.0': attested }, ['2.0.0'], []],
  [
    'the approved one has, and the mirror does not show the new one',
    { '1.0.0': attested },
    ['1.0.0'],
    ['publication-undated block'],
  ],
])('judges the attestation of a version where %s', (_, versions, approved, expected) => {
  expect(found('1.1.0', versions, approved)).toEqual(expected);
});

test('orders the versions of a Python package as its index does', () => {
  const a = { type: 'pypi', name: 'a' } as const;
  const time = { '1.9': old.time, '1.10': old.time };
  const documents = new Documents([[a, { versions: { '1.9': { isAttested: true }, '1.10': {} }, time }]]);
  const approved = { ...a, version: '1.9', integrity: 'sha512-1.9' };
  const observed = checkUpstream(
    [{ ...a, version: '1.10' }],
    { documents, moment, known: knownPackages([approved]), isMerged: false },
    aPolicy(),
  );
  expect(observed.map(({ rule }) => rule)).toEqual(['attestation-lost']);
});
