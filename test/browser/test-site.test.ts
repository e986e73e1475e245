import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test('every place that `npm run test:site` names has tests', async () => {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const places = scripts['test:site']?.split("'all others' ")[1]?.split(' ') ?? [];
  expect(places).toContain('test/browser');
  // Vitest runs what begins with these words, and says nothing of words that nothing begins with.
  const empty = places.filter((place) => globSync(`${place}*{,/**/*}.test.ts`, { cwd: root }).length === 0);
  expect(empty).toEqual([]);
});
