import { expect, test } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import { zipOf } from '../../test/support/zips.ts';
import { mcpbArtefact } from './mcpb.ts';

const url = 'https://example.com/notes.mcpb';

const bundle = (change: object = {}): Buffer =>
  zipOf([
    {
      path: 'manifest.json',
      content: JSON.stringify({
        manifest_version: '0.3',
        name: 'notes-mcp',
        version: '1.2.0',
        description: 'Reads and writes notes.',
        license: 'MIT',
        author: { name: 'Example' },
        server: {
          type: 'node',
          entry_point: 'index.js',
          mcp_config: {
            command: 'node',
            args: ['${__dirname}/index.js', '--folder', '${user_config.folder}', '--quiet'],
            env: { NOTES_TOKEN: '${user_config.token}' },
          },
        },
        user_config: {
          folder: { type: 'directory', title: 'Folder', description: 'Where the notes are.', required: true },
          token: { type: 'string', title: 'Token', description: 'Of the service.', sensitive: true, required: true },
        },
        ...change,
      }),
    },
    { path: 'index.js', content: '' },
  ]);

test('is described by its manifest.json, and asks for what that asks for', async () => {
  const bytes = bundle();
  const found = await mcpbArtefact(url, () => Promise.resolve(bytes));
  expect(found).toMatchObject({
    names: ['notes'],
    version: '1.2.0',
    description: 'Reads and writes notes.',
    license: 'MIT',
    url,
    sha256: sha256(bytes),
    commands: [],
  });
  expect(found.hints.arguments).toEqual([
    expect.objectContaining({ name: '--folder', required: true, format: 'filepath' }),
    { name: '--quiet', fixed: '--quiet', required: true },
  ]);
  expect(found.hints.variables).toEqual([
    expect.objectContaining({ name: 'NOTES_TOKEN', secret: true, required: true }),
  ]);
});

test('that fetches code when it starts is refused', async () => {
  const server = { type: 'node', entry_point: 'index.js', mcp_config: { command: 'npx', args: ['notes'] } };
  await expect(mcpbArtefact(url, () => Promise.resolve(bundle({ server })))).rejects.toMatchObject({
    code: 'E_UNSUPPORTED',
  });
});
