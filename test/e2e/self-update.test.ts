/**
 * The real pack, installed as docs/hosts.md says on a machine with a trust config of its own, updates itself to what two
 * holders signed, and to nothing else.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Updater } from 'tuf-js';
import { beforeAll, describe, expect, test } from 'vitest';
import { readTarball } from '../../artefacts/archives/tarball.ts';
import { sha256 } from '../../core/digest.ts';
import { launcherPath, targetPath } from '../../core/metadata.ts';
import host from '../../host/package.json' with { type: 'json' };
import type { TrustConfig } from '../../schemas/types.ts';
import type { Ended } from '../support/command.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { needSandbox } from '../support/sandbox.ts';
import { tarballOf } from '../support/tarballs.ts';
import { tinyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';

const root = join(import.meta.dirname, '../..');
const execute = promisify(execFile);

let tiny: TinyRegistry;
let server: FileServer;
/** The real pack. */
let packed: Buffer;
/** What is /opt/countersign, /usr/local/bin and /root there. */
let [versions, commands, home]: readonly [string, string, string] = ['', '', ''];
/** What is /etc/countersign/trust.json there. */
let trust: string;

const git = (...words: string[]): Buffer =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], { cwd: tiny.folder });
const ok = async (...words: string[]): Promise<Record<string, unknown>> => {
  const ended = await tiny.run(...words, '--json');
  expect([words, ended.status, ended.stderr]).toEqual([words, 0, ended.stderr]);
  return JSON.parse(ended.stdout) as Record<string, unknown>;
};
const signAs = (name: string): Promise<Record<string, unknown>> =>
  ok('root', 'sign', '--key', `pkcs8:${name}.p8`, '--secret-file', 'secret', '--yes');
async function publish(): Promise<void> {
  git('add', 'registry.yaml', 'policy.yaml', 'advisories', 'servers', 'trust');
  git('commit', '--quiet', '--allow-empty', '--message', 'merged');
  await ok('sign', '--secret-file', 'secret');
  await ok('build');
}

/** The same program, packed as another version. */
function packedAs(version: string): Buffer {
  const edited = readTarball(packed, 'the pack').map(({ path, executable, content }) => {
    const text = Buffer.from(content).toString('utf8');
    const other = text.replaceAll(/(?<=\bversion"?: ?")0\.1\.0(?=")/gu, version);
    return { path: `package/${path}`, mode: executable ? 0o755 : 0o644, content: other === text ? content : other };
  });
  return tarballOf(edited);
}

async function propose(version: string, ...more: string[]): Promise<Ended> {
  await writeFile(join(tiny.folder, `countersign-${version}.tgz`), packedAs(version));
  return tiny.run('launcher', 'propose', `countersign-${version}.tgz`, ...more);
}

/** Proposed, signed by two, and published. */
async function publishLauncher(version: string, ...more: string[]): Promise<void> {
  expect(await propose(version, ...more)).toMatchObject({ status: 0 });
  await signAs('alice');
  await signAs('carol');
  await publish();
}

/** Runs a command on that machine as its administrator. Its files are those of this one, and nothing else of it is changed. */
const onMachine = (...words: string[]): Promise<Ended> => {
  const system = ['/usr', '/bin', '/lib', '/lib64'].flatMap((folder) => ['--ro-bind-try', folder, folder]);
  const own = [
    ...['--bind', versions, '/opt/countersign', '--bind', commands, '/usr/local/bin', '--bind', home, '/root'],
    ...['--ro-bind', trust, '/etc/countersign/trust.json', '--ro-bind', dirname(process.execPath), '/opt/node'],
  ];
  const env = ['--clearenv', '--setenv', 'PATH', '/opt/node:/usr/local/bin:/usr/bin:/bin', '--setenv', 'HOME', '/root'];
  const as = ['--unshare-user', '--uid', '0', '--gid', '0', '--die-with-parent', '--proc', '/proc', '--dev', '/dev'];
  return execute('bwrap', [...as, ...system, ...own, ...env, '--chdir', '/', '--', ...words]).then(
    ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ status: code, stdout, stderr }),
  );
};
/** Through the link, as people call it. */
const called = (...words: string[]): Promise<Ended> => onMachine('countersign', ...words);
const update = async (...words: string[]): Promise<Record<string, unknown> & { readonly status: number | null }> => {
  const { status, stdout } = await called('self-update', '--json', ...words);
  return { status, ...(JSON.parse(stdout) as Record<string, unknown>) };
};
const version = async (): Promise<string> => (await called('--version')).stdout.trim();

await needSandbox();

beforeAll(async () => {
  tiny = await tinyRegistry();
  await tiny.write('secret', 'correct horse battery staple\n');
  for (const name of ['alice', 'bob', 'carol', 'approval', 'snapshot', 'timestamp']) {
    await ok('key', 'new', `${name}.p8`, '--secret-file', 'secret');
    await ok('key', 'show', `pkcs8:${name}.p8`, '--secret-file', 'secret', '--out', `${name}.pem`);
  }
  git('init', '--quiet', '--initial-branch', 'main');
  await publishFirst();
  server = await serveFiles(join(tiny.folder, 'dist'));

  const base = await realpath(await temporaryFolder());
  [versions, commands, home] = [join(base, 'opt'), join(base, 'bin'), join(base, 'root')];
  await Promise.all([commands, home].map((folder) => mkdir(folder)));
  await execute('npm', ['pack', '--workspace', 'host', '--pack-destination', base], { cwd: root });
  const file = join(base, `countersign-${host.version}.tgz`);
  packed = await readFile(file);
  const quiet = ['--offline', '--no-audit', '--no-fund', '--cache', await temporaryFolder()];
  await execute('npm', ['install', '--prefix', join(versions, host.version), file, ...quiet], { cwd: base });
  await execute('chmod', ['-R', 'go-w', versions]);
  await symlink(`/opt/countersign/${host.version}/node_modules/.bin/countersign`, join(commands, 'countersign'));

  const config = JSON.parse(await readFile(join(tiny.folder, 'trust.json'), 'utf8')) as TrustConfig;
  trust = join(base, 'trust.json');
  const registry = { ...config.registry, url: server.url };
  await writeFile(trust, JSON.stringify({ ...config, registry, refreshAfterSeconds: 0 }));
});

async function publishFirst(): Promise<void> {
  const holders = ['alice', 'bob', 'carol'].flatMap((name) => ['--root', `${name}=${name}.pem`]);
  const online = ['snapshot', 'timestamp', 'approval'].flatMap((name) => [`--${name}`, `${name}=${name}.pem`]);
  git('add', 'registry.yaml');
  git('commit', '--quiet', '--message', 'begin');
  await ok('root', 'init', ...holders, ...online);
  await signAs('alice');
  await signAs('bob');
  await ok('trust', 'export');
  const keys = `keys: { approval: 'pkcs8:approval.p8', snapshot: 'pkcs8:snapshot.p8', timestamp: 'pkcs8:timestamp.p8' }\n`;
  await tiny.write('registry.yaml', (await readFile(join(tiny.folder, 'registry.yaml'), 'utf8')) + keys);
  await publish();
}

describe('countersign self-update', () => {
  test('says so where the registry publishes no launcher', async () => {
    expect(await update('--check')).toMatchObject({ status: 0, published: null, standing: 'none', updated: false });
    expect(await update()).toMatchObject({ status: 1, error: { code: 'no-launcher' } });
    expect((await tiny.run('launcher', 'status')).stdout).toContain('none is published');
    expect(await tiny.run('launcher', 'remove')).toMatchObject({ status: 2 });
  });

  test('does not see what one holder alone signed', async () => {
    const proposed = await propose('0.2.0');
    expect(proposed.stdout).toContain('whoever signs can pack the same bytes');
    const digest = sha256(packedAs('0.2.0'));
    const shown = (await tiny.run('root', 'status')).stdout;
    expect(shown).toMatch(
      new RegExp(`added +${digest}\\n +countersign 0\\.2\\.0, ${packedAs('0.2.0').length} bytes`, 'u'),
    );
    expect(shown).toContain('pack it yourself at the commit of 0.2.0');
    await signAs('alice');
    await publish();
    expect(await update('--check')).toMatchObject({ status: 0, published: null });
    // Somebody who can push puts other bytes in their place: nobody else signs.
    const kept = join(tiny.folder, 'trust/launcher', `${digest}.countersign.tgz`);
    await writeFile(kept, packedAs('0.2.1'));
    expect(await tiny.run('root', 'sign', '--key', 'pkcs8:carol.p8', '--secret-file', 'secret', '--yes')).toMatchObject(
      {
        status: 3,
        stderr: expect.stringContaining('E_DIGEST: the proposed targets file names a launcher'),
      },
    );
    await writeFile(kept, packedAs('0.2.0'));
  });

  test('finds what two signed, as another TUF client does, and says so before anything is fetched', async () => {
    expect(await signAs('carol')).toMatchObject({ targets: { version: 2 } });
    await publish();
    const bytes = packedAs('0.2.0');
    const published = { version: '0.2.0', sha256: sha256(bytes), bytes: bytes.byteLength };
    expect(await update('--check')).toMatchObject({ status: 0, running: '0.1.0', published, standing: 'newer' });
    expect(await version()).toBe('0.1.0');
    const status = await called('status', '--json');
    expect(JSON.parse(status.stdout)).toMatchObject({ launcher: { running: '0.1.0', published, standing: 'newer' } });
    const doctor = await called('doctor');
    expect(doctor.stdout).toContain('countersign 0.1.0; 0.2.0 is published: countersign self-update');
    expect(server.asked.filter((path) => path.includes('launcher'))).toEqual([]);

    const metadataDir = await temporaryFolder();
    const config = JSON.parse(await readFile(trust, 'utf8')) as TrustConfig;
    await writeFile(join(metadataDir, 'root.json'), JSON.stringify(config.root));
    const [metadataBaseUrl, targetBaseUrl] = [`${server.url}/metadata`, `${server.url}/targets`];
    const updater = new Updater({ metadataDir, metadataBaseUrl, targetDir: metadataDir, targetBaseUrl });
    await updater.refresh();
    const target = await updater.getTargetInfo(launcherPath);
    if (target === undefined) throw new Error('tuf-js does not find it');
    expect(await readFile(await updater.downloadTarget(target, join(metadataDir, 'it')))).toEqual(bytes);
  });

  test('refuses other bytes than were signed, and the old one stays', async () => {
    const bytes = packedAs('0.2.0');
    const path = targetPath(launcherPath, sha256(bytes));
    const flipped = Buffer.from(bytes);
    flipped[1000] = (flipped[1000] ?? 0) ^ 1;
    server.files.set(path, flipped);
    expect(await update()).toMatchObject({ status: 3, error: { code: 'E_DIGEST' } });
    server.files.delete(path);
    expect(await version()).toBe('0.1.0');
    expect(await readdir(versions)).toEqual(['0.1.0']);
  });

  test('puts it beside the version that runs, and the link leads to it', async () => {
    expect(await update()).toMatchObject({ status: 0, updated: true, folder: '/opt/countersign/0.2.0' });
    expect(await version()).toBe('0.2.0');
    expect(await readlink(join(commands, 'countersign'))).toBe('/opt/countersign/0.2.0/node_modules/.bin/countersign');
    expect((await readdir(versions)).sort()).toEqual(['0.1.0', '0.2.0']);
    expect(await update()).toMatchObject({ status: 0, standing: 'same', updated: false });
    const { stdout } = await called('audit', 'show', '--event', 'update', '--json');
    expect(stdout).toContain('from 0.1.0: countersign 0.2.0, SHA-256');
    expect(stdout).toContain('E_DIGEST');
    // The new one does what the old one did.
    expect((await called('list')).stdout).toContain('tiny');
  });

  test('is called by its link, or told where to put it', async () => {
    const inside = 'node_modules/.bin/countersign';
    const direct = await onMachine(`/opt/countersign/0.1.0/${inside}`, 'self-update');
    expect(direct).toMatchObject({ status: 1, stderr: expect.stringContaining('no-link: /opt/countersign/0.1.0/') });
    expect(await update('--into', '/opt/countersign/elsewhere')).toMatchObject({
      status: 0,
      updated: false,
      link: null,
    });
    expect((await onMachine(`/opt/countersign/elsewhere/0.2.0/${inside}`, '--version')).stdout).toBe('0.2.0\n');
    await rm(join(versions, 'elsewhere'), { recursive: true });
  });

  test('goes back to an older one only where it is told to', async () => {
    expect((await propose('0.0.9')).stderr).toContain('countersign 0.0.9 is older than 0.2.0');
    await publishLauncher('0.0.9', '--older');
    expect(await readdir(join(tiny.folder, 'trust/launcher'))).toEqual([
      `${sha256(packedAs('0.0.9'))}.countersign.tgz`,
    ]);
    expect(await update()).toMatchObject({ status: 1, error: { code: 'older-launcher' } });
    expect(await version()).toBe('0.2.0');
    expect(await update('--older')).toMatchObject({ status: 0, updated: true });
    expect(await version()).toBe('0.0.9');
  });

  test('of one version there is one content', async () => {
    await writeFile(join(tiny.folder, 'other.tgz'), tarballOf([{ path: 'package/package.json', content: '{}' }]));
    expect(await tiny.run('launcher', 'propose', 'other.tgz')).toMatchObject({ status: 3 });
    expect(await tiny.run('launcher', 'propose', 'missing.tgz')).toMatchObject({ status: 2 });
    const again = await tiny.run('launcher', 'propose', 'countersign-0.0.9.tgz');
    expect(again.stderr).toContain('is published already, with these bytes');
  });

  test('the registry can stop to publish one, and hosts keep what they have', async () => {
    await ok('launcher', 'remove');
    expect((await tiny.run('root', 'status')).stdout).toMatch(/removed +[0-9a-f]{64}/u);
    await signAs('bob');
    await signAs('carol');
    await publish();
    expect(await readdir(join(tiny.folder, 'trust/launcher'))).toEqual([]);
    expect(await update()).toMatchObject({ status: 1, error: { code: 'no-launcher' } });
    expect(await version()).toBe('0.0.9');
  });

  test('a lost file of the launcher holds up no server, and the build says so', async () => {
    await publishLauncher('0.3.0');
    git('rm', '--quiet', '-r', 'trust/launcher');
    git('commit', '--quiet', '--message', 'lost');
    await ok('sign', '--secret-file', 'secret');
    const built = await tiny.run('build');
    expect(built).toMatchObject({ status: 1, stderr: expect.stringContaining('hosts cannot update themselves') });
    expect(await update()).toMatchObject({ status: 1 });
    expect((await called('verify', 'tiny')).status).toBe(0);
  });
});
