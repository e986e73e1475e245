import { expect, test } from 'vitest';
import type { NpmRegistry } from './registry.ts';
import type { Packument } from './packument.ts';
import { rememberPackuments } from './packuments.ts';

const packument: Packument = { versions: {} };

test('asks a registry only once for the same package', async () => {
  const asked: string[] = [];
  const registry = rememberPackuments({
    packument: (name: string) => {
      asked.push(name);
      return Promise.resolve(packument);
    },
  } as NpmRegistry);
  await Promise.all(['a', 'b', 'a'].map((name) => registry.packument(name)));
  await registry.packument('b');
  expect(asked).toEqual(['a', 'b']);
});
