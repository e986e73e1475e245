import { expect, test } from 'vitest';
import { canonicalJson } from '../../core/canonical.ts';
import { search } from '../../schemas/compiled.js';
import { searchRow } from '../../schemas/search-row.ts';
import type { SearchIndex } from '../../schemas/types.ts';
import { manyServers } from '../../test/bench/many-servers.ts';
import { searchBytes } from './catalog.ts';

const rows = manyServers(100).servers.map((server) => canonicalJson(searchRow(server)));

const read = (bytes: Uint8Array): SearchIndex => {
  const index: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  search(index);
  expect(search.errors).toBeNull();
  return index as SearchIndex;
};

test('search.json says of every tool how its description begins', () => {
  const { rows: written } = read(searchBytes(rows));
  expect(written).toHaveLength(rows.length);
  expect(written.every(({ tools }) => tools.every(({ about }) => about !== undefined))).toBe(true);
});

test('search.json of very many servers stays small enough to be sent compressed, with the names of all tools', () => {
  const many = Array.from({ length: 100 }, () => rows).flat();
  const bytes = searchBytes(many);
  expect(bytes.length).toBeLessThan(10_000_000);
  const { rows: written } = read(bytes);
  expect(written).toHaveLength(many.length);
  expect(written.flatMap(({ tools }) => tools).some(({ about }) => about !== undefined)).toBe(false);
  expect(written[0]?.tools.length).toBeGreaterThan(0);
});
