/** What happens to a session while the store that its server was installed in changes under it. */
import { execFileSync } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { TrustConfig } from '../../schemas/types.ts';
import { countersign, countersignCommand, type Ended } from '../support/command.ts';
import { serveFiles } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { needSandbox } from '../support/sandbox.ts';
import { tinyRegistry } from '../support/tiny-registry.ts';

await needSandbox();

let trust: string;
let home: string;

/** A registry of one server in two versions. */
beforeAll(async () => {
  const tiny = await tinyRegistry();
  const commit = (message: string): void => {
    for (const words of [
      ['add', 'registry.yaml', 'policy.yaml', 'servers'],
      ['commit', '--quiet', '--message', message],
    ])
      execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], { cwd: tiny.folder });
  };
  execFileSync('git', ['init', '--quiet', '--initial-branch', 'main'], { cwd: tiny.folder });
  commit('one');
  // Only a tip is approved.
  expect(await tiny.run('sign')).toMatchObject({ status: 0 });
  await tiny.write('servers/tiny.yaml', tiny.manifest('1.1.0'));
  expect(await tiny.run('lock')).toMatchObject({ status: 0 });
  commit('two');
  expect(await tiny.run('dev', '--once')).toMatchObject({ status: 0 });
  const { url } = await serveFiles(join(tiny.folder, 'dist'));
  const config = JSON.parse(await readFile(join(tiny.folder, '.registry/trust.json'), 'utf8')) as TrustConfig;
  trust = join(tiny.folder, 'trust.json');
  await writeFile(
    trust,
    JSON.stringify({ ...config, registry: { ...config.registry, url }, npmRegistry: tiny.npm.url }),
  );
});

beforeEach(async () => {
  home = await temporaryFolder();
});

const host = (...words: string[]): Promise<Ended> =>
  countersign([...words, '--trust', trust], { env: { XDG_DATA_HOME: home } });

/** A session with a server that `countersign run` started. */
async function session(server: string): Promise<{ greet: () => Promise<string>; close: () => Promise<void> }> {
  const client = new Client({ name: 'store', version: '1' });
  onTestFinished(() => client.close());
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [countersignCommand, 'run', server, '--trust', trust],
      env: { PATH: process.env['PATH'] ?? '', XDG_DATA_HOME: home },
      stderr: 'ignore',
    }),
  );
  const greet = async (): Promise<string> => {
    const { content } = await client.callTool({ name: 'greet', arguments: { name: 'Ada' } });
    return (content as { text: string }[]).map(({ text }) => text).join('');
  };
  return { greet, close: () => client.close() };
}

test('a store that is deleted while a server runs: no tool is called, the reason is told, and the next start repairs it', async () => {
  const { greet, close } = await session('tiny');
  expect(await greet()).toBe('GOOD DAY ADA!');
  await rm(join(home, 'countersign'), { recursive: true });
  // That nobody can write down what happened shows when a call is over.
  await greet();
  await expect(greet()).rejects.toThrow(/no tool is called: .* was deleted, .*; start the server again/u);
  const next = await session('tiny');
  expect(await next.greet()).toBe('GOOD DAY ADA!');
  // The folder is there again, so that what happens can be written down.
  expect(await greet()).toBe('GOOD DAY ADA!');
  await next.close();
  await close();
  const { stdout } = await host('audit', 'show', '--event', 'call', '--json');
  // The one that could not be written down, and the two since. The one before that is gone with the store.
  expect((JSON.parse(stdout) as { events: { outcome: string }[] }).events.map(({ outcome }) => outcome)).toEqual(
    Array<string>(3).fill('allowed'),
  );
});

test('a newer version and gc leave a session of the older one as it is', async () => {
  const older = await session('tiny@1.0.0');
  expect(await older.greet()).toBe('HELLO ADA!');
  expect(await host('install', 'tiny')).toMatchObject({ status: 0 });
  const newer = await session('tiny');
  expect(await host('gc')).toMatchObject({ status: 0 });
  expect([await older.greet(), await newer.greet()]).toEqual(['HELLO ADA!', 'GOOD DAY ADA!']);
  // Both processes count their calls in one place.
  const [registryId = ''] = await readdir(join(home, 'countersign/calls'));
  expect(await readdir(join(home, 'countersign/calls', registryId, 'tiny'))).toHaveLength(1);
  await older.close();
  await newer.close();
  // What may still run stays, whether it runs or not.
  expect(JSON.parse((await host('list', '--json')).stdout)).toMatchObject({ servers: [{ name: 'tiny' }] });
  const again = await session('tiny@1.0.0');
  expect(await again.greet()).toBe('HELLO ADA!');
});

test('a version that is uninstalled while it runs goes on, and is installed again when it is started', async () => {
  const first = await session('tiny');
  expect(await host('uninstall', 'tiny')).toMatchObject({ status: 0 });
  expect(await host('gc')).toMatchObject({ status: 0 });
  expect(await first.greet()).toBe('GOOD DAY ADA!');
  const second = await session('tiny');
  expect([await first.greet(), await second.greet()]).toEqual(['GOOD DAY ADA!', 'GOOD DAY ADA!']);
});
