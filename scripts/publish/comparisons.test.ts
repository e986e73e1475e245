import { expect, test } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import type { Lock, Manifest } from '../../schemas/types.ts';
import { serverDetail as validate } from '../../schemas/compiled.js';
import { aLock, aManifest, aPackage } from '../../test/support/statements.ts';
import { comparisonPath, comparisonsOf } from './comparisons.ts';
import type { ExportedServer, ExportedVersion } from './exports/export.ts';
import { pagePaths, serverDetail } from './server-detail.ts';

const version = (of: string, manifest: Partial<Manifest>, lock: Lock): ExportedVersion =>
  ({
    approval: { version: of, statement: { predicate: { server: aManifest({ version: of, ...manifest }) } } },
    lock: () => lock,
  }) as unknown as ExportedVersion;

const tool = (name: string, description: string, more: object = {}) => {
  const definition = { name, description, inputSchema: { type: 'object' }, ...more };
  return { name, definitions: [{ sha256: sha256(JSON.stringify(definition)), definition }] };
};

const detailOf = (versions: readonly ExportedVersion[]) =>
  serverDetail({ published: { name: 'tiny' }, current: versions[0], versions } as unknown as ExportedServer);

const old = version(
  '1.0.0',
  { data_classification: 'internal', launch: {} },
  aLock({ tools: [tool('ask', 'Asks one person in the whole of the department.'), tool('drop', 'Drops.')] }),
);
const young = version(
  '1.1.0',
  { permissions: { network: ['api.example.com:443'] } },
  aLock(
    { tools: [tool('ask', 'Asks every person in the whole of the department.'), tool('send', 'Sends.')] },
    { 'node_modules/extra': aPackage('extra', '2.0.0') },
  ),
);

test('says what changed in permissions, data class, tools word by word, and packages', () => {
  const [comparison, ...others] = comparisonsOf('tiny', [young, old]);
  expect(others).toEqual([]);
  expect(comparison).toMatchObject({ path: '1.0.0...1.1.0', older: '1.0.0', newer: '1.1.0' });
  expect(comparison?.permissions).toContainEqual({
    ...{ change: 'gained', area: 'network', subject: 'api.example.com:443' },
  });
  expect(comparison?.permissions).toContainEqual(
    expect.objectContaining({ area: 'data-class', was: 'internal', now: 'confidential' }),
  );
  expect(comparison?.tools.changes.map(({ name, change }) => `${change} ${name}`)).toEqual([
    'changed ask',
    'removed drop',
    'added send',
  ]);
  expect(comparison?.tools.changes[0]?.texts[0]?.words).toEqual([
    { kind: 'same', text: 'Asks ' },
    { kind: 'removed', text: 'one' },
    { kind: 'added', text: 'every' },
    { kind: 'same', text: ' person in the whole of the department.' },
  ]);
  expect(comparison?.packages).toMatchObject({ was: 3, now: 4, left: 0 });
  expect(comparison?.packages.changes).toEqual([
    { name: 'extra', change: 'added', was: [], now: ['2.0.0'], alarms: [] },
  ]);
});

test('compares each version with the one before it, and the newest 20 only', () => {
  const versions = Array.from({ length: 30 }, (_, index) => version(`1.${29 - index}.0`, {}, aLock()));
  const paths = comparisonsOf('tiny', versions).map(({ path }) => path);
  expect(paths).toHaveLength(20);
  expect(paths.slice(0, 2)).toEqual(['1.28.0...1.29.0', '1.27.0...1.28.0']);
  expect(comparisonsOf('tiny', versions.slice(0, 1))).toEqual([]);
});

test.each([
  ['1.0.0', '1.1.0', '1.0.0...1.1.0'],
  ['2026-01/a', '2026-01_a', `2026-01_a-${sha256('2026-01/a').slice(0, 8)}...2026-01_a`],
  ['1.0.0+1', '1/../..', expect.stringMatching(/^1\.0\.0_1-[0-9a-f]{8}\.\.\.1_\.\._\.\.-[0-9a-f]{8}$/u)],
])('from %s to %s has an address that is one folder', (older, newer, path) => {
  expect(comparisonPath(older, newer)).toEqual(path);
});

test('cuts what would fill a page without end, says how much it left out, and fits its schema', () => {
  const many = (from: number, description: string) =>
    Array.from({ length: 1_000 }, (_, index) => tool(`t${String(index + from).padStart(4, '0')}`, description));
  const packages = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, index) => [`node_modules/p${index}`, aPackage(`p${index}`, '1.0.0')]),
  );
  const halfCharacter = `${'x'.repeat(19_998)}😀😀`;
  const before = version('1.0.0', {}, aLock({ tools: many(0, halfCharacter) }));
  const after = version('1.1.0', {}, aLock({ tools: many(500, 'Other.') }, packages));
  const detail = detailOf([after, before]);
  const [comparison] = detail.comparisons;
  expect(comparison?.tools.changes).toHaveLength(200);
  expect(comparison?.tools.left).toBe(1_300);
  expect(comparison?.packages.changes).toHaveLength(500);
  expect(comparison?.packages.left).toBe(1_500);
  expect([detail.packages.length, detail.packagesLeft]).toEqual([1_000, 1_003]);
  expect(JSON.stringify(detail).isWellFormed()).toBe(true);
  expect(JSON.stringify(detail)).not.toMatch(/\\ud83d(?!\\ude00)/u);
  validate(detail);
  expect(validate.errors).toBeNull();
});

test('has the schema of each tool as text, but of one that is too long', () => {
  const properties = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`p${index}`, {}]));
  const lock = aLock({ tools: [tool('huge', '', { inputSchema: { properties } }), tool('small', '')] });
  const detail = detailOf([version('1.0.0', {}, lock)]);
  expect(detail.schemas).toEqual([{ tool: 'small', text: '{"type":"object"}' }]);
  expect(pagePaths(detail)).toEqual(['servers/tiny/index.html']);
});
