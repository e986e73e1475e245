/** Two versions of a server, captured, signed and published by the commands themselves, and served. */
import { execFileSync } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { sha256 } from '../../core/digest.ts';
import { serveDist } from '../../scripts/publish/server.ts';
import type { FakePackage } from '../support/npm-registry.ts';
import { emptyRegistry } from '../support/tiny-registry.ts';
import { smallManifest } from '../support/tiny-server.ts';

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

export interface SignedSite {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** With `ledger` 1.0.0 and 1.1.0. @throws where a command fails */
export async function openSignedSite(): Promise<SignedSite> {
  const { folder, npm, run, write } = await emptyRegistry(packages);
  const done = async (...words: string[]): Promise<void> => {
    const { status, stderr } = await run(...words);
    if (status !== 0) throw new Error(stderr);
  };
  const git = (...words: string[]): void => {
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], { cwd: folder });
  };
  const merge = async (version: string, more = ''): Promise<void> => {
    const url = `npm:ledger-server@${version}`;
    const artefact = { url, sha256: sha256(npm.tarball('ledger-server', version)) };
    await write('servers/ledger.yaml', smallManifest('ledger', version, artefact, more));
    await done('lock');
    git('add', 'registry.yaml', 'policy.yaml', 'servers');
    git('commit', '--quiet', '--message', version);
  };
  git('init', '--quiet', '--initial-branch', 'main');
  await merge('1.0.0');
  // Only a tip is approved.
  await done('sign');
  await merge('1.1.0', 'permissions:\n  network: [api.example.com:443]\n');
  await done('dev', '--once');
  await npm.close();
  const server = await serveDist(join(folder, 'dist'), { port: 0 });
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
