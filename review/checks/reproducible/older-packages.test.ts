import { expect, test } from 'vitest';
import { readPackument, type Packument } from '../../../artefacts/npm/packument.ts';
import { aLock, aPackage, npmDocuments } from '../../../test/support/statements.ts';
import { labelOf, type PackageName } from '../../../artefacts/part.ts';
import type { Advisory } from '../advisories/advisory.ts';
import { findOlderPackages, missingOptional } from './older-packages.ts';

/** Versions with the days on which they were published. The lock is of 2026-04-10. */
const packument = (time: Readonly<Record<string, string>>, latest?: string): Packument =>
  readPackument(
    'zod',
    Buffer.from(
      JSON.stringify({
        versions: Object.fromEntries(Object.keys(time).map((version) => [version, {}])),
        time,
        ...(latest !== undefined && { 'dist-tags': { latest } }),
      }),
    ),
  );

const advisory: Advisory = {
  id: 'GHSA-0000-0000-0001',
  aliases: [],
  severity: 'moderate',
  malware: false,
  fixedIn: [],
};

const known = (...affected: readonly string[]) => ({
  find: async (packages: readonly PackageName[]) =>
    new Map(packages.filter((each) => affected.includes(labelOf(each))).map((each) => [labelOf(each), [advisory]])),
});

const lock = aLock();
const early = '2026-01-01T00:00:00Z';

test.each<[string, Packument, readonly string[], string[]]>([
  ['a newer one of before the date', packument({ '4.1.5': early, '4.1.6': early }), [], ['note lock-older-package']],
  ['a newer one of after the date', packument({ '4.1.5': early, '4.1.6': '2026-04-11T00:00:00Z' }), [], []],
  ['a newer one that its dependent does not accept', packument({ '4.1.5': early, '5.0.0': early }), [], []],
  ['a newer one above the tag latest', packument({ '4.1.5': early, '4.2.0': early }, '4.1.5'), [], []],
  ['no newer one', packument({ '4.1.4': early, '4.1.5': early }), [], []],
  ['a mirror that holds the locked one back', packument({ '4.1.4': early }), [], []],
  [
    'a newer one that fixes an advisory',
    packument({ '4.1.5': early, '4.1.6': early }),
    ['zod@4.1.5'],
    ['review lock-without-fix'],
  ],
  [
    'a newer one with the same advisory',
    packument({ '4.1.5': early, '4.1.6': early }),
    ['zod@4.1.5', 'zod@4.1.6'],
    ['note lock-older-package'],
  ],
  [
    'an advisory and no fix by the date of the lock',
    packument({ '4.1.5': early, '4.1.6': '2026-04-11T00:00:00Z' }),
    ['zod@4.1.5'],
    [],
  ],
])('compares a package with %s', async (_, zod, affected, expected) => {
  const found = await findOlderPackages(lock, npmDocuments({ zod }), known(...affected));
  expect(found.map(({ level, rule }) => `${level} ${rule}`)).toEqual(expected);
});

test('names both versions, the date and the advisory', async () => {
  const zod = packument({ '4.1.5': early, '4.1.6': early });
  expect(await findOlderPackages(lock, npmDocuments({ zod }), known('zod@4.1.5'))).toMatchObject([
    {
      subject: 'zod@4.1.5',
      message:
        'zod@4.1.5 is in the lock, and 4.1.6 was published by 2026-04-10T00:00:00Z and fits as well, without GHSA-0000-0000-0001',
    },
  ]);
});

test('checks every place separately, and leaves the root to the manifest', async () => {
  const nested = aLock(
    {},
    {
      'node_modules/zod': aPackage('zod', '4.1.5', { dependencies: { tiny: '~1.0.0', other: '1' } }),
      'node_modules/zod/node_modules/other': aPackage('other', '1.0.0', { dependencies: { tiny: '^1.0.0' } }),
      'node_modules/zod/node_modules/other/node_modules/tiny': aPackage('tiny', '1.0.1'),
    },
  );
  const tiny = packument({ '1.0.1': early, '1.0.3': early, '1.9.0': early });
  const root = packument({ '1.2.0': early, '1.3.0': early });
  const documents = npmDocuments({ tiny, '@example/mcp-postgres': root });
  expect((await findOlderPackages(nested, documents, known())).map(({ message }) => message)).toEqual([
    expect.stringContaining('tiny@1.0.1 is in the lock, and 1.9.0'),
  ]);
});

test('notes an optional dependency that the lock leaves out, and no other', () => {
  const packages = {
    'node_modules/zod': aPackage('zod', '4.1.5', {
      dependencies: { tiny: '~1.0.0' },
      optionalDependencies: { tiny: '~1.0.0', absent: '^2.0.0' },
      peerDependencies: { peer: '1' },
      optionalPeers: ['peer'],
    }),
  };
  expect(missingOptional(aLock({}, packages))).toMatchObject([
    {
      rule: 'lock-without-optional',
      level: 'note',
      subject: 'zod@4.1.5',
      message: expect.stringContaining('absent@^2.0.0'),
    },
  ]);
});
