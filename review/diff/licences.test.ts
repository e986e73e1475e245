import { expect, test } from 'vitest';
import { aLock, aManifest, aPackage } from '../../test/support/statements.ts';
import type { Lock } from '../../schemas/types.ts';
import { licenceChanges } from './licences.ts';

const known = new Map(
  Object.entries({
    'a@1.0.0': 'MIT',
    'a@2.0.0': 'AGPL-3.0-only',
    'b@1.0.0': 'MIT',
    'c@1.0.0': 'ISC',
    'd@1.0.0': 'ISC',
  }),
);

const lockOf = (...specs: string[]): Lock =>
  aLock(
    {},
    Object.fromEntries(
      specs.map((spec) => {
        const [name = '', version = ''] = spec.split('@');
        const license = known.get(spec);
        return [`node_modules/${name}`, aPackage(name, version, license === undefined ? {} : { license })];
      }),
    ),
  );

test('reports a changed licence of the server', () => {
  expect(licenceChanges({ manifest: aManifest({ license: 'MIT' }) }, { manifest: aManifest() })).toEqual([
    { subject: 'the server', was: 'MIT' },
  ]);
});

test.each<[string, Lock, Lock, object[]]>([
  ['stay', lockOf('a@1.0.0'), lockOf('a@1.0.0', 'b@1.0.0'), []],
  [
    'change',
    lockOf('a@1.0.0', 'b@1.0.0'),
    lockOf('a@2.0.0', 'b@1.0.0'),
    [{ subject: 'a', was: 'MIT', now: 'AGPL-3.0-only' }],
  ],
  ['come', lockOf('a@1.0.0'), lockOf('a@1.0.0', 'c@1.0.0', 'd@1.0.0'), [{ subject: 'c and 1 more', now: 'ISC' }]],
  ['go', lockOf('a@1.0.0', 'c@1.0.0'), lockOf('a@1.0.0'), [{ subject: 'c', was: 'ISC' }]],
])('says when licences of packages %s', (_, was, now, changes) => {
  expect(licenceChanges({ lock: was }, { lock: now })).toEqual(changes);
});

test('counts the licences of bundled packages', () => {
  const bundled = [{ path: 'node_modules/inner', name: 'inner', version: '1.0.0', license: 'GPL-3.0-only' }];
  const now = aLock({}, { 'node_modules/a': aPackage('a', '1.0.0', { license: 'MIT', bundled }) });
  expect(licenceChanges({ lock: lockOf('a@1.0.0') }, { lock: now })).toEqual([
    { subject: 'inner', now: 'GPL-3.0-only' },
  ]);
});
