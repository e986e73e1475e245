import { expect, test } from 'vitest';
import type { CatalogServer } from '../../../schemas/types.ts';
import { indexRows, pageStarts, rowsOfPage } from './name-index.ts';

const server = (name: string, tools: readonly string[]): CatalogServer =>
  ({ manifest: { name }, tools: tools.map((tool) => ({ name: tool })) }) as CatalogServer;
const toolsOf = ({ tools }: CatalogServer): readonly string[] => tools.map(({ name }) => name);
const shown = (servers: readonly CatalogServer[]): readonly string[] =>
  indexRows(servers, toolsOf).map(({ name, server: { manifest } }) => `${name} of ${manifest.name}`);

test('brings the servers with one name together, sorted by name whatever its case', () => {
  expect(shown([server('aa', ['search', 'Ask']), server('bb', ['search', 'ask', 'Zip'])])).toEqual([
    'Ask of aa',
    'ask of bb',
    'search of aa',
    'search of bb',
    'Zip of bb',
  ]);
});

test('names a server once, however often it has the name', () => {
  expect(shown([server('aa', ['search', 'search'])])).toEqual(['search of aa']);
});

test('knows names that every object has', () => {
  expect(shown([server('aa', ['__proto__', 'constructor'])])).toEqual(['__proto__ of aa', 'constructor of aa']);
});

test('says with which name each page begins', () => {
  const many = Array.from({ length: rowsOfPage + 1 }, (_, at) => `tool-${String(at).padStart(4, '0')}`);
  expect(pageStarts(indexRows([server('aa', many)], toolsOf))).toEqual(['tool-0000', 'tool-0500']);
  expect(pageStarts([])).toEqual([]);
});
