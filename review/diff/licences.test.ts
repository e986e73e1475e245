import { expect, test } from 'vitest';
import { aLock, aManifest, aPackage } from '../../test/support/statements.ts';
import type { Lock } from '../../schemas/types.ts';
import { licenceChanges } from './licences.ts';

const lockOf = (...specs: string[]): Lock =>
  aLock(
    {},
    Object.fromEntries(
      specs.map((spec) => {
        const [name = '', version = ''] = spec.split('@');
        return [`node_modules/${name}`, aPackage(name, version)];
      }),
    ),
  );

const known = new Map(
  Object.entries({
    'a@1.0.0': 'MIT',
    'a@2.0.0': 'AGPL-3.0-only',
    'b@1.0.0': 'MIT',
    'c@1.0.0': 'ISC',
    'd@1.0.0': 'ISC',
  }).map(([spec, licence]) => {
    const [name = '', version = ''] = spec.split('@');
    return [aPackage(name, version).integrity, licence];
  }),
);
const licences = (integrity: string): string | undefined => known.get(integrity);

test('reports a changed licence of the server', () => {
  expect(licenceChanges({ manifest: aManifest({ license: 'MIT' }) }, { manifest: aManifest() }, {})).toEqual([
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
  expect(licenceChanges({ lock: was }, { lock: now }, { licences })).toEqual(changes);
  expect(licenceChanges({ lock: was }, { lock: now }, {})).toEqual([]);
});
