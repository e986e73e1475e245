/** A production registry from its first key ceremony on: people sign one after the other, a host believes the result. */
import { execFileSync } from 'node:child_process';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Refusal } from '../../core/refusal.ts';
import { keyIdOf, metadataKey } from '../../core/metadata.ts';
import { toSecond } from '../../core/time.ts';
import { ApprovedServers } from '../../host/trust/approved-servers.ts';
import { loadTrust } from '../../host/trust/trust-config.ts';
import type { Keyring, TargetsMetadata, TrustConfig } from '../../schemas/types.ts';
import type { Ended } from '../support/command.ts';
import { serveFiles, type FileServer } from '../support/file-server.ts';
import { temporaryFolder } from '../support/folder.ts';
import { testKey } from '../support/statements.ts';
import { tinyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';

let tiny: TinyRegistry;
let server: FileServer;
/** A host that remembers what it saw. */
let state: string;

/** Before the ceremony, and lately enough for what was approved as of then to be valid still. */
const longAgo = toSecond(new Date(Date.now() - 30 * 86_400_000));
const git = (...words: string[]): Buffer =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], { cwd: tiny.folder });
const run = (...words: string[]): Promise<Ended> => tiny.run(...words);
const ok = async (...words: string[]): Promise<Record<string, unknown>> => {
  const ended = await run(...words, '--json');
  expect([words, ended.status, ended.stderr]).toEqual([words, 0, ended.stderr]);
  return JSON.parse(ended.stdout) as Record<string, unknown>;
};
/** A new private key, and its public half in a file. */
async function makeKey(name: string): Promise<void> {
  await ok('key', 'new', `${name}.p8`, '--secret-file', 'secret');
  await ok('key', 'show', `pkcs8:${name}.p8`, '--secret-file', 'secret', '--out', `${name}.pem`);
}
const signAs = (name: string): Promise<Record<string, unknown>> =>
  ok('root', 'sign', '--key', `pkcs8:${name}.p8`, '--secret-file', 'secret', '--yes');

async function keysAre(approval: string, snapshot: string): Promise<void> {
  const text = await readFile(join(tiny.folder, 'registry.yaml'), 'utf8');
  const keys = `keys: { approval: 'pkcs8:${approval}.p8', snapshot: 'pkcs8:${snapshot}.p8', timestamp: 'pkcs8:timestamp.p8' }\n`;
  await tiny.write('registry.yaml', text.replace(/^keys:.*\n/mu, '') + keys);
  git('add', 'registry.yaml', 'policy.yaml', 'advisories', 'servers', 'trust');
  git('commit', '--quiet', '--message', 'the keys');
}

function commitTrust(): void {
  git('add', 'trust');
  git('commit', '--quiet', '--message', 'what the offline keys signed');
}

async function publish(): Promise<Record<string, unknown>> {
  const signed = await ok('sign', '--secret-file', 'secret');
  await ok('build');
  return signed;
}

/** What a host with the exported trust config says. */
async function prove(folder = state): Promise<string> {
  const config = JSON.parse(await readFile(join(tiny.folder, 'trust.json'), 'utf8')) as TrustConfig;
  const file = join(await temporaryFolder(), 'trust.json');
  const registry = { ...config.registry, url: server.url };
  await writeFile(file, JSON.stringify({ ...config, registry, refreshAfterSeconds: 0 }));
  return new ApprovedServers(await loadTrust(file), folder, new Date()).server('tiny').then(
    ({ approval }) => `revision ${approval.revision}`,
    (error: Refusal) => error.code,
  );
}

const keyringNow = async (version: number): Promise<Keyring> =>
  JSON.parse(await readFile(join(tiny.folder, `trust/${version}.keyring.json`), 'utf8')) as Keyring;

beforeAll(async () => {
  tiny = await tinyRegistry();
  await tiny.write('secret', 'correct horse battery staple\n');
  for (const name of ['alice', 'bob', 'carol', 'approval', 'snapshot', 'timestamp']) await makeKey(name);
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', 'registry.yaml', 'policy.yaml', 'servers');
  // Merged long before the approval key is made, as in every registry that was tried out first.
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', 'commit', '--quiet', '-m', 'begin'], {
    cwd: tiny.folder,
    env: { ...process.env, GIT_COMMITTER_DATE: longAgo },
  });
  state = join(await temporaryFolder(), 'registry');
});

describe('a production registry', () => {
  test('begins with a root that two of three sign', async () => {
    const holders = ['alice', 'bob', 'carol'].flatMap((name) => ['--root', `${name}=${name}.pem`]);
    const online = ['snapshot', 'timestamp', 'approval'].flatMap((name) => [`--${name}`, `${name}=${name}.pem`]);
    const begun = await ok('root', 'init', ...holders, ...online);
    expect(begun).toMatchObject({
      root: null,
      holders: { root: { names: expect.arrayContaining(['alice', 'bob', 'carol']), threshold: 2 } },
      proposals: [{ what: 'root 1', groups: [{ wanting: 2 }] }, { what: 'targets 1' }],
    });
    expect((await run('sign')).stderr).toContain('the offline keys have not signed yet');
    expect((await run('trust', 'export')).stderr).toContain('no root and no keyring is valid yet');
    expect((await run('root', 'status')).stdout).toContain('names are not signed: compare each id');
    const mine = await readFile(join(tiny.folder, 'trust/proposed/targets.json'), 'utf8');
    const keyring = JSON.parse(await readFile(join(tiny.folder, 'trust/proposed/keyring.json'), 'utf8')) as Keyring;
    expect(keyring.keys).toMatchObject([{ validFrom: longAgo }]);
    // Somebody who can push has the bins signed by a key of their own: the keyring is as it was.
    const { signed, ...rest } = JSON.parse(mine) as TargetsMetadata;
    const theirs = metadataKey(testKey(66).spki);
    const delegations = {
      keys: { [keyIdOf(theirs)]: theirs },
      succinct_roles: { ...signed.delegations.succinct_roles, keyids: [keyIdOf(theirs)] },
    };
    await tiny.write('trust/proposed/targets.json', JSON.stringify({ ...rest, signed: { ...signed, delegations } }));
    for (const words of [['sign', '--key', 'pkcs8:alice.p8', '--secret-file', 'secret', '--yes'], ['status']])
      expect(await run('root', ...words)).toMatchObject({
        status: 3,
        stderr: expect.stringContaining('E_DELEGATION: the proposed targets file gives the bins to other keys'),
      });
    await tiny.write('trust/proposed/targets.json', mine);
    expect(await signAs('alice')).toMatchObject({ signed: ['root 1', 'targets 1'], root: null });
    expect((await run('root', 'status')).stdout).toMatch(/signed by alice; 1 more of (?:bob|carol), (?:bob|carol)/u);
    expect(await signAs('carol')).toMatchObject({ root: { version: 1 }, targets: { version: 1 }, proposals: [] });
    expect((await run('root', 'init', ...holders, ...online)).stderr).toContain('there is a root already');
  });

  test('approves what was merged, and a host believes it', async () => {
    expect(await run('trust', 'export', '--group', 'finance', '--groups-from-system')).toMatchObject({ status: 2 });
    const view = 'https://developers.example.com';
    await ok('trust', 'export', '--groups-from-system', '--url', view, '--out', 'of-the-system.json');
    const ofTheSystem = await readFile(join(tiny.folder, 'of-the-system.json'), 'utf8');
    expect(JSON.parse(ofTheSystem)).toMatchObject({ groupsFrom: 'system', registry: { url: view } });
    await ok('trust', 'export', '--group', 'finance');
    const exported = JSON.parse(await readFile(join(tiny.folder, 'trust.json'), 'utf8')) as TrustConfig;
    expect(exported).toMatchObject({
      registry: { id: 'mcp.example.com', url: 'https://mcp.example.com', environment: 'production' },
      minimum: { root: 1, targets: 1 },
      groups: ['finance'],
    });
    await tiny.write('servers/tiny.yaml', `${tiny.manifest()}title: 'Not merged'\n`);
    git('commit', '--quiet', '--allow-empty', '--message', 'nothing');
    expect((await run('sign', '--secret-file', 'secret')).stderr).toContain('trust/ is not committed');
    git('add', 'trust');
    git('commit', '--quiet', '--message', 'the ceremony');
    expect((await run('sign', '--secret-file', 'secret')).stderr).toContain('registry.yaml names no keys');
    await tiny.write('servers/tiny.yaml', tiny.manifest());
    await keysAre('approval', 'snapshot');
    // What is not committed changes nothing: neither a manifest nor who signs.
    await tiny.write('servers/tiny.yaml', `${tiny.manifest()}title: 'Not merged'\n`);
    await tiny.write('registry.yaml', 'not: [a registry');
    await tiny.write('policy.yaml', '');
    await rename(join(tiny.folder, 'trust'), join(tiny.folder, 'elsewhere'));
    expect(await publish()).toMatchObject({ approved: ['tiny@1.0.0'], statusSigned: true });
    expect(await publish()).toMatchObject({ approved: [], statusSigned: false, metadataSigned: 0 });
    await rm(join(tiny.folder, 'elsewhere'), { recursive: true });
    git('checkout', '--quiet', '--', '.');
    server = await serveFiles(join(tiny.folder, 'dist'));
    expect(await prove()).toBe('revision 1');
    const { approvedAt } = JSON.parse(
      Buffer.from(
        JSON.parse(await readFile(join(tiny.folder, 'dist/servers/tiny.json'), 'utf8')).signature.dsseEnvelope.payload,
        'base64',
      ).toString(),
    ).predicate;
    expect(approvedAt).toBe(longAgo);
  });

  test('goes on after an online key was stolen', async () => {
    await makeKey('snapshot-two');
    await ok('root', 'rotate', '--role', 'snapshot', '--add', 'snapshot-two=snapshot-two.pem', '--remove', 'snapshot');
    await signAs('bob');
    expect(await signAs('alice')).toMatchObject({ root: { version: 2 }, targets: { version: 2 } });
    // The old key signs nothing that a host believes: what it signed is not published, and what was published stays.
    commitTrust();
    await ok('sign', '--secret-file', 'secret');
    expect(await run('build')).toMatchObject({ status: 1, stderr: expect.stringContaining('[host-refuses]') });
    expect(await prove()).toBe('revision 1');
    await keysAre('approval', 'snapshot-two');
    await publish();
    expect(await prove()).toBe('revision 1');
    expect(await prove(join(await temporaryFolder(), 'fresh'))).toBe('revision 1');
  });

  test('outlives a stolen approval key: what history holds stays valid, the rest is worthless', async () => {
    await makeKey('approval-two');
    await ok('keyring', 'add', 'approval-two=approval-two.pem', '--from', '2020-01-01T00:00:00Z');
    const revoked = await run('keyring', 'revoke', 'approval', '--reason', 'A laptop was stolen.');
    expect(revoked.stdout).toContain('stays valid: tiny 1.0.0');
    await signAs('bob');
    await signAs('carol');
    const keyring = await keyringNow(3);
    expect(keyring.keys).toMatchObject([
      { revoked: { reason: 'A laptop was stolen.', stillCount: [expect.stringMatching(/^[0-9a-f]{64}$/u)] } },
      { validFrom: '2020-01-01T00:00:00Z' },
    ]);
    commitTrust();
    expect((await run('sign', '--secret-file', 'secret')).stderr).toContain('E_KEY_REVOKED');
    await keysAre('approval-two', 'snapshot-two');
    expect(await publish()).toMatchObject({ approved: [], statusSigned: true });
    expect(await prove()).toBe('revision 1');
  });

  test('retires a key that nobody stole, and says how everything stands', async () => {
    await makeKey('approval-three');
    await ok('keyring', 'add', 'approval-three=approval-three.pem');
    await ok('keyring', 'retire', 'approval-two', '--at', '2099-01-01T00:00:00Z');
    await signAs('alice');
    await signAs('bob');
    const { stdout } = await run('keyring', 'status');
    expect(stdout).toContain('approval: revoked');
    expect(stdout).toContain('approval-two: valid from 2020-01-01T00:00:00Z until 2099-01-01T00:00:00Z');
    expect(stdout).toMatch(/approval-three: valid from .* on/u);
    expect((await run('root', 'status')).stdout).toContain('next: nothing');
  });

  test('publishes no root of its own beside the one that was published before', async () => {
    const published = join(tiny.folder, '.registry/production/metadata/1.root.json');
    const before = await readFile(published);
    await writeFile(published, before.subarray(0, -1));
    expect(await run('build')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('1.root.json was published before'),
    });
    await writeFile(published, before);
    expect(await run('build')).not.toMatchObject({ stderr: expect.stringContaining('was published before') });
  });

  test('tries everything out in development without touching production', async () => {
    expect(await run('dev', '--once')).toMatchObject({ status: 0 });
    const trust = JSON.parse(await readFile(join(tiny.folder, '.registry/trust.json'), 'utf8')) as TrustConfig;
    expect(trust.registry.environment).toBe('development');
    expect(await ok('sign', '--secret-file', 'secret')).toMatchObject({ approved: [] });
  });

  test.each<[string, string[], number, string]>([
    [
      'a key of development',
      ['root', 'sign', '--key', 'development:x.pem', '--yes'],
      2,
      'a development key lies in clear',
    ],
    ['a private key where a public one belongs', ['keyring', 'add', 'x=alice.p8'], 2, 'holds a private key'],
    ['a file that is not there', ['keyring', 'add', 'x=nobody.pem'], 2, 'cannot be read'],
    ['a name without a key', ['keyring', 'add', 'alice'], 2, 'names no key'],
    ['a key that is there already', ['keyring', 'add', 'x=approval-two.pem'], 2, 'in the keyring already'],
    [
      'nobody by that name',
      ['keyring', 'revoke', 'mallory', '--reason', 'x'],
      2,
      'is not the name of a key in the keyring',
    ],
    ['a role that is none', ['root', 'rotate', '--role', 'boss'], 2, 'there is no role boss'],
    ['holders that can never sign', ['root', 'rotate', '--remove', 'alice', '--remove', 'bob'], 2, 'can never sign'],
    ['a holder that is none', ['root', 'rotate', '--remove', 'mallory'], 2, 'holds no key of this role'],
    ['a key file that is there already', ['key', 'new', 'alice.p8', '--secret-file', 'secret'], 1, 'alice.p8'],
    ['a trust config that is there already', ['trust', 'export'], 2, 'trust.json is there already'],
  ])('refuses %s with a remedy', async (_, words, status, message) => {
    const ended = await run(...words);
    expect([ended.status, ended.stderr]).toEqual([status, expect.stringContaining(message)]);
  });
});
