import { expect, test } from 'vitest';
import { catalog, search } from '../../schemas/compiled.js';
import { sampleCatalog, sampleSearch } from './sample-catalog.ts';

test.each([
  ['catalog', catalog, sampleCatalog],
  ['search index', search, sampleSearch],
] as const)('the sample %s is one that the pipeline could write', (_, validate, sample) => {
  validate(sample);
  expect(validate.errors).toBeNull();
});

test('the sample is sorted by name', () => {
  const names = sampleCatalog.servers.map(({ manifest }) => manifest.name);
  expect(names).toEqual(names.toSorted());
});
