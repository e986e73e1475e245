import { expect, test } from 'vitest';
import type { Packument } from './packument.ts';
import { adoptableVersion } from './adoptable.ts';

const asOf = new Date('2026-11-20T00:00:00Z');
const published = (days: Readonly<Record<string, string>>, latest?: string, dated = true): Packument => ({
  versions: Object.fromEntries(Object.keys(days).map((version) => [version, {}])),
  ...(latest !== undefined && { 'dist-tags': { latest } }),
  ...(dated && { time: days }),
});
const [early, earlier, late] = ['2026-11-19T00:00:00Z', '2026-11-01T00:00:00Z', '2026-11-21T00:00:00Z'];

test.each<[string, Packument, object | undefined]>([
  ['the recommended one', published({ '1.0.0': earlier, '1.1.0': early }, '1.1.0'), { version: '1.1.0' }],
  [
    'the recommended one, not the newest',
    published({ '1.0.0': earlier, '2.0.0': early }, '1.0.0'),
    { version: '1.0.0' },
  ],
  [
    'the newest before one that is too new',
    published({ '1.0.0': earlier, '1.1.0': early, '1.2.0': late }, '1.2.0'),
    { version: '1.1.0', tooNew: '1.2.0' },
  ],
  [
    'no pre-release before a release that is too new',
    published({ '1.0.0': earlier, '1.1.0-rc.1': early, '1.1.0': late }, '1.1.0'),
    { version: '1.0.0', tooNew: '1.1.0' },
  ],
  [
    'a pre-release before one that is too new',
    published({ '1.0.0-a.1': earlier, '1.0.0-a.2': late }, '1.0.0-a.2'),
    { version: '1.0.0-a.1', tooNew: '1.0.0-a.2' },
  ],
  [
    'what is too new where there is no other',
    published({ '1.0.0': late }, '1.0.0'),
    { version: '1.0.0', tooNew: '1.0.0' },
  ],
  ['the recommended one where nobody says when', published({ '1.0.0': early }, '1.0.0', false), { version: '1.0.0' }],
  [
    'the newest release where none is recommended',
    published({ '1.0.0': early, '1.1.0-a': early }),
    { version: '1.0.0' },
  ],
  ['nothing where there is nothing', published({}), undefined],
])('chooses %s', (_, packument, expected) => {
  expect(adoptableVersion(packument, asOf)).toEqual(expected);
});
