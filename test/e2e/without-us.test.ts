/** docs/verify-without-us.md does what it says: its commands and its program are taken from there. */
import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Bundle, Keyring, ServerRecord, VerificationSummary } from '../../schemas/types.ts';
import { sha256 } from '../../core/digest.ts';
import { temporaryFolder } from '../support/folder.ts';
import { approvalKey, testKey } from '../support/statements.ts';
import { tinyRegistry } from '../support/tiny-registry.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;
let program: string;
let commands: string;
let cosign: string;
let slsa: string;
/** The public key that signed, as the keyring has it. */
let used: string;

beforeAll(async () => {
  const tiny = await tinyRegistry();
  expect(await tiny.run('dev', '--once')).toMatchObject({ status: 0 });
  folder = await temporaryFolder();
  const published = (path: string): string => join(tiny.folder, 'dist', path);
  await copyFile(published('servers/tiny.json'), join(folder, 'record.json'));
  await copyFile(published('trust/keyring.json'), join(folder, 'keyring.json'));
  const record = JSON.parse(await readFile(join(folder, 'record.json'), 'utf8')) as ServerRecord;
  const lock = `locks/${record.versions[0]?.lock ?? ''}.json`;
  await copyFile(published(lock), join(folder, 'memory.lock.json'));

  // What the registry serves after `keyring add`, before and behind the key in use, and with an older version listed.
  const served = join(folder, 'served');
  for (const part of ['servers', 'trust', 'locks', 'approvals']) await mkdir(join(served, part), { recursive: true });
  const older = { ...record.versions[0], version: '0.9.0', lock: '0'.repeat(64) };
  const versions = [older, ...record.versions, { ...older, version: '1.1.0' }];
  await writeFile(join(served, 'servers/memory.json'), JSON.stringify({ ...record, versions }));
  const keyring = JSON.parse(await readFile(join(folder, 'keyring.json'), 'utf8')) as Keyring;
  used = keyring.keys[0]?.publicKey ?? '';
  await writeFile(
    join(served, 'trust/keyring.json'),
    JSON.stringify({ ...keyring, keys: [approvalKey(testKey(2)), ...keyring.keys, approvalKey(testKey(3))] }),
  );
  await copyFile(published(lock), join(served, lock));
  const summary = `approvals/${record.versions[0]?.bundle ?? ''}.vsa.json`;
  await copyFile(published(summary), join(served, summary));

  const document = await readFile(join(root, 'docs/verify-without-us.md'), 'utf8');
  program = /```js\n(?<code>.*?)```/su.exec(document)?.groups?.code ?? '';
  [commands = '', slsa = ''] = [...document.matchAll(/```sh\n(?<code>.*?)```/gsu)].map(
    ({ groups }) => groups?.code ?? '',
  );
  cosign = /^cosign (?:.*\\\n)*.*$/mu.exec(commands)?.[0] ?? '';
  expect([program, commands, cosign, slsa]).not.toContain('');
});

describe('the program of thirty lines', () => {
  const run = (...files: string[]): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, ['--input-type=module', '-', ...files.map((file) => join(folder, file))], {
      cwd: root,
      input: program,
      encoding: 'utf8',
    });

  test('is thirty lines, and accepts what is published', () => {
    expect(
      program
        .trim()
        .split('\n')
        .filter((line) => line !== '').length,
    ).toBeLessThanOrEqual(30);
    const { status, stdout, stderr } = run('record.json', 'keyring.json', 'memory.lock.json');
    expect([status, stderr, stdout]).toEqual([0, '', expect.stringMatching(/^tiny 1\.0\.0: approved at 20/u)]);
  });

  test('refuses another lock, and another payload', async () => {
    expect(run('record.json', 'keyring.json', 'keyring.json').stderr).toContain('another lock');
    const record = JSON.parse(await readFile(join(folder, 'record.json'), 'utf8')) as ServerRecord;
    const { dsseEnvelope } = record.signature;
    const payload = Buffer.from(dsseEnvelope.payload, 'base64').toString().replace('1.0.0', '1.0.1');
    const forged: Bundle = {
      ...record.signature,
      dsseEnvelope: { ...dsseEnvelope, payload: Buffer.from(payload).toString('base64') },
    };
    await writeFile(join(folder, 'forged.json'), JSON.stringify({ ...record, signature: forged }));
    expect(run('forged.json', 'keyring.json', 'memory.lock.json').status).not.toBe(0);
  });
});

const has = (command: string, ...words: string[]): boolean => spawnSync(command, words).status === 0;

/** Runs the document's commands as they stand, on the files that the registry serves. */
const runCommands = (cosignIs: string, more = ''): SpawnSyncReturns<string> =>
  spawnSync(
    'bash',
    [
      ...['-euo', 'pipefail', '-c'],
      `curl() { cp "served/\${2#https://mcp.example.com/}" "$4"; }\n${cosignIs}\n${commands}\n${more}`,
    ],
    { cwd: folder, encoding: 'utf8' },
  );

describe.skipIf(!has('jq', '--version') || !has('openssl', 'version'))('the commands (need jq and openssl)', () => {
  test('take the key that the bundle hints at and the lock of the current version, wherever they stand', async () => {
    const { status, stderr, stdout } = runCommands('cosign() { echo "cosign was given $*"; }');
    expect([status, stderr]).toEqual([0, expect.anything()]);
    expect(stdout).toContain('cosign was given verify-blob-attestation --key approval.pem');
    const key = createPublicKey(await readFile(join(folder, 'approval.pem')));
    expect(key.export({ format: 'der', type: 'spki' }).toString('base64')).toBe(used);
    const record = JSON.parse(await readFile(join(folder, 'record.json'), 'utf8')) as ServerRecord;
    const current = record.versions.find(({ version }) => version === record.version);
    expect(sha256(await readFile(join(folder, 'memory.lock.json')))).toBe(current?.lock);
  });

  test('give a program that knows SLSA the summary, and what it must say', async () => {
    const ended = runCommands('cosign() { :; }; slsa-verifier() { printf "%s\n" "$@"; }', slsa);
    expect([ended.status, ended.stderr]).toEqual([0, expect.anything()]);
    const words = ended.stdout.split('\n');
    const after = (option: string): string => words[words.indexOf(option) + 1] ?? '';
    const envelope = await readFile(join(folder, after('--attestation-path')), 'utf8');
    const { payload } = JSON.parse(envelope) as Bundle['dsseEnvelope'];
    const { subject, predicate } = JSON.parse(Buffer.from(payload, 'base64').toString()) as VerificationSummary;
    expect(after('--subject-digest')).toBe(`sha256:${subject[0]?.digest.sha256 ?? ''}`);
    expect(predicate.verifiedLevels).toEqual([after('--verified-level')]);
    const record = JSON.parse(await readFile(join(folder, 'record.json'), 'utf8')) as ServerRecord;
    expect(predicate.resourceUri).toBe(`pkg:npm/tiny-server@${record.version}`);
    expect(predicate.verifier.id).toBe(`urn:countersign:signer:development:${record.registry}`);
    expect(after('--verifier-id')).toBe('urn:countersign:signer:production:mcp.example.com');
  });

  test('end without a key where the one that signed is revoked', async () => {
    const file = join(folder, 'served/trust/keyring.json');
    const before = await readFile(file, 'utf8');
    const keyring = JSON.parse(before) as Keyring;
    const revoked = { since: '2026-01-01T00:00:00Z', reason: 'It was stolen.', stillCount: [] };
    await writeFile(file, JSON.stringify({ ...keyring, keys: keyring.keys.map((key) => ({ ...key, revoked })) }));
    expect(runCommands('cosign() { echo "cosign was given $*"; }').status).not.toBe(0);
    await writeFile(file, before);
    expect(runCommands('cosign() { :; }').status).toBe(0);
  });
});

describe.skipIf(!has('cosign', 'version') || !has('jq', '--version'))('cosign', () => {
  const verify = (): void => void execFileSync('sh', ['-c', cosign], { cwd: folder, stdio: 'pipe' });

  test('accepts what is published, and refuses another lock', async () => {
    expect(runCommands('')).toMatchObject({ status: 0 });
    const lock = await readFile(join(folder, 'memory.lock.json'));
    await writeFile(join(folder, 'memory.lock.json'), Buffer.concat([lock, Buffer.from('\n')]));
    expect(verify).toThrow(/cosign/u);
    await writeFile(join(folder, 'memory.lock.json'), lock);
    expect(verify).not.toThrow();
  });
});
