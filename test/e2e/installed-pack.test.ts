/** The `countersign` command as people get it: packed, installed into an empty folder, and used from another one. */
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { beforeAll, expect, test } from 'vitest';
import host from '../../host/package.json' with { type: 'json' };
import type { TrustConfig } from '../../schemas/types.ts';
import { serveFiles } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { tinyRegistry } from '../support/tiny-registry.ts';

const root = join(import.meta.dirname, '../..');
const execute = promisify(execFile);

let installed: string;
let command: string;
let elsewhere: string;
let env: Record<string, string>;

beforeAll(async () => {
  const packed = await temporaryFolder();
  await execute('npm', ['pack', '--workspace', 'host', '--pack-destination', packed], { cwd: root });
  const [tarball = ''] = await readdir(packed);
  expect(tarball).toBe(`countersign-${host.version}.tgz`);
  installed = await temporaryFolder();
  elsewhere = await temporaryFolder();
  // An empty cache and no network: whatever is not in the tarball is not there.
  const words = ['--offline', '--no-audit', '--no-fund', '--cache', await temporaryFolder()];
  await execute('npm', ['install', '--prefix', installed, join(packed, tarball), ...words], { cwd: elsewhere });
  command = join(installed, 'node_modules/.bin/countersign');
  const path = [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
  env = { PATH: path, XDG_DATA_HOME: await temporaryFolder() };
});

test('tells its version, and brings nothing but itself', async () => {
  const { stdout } = await execute(command, ['--version'], { cwd: elsewhere, env });
  expect(stdout).toBe(`${host.version}\n`);
  expect((await readdir(join(installed, 'node_modules'))).filter((name) => !name.startsWith('.'))).toEqual([
    'countersign',
  ]);
});

test('brings its licence and those of what is bundled in it', async () => {
  const read = (file: string): Promise<string> =>
    readFile(join(installed, 'node_modules/countersign/dist', file), 'utf8');
  expect(await read('LICENSE')).toBe(await readFile(join(root, 'LICENSE'), 'utf8'));
  const licences = await read('third-party-licences.txt');
  expect(licences).toMatch(/^make-fetch-happen \S+ \(ISC\)$/mu);
  expect(licences).toMatch(/^canonicalize \S+ \(Apache-2\.0\)$/mu);
  expect(licences).not.toContain('esbuild');
});

test('brings its manual page and what completes its commands, as it prints it too', async () => {
  const folder = join(installed, 'node_modules/countersign/dist');
  expect(await readFile(join(folder, 'countersign.1'), 'utf8')).toContain('.TH COUNTERSIGN 1');
  for (const [shell, file] of Object.entries({
    bash: 'countersign.bash',
    zsh: '_countersign',
    fish: 'countersign.fish',
  })) {
    const { stdout } = await execute(command, ['completion', shell], { cwd: elsewhere, env });
    expect(stdout).toBe(await readFile(join(folder, file), 'utf8'));
  }
});

test('runs an approved server for the official client, from another folder', async () => {
  const tiny = await tinyRegistry();
  expect(await tiny.run('dev', '--once')).toMatchObject({ status: 0 });
  const server = await serveFiles(join(tiny.folder, 'dist'));
  const config = JSON.parse(await readFile(join(tiny.folder, '.registry/trust.json'), 'utf8')) as TrustConfig;
  await writeFile(
    join(elsewhere, 'trust.json'),
    JSON.stringify({ ...config, registry: { ...config.registry, url: server.url }, npmRegistry: tiny.npm.url }),
  );
  const client = new Client({ name: 'installed', version: '1.0.0' });
  const args = ['run', 'tiny', '--trust', 'trust.json'];
  await client.connect(new StdioClientTransport({ command, args, env, cwd: elsewhere, stderr: 'inherit' }));
  expect(await client.callTool({ name: 'greet', arguments: { name: 'Ada' } })).toMatchObject({
    content: [{ type: 'text', text: 'HELLO ADA!' }],
  });
  await client.close();
});
