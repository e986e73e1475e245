import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folder.ts';
import { configuredIndex, readIndexAddress } from './index-address.ts';

const root = await temporaryFolder();
let home: string;
let counter = 0;
beforeEach(() => {
  home = join(root, `home-${++counter}`);
});

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), text);
};
/** Nothing of this machine's own configuration. */
const look = (env: Readonly<Record<string, string>> = {}, os: NodeJS.Platform = 'linux') =>
  configuredIndex({ env: { PROGRAMDATA: join(home, 'all'), ...env }, home, root: join(home, 'root'), os });

test('is none where nothing is configured', () => {
  expect(look()).toBeUndefined();
});

test('is what the environment says, uv before pip', () => {
  const env = {
    PIP_INDEX_URL: 'https://pip.example.com/simple',
    UV_INDEX_URL: 'https://old.example.com/simple/',
    UV_DEFAULT_INDEX: 'https://new.example.com/simple?x=1#y',
  };
  expect(look(env)).toEqual({ url: 'https://new.example.com/simple/', source: 'UV_DEFAULT_INDEX' });
  expect(look({ ...env, UV_DEFAULT_INDEX: '' })?.url).toBe('https://old.example.com/simple/');
  expect(look({ PIP_INDEX_URL: env.PIP_INDEX_URL })?.url).toBe('https://pip.example.com/simple/');
});

describe('is read from files', () => {
  const url = 'https://mirror.example.com/simple/';
  const other = 'https://other.example.com/simple/';
  const toml = (address: string): string => `index-url = "${address}" # ours\n[pip]\nindex-url = "https://x.example"\n`;
  const conf = (address: string): string => `[global]\ntimeout = 5\nindex-url = ${address}\n`;

  test.each<[string, string, string, Record<string, string>?, NodeJS.Platform?]>([
    ['uv', '.config/uv/uv.toml', toml(url)],
    ['uv, as a list', '.config/uv/uv.toml', `[[index]]\nurl = "${other}"\n[[index]]\nurl = "${url}"\ndefault = true\n`],
    ['uv for all users', 'root/etc/xdg/uv/uv.toml', toml(url)],
    ['uv on Windows', 'AppData/Roaming/uv/uv.toml', toml(url), {}, 'win32'],
    ['uv for all users of Windows', 'all/uv/uv.toml', toml(url), {}, 'win32'],
    ['pip', '.config/pip/pip.conf', conf(url)],
    ['pip, of old', '.pip/pip.conf', conf(url)],
    ['pip for all users', 'root/etc/xdg/pip/pip.conf', conf(url)],
    ['uv in /etc', 'root/etc/uv/uv.toml', toml(url)],
    ['pip in /etc', 'root/etc/pip.conf', conf(url)],
    ['pip for all users, elsewhere', 'xdg/pip/pip.conf', conf(url), { XDG_CONFIG_DIRS: 'DIRS' }],
    ['pip for all users of a Mac', 'root/Library/Application Support/pip/pip.conf', conf(url), {}, 'darwin'],
    ['pip on a Mac', 'Library/Application Support/pip/pip.conf', conf(url), {}, 'darwin'],
    ['pip on Windows', 'AppData/Roaming/pip/pip.ini', conf(url), {}, 'win32'],
    [
      'pip, in other words',
      '.config/pip/pip.conf',
      `# [x]\n; y\n[global]\r\nIndex_URL : ${url}  \r\n[install]\r\nindex-url=${other}\r\n`,
    ],
  ])('of %s', async (_, path, text, env, os) => {
    await write(path, text);
    const named = Object.fromEntries(
      Object.keys(env ?? {}).map((key) => [key, `${join(home, 'none')}:${join(home, 'xdg')}`]),
    );
    expect(look(named, os)).toEqual({ url, source: join(home, path) });
  });

  test('of the user before those of the system, and of uv before those of pip', async () => {
    await write('.config/pip/pip.conf', conf('https://pip.example.com/'));
    await write('root/etc/xdg/uv/uv.toml', toml(other));
    expect(look()?.url).toBe(other);
    await write('.config/uv/uv.toml', toml(url));
    expect(look()?.url).toBe(url);
    expect(look({ PIP_INDEX_URL: 'https://pip.example.com/' })?.url).toBe(url);
    expect(look({ UV_NO_CONFIG: '1' })?.url).toBe('https://pip.example.com/');
  });

  test('that the environment names', async () => {
    await write('mine.toml', toml(url));
    await write('mine.conf', conf(other));
    await write('.config/pip/pip.conf', conf('https://pip.example.com/'));
    expect(look({ UV_CONFIG_FILE: join(home, 'mine.toml') })?.url).toBe(url);
    expect(look({ PIP_CONFIG_FILE: join(home, 'mine.conf') })?.url).toBe(other);
    expect(look({ PIP_CONFIG_FILE: '/dev/null' })).toBeUndefined();
  });

  test('unless they say nothing of it', async () => {
    await write('.config/uv/uv.toml', 'offline = true\nindex-url = 5\n');
    await write(
      '.config/pip/pip.conf',
      `index-url = ${url}\n[install]\nindex-url = ${url}\n[global]\nextra-index-url = ${url}\n`,
    );
    expect(look()).toBeUndefined();
  });

  test('unless they cannot be read', async () => {
    await write('.config/uv/uv.toml', 'offline = true\nindex-url = "https://user:secret@example.com/\n');
    const path = join(home, '.config/uv/uv.toml');
    expect(() => look()).toThrow(
      expect.objectContaining({
        ...{ name: 'Failure', code: 'index-address', remedy: 'see this file' },
        message: `${path} cannot be read for the address of the package index: line 2 is no TOML`,
        cause: undefined,
      }),
    );
    await write('.config/uv/uv.toml', `# ${'x'.repeat(300_000)}`);
    expect(() => look()).toThrow(expect.objectContaining({ code: 'index-address' }));
  });
});

test('names no password of an address that cannot be used', () => {
  for (const address of ['ftp://user:secret@example.com/', 'user:secret@example.com'])
    expect(() => readIndexAddress(address, 'PIP_INDEX_URL')).toThrow(
      expect.objectContaining({
        ...{ code: 'index-address', remedy: 'write the address of its simple interface' },
        message: 'PIP_INDEX_URL names a package index that has no http address',
      }),
    );
});

test('keeps the user and the password of an address', () => {
  expect(readIndexAddress('https://user:pass@example.com/simple', 'a test')?.url).toBe(
    'https://user:pass@example.com/simple/',
  );
});
