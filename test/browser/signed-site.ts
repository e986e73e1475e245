/** Two versions of a server, captured, signed and published by the commands themselves, and served. */
import { join } from 'node:path';
import type { FakePackage } from '../support/npm-registry.ts';
import { mergingRegistry, serveFolder, type ServedFolder } from './merging-registry.ts';

const query = { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] };

/** Answers with tools that stand beside it as JSON. */
const source = `#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
const tools = JSON.parse(readFileSync(new URL('./tools.json', import.meta.url), 'utf8'));
const results = {
  initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'ledger', version: '1' } },
  'tools/list': { tools },
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (id !== undefined) process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: results[method] }) + '\\n');
});
`;

const ledger = (version: string, tools: readonly object[], dependencies: Record<string, string>): FakePackage => ({
  name: 'ledger-server',
  version,
  manifest: { type: 'module', license: 'MIT', bin: { 'ledger-server': 'index.js' }, dependencies },
  files: { 'index.js': source, 'tools.json': JSON.stringify(tools) },
});

const loaded = (name: string, version: string): FakePackage => ({
  ...{ name, version },
  manifest: { type: 'module', main: 'index.js', license: 'MIT' },
  files: { 'index.js': 'export {};\n' },
});

const packages: readonly FakePackage[] = [
  loaded('rows', '1.0.0'),
  loaded('rows', '2.0.0'),
  loaded('csv-lines', '3.1.0'),
  ledger(
    '1.0.0',
    [
      { name: 'find_rows', description: 'Finds the rows of one account that match.', inputSchema: query },
      { name: 'drop_row', description: 'Removes one row.', inputSchema: query },
    ],
    { rows: '1.0.0' },
  ),
  ledger(
    '1.1.0',
    [
      { name: 'export_rows', description: 'Writes the rows that match to a file.', inputSchema: query },
      { name: 'find_rows', description: 'Finds the rows of all accounts that match.', inputSchema: query },
    ],
    { rows: '2.0.0', 'csv-lines': '3.1.0' },
  ),
];

/** With `ledger` 1.0.0 and 1.1.0. @throws where a command fails */
export async function openSignedSite(): Promise<ServedFolder> {
  const { folder, npm, done, merge } = await mergingRegistry(packages);
  await merge({ name: 'ledger', package: 'ledger-server', version: '1.0.0' });
  // Only a tip is approved.
  await done('sign');
  const more = 'permissions:\n  network: [api.example.com:443]\n';
  await merge({ name: 'ledger', package: 'ledger-server', version: '1.1.0', more });
  await done('dev', '--once');
  await npm.close();
  return serveFolder(join(folder, 'dist'));
}
