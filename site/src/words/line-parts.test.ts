import { expect, test } from 'vitest';
import { lineParts } from './line-parts.ts';

test.each([
  ['https://github.com/example/servers', ['https://', 'github.', 'com/', 'example/', 'servers']],
  ['firecrawl_research_read_paper', ['firecrawl_', 'research_', 'read_', 'paper']],
  ['npm:@example/files@2026.8.31', ['npm:@example/', 'files@2026.8.31']],
  ['knowledge-management@example.com', ['knowledge-management', '@example.com']],
  ['@example/files', ['@example/', 'files']],
  ['__init__', ['__', 'init__']],
  ['fetch', ['fetch']],
])('splits %s where a line may break', (text, parts) => {
  expect(lineParts(text)).toEqual(parts);
  expect(lineParts(text).join('')).toBe(text);
});
