/** The `registry` command, as processes on a registry of one small server. */
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { emptyRegistry, tinyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';

let tiny: TinyRegistry;
beforeAll(async () => {
  tiny = await tinyRegistry();
});

describe('a registry of one server', () => {
  test('is locked with its whole closure', async () => {
    const lock = JSON.parse(await readFile(join(tiny.folder, 'servers/tiny.lock.json'), 'utf8'));
    expect(Object.keys(lock.closure.packages)).toEqual(['node_modules/tiny-server', 'node_modules/tiny-shout']);
  });
  test('is not locked again where only the day has changed', async () => {
    const file = join(tiny.folder, 'servers/tiny.lock.json');
    const before = await readFile(file, 'utf8');
    const { status, stdout } = await tiny.run('lock', '--as-of', '2026-10-01T00:00:00Z', '--json');
    expect([status, JSON.parse(stdout).locked]).toEqual([
      0,
      [expect.objectContaining({ name: 'tiny', unchanged: true })],
    ]);
    expect(await readFile(file, 'utf8')).toBe(before);
  });
  test('validates', async () => {
    const { status, stdout } = await tiny.run('validate', '--json');
    expect([status, JSON.parse(stdout)]).toMatchObject([0, { ok: true, servers: 1, problems: [] }]);
  });
  test('is signed and built once, and not again', async () => {
    const first = await tiny.run('dev', '--once', '--json');
    expect(first.stderr).toBe('');
    expect(JSON.parse(first.stdout)).toMatchObject({ ok: true, approved: ['tiny@1.0.0'] });
    const before = await snapshot(tiny.folder);
    const second = await tiny.run('dev', '--once', '--json');
    expect(JSON.parse(second.stdout)).toMatchObject({ ok: true, approved: [] });
    expect(await snapshot(tiny.folder)).toEqual(before);
  });
});

test('what is known of files and approvals is made again, and nothing depends on it', async () => {
  const index = join(tiny.folder, '.registry/index/approvals.jsonl');
  const { status, stdout } = await tiny.run('reindex', '--json');
  expect([status, JSON.parse(stdout)]).toMatchObject([0, { ok: true, servers: 1, approvals: 1 }]);
  const made = await readFile(index, 'utf8');
  await writeFile(index, made.slice(0, 100));
  expect(JSON.parse((await tiny.run('sign', '--json')).stdout)).toMatchObject({ ok: true, approved: [] });
  expect(await tiny.run('reindex')).toMatchObject({
    status: 0,
    stdout: 'the index holds 1 server and 1 approval\n',
  });
  expect(await readFile(index, 'utf8')).toBe(made);
});

describe('the views of registry.yaml', () => {
  let registry: TinyRegistry;
  let own: string;
  beforeAll(async () => {
    registry = await emptyRegistry();
    own = await readFile(join(registry.folder, 'registry.yaml'), 'utf8');
  });
  const listed = async (views: string, ...words: readonly string[]) => {
    await registry.write('registry.yaml', own + views);
    return registry.run('views', ...words);
  };
  const two =
    'views:\n  - { audience: [developers, writers], to: s3://both/a }\n  - { audience: [ops], to: "file:///srv/ops", url: https://ops.example.com }\n';

  test('are none', async () => {
    expect(await listed('')).toEqual({ status: 0, stdout: '', stderr: 'registry.yaml names no views\n' });
  });
  test('are listed, a line each, as a shell reads them', async () => {
    expect(await listed(two)).toEqual({
      ...{ status: 0, stderr: '' },
      stdout: [
        'developers,writers  s3://both/a      https://mcp.example.com\n',
        'ops                 file:///srv/ops  https://ops.example.com\n',
      ].join(''),
    });
    expect(JSON.parse((await listed(two, '--json')).stdout)).toEqual({
      ...{ schemaVersion: 1, ok: true, problems: [] },
      views: [
        { audience: ['developers', 'writers'], to: 's3://both/a', url: 'https://mcp.example.com' },
        { audience: ['ops'], to: 'file:///srv/ops', url: 'https://ops.example.com' },
      ],
    });
  });
  test.each([
    ['is sent where another is', two.replace('file:///srv/ops', 's3://both/a/ops'), '[view-in-view]'],
    ['is sent nowhere', 'views:\n  - { audience: [ops] }\n', 'views[0] has no "to"'],
  ])('are not listed where one %s', async (_, views, message) => {
    expect(await listed(views)).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(message) });
  });
  test('are none of a signer that signed nothing', async () => {
    const state = join(registry.folder, 'state');
    expect(await listed(two, '--state', state)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('nothing was signed in'),
    });
    await registry.write('state/head.json', JSON.stringify({ schemaVersion: 1, commit: 'a1'.repeat(20) }));
    expect(await listed(two, '--state', state)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('this clone does not have the commit'),
    });
  });
});

/** Content and time of every file that signing and building write. */
async function snapshot(folder: string): Promise<Record<string, unknown>> {
  const files: Record<string, unknown> = {};
  for (const part of ['.registry/approvals', '.registry/subjects', 'dist'])
    for (const name of await readdir(join(folder, part), { recursive: true })) {
      const path = join(folder, part, name);
      const found = await stat(path);
      if (!found.isFile()) continue;
      files[join(part, name)] = {
        content: await readFile(path, 'base64'),
        ...(part !== 'dist' && { written: found.mtimeMs }),
      };
    }
  return files;
}
