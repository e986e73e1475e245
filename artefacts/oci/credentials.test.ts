import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { credentialsOf, type Credential } from './credentials.ts';

let home: string;
let environment: Record<string, string>;
beforeEach(async () => {
  home = await temporaryFolder();
  environment = { PATH: [join(home, 'bin'), process.env['PATH']].join(delimiter) };
});

const find = (host = 'registry.example.com', path = 'mcp/postgres'): Promise<Credential | undefined> =>
  credentialsOf({ environment, home })(host, path);

const docker = '.docker/config.json';

async function write(file: string, content: unknown): Promise<string> {
  const path = join(home, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const auth = (username: string, password = 'secretThatNobodyMaySee'): { auth: string } => ({
  auth: Buffer.from(`${username}:${password}`).toString('base64'),
});
const ofHost = (username: string) => ({ auths: { 'registry.example.com': auth(username) } });
const named = (username: string, password = 'secretThatNobodyMaySee'): Credential => ({
  kind: 'password',
  username,
  password,
});

test('finds none where nothing is configured', async () => {
  await expect(find()).resolves.toBeUndefined();
  await write(docker, { auths: { 'other.example.com': auth('ada') } });
  await expect(find()).resolves.toBeUndefined();
});

test("looks into Podman's files first, then into Docker's, and only into the one that the environment names", async () => {
  await write(docker, ofHost('docker'));
  await expect(find()).resolves.toEqual(named('docker'));
  await write('moved/config.json', ofHost('moved'));
  environment['DOCKER_CONFIG'] = join(home, 'moved');
  await expect(find()).resolves.toEqual(named('moved'));
  await write('.config/containers/auth.json', ofHost('podman'));
  await expect(find()).resolves.toEqual(named('podman'));
  await write('run/containers/auth.json', ofHost('runtime'));
  environment['XDG_RUNTIME_DIR'] = join(home, 'run');
  await expect(find()).resolves.toEqual(named('runtime'));
  environment['REGISTRY_AUTH_FILE'] = await write('named.json', ofHost('named'));
  await expect(find()).resolves.toEqual(named('named'));
  environment['REGISTRY_AUTH_FILE'] = join(home, 'missing.json');
  await expect(find()).resolves.toBeUndefined();
});

test('takes the most specific entry', async () => {
  await write(docker, {
    auths: {
      'registry.example.com': auth('host'),
      'registry.example.com/mcp': auth('folder'),
      'registry.example.com/mcp/postgres': auth('repository'),
      'registry.example.com/mcp/post': auth('another'),
    },
  });
  await expect(find()).resolves.toEqual(named('repository'));
  await expect(find('registry.example.com', 'mcp/mysql')).resolves.toEqual(named('folder'));
  await expect(find('registry.example.com', 'mc')).resolves.toEqual(named('host'));
});

test.each([
  ['registry.example.com', 'https://registry.example.com/v1/'],
  ['registry.example.com', 'http://registry.example.com'],
  ['docker.io', 'https://index.docker.io/v1/'],
  ['docker.io', 'docker.io'],
  ['docker.io', 'index.docker.io'],
])('finds what stands for %s under %s', async (host, key) => {
  await write(docker, { auths: { [key]: auth('ada') } });
  await expect(find(host)).resolves.toEqual(named('ada'));
});

test.each<[string, unknown, Credential | undefined]>([
  ['a password with a colon', auth('ada', 'a:b'), named('ada', 'a:b')],
  ['zeros at the end', { auth: Buffer.from('ada:b\0\0').toString('base64') }, named('ada', 'b')],
  ['name and password apart', { username: 'ada', password: 'b' }, named('ada', 'b')],
  ['an identity token', { ...auth('ada'), identitytoken: 'id' }, { kind: 'identity', token: 'id' }],
  ['nothing, as beside a helper', {}, undefined],
  ['no object', 'x', undefined],
])('reads an entry with %s', async (_, entry, expected) => {
  await write(docker, { auths: { 'registry.example.com': entry } });
  await expect(find()).resolves.toEqual(expected);
});

test.each<[string, unknown]>([
  ['no JSON', '{"auths": secretThatNobodyMaySee'],
  ['no object', '[]'],
  [
    'no password',
    { auths: { 'registry.example.com': { auth: Buffer.from('secretThatNobodyMaySee').toString('base64') } } },
  ],
  ['two lines in a password', { auths: { 'registry.example.com': auth('ada', 'secretThatNobodyMaySee\nx') } }],
  ['two lines in a token', { auths: { 'registry.example.com': { identitytoken: 'secretThatNobodyMaySee\nx' } } }],
  ['a path as a helper', { credHelpers: { 'registry.example.com': '../../tmp/evil' } }],
  ['an option as a helper', { credsStore: '-x' }],
  ['a helper that is no text', { credsStore: 5 }],
])('names the file that holds %s, and no secret', async (_, content) => {
  const file = await write(docker, content);
  const error: unknown = await find().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'Failure', code: 'credentials-file', message: expect.stringContaining(file) });
  expect(inspect(error, { depth: 9 })).not.toMatch(/secretThat/u);
});

describe.skipIf(process.platform === 'win32')('a credential helper', () => {
  /** Answers with its arguments and its input as name and secret, unless the script says something else. */
  async function helper(
    name: string,
    script = String.raw`read -r server; printf '{"Username":"%s","Secret":"%s"}' "$*" "$server"`,
  ): Promise<void> {
    const path = await write(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
  }

  test('is asked for the host', async () => {
    await helper('plain');
    await write(docker, { credsStore: 'plain' });
    await expect(find()).resolves.toEqual(named('get', 'registry.example.com'));
    await expect(find('docker.io')).resolves.toEqual(named('get', 'https://index.docker.io/v1/'));
  });

  test('for one host goes before entries, and an entry before the helper for all', async () => {
    await helper('one');
    await helper('all', 'exit 1');
    await write(docker, { ...ofHost('ada'), credsStore: 'all', credHelpers: { 'registry.example.com': 'one' } });
    await expect(find()).resolves.toEqual(named('get', 'registry.example.com'));
    await write(docker, { ...ofHost('ada'), credsStore: 'all' });
    await expect(find()).resolves.toEqual(named('ada'));
  });

  test('may give an identity token', async () => {
    await helper('plain', `echo '{"Username":"<token>","Secret":"id"}'`);
    await write(docker, { credsStore: 'plain' });
    await expect(find()).resolves.toEqual({ kind: 'identity', token: 'id' });
  });

  test.each(['echo credentials not found in native keychain; exit 1', `echo '{"Username":"","Secret":""}'`])(
    'may know nothing: %s',
    async (script) => {
      await helper('plain', script);
      await write(docker, { credsStore: 'plain' });
      await expect(find()).resolves.toBeUndefined();
    },
  );

  test.each<[string, string, string]>([
    ['fails', 'echo secretThatNobodyMaySee; echo secretThatNobodyMaySee >&2; exit 1', 'failed'],
    ['answers with words', 'echo secretThatNobodyMaySee', 'did not answer with credentials'],
    ['answers with another object', `echo '{"secretThatNobodyMaySee":1}'`, 'did not answer with credentials'],
    ['answers without end', 'yes secretThatNobodyMaySee', 'failed'],
  ])('is named when it %s, without what it says', async (_, script, why) => {
    await helper('plain', script);
    await write(docker, { credsStore: 'plain' });
    const error: unknown = await find().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'credential-helper',
      message: `docker-credential-plain ${why} when asked for registry.example.com`,
    });
    expect(inspect(error, { depth: 9 })).not.toMatch(/secretThat/u);
  });

  test('is named when it is not there', async () => {
    await write(docker, { credsStore: 'absent' });
    await expect(find()).rejects.toMatchObject({
      code: 'credential-helper',
      message: 'docker-credential-absent is not on the PATH when asked for registry.example.com',
    });
  });
});
