import { describe, expect, test } from 'vitest';
import type { Packument } from './packument.ts';
import { waitingLines } from '../newer.ts';
import { newerVersions } from './newer.ts';

const now = new Date('2026-11-20T12:00:00Z');
const longAgo = '2026-01-01T00:00:00.000Z';

/** Versions with the days on which they were published. */
const packument = (time: Readonly<Record<string, string | undefined>>, latest?: string): Packument => ({
  versions: Object.fromEntries(Object.keys(time).map((version) => [version, {}])),
  ...(latest !== undefined && { 'dist-tags': { latest } }),
  time,
});
const newer = (from: Packument, current = '1.0.0', cooldownDays = 3) => newerVersions(from, current, cooldownDays, now);

describe('the newest version', () => {
  test.each<[string, Packument, string, string | undefined]>([
    [
      'is the highest, not the last published',
      packument({ '1.10.0': longAgo, '1.9.0': '2026-06-01T00:00:00Z' }),
      '1.0.0',
      '1.10.0',
    ],
    ['is none where all others are older', packument({ '0.9.0': longAgo, '1.0.0': longAgo }), '1.0.0', undefined],
    ['is no pre-release', packument({ '1.1.0': longAgo, '2.0.0-rc.1': longAgo }), '1.0.0', '1.1.0'],
    [
      'may be a pre-release after one',
      packument({ '2.0.0-rc.2': longAgo, '1.1.0': longAgo }),
      '2.0.0-rc.1',
      '2.0.0-rc.2',
    ],
    [
      'is the release after its pre-release',
      packument({ '2.0.0': longAgo, '2.0.0-rc.2': longAgo }),
      '2.0.0-rc.1',
      '2.0.0',
    ],
    ['is not above the tag latest', packument({ '1.5.0': longAgo, '2.0.0': longAgo }, '1.5.0'), '1.0.0', '1.5.0'],
    [
      'may be below the tag latest',
      packument({ '1.5.0': longAgo, '2.0.0': '2026-11-19T00:00:00Z' }, '2.0.0'),
      '1.0.0',
      '1.5.0',
    ],
    [
      'may be above the tag latest where the current one is',
      packument({ '1.5.0': longAgo, '2.1.0': longAgo }, '1.5.0'),
      '2.0.0',
      '2.1.0',
    ],
    ['takes a tag that is no version for none', packument({ '2.0.0': longAgo }, 'newest'), '1.0.0', '2.0.0'],
    ['is none where nobody gives dates', { versions: { '2.0.0': {} } }, '1.0.0', undefined],
    ['is none without a date', packument({ '2.0.0': undefined }), '1.0.0', undefined],
    ['is none with a date that is none', packument({ '2.0.0': 'yesterday' }), '1.0.0', undefined],
    ['is none with a date to come', packument({ '2.0.0': '2027-01-01T00:00:00Z' }), '1.0.0', undefined],
    ['passes over what is no version', packument({ '2': longAgo, next: longAgo, '1.1': longAgo }), '1.0.0', undefined],
    ['is not looked for behind what is no version', packument({ '2.0.0': longAgo }), '2026-05', undefined],
  ])('%s', (_, from, current, expected) => {
    expect(newer(from, current).newest).toBe(expected);
  });
});

describe('the cooldown', () => {
  const published = '2026-11-17T12:00:00.000Z';
  test.each([
    ['ends to the second', published, 3, '2.0.0'],
    ['has not ended a second before', '2026-11-17T12:00:01.000Z', 3, undefined],
    ['may be none', '2026-11-20T12:00:00.000Z', 0, '2.0.0'],
  ])('%s', (_, time, days, expected) => {
    expect(newer(packument({ '2.0.0': time }), '1.0.0', days).newest).toBe(expected);
  });
  test('lists versions that are too new, and the day from which they may be adopted', () => {
    const found = newer(
      packument({ '1.1.0': longAgo, '1.2.0': '2026-11-18T08:00:00Z', '1.3.0': '2026-11-20T00:00:00Z' }),
    );
    expect(found).toEqual({
      newest: '1.1.0',
      publishedAt: '2026-01-01T00:00:00Z',
      cooling: [
        { version: '1.3.0', publishedAt: '2026-11-20T00:00:00Z', adoptableFrom: '2026-11-23T00:00:00Z' },
        { version: '1.2.0', publishedAt: '2026-11-18T08:00:00Z', adoptableFrom: '2026-11-21T08:00:00Z' },
      ],
      undated: [],
    });
  });
  test('does not list a version that is too new but older than the one that may be adopted', () => {
    expect(newer(packument({ '2.0.0': longAgo, '1.5.1': '2026-11-20T00:00:00Z' })).cooling).toEqual([]);
  });
  test('names versions without a date that may be newer', () => {
    expect(newer(packument({ '1.1.0': longAgo, '1.0.5': undefined, '1.2.0': undefined })).undated).toEqual(['1.2.0']);
  });
});

test('explains in a few lines why a server must wait', () => {
  const times = Object.fromEntries(Array.from({ length: 50 }, (_, minor) => [`1.${minor}.0`, '2026-11-20T00:00:00Z']));
  expect(waitingLines(newer(packument({ ...times, '2.0.0': undefined })))).toEqual([
    '1.49.0 may be adopted from 2026-11-23: published 2026-11-20',
    '1.48.0 may be adopted from 2026-11-23: published 2026-11-20',
    '1.47.0 may be adopted from 2026-11-23: published 2026-11-20',
    '2.0.0 is not offered: the registry has no date for it',
  ]);
});
test('is quick with thousands of versions', () => {
  const times = Object.fromEntries(Array.from({ length: 20_000 }, (_, patch) => [`1.0.${patch + 1}`, longAgo]));
  expect(newer(packument(times)).newest).toBe('1.0.20000');
});
