import { expect, test } from 'vitest';
import { Failure } from '../core/failure.ts';
import { fetchDocuments, type Asked } from './documents.ts';
import { NoSuchPackage } from './npm/registry.ts';
import type { Packument } from './npm/packument.ts';
import { NoSuchProject } from './pypi/index-client.ts';
import type { Project } from './pypi/project-page.ts';

const a = { type: 'npm', name: 'a' } as const;
const b = { type: 'npm', name: 'b' } as const;
const python = { type: 'pypi', name: 'a' } as const;

const asking = (
  packument: (name: string) => Promise<Packument> = () => Promise.resolve({ versions: {} }),
  project: (name: string) => Promise<Project> = (name) => Promise.resolve({ name, files: [] }),
): Asked => ({ registry: { packument }, index: () => Promise.resolve({ project }) });

test('asks for each name once, each registry for its own', async () => {
  const asked: string[] = [];
  const found = await fetchDocuments(
    [a, b, a, python],
    asking(
      (name) => {
        asked.push(name);
        return Promise.resolve({ versions: {} });
      },
      (name) => {
        asked.push(`project ${name}`);
        return Promise.resolve({
          name,
          files: [
            { file: 'a-1.0-py3-none-any.whl', kind: 'wheel', version: '1.0', url: 'https://x/', yanked: 'broken' },
          ],
        });
      },
    ),
  );
  expect(asked).toEqual(['a', 'b', 'project a']);
  expect(found.of(a)).toEqual({ versions: {} });
  expect(found.of(python)?.files?.['a-1.0-py3-none-any.whl']).toEqual({ yanked: 'broken' });
});

test('leaves out what a registry does not have', async () => {
  const found = await fetchDocuments(
    [a, b, python],
    asking(
      (name) => (name === 'b' ? Promise.reject(new NoSuchPackage(name, undefined)) : Promise.resolve({ versions: {} })),
      (name) => Promise.reject(new NoSuchProject(name, undefined)),
    ),
  );
  expect([found.of(a), found.of(b), found.of(python)]).toEqual([{ versions: {} }, undefined, undefined]);
});

test('passes on the failure when a registry does not answer', async () => {
  const silent = (): Promise<never> => Promise.reject(new Failure('network', 'no answer', 'wait'));
  await expect(fetchDocuments([a], asking(silent))).rejects.toThrow('no answer');
  await expect(fetchDocuments([python], asking(undefined, silent))).rejects.toThrow('no answer');
});
