import { expect, test } from 'vitest';
import { openPackageIndex } from '../../artefacts/pypi/index-client.ts';
import { startIndex, type FakeRelease } from '../../test/support/package-index.ts';
import { packedWheel } from '../../test/support/wheels.ts';
import type { Found } from './found.ts';
import { pypiArtefact } from './pypi.ts';

const cooledDown = new Date('2026-06-01T00:00:00Z');

async function found(spec: string, releases: readonly FakeRelease[]): Promise<Found> {
  const { index } = await startIndex(releases);
  return pypiArtefact(spec, await openPackageIndex({ url: index, source: 'a test' }), cooledDown);
}

function release(version: string, change: Partial<FakeRelease> = {}, header: readonly string[] = []): FakeRelease {
  const METADATA = [
    ...['Metadata-Version: 2.4', 'Name: notes-mcp', `Version: ${version}`, ...header, ''],
    '<!-- mcp-name: com.example/notes -->',
    '"args": ["-m", "notes_mcp", "--folder", "/path/to/notes"], "env": { "NOTES_TOKEN": "…" }',
    '',
  ].join('\n');
  const { fileName, wheel } = packedWheel({ name: 'notes_mcp', version, info: { METADATA } });
  return { name: 'notes-mcp', version, files: { [fileName]: wheel }, ...change };
}

test('says what its description says: its name elsewhere, variables and arguments', async () => {
  const { upstream, hints } = await found('notes-mcp', [release('1.0.0')]);
  expect(upstream).toBe('com.example/notes');
  expect(hints.variables).toEqual([{ name: 'NOTES_TOKEN', secret: true, required: false }]);
  expect(hints.arguments).toEqual([{ name: '--folder', required: true }]);
});

test.each([
  [
    'the label of its code',
    ['Project-URL: Homepage, https://a.example', 'Project-URL: Source Code, https://b.example/x.git'],
    'https://b.example/x',
  ],
  ['its home page', ['Home-page: https://a.example/x'], 'https://a.example/x'],
  ['no address that is not https', ['Home-page: http://a.example/x'], undefined],
])('takes as repository %s', async (_, header, repository) => {
  expect((await found('notes-mcp', [release('1.0.0', {}, header)])).repository).toBe(repository);
});

test.each([
  ['the newest that is old enough', 'notes-mcp', '1.0.0'],
  ['the one that is asked for', 'Notes_MCP==2.0.0', '2.0.0'],
])('takes %s', async (_, spec, version) => {
  const described = await found(spec, [release('1.0.0'), release('2.0.0', { uploadedAt: '2026-07-01T00:00:00Z' })]);
  expect(described).toMatchObject({ version, url: `pypi:notes-mcp==${version}` });
});

test.each<[string, string, FakeRelease, string]>([
  ['only source', 'notes-mcp', release('1.0.0', { files: ['notes_mcp-1.0.0.tar.gz'] }), 'unpinned'],
  ['no such version', 'notes-mcp==3.0.0', release('1.0.0'), 'no-such-package'],
  ['nothing that was not withdrawn', 'notes-mcp', release('1.0.0', { yanked: true }), 'no-such-package'],
])('fails where there is %s', async (_, spec, published, code) => {
  await expect(found(spec, [published])).rejects.toMatchObject({ code });
});
