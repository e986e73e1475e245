import { expect, test } from 'vitest';
import { searchRow } from '../../../schemas/search-row.ts';
import type { SearchRow } from '../../../schemas/types.ts';
import { sampleCatalog } from '../../../test/browser/sample-catalog.ts';
import { viewOf } from './address.ts';
import { hasAll } from './facets.ts';

const [mail] = sampleCatalog.servers.filter(({ manifest }) => manifest.name === 'mail').map(searchRow);
function row(name: string, more: Partial<SearchRow>): SearchRow {
  if (mail === undefined) throw new Error('the sample has no mail');
  return { ...mail, name, ...more };
}

const rows = [
  row('one', { artefactType: 'npm', tags: ['database', 'finance'] }),
  row('two', { artefactType: 'pypi', tags: ['database'] }),
  row('three', { artefactType: 'oci', tags: ['finance'] }),
  row('four', { artefactType: 'npm', tags: [] }),
];
const having = (query: string, but?: 'type' | 'tag'): string[] =>
  rows.filter((each) => hasAll(each, viewOf(query).filters, but)).map(({ name }) => name);

test.each([
  ['', ['one', 'two', 'three', 'four']],
  ['?type=npm', ['one', 'four']],
  ['?type=npm&type=pypi', ['one', 'two', 'four']],
  ['?tag=database&tag=finance', ['one', 'two', 'three']],
  ['?type=npm&type=pypi&tag=database', ['one', 'two']],
  ['?type=npm&type=oci&tag=finance&tag=database', ['one', 'three']],
  ['?type=npm&type=nothing', ['one', 'four']],
  ['?type=nothing', []],
  ['?tag=Database', []],
])('%s asks for one of the values of each facet', (query, names) => {
  expect(having(query)).toEqual(names);
});

test('the filters of one facet can be left out', () => {
  expect(having('?type=npm&tag=database', 'type')).toEqual(['one', 'two']);
  expect(having('?type=npm&tag=database', 'tag')).toEqual(['one', 'four']);
});
