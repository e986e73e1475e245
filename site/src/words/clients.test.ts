import { expect, test } from 'vitest';
import type { Manifest } from '../../../schemas/types.ts';
import { installLinks, snippets } from './clients.ts';

const manifest = (launch: Manifest['launch']): Manifest => ({ name: 'files', launch }) as Manifest;
const plain = manifest({ arguments: [] });
const asking = manifest({
  arguments: [{ type: 'positional', name: 'directory', description: 'Which.', required: true }],
});
const start = { command: 'countersign', args: ['run', 'files'] };

test('a click gives the client the launcher with its exact words', () => {
  const [code, cursor] = installLinks(plain, 'production').map(({ href }) => new URL(href));
  expect(code?.href).toMatch(/^vscode:mcp\/install\?/u);
  expect(JSON.parse(decodeURIComponent(code?.search.slice(1) ?? ''))).toEqual({ name: 'files', ...start });
  expect(cursor?.href).toMatch(/^cursor:\/\/anysphere\.cursor-deeplink\/mcp\/install\?/u);
  expect(cursor?.searchParams.get('name')).toBe('files');
  expect(JSON.parse(atob(cursor?.searchParams.get('config') ?? ''))).toEqual(start);
});

test('there is no click where the command needs a value of its user', () => {
  expect(installLinks(asking, 'production')).toEqual([]);
});

test('each other client gets the same words in its own format', () => {
  const texts = snippets(asking, 'production').map(({ text }) => text);
  const args = ['run', 'files', '--', '<directory>'];
  const command = 'countersign';
  expect(JSON.parse(texts[0] ?? '')).toEqual({ mcpServers: { files: { command, args } } });
  expect(JSON.parse(texts[1] ?? '')).toEqual({ servers: { files: { type: 'stdio', command, args } } });
  expect(texts[2]).toBe('[mcp_servers.files]\ncommand = "countersign"\nargs = ["run", "files", "--", "<directory>"]');
  expect(JSON.parse(texts[3] ?? '')).toEqual({ context_servers: { files: { command, args } } });
  expect(JSON.parse(texts[4] ?? '')).toEqual({ mcp: { files: { type: 'local', command: [command, ...args] } } });
});
