import { expect, test } from 'vitest';
import { asName, differInNumber, isNear, skeletonOf, toCompare } from './confusable.ts';
import { nearPairs } from './near-names.ts';
import { growthOf, nearlyLinear } from '../../test/support/growth.ts';

test.each([
  ['postgres', 'p0stgres'],
  ['mail', 'mai1'],
  ['mail', 'mall'],
  ['modern', 'modem'],
  ['weather', 'vveather'],
  ['cloud', 'doud'],
  ['internal-postgres', 'internalpostgres'],
  ['postgres', 'postgres-mcp'],
  ['postgres', 'mcp-server-postgres'],
  ['invoice', 'invoices'],
  ['notion', 'Notion'],
])('takes %s and %s for alike', (a, b) => {
  expect(skeletonOf(a)).toBe(skeletonOf(b));
});

test.each([
  ['postgres', 'mysql'],
  ['mcp', 'server'],
  ['mcp-server', 'mcp'],
  ['news', 'new'],
  ['access', 'acces'],
  ['postgres-1', 'postgres-2'],
])('tells %s from %s', (a, b) => {
  expect(skeletonOf(a)).not.toBe(skeletonOf(b));
});

test.each([
  ['postgres', 'postgers'],
  ['postgres', 'posgres'],
  ['postgres', 'poostgres'],
  ['postgres', 'postgrez'],
  ['axios', 'axois'],
  ['chalk', 'challk'],
  ['sequential-thinking', 'sequental-thinkng'],
  ['firecrawl-eu', 'firecrawll-eu'],
  ['context7', 'contxet7'],
  ['internal-postgres', 'internalpostgrs'],
])('takes %s and %s for a slip of the hand', (a, b) => {
  expect(isNear(toCompare(a), toCompare(b))).toBe(true);
});

test.each([
  ['sales-eu', 'sales-us'],
  ['postgres-1', 'postgres-2'],
  ['postgres-12', 'postgres-1'],
  ['context7', 'context8'],
  ['slack', 'black'],
  ['jira', 'jina'],
  ['zod', 'zoo'],
  ['typedarray', 'is-typedarray'],
  ['get-stream', 'set-stream'],
  ['call-bind', 'call-bound'],
  ['postgres', 'postgres'],
  ['invoice-reader', 'invoice-writer'],
])('tells %s from %s, which are other words or numbers', (a, b) => {
  expect(isNear(toCompare(a), toCompare(b))).toBe(false);
});

test.each([
  ['postgres-1', 'postgres-2', true],
  ['memory', 'memory-7', true],
  ['memory', 'memory', false],
  ['memory-1', 'notion-2', false],
  ['a-1-1', 'a-11', false],
])('%s and %s differ in their number alone: %s', (a, b, expected) => {
  expect(differInNumber(a, b)).toBe(expected);
});

test.each([
  ['Finance warehouse', 'finance-warehouse'],
  ['Меmоry', 'memory'],
  ['Μemory', 'memory'],
  ['𝐌𝐞𝐦𝐨𝐫𝐲', 'memory'],
  ['Ｍｅｍｏｒｙ', 'memory'],
  ['Mem\u200bo\u00adry', 'memory'],
  ['Mémoire  –  Server!', 'memoire-server'],
  ['📦', ''],
])('reads the title %s as %s', (title, expected) => {
  expect(asName(title)).toBe(expected);
});

/** Names that are mostly variations of a few, made without chance. */
function manyNames(count: number): string[] {
  const words = ['postgres', 'invoice', 'search', 'warehouse', 'ledger', 'crm', 'eu', '7'];
  let seed = 1;
  const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const slip = (word: string): string => {
    const at = next(word.length);
    const letter = String.fromCharCode(97 + next(26));
    return [word.slice(0, at) + word.slice(at + 1), word.slice(0, at) + letter + word.slice(at)][next(2)] ?? word;
  };
  const pick = (): string => words[next(words.length)] ?? '';
  return [...new Set(Array.from({ length: count }, () => [pick(), next(3) === 0 ? slip(pick()) : pick()].join('-')))];
}

test('finds by its index just those pairs that a comparison of each with each finds', () => {
  const names = manyNames(4_000);
  const compared = names.map(toCompare);
  const isNew = (index: number): boolean => index % 3 !== 0;
  const expected = names.flatMap((_, a) =>
    names.flatMap((__, b) =>
      a < b && (isNew(a) || isNew(b)) && isNear(compared[a]!, compared[b]!) ? [`${names[a]} ${names[b]}`] : [],
    ),
  );
  const found = nearPairs(names, isNew).map(([a, b]) => `${names[a]} ${names[b]}`);
  // So many that they are not compared one by one.
  expect((names.length ** 2 * 2) / 3).toBeGreaterThan(200_000);
  expect(expected.length).toBeGreaterThan(100);
  expect(found).toEqual(expected);
});

test('finds the same when few are new, which needs no index', () => {
  const names = manyNames(600);
  const few = new Set([3, 50, 51]);
  const all = nearPairs(names, () => true).filter(([a, b]) => few.has(a) || few.has(b));
  expect(nearPairs(names, (index) => few.has(index))).toEqual(all);
});

test('does not compare each of many copies with each, and finds nothing', async () => {
  const compare = (count: number): void => {
    const copies = Array.from({ length: count }, (_, index) => `memory-${index + 1}`);
    expect(nearPairs(copies, () => true)).toEqual([]);
  };
  expect(await growthOf(compare, 1_250)).toBeLessThan(nearlyLinear);
});

test.each([
  ['many short codes', (index: number): string => `team-${index.toString(36).padStart(3, 'a')}-service`],
  ['long names', (index: number): string => (index * 7_919).toString(36).padStart(32, 'internal-warehouse')],
])('does not compare each with each of %s', async (_, name) => {
  const compare = (count: number): unknown =>
    nearPairs(
      Array.from({ length: count }, (__, index) => name(index)),
      () => true,
    );
  expect(await growthOf(compare, 625)).toBeLessThan(nearlyLinear);
});
