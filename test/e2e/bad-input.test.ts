/** Bad input to the `registry` command: a message with a remedy, the right exit code, and nothing half-written. */
import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readManifest } from '../../core/manifest.ts';
import type { Lock } from '../../schemas/types.ts';
import { countersign, registry } from '../support/command.ts';
import { temporaryFolder } from '../support/folder.ts';
import { writeCopies } from '../support/many-servers.ts';
import type { FakePackage } from '../support/npm-registry.ts';
import { emptyRegistry, tinyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';
import { tinyPackages } from '../support/tiny-server.ts';
import { npmClosure } from '../support/statements.ts';

const servers = (tiny: TinyRegistry): Promise<string[]> => readdir(join(tiny.folder, 'servers'));

const otherDependency = (range: string): FakePackage[] => [
  {
    name: 'tiny-server',
    version: '1.0.0',
    manifest: { bin: { 'tiny-server': 'index.js' }, dependencies: { 'tiny-shout': range } },
    files: { 'index.js': '' },
  },
  ...tinyPackages.filter(({ name }) => name === 'tiny-shout'),
];

const otherShout = (change: Partial<FakePackage>): FakePackage[] =>
  tinyPackages.map((each) => (each.name === 'tiny-shout' ? { ...each, ...change } : each));

const packageJson = { path: 'package/package.json', content: '{"name":"tiny-shout","version":"1.0.0"}' };

describe('registry lock', () => {
  test.each<[string, number, string, FakePackage[]]>([
    ['an artefact that does not exist', 1, 'no-such-package', tinyPackages.filter(({ name }) => name !== 'tiny-shout')],
    [
      'a package without a sha512 integrity',
      1,
      'unpinned',
      otherShout({ dist: { integrity: undefined, shasum: 'a'.repeat(40) } }),
    ],
    ['a git dependency', 1, 'unpinned', otherDependency('git+https://git.example.com/x.git#main')],
    ['a file dependency', 1, 'unpinned', otherDependency('file:../x')],
    ['a dependency from an address', 1, 'unpinned', otherDependency('https://example.com/x.tgz')],
    [
      'a tarball with a link',
      3,
      'E_ARCHIVE',
      otherShout({ entries: [packageJson, { path: 'package/link', type: 'SymbolicLink', linkpath: '/etc/passwd' }] }),
    ],
    [
      'a tarball whose path escapes',
      3,
      'E_ARCHIVE',
      otherShout({ entries: [packageJson, { path: 'package/../../x', content: '' }] }),
    ],
  ])('refuses %s', async (_, status, code, packages) => {
    const tiny = await emptyRegistry(packages);
    await tiny.write('servers/tiny.yaml', tiny.manifest());
    const ended = await tiny.run('lock', '--json');
    expect(ended, ended.stderr).toMatchObject({ status });
    expect(JSON.parse(ended.stdout).error).toMatchObject({ code, remedy: expect.stringMatching(/./u) });
    expect(await servers(tiny)).toEqual(['tiny.yaml']);
  });

  test('refuses a digest that is not the artefact’s', async () => {
    const tiny = await emptyRegistry();
    await tiny.write('servers/tiny.yaml', tiny.manifest().replace(/sha256: .*/u, `sha256: ${'0a'.repeat(32)}`));
    const ended = await tiny.run('lock');
    expect(ended.status).toBe(3);
    expect(ended.stderr).toMatch(/E_DIGEST.*the manifest says 0a0a/u);
  });

  test('refuses a mirror without dates', async () => {
    const tiny = await emptyRegistry(tinyPackages, { withDates: false });
    await tiny.write('servers/tiny.yaml', tiny.manifest());
    expect(await tiny.run('lock')).toMatchObject({ status: 1, stderr: expect.stringContaining('no-dates') });
  });

  test('says so where there is no network', async () => {
    const tiny = await emptyRegistry();
    await tiny.write('servers/tiny.yaml', tiny.manifest());
    await tiny.npm.close();
    expect(await tiny.run('lock')).toMatchObject({ status: 1, stderr: expect.stringContaining('cannot be reached') });
    expect(await servers(tiny)).toEqual(['tiny.yaml']);
  });

  test('fetches nothing from a registry of images that the policy does not name', async () => {
    const tiny = await emptyRegistry();
    await tiny.write('servers/tiny.yaml', tiny.manifest().replace('npm:tiny-server@1.0.0', 'oci://localhost:9/tiny:1'));
    expect(await tiny.run('lock')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('so nothing was fetched [artefact-host]'),
    });
  });

  test('names what a changed lock says that its packages do not', async () => {
    const tiny = await tinyRegistry();
    commit(tiny.folder, 'one');
    const file = join(tiny.folder, 'servers/tiny.lock.json');
    const lock = JSON.parse(await readFile(file, 'utf8')) as Lock;
    const shout = npmClosure(lock).packages['node_modules/tiny-shout'];
    await writeFile(file, `${JSON.stringify(lock, null, 2).replace(shout?.tree ?? '', '0'.repeat(64))}\n`);
    const { status, stdout } = await tiny.run('lock', '--check', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      proved: ['tiny'],
      problems: [expect.objectContaining({ code: 'lock-entry', file: 'servers/tiny.lock.json' })],
    });
  });
});

describe('registry validate', () => {
  test('reports all problems of all files at once', async () => {
    const tiny = await tinyRegistry();
    await tiny.write('servers/other.yaml', tiny.manifest());
    await tiny.write('servers/broken.yaml', 'name: [');
    await tiny.write('servers/twice.yaml', `${tiny.manifest('1.1.0', '', 'twice')}name: twice\n`);
    await tiny.write('servers/huge.yaml', `#${' '.repeat(10_000_000)}`);
    await tiny.write('servers/notes.txt', '');
    await tiny.write('servers/gone.lock.json', '{}');
    const { status, stdout } = await tiny.run('validate', '--json');
    const { problems } = JSON.parse(stdout) as { problems: { code: string; remedy: string }[] };
    expect(status).toBe(1);
    expect(new Set(problems.map(({ code }) => code))).toEqual(
      new Set(['name-not-file-name', 'not-yaml', 'duplicate-key', 'too-large', 'stray-file', 'orphan-lock']),
    );
    expect(problems.every(({ remedy }) => remedy !== '')).toBe(true);
  });

  test('finds two manifests of one name and of one artefact', async () => {
    const tiny = await tinyRegistry();
    await tiny.write('servers/other.yaml', tiny.manifest('1.0.0', '', 'other'));
    const { stdout } = await tiny.run('validate', '--json');
    expect(JSON.parse(stdout).problems).toContainEqual(expect.objectContaining({ code: 'duplicate-artefact' }));
  });

  test('warns of a manifest without a lock, which build refuses', async () => {
    const tiny = await emptyRegistry();
    await tiny.write('servers/tiny.yaml', tiny.manifest());
    expect(await tiny.run('validate')).toMatchObject({ status: 0, stderr: expect.stringContaining('[unlocked]') });
    expect(await tiny.run('build')).toMatchObject({ status: 1, stderr: expect.stringContaining('[unlocked]') });
  });

  test('finds the one fault in 328 servers', async () => {
    const tiny = await tinyRegistry();
    const read = readManifest('servers/tiny.yaml', await readFile(join(tiny.folder, 'servers/tiny.yaml')));
    const lock = JSON.parse(await readFile(join(tiny.folder, 'servers/tiny.lock.json'), 'utf8')) as Lock;
    if (!read.ok) throw new Error('the manifest is valid');
    await writeCopies(tiny.folder, read.document.value, lock, 328);
    expect(await tiny.run('validate')).toMatchObject({ status: 0, stdout: '329 servers are valid\n' });
    const file = join(tiny.folder, 'servers/tiny-217.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace('public', 'pubic'));
    const { status, stderr } = await tiny.run('validate');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /servers\/tiny-217\.yaml:\d+:\d+: error: data_classification is "pubic".*\n(?:[> ] +\d* \|.*\n)+ {2}did you mean public\?\n\n1 problem\n/u,
    );
  });

  test('says where it must be run', async () => {
    expect(await registry(['validate'], { cwd: await temporaryFolder() })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no registry.yaml'),
    });
  });
});

describe('registry new', () => {
  const answers = [
    '--description',
    'Greets people by name.',
    '--maintainer',
    'a@example.com',
    '--scope',
    'read:x',
    '--data-classification',
    'public',
  ];

  test('writes a manifest that validates', async () => {
    const tiny = await emptyRegistry();
    const { status, stderr } = await tiny.run('new', '--npm', 'tiny-server@1.0.0', '--name', 'greeter', ...answers);
    expect([status, stderr]).toEqual([0, '']);
    expect(await tiny.run('validate')).toMatchObject({ status: 0 });
    const asked = tiny.npm.asked.length;
    expect(await tiny.run('new', '--npm', 'tiny-server@1.1.0', '--name', 'greeter', ...answers)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('servers/greeter.yaml is there already'),
    });
    expect(tiny.npm.asked).toHaveLength(asked);
  });

  test.each<[string, string[], number, string]>([
    [
      'a missing answer',
      ['--npm', 'tiny-server', '--name', 'x1'],
      2,
      '--maintainer, --scope, --data-classification are missing',
    ],
    ['an unknown package', ['--npm', 'no-such-thing', '--name', 'x1', ...answers], 1, 'no-such-package'],
    ['a name that is a path', ['--npm', 'tiny-server', '--name', '../x', ...answers], 2, 'such as internal-postgres'],
    [
      'a class that is none',
      ['--npm', 'tiny-server', '--name', 'x1', ...answers.slice(0, 6), '--data-classification', 'pubic'],
      2,
      'did you mean public',
    ],
    [
      'a host without a port',
      ['--npm', 'tiny-server', '--name', 'x1', ...answers, '--host', 'a.com'],
      2,
      'as api.notion.com:443',
    ],
    [
      'a scope that is none',
      ['--npm', 'tiny-server', '--name', 'x1', ...answers, '--scope', 'all'],
      2,
      'as read:finance.*',
    ],
    [
      'an address that is none',
      ['--npm', 'tiny-server', '--name', 'x1', ...answers, '--maintainer', 'me'],
      2,
      'an email address',
    ],
    [
      'a variable of the loader',
      ['--npm', 'tiny-server', '--name', 'x1', ...answers, '--env', 'LD_PRELOAD'],
      2,
      'as NOTION_TOKEN',
    ],
  ])('says so of %s, and writes nothing', async (_, words, status, message) => {
    const tiny = await emptyRegistry();
    expect(await tiny.run('new', ...words)).toMatchObject({ status, stderr: expect.stringContaining(message) });
    expect(await servers(tiny)).toEqual([]);
  });
});

describe('registry update and show', () => {
  test('moves to the newest version and says what changes', async () => {
    const tiny = await tinyRegistry();
    const { status, stdout } = await tiny.run('update', 'tiny');
    expect([status, stdout]).toEqual([
      0,
      expect.stringContaining(
        'tiny: changed, 1.0.0 → 1.1.0\n  tools: 1 offered\n  ~ the same: greet\n  packages: 2 installed, 1 upgraded\n  ~ the artefact upgraded tiny-server 1.0.0 → 1.1.0\n',
      ),
    ]);
    expect(await tiny.run('validate')).toMatchObject({ status: 0 });
    expect(await tiny.run('update', 'tiny')).toMatchObject({ status: 0, stdout: 'tiny is at 1.1.0 already\n' });
    expect(await tiny.run('update', 'tiny', '--to', '7.0.0')).toMatchObject({ status: 1 });
    expect(await tiny.run('update', 'tinny')).toMatchObject({ status: 2 });
  });

  test('says why a server is published, or not', async () => {
    const tiny = await tinyRegistry();
    expect((await tiny.run('show', 'tiny')).stdout).toContain('tiny is not published: 1.0.0 has no approval');
    expect(await tiny.run('sign')).toMatchObject({ status: 0 });
    expect((await tiny.run('show', 'tiny')).stdout).toContain('tiny 1.0.0 is published');
    expect(await tiny.run('show', 'tinny')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('did you mean tiny'),
    });
  });
});

describe('registry sign, build and serve', () => {
  test('never replace what was approved', async () => {
    const tiny = await tinyRegistry();
    expect(await tiny.run('sign')).toMatchObject({ status: 0 });
    await tiny.write('servers/tiny.yaml', tiny.manifest('1.0.0', 'tags: [new]\n'));
    expect(await tiny.run('sign')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('[approved-otherwise]'),
    });
    await tiny.write('servers/tiny.yaml', tiny.manifest().replace('2026-11-01', '2026-11-02'));
    expect(await tiny.run('sign')).toMatchObject({ status: 0, stdout: expect.stringContaining('approved tiny@1.0.0') });
    expect(await readdir(join(tiny.folder, '.registry/approvals/tiny/1.0.0'))).toEqual([
      '1.sigstore.json',
      '2.sigstore.json',
    ]);
  });

  test('build signs nothing', async () => {
    const tiny = await tinyRegistry();
    expect(await tiny.run('build')).toMatchObject({ status: 1, stderr: expect.stringContaining('[not-approved]') });
    await tiny.run('sign');
    await tiny.write(
      'servers/tiny.yaml',
      tiny.manifest(
        '1.0.0',
        'lifecycle: [{ versions: "*", state: revoked, since: 2026-11-02, reason: It is broken. }]\n',
      ),
    );
    expect(await tiny.run('build')).toMatchObject({ status: 1, stderr: expect.stringContaining('[status-outdated]') });
  });

  test('sign believes no lock whose packages it cannot compute again', async () => {
    const tiny = await tinyRegistry();
    tiny.npm.tampered.set('tiny-shout@1.0.0', tiny.npm.tarball('tiny-server', '1.0.0'));
    execFileSync('rm', ['-r', join(tiny.folder, '.registry')]);
    expect(await tiny.run('sign')).toMatchObject({ status: 1, stderr: expect.stringContaining('[closure-digest]') });
  });

  test.each([
    ['.registry/keys/approval.pem', 'the development key'],
    ['.registry/keys/root.pem', 'the development key'],
    ['.registry/metadata/1.root.json', 'cannot be used'],
    ['.registry/metadata/1.snapshot.json', 'cannot be used'],
    ['.registry/status.json', 'cannot be used'],
    ['.registry/approvals/tiny/1.0.0/1.sigstore.json', 'the stored approval'],
  ])('an empty or truncated %s ends with a remedy', async (file, message) => {
    const tiny = await tinyRegistry();
    await tiny.run('sign');
    const whole = await readFile(join(tiny.folder, file));
    for (const part of [Buffer.alloc(0), whole.subarray(0, whole.length / 2)]) {
      await writeFile(join(tiny.folder, file), part);
      expect(await tiny.run('build')).toMatchObject({ status: 1, stderr: expect.stringContaining(message) });
    }
  });

  test('a version that was never approved as the tip is never approved', async () => {
    const tiny = await tinyRegistry();
    commit(tiny.folder, 'one');
    await tiny.write('servers/tiny.yaml', tiny.manifest('1.1.0'));
    await tiny.run('lock');
    const signed = await tiny.run('sign', '--json');
    expect(JSON.parse(signed.stdout)).toMatchObject({ ok: true, approved: ['tiny@1.1.0'], problems: [] });
    expect(await readdir(join(tiny.folder, '.registry/approvals/tiny'))).toEqual(['1.1.0']);
    const again = await tiny.run('sign', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, approved: [], statusSigned: false });
  });

  test('a revocation waits for no artefact', async () => {
    const tiny = await tinyRegistry();
    await tiny.run('sign');
    commit(tiny.folder, 'one');
    const revoked = 'lifecycle: [{ versions: "*", state: revoked, since: 2026-11-02, reason: It is broken. }]\n';
    await tiny.write('servers/tiny.yaml', tiny.manifest('1.1.0', revoked));
    await tiny.run('lock');
    await tiny.npm.close();
    const { status, stdout } = await tiny.run('sign', '--json');
    expect([status, JSON.parse(stdout)]).toMatchObject([0, { approved: [], statusSigned: true }]);
    expect(await tiny.run('build')).toMatchObject({ status: 0 });
    const { signature, ...record } = JSON.parse(await readFile(join(tiny.folder, 'dist/servers/tiny.json'), 'utf8'));
    expect(signature).toBeDefined();
    expect(record.versions).toMatchObject([{ version: '1.0.0', state: 'revoked' }]);
  });

  test('a range that says nothing about an older version is found', async () => {
    const tiny = await tinyRegistry();
    // As an earlier program allowed it: a version that is not the artefact's.
    for (const file of ['servers/tiny.yaml', 'servers/tiny.lock.json']) {
      const text = await readFile(join(tiny.folder, file), 'utf8');
      await tiny.write(file, text.replace(/^( *"?version"?: )(["'])1\.0\.0["']/mu, '$1$22024.01$2'));
    }
    commit(tiny.folder, 'one');
    const some = 'lifecycle: [{ versions: "<1.1.0", state: revoked, since: 2026-11-02, reason: It is broken. }]\n';
    await tiny.write('servers/tiny.yaml', tiny.manifest('1.1.0', some));
    await tiny.run('lock');
    expect(await tiny.run('validate')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('[range-without-semver]'),
    });
  });

  test('a git that does not answer is not taken for no git', async () => {
    const tiny = await tinyRegistry();
    commit(tiny.folder, 'one');
    await tiny.write('.git/index', 'no index');
    const ended = await registry(['build'], { cwd: tiny.folder });
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('registry: git:') });
  });

  test('a shallow clone is an error that names the remedy', async () => {
    const tiny = await tinyRegistry();
    commit(tiny.folder, 'one');
    await tiny.write('registry-notes.txt', '');
    commit(tiny.folder, 'two');
    const clone = join(await temporaryFolder(), 'clone');
    execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${tiny.folder}`, clone]);
    expect(await registry(['build'], { cwd: clone })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('git fetch --unshallow'),
    });
  });

  test('a port in use is said before the build', async () => {
    const tiny = await tinyRegistry();
    const busy: Server = createServer();
    await new Promise<void>((resolve) => busy.listen(0, 'localhost', resolve));
    afterAll(() => void busy.close());
    const { port } = busy.address() as AddressInfo;
    const ended = await tiny.run('dev', '--port', String(port));
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('port-in-use') });
  });

  test('the command ends where it cannot write the trust config, though it serves already', async () => {
    const tiny = await tinyRegistry();
    await mkdir(join(tiny.folder, '.registry/trust.json'), { recursive: true });
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, 'localhost', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const ended = await tiny.run('dev', '--port', String(port));
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('in-the-way') });
    expect(ended.stderr).toContain('trust.json is a folder');
  });

  test.each([
    [['serve', '--port', 'many'], 2],
    [['serve'], 2],
    [['sreve'], 2],
    [['validate', '--base', 'nowhere'], 2],
  ])('registry %j is wrong usage', async (words, status) => {
    const tiny = await emptyRegistry();
    expect(await tiny.run(...words)).toMatchObject({ status });
  });

  test.each([
    [['lokc'], 'Did you mean lock?'],
    [['lock', '--chek'], 'Did you mean --check?'],
    [['update'], "missing required argument 'name'"],
    [['update', 'tniy'], 'did you mean tiny?'],
    [['lock', 'tniy'], 'did you mean tiny?'],
    [['show', 'tniy'], 'did you mean tiny?'],
    [['outdated', 'tniy'], 'did you mean tiny?'],
    [['lock', '--network', '--no-capture'], 'exclude each other'],
    [['lock', '--as-of', 'soon'], 'soon is no moment'],
    [['new', '--draft', 'none.json'], 'there is no none.json'],
  ])('registry %j says what is meant, in JSON too', async (words, message) => {
    const tiny = await emptyRegistry();
    await tiny.write('servers/tiny.yaml', tiny.manifest());
    const { status, stdout, stderr } = await tiny.run(...words, '--json');
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: 'usage', message: expect.stringContaining(message) },
    });
  });

  test('every command explains itself', async () => {
    for (const command of [
      'new',
      'lock',
      'validate',
      'diff',
      'update',
      'show',
      'who-uses',
      'outdated',
      'report',
      'sign',
      'build',
      'serve',
      'dev',
    ])
      expect(await registry([command, '--help'])).toMatchObject({
        status: 0,
        stdout: expect.stringContaining('--json'),
      });
    expect(await countersign(['--help'])).toMatchObject({ status: 0 });
  });
});

function commit(folder: string, message: string): void {
  const git = (...words: string[]): Buffer =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], { cwd: folder });
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '--all', '--', ':!.registry', ':!.npm', ':!dist');
  git('commit', '--quiet', '--message', message);
}
