import { expect, test } from 'vitest';
import { Failure } from '../../core/failure.ts';
import { NoSuchPackage, type NpmRegistry } from './registry.ts';
import type { Packument } from './packument.ts';
import { fetchPackuments, rememberPackuments } from './packuments.ts';

const packument: Packument = { versions: {} };

test('asks for each name once', async () => {
  const asked: string[] = [];
  const answer = (name: string): Promise<Packument> => {
    asked.push(name);
    return Promise.resolve(packument);
  };
  const found = await fetchPackuments([{ name: 'a' }, { name: 'b' }, { name: 'a' }], { packument: answer });
  expect([asked, [...found.keys()]]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

test('leaves out what the registry does not have', async () => {
  const answer = (name: string): Promise<Packument> =>
    name === 'gone' ? Promise.reject(new NoSuchPackage(name, undefined)) : Promise.resolve(packument);
  expect([...(await fetchPackuments([{ name: 'a' }, { name: 'gone' }], { packument: answer })).keys()]).toEqual(['a']);
});

test('passes on the failure when the registry does not answer', async () => {
  const answer = (): Promise<Packument> => Promise.reject(new Failure('network', 'no answer', 'wait'));
  await expect(fetchPackuments([{ name: 'a' }], { packument: answer })).rejects.toThrow('no answer');
});

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
