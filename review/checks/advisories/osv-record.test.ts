import { describe, expect, test } from 'vitest';
import { readRecord } from './osv-record.ts';

const npm = { ecosystem: 'npm', name: 'pkg' };
const affected = [{ package: npm, versions: ['1.0.0'] }];
const read = (more: Readonly<Record<string, unknown>>) => readRecord({ id: 'GHSA-x', affected, ...more }, 'it');

test.each<[string, unknown, string]>([
  ['a list', [], 'is not an object'],
  ['no id', {}, 'has no id'],
  ['an id with a path in it', { id: '../x' }, 'has no id'],
  ['an id with a mention in it', { id: 'GHSA-x @team' }, 'has no id'],
  ['a long id', { id: 'G'.repeat(129) }, 'has no id'],
  ['aliases that are text', { id: 'x', aliases: 'CVE-1' }, 'has malformed aliases'],
  ['an alias that is a number', { id: 'x', aliases: [5] }, 'has malformed aliases'],
  ['too many aliases', { id: 'x', aliases: Array(1_001).fill('CVE-1') }, 'has malformed aliases'],
  ['withdrawn at no time', { id: 'x', withdrawn: 'yes' }, 'has a malformed withdrawal date'],
  ['withdrawn as a word', { id: 'x', withdrawn: true }, 'has a malformed withdrawal date'],
  ['affected that is text', { id: 'x', affected: 'all' }, 'has malformed affected'],
  [
    'a package without a name',
    { id: 'x', affected: [{ package: { ecosystem: 'npm' } }] },
    'has a package without a name',
  ],
  ['versions that are numbers', { id: 'x', affected: [{ package: npm, versions: [1] }] }, 'has malformed versions'],
  ['ranges that are text', { id: 'x', affected: [{ package: npm, ranges: '<1' }] }, 'has malformed ranges'],
  ['no events', { id: 'x', affected: [{ package: npm, ranges: [{ type: 'SEMVER' }] }] }, 'has malformed events'],
  [
    'an empty event',
    { id: 'x', affected: [{ package: npm, ranges: [{ type: 'SEMVER', events: [{}] }] }] },
    'has a malformed event',
  ],
  [
    'two events in one',
    {
      id: 'x',
      affected: [{ package: npm, ranges: [{ type: 'SEMVER', events: [{ introduced: '0', fixed: '1.0.0' }] }] }],
    },
    'has a malformed event',
  ],
  [
    'an end without a beginning',
    { id: 'x', affected: [{ package: npm, ranges: [{ type: 'SEMVER', events: [{ fixed: '1.0.0' }] }] }] },
    'has a range without a beginning',
  ],
])('refuses a record with %s', (_, value, message) => {
  expect(() => readRecord(value, 'x.json')).toThrow(`hold x.json, which ${message}`);
});

describe('the severity', () => {
  const v3 = (score: string) => ({ type: 'CVSS_V3', score });
  const high = v3('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H');
  const moderate = v3('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:L/A:N');
  const v4 = { type: 'CVSS_V4', score: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N' };
  test.each([
    ['is what the database says', { database_specific: { severity: 'MODERATE' }, severity: [high] }, 'moderate'],
    ['may be in the words of CVSS', { database_specific: { severity: 'medium' } }, 'moderate'],
    ['is what the vector scores otherwise', { severity: [high] }, 'high'],
    ['is that of the most severe vector', { severity: [moderate, high] }, 'high'],
    [
      'may stand with the package',
      { affected: [{ package: npm, versions: ['1.0.0'], severity: [moderate] }] },
      'moderate',
    ],
    ['is unknown where only version 4 is there', { severity: [v4] }, 'unknown'],
    ['is unknown in a word that nobody knows', { database_specific: { severity: 'awful' } }, 'unknown'],
    ['is unknown where nothing is said', {}, 'unknown'],
    ['is unknown where nonsense is said', { severity: 'high', database_specific: ['high'] }, 'unknown'],
  ])('%s', (_, more, severity) => {
    expect(read(more).severity).toBe(severity);
  });
});

test('keeps what it says about npm and PyPI, with the registry', () => {
  const packages = ['npm', 'PyPI', 'Go', 'pypi'].map((ecosystem) => ({ package: { ecosystem, name: 'My_Pkg' } }));
  expect(read({ affected: packages }).affected).toMatchObject([
    { type: 'npm', name: 'My_Pkg' },
    { type: 'pypi', name: 'my-pkg' },
  ]);
});

test.each([
  ['by its id', { id: 'MAL-2025-1' }, true],
  ['by an alias', { aliases: ['CVE-2025-1', 'MAL-2025-1'] }, true],
  ['by its kind of weakness', { database_specific: { cwe_ids: ['CWE-79', 'CWE-506'] } }, true],
  ['not by another kind', { database_specific: { cwe_ids: ['CWE-79'] } }, false],
  ['not by a name with the letters in it', { aliases: ['NORMAL-1'] }, false],
])('knows malware %s', (_, more, malware) => {
  expect(read(more).malware).toBe(malware);
});

test('gives a summary as one line of bounded length', () => {
  expect(read({ summary: ' a\n\n| b |\u0000\u001b[2J c ' }).summary).toBe('a | b | [2J c');
  expect(read({ summary: 'x'.repeat(100_000) }).summary).toHaveLength(300);
  expect(read({ summary: ' \n ' })).not.toHaveProperty('summary');
  expect(read({ summary: { text: 'x' } })).not.toHaveProperty('summary');
});
