import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../test/support/folder.ts';
import { openSources } from './open-sources.ts';
import { readIndexAddress } from './pypi/index-address.ts';

beforeEach(async () => {
  const home = await temporaryFolder();
  vi.stubEnv('HOME', home);
  for (const key of ['UV_DEFAULT_INDEX', 'UV_INDEX_URL', 'PIP_INDEX_URL', 'XDG_CONFIG_HOME'])
    vi.stubEnv(key, undefined);
  vi.stubEnv('UV_NO_CONFIG', '1');
  vi.stubEnv('PIP_CONFIG_FILE', '/dev/null');
});
afterEach(() => vi.unstubAllEnvs());

const named = 'https://named.example.com/simple/';
const uvs = async () => readIndexAddress('https://uv.example.com/simple', 'uv');

test('asks for the index that is named, before one that is configured, and for that before the default', async () => {
  const addressOf = async (mirrors: Parameters<typeof openSources>[0]): Promise<string> =>
    (await (await openSources(mirrors)).index()).address;
  expect(await addressOf({ defaultIndex: uvs })).toBe('https://uv.example.com/simple/');
  vi.stubEnv('PIP_INDEX_URL', 'https://pip.example.com/simple');
  expect(await addressOf({ defaultIndex: uvs })).toBe('https://pip.example.com/simple/');
  expect(await addressOf({ pythonIndex: named, defaultIndex: uvs })).toBe(named);
});

test('says what to do where nothing names an index', async () => {
  const { index } = await openSources();
  await expect(index()).rejects.toMatchObject({ code: 'no-index', remedy: expect.stringContaining('pythonIndex') });
});
