import { expect, test } from 'vitest';
import { adoptableVersion } from './adoptable.ts';
import type { ProjectFile } from './project-page.ts';

const asOf = new Date('2026-11-20T00:00:00Z');
const [early, late] = ['2026-11-01T00:00:00Z', '2026-11-21T00:00:00Z'];

const file = (version: string, uploadedAt?: string, change: Partial<ProjectFile> = {}): ProjectFile => ({
  file: `notes-${version}-py3-none-any.whl`,
  kind: 'wheel',
  version,
  url: 'https://files.example.com/notes.whl',
  ...(uploadedAt !== undefined && { uploadedAt }),
  ...change,
});

test.each<[string, readonly ProjectFile[], object | undefined]>([
  ['the newest', [file('1.9', early), file('1.10', early)], { version: '1.10' }],
  ['the newest that is old enough', [file('1.0', early), file('1.1', late)], { version: '1.0', tooNew: '1.1' }],
  ['the newest where none is old enough', [file('1.0', late)], { version: '1.0', tooNew: '1.0' }],
  ['the newest without dates', [file('1.0'), file('1.1')], { version: '1.1' }],
  ['no pre-release', [file('1.0', early), file('2.0rc1', early)], { version: '1.0' }],
  ['a pre-release where there is nothing else', [file('2.0rc1', early)], { version: '2.0rc1' }],
  ['none that was withdrawn', [file('1.0', early), file('1.1', early, { yanked: '' })], { version: '1.0' }],
  ['none with only source', [file('1.0', early), file('1.1', early, { kind: 'source' })], { version: '1.0' }],
  ['nothing where there is nothing', [], undefined],
])('takes %s', (_, files, expected) => {
  expect(adoptableVersion({ name: 'notes', files }, asOf)).toEqual(expected);
});
