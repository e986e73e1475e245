import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { stubNpmrc } from '../../test/support/npmrc.ts';
import { failingUv, standInUv } from '../../test/support/uv.ts';
import { indexOfUv, type compilePylock } from './uv.ts';

const folder = await temporaryFolder();
const indexAddress = 'https://robot:s3cret%21@index.example.com/simple/';
const request = { requirement: 'left-pad==1.0', asOf: new Date('2026-03-01T00:00:00Z'), python: '3.10', indexAddress };

beforeEach(() => {
  for (const key of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR'])
    for (const each of [key, key.toLowerCase()]) vi.stubEnv(each, undefined);
});
afterEach(() => vi.unstubAllEnvs());

const compile = async (path: string, npmrc = '', deadlineMs?: number): ReturnType<typeof compilePylock> => {
  await stubNpmrc(folder, npmrc);
  vi.stubEnv('PATH', path);
  const module = await import('./uv.ts');
  return module.compilePylock(request, deadlineMs);
};

interface Seen {
  readonly words: string[];
  readonly env: Record<string, string>;
  readonly folder: string;
  readonly files: string[];
  readonly requirements: string;
  readonly authorities: string | undefined;
}
const telling = `
const { readFileSync, readdirSync } = require('node:fs');
const { SSL_CERT_FILE: file } = process.env;
process.stdout.write(JSON.stringify({
  words: process.argv.slice(2), env: process.env, folder: process.cwd(), files: readdirSync('.'),
  requirements: readFileSync('requirements.in', 'utf8'), authorities: file && readFileSync(file, 'utf8'),
}));`;
const see = async (npmrc?: string): Promise<Seen> => {
  const answer = await compile(await standInUv(telling), npmrc);
  if (answer.kind === 'failed') throw new Error(answer.message);
  return JSON.parse(answer.pylock) as Seen;
};

test('asks for all platforms, as of a date, and for wheels only', async () => {
  const { words, requirements } = await see();
  expect(requirements).toBe('left-pad==1.0\n');
  expect(words.join(' ')).toMatch(/^pip compile --universal --format pylock\.toml --only-binary :all: /u);
  expect(words.join(' ')).toContain('--python-version 3.10 --exclude-newer 2026-03-01T00:00:00Z ');
  expect(words.at(-1)).toBe('requirements.in');
});

test('lets nothing of this account in, and leaves nothing behind', async () => {
  vi.stubEnv('UV_INDEX_URL', 'https://elsewhere.example.com/simple/');
  vi.stubEnv('UV_CONFIG_FILE', '/elsewhere/uv.toml');
  vi.stubEnv('VIRTUAL_ENV', '/elsewhere/venv');
  vi.stubEnv('GITHUB_TOKEN', 'ghp_secret');
  const { words, env, folder: work, files } = await see();
  expect(words).toEqual(expect.arrayContaining(['--no-config', '--no-cache', '--system', '--no-python-downloads']));
  const known = new Set([
    'HOME',
    'PATH',
    'SSL_CERT_FILE',
    'TMPDIR',
    'TEMP',
    'TMP',
    'UV_DEFAULT_INDEX',
    '__CF_USER_TEXT_ENCODING',
  ]);
  expect(Object.keys(env).filter((key) => !known.has(key))).toEqual([]);
  expect(work.startsWith(`${env.HOME ?? ''}/`)).toBe(true);
  expect(files).toEqual(['requirements.in']);
  expect(existsSync(env.HOME ?? '/')).toBe(false);
});

test('shows the login of the index to no other account', async () => {
  const { words, env } = await see();
  expect(env.UV_DEFAULT_INDEX).toBe(indexAddress);
  expect(words.join(' ')).not.toMatch(/s3cret|robot|index\.example/u);
});

test('uses the certificate authorities and the proxy that npm is configured with', async () => {
  const authority = '-----BEGIN CERTIFICATE-----\nours\n-----END CERTIFICATE-----';
  await writeFile(join(folder, 'ca.pem'), authority);
  const { authorities, env } = await see(
    `cafile=${join(folder, 'ca.pem')}\nhttps-proxy=http://proxy.example.com:3128/\n`,
  );
  expect(authorities).toContain(authority);
  expect(authorities).toContain(rootCertificates[0]);
  expect(env).toMatchObject({ ALL_PROXY: 'http://proxy.example.com:3128/', NO_PROXY: 'localhost,127.0.0.1,::1' });
});

test('leaves to uv what the environment says of both', async () => {
  vi.stubEnv('SSL_CERT_FILE', '/dev/null');
  vi.stubEnv('ALL_PROXY', 'http://other.example.com/');
  vi.stubEnv('NO_PROXY', 'example.org');
  const { env } = await see('https-proxy=http://proxy.example.com:3128/\n');
  expect(env).toMatchObject({
    SSL_CERT_FILE: '/dev/null',
    ALL_PROXY: 'http://other.example.com/',
    NO_PROXY: 'example.org',
  });
});

test('gives what uv says on one line, without the login', async () => {
  const said =
    '\u001b[31merror\u001b[0m: Failed to fetch\n  cause: https://robot:s3cret%21@index.example.com/ or s3cret!\n';
  await expect(compile(await failingUv(said))).resolves.toEqual({
    ...{ kind: 'failed', message: 'Failed to fetch cause: https://****:****@index.example.com/ or ****' },
  });
  const long = await compile(await failingUv('x'.repeat(100_000)));
  expect(long).toMatchObject({ kind: 'failed', message: 'x'.repeat(2_000) });
});

test.each<[string, string, string]>([
  [
    'old-uv',
    "error: unexpected argument '--format' found",
    "uv does not know an option: unexpected argument '--format' found",
  ],
  [
    'no-python',
    'error: No interpreter found for Python 3.10 in search path or managed installations',
    'uv finds no Python: No interpreter found for Python 3.10 in search path or managed installations',
  ],
])('says what is wrong with uv: %s', async (code, said, message) => {
  await expect(compile(await failingUv(said))).rejects.toMatchObject({ name: 'Failure', code, message });
});

test('says how to install uv where it is missing', async () => {
  await expect(compile(folder)).rejects.toMatchObject({
    ...{ name: 'Failure', code: 'no-uv', message: 'uv is not installed, which resolves Python packages' },
    remedy: 'install it and try again: pip install uv, or see https://docs.astral.sh/uv/',
  });
});

test.each([
  ['that does not end', 'setInterval(() => {}, 1000);', 300],
  ['that writes without end', "const more = () => process.stdout.write('x'.repeat(1 << 20), more); more();", 60_000],
])('ends one %s', async (_, program, deadlineMs) => {
  await expect(compile(await standInUv(program), '', deadlineMs)).rejects.toMatchObject({
    ...{ name: 'Failure', code: 'resolve-timeout' },
    message: `uv did not resolve left-pad==1.0 within ${deadlineMs / 1000} seconds and 67108864 bytes`,
  });
});

test.each([
  [
    'says its own default',
    'process.stdout.write("--index-url https://index.example.com/simple\\n")',
    'https://index.example.com/simple/',
  ],
  ['says nothing of it', 'process.stdout.write("left-pad==1.0\\n")', undefined],
  ['fails', 'process.exitCode = 2', undefined],
])('takes the index of a uv that %s', async (_, program, url) => {
  vi.stubEnv('PATH', await standInUv(program));
  expect((await indexOfUv())?.url).toBe(url);
});

test('takes no index where there is no uv', async () => {
  vi.stubEnv('PATH', folder);
  expect(await indexOfUv()).toBeUndefined();
});
