import { expect, test } from 'vitest';
import { catalog, search, serverDetail } from '../../schemas/compiled.js';
import { sampleCatalog, sampleSearch } from './sample-catalog.ts';
import { sampleDetail } from './sample-details.ts';

test.each([
  ['catalog', catalog, sampleCatalog],
  ['search index', search, sampleSearch],
] as const)('the sample %s is one that the pipeline could write', (_, validate, sample) => {
  validate(sample);
  expect(validate.errors).toBeNull();
});

test.each(sampleCatalog.servers.map(sampleDetail))('the sample detail of $name is one too', (detail) => {
  serverDetail(detail);
  expect(serverDetail.errors).toBeNull();
});

test('the sample is sorted by name', () => {
  const names = sampleCatalog.servers.map(({ manifest }) => manifest.name);
  expect(names).toEqual(names.toSorted());
});
