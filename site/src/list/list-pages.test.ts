import { expect, test } from 'vitest';
import { searchRow } from '../../../schemas/search-row.ts';
import type { SearchRow } from '../../../schemas/types.ts';
import { sampleCatalog } from '../../../test/browser/sample-catalog.ts';
import { Lists, rowsOfPage } from './list-pages.ts';

const [mail] = sampleCatalog.servers.filter(({ manifest }) => manifest.name === 'mail').map(searchRow);
const row = (index: number, more: Partial<SearchRow> = {}): SearchRow => {
  if (mail === undefined) throw new Error('the sample has no mail');
  return { ...mail, name: `server-${String(index).padStart(5, '0')}`, ...more };
};
const rows = (howMany: number, more: (index: number) => Partial<SearchRow> = () => ({})): SearchRow[] =>
  Array.from({ length: howMany }, (_, index) => row(index, more(index)));

const paths = (lists: Lists): string[] => Array.from(lists.pages(), ({ path = '' }) => path);

test('a list has as many rows a page, and the last page has the rest', () => {
  const lists = new Lists(rows(250));
  const whole = [...lists.pages()].filter(({ list }) => list.base === '/');
  expect(whole.map(({ path, rows: some }) => [path, some.length])).toEqual([
    [undefined, rowsOfPage],
    ['page/2', rowsOfPage],
    ['page/3', 50],
  ]);
});

test('every value has its pages, and a list by last change begins with the newest', () => {
  const lists = new Lists(
    rows(101, (index) => ({ tags: ['all'], changedOn: index === 57 ? '2026-11-01' : '2026-10-01' })),
  );
  expect(paths(lists)).toContain('tag/all/page/2');
  expect([...lists.pages()].find(({ path }) => path === 'changed')?.rows[0]?.name).toBe('server-00057');
});

test('an empty catalog has its first page', () => {
  expect(paths(new Lists([]))).toEqual(['', 'changed']);
});

test('there are never more pages of single values than the limit, and the others have an address that needs scripts', () => {
  const many = rows(300, (index) => ({ tags: ['common', `tag-${index}`], audience: [`group-${index}`] }));
  const lists = new Lists(many, 20);
  const ofValues = paths(lists).filter((path) => /^(?:data|state|type|tag|compliance|audience)\//u.test(path));
  expect(ofValues).toHaveLength(20);
  // Those of few values come first, then the tag of most servers.
  expect(lists.addressOf('data', 'internal')).toBe('/data/internal/');
  expect(lists.addressOf('tag', 'common')).toBe('/tag/common/');
  expect(lists.addressOf('audience', 'group-7')).toBe('/?audience=group-7');
  expect([lists.needsScripts('tag', 'common'), lists.needsScripts('audience', 'group-7')]).toEqual([false, true]);
});

test('a list of one value counts the other values among its servers', () => {
  const some = rows(10, (index) => ({ tags: index < 3 ? ['few'] : [], state: index < 2 ? 'revoked' : 'active' }));
  const page = [...new Lists(some).pages()].find(({ path }) => path === 'state/revoked');
  const tags = page?.list.panel.find(({ facet }) => facet.id === 'tag');
  expect(tags?.values).toEqual([{ value: 'few', servers: 2 }]);
  const states = page?.list.panel.find(({ facet }) => facet.id === 'state');
  expect(states?.values).toEqual([
    { value: 'active', servers: 8 },
    { value: 'revoked', servers: 2 },
  ]);
});
