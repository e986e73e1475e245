/** Bundles, tarballs and git commits: locked, signed, published, run; and refused where one byte is another. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadedPackages } from '../../artefacts/loaded.ts';
import { parseLock } from '../../artefacts/lock.ts';
import { sha256 } from '../../core/digest.ts';
import { Refusal } from '../../core/refusal.ts';
import { treeDigest } from '../../core/tree.ts';
import { homeOf } from '../../host/home.ts';
import { Servers } from '../../host/servers.ts';
import { loadTrust } from '../../host/trust/trust-config.ts';
import type { TrustConfig } from '../../schemas/types.ts';
import { makeCertificate, type Certificate } from '../support/certificate.ts';
import { countersign, type Ended, withoutRefusal } from '../support/command.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { gitRepository, type GitRepository } from '../support/git-repository.ts';
import { serveGit, type GitServer } from '../support/git-server.ts';
import { aPolicy } from '../support/statements.ts';
import { tarballOf } from '../support/tarballs.ts';
import { emptyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';
import { smallManifest } from '../support/tiny-server.ts';
import { treeOf } from '../support/tree-files.ts';
import { nodeServer, ownServer, pythonServer, shout } from '../support/tree-servers.ts';
import { zipOf, type ZippedEntry } from '../support/zips.ts';
import { needSandbox } from '../support/sandbox.ts';

await needSandbox();

type Files = Readonly<Record<string, string>>;

const bundleManifest = (server: object, more: object = {}): string =>
  JSON.stringify({ manifest_version: '0.3', name: 'tiny', version: '1.0.0', license: 'MIT', server, ...more });

const within = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));

/** A path with a star at its end is executable. */
const zipped = (files: Files): Buffer =>
  zipOf(
    Object.entries(files).map(([path, content]) => ({
      path: path.replace(/\*$/u, ''),
      content,
      mode: path.endsWith('*') ? 0o100755 : 0o100644,
    })),
  );

const tarred = (files: Files): Buffer =>
  tarballOf(
    Object.entries(files).map(([path, content]) => ({
      path: `package/${path.replace(/\*$/u, '')}`,
      content,
      mode: path.endsWith('*') ? 0o755 : 0o644,
    })),
  );

const packageJson = (more: object = {}): string =>
  JSON.stringify({ name: 'tiny', version: '1.0.0', type: 'module', license: 'MIT', ...more });

const nodeFiles: Files = { 'package.json': packageJson(), 'server/index.js': nodeServer };
const pythonFiles: Files = {
  'server/main.py': pythonServer,
  'server/beside.py': "hello = 'hello from python'\n",
  'server/lib/shouting.py': "def shout(text): return text.upper() + '!'\n",
  'server/lib/shouting-1.2.0.dist-info/METADATA':
    'Metadata-Version: 2.1\nName: shouting\nVersion: 1.2.0\nLicense: MIT\n',
};
const node = { type: 'node', entry_point: 'server/index.js' };
const start = { command: 'node', args: ['${__dirname}/server/index.js'] };

/** The files of each archive, by its name. */
const bundles: Readonly<Record<string, Files>> = {
  'node.mcpb': {
    'manifest.json': bundleManifest({ ...node, mcp_config: start }),
    ...nodeFiles,
    ...within('node_modules/tiny-shout', shout),
  },
  'python.mcpb': {
    'manifest.json': bundleManifest({
      type: 'python',
      entry_point: 'server/main.py',
      mcp_config: {
        command: 'python3',
        args: ['${__dirname}/server/main.py'],
        env: { PYTHONPATH: '${__dirname}/server/lib' },
      },
    }),
    ...pythonFiles,
  },
  'own.mcpb': {
    'manifest.json': bundleManifest(
      { type: 'binary', entry_point: 'bin/tiny', mcp_config: { command: '${__dirname}/bin/tiny' } },
      { compatibility: { platforms: ['darwin', 'linux'] } },
    ),
    'bin/tiny*': ownServer,
  },
  'keyed.mcpb': {
    'manifest.json': bundleManifest(
      { ...node, mcp_config: { ...start, env: { API_KEY: '${user_config.key}' } } },
      { user_config: { key: { type: 'string', title: 'Key', required: true, sensitive: true } } },
    ),
    ...nodeFiles,
    ...within('node_modules/tiny-shout', shout),
  },
};
const tarballs: Readonly<Record<string, Files>> = {
  'alone.tgz': { ...nodeFiles, ...within('node_modules/tiny-shout', shout) },
  'asking.tgz': {
    'package.json': packageJson({ bin: { tiny: 'server/index.js' }, dependencies: { 'tiny-shout': '^1.0.0' } }),
    'server/index.js': nodeServer,
  },
};
const committed: Files = { ...tarballs['asking.tgz'], 'bin/other*': ownServer };

let certificate: Certificate;
let archives: FileServer;
let repository: GitRepository;
let git: GitServer & { readonly commit: string };
let tiny: TinyRegistry;
let published: FileServer;
let trustFile: string;
let ca: Record<string, string>;

const manifest = (name: string, url: string, digest: string, more = ''): string =>
  smallManifest(name, '1.0.0', { url, sha256: digest }, more);

const archive = (file: string): Buffer => {
  const bytes = archives.files.get(file);
  if (!(bytes instanceof Uint8Array)) throw new Error(`no ${file} is served`);
  return Buffer.from(bytes);
};

const ofFile = (name: string, file: string, more?: string): string =>
  manifest(name, `${archives.url}/${file}`, sha256(archive(file)), more);

const ofCommit = (more?: string): string =>
  manifest('from-git', `git+${git.url}#${git.commit}`, treeDigest(treeOf(committed)), more);

beforeAll(async () => {
  const folder = await temporaryFolder();
  const made = makeCertificate(folder);
  if (made === undefined) throw new Error('openssl is not there');
  certificate = made;
  const cafile = join(folder, 'ca.pem');
  await writeFile(cafile, certificate.cert);
  await mkdir(join(folder, 'git'));
  await writeFile(join(folder, 'git/config'), `[http]\n  sslCAInfo = ${cafile}\n`);
  // As an organisation configures npm and git.
  ca = { npm_config_cafile: cafile, XDG_CONFIG_HOME: folder };
  archives = await serveFiles(undefined, certificate);
  for (const [name, files] of Object.entries(bundles)) archives.files.set(name, zipped(files));
  for (const [name, files] of Object.entries(tarballs)) archives.files.set(name, tarred(files));
  repository = await gitRepository();
  for (const [path, content] of Object.entries(committed)) {
    repository.write(path.replace(/\*$/u, ''), content);
    if (path.endsWith('*')) await chmod(join(repository.root, path.slice(0, -1)), 0o755);
  }
  const commit = repository.commit();
  git = Object.assign(await serveGit(repository.root, certificate), { commit });

  tiny = await emptyRegistry();
  Object.assign(tiny.env, ca);
  const hosts = [new URL(archives.url).host, new URL(git.url).host];
  const types = ['npm', 'mcpb', 'tarball', 'git'] as const;
  await tiny.write('policy.yaml', stringify(aPolicy({ artefacts: { types: [...types], hosts, remote: false } })));
  const given = 'launch:\n  arguments:\n    - { type: fixed, value: you }\n';
  await tiny.write('servers/node-bundle.yaml', ofFile('node-bundle', 'node.mcpb', given));
  await tiny.write('servers/python-bundle.yaml', ofFile('python-bundle', 'python.mcpb', given));
  await tiny.write('servers/own-bundle.yaml', ofFile('own-bundle', 'own.mcpb'));
  await tiny.write('servers/alone.yaml', ofFile('alone', 'alone.tgz', `${given}  command: server/index.js\n`));
  await tiny.write('servers/asking.yaml', ofFile('asking', 'asking.tgz', given));
  await tiny.write('servers/from-git.yaml', ofCommit(given));
  const run = (...words: string[]): Buffer =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], { cwd: tiny.folder });
  run('init', '--quiet', '--initial-branch', 'main');
  const locked = await tiny.run('lock');
  expect(locked.status, locked.stderr).toBe(0);
  run('add', 'registry.yaml', 'policy.yaml', 'servers');
  run('commit', '--quiet', '--message', 'one');
  const signed = await tiny.run('dev', '--once');
  expect(signed.status, signed.stderr).toBe(0);

  published = await serveFiles(join(tiny.folder, 'dist'));
  const trust = JSON.parse(await readFile(join(tiny.folder, '.registry/trust.json'), 'utf8')) as TrustConfig;
  trustFile = join(tiny.folder, 'trust.json');
  const here = { ...trust, registry: { ...trust.registry, url: published.url }, npmRegistry: tiny.npm.url };
  await writeFile(trustFile, JSON.stringify(here));
});

afterEach(() => {
  archives.silent = false;
  git.instead = undefined;
});

const servers = ['node-bundle', 'python-bundle', 'own-bundle', 'alone', 'asking', 'from-git'];

const greeting = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`;

const host = (words: readonly string[], data: string): Promise<Ended> =>
  countersign([...words.slice(0, 1), '--trust', trustFile, ...words.slice(1)], {
    env: { XDG_DATA_HOME: data, ...ca },
    input: greeting,
  });

const lockOf = async (name: string) =>
  parseLock(await readFile(join(tiny.folder, `servers/${name}.lock.json`)), `the lock of ${name}`);

test.each([
  ['node-bundle', 'HELLO FROM NODE YOU!'],
  ['python-bundle', 'HELLO FROM PYTHON YOU!'],
  ['own-bundle', 'HELLO FROM A PROGRAM!'],
  ['alone', 'HELLO FROM NODE YOU!'],
  ['asking', 'HELLO FROM NODE YOU!'],
  ['from-git', 'HELLO FROM NODE YOU!'],
])('%s is started from its proved files, and installed again without its source', async (name, text) => {
  const data = await temporaryFolder();
  const answer = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { said: text } });
  const first = await host(['run', name], data);
  expect(first.status, first.stderr).toBe(0);
  expect(JSON.stringify(JSON.parse(first.stdout))).toBe(answer);
  expect((await lockOf(name)).tools.map((tool) => tool.name)).toEqual(['greet']);
  // What it has fetched is kept by its digest.
  archives.silent = true;
  git.instead = (_, response) => response.writeHead(404).end();
  expect(await host(['uninstall', name], data)).toMatchObject({ status: 0 });
  const again = await host(['run', name], data);
  expect(again.status, again.stderr).toBe(0);
  expect(await host(['uninstall', name], data)).toMatchObject({ status: 0 });
});

test('a lock lists what lies inside, by the registry that its name is of, and what lies beside', async () => {
  const inside = async (name: string): Promise<string[]> =>
    loadedPackages(await lockOf(name)).map((each) => `${each.type} ${each.name.split('/').at(-1)} in ${each.path}`);
  expect(await inside('node-bundle')).toEqual([
    'mcpb node.mcpb in tree',
    'npm tiny-shout in tree/node_modules/tiny-shout',
  ]);
  expect(await inside('python-bundle')).toEqual([
    'mcpb python.mcpb in tree',
    'pypi shouting in tree/server/lib/shouting-1.2.0.dist-info',
  ]);
  expect(await inside('asking')).toEqual(['tarball asking.tgz in tree', 'npm tiny-shout in node_modules/tiny-shout']);
  expect(await inside('from-git')).toEqual(['git .git in tree', 'npm tiny-shout in node_modules/tiny-shout']);
});

describe('a host refuses', () => {
  const openHost = async (data: string): Promise<Servers> =>
    new Servers(await loadTrust(trustFile), homeOf({ XDG_DATA_HOME: data }), new Date());

  /** Evenly spread over a file, its first and last byte included. */
  const spread = (length: number): number[] => [
    ...new Set(Array.from({ length: 200 }, (_, index) => Math.round((index * (length - 1)) / 199))),
  ];

  test.each(servers)('%s with a flipped byte in any installed file, one file more, or one less', async (name) => {
    const data = await temporaryFolder();
    expect(await host(['install', name], data)).toMatchObject({ status: 0 });
    const opened = await openHost(data);
    const server = await opened.registry.server(name);
    const folder = opened.folderOf(server);
    const outcome = (): string => {
      try {
        opened.checkInstalled(server);
        return 'accepted';
      } catch (error) {
        if (error instanceof Refusal) return error.code;
        throw error;
      }
    };
    expect(outcome()).toBe('accepted');
    const found = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      const bytes = await readFile(file);
      const { mode } = await stat(file);
      for (const at of spread(bytes.length)) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        await writeFile(file, changed);
        expect(outcome(), `${file} at ${at}`).toBe('E_TREE');
      }
      await rm(file);
      expect(outcome(), `${file} is not there`).toBe('E_TREE');
      await writeFile(file, bytes, { mode });
    }
    expect(outcome()).toBe('accepted');
    await writeFile(join(folder, 'tree/more.js'), '');
    expect(outcome()).toBe('E_TREE');
    const { status, stdout } = await host(['run', name], data);
    expect([status, withoutRefusal(stdout)]).toEqual([3, '']);
  });

  test('an archive that is another one on the way', async () => {
    for (const file of ['node.mcpb', 'alone.tgz']) {
      const bytes = archive(file);
      const changed = Buffer.from(bytes);
      changed[60] = (changed[60] ?? 0) ^ 1;
      archives.files.set(file, changed);
      const ended = await host(['run', file === 'node.mcpb' ? 'node-bundle' : 'alone'], await temporaryFolder());
      archives.files.set(file, bytes);
      expect([ended.status, withoutRefusal(ended.stdout)]).toEqual([3, '']);
      expect(ended.stderr).toContain('serves other bytes than were approved');
    }
  });
});

describe('a lock is not made of', () => {
  const locked = async (name: string, text: string): Promise<Ended> => {
    const other = await emptyRegistry();
    Object.assign(other.env, ca);
    await other.write('policy.yaml', await readFile(join(tiny.folder, 'policy.yaml'), 'utf8'));
    await other.write(`servers/${name}.yaml`, text);
    return other.run('lock', name);
  };
  const valid: readonly ZippedEntry[] = [
    { path: 'manifest.json', content: bundleManifest({ ...node, mcp_config: start }) },
    { path: 'server/index.js', content: '' },
  ];
  const launched = (server: object): readonly ZippedEntry[] => [
    { path: 'manifest.json', content: bundleManifest(server) },
    { path: 'server/index.js', content: '' },
    { path: 'server/main.py', content: '' },
  ];

  test.each<[string, readonly ZippedEntry[], string]>([
    ['a path that leads out', [...valid, { path: '../out.js' }], 'may lead out'],
    ['a link', [...valid, { path: 'link', content: '/etc/passwd', mode: 0o120777 }], 'link'],
    ['two names that are one on some systems', [...valid, { path: 'SERVER/index.js' }], 'one name on some systems'],
    ['a file twice', [...valid, { path: 'server/index.js' }], 'twice'],
    ['no manifest.json', valid.slice(1), 'holds no manifest.json'],
    [
      'packages that are fetched at the start',
      launched({ type: 'uv', entry_point: 'server/main.py' }),
      'its packages are fetched when the server starts',
    ],
    [
      'a start by npx',
      launched({ ...node, mcp_config: { command: 'npx', args: ['-y', 'tiny-server'] } }),
      'fetches or builds code when the server starts',
    ],
  ])('a bundle with %s', async (_, entries, why) => {
    archives.files.set('bad.mcpb', zipOf(entries));
    const { status, stderr } = await locked('bad', ofFile('bad', 'bad.mcpb'));
    expect([status, stderr]).toEqual([3, expect.stringContaining(why)]);
  });

  test('other bytes than the manifest names', async () => {
    const of = async (text: string): Promise<Ended> => locked('other', text.replace(/^name: .*/u, 'name: other'));
    for (const text of [ofFile('other', 'node.mcpb'), ofFile('other', 'alone.tgz'), ofCommit()])
      expect(await of(text.replace(/sha256: \w+/u, `sha256: ${'f'.repeat(64)}`))).toMatchObject({
        status: 3,
        stderr: expect.stringContaining('but the manifest says fff'),
      });
  });

  test('a bundle that is launched without what it needs', async () => {
    const missing = await locked('keyed', ofFile('keyed', 'keyed.mcpb'));
    expect([missing.status, missing.stderr]).toEqual([
      1,
      expect.stringContaining('the bundle needs the variable API_KEY'),
    ]);
    const named = await locked('keyed', ofFile('keyed', 'keyed.mcpb', 'launch:\n  command: other\n'));
    expect([named.status, named.stderr]).toEqual([1, expect.stringContaining('launch.command is other')]);
  });

  test('a tarball that does not say what it starts', async () => {
    const { status, stderr } = await locked('alone', ofFile('alone', 'alone.tgz'));
    expect([status, stderr]).not.toEqual([0, expect.anything()]);
    expect(stderr).toContain('index.js');
  });
});

describe('a changed manifest is a problem where', () => {
  const problemsWith = async (name: string, change: (text: string) => string): Promise<string> => {
    const file = join(tiny.folder, `servers/${name}.yaml`);
    const text = await readFile(file, 'utf8');
    await writeFile(file, change(text));
    try {
      return (await tiny.run('validate', '--json')).stdout;
    } finally {
      await writeFile(file, text);
    }
  };

  test('it names another command than it was locked with', async () => {
    const said = await problemsWith('alone', (text) => text.replace('command: server/index.js', 'command: other.js'));
    expect(said).toContain('was locked with the command server/index.js');
  });

  test('it names a command of a bundle', async () => {
    const said = await problemsWith('node-bundle', (text) => `${text}  command: other.js\n`);
    expect(said).toContain('bundle-command');
  });
});
