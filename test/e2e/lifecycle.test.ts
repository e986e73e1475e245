/** From a maintainer's edit of a lifecycle to what a host does, on a registry of one server with two versions. */
import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Manifest, ServerRecord, TrustConfig } from '../../schemas/types.ts';
import { countersign, type Ended } from '../support/command.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { tinyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';

let tiny: TinyRegistry;
let server: FileServer;
let manifest: string;
let dataHome: string;

const git = (...words: string[]): Buffer =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], { cwd: tiny.folder });
const commit = (message: string): void => {
  git('add', 'registry.yaml', 'policy.yaml', 'servers');
  git('commit', '--quiet', '--allow-empty', '--message', message);
};

beforeAll(async () => {
  tiny = await tinyRegistry();
  git('init', '--quiet', '--initial-branch', 'main');
  commit('one');
  // Only a tip is approved.
  expect(await tiny.run('sign')).toMatchObject({ status: 0 });
  await tiny.write('servers/tiny.yaml', tiny.manifest('1.1.0'));
  expect(await tiny.run('lock')).toMatchObject({ status: 0 });
  commit('two');
  expect(await tiny.run('dev', '--once')).toMatchObject({ status: 0 });
  manifest = await readFile(join(tiny.folder, 'servers/tiny.yaml'), 'utf8');
  server = await serveFiles(join(tiny.folder, 'dist'));
  // What follows needs nothing of npm.
  await tiny.npm.close();
});

beforeEach(async () => {
  await tiny.write('servers/tiny.yaml', manifest);
  dataHome = await temporaryFolder();
});

async function host(words: string[], change: Partial<TrustConfig> = {}): Promise<Ended> {
  const trust = JSON.parse(await readFile(join(tiny.folder, '.registry/trust.json'), 'utf8')) as TrustConfig;
  const file = join(tiny.folder, 'trust.json');
  const registry = { ...trust.registry, url: server.url };
  await writeFile(file, JSON.stringify({ ...trust, registry, refreshAfterSeconds: 0, ...change }));
  return countersign([...words, '--trust', file], { env: { XDG_DATA_HOME: dataHome } });
}

/** Publishes what the lifecycle says now. */
async function publish(): Promise<void> {
  expect(await tiny.run('dev', '--once')).toMatchObject({ status: 0 });
}

/** The versions whose verification summary is published. */
async function summaries(): Promise<string[]> {
  const dist = join(tiny.folder, 'dist');
  const { versions } = JSON.parse(await readFile(join(dist, 'servers/tiny.json'), 'utf8')) as ServerRecord;
  const there = new Set(await readdir(join(dist, 'approvals')));
  return versions
    .filter(({ bundle }) => there.has(`${bundle}.vsa.json`))
    .map(({ version }) => version)
    .sort();
}

describe('a version', () => {
  test('that is pinned stays, and another can be asked for', async () => {
    const verified = async (words: string[], pins: Record<string, string>): Promise<unknown> =>
      JSON.parse((await host(['verify', ...words, '--json'], { pins })).stdout);
    expect(await verified(['tiny'], { tiny: '1.0.0' })).toMatchObject({ verified: [{ version: '1.0.0' }] });
    expect(await verified(['tiny'], { other: '1.0.0' })).toMatchObject({ verified: [{ version: '1.1.0' }] });
    expect(await verified(['tiny@1.1.0'], { tiny: '1.0.0' })).toMatchObject({ verified: [{ version: '1.1.0' }] });
    expect(await verified(['tiny'], { tiny: '0.9.0' })).toMatchObject({
      error: { code: 'E_NOT_APPROVED', remedy: expect.stringContaining('the trust config pins it') },
    });
  });

  test('that is deprecated runs with a warning, and not beyond its sunset', async () => {
    const words = ['--versions', '<1.1.0', '--reason', 'Too old.', '--guide', 'https://docs.example.com/move'];
    expect(await tiny.run('deprecate', 'tiny', ...words, '--sunset', '2099-01-01')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('tiny 1.0.0: deprecated'),
    });
    await publish();
    expect((await host(['info', 'tiny@1.0.0'])).stdout).toContain('1.0.0 (deprecated)');
    await tiny.write('servers/tiny.yaml', manifest);
    expect(
      await tiny.run('deprecate', 'tiny', ...words, '--since', '2025-06-01', '--sunset', '2026-01-01'),
    ).toMatchObject({ status: 0 });
    await publish();
    const ended = await host(['verify', 'tiny@1.0.0']);
    expect([ended.status, ended.stderr]).toEqual([3, expect.stringContaining('E_SUNSET')]);
    expect(ended.stderr).toContain('https://docs.example.com/move');
    expect(await host(['verify', 'tiny'])).toMatchObject({ status: 0 });
  });

  test('that is revoked is refused at once, and stays so when the entry is taken out', async () => {
    await publish();
    expect(await host(['verify', 'tiny@1.0.0'])).toMatchObject({ status: 0 });
    expect(await summaries()).toEqual(['1.0.0', '1.1.0']);
    const words = ['--versions', '<1.1.0', '--reason', 'Leaks rows.', '--advisory', 'CVE-2026-12345'];
    const ended = await tiny.run('revoke', 'tiny', ...words, '--json');
    expect(JSON.parse(ended.stdout)).toMatchObject({ ok: true, versions: ['1.0.0'], others: ['1.1.0'] });
    expect(await tiny.run('validate')).toMatchObject({ status: 0 });
    await publish();
    expect(await summaries()).toEqual(['1.1.0']);
    const refused = await host(['verify', 'tiny@1.0.0']);
    expect([refused.status, refused.stderr]).toEqual([3, expect.stringContaining('E_REVOKED')]);
    expect(refused.stderr).toContain('CVE-2026-12345');
    expect(await host(['verify', 'tiny'])).toMatchObject({ status: 0 });
    // A pin does not outlive a revocation.
    expect(await host(['verify', 'tiny'], { pins: { tiny: '1.0.0' } })).toMatchObject({ status: 3 });

    await tiny.write('servers/tiny.yaml', manifest);
    expect((await tiny.run('sign')).stderr).toContain('[revocation-kept]');
    expect(await tiny.run('build')).toMatchObject({ status: 0 });
    expect(await host(['verify', 'tiny@1.0.0'])).toMatchObject({ status: 3 });
  });

  test('that is named exactly is meant alone, and none of its builds', async () => {
    await tiny.write('servers/tiny.yaml', manifest.replace("version: '1.1.0'", "version: '1.0.0+1'"));
    const ended = await tiny.run('revoke', 'tiny', '--versions', '1.0.0', '--reason', 'It is broken.', '--json');
    expect(JSON.parse(ended.stdout)).toMatchObject({ versions: ['1.0.0'], others: ['1.1.0', '1.0.0+1'] });
    const { lifecycle } = parse(await readFile(join(tiny.folder, 'servers/tiny.yaml'), 'utf8')) as Manifest;
    expect(lifecycle).toMatchObject([{ versions: ['1.0.0'], state: 'revoked' }]);
  });

  test.each<[string, string[], string]>([
    [
      'a range that holds none',
      ['--versions', '>9', '--reason', 'x'],
      'holds none of the versions of tiny: 1.0.0, 1.1.0',
    ],
    ['no reason', ['--versions', '*'], '--reason'],
    ['no versions', ['--reason', 'x'], '--versions'],
    ['what is no set', ['--versions', '1.0.0,,2', '--reason', 'x'], 'is no set of versions'],
    ['a day that is none', ['--versions', '*', '--reason', 'x', '--since', 'tomorrow'], 'lifecycle'],
    [
      'another server that is none',
      ['--versions', '*', '--reason', 'x', '--replaced-by', 'tinier'],
      'there is no server tinier',
    ],
  ])('is not revoked by %s, and the manifest stays as it is', async (_, words, message) => {
    const ended = await tiny.run('revoke', 'tiny', ...words);
    expect(ended.status).toBeGreaterThan(0);
    expect(ended.stderr).toContain(message);
    expect(await readFile(join(tiny.folder, 'servers/tiny.yaml'), 'utf8')).toBe(manifest);
  });
});
