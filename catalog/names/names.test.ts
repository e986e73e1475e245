import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readManifest } from '../../core/manifest.ts';
import { manifestPath } from '../../core/statement.ts';
import { aManifest } from '../../test/support/statements.ts';
import type { Manifest } from '../../schemas/types.ts';
import type { Base } from '../base.ts';
import { checkNames } from './names.ts';
import type { ServerFiles } from '../registry-files.ts';
import { growthOf, nearlyLinear } from '../../test/support/growth.ts';

type Given = Partial<Manifest> & { readonly name: string };

const withPackage = (name: string, packageName: string, more: Partial<Manifest> = {}): Given => ({
  name,
  artefact: { url: `npm:${packageName}@1.0.0`, sha256: 'a'.repeat(64) },
  ...more,
});

function server(given: Given): ServerFiles {
  const manifestBytes = Buffer.from(
    stringify(aManifest({ artefact: { url: 'npm:x@1.0.0', sha256: 'a'.repeat(64) }, ...given })),
  );
  const read = readManifest(manifestPath(given.name), manifestBytes);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return { name: given.name, manifest: read.document, manifestBytes, hasLockFile: false };
}

/** What is wrong where some servers stand at the base, and others are new. Without `old`, there is no base. */
function found(fresh: readonly Given[], old?: readonly Given[], before: readonly Given[] = []): string[] {
  const here = [...(old ?? []), ...fresh].map(server).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const changed = new Map(before.map((given) => [given.name, { manifest: server(given).manifest.value }]));
  const isBefore = (name: string): boolean => changed.has(name);
  const news = fresh.filter(({ name }) => !isBefore(name));
  const base: Base = {
    ...(old !== undefined && { commit: 'a'.repeat(40) }),
    changes: new Map([
      ...news.map(({ name }) => [manifestPath(name), undefined] as const),
      ...before.map((given) => [manifestPath(given.name), Buffer.from(server(given).manifestBytes)] as const),
    ]),
    changed: new Map([...news.map(({ name }) => [name, {}] as const), ...changed]),
  };
  const repository = { servers: here, names: new Set(here.map(({ name }) => name)), problems: [] };
  const problems = checkNames(repository, base);
  for (const problem of problems) expect(problem).toMatchObject({ line: expect.any(Number), remedy: /./u });
  return problems.map(({ code, file, message }) => `${file.slice(8, -5)}: ${code} ${message}`);
}

const looks = (name: string, older: string): string =>
  `${name}: confusable-name ${name} can be taken for ${older}: they look alike`;
const slip = (name: string, older: string): string =>
  `${name}: confusable-name ${name} can be taken for ${older}: they differ by one typing mistake`;

test.each([
  ['p0stgres', looks],
  ['post-gres', looks],
  ['postgres-mcp', looks],
  ['postqres', slip],
  ['postgers', slip],
])('reports the new name %s beside postgres', (name, expected) => {
  expect(found([{ name }], [{ name: 'postgres' }])).toEqual([expected(name, 'postgres')]);
});

test('reports the new one of two, whichever comes first in the alphabet', () => {
  expect(found([{ name: 'apostgres' }], [{ name: 'postgres' }])).toEqual([slip('apostgres', 'postgres')]);
  expect(found([{ name: 'postgres' }], [{ name: 'apostgres' }])).toEqual([slip('postgres', 'apostgres')]);
});

test('reports the later of two new ones in the alphabet, once, with a base and without', () => {
  const both = [{ name: 'postgres' }, { name: 'postgers' }];
  expect(found(both, [])).toEqual([slip('postgres', 'postgers')]);
  expect(found(both)).toEqual([slip('postgres', 'postgers')]);
});

test('is silent about what stood so at the base', () => {
  const both = [
    { name: 'postgres', title: 'Memory' },
    { name: 'postgers', title: 'Memory' },
  ];
  expect(found([], both)).toEqual([]);
  expect(found([{ name: 'notion' }], both)).toEqual([]);
});

test.each([
  [['postgres-1', 'postgres-2', 'postgres-10']],
  [['sales-eu', 'sales-us']],
  [['memory', 'notion', 'context7', 'everything', 'filesystem', 'firecrawl', 'playwright', 'sequential-thinking']],
])('has nothing against %j', (names) => {
  expect(found(names.map((name) => ({ name })))).toEqual([]);
});

test('reports a name whose manifest cannot be read', () => {
  const repository = { servers: [], names: new Set(['postgres', 'postgers']), problems: [] };
  const changes = new Map([[manifestPath('postgers'), undefined]]);
  const problems = checkNames(repository, { changes, changed: new Map([['postgers', {}]]) });
  expect(problems.map(({ code, file, line }) => [code, file, line])).toEqual([
    ['confusable-name', 'servers/postgers.yaml', undefined],
  ]);
});

const title = (name: string, message: string): string => `${name}: confusable-title the title ${message}`;

test.each([
  ['Меmory', title('other', 'mixes Latin and Cyrillic letters in one word')],
  ['Ρostgres', title('other', 'mixes Latin and Greek letters in one word')],
  ['Mem\u200bory', title('other', 'has invisible characters between its letters')],
  ['𝐍otion', title('other', 'has U+1D40D in the place of N')],
  ['Ｎotion', title('other', 'has U+FF2E in the place of N')],
])('reports the title %s, disguised as it is', (text, expected) => {
  expect(found([{ name: 'other', title: text }], [])).toEqual([expected]);
});

test.each(['Notion', 'Zażółć gęślą jaźń', 'Почта', 'Αθήνα', '検索 Search', 'Notion™', 'µ Tools', '📦 Boxes'])(
  'has nothing against the title %s',
  (text) => {
    expect(found([{ name: 'other', title: text }], [])).toEqual([]);
  },
);

test.each([
  ['Finance Warehouse', 'that'],
  ['finance-warehouse', 'that'],
  ['Finance  Warehouses', 'that'],
  ['Finance Warehouse MCP', 'that'],
  ['Internal Postgres', 'the name'],
  ['lnternal Postgres', 'the name'],
  ['Іntеrnаl Роѕtgrеѕ', 'the name'],
])('reports the title %s beside that of another server, and its name', (text, what) => {
  const older = { name: 'internal-postgres', title: 'Finance Warehouse' };
  expect(found([{ name: 'other', title: text }], [older])).toContain(
    title('other', `${JSON.stringify(text)} can be taken for ${what} of internal-postgres`),
  );
});

test('reports a title that was changed to that of another, and not the other', () => {
  const [a, b] = [
    { name: 'alpha', title: 'Memory' },
    { name: 'beta', title: 'Memory' },
  ];
  expect(found([a], [b], [{ ...a, title: 'Alpha' }])).toEqual([
    title('alpha', '"Memory" can be taken for that of beta'),
  ]);
  expect(found([b], [a], [{ ...b, title: 'Beta' }])).toEqual([
    title('beta', '"Memory" can be taken for that of alpha'),
  ]);
  expect(found([b], [a], [{ ...b, description: 'Another description.' }])).toEqual([]);
});

test('lets a family share a title, and its members bear their names', () => {
  const family = ['memory', 'memory-1', 'memory-2'].map((name) => ({ name, title: 'Memory' }));
  expect(found(family)).toEqual([]);
  expect(found([...family, { name: 'other', title: 'Memory' }])).toEqual([
    title('other', '"Memory" can be taken for the name of memory'),
  ]);
});

const scope = (name: string, message: string): string => `${name}: confusable-scope the ${message}`;
const memory = withPackage('memory', '@acme-tools/server-memory', { upstream: 'io.github.acmetools/server-memory' });

test.each([
  ['@acme-too1s/server-memory', 'npm scope @acme-too1s can be taken for @acme-tools, which memory uses'],
  ['@acme-tolos/x', 'npm scope @acme-tolos can be taken for @acme-tools, which memory uses'],
  ['@acmetools/x', 'npm scope @acmetools can be taken for @acme-tools, which memory uses'],
  [
    '@modelcontextprotoco1/x',
    'npm scope @modelcontextprotoco1 can be taken for @modelcontextprotocol, which many packages have',
  ],
  [
    'acme-tools-server-memory',
    'package acme-tools-server-memory can be taken for @acme-tools/server-memory, which memory is',
  ],
])('reports the package %s', (name, message) => {
  expect(found([withPackage('other', name)], [memory])).toEqual([scope('other', message)]);
});

test('reports a namespace of another registry, of images and of sources', () => {
  const image = (name: string, url: string): Given => ({ name, artefact: { url, sha256: 'b'.repeat(64) } });
  expect(found([{ name: 'other', upstream: 'io.github.acmetoolz/x' }], [memory])).toEqual([
    scope('other', 'namespace io.github.acmetoolz can be taken for io.github.acmetools, which memory uses'),
  ]);
  expect(
    found([image('other', 'oci://r.example.com/acmme-data/x:1')], [image('one', 'oci://r.example.com/acme-data/y:1')]),
  ).toEqual([
    scope('other', 'namespace r.example.com/acmme-data can be taken for r.example.com/acme-data, which one uses'),
  ]);
});

test('has nothing against a scope that others use already, or that is like none', () => {
  expect(found([withPackage('other', '@acme-tools/other'), withPackage('third', '@unheard/of')], [memory])).toEqual([]);
  const squatter = withPackage('squatter', '@acme-tool/x');
  expect(found([withPackage('other', '@acme-tool/y')], [memory, squatter])).toEqual([]);
});

test('of two new scopes, takes the one that more servers use for the right one', () => {
  const right = ['one', 'two'].map((name) => withPackage(name, `@zeta-labs/${name}`));
  expect(found([withPackage('other', '@zeta-1abs/x'), ...right])).toEqual([
    scope('other', 'npm scope @zeta-1abs can be taken for @zeta-labs, which one uses'),
  ]);
});

test('judges copies without comparing each with each, and finds nothing', async () => {
  const one = server(withPackage('memory-1', '@acme-tools/memory-1', { title: 'Memory' }));
  const judge = (count: number): void => {
    const servers = Array.from({ length: count }, (_, index) => ({ ...one, name: `memory-${index + 1}` }));
    const names = new Set(servers.map(({ name }) => name));
    const changes = new Map([...names].map((name) => [manifestPath(name), undefined]));
    const changed = new Map([...names].map((name) => [name, {}]));
    expect(checkNames({ servers, names, problems: [] }, { changes, changed })).toEqual([]);
  };
  expect(await growthOf(judge, 1_250)).toBeLessThan(nearlyLinear);
});
