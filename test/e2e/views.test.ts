/** The view of one group, built, published and used: it holds what the group may see, and nothing of others. */
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import { trustConfigOf } from '../../signer/identity.ts';
import { prepare } from '../../signer/prepare.ts';
import { countersign, type Ended } from '../support/command.ts';
import { serveFiles } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { needSandbox } from '../support/sandbox.ts';
import { emptyRegistry, lockOnce, type TinyRegistry } from '../support/tiny-registry.ts';
import { packageLike, smallManifest, tinyPackages } from '../support/tiny-server.ts';

await needSandbox();

/** What only accountants may see. */
const ofAccountants = ['payroll', 'salary', 'what somebody earns', 'accountants'];

let tiny: TinyRegistry;
let view: string;
let home: string;

beforeAll(async () => {
  tiny = await emptyRegistry([
    ...tinyPackages,
    ...packageLike('notes-server', 'keep-note', 'Keeps a note.'),
    ...packageLike('pay-people', 'look-up-salary', 'Says what somebody earns.'),
  ]);
  const server = (name: string, what: string, about: string, more: string): Promise<void> => {
    const artefact = { url: `npm:${what}@1.0.0`, sha256: sha256(tiny.npm.tarball(what, '1.0.0')) };
    const manifest = smallManifest(name, '1.0.0', artefact, more);
    return tiny.write(`servers/${name}.yaml`, manifest.replace('Greets people, to show that it runs.', about));
  };
  await tiny.write('servers/tiny.yaml', tiny.manifest());
  await server('notes', 'notes-server', 'Keeps notes.', 'audience: [developers, writers]\n');
  const revoked = "{ versions: '<1.0.0', state: revoked, since: 2026-11-20, reason: It showed salary to all. }";
  const ofPayroll = `audience: [accountants]\nlifecycle:\n  - ${revoked}\n`;
  await server('payroll', 'pay-people', 'Says what somebody earns.', ofPayroll);
  await lockOnce(tiny);
  expect(await tiny.run('sign')).toMatchObject({ status: 0 });
  const built = await tiny.run('build', '--audience', 'developers', '--url', 'https://dev.example.com');
  expect(built).toMatchObject({ status: 0 });
  expect(built.stdout).toContain('dist-views/developers/ holds 2 servers');
  view = join(tiny.folder, 'dist-views/developers');

  const now = new Date();
  const { url } = await serveFiles(view);
  const readSecret = (): Promise<never> => Promise.reject(new Error('no secret is needed'));
  const preparation = await prepare(tiny.folder, { now, readSecret, program: 'this one', development: true });
  if (!preparation.ok) throw new Error('it was built just now');
  const config = trustConfigOf(preparation.prepared.identity, url, now);
  home = await temporaryFolder();
  await writeFile(
    join(home, 'trust.json'),
    JSON.stringify({ ...config, npmRegistry: tiny.npm.url, groups: ['developers'] }),
  );
});

const host = (words: readonly string[], input?: string): Promise<Ended> =>
  countersign([...words.slice(0, 1), '--trust', join(home, 'trust.json'), ...words.slice(1)], {
    env: { XDG_DATA_HOME: join(home, 'data') },
    ...(input !== undefined && { input }),
  });

/** Statements lie in bundles as base64. */
const withPayloads = (text: string): string =>
  `${text} ${(text.match(/[A-Za-z0-9+/=]{100,}/gu) ?? []).map((each) => Buffer.from(each, 'base64').toString('latin1')).join(' ')}`;

/** The paths of all files in it, with their bytes. */
async function filesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'latin1')] as const),
    ),
  );
}

test('holds nothing of others but what the signed metadata and the signed status name', async () => {
  const files = await filesIn(view);
  const telling = [...files].filter(([path, text]) =>
    ofAccountants.some((each) => `${path} ${withPayloads(text)}`.toLowerCase().includes(each)),
  );
  const signed =
    /^(?:metadata\/\d+\.bin-[0-9a-f]{2}\.json|trust\/status\.json|targets\/trust\/[0-9a-f]{64}\.status\.json)$/u;
  expect(telling.map(([path]) => path).filter((path) => !signed.test(path))).toEqual([]);
  // They do name them: hosts learn of every revocation.
  const status = JSON.parse(files.get('trust/status.json') ?? '') as { dsseEnvelope: { payload: string } };
  expect(Buffer.from(status.dsseEnvelope.payload, 'base64').toString('utf8')).toContain('"name":"payroll"');
  expect(telling.some(([path]) => path.startsWith('metadata/'))).toBe(true);
});

test('holds what the group may see, in every form', async () => {
  const files = await filesIn(view);
  for (const name of ['tiny', 'notes'])
    for (const path of [
      `servers/${name}.json`,
      `servers/${name}/index.html`,
      `v0.1/servers/com.example/${name}/versions.json`,
    ])
      expect(files.has(path), path).toBe(true);
  for (const path of [
    'search.json',
    'index.json',
    'v0.1/servers.json',
    'feed.xml',
    'clients/groups/developers/vscode/mcp.json',
  ])
    expect(files.get(path), path).toContain('notes');
  expect([...files.keys()].filter((path) => path.startsWith('clients/groups/writers'))).toEqual([]);
  expect(files.get('index.html')).toMatch(/for <bdi>developers<\/bdi>/u);
  expect(JSON.parse(files.get('view.json') ?? '')).toEqual({ schemaVersion: 1, audience: ['developers'] });
});

test('is listed and run by a host, which says what is missing', async () => {
  const listed = await host(['list', '--json']);
  expect(JSON.parse(listed.stdout)).toMatchObject({
    servers: [{ name: 'notes' }, { name: 'tiny' }],
    notCarried: ['payroll'],
  });
  expect(listed.stderr).toContain('does not carry 1 of the servers that its signed metadata names');
  const greeting = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: {} })}\n`;
  expect(await host(['run', 'notes'], greeting)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('"id":1'),
  });
  for (const command of ['info', 'install', 'verify']) {
    const { status, stderr } = await host([command, 'payroll']);
    expect({ command, status }).toEqual({ command, status: 1 });
    expect(stderr).toContain('does not carry the record of payroll, which its signed metadata names');
    expect(stderr).toContain('ask the operator of the registry for the address of the whole one');
  }
  expect(await host(['verify'])).toMatchObject({ status: 0, stderr: expect.stringContaining('does not carry 1') });
});

test('takes away nothing that is installed, when a server leaves it', async () => {
  const [record = ''] = await readdir(join(view, 'targets/servers')).then((names) =>
    names.filter((name) => name.endsWith('.notes.json')),
  );
  await rename(join(view, 'targets/servers', record), join(home, 'record'));
  const registries = join(home, 'data/countersign/registries');
  const [id = ''] = await readdir(registries);
  await rm(join(registries, id, 'files'), { recursive: true });
  expect(await host(['info', 'notes'])).toMatchObject({ status: 1, stderr: expect.stringContaining('does not carry') });
  const collected = await host(['gc', '--json']);
  await rename(join(home, 'record'), join(view, 'targets/servers', record));
  expect(JSON.parse(collected.stdout), collected.stderr).toMatchObject({ servers: [] });
});

test('is published from its own folder, with its own address', async () => {
  const folder = await temporaryFolder();
  const published = await tiny.run('publish', '--audience', 'developers', '--to', pathToFileURL(folder).href);
  expect(published, published.stderr).toMatchObject({ status: 0 });
  expect(await readFile(join(folder, 'v0.1/servers.json'), 'utf8')).toContain(
    'https://dev.example.com/servers/notes.json',
  );
  const status = ['status', '--at', pathToFileURL(folder).href, '--trust', join(home, 'trust.json')];
  const said = await tiny.run(...status, '--audience', 'developers');
  expect(said, said.stdout).toMatchObject({ status: 0, stderr: '' });
  expect(said.stdout).toMatch(/^view +for developers$/mu);
  expect(said.stdout).toMatch(/^servers +2; 1 more are named and not carried$/mu);
  // Nobody signed what says whose view it is: a monitor of the whole registry is not told that nothing is missing.
  const whole = await tiny.run(...status);
  expect(whole.stderr).toContain('it is the view for developers, and the whole registry is expected');
  expect(whole).toMatchObject({ status: 1, stderr: expect.stringContaining('[not-carried]') });
  await rm(join(folder, 'view.json'));
  expect(await tiny.run(...status)).toMatchObject({ status: 1, stderr: expect.stringContaining('[not-carried]') });
  expect(await tiny.run(...status, '--audience', 'developers')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('[other-view]'),
  });
  // What is known of a view is not taken for what is known of the whole registry.
  const cached = (await readdir(join(tiny.folder, '.registry/cache'))).filter((name) =>
    /^(?:build|hashed)-/u.test(name),
  );
  expect(cached.sort()).toEqual(['build-development-developers.jsonl', 'hashed-developers.json']);
  // Nothing was built of the whole registry, nor for other groups.
  expect((await tiny.run('publish', '--to', pathToFileURL(folder).href)).stderr).toContain('holds no built registry');
  const other = await tiny.run('publish', '--audience', 'accountants', '--to', pathToFileURL(folder).href);
  expect(other).toMatchObject({ status: 2, stderr: expect.stringContaining('build --audience accountants') });
});

test('is not built for a group that no server names', async () => {
  const { status, stderr } = await tiny.run('build', '--audience', 'devlopers');
  expect(status).toBe(2);
  expect(stderr).toContain('no approved server names the group "devlopers" in its audience (did you mean developers?)');
});
