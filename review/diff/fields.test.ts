import { expect, test } from 'vitest';
import { aLock, aManifest } from '../../test/support/statements.ts';
import type { Manifest } from '../../schemas/types.ts';
import { fieldChanges, lockChanges } from './fields.ts';

const sha = 'a'.repeat(64);
const artefact = (url: string, sha256 = sha): Partial<Manifest> => ({ artefact: { url, sha256 } });
const deprecated = { versions: '<1.0.0', state: 'deprecated', since: '2026-05-01', reason: 'Old.' } as const;

const remote = { url: 'https://mcp.example.com', transport: 'sse' } as const;

test.each<[string, Partial<Manifest>, Partial<Manifest>, object[]]>([
  ['nothing', {}, {}, []],
  ['a title', {}, { title: 'A' }, [{ field: 'title', now: 'A' }]],
  ['no title', { title: 'A' }, {}, [{ field: 'title', was: 'A' }]],
  [
    'one tag',
    { tags: ['a', 'b'] },
    { tags: ['b', 'c'] },
    [
      { field: 'tags', was: 'a' },
      { field: 'tags', now: 'c' },
    ],
  ],
  ['the order', { tags: ['a', 'b'] }, { tags: ['b', 'a'] }, [{ field: 'tags: order', was: 'a, b', now: 'b, a' }]],
  ['a regime', { compliance: ['hipaa'] }, {}, [{ field: 'compliance', was: 'hipaa' }]],
  [
    'a deprecation',
    {},
    { lifecycle: [deprecated] },
    [{ field: 'lifecycle', now: '<1.0.0, state deprecated, since 2026-05-01, reason Old.' }],
  ],
  [
    'another version',
    artefact('npm:a@1.0.0'),
    artefact('npm:a@1.1.0', 'b'.repeat(64)),
    [
      { field: 'artefact.url', was: 'npm:a@1.0.0', now: 'npm:a@1.1.0' },
      { field: 'artefact.sha256', was: sha, now: 'b'.repeat(64) },
    ],
  ],
  [
    'another description of a header',
    { remote: { ...remote, headers: [{ name: 'X-API-Key', description: 'Your key.' }] } },
    { remote: { ...remote, headers: [{ name: 'X-API-Key', description: 'Any key.' }] } },
    [{ field: 'remote.headers: X-API-Key: description', was: 'Your key.', now: 'Any key.' }],
  ],
  [
    'an alternative that nobody reviewed',
    {},
    { alternatives: ['https://mcp.example.com/v1'] },
    [{ field: 'alternatives', now: 'https://mcp.example.com/v1' }],
  ],
  [
    'another package',
    artefact('npm:a@1.0.0'),
    artefact('npm:b@1.0.0'),
    [{ field: 'artefact.url', was: 'npm:a@1.0.0', now: 'npm:b@1.0.0', loud: true }],
  ],
  [
    'another kind',
    artefact('npm:a@1.0.0'),
    artefact('pypi:a==1.0.0'),
    [{ field: 'artefact.url', was: 'npm:a@1.0.0', now: 'pypi:a==1.0.0', loud: true }],
  ],
  [
    'another host',
    artefact('oci://a.example/x:1'),
    artefact('oci://b.example/x:1'),
    [{ field: 'artefact.url', was: 'oci://a.example/x:1', now: 'oci://b.example/x:1', loud: true }],
  ],
  [
    'other bytes',
    artefact('npm:a@1.0.0'),
    artefact('npm:a@1.0.0', 'b'.repeat(64)),
    [{ field: 'artefact.sha256', was: sha, now: 'b'.repeat(64), loud: true }],
  ],
])('reports %s', (_, was, now, changes) => {
  expect(fieldChanges(aManifest(was), aManifest(now))).toEqual(changes);
});

test('compares long texts word by word', () => {
  const [change] = fieldChanges(aManifest(), aManifest({ description: 'Full access to the finance data warehouse.' }));
  expect(change?.words?.filter(({ kind }) => kind !== 'same').map(({ text }) => text)).toEqual(['Read-only', 'Full']);
});

test('shortens long values, and shows their first difference', () => {
  const text = 'x'.repeat(900);
  const [change] = fieldChanges(aManifest({ title: text.repeat(4) }), aManifest({ title: `${text.repeat(4)}y` }));
  expect(change).toMatchObject({ was: `…${'x'.repeat(20)}`, now: `…${'x'.repeat(20)}y` });
});

test('shows the date at which a lock was resolved', () => {
  expect(lockChanges(aLock(), aLock())).toEqual([]);
  expect(lockChanges(aLock(), aLock({ resolvedAsOf: '2026-05-01T00:00:00Z' }))).toEqual([
    { field: 'lock: resolved as of', was: '2026-04-10T00:00:00Z', now: '2026-05-01T00:00:00Z' },
  ]);
});
