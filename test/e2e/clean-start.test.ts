/** `run` and `install` start without the variables that decide which code Node loads; the other commands keep them. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { TrustConfig } from '../../schemas/types.ts';
import { countersign, countersignCommand } from '../support/command.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { tinyRegistry } from '../support/tiny-registry.ts';
import { needSandbox } from '../support/sandbox.ts';

await needSandbox();

let server: FileServer;
let config: TrustConfig;
let trust: string;
let folder: string;
const ping = '{"jsonrpc":"2.0","id":1,"method":"ping","params":{}}\n';

beforeAll(async () => {
  const tiny = await tinyRegistry();
  expect(await tiny.run('dev', '--once')).toMatchObject({ status: 0 });
  server = await serveFiles(join(tiny.folder, 'dist'));
  config = JSON.parse(await readFile(join(tiny.folder, '.registry/trust.json'), 'utf8')) as TrustConfig;
  config = { ...config, registry: { ...config.registry, url: server.url }, npmRegistry: tiny.npm.url };
  trust = join(tiny.folder, 'trust.json');
  await writeFile(trust, JSON.stringify(config));
});

beforeEach(async () => {
  server.files.clear();
  folder = await temporaryFolder();
});

/** The environment of a command while it waits for the registry, as the system sees it. */
async function environmentOf(words: string[], env: Record<string, string>): Promise<Map<string, string>> {
  const asked = new Promise((resolve) => server.files.set('metadata/timestamp.json', () => resolve(undefined)));
  const child = spawn(process.execPath, [countersignCommand, ...words, '--trust', trust], {
    env: { PATH: process.env['PATH'], XDG_DATA_HOME: folder, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await Promise.race([asked, ended]);
  const text = await readFile(`/proc/${child.pid ?? 0}/environ`, 'utf8');
  child.kill('SIGKILL');
  await ended;
  return new Map(text.split('\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

const harmless = {
  NODE_ENV: 'production',
  NODE_USE_ENV_PROXY: '1',
  HTTPS_PROXY: 'http://127.0.0.1:1',
  MY_NODE_OPTIONS: 'x',
};

test.skipIf(!existsSync('/proc/self/environ')).each([
  ['NODE_OPTIONS', '--no-deprecation'],
  ['NODE_PATH', '/nonexistent'],
  ['NODE_COMPILE_CACHE', '/nonexistent'],
  ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
  ['NODE_REPL_EXTERNAL_MODULE', '/nonexistent'],
  ['LD_LIBRARY_PATH', '/nonexistent'],
  ['OPENSSL_CONF', '/dev/null'],
])('run and install start themselves again without %s, and verify keeps it (needs /proc)', async (name, value) => {
  for (const words of [['run'], ['install'], ['--json', 'run']]) {
    const environment = await environmentOf([...words, 'tiny'], { ...harmless, [name]: value });
    expect(environment.get(name), words.join(' ')).toBeUndefined();
    expect(Object.fromEntries(environment)).toMatchObject(harmless);
  }
  expect((await environmentOf(['verify', 'tiny'], { [name]: value })).get(name)).toBe(value);
});

test('code that a variable loads is in the first process only, and in neither the host nor the server', async () => {
  const preload = join(folder, 'preload.mjs');
  const log = join(folder, 'log');
  await writeFile(
    preload,
    `import { appendFileSync } from 'node:fs'; appendFileSync(${JSON.stringify(log)}, 'loaded\\n');`,
  );
  const env = { XDG_DATA_HOME: folder, NODE_OPTIONS: `--import=${preload}` };
  const { status, stdout, stderr } = await countersign(['run', 'tiny', '--trust', trust], { env, input: ping });
  expect([status, stdout, stderr]).toEqual([0, expect.stringContaining('"result":'), '']);
  expect(await readFile(log, 'utf8')).toBe('loaded\n');
});

test('words and the exit code pass through the second start unchanged', async () => {
  const env = { XDG_DATA_HOME: folder, NODE_OPTIONS: '--no-deprecation' };
  const { status, stderr } = await countersign(['run', 'tiny', '--trust', trust, '--', '--a b', ''], { env });
  expect([status, stderr]).toEqual([2, expect.stringContaining('tiny takes no such option')]);
});

test('certificate authorities that the environment names count for verify, and not for run and install', async () => {
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key', '-out', 'cert', '-days', '9'],
      ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ],
    { cwd: folder, stdio: 'ignore' },
  );
  const [key, cert] = await Promise.all(['key', 'cert'].map((file) => readFile(join(folder, file))));
  const secure = createServer({ key, cert }, (_, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
  const file = join(folder, 'trust.json');
  await writeFile(file, JSON.stringify({ ...config, registry: { ...config.registry, url } }));
  // The machine's own configuration of npm may name authorities too: it is left out.
  const [none, global] = [join(folder, 'none'), join(folder, 'global')];
  const npm = {
    npm_config_userconfig: none,
    npm_config_globalconfig: global,
    npm_config_cafile: '',
    npm_config_ca: '',
  };
  const env = { XDG_DATA_HOME: folder, NODE_EXTRA_CA_CERTS: join(folder, 'cert'), ...npm };
  const codes = [];
  for (const command of ['verify', 'run', 'install'])
    codes.push((await countersign([command, 'tiny', '--trust', file], { env })).stderr.split('\n').slice(0, 2).join());
  // npm's own setting counts for all of them.
  const cafile = { ...env, npm_config_cafile: join(folder, 'cert') };
  codes.push((await countersign(['run', 'tiny', '--trust', file], { env: cafile })).stderr);
  secure.close();
  expect(codes).toEqual([
    expect.stringContaining('answered 404'),
    expect.stringMatching(/its certificate is not accepted.*cafile/u),
    expect.stringMatching(/its certificate is not accepted.*cafile/u),
    expect.stringContaining('answered 404'),
  ]);
});
