import { describe, expect, test } from 'vitest';
import { newerVersions } from './newer.ts';
import type { Project, ProjectFile } from './project-page.ts';

const now = new Date('2026-11-20T12:00:00Z');
const longAgo = '2026-01-01T00:00:00.000000Z';

type Stated = Partial<Pick<ProjectFile, 'kind' | 'yanked'>> & { readonly uploadedAt?: string | undefined };
const file = (version: string, { kind = 'wheel', yanked, uploadedAt }: Stated): ProjectFile => ({
  ...{ kind, version, file: `x-${version}`, url: 'https://example.com/x' },
  ...(yanked !== undefined && { yanked }),
  ...(uploadedAt !== undefined && { uploadedAt }),
});
/** Versions, with one wheel each, and what is stated of it. */
const project = (...versions: readonly (string | readonly [string, Stated])[]): Project => ({
  name: 'x',
  files: versions.map((each) =>
    typeof each === 'string' ? file(each, { uploadedAt: longAgo }) : file(each[0], { uploadedAt: longAgo, ...each[1] }),
  ),
});
const newer = (from: Project, current = '1.0.0', cooldownDays = 3) => newerVersions(from, current, cooldownDays, now);

describe('the newest version', () => {
  test.each<[string, Project, string, string | undefined]>([
    ['is the highest', project('1.10', '1.9'), '1.0.0', '1.10'],
    ['is none where all others are older', project('0.9', '1.0', '1.0.0.0'), '1.0.0', undefined],
    ['may have a post-release', project('1.1', '1.1.post1'), '1.0.0', '1.1.post1'],
    ['may be a year', project('0.6.2', '2026.10.24', '2026.6.4'), '0.6.2', '2026.10.24'],
    ['is no pre-release', project('1.1', '2.0rc1', '2.0.dev1', '2.0a1', '2.0b1.post1'), '1.0.0', '1.1'],
    ['may be a pre-release after one', project('2.0rc2', '1.1'), '2.0rc1', '2.0rc2'],
    ['is the release after its pre-release', project('2.0', '2.0rc2'), '2.0rc1', '2.0'],
    ['is not withdrawn', project('1.1', ['1.2', { yanked: 'broken' }], ['1.3', { yanked: '' }]), '1.0.0', '1.1'],
    ['has a wheel', project('1.1', ['1.2', { kind: 'source' }]), '1.0.0', '1.1'],
    ['is none without a date', project(['2.0', { uploadedAt: undefined }]), '1.0.0', undefined],
    ['is none with a date that is none', project(['2.0', { uploadedAt: 'yesterday' }]), '1.0.0', undefined],
    ['is none with a date to come', project(['2.0', { uploadedAt: '2027-01-01T00:00:00Z' }]), '1.0.0', undefined],
    ['passes over what is no version', project('latest', '2.0-beta-x', '2_0', 'v2.0'), '1.0.0', undefined],
    ['is not looked for behind what is no version', project('2.0'), 'latest', undefined],
  ])('%s', (_, from, current, expected) => {
    expect(newer(from, current).newest).toBe(expected);
  });
  test('counts with one wheel where another one is withdrawn', () => {
    expect(newer(project('2.0', ['2.0', { yanked: 'broken' }])).newest).toBe('2.0');
  });
  test('may be one that fits something else', () => {
    const fits = (version: string): boolean => version !== '1.3';
    expect(newerVersions(project('1.2', '1.3'), '1.0', 3, now, fits).newest).toBe('1.2');
  });
});

test('waits for the cooldown, which begins with the first wheel', () => {
  const late = '2026-11-19T00:00:00Z';
  expect(
    newer(
      project(
        ['1.1', { uploadedAt: late }],
        ['1.1', { uploadedAt: longAgo }],
        ['1.2', { uploadedAt: '2026-11-18T08:00:00Z' }],
        ['1.3', { uploadedAt: late }],
        ['1.4', { uploadedAt: undefined }],
        ['1.0.1', { uploadedAt: late }],
      ),
    ),
  ).toEqual({
    newest: '1.1',
    publishedAt: '2026-01-01T00:00:00Z',
    cooling: [
      { version: '1.3', publishedAt: '2026-11-19T00:00:00Z', adoptableFrom: '2026-11-22T00:00:00Z' },
      { version: '1.2', publishedAt: '2026-11-18T08:00:00Z', adoptableFrom: '2026-11-21T08:00:00Z' },
    ],
    undated: ['1.4'],
  });
});

test('is quick with thousands of files', () => {
  const versions = Array.from({ length: 20_000 }, (_, patch) => `1.0.${patch + 1}`);
  expect(newer(project(...versions)).newest).toBe('1.0.20000');
});
