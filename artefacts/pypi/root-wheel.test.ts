import { expect, test } from 'vitest';
import type { Project, ProjectFile } from './project-page.ts';
import { documentOf } from './document.ts';
import { rootWheel } from './root-wheel.ts';

const file = (name: string, version = '1.0', change: Partial<ProjectFile> = {}): ProjectFile => ({
  ...{ file: name, kind: name.endsWith('.whl') ? 'wheel' : 'source', version, url: 'https://example.com/x' },
  ...change,
});
const project = (...files: readonly ProjectFile[]): Project => ({ name: 'x', files });

test.each<[string, Project, string]>([
  [
    'the one for every platform',
    project(file('x-1.0-cp310-cp310-win32.whl'), file('x-1.0-py3-none-any.whl')),
    'x-1.0-py3-none-any.whl',
  ],
  [
    'the first by name where there is none',
    project(file('x-1.0-cp312-cp312-win32.whl'), file('x-1.0-cp310-cp310-win32.whl')),
    'x-1.0-cp310-cp310-win32.whl',
  ],
  [
    'the one of the version, however it is spelled',
    project(file('x-2.0-py3-none-any.whl', '2.0'), file('x-1-py3-none-any.whl', '1')),
    'x-1-py3-none-any.whl',
  ],
])('is %s', (_, from, name) => {
  expect(rootWheel(from, '1.0').file).toBe(name);
});

test.each<[string, Project, string, string]>([
  [
    'the version is not there',
    project(file('x-2.0-py3-none-any.whl', '2.0')),
    'no-such-package',
    'the package index has no x==1.0',
  ],
  ['there is only source', project(file('x-1.0.tar.gz')), 'unpinned', 'x==1.0 has only a source distribution'],
])('is none where %s', (_, from, code, message) => {
  expect(() => rootWheel(from, '1.0')).toThrow(
    expect.objectContaining({ name: 'Failure', code, message: expect.stringContaining(message) }),
  );
});

test('the page of a project gives dates, digests and attestations by version and by file', () => {
  const [first, second] = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'];
  const pages = project(
    file('x-1.0-py3-none-win32.whl', '1.0', {
      uploadedAt: second,
      sha256: 'a',
      yanked: '',
      provenance: 'https://example.com/p',
    }),
    file('x-1.0-py3-none-any.whl', '1.0', { uploadedAt: first, sha256: 'b' }),
    file('x-2-py3-none-any.whl', '2', { provenance: 'https://example.com/p' }),
    file('x-3.0.tar.gz', '3.0', { uploadedAt: first }),
  );
  const document = documentOf(pages);
  expect({ ...document.versions }).toEqual({ '1.0': {}, '2': { isAttested: true } });
  expect({ ...document.time }).toEqual({ '1.0': first, '2': undefined });
  expect({ ...document.files }).toEqual({
    'x-1.0-py3-none-win32.whl': { uploadedAt: second, sha256: 'a', yanked: '' },
    'x-1.0-py3-none-any.whl': { uploadedAt: first, sha256: 'b' },
    'x-2-py3-none-any.whl': {},
  });
});

test.each(['constructor', '__proto__'])('a file or a version called %s is not there', (name) => {
  const { files, time, versions } = documentOf(project());
  expect([files?.[name], time?.[name], versions[name]]).toEqual([undefined, undefined, undefined]);
});
