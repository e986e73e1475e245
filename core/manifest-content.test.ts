import { expect, test } from 'vitest';
import { aManifest } from '../test/support/statements.ts';
import type { Manifest } from '../schemas/types.ts';
import { changedField } from './manifest-content.ts';

test.each<[string, Partial<Manifest>]>([
  ['nothing', {}],
  ['the day of the review', { reviewed_at: '2026-10-01' }],
  ['the reviewers', { reviewers: ['other@example.com'] }],
  ['the lifecycle', { lifecycle: [{ versions: '*', state: 'revoked', since: '2026-05-01', reason: 'x' }] }],
])('takes manifests for the same where %s changed', (_, change) => {
  expect(changedField(aManifest(), aManifest(change))).toBeUndefined();
  expect(changedField(aManifest(change), aManifest())).toBeUndefined();
});

test.each<[keyof Manifest, Partial<Manifest>]>([
  ['description', { description: 'Something else entirely.' }],
  ['version', { version: '1.2.1' }],
  ['scope', { scope: ['read:finance.*', 'write:finance.*'] }],
  ['title', { title: 'New' }],
  ['artefact', { artefact: { url: 'npm:@example/mcp-postgres@1.2.0', sha256: '0'.repeat(64) } }],
  ['audience', { audience: ['all'] }],
  ['permissions', { permissions: { network: ['*:*'] } }],
  ['tools', { tools: { allow: [] } }],
  ['launch', { launch: {} }],
])('names %s where it changed, came or went', (field, change) => {
  expect(changedField(aManifest(), aManifest(change))).toBe(field);
  expect(changedField(aManifest(change), aManifest())).toBe(field);
});

test('does not look at the order of keys, but at that of lists', () => {
  const one = aManifest({ tools: { allow: ['a', 'b'], labels: {} } });
  expect(changedField(one, aManifest({ tools: { labels: {}, allow: ['a', 'b'] } }))).toBeUndefined();
  expect(changedField(one, aManifest({ tools: { allow: ['b', 'a'], labels: {} } }))).toBe('tools');
});

test('names the first of several, in the order of the alphabet', () => {
  expect(changedField(aManifest(), aManifest({ title: 'x', description: 'Something else.' }))).toBe('description');
});
